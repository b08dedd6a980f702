"""The recipes for package managers as a program takes them: Conan from its recipe to a program, vcpkg's port as CMake carries it out, FetchContent."""

import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import compare
import recipes
from in_use import CPP, MINGW, InUse, on_windows
from packages import ARCHIVES, OUT, ROOT, VERSION, run, unpacked
from sandbox import Sandbox

CONAN = Path(os.environ.get("VIDEODOKTOR_CONAN", ""))  # of tests/requirements/conan.txt; set by run.sh
# What the port calls of vcpkg, which is not to be had here (on Windows the workflow asks vcpkg itself): the same for one archive with a folder at its top.
VCPKG = """
function(vcpkg_check_linkage)
endfunction()
function(vcpkg_download_distfile result)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILENAME;SHA512" "URLS")
    file(DOWNLOAD "${arg_URLS}" "${WORK}/${arg_FILENAME}" EXPECTED_HASH SHA512=${arg_SHA512})
    set(${result} "${WORK}/${arg_FILENAME}" PARENT_SCOPE)
endfunction()
function(vcpkg_extract_source_archive result)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCHIVE" "")
    file(ARCHIVE_EXTRACT INPUT "${arg_ARCHIVE}" DESTINATION "${WORK}/released")
    file(GLOB top "${WORK}/released/*")
    set(${result} "${top}" PARENT_SCOPE)
endfunction()
function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
    foreach(file IN LISTS arg_FILE_LIST)
        file(READ "${file}" text)
        file(APPEND "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright" "${text}")
    endforeach()
endfunction()
include("${PORTFILE}")
"""
PROJECT = """\
cmake_minimum_required(VERSION 3.14)
project(practice LANGUAGES CXX)
{found}
add_executable(invite quickstart.cpp)
target_link_libraries(invite PRIVATE videodoktor::videodoktor)
"""
FIND = "find_package(videodoktor 1.0 REQUIRED)"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Recipes(InUse):
    @classmethod
    def setUpClass(cls):
        cls.place = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="recepty ")))
        cls.releases = cls.place / "releases"
        cls.releases.mkdir()
        for system in ("windows", "linux"):
            shutil.copy(ARCHIVES[system], cls.releases)
        cls.enterClassContext(mock.patch.dict(os.environ, no_proxy="127.0.0.1", NO_PROXY="127.0.0.1"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=cls.releases))
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.address = f"http://127.0.0.1:{server.server_port}"
        with zipfile.ZipFile(recipes.make(cls.address, cls.releases)) as archive:
            archive.extractall(cls.place)
        cls.recipes = cls.place / f"videodoktor-{VERSION}-recipes"
        shutil.copytree(cls.recipes / "conan", cls.place / "conan")  # a program is built within

    def project(self, name, found=FIND):
        folder = self.place / name
        folder.mkdir()
        shutil.copy(unpacked("linux") / CPP, folder)
        (folder / "CMakeLists.txt").write_text(PROJECT.format(found=found))
        return folder

    def built(self, folder, *settings, **more):
        self.succeeds("cmake", "-S", folder, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Release", *settings, **more)
        self.succeeds("cmake", "--build", folder / "build", **more)
        return folder / "build"

    def mingw(self, bits):
        """CMake's settings to build for Windows."""
        return ["-DCMAKE_SYSTEM_NAME=Windows", f"-DCMAKE_C_COMPILER={MINGW[bits]}-gcc", f"-DCMAKE_CXX_COMPILER={MINGW[bits]}-g++",
                "-DCMAKE_EXE_LINKER_FLAGS=-static-libgcc -static-libstdc++"]

    def linux_sandbox(self):
        return self.enterContext(Sandbox([unpacked("linux") / "bin/videodoktor-sandbox"]))

    def conan(self, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(CONAN), "CONAN_HOME": str(self.place / "conan-home")}
        if not (self.place / "conan-home").exists():
            self.succeeds(sys.executable, CONAN / "bin/conan", "profile", "detect", env=environment)
        return self.succeeds(sys.executable, CONAN / "bin/conan", *arguments, env=environment)

    def test_conan_creates_the_package_and_a_program_takes_it(self):
        self.conan("create", self.place / "conan")  # and links and runs test_package
        folder = self.project("by Conan")
        self.conan("install", f"--requires=videodoktor/{VERSION}", "-g", "CMakeDeps", "-g", "CMakeToolchain", f"--output-folder={folder / 'conan'}")
        program = self.built(folder, f"-DCMAKE_TOOLCHAIN_FILE={folder / 'conan/conan_toolchain.cmake'}") / "invite"
        self.check_invites(self.linux_sandbox(), program)

    def test_conan_packs_for_windows_what_each_bitness_needs_and_nothing_for_others(self):
        for bits, arch in (("x64", "x86_64"), ("x86", "x86")):
            self.conan("create", self.place / "conan", "-s", "os=Windows", "-s", f"arch={arch}", "-tf", "")
            packed, = (path for path in (self.place / "conan-home/p").rglob("bin/videodoktor.dll")
                       if path.read_bytes() == (unpacked("windows") / bits / "videodoktor.dll").read_bytes())
            self.assertEqual({path.name for path in (packed.parents[1] / "lib").iterdir()}, {"videodoktor.lib", "libvideodoktor.dll.a"})
        with self.assertRaisesRegex(AssertionError, "is released for Windows x86 and x86_64"):
            self.conan("create", self.place / "conan", "-s", "arch=armv8", "-tf", "")

    def port(self, name, **settings):
        """The folder that the port installs into."""
        work = self.place / name
        work.mkdir()
        (work / "vcpkg.cmake").write_text(VCPKG)
        into = work / "installed"
        own = {"WORK": work, "PORT": "videodoktor", "PORTFILE": self.recipes / "vcpkg/videodoktor/portfile.cmake", "CURRENT_PACKAGES_DIR": into, **settings}
        self.succeeds("cmake", *[f"-D{key}={value}" for key, value in own.items()], "-P", work / "vcpkg.cmake")
        return into

    def test_the_vcpkg_port_serves_a_program_on_linux(self):
        into = self.port("port for Linux")
        text = (into / "share/videodoktor/copyright").read_text("utf-8")
        self.assertTrue("MIT" in text and "rustls" in text)
        folder = self.project("by vcpkg")
        program = self.built(folder, f"-DCMAKE_PREFIX_PATH={into}", f"-Dvideodoktor_DIR={into / 'share/videodoktor'}") / "invite"
        self.check_invites(self.linux_sandbox(), program, env={**os.environ, "LD_LIBRARY_PATH": str(into / "lib")})

    def test_the_vcpkg_port_serves_programs_on_windows_of_both_bitnesses(self):
        sandbox = self.linux_sandbox()
        for bits in MINGW:
            into = self.port(f"port for {bits}", VCPKG_TARGET_IS_WINDOWS=1, VCPKG_TARGET_IS_MINGW=1, VCPKG_TARGET_ARCHITECTURE=bits)
            self.assertEqual((into / "debug/bin/videodoktor.dll").read_bytes(), (unpacked("windows") / bits / "videodoktor.dll").read_bytes())
            folder = self.project(f"by vcpkg for {bits}")
            made = self.built(folder, *self.mingw(bits), f"-Dvideodoktor_DIR={into / 'share/videodoktor'}")
            shutil.copy(into / "bin/videodoktor.dll", made)
            self.check_invites(sandbox, *on_windows(bits, made / "invite.exe"))
        into = self.port("port for Visual C++", VCPKG_TARGET_IS_WINDOWS=1, VCPKG_TARGET_ARCHITECTURE="x64", VCPKG_BUILD_TYPE="release")
        self.assertTrue((into / "lib/videodoktor.lib").is_file())
        self.assertFalse((into / "debug").exists())

    def test_fetchcontent_fetches_what_was_released_and_nothing_else(self):
        folder = self.project("by FetchContent", f"include({self.recipes.as_posix()}/cmake/FetchContent.cmake)".replace(" ", "\\ "))
        self.check_invites(self.linux_sandbox(), self.built(folder) / "invite")
        exchanged = self.project("exchanged", (self.recipes / "cmake/FetchContent.cmake").read_text().replace("SHA256=", "SHA256=0"))
        self.assertNotEqual(run("cmake", "-S", exchanged, "-B", exchanged / "build").returncode, 0)

    def test_the_online_package_manager_gets_a_package_that_lies_where_its_entry_says(self):
        entry = json.loads((self.recipes / "lazarus/packagelist.json").read_text("utf-8"))
        data, (file,) = entry["PackageData0"], entry["PackageFiles0"]
        archive = self.releases / data["RepositoryFileName"]
        content = archive.read_bytes()
        self.assertEqual((data["RepositoryFileSize"], data["RepositoryFileHash"]), (len(content), hashlib.md5(content).hexdigest()))
        self.assertEqual(data["DownloadURL"], f"{self.address}/{archive.name}")
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(self.place)
        package = self.place / data["PackageBaseDir"] / file["RelativeFilePath"] / file["Name"]
        root = ElementTree.parse(package).getroot().find("Package")
        version = root.find("Version")
        self.assertEqual(file["VersionAsString"], ".".join(version.get(part, "0") for part in ("Major", "Minor", "Release", "Build")))
        units = [package.parent / item.find("Filename").get("Value") for item in root.find("Files")]
        self.assertEqual([unit.name for unit in units if not unit.is_file()], [])
        made = self.place / "units"
        made.mkdir()
        self.succeeds("fpc", "-Mdelphi", f"-Fu{units[0].parent}", f"-FU{made}", units[0])

    def test_their_sums_are_with_those_of_the_packages_and_without_an_address_none_stay(self):
        folder = self.place / "summed"
        shutil.copytree(self.releases, folder)
        (folder / "SHA256SUMS").write_text("")
        command = [sys.executable, ROOT / "tests/dist/recipes.py", folder]
        self.succeeds(*command, env={**os.environ, "VIDEODOKTOR_RELEASES": self.address})
        self.assertIn("recipes.zip: OK", self.succeeds("sha256sum", "--check", "SHA256SUMS", cwd=folder))
        self.succeeds(*command, env={name: value for name, value in os.environ.items() if name != "VIDEODOKTOR_RELEASES"})
        self.assertEqual(list(folder.glob("*-recipes.zip")) + list(folder.glob("*-lazarus.zip")), [])

    def test_every_value_of_a_template_is_filled_in(self):
        for path in self.recipes.rglob("*"):
            if path.is_file():
                self.assertEqual(re.findall(r"@[A-Z0-9_]+@", path.read_text("utf-8")), [], path.name)


class Compared(InUse):
    """tests/dist/compare.py, which compares two builds of a release."""

    def setUp(self):
        self.folders = [Path(self.enterContext(tempfile.TemporaryDirectory())) for _ in range(2)]
        for folder in self.folders:
            for path in OUT.glob("*.*"):
                shutil.copy(path, folder)
            shutil.copy(OUT / "SHA256SUMS", folder)

    def test_the_same_files_are_the_same_and_any_other_byte_is_named(self):
        self.assertEqual(compare.differences(*self.folders), [])
        archive = self.folders[1] / ARCHIVES["windows"].name
        with zipfile.ZipFile(archive) as old:
            held = {name: old.read(name) for name in old.namelist()}
        changed = next(name for name in held if name.endswith("x64/videodoktor.dll"))
        held[changed] = held[changed][:-1] + bytes([held[changed][-1] ^ 1])
        with zipfile.ZipFile(archive, "w") as new:
            for name, content in held.items():
                new.writestr(name, content)
        self.assertEqual(compare.differences(*self.folders), [f"{archive.name}: {changed}"])

    def test_a_package_that_is_not_in_both_is_named(self):
        (self.folders[0] / ARCHIVES["linux"].name).unlink()
        self.assertEqual(compare.differences(*self.folders), [ARCHIVES["linux"].name])
