"""How tests/run.sh counts: on a copy of it, whose stages are scripts that fail, break off or pass as they are told."""

import os
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
        for name in ("run.sh", "paths.sh"):
            shutil.copy(ROOT / "tests" / name, self.tree / "tests")
        self.script("packages.sh", "")
        self.script("build.sh", "")
        self.script("pytest.sh", PASSES)

    def script(self, path, content):
        path = self.tree / "tests" / path
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{content}\n")

    def run_stages(self, *arguments, **environment):
        """The exit status and the lines, without the seconds."""
        done = subprocess.run(["sh", self.tree / "tests/run.sh", *arguments], capture_output=True, text=True, cwd="/", env={**os.environ, **environment})
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

    def run_all(self, **contents):
        """Every stage: those that are named as their scripts say, the others pass; so does cargo, which some of them are."""
        for name in self.run_stages("--list")[1]:
            self.script(f"{name[0]}/run.sh", contents.get(name[0], PASSES))
        tools = self.tree / "tools"
        tools.mkdir()
        (tools / "cargo").write_text("#!/bin/sh\n")
        (tools / "cargo").chmod(0o755)
        return self.run_stages(PATH=f"{tools}:{os.environ['PATH']}")

    def test_all_run_each_once_and_what_fails_beside_another_is_counted(self):
        listed = [line[0] for line in self.run_stages("--list")[1] if len(line) == 1]
        status, lines, _ = self.run_all(csharp=FAILS)
        self.assertEqual(status, 1)
        self.assertEqual(sorted(line[1] for line in lines if line[0] in ("ok", "FAILED")), sorted(listed))
        self.assertIn(["FAILED", "csharp"], [line[:2] for line in lines])
        self.assertEqual(lines[-1][2:], ["1", "failed"])

    def test_long_stages_run_two_at_a_time(self):
        """Each waits for the other."""
        meet = "cd \"$(dirname \"$0\")/..\"; mkfifo {0} 2>/dev/null; timeout 60 sh -c '{1}' || exit 1; " + PASSES
        status, lines, said = self.run_all(windows=meet.format("met", "echo >met"), csharp=meet.format("met", "read line <met"))
        self.assertEqual(status, 0, (lines, said))

    def test_a_stage_that_is_killed_with_the_shell_that_would_have_told_of_it_is_a_failure(self):
        status, lines, _ = self.run_all(windows="kill -9 $PPID")
        self.assertEqual(status, 1)
        self.assertIn("1 failed", " ".join(lines[-1]))

    def test_every_folder_with_tests_to_run_is_a_stage(self):
        """Except the fuzzers, which need another toolchain."""
        done = subprocess.run(["sh", ROOT / "tests/run.sh", "--list"], check=True, capture_output=True, text=True)
        folders = {path.parent.name for path in (ROOT / "tests").glob("*/run.sh")} - {"fuzz"}
        self.assertLessEqual(folders, set(done.stdout.split()))
