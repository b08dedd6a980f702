"""What Wine cannot show, on Windows itself: python -m pytest -c tests/pytest.ini tests/windows/on_windows.py -k "visual_c or com".

pytest is that of tests/requirements/pytest.txt. What run.sh builds on Debian lies in target: dist, nuget, windows, windows-test-hooks,
windows-sandbox (.github/workflows/tests.yml brings it). Needed are gcc of MinGW for 64 bits (c), Visual Studio (visual_c), Free Pascal for both
bitnesses (pascal, demos), a .NET SDK (csharp), vcpkg and CMake (packages).
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from c_programs import NAMES
from c_programs import compiled as compiled_c
from packages import ARCHIVES
from pascal_programs import ENDINGS, PROGRAMS, plugin_host, run_ending
from platforms import WORK, Platform, workplace
from sandbox import Sandbox
from test_pascal import Place
from world import Sandbox as World

ROOT = Path(__file__).resolve().parents[2]
SANDBOX = ROOT / "target/windows-sandbox/videodoktor-sandbox.exe"
BITS = ("x64", "x86")
C, CPP = "bindings/c/examples/quickstart.c", "bindings/cpp/examples/quickstart.cpp"
PASCAL, CSHARP = "bindings/delphi/demo/console/FirstInvitation.dpr", "bindings/csharp/demo/form/VideoDoktorForm.csproj"
STRICT = ["/nologo", "/W4", "/WX", "/sdl", "/utf-8"]


class Windows(Platform):
    """The same programs as under Wine, without it."""

    def __init__(self, bits):
        compiler = {"x64": "gcc", "x86": "i686-w64-mingw32-gcc"}[bits]
        super().__init__(bits, ["fpc", f"-P{'x86_64' if bits == 'x64' else 'i386'}", f"-T{'win64' if bits == 'x64' else 'win32'}"], compiler,
                         ROOT / f"target/windows/{bits}/videodoktor.dll", ".exe")

    def environment(self, more):
        return {**super().environment(more), "VD_WINDOWS": "win10"}


@pytest.fixture(scope="module", params=BITS)
def bits(request):
    return request.param


@pytest.fixture(scope="module")
def world():
    """With the proxy and the script host that the test programs want."""
    started = World(SANDBOX)
    yield started
    started.stop()


@pytest.mark.parametrize("name", [*NAMES, "panic"])
def test_c(bits, world, name):
    """The test programs of MinGW; its compiler for 32 bits is not on every machine."""
    platform = Windows(bits)
    if not shutil.which(platform.c_compiler):
        pytest.skip(f"there is no {platform.c_compiler}")
    WORK.mkdir(parents=True, exist_ok=True)
    platform.run(compiled_c(platform, name, workplace(platform, world, hooks=name == "panic")), sandbox=world)


def visual_c(bits):
    """The environment in which Visual Studio's compiler for these bits is called."""
    where = Path(os.environ["ProgramFiles(x86)"], "Microsoft Visual Studio/Installer/vswhere.exe")
    found = subprocess.run([where, "-latest", "-property", "installationPath"], check=True, capture_output=True, text=True).stdout.strip()
    batch = Path(found, "VC/Auxiliary/Build/vcvarsall.bat")
    said = subprocess.run(f'"{batch}" {bits} >nul && set', shell=True, check=True, capture_output=True, text=True).stdout
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def compiled(*command, **settings):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="replace", **settings)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-500:]


def invites(*program):
    """The program takes address and keys from the environment."""
    with Sandbox([str(SANDBOX)]) as sandbox:
        environment = {**os.environ, **sandbox.environment}
        done = subprocess.run([*map(str, program)], env=environment, capture_output=True, text=True, errors="replace", timeout=120)
        invited = [address for _, address in sandbox.invited()]
        assert done.returncode == 0 and invited == ["jana@example.cz"], done.stdout + done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package for Windows, unpacked where the name of the folder has a blank and Czech letters."""
    folder = tmp_path_factory.mktemp("videodoktor ěšč ")
    with zipfile.ZipFile(ARCHIVES["windows"]) as archive:
        archive.extractall(folder)
    return folder / ARCHIVES["windows"].stem


def test_visual_c(bits, package, subtests):
    """Headers and examples as projects of Visual Studio compile them: warnings are errors, /sdl, the other calling convention, each C++ since 14."""
    environment = visual_c(bits)
    folder = package / bits
    linked = [f"/I{package / 'include'}", "/link", folder / "videodoktor.lib"]
    ways = [(C, f"quickstart-{convention}", [f"/{convention}"]) for convention in (("Gd", "Gz") if bits == "x86" else ("Gd",))]
    ways += [(CPP, f"quickstart-{standard}", ["/EHsc", f"/std:c++{standard}"]) for standard in (14, 17, 20)]
    ways += [(f"bindings/c/examples/{name}.c", name, []) for name in ("invite", "diagnose")]
    for source, name, options in ways:
        with subtests.test(name):
            program = folder / f"{name}.exe"
            compiled("cl", *STRICT, *options, package / source, f"/Fe{program}", f"/Fo{folder / name}.obj", *linked, env=environment, shell=True)
            if name.startswith("quickstart"):
                invites(program)
    with subtests.test("loader"):
        loader = folder / "loader.c"
        loader.write_text('#include <windows.h>\n#include "videodoktor_loader.h"\nint main(void) { videodoktor_api vd; return !videodoktor_load(&vd, 0, 0, 0); }\n')
        compiled("cl", *STRICT, loader, f"/Fe{folder / 'loader.exe'}", f"/Fo{folder / 'loader.obj'}", f"/I{package / 'include'}", env=environment, shell=True)
        assert subprocess.run([folder / "loader.exe"]).returncode == 0, "the loader loads the DLL"


@pytest.mark.parametrize("mode", ["delphi", "delphiunicode"])
def test_pascal(bits, mode, world, subtests):
    WORK.mkdir(parents=True, exist_ok=True)
    platform = Windows(bits)
    place = Place(platform, mode, workplace(platform, world), world)
    for name in PROGRAMS:
        with subtests.test(name):
            platform.run(place.compiled(name), sandbox=world, leaks=True)
    for scene in ENDINGS:
        with subtests.test(scene):
            run_ending(place, scene)
    plugin_host(place)


def test_csharp():
    """The same tests as on Linux (sdk.sh), which know where they are."""
    told = {"VIDEODOKTOR_DOTNET": "dotnet", "VIDEODOKTOR_SANDBOX": str(SANDBOX), "VIDEODOKTOR_FILES": str(ROOT / "target/nuget"),
            "VIDEODOKTOR_LIBRARY": str(ROOT / "target/windows/x64/videodoktor.dll")}
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "tests/pytest.ini", "--rootdir", ROOT / "tests", ROOT / "tests/csharp/test_sdk.py"]
    assert subprocess.run(command, env={**os.environ, **told}).returncode == 0


def test_packages(bits, tmp_path):
    """vcpkg's port, as a program takes it; CMake is Visual Studio's."""
    recipes, = (ROOT / "target/dist").glob("videodoktor-*-recipes.zip")
    with zipfile.ZipFile(recipes) as archive:
        archive.extractall(tmp_path)
    vcpkg = Path(os.environ["VCPKG_INSTALLATION_ROOT"])
    downloads = {**os.environ, "X_VCPKG_ASSET_SOURCES": f"x-script,cmd /c copy /y {ARCHIVES['windows']} {{dst}}"}
    triplet = f"{bits}-windows"
    ports = next(tmp_path.rglob("portfile.cmake")).parent.parent
    compiled(vcpkg / "vcpkg", "install", f"videodoktor:{triplet}", f"--overlay-ports={ports}", "--classic", env=downloads)
    project = tmp_path / f"program {bits}"
    project.mkdir()
    shutil.copy(ROOT / CPP, project)
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.15)\nproject(practice LANGUAGES CXX)\nfind_package(videodoktor 1.0 REQUIRED)\n"
        "add_executable(invite quickstart.cpp)\ntarget_link_libraries(invite PRIVATE videodoktor::videodoktor)\n")
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={vcpkg / 'scripts/buildsystems/vcpkg.cmake'}"
    platform = "x64" if bits == "x64" else "Win32"
    compiled("cmake", "-S", project, "-B", project / "build", "-A", platform, toolchain, f"-DVCPKG_TARGET_TRIPLET={triplet}")
    compiled("cmake", "--build", project / "build", "--config", "Release")
    invites(project / "build/Release/invite.exe")


def test_com(bits, subtests):
    """The COM server by PowerShell and by VBScript, which are on every Windows, with the DLL registered for the user."""
    windows = Path(os.environ["SystemRoot"], {"x64": "System32", "x86": "SysWOW64"}[bits])
    registered = subprocess.run([windows / "regsvr32.exe", "/s", "/n", "/i:user", ROOT / f"target/windows/{bits}/videodoktor_com.dll"])
    assert registered.returncode == 0
    hosts = {"on_windows.ps1": [windows / "WindowsPowerShell/v1.0/powershell.exe", "-ExecutionPolicy", "Bypass", "-File"],
             "on_windows.vbs": [windows / "cscript.exe", "//nologo"]}
    with Sandbox([str(SANDBOX)]) as sandbox:
        for script, host in hosts.items():
            with subtests.test(script):
                environment = {**os.environ, **sandbox.environment}
                done = subprocess.run([*host, ROOT / "tests/com" / script], env=environment, capture_output=True, text=True, errors="replace", timeout=120)
                assert done.returncode == 0, done.stdout + done.stderr


def test_program(package):
    invitation = ["--name", "Jana Nová", "--email", "jana@example.cz", "--born", "1980", "--start", "23.11.2090 10:00"]
    invites(package / "videodoktor.exe", "invite", *invitation)


@pytest.mark.parametrize("demo", ["Delphi for x64", "Delphi for x86", "C#"])
def test_demos(demo, package):
    """The quick start in Delphi invites; the window of the C# demo goes on running, since nobody is there to click."""
    if demo == "C#":
        goes_on_running(package)
        return
    bits = demo.rpartition(" ")[2]
    program = package / bits / "FirstInvitation.exe"
    compiled(*Windows(bits).pascal, "-Mdelphi", f"-Fu{package / 'bindings/delphi'}", f"-FU{package / bits}", f"-o{program}", package / PASCAL)
    invites(program)


def goes_on_running(package):
    form = package / CSHARP
    compiled("dotnet", "build", "-c", "Release", form)
    programs = list(form.parent.rglob("bin/Release/*/VideoDoktorForm.exe"))
    assert programs
    for program in programs:
        for bits in BITS:
            (program.parent / bits).mkdir(exist_ok=True)
            shutil.copy(package / bits / "videodoktor.dll", program.parent / bits)
        check_goes_on(program)


def check_goes_on(program):
    with Sandbox([str(SANDBOX)]) as sandbox:
        own = {"VIDEODOKTOR_URL": sandbox.http, "VIDEODOKTOR_APP_KEY": sandbox.app_key, "VIDEODOKTOR_API_KEY": sandbox.practice_key}
        form = subprocess.Popen([program], env={**os.environ, **own})
        try:
            code = form.wait(10)  # a window goes on; what fails to start ends
            pytest.fail(f"{program.parent.name}: the form ended with {code}")
        except subprocess.TimeoutExpired:
            listed = sandbox.control("counters")["requests"].get("/api_meet_list/", 0)
            assert listed > 0, f"{program.parent.name}: the form lists when it opens"
        finally:
            form.kill()
            form.wait()
