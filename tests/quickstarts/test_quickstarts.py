"""Compiles and runs the programs that pages print: VIDEODOKTOR_PAGES names the pages; run.sh says what must be there."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import printed
from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
BINDINGS = ROOT / "bindings"
LIBRARY = Path(os.environ["VIDEODOKTOR_LIBRARY"])
SANDBOX = os.environ["VIDEODOKTOR_SANDBOX"]
PAGES = os.environ["VIDEODOKTOR_PAGES"].split()
KEPT = {"c": "c/examples", "cpp": "cpp/examples", "csharp": "csharp/demo/console", "pascal": "delphi/demo/console"}
CSHARP = sorted((BINDINGS / "csharp" / "VideoDoktor").glob("*.cs"))


def page_of(language, tongue=""):
    """The page that prints the language's program, from the top of the repository."""
    return f"bindings/{Path(KEPT[language]).parts[0]}/README{tongue}.md"


def compilation(language, source, folder):
    """The command that compiles a program in a folder that holds the library, and the one that runs it."""
    linked = [f"-I{ROOT / 'include'}", f"-L{folder}", "-lvideodoktor", f"-Wl,-rpath,{folder}", "-o", folder / "made"]
    return {
        "c": (["gcc", "-Wall", "-Wextra", "-Werror", source, *linked], [folder / "made"]),
        "cpp": (["g++", "-std=c++11", "-Wall", "-Wextra", "-Werror", source, *linked], [folder / "made"]),
        "csharp": (["mcs", "-langversion:7", f"-out:{folder / 'made.exe'}", source, *CSHARP], ["mono", folder / "made.exe"]),
        "pascal": (["fpc", "-Mdelphi", f"-Fu{BINDINGS / 'delphi'}", f"-FU{folder}", f"-o{folder / 'made'}", source], [folder / "made"]),
    }[language]


class Printed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="videodoktor ěšč ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(LIBRARY, self.folder)

    def invites(self, language):
        found = [(page, name, code) for page in PAGES for fence, name, code in printed.programs(page) if fence == language]
        self.assertTrue(found, f"no page prints a whole program in {language}")
        for page, name, code in found:
            with self.subTest(page=page):
                source = self.folder / name
                source.write_text(code, "utf-8")
                compiler, program = compilation(language, source, self.folder)
                compiled = subprocess.run(compiler, capture_output=True, text=True, cwd=self.folder)
                self.assertEqual(compiled.returncode, 0, compiled.stdout + compiled.stderr)
                self.check_invites(program)

    def run_it(self, program, **settings):
        without = {name: value for name, value in os.environ.items() if not name.startswith("VIDEODOKTOR_")}
        return subprocess.run(program, capture_output=True, text=True, timeout=60, env={**without, **settings})

    def check_invites(self, program):
        """Three times in a row: each run finds a start that is free."""
        with Sandbox([SANDBOX]) as sandbox:
            for times in range(1, 4):
                done = self.run_it(program, **sandbox.environment)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual([address for _, address in sandbox.invited()], ["jana@example.cz"] * times)
                *_, meeting = sandbox.control("meetings")
                self.assertRegex(done.stdout, rf"^The patient is invited: https?://\S+{meeting['meet_id']}\n$")
            starts = [meeting["start"][-8:-3] for meeting in sandbox.control("meetings")]
            self.assertEqual(starts, ["10:00", "10:15", "10:30"])

    def tells_a_person(self, language):
        """What is wrong is said in words that a person understands, and nothing else: no name of an exception, no address in hex."""
        code, name = next((code, name) for fence, name, code in printed.programs(ROOT / page_of(language)) if fence == language)
        source = self.folder / name
        source.write_text(code, "utf-8")
        compiler, program = compilation(language, source, self.folder)
        subprocess.run(compiler, capture_output=True, check=True, cwd=self.folder)
        with Sandbox([SANDBOX]) as sandbox:
            refused = self.run_it(program, **{**sandbox.environment, "VIDEODOKTOR_APP_KEY": "nobody-s-key"})
            self.check_told(refused, "Služba nezná klíč tohoto programu.")
        nobody = self.run_it(program, VIDEODOKTOR_URL="http://127.0.0.1:1")
        self.check_told(nobody, "K serveru VideoDoktor se nelze připojit.")

    def check_told(self, done, message):
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertTrue(done.stderr.startswith(message), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertNotRegex(done.stderr, r"Exception|0x|\$0| at ")

    def test_the_c_program_invites_the_patient(self):
        self.invites("c")

    def test_the_c_program_tells_a_person_what_is_wrong(self):
        self.tells_a_person("c")

    def test_the_cpp_program_invites_the_patient(self):
        self.invites("cpp")

    def test_the_cpp_program_tells_a_person_what_is_wrong(self):
        self.tells_a_person("cpp")

    def test_the_csharp_program_invites_the_patient(self):
        self.invites("csharp")

    def test_the_csharp_program_tells_a_person_what_is_wrong(self):
        self.tells_a_person("csharp")

    def test_the_delphi_program_invites_the_patient(self):
        self.invites("pascal")

    def test_the_delphi_program_tells_a_person_what_is_wrong(self):
        self.tells_a_person("pascal")

    def test_both_readmes_print_a_program_and_each_language_s_page_its_own_word_for_word(self):
        kept = {language: (BINDINGS / folder / printed.LANGUAGES[language][1]).read_text("utf-8") for language, folder in KEPT.items()}
        pages = {f"README{tongue}.md": "pascal" for tongue in ("", ".cs")}
        pages |= {page_of(language, tongue): language for language in KEPT for tongue in ("", ".cs")}
        for page, language in pages.items():
            with self.subTest(page=page):
                self.assertEqual([(fence, code) for fence, _, code in printed.programs(ROOT / page)], [(language, kept[language])])
