"""The programs in C that run on Windows, and how each is compiled."""

from platforms import HERE, ROOT

LIBRARIES = {"linked-mingw": "libvideodoktor.dll.a", "linked-msvc": "videodoktor.lib"}
NAMES = ["promise", "unload", "connection", "networks", "properties", "relative", *LIBRARIES]


def compiled(platform, name, folder):
    if name == "settings":  # the library beside Windows' own clients
        return platform.compile_c(name, folder, [HERE / f"{part}.c" for part in ("settings", "judge_winhttp", "judge_wininet")], ["-lwinhttp", "-lwininet"])
    if name in LIBRARIES:
        return platform.compile_c(name, folder, [HERE / "linked.c", ROOT / "target/windows" / platform.name / LIBRARIES[name]])
    return platform.compile_c(name, folder, [HERE / f"{name}.c"], ["-lversion"])
