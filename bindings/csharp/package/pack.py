#!/usr/bin/env python3
"""Makes the NuGet package without a .NET SDK: python3 pack.py FOLDER OUT, where FOLDER holds the files that VideoDoktor.Net.nuspec lists as src, as
tests/dist/assemble.py lays them out. It is for two frameworks and has no symbols: a release is packed by the project, `dotnet pack`.
"""
import os
import sys
import time
import zipfile
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
NUSPEC = "http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"
OPC = "http://schemas.openxmlformats.org/package/2006"
CORE = "package/services/metadata/core-properties/videodoktor.psmdcp"


def content_types(names):
    """Each kind of file that the package holds, which the format demands; a file without an ending is named by itself."""
    kinds = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "psmdcp": "application/vnd.openxmlformats-package.core-properties+xml"}
    lines, lone = [], []
    for name in names:
        ending = os.path.splitext(name)[1][1:]
        if ending:
            kinds.setdefault(ending, "application/octet")
        else:
            lone.append(f'<Override PartName="/{name}" ContentType="application/octet" />')
    lines += [f'<Default Extension="{ending}" ContentType="{kind}" />' for ending, kind in sorted(kinds.items())]
    return f'<?xml version="1.0" encoding="utf-8"?><Types xmlns="{OPC}/content-types">{"".join(lines + lone)}</Types>'


def relationships():
    return (f'<?xml version="1.0" encoding="utf-8"?><Relationships xmlns="{OPC}/relationships">'
            '<Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/VideoDoktor.Net.nuspec" Id="manifest" />'
            f'<Relationship Type="{OPC}/relationships/metadata/core-properties" Target="/{CORE}" Id="core" /></Relationships>')


def core_properties(metadata):
    of = lambda name: metadata.findtext(f"{{{NUSPEC}}}{name}")
    return (f'<?xml version="1.0" encoding="utf-8"?><coreProperties xmlns="{OPC}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f'<dc:creator>{of("authors")}</dc:creator><dc:description>{of("description")}</dc:description><dc:identifier>{of("id")}</dc:identifier>'
            f'<version>{of("version")}</version></coreProperties>')


def parts(folder):
    """Name and bytes of everything in the package, in its order."""
    ElementTree.register_namespace("", NUSPEC)
    package = ElementTree.parse(os.path.join(HERE, "VideoDoktor.Net.nuspec")).getroot()
    files = package.find(f"{{{NUSPEC}}}files")
    contents = []
    for file in files:
        here = os.path.join(HERE, file.get("src"))
        with open(here if os.path.exists(here) else os.path.join(folder, file.get("src")), "rb") as source:
            contents.append((file.get("target"), source.read()))
    package.remove(files)
    metadata = package.find(f"{{{NUSPEC}}}metadata")
    with open(os.path.join(folder, "release-notes.txt"), encoding="utf-8") as notes:
        ElementTree.SubElement(metadata, f"{{{NUSPEC}}}releaseNotes").text = notes.read()
    yield "_rels/.rels", relationships().encode()
    yield "VideoDoktor.Net.nuspec", ElementTree.tostring(package, encoding="utf-8", xml_declaration=True)
    yield from contents
    yield "[Content_Types].xml", content_types(["VideoDoktor.Net.nuspec"] + [name for name, _ in contents]).encode()
    yield CORE, core_properties(metadata).encode()


def pack(folder, out):
    package = list(parts(folder))
    nuspec = ElementTree.fromstring(dict(package)["VideoDoktor.Net.nuspec"])
    version = nuspec.findtext(f"{{{NUSPEC}}}metadata/{{{NUSPEC}}}version")
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))[:6]
    path = os.path.join(out, f"VideoDoktor.Net.{version}.nupkg")
    os.makedirs(out, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as nupkg:
        for name, content in package:
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            nupkg.writestr(entry, content)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(pack(sys.argv[1], sys.argv[2]))
