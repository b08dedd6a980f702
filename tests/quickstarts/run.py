#!/usr/bin/env python3
"""Compiles and runs what READMEs print: python3 run.py README.md README.cs.md; run.sh says what must be there. Ends with "N passed, N failed"."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import printed
from sandbox import Sandbox

sys.path.append(str(Path(__file__).resolve().parents[1]))
import tally  # noqa: E402 (it lies one folder up)

ROOT = Path(__file__).resolve().parents[2]
BINDINGS = ROOT / "bindings"
LIBRARY = Path(os.environ["VIDEODOKTOR_LIBRARY"])
SANDBOX = os.environ["VIDEODOKTOR_SANDBOX"]
KEPT = {"c": "c/examples", "cpp": "cpp/examples", "csharp": "csharp/demo/console", "pascal": "delphi/demo/console"}
CSHARP = sorted((BINDINGS / "csharp" / "VideoDoktor").glob("*.cs"))


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
    readmes = []

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="videodoktor ěšč ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(LIBRARY, self.folder)

    def invites(self, language):
        for readme in self.readmes:
            code, name = next((code, name) for fence, name, code in printed.programs(readme) if fence == language)
            with self.subTest(readme=readme):
                self.assertIsNotNone(code, f"{readme} prints no whole program in {language}")
                source = self.folder / name
                source.write_text(code, "utf-8")
                compiler, program = compilation(language, source, self.folder)
                compiled = subprocess.run(compiler, capture_output=True, text=True, cwd=self.folder)
                self.assertEqual(compiled.returncode, 0, compiled.stdout + compiled.stderr)
                self.check_invites(program)

    def check_invites(self, program):
        with Sandbox([SANDBOX]) as sandbox:
            done = subprocess.run([*program, *sandbox.arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual([address for _, address in sandbox.invited()], ["jana@example.cz"])
            meeting, = sandbox.control("meetings")  # one and no other
            self.assertRegex(done.stdout, rf"https?://\S+{meeting['meet_id']}")

    def test_the_c_program_invites_the_patient(self):
        self.invites("c")

    def test_the_cpp_program_invites_the_patient(self):
        self.invites("cpp")

    def test_the_csharp_program_invites_the_patient(self):
        self.invites("csharp")

    def test_the_delphi_program_invites_the_patient(self):
        self.invites("pascal")

    def test_the_readme_s_programs_are_those_of_the_bindings_word_for_word(self):
        for language, name, code in printed.programs(ROOT / "README.md"):
            with self.subTest(language=language):
                self.assertEqual(code, (BINDINGS / KEPT[language] / name).read_text("utf-8"))


if __name__ == "__main__":
    Printed.readmes = sys.argv[1:]
    tally.run_cases()
