"""All tests of videodoktor_com.dll; run.sh calls it. Arguments: chapters to run, or none for all."""

import sys

import tally
from artifacts_of_com import try_artifacts
from demos_of_com import try_demos
from hosts import try_hosts
from platforms import platforms
from registry import try_registration


def main(wanted):
    places = platforms()
    windows = {name: places[name] for name in ("x64", "x86")}
    chapters = {"artifacts": lambda: try_artifacts(windows), "demos": lambda: try_demos(windows["x86"])}
    for name, platform in windows.items():
        chapters[name] = lambda platform=platform: try_platform(platform)
    for name in wanted or chapters:
        tally.tell(f"chapter {name}", chapters[name])
    for place in windows.values():
        tally.tell(f"the end of {place.name}", place.end)
    tally.finish()


def try_platform(platform):
    platform.make_prefix()
    # each bitness as the Windows where it is met most; tests/windows tries the library itself as both on either
    platform.set_windows("win7" if platform.name == "x86" else "win10")
    try_registration(platform)
    try_hosts(platform)


main(sys.argv[1:])
