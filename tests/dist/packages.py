"""The packages in target/dist, each unpacked into a folder elsewhere whose name has a blank and letters beyond ASCII, and the tools to use them there."""

import functools
import os
import subprocess
import tarfile
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
OUT = TARGET / "dist"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["version"]
ARCHIVES = {
    "windows": OUT / f"videodoktor-{VERSION}-windows.zip",
    "linux": OUT / f"videodoktor-{VERSION}-linux-x64.tar.gz",
    "nuget": OUT / f"VideoDoktor.Net.{VERSION}.nupkg",
}


ELSEWHERE = tempfile.TemporaryDirectory(prefix="vyzkoušeno jinde ")  # it goes when the program ends


def names_in(system):
    """The names as the archive has them: where case is ignored, unpacking would lose some."""
    if ARCHIVES[system].suffix == ".gz":
        with tarfile.open(ARCHIVES[system]) as archive:
            return archive.getnames()
    with zipfile.ZipFile(ARCHIVES[system]) as archive:
        return archive.namelist()


@functools.cache
def unpacked(system):
    """The folder of an unpacked package; unpacked once."""
    place = Path(ELSEWHERE.name, "Příliš žluťoučký", system)
    if ARCHIVES[system].suffix == ".gz":
        with tarfile.open(ARCHIVES[system]) as archive:
            archive.extractall(place, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))
    else:
        with zipfile.ZipFile(ARCHIVES[system]) as archive:
            archive.extractall(place)
    return place if system == "nuget" else place / ARCHIVES[system].name.removesuffix(".zip").removesuffix(".tar.gz")


def run(*command, **settings):
    return subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", errors="replace", **settings)


class PackageTest(unittest.TestCase):
    def succeeds(self, *command, **settings):
        done = run(*command, **settings)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout
