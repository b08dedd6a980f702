"""The workflows of GitHub: valid, without what zizmor knows as unsafe, their shell as ShellCheck would have it, and calling scripts that are there."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("VIDEODOKTOR_WORKFLOW_TOOLS", ""))  # of tests/requirements/workflows.txt; set by run.sh
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
CALLED = re.compile(r"(?<![\w/])((?:tests|\.ci|bindings)/[\w./-]+\.(?:sh|py)|\.ci/run)")
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


def ran(*command, **settings):
    environment = {**os.environ, "PYTHONPATH": str(TOOLS)}
    return subprocess.run(list(map(str, command)), cwd=ROOT, env=environment, capture_output=True, text=True, **settings)


def loaded(path):
    sys.path.append(str(TOOLS))
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path.read_text("utf-8"))


def workflow_steps():
    """(workflow, job, step) of each step of each workflow."""
    for path in WORKFLOWS:
        for job in loaded(path)["jobs"].values():
            for step in job.get("steps", []):
                yield path.name, job, step


class Workflows(unittest.TestCase):
    def schema(self, name, *files):
        return ran(sys.executable, TOOLS / "bin/check-jsonschema", "--builtin-schema", f"vendor.{name}", *files)

    def test_they_are_valid(self):
        self.assertGreaterEqual(len(WORKFLOWS), 2)
        for name, files in (("github-workflows", WORKFLOWS), ("dependabot", [ROOT / ".github/dependabot.yml"])):
            done = self.schema(name, *files)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        wrong = self.schema("github-workflows", ROOT / ".github/dependabot.yml")
        self.assertNotEqual(wrong.returncode, 0, "the schema sees mistakes")

    def test_zizmor_finds_nothing(self):
        done = ran(TOOLS / "bin/zizmor", "--offline", "--no-progress", "--quiet", ".")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_shellcheck_finds_nothing_in_the_shell_of_each_step(self):
        checked = 0
        for name, job, step in workflow_steps():
            if "run" not in step or "windows" in job["runs-on"]:
                continue
            checked += 1
            done = ran(TOOLS / "bin/shellcheck", "--shell=sh", "-", input=EXPRESSION.sub("expression", step["run"]))
            self.assertEqual(done.returncode, 0, f"{name}, {step.get('name')}: {done.stdout}")
        self.assertGreater(checked, 8)

    def test_shellcheck_finds_nothing_in_the_scripts_that_make_and_sign_a_release(self):
        scripts = [".ci/debian.sh", ".ci/run", *(path.relative_to(ROOT) for path in (ROOT / "tests/dist").glob("*.sh"))]
        done = ran(TOOLS / "bin/shellcheck", "--external-sources", "--exclude=SC1091", *scripts)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_they_call_scripts_that_are_there_and_those_of_continuous_integration(self):
        called = {script for _, _, step in workflow_steps() for script in CALLED.findall(step.get("run", ""))}
        self.assertLessEqual({".ci/run", "tests/dist/release.sh", "tests/run.sh", "tests/windows/on_windows.py"}, called)
        self.assertEqual([script for script in called if not (ROOT / script).is_file()], [])

    def test_each_action_is_pinned_by_its_commit_with_the_version_beside_it(self):
        used = [line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines() if re.match(r"\s+(- )?uses:", line)]
        self.assertGreater(len(used), 10)
        for line in used:
            self.assertRegex(line, r"uses: (\$/\S+|[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")

    def test_no_workflow_may_do_more_than_read_but_the_job_that_publishes(self):
        for path in WORKFLOWS:
            workflow = loaded(path)
            self.assertIn(workflow["permissions"], ({}, {"contents": "read"}))
            for name, job in workflow["jobs"].items():
                if name != "publish":
                    self.assertLessEqual(set(job.get("permissions", {}).values()), {"read"}, f"{path.name}: {name}")
