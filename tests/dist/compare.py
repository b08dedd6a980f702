#!/usr/bin/env python3
"""Whether two builds of the packages are the same: python3 compare.py FOLDER OTHER; names what differs, and ends with 1 if anything does.

What signing adds is left out: the signature in a program for Windows, SHA256SUMS.minisig, and then the sums in which they show.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nuget

SIGNATURES = {"SHA256SUMS.minisig"}


def contents(package):
    """Name and bytes of everything in an archive, or of the file itself."""
    if package.suffix in (".nupkg", ".snupkg"):
        return {name: text.encode("latin-1") for name, text in nuget.parts(package).items()}
    if package.suffix == ".zip":
        with zipfile.ZipFile(package) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if package.name.endswith(".tar.gz"):
        with tarfile.open(package) as archive:
            return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    return {"": package.read_bytes()}


def is_program(content):
    return content[:2] == b"MZ"


def unsigned(program):
    """Without its signature; one that has none is itself."""
    with tempfile.TemporaryDirectory() as folder:
        signed, bare = Path(folder, "signed"), Path(folder, "bare")
        signed.write_bytes(program)
        done = subprocess.run(["osslsigncode", "remove-signature", "-in", signed, "-out", bare], capture_output=True)
        return bare.read_bytes() if done.returncode == 0 else program


def differences(one, other):
    """The names of what is not in both folders or not the same in them."""
    names = [{path.name for path in folder.iterdir()} - SIGNATURES for folder in (one, other)]
    found, signed = sorted(names[0] ^ names[1]), False
    common = names[0] & names[1] - {"SHA256SUMS"}
    for name in sorted(common, key=lambda name: name.endswith("-recipes.zip")):  # these name the others' hashes
        if (one / name).read_bytes() == (other / name).read_bytes():
            continue
        ours, theirs = contents(one / name), contents(other / name)
        differing = sorted(part for part in ours.keys() | theirs.keys() if ours.get(part) != theirs.get(part))
        programs = [part for part in differing if part in ours and part in theirs and is_program(ours[part]) and is_program(theirs[part])]
        same = {part for part in programs if unsigned(ours[part]) == unsigned(theirs[part])}
        signed = signed or bool(same)
        sums = {part for part in differing if same and part.rpartition("/")[2] == "SHA256SUMS" or signed and name.endswith("-recipes.zip")}
        found += [f"{name}: {part}" for part in differing if part not in same | sums]
    if (one / "SHA256SUMS").read_bytes() != (other / "SHA256SUMS").read_bytes() and not signed and not any(name.endswith("nupkg") for name in names[0]):
        found.append("SHA256SUMS")
    return found


def main(folders):
    if len(folders) != 2:
        sys.exit(__doc__)
    one, other = map(Path, folders)
    if found := differences(one, other):
        sys.exit("\n".join(f"compare: {name} differs" for name in found))
    for path in sorted(one.iterdir()):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    print("compare: both builds are the same")


if __name__ == "__main__":
    main(sys.argv[1:])
