"""How tests/run.sh counts: on a copy of it, whose stages are scripts that fail, break off or pass as they are told."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSES = "echo 3 passed, 0 failed"
FAILS = "echo 2 passed, 1 failed; exit 1"
BREAKS_OFF = "echo 5 passed, 0 failed; exit 9"
SAYS_NOTHING = "exit 3"
LEFT_OUT = "echo skipped: there is no history here; echo 0 passed, 0 failed, 1 skipped"


class Stages(unittest.TestCase):
    def setUp(self):
        self.tree = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.tree / "tests").mkdir()
        for name in ("run.sh", "places.sh"):
            shutil.copy(ROOT / "tests" / name, self.tree / "tests")
        self.script("packages.sh", "")
        self.script("build.sh", "")

    def script(self, path, content):
        path = self.tree / "tests" / path
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{content}\n")

    def run_stages(self, *arguments):
        """The exit status and the lines, without the seconds."""
        done = subprocess.run(["sh", self.tree / "tests/run.sh", *arguments], capture_output=True, text=True, cwd="/")
        return done.returncode, [line.split() for line in done.stdout.splitlines()], done.stderr

    def test_only_the_stages_that_are_named_run_and_in_that_order(self):
        for name in ("cpp", "c", "page"):
            self.script(f"{name}/run.sh", PASSES)
        status, lines, _ = self.run_stages("page", "cpp")
        self.assertEqual(status, 0)
        self.assertEqual([line[:2] for line in lines], [["ok", "page"], ["ok", "cpp"], ["6", "passed,"]])

    def test_what_fails_or_breaks_off_is_counted_and_keeps_no_later_stage_from_running(self):
        for name, content in (("c", FAILS), ("cpp", BREAKS_OFF), ("csharp", SAYS_NOTHING), ("page", PASSES)):
            self.script(f"{name}/run.sh", content)
        status, lines, _ = self.run_stages("c", "cpp", "csharp", "page")
        self.assertEqual(status, 1)
        self.assertIn(["ok", "page"], [line[:2] for line in lines])
        self.assertEqual(" ".join(lines[-1]), "10 passed, 3 failed")

    def test_what_cannot_run_here_is_told_and_counted_as_neither(self):
        self.script("c/run.sh", LEFT_OUT)
        self.script("page/run.sh", PASSES)
        status, lines, _ = self.run_stages("c", "page")
        self.assertEqual(status, 0)
        self.assertEqual(lines[0][:2], ["ok", "c"])
        self.assertEqual(" ".join(lines[0][4:]), "0 passed, skipped: there is no history here")
        self.assertEqual(" ".join(lines[-1]), "3 passed, 0 failed")

    def test_a_library_that_does_not_build_fails_each_stage_that_tests_it_and_no_other(self):
        self.script("build.sh", "exit 1")
        self.script("cpp/run.sh", PASSES)
        self.script("supply/run.sh", PASSES)
        status, lines, _ = self.run_stages("cpp", "supply")
        self.assertEqual(status, 1)
        self.assertEqual([line[:2] for line in lines if line[0] in ("ok", "FAILED")], [["FAILED", "cpp"], ["ok", "supply"]])
        self.assertEqual(" ".join(lines[-1]), "3 passed, 1 failed")

    def test_a_stage_that_there_is_not_is_refused_with_the_names_of_those_there_are(self):
        status, lines, said = self.run_stages("cpp", "nonsense")
        self.assertEqual((status, lines), (2, []))
        self.assertIn("no stage nonsense", said)
        self.assertIn(" windows ", said)

    def test_every_folder_with_tests_to_run_is_a_stage(self):
        """Except the fuzzers, which need another toolchain."""
        done = subprocess.run(["sh", ROOT / "tests/run.sh", "--list"], check=True, capture_output=True, text=True)
        folders = {path.parent.name for path in (ROOT / "tests").glob("*/run.sh")} - {"fuzz"}
        self.assertLessEqual(folders, set(done.stdout.split()))
