"""The packages as an integrator uses them: the quick starts built from the unpacked package alone, and run against the sandbox in it."""

import itertools
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import printed
from in_use import CPP, MINGW, C, InUse, on_windows
from packages import ROOT, run, unpacked
from sandbox import Sandbox

PASCAL, CSHARP = "bindings/delphi/demo/console/FirstInvitation.dpr", "bindings/csharp/demo/console/FirstInvitation.cs"
PROJECT = """\
cmake_minimum_required(VERSION 3.10)
project(practice LANGUAGES CXX)
find_package(videodoktor 1.0 REQUIRED)
add_executable(invite quickstart.cpp)
target_link_libraries(invite PRIVATE videodoktor::videodoktor)
"""


class OnLinux(InUse):
    def setUp(self):
        self.folder = unpacked("linux")
        self.sandbox = self.enterContext(Sandbox([self.folder / "bin/videodoktor-sandbox"]))

    def test_the_commands_that_first_invitation_prints_build_all_four_quick_starts(self):
        lines = "".join(printed.blocks(self.folder / "docs/first-invitation.md", "sh")).splitlines()
        commands = [line for line in lines if line.startswith(("gcc ", "g++ ", "mcs ", "fpc "))]
        self.assertEqual(len(commands), 4)
        self.succeeds("sh", "-euc", "\n".join(commands), cwd=self.folder)
        lib = self.folder / "lib"
        for program in ([lib / "quickstart-c"], [lib / "quickstart-cpp"], ["mono", lib / "FirstInvitation.exe"], [lib / "FirstInvitation"]):
            with self.subTest(program=program[-1].name):
                self.check_invites(self.sandbox, *program)
        self.assertIn(str(lib / "libvideodoktor.so"), self.succeeds("ldd", lib / "quickstart-c"))

    def test_the_quick_start_invites_over_tls_trusting_the_sandbox_s_authority(self):
        program = self.folder.parent / "quickstart-tls"
        self.succeeds("g++", "-std=c++11", self.folder / CPP, f"-I{self.folder / 'include'}", f"-L{self.folder / 'lib'}", "-lvideodoktor",
                      f"-Wl,-rpath,{self.folder / 'lib'}", "-o", program)
        environment = {**os.environ, **self.sandbox.environment, "VIDEODOKTOR_URL": self.sandbox.https}
        refused = run(program, env=environment)
        self.assertIn("VD_ERR_TLS_UNTRUSTED", refused.stderr)
        self.assertEqual(self.sandbox.invited(), [])
        options = f'{{"ca_file":"{self.sandbox.ca_file}","proxy":"none"}}'
        self.succeeds(program, env={**environment, "VIDEODOKTOR_OPTIONS": options})
        self.assertEqual(len(self.sandbox.invited()), 1)

    def test_cmake_finds_the_unpacked_package(self):
        project = self.folder.parent / "project"
        project.mkdir()
        shutil.copy(self.folder / CPP, project)
        (project / "CMakeLists.txt").write_text(PROJECT)
        self.succeeds("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.folder}")
        self.succeeds("cmake", "--build", project / "build")
        self.check_invites(self.sandbox, project / "build/invite")

    def test_pkg_config_finds_the_package_wherever_it_was_unpacked(self):
        found = {**os.environ, "PKG_CONFIG_PATH": str(self.folder / "lib/pkgconfig"), "LD_LIBRARY_PATH": str(self.folder / "lib")}
        for package in ("videodoktor", "videodoktor-static"):
            program = self.folder.parent / f"from-{package}"
            compilation = f'eval "gcc \\"$1\\" $(pkg-config --cflags --libs {package}) -o \\"$2\\""'  # a shell's quotes are in the flags
            self.succeeds("sh", "-euc", compilation, "sh", self.folder / C, program, env=found)
            self.check_invites(self.sandbox, program, env=found)

    def test_the_c_tests_hold_on_the_shipped_library(self):
        program = self.folder.parent / "c-tests"
        self.succeeds("gcc", "-std=c99", "-D_GNU_SOURCE", "-O1", f"-I{self.folder / 'include'}", *sorted((ROOT / "tests/c").glob("*.c")),
                      f"-L{self.folder / 'lib'}", "-lvideodoktor", f"-Wl,-rpath,{self.folder / 'lib'}", "-lpthread", "-lm", "-o", program)
        for over in ("http", "https"):
            said = self.succeeds("sh", ROOT / "tests/with_sandbox.sh", program, env={**os.environ, "TEST_OVER": over, "TEST_VECTORS": str(ROOT / "tests/vectors")})
            self.assertRegex(said, r"(?m)^\d{2,} passed, 0 failed$")

    def test_the_program_invites(self):
        self.check_program_invites(self.sandbox, self.folder / "bin/videodoktor")

    def test_the_sandbox_leads_through_the_service_with_the_library_beside_it(self):
        said = self.succeeds(self.folder / "bin/videodoktor-sandbox", "tour", "--library", self.folder / "lib/libvideodoktor.so")
        self.assertIn("each as expected", said)


class OnWindows(InUse):
    """Under Wine; the sandbox is the .exe of the package, too, which is for 32 bits."""

    def setUp(self):
        self.folder = unpacked("windows")
        self.sandbox = self.enterContext(Sandbox(on_windows("x86", self.folder / "videodoktor-sandbox.exe")))

    def test_the_program_invites(self):
        self.check_program_invites(self.sandbox, *on_windows("x86", self.folder / "videodoktor.exe"))

    def check_program(self, bits, program):
        self.check_invites(self.sandbox, *on_windows(bits, program))

    def test_the_sandbox_opens_its_page_in_the_browser_unless_it_is_told_not_to(self):
        """Wine hands an address to xdg-open: here a program of ours, which writes down what it was asked to open."""
        folder = self.folder.parent / "browser"
        folder.mkdir()
        opened = folder / "opened"
        browser = folder / "xdg-open"
        browser.write_text(f'#!/bin/sh\necho "$1" >>"{opened}"\n')
        browser.chmod(0o755)
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
        pages = []
        for more in (["--no-browser"], []):
            command = on_windows("x86", self.folder / "videodoktor-sandbox.exe", "--http", "127.0.0.1:0", *more)
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True) as process:
                try:
                    said = list(itertools.takewhile(lambda line: line != "ready", map(str.strip, process.stdout)))
                    pages.append(f"{said[0]}/")
                    if not more:
                        self.until(opened.exists)
                finally:
                    os.killpg(process.pid, signal.SIGKILL)
        self.assertEqual(opened.read_text().split(), pages[1:], "only the one that was not told otherwise")

    def until(self, holds):
        end = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), end, f"not so after a minute: {holds}")
            time.sleep(0.05)

    def test_mingw_builds_the_c_and_the_cpp_quick_start_for_both_bitnesses(self):
        for bits, mingw in MINGW.items():
            linked = [f"-I{self.folder / 'include'}", f"-L{self.folder / bits}", "-lvideodoktor", "-static-libgcc", "-static-libstdc++"]
            for compiler, source, more in (("gcc", C, []), ("g++", CPP, ["-std=c++11"])):
                with self.subTest(bits=bits, source=source):
                    program = self.folder / bits / (Path(source).stem + Path(source).suffix[1:] + ".exe")
                    self.succeeds(f"{mingw}-{compiler}", *more, self.folder / source, *linked, "-o", program)
                    self.check_program(bits, program)

    def test_the_import_library_for_msvc_leads_to_the_dll_as_well(self):
        program = self.folder / "x64" / "by-lib.exe"
        self.succeeds("x86_64-w64-mingw32-gcc", self.folder / C, f"-I{self.folder / 'include'}", self.folder / "x64/videodoktor.lib", "-o", program)
        self.check_program("x64", program)

    def test_free_pascal_builds_the_delphi_quick_start_for_both_bitnesses(self):
        fpc = Path(os.environ["VD_FPC"])
        for bits, compiler in (("x64", ["ppcx64", "-n", "-Twin64", f"-Fu{fpc}/win64"]), ("x86", [fpc / "ppcross386", "-n", "-Twin32", f"-Fu{fpc}/win32"])):
            with self.subTest(bits=bits):
                units = self.folder.parent / f"units-{bits}"
                units.mkdir()
                program = self.folder / bits / "FirstInvitation.exe"
                self.succeeds(*compiler, "-Mdelphi", f"-Fu{self.folder / 'bindings/delphi'}", f"-FU{units}", f"-o{program}", self.folder / PASCAL)
                self.check_program(bits, program)


class FromNuGet(InUse):
    def test_mono_builds_and_runs_the_quick_start_with_each_assembly_of_the_package(self):
        package, linux = unpacked("nuget"), unpacked("linux")
        with Sandbox([linux / "bin/videodoktor-sandbox"]) as sandbox:
            for framework in ("net462", "netstandard2.0"):
                with self.subTest(framework=framework):
                    program = package.parent / f"from {framework}"
                    shutil.copytree(package / "runtimes", program / "runtimes")
                    shutil.copy(package / "lib" / framework / "VideoDoktor.Net.dll", program)
                    self.succeeds("mcs", f"-r:{program / 'VideoDoktor.Net.dll'}", f"-out:{program / 'FirstInvitation.exe'}", linux / CSHARP)
                    self.check_invites(sandbox, "mono", program / "FirstInvitation.exe")
