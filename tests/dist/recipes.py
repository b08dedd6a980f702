#!/usr/bin/env python3
"""Makes videodoktor-VERSION-recipes.zip beside the packages: a vcpkg port, a Conan recipe and a piece of CMake, each with the packages' hashes;
and videodoktor-VERSION-lazarus.zip, the Lazarus package as the Online Package Manager takes it, whose entry for it is in the recipes.

    VIDEODOKTOR_RELEASES=ADDRESS python3 recipes.py [FOLDER]      adds them to the SHA256SUMS that assemble.py wrote

FOLDER is target/dist; the packages will lie at ADDRESS, and without one there are no recipes. What stands in them is in bindings/c/packaging.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import archives
from packages import ARCHIVES, OUT, ROOT, VERSION

TEMPLATES = ROOT / "bindings/c/packaging"
DELPHI = ROOT / "bindings/delphi"
LAZARUS = "videodoktorpackage.lpk"
MOMENT = 1_767_225_600  # of every file where SOURCE_DATE_EPOCH tells none: the start of 2026
# folder of the templates: folder in the archive
PLACES = {"vcpkg": "vcpkg/videodoktor", "conan": "conan", ".": "cmake"}


def values(releases, folder):
    """What a template's @NAME@ stands for."""
    found = {"VERSION": VERSION, "RELEASES": releases.rstrip("/")}
    for system in ("windows", "linux"):
        name = ARCHIVES[system].name
        content = (folder / name).read_bytes()
        found |= {system.upper(): name, f"{system.upper()}_SHA256": hashlib.sha256(content).hexdigest(),
                  f"{system.upper()}_SHA512": hashlib.sha512(content).hexdigest()}
    return found


def fill(template, known):
    return re.sub(r"@([A-Z0-9_]+)@", lambda match: known[match[1]], template)


def put_recipes(into, known):
    for source, place in PLACES.items():
        names = ["FetchContent.cmake.in"] if source == "." else sorted(path.relative_to(TEMPLATES / source) for path in (TEMPLATES / source).rglob("*") if path.is_file())
        for name in names:
            template = TEMPLATES / source / name
            made = into / place / str(name).removesuffix(".in")
            made.parent.mkdir(parents=True, exist_ok=True)
            if template.suffix == ".in":
                made.write_text(fill(template.read_text("utf-8"), known), "utf-8")
            else:
                shutil.copyfile(template, made)


def put_lazarus(into):
    """The sources as the package names them, and the DLLs beside a program are the user's: a package of sources holds none."""
    names = ["VideoDoktor.pas", "VideoDoktorComponent.pas", "VideoDoktorRegister.pas", f"packages/{LAZARUS}", "README.md", "README.cs.md"]
    for name in names:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DELPHI / name, into / name)
    shutil.copyfile(ROOT / "LICENSE", into / "LICENSE")


def lazarus_entry(archive, releases, moment):
    """What the Online Package Manager lists of a package (packagelist.json); its dates are days since 30 December 1899."""
    package = ElementTree.parse(DELPHI / "packages" / LAZARUS).getroot().find("Package")
    content = archive.read_bytes()
    return {
        "PackageData0": {
            "Name": "VideoDoktor", "DisplayName": "VideoDoktor", "Category": "Networking",
            "CommunityDescription": package.find("Description").get("Value"), "ExternalDependecies": "videodoktor.dll or libvideodoktor.so",
            "OrphanedPackage": 0, "RepositoryFileName": archive.name, "RepositoryFileSize": len(content),
            "RepositoryFileHash": hashlib.md5(content, usedforsecurity=False).hexdigest(), "RepositoryDate": moment / 86400 + 25569,
            "PackageBaseDir": "videodoktor/", "HomePageURL": "https://www.videodoktor.cz", "DownloadURL": f"{releases.rstrip('/')}/{archive.name}",
            "SVNURL": "",
        },
        "PackageFiles0": [{
            "Name": LAZARUS, "Description": package.find("Description").get("Value"), "Author": "VideoDoktor",
            "License": package.find("License").get("Value"), "RelativeFilePath": "packages/", "VersionAsString": f"{VERSION}.0",
            "LazCompatibility": "2.2, 3.x, 4.x", "FPCCompatibility": "3.2.2", "SupportedWidgetSet": "win32/win64, gtk2, gtk3, qt5, qt6",
            "PackageType": 0, "DependenciesAsString": "FCL",
        }],
    }


def make(releases, folder=OUT, moment=MOMENT):
    """The archive."""
    name = f"videodoktor-{VERSION}-recipes"
    with tempfile.TemporaryDirectory() as place:
        put_recipes(Path(place, name), values(releases, folder))
        put_lazarus(Path(place, "videodoktor"))
        lazarus = folder / f"videodoktor-{VERSION}-lazarus.zip"
        archives.write_zip(lazarus, Path(place, "videodoktor"), moment)
        entry = Path(place, name, "lazarus/packagelist.json")
        entry.parent.mkdir()
        entry.write_text(json.dumps(lazarus_entry(lazarus, releases, moment), indent=1, ensure_ascii=False) + "\n", "utf-8")
        archives.write_zip(folder / f"{name}.zip", Path(place, name), moment)
    return folder / f"{name}.zip"


def main(arguments):
    releases, folder = os.environ.get("VIDEODOKTOR_RELEASES"), Path(arguments[0]) if arguments else OUT
    made = [folder / f"videodoktor-{VERSION}-{name}.zip" for name in ("lazarus", "recipes")]
    for old in made:
        old.unlink(missing_ok=True)
    if not releases:
        print("recipes: no VIDEODOKTOR_RELEASES, so no recipes")
        return
    make(releases, folder, int(os.environ.get("SOURCE_DATE_EPOCH") or MOMENT))
    with open(folder / "SHA256SUMS", "a", encoding="utf-8") as sums:
        for path in made:
            line = f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
            print(line)
            sums.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
