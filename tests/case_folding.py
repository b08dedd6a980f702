"""Names that are one name on Windows and macOS: they differ only in their case, or in how an accented letter is encoded."""

import unicodedata
from collections import defaultdict
from pathlib import Path, PurePosixPath


def folded(name):
    """The name as file systems that ignore case compare it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(name)).casefold())


def clashes(names):
    """Groups of different relative paths, of files or of folders above them, that a file system that ignores case takes for one."""
    alike = defaultdict(set)
    for name in map(PurePosixPath, names):
        for path in (name, *name.parents):
            alike[folded(path)].add(str(path))
    groups = [sorted(group) for group in alike.values() if len(group) > 1]
    return sorted(groups)


def clashes_in(folder):
    """The same for everything in a folder."""
    folder = Path(folder)
    return clashes(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def published(names):
    """What `dotnet publish -r RID` puts into one folder, of a NuGet package that holds these names: (framework, RID) and the file names.

    The assembly for the framework lies beside the native library for the RID there, although the package keeps them apart (NETSDK1152).
    """
    of_frameworks, of_platforms = defaultdict(list), defaultdict(list)
    for name in map(PurePosixPath, names):
        if name.parts[0] == "lib":
            of_frameworks[name.parts[1]].append(str(PurePosixPath(*name.parts[2:])))
        elif name.parts[0] == "runtimes" and name.parts[2] == "native":
            of_platforms[name.parts[1]].append(str(PurePosixPath(*name.parts[3:])))
    return {(framework, platform): assemblies + libraries
            for framework, assemblies in of_frameworks.items() for platform, libraries in of_platforms.items()}
