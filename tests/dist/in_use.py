"""What the tests share that use a package: Wine, the quick starts' sources, and whether a program invites."""

import os

from packages import ROOT, PackageTest, run

WINE = {"x64": "wine_x64", "x86": "wine_x86"}
MINGW = {"x64": "x86_64-w64-mingw32", "x86": "i686-w64-mingw32"}
C, CPP = "bindings/c/examples/quickstart.c", "bindings/cpp/examples/quickstart.cpp"


def on_windows(bits, *command):
    """The command as Wine runs it; one prefix, made on first use."""
    here = ROOT / "tests" / "windows"
    return ["sh", "-euc", f'here="$1"; shift; . "$here/environment.sh"; mkdir -p "$prefixes"; find_versions; {WINE[bits]} "$@"', "wine", str(here), *map(str, command)]


class InUse(PackageTest):
    def check_program_invites(self, sandbox, *program):
        """The program takes its settings from the environment; Wine hands that on."""
        invitation = ["--name", "Jana Nová", "--email", "jana@example.cz", "--born", "1980", "--start", "23.11.2090 10:00"]
        self.check_invites(sandbox, *program, "invite", *invitation)

    def check_invites(self, sandbox, *program, **settings):
        environment = {**settings.pop("env", os.environ), **sandbox.environment}
        done = run(*program, timeout=120, env=environment, **settings)
        self.assertEqual(done.returncode, 0, f"{program}\n{done.stdout}{done.stderr}")
        self.assertEqual([address for _, address in sandbox.invited()], ["jana@example.cz"], program)
        meeting, = sandbox.control("meetings")
        self.assertIn(meeting["meet_id"], done.stdout)
        sandbox.forget()
