"""The folder of a host program: videodoktor_com.dll and videodoktor.dll beside each other, as the page tells to install them."""

import shutil
import subprocess

from platforms import HERE, ROOT, WORK, workplace

COM = ROOT / "tests" / "com"
BINDING = ROOT / "bindings" / "com"
SERVER = "videodoktor_com.dll"


def server(platform):
    return ROOT / "target" / "windows" / platform.name / SERVER


def folder_of_host(platform, sandbox):
    """With the sandbox's authority; a fresh folder with a blank and Czech letters in its name."""
    made = workplace(platform, sandbox)
    folder = WORK / f"com {platform.name} ordinace č. 2"
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    shutil.copy(server(platform), folder)
    return folder


def compile_c(platform, name, folder):
    flags = [f"-I{HERE}", f"-I{COM}", "-lole32", "-loleaut32", "-luuid", "-lpsapi"]
    return platform.compile_c(name, folder, [COM / f"{name}.c"], flags)


def run(platform, *command, folder=None, time_limit=240):
    """A program of Windows' own, by its name: what it prints, and its exit code."""
    done = subprocess.run(
        platform.command(*map(str, command)), cwd=folder, env=platform.environment({}), capture_output=True, timeout=time_limit, stdin=subprocess.DEVNULL
    )
    return done.stdout.decode("utf-8", "replace"), done.returncode


def regsvr32(platform, folder, *options):
    """Its exit code. It is Windows' own: nothing of ours but the DLL's exports is tried."""
    return run(platform, "regsvr32", "/s", *options, platform.shown(folder / SERVER), folder=folder)[1]
