"""What the tests and the packages are made of is what was chosen; what is published can be told from what is not."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]

BUILD_IN_SHELL = re.compile(r"\bcargo(?:-zigbuild)?\"? +(?:\+\S+ +)?(?:build|rustc|test|nextest run|clippy|run|install|fetch|metadata|tree)\b")
BUILD_IN_PYTHON = re.compile(r"\[\s*\"cargo\",")


def scripts():
    listed = subprocess.run(["git", "ls-files", "tests", ".ci", "bindings"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [ROOT / name for name in listed if name.endswith((".sh", ".py")) or name.startswith(".ci/")]
    return [path for path in found if path.is_file() and path != Path(__file__).resolve()]


def commands(path):
    """The lines of a script that are no comments, continued ones as one."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield line


def builds(path, line):
    return (BUILD_IN_PYTHON if path.suffix == ".py" else BUILD_IN_SHELL).search(line)


def ran(*command, **settings):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **settings)


class Chosen(unittest.TestCase):
    def check_every_command(self, wanted, holds, least):
        """Each command of a script that `wanted(path, line)` finds does as `holds(path, line)` says; there are some to be found."""
        found = [(path, line.strip()) for path in scripts() for line in commands(path) if wanted(path, line)]
        self.assertGreaterEqual(len(found), least, "the scripts cannot be read")
        self.assertEqual([f"{path.relative_to(ROOT)}: {line}" for path, line in found if not holds(path, line)], [])

    def test_every_build_takes_the_crates_of_the_lock_file(self):
        self.check_every_command(builds, lambda path, line: "--locked" in line, 12)

    def test_pip_takes_only_files_whose_hashes_are_listed(self):
        self.check_every_command(lambda path, line: re.search(r"\bpip3?\"? (install|download)\b", line), lambda path, line: "--require-hashes" in line, 1)

    def test_what_npm_brings_is_compared_with_a_hash(self):
        self.check_every_command(lambda path, line: re.search(r"\bnpm (install|i|ci|pack|exec)\b|\bnpx\b", line),
                                 lambda path, line: "npm pack" in line and "sha256sum --check" in path.read_text("utf-8"), 0)

    def test_every_list_of_python_packages_is_pinned_and_names_what_was_asked_for(self):
        lists = sorted((ROOT / "tests/requirements").glob("*.in"))
        self.assertGreaterEqual(len(lists), 6)
        self.assertEqual({path.stem for path in lists}, {path.stem for path in (ROOT / "tests/requirements").glob("*.txt")})
        for path in lists:
            with self.subTest(list=path.stem):
                entries = path.with_suffix(".txt").read_text("utf-8").replace("\\\n", " ").splitlines()
                entries = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
                for entry in entries:
                    self.assertRegex(entry, r"^[a-z0-9.-]+==\S+( ; \w+ == '\w+')?( +--hash=sha256:[0-9a-f]{64})+ *$")
                asked = [re.match(r"[\w.-]+", line)[0].lower() for line in commands(path) if line.strip()]
                self.assertLessEqual(set(asked), {entry.partition("==")[0] for entry in entries})

    def test_a_file_with_another_hash_is_not_installed(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "copy")
            for name in ("tests/pypi.sh", "tests/packages.sh", "tests/requirements/axe.txt"):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy / name)
            listed = copy / "tests/requirements/axe.txt"
            listed.write_text(re.sub(r"[0-9a-f]{64}", "0" * 64, listed.read_text()))
            done = ran("sh", copy / "tests/pypi.sh", "axe", env={**os.environ, "XDG_CACHE_HOME": folder})
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("THESE PACKAGES DO NOT MATCH THE HASHES", done.stderr)
            self.assertEqual(list(Path(folder, "videodoktor").iterdir()), [])


class Versions(unittest.TestCase):
    def test_the_packages_for_delphi_and_lazarus_have_the_version_of_the_library(self):
        version = re.search(r'(?m)^version = "(.*)"', (ROOT / "Cargo.toml").read_text("utf-8"))[1]
        boss = json.loads((ROOT / "boss.json").read_text("utf-8"))
        self.assertEqual(boss["version"], version)
        self.assertTrue((ROOT / boss["mainsrc"] / "VideoDoktor.pas").is_file())
        lazarus = ElementTree.parse(ROOT / "bindings/delphi/packages/videodoktorpackage.lpk").getroot().find("Package/Version")
        self.assertEqual(".".join(lazarus.get(part, "0") for part in ("Major", "Minor", "Release")), version)


class Signed(unittest.TestCase):
    """With keys made here: the release's own is nowhere near the tests."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.sums = self.folder / "SHA256SUMS"
        self.sums.write_text(f"{'0' * 64}  videodoktor.zip\n")
        self.signature = self.folder / "SHA256SUMS.minisig"
        self.new_key("release")

    def new_key(self, name, password=None):
        files = ["-p", self.folder / f"{name}.pub", "-s", self.folder / f"{name}.key"]
        made = ran("minisign", "-G", "-f", *files, *([] if password else ["-W"]), input=f"{password}\n{password}\n" if password else None)
        self.assertEqual(made.returncode, 0, made.stderr)

    def sign(self, key=None, **settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VIDEODOKTOR_SIGNING")}
        if key:
            environment["VIDEODOKTOR_SIGNING_KEY"] = str(self.folder / f"{key}.key")
        return ran("sh", ROOT / "tests/dist/sign.sh", self.folder, env={**environment, **settings}, stdin=subprocess.DEVNULL)

    def is_genuine(self, key="release"):
        return ran("minisign", "-V", "-p", self.folder / f"{key}.pub", "-m", self.sums).returncode == 0

    def test_the_sums_are_signed_with_the_key_of_the_release_and_no_other(self):
        done = self.sign("release")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.is_genuine())
        self.assertIn("videodoktor ", self.signature.read_text())
        self.new_key("foreign")
        self.assertFalse(self.is_genuine("foreign"))
        self.sums.write_text(f"{'1' * 64}  videodoktor.zip\n")
        self.assertFalse(self.is_genuine())

    def test_a_key_with_a_password_signs_only_with_it(self):
        self.new_key("guarded", "let me in")
        self.assertEqual(self.sign("guarded", VIDEODOKTOR_SIGNING_PASSWORD="let me in").returncode, 0)
        self.assertTrue(self.is_genuine("guarded"))
        for settings in ({"VIDEODOKTOR_SIGNING_PASSWORD": "let me"}, {}):
            self.assertNotEqual(self.sign("guarded", **settings).returncode, 0)
            self.assertFalse(self.signature.exists())

    def test_without_a_key_no_older_signature_stays(self):
        self.sign("release")
        done = self.sign()
        self.assertEqual(done.returncode, 0)
        self.assertIn("is not signed", done.stdout)
        self.assertFalse(self.signature.exists())

    def test_a_key_that_cannot_be_read_fails_the_build(self):
        self.assertNotEqual(self.sign("lost").returncode, 0)
        self.assertIn("sh tests/dist/sign.sh", (ROOT / "tests/dist/build.sh").read_text())
