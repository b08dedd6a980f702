"""The Delphi binding: on Linux in both of Free Pascal's Delphi modes, and on Windows, where the one runs as Windows 7 and the other as 10."""

import shutil
import subprocess

import tally
from platforms import PASCAL, platforms, start_sandbox, workplace


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
        hooked = workplace(platform, sandbox, hooks=True)
        platform.run(platform.compile_pascal("Bug", "delphi", hooked), sandbox=sandbox, leaks=True)
    finally:
        sandbox.stop()


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
        "lacking": ["-DABI=1", '-DVERSION="1.1.0"', "-DLACKING"],
        "foreign": ["-DFOREIGN"],
    }
    for kind, flags in kinds.items():
        command = [platform.c_compiler, "-shared", "-fPIC", *flags, PASCAL[1] / "pretender.c", "-o", folder / f"{kind}-{name}"]
        subprocess.run(command, check=True, capture_output=True)
