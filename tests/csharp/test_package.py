"""Tests the NuGet package. The folder VIDEODOKTOR_PACKAGE_WORK holds VideoDoktor.Net.dll, .xml and Loading.exe.

The Windows libraries in it are stand-ins: what is tested is which file lands where.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import case_folding
import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGE = os.path.join(TOP, "bindings", "csharp", "package")
EXPECTED = """LICENSE README.md icon.png sbom/videodoktor.cdx.json VideoDoktor.Net.nuspec [Content_Types].xml _rels/.rels build/net462/VideoDoktor.Net.targets buildTransitive/net462/VideoDoktor.Net.targets
lib/net462/VideoDoktor.Net.dll lib/net462/VideoDoktor.Net.xml lib/netstandard2.0/VideoDoktor.Net.dll lib/netstandard2.0/VideoDoktor.Net.xml
package/services/metadata/core-properties/videodoktor.psmdcp runtimes/linux-x64/native/libvideodoktor.so runtimes/win-x64/native/videodoktor.dll
runtimes/win-x86/native/videodoktor.dll
licences/library.txt licences/rust-standard-library.html licences/mingw-w64.txt licences/llvm-libunwind.txt licences/zig.txt""".split()

# A program as Visual Studio made them before 2017, AnyCPU, with the package unpacked where packages.config puts it.
PROJECT = """<Project DefaultTargets="Build" ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><AssemblyName>Practice</AssemblyName><TargetFrameworkVersion>v4.5</TargetFrameworkVersion>
    <OutputPath>bin/</OutputPath><Platform>AnyCPU</Platform><Configuration>Release</Configuration></PropertyGroup>
  <ItemGroup><Compile Include="Program.cs" /><Reference Include="mscorlib"><HintPath>/usr/lib/mono/4.5/mscorlib.dll</HintPath><Private>False</Private></Reference><Reference Include="VideoDoktor.Net"><HintPath>../unpacked/lib/net462/VideoDoktor.Net.dll</HintPath></Reference></ItemGroup>
  <Import Project="$(MSBuildToolsPath)/Microsoft.CSharp.targets" />
  <Import Project="../unpacked/{build}/net462/VideoDoktor.Net.targets" />
</Project>"""


def stage(work, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(PACKAGE, "build"), os.path.join(folder, "build"))
    for framework in ("net462", "netstandard2.0"):
        os.makedirs(os.path.join(folder, framework))
        for name in ("VideoDoktor.Net.dll", "VideoDoktor.Net.xml"):
            shutil.copy(os.path.join(work, name), os.path.join(folder, framework))
    for platform, name in (("win-x86", "videodoktor.dll"), ("win-x64", "videodoktor.dll")):
        os.makedirs(os.path.join(folder, "runtimes", platform, "native"))
        with open(os.path.join(folder, "runtimes", platform, "native", name), "w") as stand_in:
            stand_in.write("stand-in for " + platform)
    os.makedirs(os.path.join(folder, "runtimes", "linux-x64", "native"))
    shutil.copy(os.environ["VIDEODOKTOR_LIBRARY"], os.path.join(folder, "runtimes", "linux-x64", "native", "libvideodoktor.so"))
    shutil.copy(os.path.join(TOP, "LICENSE"), folder)
    with open(os.path.join(folder, "release-notes.txt"), "w") as notes:
        notes.write("what is new")
    for name in EXPECTED:
        if name.startswith(("licences/", "sbom/")):
            os.makedirs(os.path.join(folder, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(folder, name), "w") as stand_in:
                stand_in.write("tests/dist tries the real ones")


def text(*path):
    with open(os.path.join(*path), encoding="utf-8-sig") as file:
        return file.read()


def test_it_holds_exactly_what_it_should(nupkg):
    with zipfile.ZipFile(nupkg) as package:
        assert sorted(package.namelist()) == sorted(EXPECTED), package.namelist()
        types = package.read("[Content_Types].xml").decode()
    for name in EXPECTED:
        ending = name.rsplit(".", 1)[-1]
        assert f'Extension="{ending}"' in types or f'PartName="/{name}"' in types or name == "[Content_Types].xml", name


def test_no_two_of_its_names_differ_only_in_case_and_none_do_where_it_is_published(nupkg):
    with zipfile.ZipFile(nupkg) as package:
        names = package.namelist()
    assert not case_folding.clashes(names), case_folding.clashes(names)
    published = case_folding.published(names)
    assert len(published) == 6, published
    for where, files in published.items():
        assert not case_folding.clashes(files), (where, case_folding.clashes(files))
    of_release_1_0 = ["lib/net462/VideoDoktor.dll", "runtimes/win-x64/native/videodoktor.dll"]
    assert not case_folding.clashes(of_release_1_0) and case_folding.clashes(case_folding.published(of_release_1_0)["net462", "win-x64"])


def test_no_two_names_in_a_folder_that_the_build_fills_differ_only_in_case(work):
    clashes = case_folding.clashes_in(os.path.dirname(work))
    assert not clashes, clashes


def test_its_version_is_that_of_the_library(work, nupkg):
    version = re.search(r'(?m)^version = "(.*)"', text(TOP, "Cargo.toml")).group(1)
    nuspec = text(work, "unpacked", "VideoDoktor.Net.nuspec")
    assert f"<version>{version}</version>" in nuspec and "<files" not in nuspec, nuspec
    assert "<releaseNotes>what is new</releaseNotes>" in nuspec and "<icon>icon.png</icon>" in nuspec, nuspec
    assert nupkg.endswith(f"VideoDoktor.Net.{version}.nupkg"), nupkg


def test_it_is_the_same_to_the_byte_when_packed_again(work, nupkg):
    again = made(work, "again")
    with open(nupkg, "rb") as one, open(again, "rb") as other:
        assert one.read() == other.read()


def test_an_anycpu_program_of_the_net_framework_gets_both_libraries(work):
    for build in ("build", "buildTransitive"):
        project = os.path.join(work, "practice-" + build)
        os.makedirs(project)
        for name, content in (("Practice.csproj", PROJECT.replace("{build}", build)), ("Program.cs", "class Program { static int Main() { return new VideoDoktor.Invitation().PacientNarozen; } }")):
            with open(os.path.join(project, name), "w") as file:
                file.write(content)
        built = subprocess.run(["xbuild", "/nologo", "/v:minimal", "Practice.csproj"], cwd=project, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stdout
        for folder, platform in (("x86", "win-x86"), ("x64", "win-x64")):
            assert text(project, "bin", folder, "videodoktor.dll") == "stand-in for " + platform
        subprocess.run(["mono", os.path.join(project, "bin", "Practice.exe")], check=True)


def test_what_was_unpacked_finds_its_library(work, nupkg):
    unpacked = os.path.join(work, "unpacked")
    for name in (os.path.join(work, "Loading.exe"), os.path.join(unpacked, "lib", "netstandard2.0", "VideoDoktor.Net.dll")):
        shutil.copy(name, unpacked)
    library = os.path.join(unpacked, "runtimes", "linux-x64", "native", "libvideodoktor.so")
    subprocess.run(["mono", os.path.join(unpacked, "Loading.exe"), library], check=True, stdout=subprocess.DEVNULL)


def test_the_solution_and_its_projects_name_files_that_are_there():
    folder = os.path.join(TOP, "bindings", "csharp")
    projects = [name.replace("\\", "/") for name in re.findall(r'"([^"]+\.csproj)"', text(folder, "VideoDoktor.sln"))]
    assert len(projects) == 4, projects
    for project in projects:
        root = ElementTree.parse(os.path.join(folder, project)).getroot()
        assert root.get("Sdk") == "Microsoft.NET.Sdk", project
        for reference in root.iter("ProjectReference"):
            assert os.path.isfile(os.path.join(folder, os.path.dirname(project), reference.get("Include").replace("\\", "/"))), reference.get("Include")
    for_linux = json.loads(text(folder, "VideoDoktor.Linux.slnf"))["solution"]
    assert os.path.isfile(os.path.join(folder, for_linux["path"])), for_linux
    kept = {project.replace("\\", "/") for project in for_linux["projects"]}
    assert kept < set(projects) and not any("form" in project for project in kept), kept


def made(work, name):
    folder = os.path.join(work, "stage")
    stage(work, folder)
    done = subprocess.run([sys.executable, os.path.join(PACKAGE, "pack.py"), folder, os.path.join(work, name)], capture_output=True, text=True, check=True,
                          env=dict(os.environ, SOURCE_DATE_EPOCH="1700000000"))
    return done.stdout.strip()


@pytest.fixture(scope="module")
def work():
    return os.environ["VIDEODOKTOR_PACKAGE_WORK"]


@pytest.fixture(scope="module")
def nupkg(work):
    packed = made(work, "package")
    with zipfile.ZipFile(packed) as package:
        package.extractall(os.path.join(work, "unpacked"))
    return packed
