"""Installs the library into empty prefixes and builds a foreign project against each, by CMake and pkg-config."""

import os
import shutil
import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "bindings" / "c" / "packaging" / "install.sh"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["version"]

PROJECT = """\
cmake_minimum_required(VERSION 3.10)
project(practice LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 11)
find_package(videodoktor {wanted} REQUIRED)
find_package(videodoktor {wanted} REQUIRED) # twice, as two parts of a project may
add_executable(invite quickstart.cpp)
target_link_libraries(invite PRIVATE {target})
add_executable(version version.c)
target_link_libraries(version PRIVATE {target})
"""

VERSION_C = """\
#include <stdio.h>
#include <videodoktor.h>
int main(void) { puts(vd_version()); return vd_abi_version() != VD_ABI_VERSION; }
"""

MINGW = """\
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER {cpu}-w64-mingw32-gcc)
set(CMAKE_CXX_COMPILER {cpu}-w64-mingw32-g++)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
"""


def run(*command, **environment):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, env={**os.environ, **environment})


class Package(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.here = Path(self.folder.name)
        self.prefix = self.here / "a prefix" / "of its own"

    def succeeds(self, *command, **environment):
        result = run(*command, **environment)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def install(self, *options, **environment):
        return self.succeeds("sh", INSTALL, "--prefix", self.prefix, *options, **environment)

    def project(self, target, wanted="1.0"):
        """The sources of a program that knows nothing of this checkout."""
        sources = self.here / "project"
        shutil.rmtree(sources, ignore_errors=True)
        sources.mkdir()
        shutil.copy(ROOT / "bindings/cpp/examples/quickstart.cpp", sources)
        (sources / "version.c").write_text(VERSION_C)
        (sources / "CMakeLists.txt").write_text(PROJECT.format(wanted=wanted, target=target))
        return sources

    def configure(self, sources, *options):
        shutil.rmtree(self.here / "build", ignore_errors=True)
        return run("cmake", "-S", sources, "-B", self.here / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", *options)

    def build(self, sources, *options):
        configured = self.configure(sources, *options)
        self.assertEqual(configured.returncode, 0, configured.stdout + configured.stderr)
        self.succeeds("cmake", "--build", self.here / "build")
        return self.here / "build"

    def check_works(self, folder, needs_library):
        self.assertEqual(self.succeeds(folder / "version"), f"{VERSION}\n")
        said = self.succeeds("sh", ROOT / "tests/with_sandbox.sh", folder / "invite")
        self.assertRegex(said, r"^The patient is invited: https://\S+\n$")
        self.assertEqual("libvideodoktor" in run("ldd", folder / "invite").stdout, needs_library)

    def test_cmake_links_the_installed_libraries_shared_and_static(self):
        self.install()
        self.check_works(self.build(self.project("videodoktor::videodoktor")), needs_library=True)
        self.assertIn(str(self.prefix), run("ldd", self.here / "build" / "invite").stdout)
        self.check_works(self.build(self.project("videodoktor::static", "1.0 COMPONENTS static shared")), needs_library=False)

    def test_cmake_finds_a_package_with_a_libdir_of_debian_s(self):
        self.install("--libdir", "lib/x86_64-linux-gnu")
        package = self.prefix / "lib/x86_64-linux-gnu/cmake/videodoktor"
        self.check_works(self.build(self.project("videodoktor::videodoktor"), f"-Dvideodoktor_DIR={package}"), needs_library=True)

    def test_an_installed_package_may_be_moved_elsewhere(self):
        self.install()
        elsewhere = self.here / "moved"
        shutil.move(self.prefix, elsewhere)
        self.prefix = elsewhere
        self.check_works(self.build(self.project("videodoktor::videodoktor")), needs_library=True)

    def test_cmake_says_what_is_missing(self):
        self.install("--static", "")
        configured = self.configure(self.project("videodoktor::static", "1.0 COMPONENTS static"))
        self.assertNotEqual(configured.returncode, 0)
        self.assertIn("the component static is not installed", " ".join(configured.stderr.split()))
        for wanted in ("2.0", "1.99", "0.9"):
            configured = self.configure(self.project("videodoktor::videodoktor", wanted))
            self.assertNotEqual(configured.returncode, 0)
            self.assertIn(f"version: {VERSION}", configured.stderr)
        for wanted in ("", "1", VERSION, f"{VERSION} EXACT"):
            self.assertEqual(self.configure(self.project("videodoktor::videodoktor", wanted)).returncode, 0, wanted)

    def test_pkg_config_links_the_installed_libraries_shared_and_static(self):
        self.prefix = self.here / "prefix"  # compilers' flags know no blanks
        self.install()
        found = {"PKG_CONFIG_PATH": str(self.prefix / "lib/pkgconfig")}
        sources = self.project("unused")
        for package, needs_library in (("videodoktor", True), ("videodoktor-static", False)):
            with self.subTest(package=package):
                self.assertEqual(self.succeeds("pkg-config", "--modversion", package, **found), f"{VERSION}\n")
                flags = self.succeeds("pkg-config", "--cflags", "--libs", package, **found).split()
                built = self.here / package
                built.mkdir()
                more = [f"-Wl,-rpath,{self.prefix}/lib"] if needs_library else []
                self.succeeds("gcc", sources / "version.c", *flags, *more, "-o", built / "version")
                self.succeeds("g++", "-std=c++11", sources / "quickstart.cpp", *flags, *more, "-o", built / "invite")
                self.check_works(built, needs_library)

    def test_destdir_stands_before_the_prefix_and_in_no_file(self):
        self.prefix = Path("/usr")
        staged = self.here / "staged"
        said = self.install(DESTDIR=str(staged)).split()
        there = sorted(str(path) for path in staged.rglob("*") if path.is_file())
        self.assertEqual(sorted(said), there)
        self.assertEqual(len(there), 9)
        for path in there:
            if path.endswith((".pc", ".cmake")):
                self.assertNotIn(str(staged), Path(path).read_text())
                self.assertNotRegex(Path(path).read_text(), "@[A-Z_]+@")
        self.assertIn("prefix=/usr\n", (staged / "usr/lib/pkgconfig/videodoktor.pc").read_text())

    def test_what_cannot_be_installed_is_said(self):
        result = run("sh", INSTALL, "--prefix", self.prefix, "--shared", "/nowhere/libvideodoktor.so")
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no /nowhere/libvideodoktor.so", result.stderr)
        self.assertEqual(run("sh", INSTALL, "--prefix").returncode, 2)

    def test_a_windows_folder_serves_mingw_of_both_bitnesses(self):
        """With import libraries made of the .def file: what links is what the package finds; the DLLs themselves are tried by tests/windows."""
        windows = self.here / "windows"
        for bits, cpu in (("x86", "i686"), ("x64", "x86_64")):
            (windows / bits).mkdir(parents=True)
            library = [f"{cpu}-w64-mingw32-dlltool", "-d", ROOT / "bindings/c/videodoktor.def", "-D", "videodoktor.dll", "-l"]
            self.succeeds(*library, windows / bits / "libvideodoktor.dll.a")
            (windows / bits / "videodoktor.dll").write_bytes(b"tried elsewhere")
        self.install("--windows", windows)
        for bits, cpu in (("x86", "i686"), ("x64", "x86_64")):
            with self.subTest(bits=bits):
                toolchain = self.here / f"{cpu}.cmake"
                toolchain.write_text(MINGW.format(cpu=cpu))
                built = self.build(self.project("videodoktor::videodoktor"), f"-DCMAKE_TOOLCHAIN_FILE={toolchain}")
                self.assertIn("DLL Name: videodoktor.dll", run(f"{cpu}-w64-mingw32-objdump", "-p", built / "invite.exe").stdout)
                configured = self.configure(self.project("videodoktor::static", "COMPONENTS static"), f"-DCMAKE_TOOLCHAIN_FILE={toolchain}")
                self.assertNotEqual(configured.returncode, 0)
        shutil.rmtree(self.prefix / "x86")
        configured = self.configure(self.project("videodoktor::videodoktor"), f"-DCMAKE_TOOLCHAIN_FILE={self.here / 'i686.cmake'}")
        self.assertIn("can be linked to", " ".join(configured.stderr.split()))

    def test_cargo_c_is_told_the_same_headers(self):
        capi = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["metadata"]["capi"]
        installed = {Path(line).name for line in self.install().split("\n") if "/include/" in line}
        self.assertEqual({Path(asset["from"]).name for asset in capi["install"]["include"]["asset"]}, installed)
        for asset in capi["install"]["include"]["asset"]:
            self.assertTrue((ROOT / asset["from"]).is_file())
        self.assertEqual((capi["header"]["generation"], capi["library"]["versioning"]), (False, False))
