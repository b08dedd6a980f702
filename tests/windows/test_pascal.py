"""The Delphi binding: on Linux in both of Free Pascal's Delphi modes, and on Windows, where the one runs as Windows 7 and the other as 10."""

import dataclasses
import pathlib
import shutil
import subprocess

import pytest
from pascal_programs import ENDINGS, PROGRAMS, plugin_host, run_ending
from platforms import PASCAL, Platform, platforms, workplace
from world import Sandbox

PLATFORMS = ["linux", "x64", "x86"]
MODES = {"delphi": "win7", "delphiunicode": "win10"}
# what a project may be set to, against what the unit's source relies on
OTHER_OPTIONS = "{$B+}{$X-}{$T+}"
EVERYWHERE = [f"{platform}-{mode}" for platform in PLATFORMS for mode in MODES]
ON_WINDOWS = [where for where in EVERYWHERE if not where.startswith("linux")]


@dataclasses.dataclass
class Place:
    platform: Platform
    mode: str
    folder: pathlib.Path
    sandbox: Sandbox

    def compiled(self, name):
        return self.platform.compile_pascal(name, self.mode, self.folder)


@pytest.fixture(scope="module")
def place(request, all_platforms, sandbox):
    name, _, mode = request.param.partition("-")
    platform = all_platforms[name]
    if platform.wine:
        platform.make_prefix()
        platform.set_windows(MODES[mode])
    folder = workplace(platform, sandbox)
    make_wrong_libraries(platform, folder)
    return Place(platform, mode, folder, sandbox)


everywhere = pytest.mark.parametrize("place", EVERYWHERE, indirect=True, scope="module")
on_windows = pytest.mark.parametrize("place", ON_WINDOWS, indirect=True, scope="module")


@everywhere
@pytest.mark.parametrize("name", ["Loading", *PROGRAMS])
def test_a_program_keeps_what_it_promises_and_leaks_nothing(place, name):
    place.platform.run(place.compiled(name), sandbox=place.sandbox, leaks=True)


@everywhere
@pytest.mark.parametrize("scene", ENDINGS)
def test_a_program_ends_whatever_is_under_way(place, scene):
    run_ending(place, scene)


@on_windows
def test_a_relative_path_does_not_mislead(place):
    place.platform.run(place.compiled("Loading"), {"VD_SCENE": "relative"}, place.sandbox)


@on_windows
def test_a_plugin_of_a_program_may_use_the_unit(place):
    plugin_host(place)


@pytest.mark.parametrize("place", [f"{platform}-delphi" for platform in PLATFORMS], indirect=True, scope="module")
def test_the_unit_does_its_work_in_a_project_with_other_options(place):
    platform, folder = place.platform, place.folder
    units = folder / "units-of-other-options"
    units.mkdir(exist_ok=True)
    source = (PASCAL[0] / "VideoDoktor.pas").read_text(encoding="utf-8")
    (units / "VideoDoktor.pas").write_text(f"{OTHER_OPTIONS}\n{source}", encoding="utf-8")
    made = folder / f"OtherOptions{platform.suffix}"
    command = [*platform.pascal, "-Mdelphi", "-Cr", f"-FU{units}", f"-Fu{units}", f"-Fu{PASCAL[1]}", f"-o{made}", PASCAL[1] / "Loading.dpr"]
    compiled = subprocess.run(command, capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stdout[-1500:]
    platform.run(made, sandbox=place.sandbox)


@pytest.mark.parametrize("place", [f"{platform}-delphi" for platform in PLATFORMS], indirect=True, scope="module")
def test_a_fault_inside_the_library_is_an_error_of_the_call(place):
    hooked = workplace(place.platform, place.sandbox, hooks=True)
    place.platform.run(place.platform.compile_pascal("Bug", "delphi", hooked), sandbox=place.sandbox, leaks=True)


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
