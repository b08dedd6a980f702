"""The C programs, each as Windows 7 and as Windows 10."""

import tally
from platforms import HERE, ROOT, start_sandbox, workplace


def try_c(platform):
    tally.chapter(f"C programs on {platform.name}")
    platform.make_prefix()
    sandbox = start_sandbox()
    try:
        programs = compile_all(platform, workplace(platform, sandbox))
        hooked = workplace(platform, sandbox, hooks=True)
        programs.append(platform.compile_c("panic", hooked, [HERE / "panic.c"]))
        for windows in ("win7", "win10"):
            platform.set_windows(windows)
            for program in programs:
                platform.run(program, sandbox=sandbox)
    finally:
        sandbox.stop()


def compile_all(platform, folder):
    programs = [platform.compile_c(name, folder, [HERE / f"{name}.c"], ["-lversion"]) for name in ("promise", "unload", "connection", "networks", "properties", "relative")]
    libraries = ROOT / "target" / "windows" / platform.name
    for kind, library in (("mingw", "libvideodoktor.dll.a"), ("msvc", "videodoktor.lib")):
        programs.append(platform.compile_c(f"linked-{kind}", folder, [HERE / "linked.c", libraries / library]))
    return programs


def try_settings(platform):
    """The library beside Windows' own clients."""
    tally.chapter(f"Proxy settings on {platform.name}")
    platform.make_prefix()
    sandbox = start_sandbox()
    try:
        platform.set_windows("win10")
        sources = [HERE / f"{name}.c" for name in ("settings", "judge_winhttp", "judge_wininet")]
        platform.run(platform.compile_c("settings", workplace(platform, sandbox), sources, ["-lwinhttp", "-lwininet"]), sandbox=sandbox)
    finally:
        sandbox.stop()
