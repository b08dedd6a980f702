"""What a .NET SDK makes of the project: sdk.sh says what must be there."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import case_folding
import nuget
from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
DOTNET = os.environ["VIDEODOKTOR_DOTNET"]
DECLARATIONS = os.environ.get("VIDEODOKTOR_DECLARATIONS")  # given with the old SDK alone
IS_CURRENT = DECLARATIONS is None
ON_WINDOWS = os.name == "nt"
WORK = Path(tempfile.mkdtemp(prefix="videodoktor sdk ěšč "))
CSHARP = ROOT / "bindings/csharp"
VERSION = re.search(r'InformationalVersion\("(.*)"\)', (CSHARP / "VideoDoktor/AssemblyInfo.cs").read_text("utf-8"))[1]
FRAMEWORKS = ["net40", "net462", "netstandard2.0", *(["net8.0"] if IS_CURRENT else [])]
PLATFORMS = {"win-x86": "videodoktor.dll", "win-x64": "videodoktor.dll", "linux-x64": "libvideodoktor.so"}
# The old SDK runs on a newer runtime, which cannot write what it remembers of references; it only looks at them anew.
NOT_OURS = "MSB3101|MSB3088"
# Where the old SDK finds what it compiles against.
OLD_PROPERTIES = """<Project>
  <PropertyGroup>{frameworks}
    <DisableImplicitFrameworkReferences Condition="'$(TargetFramework)' == 'netstandard2.0'">true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <!-- what is at hand is netstandard 2.1, which has the attributes of Nullability.cs -->
  <PropertyGroup Condition="'$(TargetFramework)' == 'netstandard2.0'"><NoWarn>CS0436</NoWarn></PropertyGroup>
  <ItemGroup Condition="'$(TargetFramework)' == 'netstandard2.0'"><Reference Include="{netstandard}" /></ItemGroup>
</Project>
"""
PROGRAM = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFrameworks>{frameworks}</TargetFrameworks><LangVersion>{language}</LangVersion>
    <CheckEolTargetFramework>false</CheckEolTargetFramework>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors><MSBuildWarningsAsMessages>MSB3101;MSB3088</MSBuildWarningsAsMessages>{more}
  </PropertyGroup>
  <ItemGroup><PackageReference Include="VideoDoktor.Net" Version="{version}" /></ItemGroup>
</Project>
"""
VISUAL_BASIC = """Imports VideoDoktor
Module FirstInvitation
    Sub Main(args As String())
        Using client As New VideoDoktorClient(args(0), args(1), args(2))
            Dim jana As New Invitation With {.PacientJmeno = "Jana Nováková", .PacientEmail = "jana@example.cz", .PacientNarozen = 1980,
                .MeetStart = Date.Today.AddDays(1).AddHours(10)}
            System.Console.WriteLine(client.AddMeeting(jana).MeetUrl)
        End Using
    End Sub
End Module
"""


def surroundings():
    """A home of its own, so that packages are restored from the folder and not from an earlier run; nothing asks the network with the old SDK."""
    home = WORK / "home"
    home.mkdir(exist_ok=True)
    own = {"DOTNET_CLI_HOME": str(home), "NUGET_PACKAGES": str(WORK / "packages"), "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1",
           "DOTNET_SKIP_FIRST_TIME_EXPERIENCE": "1", "DOTNET_CLI_UI_LANGUAGE": "en"}
    if not IS_CURRENT:
        own |= {"DOTNET_ROLL_FORWARD": "Major", "DOTNET_ROOT": str(Path(DOTNET).parent), "DOTNET_MULTILEVEL_LOOKUP": "0", "HOME": str(home)}
    return {**os.environ, **own}


def old_properties():
    """The file with them; nothing to the current SDK, which restores the declarations from NuGet.org."""
    file = WORK / "old.props"
    if not IS_CURRENT and not file.exists():
        apis = {"net40": "4.0", "net462": "4.6.2", "net48": "4.8"}
        where = "".join(f"<FrameworkPathOverride Condition=\"'$(TargetFramework)' == '{name}'\">{DECLARATIONS}/{api}-api</FrameworkPathOverride>"
                        for name, api in apis.items())
        netstandard = next(Path(DOTNET).parent.glob("packs/NETStandard.Library.Ref/2.*/ref/*/netstandard.dll"))
        file.write_text(OLD_PROPERTIES.format(frameworks=where, netstandard=netstandard), "utf-8")
    return [] if IS_CURRENT else [f"-p:DirectoryBuildPropsPath={file}"]


def dotnet(*arguments, **settings):
    return subprocess.run([DOTNET, *map(str, arguments)], env=surroundings(), capture_output=True, encoding="utf-8", errors="replace", **settings)


class SdkTest(unittest.TestCase):
    def built(self, *arguments, **settings):
        """The SDK succeeds, and warns of nothing; what it said."""
        done = dotnet(*arguments, *old_properties(), **settings)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        self.assertEqual([line for line in said.splitlines() if re.search(r"\bwarning\b", line) and not re.search(NOT_OURS, line)], [], said)
        return said

    def invites(self, *program, **settings):
        with Sandbox([os.environ["VIDEODOKTOR_SANDBOX"]]) as sandbox:
            done = subprocess.run([*map(str, program), *sandbox.arguments], capture_output=True, encoding="utf-8", errors="replace", timeout=120, **settings)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual([address for _, address in sandbox.invited()], ["jana@example.cz"])


@functools.cache
def files():
    """What goes into the package beside the assemblies; without VIDEODOKTOR_FILES the DLLs are stand-ins."""
    if given := os.environ.get("VIDEODOKTOR_FILES"):
        return Path(given)
    folder = WORK / "files"
    for platform, name in PLATFORMS.items():
        place = folder / "runtimes" / platform / "native" / name
        place.parent.mkdir(parents=True)
        if platform == "linux-x64":
            shutil.copy(os.environ["VIDEODOKTOR_LIBRARY"], place)
        else:
            place.write_text(f"stand-in for {platform}")
    for name in ("licences/library.txt", "sbom/videodoktor.cdx.json"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("tests/dist tries the real ones")
    shutil.copy(ROOT / "LICENSE", folder)
    (folder / "release-notes.txt").write_text("What is new; and 100 % of it.", "utf-8")
    return folder


@functools.cache
def packed(name="packed"):
    """(the folder with the package and its symbols, what the SDK said); packed once for each name."""
    out = WORK / name
    frameworks = [] if IS_CURRENT else [f'-p:TargetFrameworks="{";".join(FRAMEWORKS)}"']
    source = CSHARP if IS_CURRENT else elsewhere(name)
    for built in ("bin", "obj"):
        shutil.rmtree(source / "VideoDoktor" / built, ignore_errors=True)
    mapped = [] if IS_CURRENT else ["-p:ContinuousIntegrationBuild=false", f"-p:PathMap={source}=/csharp"]  # it knows no SourceLink
    done = nuget.pack(DOTNET, files(), out, *frameworks, *mapped, *old_properties(), source=source, env=surroundings())
    return out, done


def elsewhere(name):
    """A copy of the sources, so that what is built leaves nothing in the checkout; an SDK that asks git for the commit needs that."""
    copy = WORK / "sources" / name
    shutil.copytree(CSHARP, copy, ignore=shutil.ignore_patterns("bin", "obj"))
    return copy


def parts(package):
    with zipfile.ZipFile(package) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


class Package(SdkTest):
    def setUp(self):
        self.folder, self.done = packed()
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)
        self.package = parts(self.folder / f"VideoDoktor.Net.{VERSION}.nupkg")

    def test_it_is_packed_without_a_warning_for_every_framework(self):
        said = self.done.stdout + self.done.stderr
        self.assertEqual([line for line in said.splitlines() if re.search(r"\bwarning\b", line) and not re.search(NOT_OURS, line)], [])
        for framework in FRAMEWORKS:
            self.assertLessEqual({f"lib/{framework}/VideoDoktor.Net.dll", f"lib/{framework}/VideoDoktor.Net.xml"}, set(self.package))

    def test_it_holds_what_it_should_and_nothing_else(self):
        expected = {f"lib/{framework}/VideoDoktor.Net{ending}" for framework in FRAMEWORKS for ending in (".dll", ".xml")}
        expected |= {f"{build}/{framework}/VideoDoktor.Net.targets" for build in ("build", "buildTransitive") for framework in ("net40", "net462")}
        expected |= {f"runtimes/{platform}/native/{name}" for platform, name in PLATFORMS.items()}
        expected |= {path.relative_to(files()).as_posix() for kind in ("licences", "sbom") for path in (files() / kind).iterdir()}
        expected |= {"LICENSE", "README.md", "icon.png", "VideoDoktor.Net.nuspec", "_rels/.rels", "[Content_Types].xml"}
        self.assertEqual({name for name in self.package if not name.endswith(".psmdcp")}, expected)
        self.assertEqual(case_folding.clashes(self.package), [])
        for name in expected & {f"runtimes/{platform}/native/{file}" for platform, file in PLATFORMS.items()}:
            self.assertEqual(self.package[name], (files() / name).read_bytes(), name)

    def test_a_gallery_is_told_who_made_it_from_what_and_what_is_new(self):
        metadata = ElementTree.fromstring(self.package["VideoDoktor.Net.nuspec"])[0]
        said = {element.tag.partition("}")[2]: element for element in metadata}
        notes = (files() / "release-notes.txt").read_text("utf-8").split()
        self.assertEqual(said["version"].text, VERSION)
        self.assertEqual(said["releaseNotes"].text.split(), notes)
        for name in ("description", "tags", "authors", "projectUrl"):
            self.assertTrue(said[name].text, name)
        self.assertEqual((said["icon"].text, said["license"].text), ("icon.png", "MIT OR Apache-2.0"))
        self.assertEqual([group.findall("*") for group in said["dependencies"]], [[]] * len(FRAMEWORKS))
        if IS_CURRENT:
            self.assertEqual(said["readme"].text, "README.md")

    def test_debuggers_find_symbols_for_every_framework(self):
        symbols = parts(self.folder / f"VideoDoktor.Net.{VERSION}.snupkg")
        self.assertLessEqual({f"lib/{framework}/VideoDoktor.Net.pdb" for framework in FRAMEWORKS}, set(symbols))

    def test_packed_again_every_part_is_the_same(self):
        again, done = packed("again")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(nuget.differences(self.folder / f"VideoDoktor.Net.{VERSION}.nupkg", again / f"VideoDoktor.Net.{VERSION}.nupkg"), [])


class Taking(SdkTest):
    """Programs that take the package from a folder, as `dotnet add package --source` does."""

    @classmethod
    def setUpClass(cls):
        folder, done = packed()
        assert done.returncode == 0, done.stdout
        nuget_org = '<add key="nuget.org" value="https://api.nuget.org/v3/index.json" />' if IS_CURRENT else ""
        (WORK / "programs").mkdir(exist_ok=True)
        (WORK / "programs/NuGet.Config").write_text(
            f'<configuration><packageSources><clear /><add key="here" value="{folder}" />{nuget_org}</packageSources></configuration>', "utf-8")

    def program(self, name, source, frameworks, language="7.3", more="", ending="cs"):
        folder = WORK / "programs" / name
        folder.mkdir()
        (folder / f"{name}.{ending}proj").write_text(
            PROGRAM.format(frameworks=";".join(frameworks), language=language, more=more, version=VERSION), "utf-8")
        (folder / f"Program.{ending}").write_text(source, "utf-8")
        return folder

    def runs(self, folder, framework):
        """The command that starts what was built for the framework."""
        made = folder / "bin/Release" / framework
        if framework.startswith("net4"):
            return ([] if ON_WINDOWS else ["mono"]) + [made / f"{folder.name}.exe"]
        return [DOTNET, made / f"{folder.name}.dll"]

    def frameworks(self):
        newest = max(int(line.split(".")[0]) for line in dotnet("--list-sdks").stdout.splitlines()) if IS_CURRENT else 0
        return ["net40", "net48", *([f"net{each}.0" for each in sorted({8, newest})] if IS_CURRENT else [])]

    def try_program(self, folder):
        self.built("build", "-c", "Release", folder)
        for framework in self.frameworks():
            with self.subTest(framework=framework):
                made = folder / "bin/Release" / framework
                if framework.startswith("net4"):
                    self.assertTrue((made / "x86/videodoktor.dll").is_file() and (made / "x64/videodoktor.dll").is_file())
                    if not ON_WINDOWS:  # Mono is no .NET Framework: it looks for the library of Linux
                        shutil.copy(os.environ["VIDEODOKTOR_LIBRARY"], made)
                self.invites(*self.runs(folder, framework))


class Programs(Taking):
    def test_the_first_invitation_is_built_and_invites_on_every_framework(self):
        source = (CSHARP / "demo/console/FirstInvitation.cs").read_text("utf-8")
        self.try_program(self.program("First", source, self.frameworks()))

    def test_the_program_on_the_gallery_s_page_is_built_and_invites(self):
        page = (CSHARP / "package/README.md").read_text("utf-8")
        self.assertEqual([link for link in re.findall(r"\]\(([^)]+)\)", page) if not link.startswith("https://")], [], "a gallery resolves no relative link")
        framework = self.frameworks()[-1]
        folder = self.program("Gallery", re.search(r"```csharp\n(.*?)```", page, re.S)[1], [framework])
        self.built("build", "-c", "Release", folder)
        if framework.startswith("net4"):
            shutil.copy(os.environ["VIDEODOKTOR_LIBRARY"], folder / "bin/Release" / framework)
        self.invites(*self.runs(folder, framework))

    def test_visual_basic_takes_it(self):
        more = "<OptionStrict>On</OptionStrict><VBRuntime>Embed</VBRuntime>"
        frameworks = ["net48"] if not IS_CURRENT else [name for name in self.frameworks() if name != "net40"]
        folder = self.program("Basic", VISUAL_BASIC, frameworks, "latest", more if not IS_CURRENT else "<OptionStrict>On</OptionStrict>", "vb")
        self.built("build", "-c", "Release", folder)

    @unittest.skipUnless(IS_CURRENT, "compilers of then misread an attribute; tests/csharp/run.sh asks a later one")
    def test_a_compiler_warns_in_seven_lines_where_null_is_refused_and_in_no_other(self):
        source = (ROOT / "tests/csharp/nullable/Program.cs").read_text("utf-8")
        expected = [number for number, line in enumerate(source.splitlines(), 1) if line.endswith("// warns")]
        self.assertEqual(len(expected), 7)
        folder = self.program("Nullable", source, ["net8.0"], "8.0", "<TreatWarningsAsErrors>false</TreatWarningsAsErrors>")
        done = dotnet("build", "-c", "Release", folder, *old_properties())
        self.assertEqual(done.returncode, 0, done.stdout)
        warned = {int(number) for number in re.findall(r"Program\.cs\((\d+),\d+\): warning CS86\d\d", done.stdout)}
        self.assertEqual(sorted(warned), expected, done.stdout)

    def test_the_tests_of_the_binding_hold_with_each_assembly(self):
        """That for 4.0 in a program for 4.8, whose tests use what 4.0 lacks."""
        frameworks = {"net40": "net48", "net462": "net48"} if ON_WINDOWS or not IS_CURRENT else {"netstandard2.0": "net8.0", "net8.0": "net8.0"}
        for assembly, framework in frameworks.items():
            with self.subTest(assembly=assembly):
                self.try_tests(assembly, framework)

    def try_tests(self, assembly, framework):
        folder = self.program("Tests" + assembly.replace(".", ""), "", [framework])
        (folder / "Program.cs").unlink()
        for source in (ROOT / "tests/csharp").glob("*.cs"):
            shutil.copy(source, folder)
        project = folder / f"{folder.name}.csproj"
        with zipfile.ZipFile(packed()[0] / f"VideoDoktor.Net.{VERSION}.nupkg") as package:
            file = package.extract(f"lib/{assembly}/VideoDoktor.Net.dll", folder)
        reference = re.sub(r"<PackageReference .*/>", f'<Reference Include="{file}" />', project.read_text("utf-8"))
        project.write_text(reference, "utf-8")
        self.built("build", "-c", "Release", folder)
        told = {"TEST_VECTORS": str(ROOT / "tests/vectors"), "TEST_HEADER": str(ROOT / "include/videodoktor.h"),
                "VIDEODOKTOR_LIBRARY": os.environ["VIDEODOKTOR_LIBRARY"]}
        with Sandbox([os.environ["VIDEODOKTOR_SANDBOX"]]) as sandbox:
            told |= {"SANDBOX_HTTP": sandbox.http, "SANDBOX_HTTPS": sandbox.https, "SANDBOX_CA_FILE": sandbox.ca_file, "VIDEODOKTOR_URL": sandbox.https,
                     "VIDEODOKTOR_APP_KEY": sandbox.app_key, "VIDEODOKTOR_API_KEY": sandbox.practice_key}
            done = subprocess.run(list(map(str, self.runs(folder, framework))), env={**os.environ, **told}, capture_output=True, encoding="utf-8",
                                  errors="replace", timeout=600)
        self.assertRegex(done.stdout, r"(?m)^\d{2,} passed, 0 failed$", done.stdout[-3000:] + done.stderr)


@unittest.skipUnless(IS_CURRENT, "only an SDK of version 8 or later publishes so")
class Published(Taking):
    """Programs as they are handed on."""

    def published(self, name, platform, *properties):
        folder = self.program(name, (CSHARP / "demo/console/FirstInvitation.cs").read_text("utf-8"), ["net8.0"])
        out = folder / "out"
        self.built("publish", "-c", "Release", "-r", platform, "-o", out, *[f"-p:{each}" for each in properties], folder)
        return out / (name + (".exe" if platform.startswith("win") else ""))

    def try_published(self, name, *properties):
        """For the platform that this is, where it can be run."""
        self.invites(self.published(name, "win-x64" if ON_WINDOWS else "linux-x64", *properties))

    def test_it_is_published_for_every_platform(self):
        for platform, library in PLATFORMS.items():
            with self.subTest(platform=platform):
                made = self.published("For" + platform.replace("-", ""), platform, "SelfContained=true")
                self.assertTrue((made.parent / library).is_file() and (made.parent / "VideoDoktor.Net.dll").is_file())

    def test_a_single_file_invites(self):
        self.try_published("Single", "SelfContained=true", "PublishSingleFile=true")

    def test_a_single_file_that_extracts_itself_invites(self):
        self.try_published("Extracting", "SelfContained=true", "PublishSingleFile=true", "IncludeNativeLibrariesForSelfExtract=true")

    def test_a_trimmed_program_invites(self):
        self.try_published("Trimmed", "SelfContained=true", "PublishTrimmed=true")

    def test_a_program_that_was_compiled_ahead_of_time_invites(self):
        self.try_published("Aot", "PublishAot=true")


def tearDownModule():
    shutil.rmtree(WORK, ignore_errors=True)
