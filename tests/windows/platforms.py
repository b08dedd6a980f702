"""Where test programs are compiled for and run: Linux, and Windows of both bitnesses under Wine."""

import os
import pathlib
import queue
import shutil
import subprocess
import threading

from world import Sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "windows"
PASCAL = [ROOT / "bindings" / "delphi", ROOT / "tests" / "delphi"]
WORK = ROOT / "target" / os.environ.get("VD_WORK", "windows-test")
# libraries that can be made to fail on purpose
HOOKED = ROOT / "target" / "windows-test-hooks"
TIME_LIMIT = 240  # seconds; a program that prints nothing for so long, even under Wine beside other work, hangs
# where Free Pascal counts the memory that a program did not free, in the program's folder
HEAP_LOG = "heap.log"


class Platform:
    def __init__(self, name, pascal, c_compiler, library, suffix="", wine=None, path_prefix=""):
        self.name = name
        self.pascal = pascal
        self.c_compiler = c_compiler
        self.library = library
        self.suffix = suffix
        self.wine = wine
        self.path_prefix = path_prefix
        self.windows = ""
        # Wine 8 refuses a certificate without revocation data, whatever flags say that this is no matter (its crypt32, 800b010e); so the sandbox is
        # trusted there through our own verifier, and the system's is tried on a front whose authority publishes a list (authority.py).
        self.tls_roots = "bundled" if wine else "system"

    def shown(self, path):
        """A path as a program there names it."""
        return self.path_prefix + str(path).replace("/", "\\") if self.wine else str(path)

    def environment(self, more):
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower() and name != "DISPLAY"}
        environment.update(LC_ALL="C.UTF-8", HEAPTRC=f"log={HEAP_LOG}", VD_WINDOWS=self.windows, VD_TLS_ROOTS=self.tls_roots, **more)
        if self.wine:
            environment.update(self.wine["environment"])
        return environment

    def command(self, *arguments):
        return [self.wine["program"], *arguments] if self.wine else list(arguments)

    def set_windows(self, version):
        """win7 or win10: what Windows tells programs that it is."""
        self.windows = version
        key = ["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", version, "/f"]
        subprocess.run(self.command(*key), env=self.environment({}), check=True, capture_output=True, timeout=120)

    def make_prefix(self):
        prefix = pathlib.Path(self.wine["environment"]["WINEPREFIX"])
        if not (prefix / "system.reg").exists():
            prefix.mkdir(parents=True, exist_ok=True)
            subprocess.run(self.command("wineboot", "-i"), env=self.environment({}), check=True, capture_output=True, timeout=180)

    def end(self):
        if self.wine:
            subprocess.run([self.wine["server"], "-k"], env=self.environment({}), capture_output=True, timeout=60)

    def compile_pascal(self, name, mode, folder):
        """Warnings are shown; FPC's own Unicode mode warns of every conversion to its ANSI run-time library, which is its business."""
        units = folder / f"units-{mode}"
        units.mkdir(exist_ok=True)
        # heaptrc counts memory; it looks at every block, so a double free shows, too
        command = [*self.pascal, f"-M{mode}", "-gh", *([] if self.wine else ["-gl"]), "-vew", f"-FU{units}", *[f"-Fu{path}" for path in PASCAL]]
        made = folder / f"{name}-{mode}{self.suffix}"
        compiled = subprocess.run([*command, f"-o{made}", PASCAL[1] / f"{name}.dpr"], capture_output=True, text=True)
        assert compiled.returncode == 0, f"{name} compiles for {self.name} in {mode} mode: {compiled.stdout[-1500:] + compiled.stderr[-500:]}"
        return made

    def compile_c(self, name, folder, sources, flags=()):
        made = folder / f"{name}{self.suffix}"
        command = [self.c_compiler, "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", f"-I{ROOT}/include", f"-I{ROOT}/bindings/c", f"-I{HERE}", "-o", made]
        compiled = subprocess.run([*command, *sources, *flags], capture_output=True, text=True)
        assert compiled.returncode == 0, f"{name} compiles for {self.name}: {compiled.stderr[-1500:]}"
        return made

    def run(self, program, settings=None, sandbox=None, leaks=False, time_limit=TIME_LIMIT):
        """Runs a program that prints `ok - ...` lines and relays its orders to the sandbox: each line holds, and it ends well and in time."""
        environment = self.environment({"VD_LOADED_FROM": self.shown(program.parent / self.library.name), **(settings or {})})
        if sandbox:
            environment.update(
                VD_HTTPS=sandbox.addresses["https"], VD_PROXY=sandbox.proxy.address, VD_FRONT=sandbox.front.address, VD_SCRIPTS=sandbox.scripts.url,
                VD_ASKING=sandbox.asking.address, VD_A=sandbox.crossroads.addresses["A"], VD_B=sandbox.crossroads.addresses["B"],
            )
        heap_log = program.parent / HEAP_LOG
        heap_log.unlink(missing_ok=True)
        with open(f"{program}.stderr", "w+", encoding="utf-8", errors="replace") as said:
            process = subprocess.Popen(
                self.command(str(program)), cwd=program.parent, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
            )
            failed, summary, in_time = self._obeyed(process, sandbox, str(program.parent), time_limit)
            code = process.wait()
            said.seek(0)
            errors = said.read()[-800:]
        title = f"{program.stem} on {self.name} {self.windows}".strip()
        assert in_time, f"{title} said nothing for {time_limit} s, after <{summary}>"
        assert not failed, f"{title}: {failed}"
        assert code == 0 and summary.endswith(" 0 failed"), f"{title} ends well: code {code}, last line <{summary}>, {errors}"
        if leaks:
            counted = heap_log.read_text(errors="replace") if heap_log.exists() else "no count"
            assert "\n0 unfreed memory blocks : 0" in counted, f"{title} leaks: {counted[:1500]}"

    def _obeyed(self, process, sandbox, folder, time_limit):
        """What did not hold, the last line of another kind, and whether the program ended in time: else it is killed."""
        failed, summary = [], ""
        for line in _lines(process, time_limit):
            if line is None:
                process.kill()
                return failed, summary, False
            if line.startswith("@control "):
                answer = sandbox.obey(line.removeprefix("@control "), folder)
                process.stdin.write(answer.encode() + b"\n")
                process.stdin.flush()
            elif line.startswith("not ok - "):
                failed.append(line.removeprefix("not ok - "))
            elif not line.startswith("ok - "):
                summary = line or summary
        return failed, summary, True


def _lines(process, time_limit):
    """The lines of the program as they come; None when nothing came for too long."""
    lines = queue.Queue()

    def read():
        for line in process.stdout:
            lines.put(line.decode("utf-8", "replace").rstrip("\r\n"))
        lines.put(EOFError)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=time_limit)
        except queue.Empty:
            yield None
            return
        if line is EOFError:
            return
        yield line


def workplace(platform, sandbox, hooks=False):
    """A fresh folder with the library (or the one with test hooks), the sandbox's authority in a folder with diacritics, and the vectors."""
    folder = WORK / (platform.name + ("-hooks" if hooks else ""))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(HOOKED / platform.name / platform.library.name if hooks else platform.library, folder)
    certificates = folder / "Certifikáty č. 1"
    certificates.mkdir()
    shutil.copy(sandbox.addresses["ca_file"], certificates / "ca.pem")
    shutil.copy(sandbox.front.ca_file, certificates / "front.pem")
    shutil.copytree(ROOT / "tests" / "vectors", folder / "vectors")
    return folder


def platforms():
    tools = os.environ
    fpc, wine32, prefixes = tools["VD_FPC"], tools["VD_WINE32"], tools["VD_PREFIXES"]
    quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
    wine64 = {"program": "wine", "server": "/usr/lib/wine/wineserver64", "environment": {**quiet, "WINEARCH": "win64", "WINEPREFIX": f"{prefixes}/x64"}}
    x86 = {
        **quiet,
        "WINEARCH": "win32",
        "WINEPREFIX": f"{prefixes}/x86",
        "WINEDLLPATH": f"{wine32}/usr/lib/i386-linux-gnu/wine",
        "WINESERVER": f"{wine32}/usr/lib/wine/wineserver32",
        "WINELOADER": f"{wine32}/usr/lib/wine/wine",
    }
    made = ROOT / "target" / "windows"
    return {
        "linux": Platform("linux", ["fpc"], "gcc", pathlib.Path(tools["VD_LINUX_LIBRARY"])),
        "x64": Platform(
            "x64", ["ppcx64", "-n", "-Twin64", f"-Fu{fpc}/win64"], "x86_64-w64-mingw32-gcc", made / "x64/videodoktor.dll", ".exe", wine64, "Z:"
        ),
        "x86": Platform(
            "x86", [f"{fpc}/ppcross386", "-n", "-Twin32", f"-Fu{fpc}/win32"], "i686-w64-mingw32-gcc", made / "x86/videodoktor.dll", ".exe",
            {"program": x86["WINELOADER"], "server": x86["WINESERVER"], "environment": x86}, "Z:",
        ),
    }


def start_sandbox():
    return Sandbox(os.environ["VD_SANDBOX"])
