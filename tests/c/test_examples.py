"""Builds the C examples with make (shared and static) and with CMake, and uses them as a practice would."""

import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
C = ROOT / "bindings" / "c"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
LIBRARY = TARGET / "library" / "release"
STRICT = "CFLAGS=-O2 -std=c89 -pedantic -Wall -Wextra -Werror"
JANA = ["--name", "Jana Nováková", "--email", "jana@example.cz", "--start", "24.11.2090 9:30"]


def run(*command, with_sandbox=False, **environment):
    line = ["sh", ROOT / "tests" / "with_sandbox.sh", *command] if with_sandbox else command
    return subprocess.run(line, capture_output=True, text=True, env={**os.environ, **environment})


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = Path(cls.folder.name)
        cls.built = {
            "make, shared": run("make", "-C", C, f"OUT={cls.out / 'shared'}", f"LIBRARY={LIBRARY}", STRICT),
            "make, static": run("make", "-C", C, f"OUT={cls.out / 'static'}", f"LIBRARY={LIBRARY}", "LINK=static", STRICT),
            "cmake, configured": run("cmake", "-S", C, "-B", cls.out / "cmake", f"-DVIDEODOKTOR_LIBRARY={LIBRARY / 'libvideodoktor.so'}"),
            "cmake, built": run("cmake", "--build", cls.out / "cmake"),
            "cmake, static configured": run("cmake", "-S", C, "-B", cls.out / "cmake-static", f"-DVIDEODOKTOR_LIBRARY={LIBRARY / 'libvideodoktor.a'}"),
            "cmake, static built": run("cmake", "--build", cls.out / "cmake-static"),
        }

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_make_and_cmake_build_them(self):
        for way, result in self.built.items():
            with self.subTest(way=way):
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_quickstart_invites_jana_however_it_was_built(self):
        for way in ("shared", "static", "cmake", "cmake-static"):
            with self.subTest(way=way):
                result = run(self.out / way / "quickstart", with_sandbox=True)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(result.stdout, r"^The patient is invited: https://\S+\n$")

    def test_the_static_program_needs_no_library_beside_it(self):
        self.assertNotIn("videodoktor", run("ldd", self.out / "static" / "quickstart").stdout)
        self.assertIn("libvideodoktor.so", run("ldd", self.out / "shared" / "quickstart").stdout)

    def test_quickstart_says_what_is_wrong_as_a_person_reads_it(self):
        result = run(self.out / "shared" / "quickstart", VIDEODOKTOR_URL="demo", VIDEODOKTOR_APP_KEY="", VIDEODOKTOR_OPTIONS='{"lang":"en"}')
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, r"^The program passed an invalid value or setting\. .* \(VD_ERR_INVALID_ARGUMENT\)\n$")

    def test_invite_invites_lists_refuses_a_second_and_removes(self):
        story = """
            set -e
            invite=$1; shift
            "$invite" "$@" --phone '777 123 456' --born 805512/1239 | tee made
            ! "$invite" --name 'Petr Novák' --phone 777123457 --born 1970 --start '24.11.2090 9:30' 2>refused
            "$invite" list >listed
            "$invite" remove "$(sed -n 's/^invited //p' made)" >removed
            "$invite" list >empty
        """
        with tempfile.TemporaryDirectory() as work:
            line = ["sh", str(ROOT / "tests/with_sandbox.sh"), "sh", "-c", story, "story", str(self.out / "shared" / "invite"), *JANA]
            result = subprocess.run(line, capture_output=True, text=True, cwd=work)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            read = {name: Path(work, name).read_text("utf-8") for name in ("made", "refused", "listed", "removed", "empty")}
        self.assertRegex(read["made"], r"^invited (\S+)\ncall at https://\S+\n$")
        meet_id = read["made"].split()[1]
        self.assertIn("VD_X024_START_TAKEN", read["refused"])
        self.assertIn(f"already there: {meet_id}", read["refused"])
        self.assertEqual(read["listed"], f"{meet_id}  24.11.2090 09:30  Jana Nováková\n")
        self.assertEqual(read["removed"], f"removed {meet_id}\n")
        self.assertEqual(read["empty"], "")

    def test_invite_tells_a_person_what_is_wrong(self):
        result = run(self.out / "shared" / "invite", *JANA, "--born", "80", with_sandbox=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("VD_X014_BIRTH_YEAR: ", result.stderr)

    def test_invite_without_sense_prints_its_usage(self):
        for arguments in ([], ["list", "all"], ["remove"], ["--name"], ["--surname", "Nováková"]):
            with self.subTest(arguments=arguments):
                result = run(self.out / "shared" / "invite", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn("usage: invite", result.stderr)

    def diagnosed(self, **environment):
        """The exit status of diagnose, and its table: what each step is called to its result."""
        story = f'{" ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())} exec "$0"'
        result = run("sh", "-c", story, self.out / "shared" / "diagnose", with_sandbox=True)
        self.assertEqual(result.stderr, "")
        table, _, advice = result.stdout.partition("\n\n")[2].partition("\n\n")
        rows = [re.split(r" {2,}", line) for line in table.splitlines()[1:]]
        return result.returncode, {row[0]: row[1] for row in rows}, advice

    def test_diagnose_shows_every_step_in_czech(self):
        status, table, advice = self.diagnosed()
        self.assertEqual((status, advice), (0, "Vše je v pořádku.\n"))
        self.assertEqual(list(table), ["proxy server", "adresa serveru (DNS)", "spojení", "zabezpečení (TLS)", "odpověď služby", "hodiny počítače", "klíče"])
        self.assertEqual(set(table.values()), {"v pořádku"})

    def test_diagnose_ends_with_what_to_do_and_whom_to_send_it_to(self):
        status, table, advice = self.diagnosed(VIDEODOKTOR_API_KEY="another")
        self.assertEqual((status, table.popitem()), (1, ("klíče", "CHYBA")))
        self.assertRegex(advice, r"^VD_X002_API_KEY: Služba nezná klíč ordinace\. .*\n\nPošlete tento výpis ")
        status, table, advice = self.diagnosed(VIDEODOKTOR_OPTIONS='{"lang":"en","proxy":"none"}')
        self.assertEqual((status, table.popitem()), (1, ("security (TLS)", "FAILED")))
        self.assertRegex(advice, r"^VD_ERR_TLS_UNTRUSTED: .* antivirus .*\n\nSend this table to ")

    def test_diagnose_aligns_its_columns_by_signs_and_not_by_bytes(self):
        lines = run(self.out / "shared" / "diagnose", with_sandbox=True).stdout.splitlines()[2:-2]
        self.assertEqual([line[40:43] for line in lines if line[40] == " " or line[41:43] != "  "], [])

    def test_diagnose_without_keys_prints_its_usage(self):
        result = run(self.out / "shared" / "diagnose")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("usage: ", result.stderr)
