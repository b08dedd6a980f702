#!/usr/bin/env python3
"""The NuGet package as a .NET SDK makes it: python3 nuget.py DOTNET FILES OUT, where FILES is the folder that assemble.py fills; prints the package.

    python3 nuget.py --compare ONE OTHER    tells the parts in which two packages differ, if any
"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PSMDCP = re.compile(r"package/services/metadata/core-properties/\w+\.psmdcp")


def pack(dotnet, files, out, *properties, source=ROOT / "bindings/csharp", **settings):
    """Everything else stands in the project."""
    project = Path(source) / "VideoDoktor/VideoDoktor.Net.csproj"
    command = [dotnet, "pack", "-c", "Release", "-o", out, f"-p:VideoDoktorFiles={files}", *properties, project]
    return subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", errors="replace", **settings)


def parts(package):
    """By name; one of them has a name that is chosen at random, which a second names."""
    with zipfile.ZipFile(package) as opened:
        return {PSMDCP.sub("core.psmdcp", name): PSMDCP.sub("core.psmdcp", opened.read(name).decode("latin-1")) for name in opened.namelist()}


def differences(one, other):
    """The names of the parts that are not in both packages or not the same in them."""
    ours, theirs = parts(one), parts(other)
    ids = re.compile(r'Id="\w+"')  # of a relationship: random, too
    for each in (ours, theirs):
        each["_rels/.rels"] = ids.sub("", each["_rels/.rels"])
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def main(arguments):
    if len(arguments) != 3:
        sys.exit(__doc__)
    if arguments[0] == "--compare":
        sys.exit("\n".join(f"nuget: {name} differs" for name in differences(*arguments[1:])) or None)
    dotnet, files, out = arguments[0], Path(arguments[1]).resolve(), Path(arguments[2]).resolve()
    shutil.rmtree(ROOT / "bindings/csharp/VideoDoktor/obj", ignore_errors=True)
    done = pack(dotnet, files, out)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    package, = out.glob("VideoDoktor.Net.*.nupkg")
    print(package)


if __name__ == "__main__":
    main(sys.argv[1:])
