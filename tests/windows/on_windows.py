#!/usr/bin/env python3
"""What Wine cannot show, on Windows itself: python on_windows.py CHAPTER...; ends with "N passed, N failed".

Chapters: c visual-c pascal csharp packages com program demos. What run.sh builds on Debian lies in target: dist, nuget, windows, windows-test-hooks,
windows-sandbox (.github/workflows/tests.yml brings it). Needed are gcc of MinGW for 64 bits (c), Visual Studio (visual-c, demos), Free Pascal for both
bitnesses (pascal, demos), a .NET SDK (csharp), vcpkg and CMake (packages).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests", "tests/quickstarts", "tests/windows", "tests/dist"):
    sys.path.append(str(ROOT / folder))
import tally  # noqa: E402 (these lie elsewhere)
from c_programs import compile_all  # noqa: E402
from packages import ARCHIVES  # noqa: E402
from pascal import try_endings, try_plugin  # noqa: E402
from platforms import WORK, Platform, workplace  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from world import Sandbox as World  # noqa: E402

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


def try_c():
    """The test programs of MinGW; its compiler for 32 bits is not on every machine."""
    for bits in BITS:
        platform = Windows(bits)
        if not shutil.which(platform.c_compiler):
            print(f"left out: there is no {platform.c_compiler}")
            continue
        sandbox = World(SANDBOX)
        try:
            folder = workplace(platform, sandbox)
            for program in compile_all(platform, folder):
                platform.run(program, sandbox=sandbox)
            hooked = workplace(platform, sandbox, hooks=True)
            platform.run(platform.compile_c("panic", hooked, [ROOT / "tests/windows/panic.c"]), sandbox=sandbox)
        finally:
            sandbox.stop()


def visual_c(bits):
    """The environment in which Visual Studio's compiler for these bits is called."""
    where = Path(os.environ["ProgramFiles(x86)"], "Microsoft Visual Studio/Installer/vswhere.exe")
    found = subprocess.run([where, "-latest", "-property", "installationPath"], check=True, capture_output=True, text=True).stdout.strip()
    batch = Path(found, "VC/Auxiliary/Build/vcvarsall.bat")
    said = subprocess.run(f'"{batch}" {bits} >nul && set', shell=True, check=True, capture_output=True, text=True).stdout
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def compiled(title, *command, **settings):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="replace", **settings)
    tally.check(done.returncode == 0, f"{title} compiles", done.stdout[-1500:] + done.stderr[-500:])
    return done.returncode == 0


def invites(title, *program):
    """The program takes address and keys from the environment."""
    with Sandbox([str(SANDBOX)]) as sandbox:
        environment = {**os.environ, **sandbox.environment}
        done = subprocess.run([*map(str, program)], env=environment, capture_output=True, text=True, errors="replace", timeout=120)
        invited = [address for _, address in sandbox.invited()]
        tally.check(done.returncode == 0 and invited == ["jana@example.cz"], f"{title} invites the patient", done.stdout + done.stderr)


def unpacked():
    folder = Path(tempfile.mkdtemp(prefix="videodoktor ěšč "))
    with zipfile.ZipFile(ARCHIVES["windows"]) as archive:
        archive.extractall(folder)
    return folder / ARCHIVES["windows"].stem


def try_visual_c():
    """Headers and examples as projects of Visual Studio compile them: warnings are errors, /sdl, the other calling convention, each C++ since 14."""
    package = unpacked()
    for bits in BITS:
        environment = visual_c(bits)
        folder = package / bits
        linked = [f"/I{package / 'include'}", "/link", folder / "videodoktor.lib"]
        ways = [(C, f"quickstart-{convention}", [f"/{convention}"]) for convention in (("Gd", "Gz") if bits == "x86" else ("Gd",))]
        ways += [(CPP, f"quickstart-{standard}", ["/EHsc", f"/std:c++{standard}"]) for standard in (14, 17, 20)]
        ways += [(f"bindings/c/examples/{name}.c", name, []) for name in ("invite", "diagnose")]
        for source, name, options in ways:
            program = folder / f"{name}.exe"
            command = ["cl", *STRICT, *options, package / source, f"/Fe{program}", f"/Fo{folder / name}.obj", *linked]
            title = f"{name} for {bits} by Visual C++"
            if compiled(title, *command, env=environment, shell=True) and name.startswith("quickstart"):
                invites(title, program)
        loader = folder / "loader.c"
        loader.write_text('#include <windows.h>\n#include "videodoktor_loader.h"\nint main(void) { videodoktor_api vd; return !videodoktor_load(&vd, 0, 0, 0); }\n')
        if compiled(f"the loader for {bits}", "cl", *STRICT, loader, f"/Fe{folder / 'loader.exe'}", f"/Fo{folder / 'loader.obj'}",
                    f"/I{package / 'include'}", env=environment, shell=True):
            tally.check(subprocess.run([folder / "loader.exe"]).returncode == 0, f"the loader loads the DLL for {bits}")


def try_pascal():
    for bits in BITS:
        platform, sandbox = Windows(bits), World(SANDBOX)
        try:
            folder = workplace(platform, sandbox)
            for mode in ("delphi", "delphiunicode"):
                for name in ("Vectors", "Replies", "Calls"):
                    platform.run(platform.compile_pascal(name, mode, folder), sandbox=sandbox, leaks=True)
                try_endings(platform, mode, folder, sandbox)
                try_plugin(platform, mode, folder, sandbox)
        finally:
            sandbox.stop()


def try_csharp():
    """The same tests as on Linux (sdk.sh), which know where they are."""
    told = {"VIDEODOKTOR_DOTNET": "dotnet", "VIDEODOKTOR_SANDBOX": str(SANDBOX), "VIDEODOKTOR_FILES": str(ROOT / "target/nuget"),
            "VIDEODOKTOR_LIBRARY": str(ROOT / "target/windows/x64/videodoktor.dll")}
    done = subprocess.run([sys.executable, ROOT / "tests/csharp/sdk.py"], env={**os.environ, **told})
    tally.check(done.returncode == 0, "tests/csharp/sdk.py passes")


def try_packages():
    """vcpkg's port, as a program takes it; CMake is Visual Studio's."""
    place = Path(tempfile.mkdtemp(prefix="videodoktor-vcpkg-"))
    recipes, = (ROOT / "target/dist").glob("videodoktor-*-recipes.zip")
    with zipfile.ZipFile(recipes) as archive:
        archive.extractall(place)
    vcpkg = Path(os.environ["VCPKG_INSTALLATION_ROOT"])
    downloads = {**os.environ, "X_VCPKG_ASSET_SOURCES": f"x-script,cmd /c copy /y {ARCHIVES['windows']} {{dst}}"}
    for bits in BITS:
        triplet = f"{bits}-windows"
        title = f"vcpkg installs the port for {triplet}"
        ports = next(place.rglob("portfile.cmake")).parent.parent
        if not compiled(title, vcpkg / "vcpkg", "install", f"videodoktor:{triplet}", f"--overlay-ports={ports}", "--classic", env=downloads):
            continue
        project = place / f"program {bits}"
        project.mkdir()
        shutil.copy(ROOT / CPP, project)
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.15)\nproject(practice LANGUAGES CXX)\nfind_package(videodoktor 1.0 REQUIRED)\n"
            "add_executable(invite quickstart.cpp)\ntarget_link_libraries(invite PRIVATE videodoktor::videodoktor)\n")
        toolchain = f"-DCMAKE_TOOLCHAIN_FILE={vcpkg / 'scripts/buildsystems/vcpkg.cmake'}"
        platform = "x64" if bits == "x64" else "Win32"
        if compiled(f"CMake for {triplet}", "cmake", "-S", project, "-B", project / "build", "-A", platform, toolchain, f"-DVCPKG_TARGET_TRIPLET={triplet}") \
                and compiled(f"a program for {triplet}", "cmake", "--build", project / "build", "--config", "Release"):
            invites(f"a program by vcpkg for {triplet}", project / "build/Release/invite.exe")


def try_com():
    """The COM server by PowerShell and by VBScript, which are on every Windows, with both bitnesses' DLLs registered for the user."""
    with Sandbox([str(SANDBOX)]) as sandbox:
        for bits, system in (("x64", "System32"), ("x86", "SysWOW64")):
            windows = Path(os.environ["SystemRoot"], system)
            server = ROOT / f"target/windows/{bits}/videodoktor_com.dll"
            registered = subprocess.run([windows / "regsvr32.exe", "/s", "/n", "/i:user", server])
            tally.check(registered.returncode == 0, f"the COM server for {bits} registers for the user")
            hosts = {"on_windows.ps1": [windows / "WindowsPowerShell/v1.0/powershell.exe", "-ExecutionPolicy", "Bypass", "-File"],
                     "on_windows.vbs": [windows / "cscript.exe", "//nologo"]}
            for script, host in hosts.items():
                environment = {**os.environ, **sandbox.environment}
                done = subprocess.run([*host, ROOT / "tests/com" / script], env=environment, capture_output=True, text=True, errors="replace", timeout=120)
                tally.check(done.returncode == 0, f"{script} for {bits}", done.stdout + done.stderr)


def try_program():
    invitation = ["--name", "Jana Nová", "--email", "jana@example.cz", "--born", "1980", "--start", "23.11.2090 10:00"]
    invites("videodoktor.exe", unpacked() / "videodoktor.exe", "invite", *invitation)


def try_demos():
    """They start, and go on running: nobody is there to click."""
    package = unpacked()
    for bits in BITS:
        program = package / bits / "FirstInvitation.exe"
        platform = Windows(bits)
        if compiled(f"the Delphi quick start for {bits}", *platform.pascal, "-Mdelphi", f"-Fu{package / 'bindings/delphi'}", f"-FU{package / bits}",
                    f"-o{program}", package / PASCAL):
            invites(f"the Delphi quick start for {bits}", program)
    form = package / CSHARP
    if compiled("the form of the C# demo", "dotnet", "build", "-c", "Release", form):
        for program in form.parent.rglob("bin/Release/*/VideoDoktorForm.exe"):
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
            tally.check(False, f"{program.parent.name}: the form goes on", f"ended with {code}")
        except subprocess.TimeoutExpired:
            listed = sandbox.control("counters")["requests"].get("/api_meet_list/", 0)
            tally.check(listed > 0, f"{program.parent.name}: the form lists when it opens")
        finally:
            form.kill()
            form.wait()


CHAPTERS = {"c": try_c, "visual-c": try_visual_c, "pascal": try_pascal, "csharp": try_csharp, "packages": try_packages, "com": try_com,
            "program": try_program, "demos": try_demos}


def main(wanted):
    WORK.mkdir(parents=True, exist_ok=True)
    for name in wanted or CHAPTERS:
        tally.chapter(name)
        tally.tell(f"chapter {name}", CHAPTERS[name])
    tally.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
