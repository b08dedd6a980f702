"""Which crates a product of this workspace is linked from, and their licences: what cargo says of the very packages that were built."""

import functools
import json
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINUX = ["x86_64-unknown-linux-gnu"]
WINDOWS_32 = "i686-win7-windows-gnu"
WINDOWS = ["x86_64-win7-windows-gnu", WINDOWS_32]
LICENCE_FILE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.I)
SOURCE_ENDINGS = {".rs", ".c", ".h", ".py", ".toml"}


@dataclass(order=True)
class Crate:
    name: str
    version: str
    licence: str = field(compare=False)
    repository: str = field(compare=False)
    folder: Path = field(compare=False)
    checksum: str = field(compare=False)
    needs: set = field(compare=False, default_factory=set)

    @property
    def key(self):
        return f"{self.name} {self.version}"

    @property
    def is_ours(self):
        """Of this workspace, and so under its licence; what comes from the registry has a checksum."""
        return not self.checksum

    def licence_texts(self):
        """The texts in its package; a crate without one cannot be passed on."""
        files = sorted(path for path in self.folder.rglob("*") if LICENCE_FILE.match(path.name) and path.is_file() and path.suffix not in SOURCE_ENDINGS)
        texts = [path.read_text("utf-8") for path in files] or self.licence_at_the_head_of_the_source()
        if not texts:
            raise SystemExit(f"dist: {self.key} ({self.licence}) carries no licence text: find it, or do without the crate")
        return ["\n".join(line.rstrip() for line in text.strip().splitlines()) for text in texts]

    def licence_at_the_head_of_the_source(self):
        """The comment with which the source begins, if it grants the rights."""
        comment = re.match(r"/\*(.*?)\*/", (self.folder / "src/lib.rs").read_text("utf-8"), re.S)
        if not comment or "Permission is hereby granted" not in comment[1]:
            return []
        return ["\n".join(re.sub(r"^ \* ?", "", line) for line in comment[1].splitlines())]


def said_by_cargo(*arguments):
    return subprocess.run(["cargo", *arguments, "--locked"], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@functools.cache
def packages():
    """Every package of the lock file that cargo knows of, by name and version."""
    checksums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]}
    known = json.loads(said_by_cargo("metadata", "--format-version", "1"))["packages"]
    return {
        f"{each['name']} {each['version']}": Crate(
            each["name"], each["version"], each["license"], each["repository"] or "", Path(each["manifest_path"]).parent, checksums[each["name"], each["version"]]
        )
        for each in known
    }


def linked(product, targets):
    """The crates that end up in the product on these targets, itself first; each knows by key which others it needs."""
    found = {}
    for target in targets:
        above = []
        lines = said_by_cargo("tree", "-p", product, "-e", "normal,no-proc-macro", "--target", target, "--prefix", "depth", "-f", " {p}")
        for line in lines.splitlines():
            depth, name, version = line.split()[:3]
            key = f"{name} {version.removeprefix('v')}"
            if key not in found:
                crate = packages()[key]
                found[key] = Crate(crate.name, crate.version, crate.licence, crate.repository, crate.folder, crate.checksum)
            above = [*above[: int(depth)], key]
            if len(above) > 1:
                found[above[-2]].needs.add(key)
    first, *others = found.values()
    return [first, *sorted(others)]
