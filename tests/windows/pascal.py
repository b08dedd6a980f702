"""The Delphi binding: on Linux in both of Free Pascal's Delphi modes, and on Windows, where the one runs as Windows 7 and the other as 10."""

import shutil
import subprocess

import tally
from platforms import PASCAL, platforms, start_sandbox, workplace

# how a program ends, or takes its log event away, while calls are under way: each in a process of its own, which must not hang
ENDINGS = ("log-is-taken-away", "ends-in-log-event", "ends-in-calls")
ENDS_WITHIN = 60  # seconds
# what a project may be set to, against what the unit's source relies on
OTHER_OPTIONS = "{$B+}{$X-}{$T+}"


def try_pascal(platform):
    tally.chapter(f"Delphi binding on {platform.name}")
    if platform.wine:
        platform.make_prefix()
    sandbox = start_sandbox()
    try:
        folder = workplace(platform, sandbox)
        make_wrong_libraries(platform, folder)
        for mode, windows in (("delphi", "win7"), ("delphiunicode", "win10")):
            if platform.wine:
                platform.set_windows(windows)
            for name in ("Loading", "Vectors", "Replies", "Calls"):
                program = platform.compile_pascal(name, mode, folder)
                platform.run(program, sandbox=sandbox, leaks=True)
            try_endings(platform, mode, folder, sandbox)
            if platform.wine:
                program = platform.compile_pascal("Loading", mode, folder)
                platform.run(program, {"VD_SCENE": "relative"}, sandbox)
                try_plugin(platform, mode, folder, sandbox)
        try_other_options(platform, folder, sandbox)
        hooked = workplace(platform, sandbox, hooks=True)
        platform.run(platform.compile_pascal("Bug", "delphi", hooked), sandbox=sandbox, leaks=True)
    finally:
        sandbox.stop()


def try_endings(platform, mode, folder, sandbox):
    program = platform.compile_pascal("Ending", mode, folder)
    for scene in ENDINGS:
        platform.run(program, {"VD_SCENE": scene}, sandbox, leaks=True, time_limit=ENDS_WITHIN)


def try_plugin(platform, mode, folder, sandbox):
    plugins = folder / "plugins"
    plugins.mkdir(exist_ok=True)
    made = platform.compile_pascal("Plugin", mode, folder)
    if made.exists():
        made.replace(plugins / "Plugin.dll")
    platform.run(platform.compile_pascal("PluginHost", mode, folder), sandbox=sandbox, time_limit=ENDS_WITHIN)


def try_other_options(platform, folder, sandbox):
    """The unit in a project whose options are not those that its source relies on."""
    units = folder / "units-of-other-options"
    units.mkdir(exist_ok=True)
    source = (PASCAL[0] / "VideoDoktor.pas").read_text(encoding="utf-8")
    (units / "VideoDoktor.pas").write_text(f"{OTHER_OPTIONS}\n{source}", encoding="utf-8")
    made = folder / f"OtherOptions{platform.suffix}"
    command = [*platform.pascal, "-Mdelphi", "-Cr", f"-FU{units}", f"-Fu{units}", f"-Fu{PASCAL[1]}", f"-o{made}", PASCAL[1] / "Loading.dpr"]
    compiled = subprocess.run(command, capture_output=True, text=True)
    tally.check(compiled.returncode == 0, f"Loading compiles for {platform.name} with {OTHER_OPTIONS}", compiled.stdout[-1500:])
    platform.run(made, sandbox=sandbox)


def make_wrong_libraries(platform, folder):
    """What must not be taken for the library, each under its own name."""
    name = platform.library.name
    (folder / f"text-{name}").write_text("This is no library.\n" * 100)
    shutil.copy(platform.library, folder / f"otherbits-{name}")
    if platform.name == "linux":
        # the byte that tells the bitness: Debian has no 32-bit library at hand to copy
        with open(folder / f"otherbits-{name}", "r+b") as other:
            other.seek(4)
            other.write(b"\1")
    else:
        other = "x86" if platform.name == "x64" else "x64"
        shutil.copy(platforms()[other].library, folder / f"otherbits-{name}")
    kinds = {
        "older": ["-DABI=0", '-DVERSION="0.9.0"'],
        "newer": ["-DABI=2", '-DVERSION="7.0.0"'],
        "release10": ["-DABI=1", '-DVERSION="1.0.0"', "-DRELEASE_1_0"],
        "foreign": ["-DFOREIGN"],
    }
    for kind, flags in kinds.items():
        command = [platform.c_compiler, "-shared", "-fPIC", *flags, PASCAL[1] / "pretender.c", "-o", folder / f"{kind}-{name}"]
        subprocess.run(command, check=True, capture_output=True)
