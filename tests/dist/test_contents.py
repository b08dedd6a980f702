"""What is in the packages: all that was promised, nothing else, and the same again."""

import hashlib
import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import archives
import case_folding
import crates
import imports
from packages import ARCHIVES, OUT, ROOT, TARGET, VERSION, PackageTest, names_in, run, unpacked

OLDEST_GLIBC = (2, 17)
# Size is no goal of its own: a file that grew by a half would be noticed here.
MOST_BYTES = {name: 3_000_000 for name in ("linux/lib/libvideodoktor.so", "windows/x64/videodoktor.dll", "windows/x86/videodoktor.dll")}
MOST_BYTES |= {f"windows/{bits}/videodoktor_com.dll": 1_500_000 for bits in ("x64", "x86")}
LINUX_NEEDS = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "libgcc_s.so.1", "ld-linux-x86-64.so.2"}
TEXTS = "CHANGELOG.md LICENSE README.md README.cs.md SHA256SUMS tests/sandbox/README.md tests/sandbox/README.cs.md"
WINDOWS_FILES = f"""{TEXTS} videodoktor.exe videodoktor-sandbox.exe include/videodoktor.h include/videodoktor.hpp include/videodoktor_loader.h
x64/libvideodoktor.dll.a x64/videodoktor.def x64/videodoktor.dll x64/videodoktor_com.dll x86/videodoktor_com.dll x64/videodoktor.lib x86/libvideodoktor.dll.a x86/videodoktor.def x86/videodoktor.dll
x86/videodoktor.lib lib/cmake/videodoktor/videodoktorConfig.cmake lib/cmake/videodoktor/videodoktorConfigVersion.cmake licences/com.txt licences/library.txt
licences/mingw-w64.txt licences/program.txt licences/rust-standard-library.html licences/sandbox.txt sbom/videodoktor-cli.cdx.json
sbom/videodoktor-com.cdx.json sbom/videodoktor-sandbox.cdx.json sbom/videodoktor.cdx.json""".split()
LINUX_FILES = f"""{TEXTS} bin/videodoktor bin/videodoktor-sandbox include/videodoktor.h include/videodoktor.hpp include/videodoktor_loader.h
lib/libvideodoktor.a lib/libvideodoktor.so lib/cmake/videodoktor/videodoktorConfig.cmake lib/cmake/videodoktor/videodoktorConfigVersion.cmake
lib/pkgconfig/videodoktor-static.pc lib/pkgconfig/videodoktor.pc licences/library.txt licences/llvm-libunwind.txt licences/rust-standard-library.html
licences/program.txt licences/sandbox.txt licences/zig.txt sbom/videodoktor-cli.cdx.json sbom/videodoktor-sandbox.cdx.json
sbom/videodoktor.cdx.json""".split()
# what cargo said when it built each product: the folder of the builds, the file, and the triple of the folder in which it put what is linked
BUILDS = {
    ("linux", "library"): [(TARGET / "portable/library.json", "x86_64-unknown-linux-gnu")],
    ("linux", "program"): [(TARGET / "portable/program.json", "x86_64-unknown-linux-gnu")],
    ("linux", "sandbox"): [(TARGET / "portable/sandbox.json", "x86_64-unknown-linux-gnu")],
    ("windows", "library"): [
        (TARGET / "windows-build/library-x64.json", "x86_64-win7-windows-gnu"), (TARGET / "windows-build/library-x86.json", "i686-win7-windows-gnu"),
    ],
    ("windows", "com"): [
        (TARGET / "windows-build/com-x64.json", "x86_64-win7-windows-gnu"), (TARGET / "windows-build/com-x86.json", "i686-win7-windows-gnu"),
    ],
    ("windows", "program"): [(TARGET / "windows-build/program-x86.json", "i686-win7-windows-gnu")],
    ("windows", "sandbox"): [(TARGET / "windows-build/sandbox-x86.json", "i686-win7-windows-gnu")],
}


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def links(readme):
    """Files and folders beside it that a README leads to; not the repository's page of releases."""
    return set(re.findall(r"\]\(([^)#:]+)\)", readme.read_text("utf-8"))) - {"../../releases"}


def built(said, triple):
    """(name, version) of each crate that cargo compiled for the target: from the registry, of this workspace. Rust's own crates are there where built."""
    theirs, ours = set(), set()
    for line in said.read_text("utf-8").splitlines():
        message = json.loads(line)
        origin, _, crate = message.get("package_id", "").partition("#")
        if message["reason"] == "compiler-artifact" and any(f"/{triple}/" in name for name in message["filenames"]):
            name, _, version = crate.rpartition("@")
            found = (name or origin.rpartition("/")[2], version)
            if origin.startswith("registry+"):
                theirs.add(found)
            elif origin.startswith(f"path+file://{ROOT}"):
                ours.add(found)
    return theirs, ours


def built_for(system, product):
    each = [built(*build) for build in BUILDS[system, product]]
    return set().union(*(theirs for theirs, _ in each)), set().union(*(ours for _, ours in each))


def locked():
    """(name, version) of everything that our lock file knows; what is built beyond that belongs to Rust's own library."""
    return {(each["name"], each["version"]) for each in tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]}


class Contents(PackageTest):
    def test_each_package_holds_the_promised_files_the_bindings_and_the_documentation(self):
        bindings = set(self.succeeds("git", "ls-files", "bindings", "docs", cwd=ROOT).splitlines())
        for system, promised in (("windows", WINDOWS_FILES), ("linux", LINUX_FILES)):
            with self.subTest(system=system):
                folder = unpacked(system)
                readmes = list(folder.glob("README*.md"))
                allowed = {readme.name for readme in readmes}.union(*map(links, readmes))
                self.assertLessEqual(bindings | set(promised), set(files(folder)))
                self.assertLessEqual(set(files(folder)), bindings | set(promised) | allowed)

    def test_delphi_finds_the_line_ends_of_windows_in_the_package_for_windows(self):
        sources = [path for path in unpacked("windows").rglob("*") if path.suffix in {".pas", ".dpr", ".dpk"}]
        self.assertGreater(len(sources), 6)
        for path in sources:
            content = path.read_bytes()
            self.assertEqual((content.count(b"\n"), content.replace(b"\r\n", b"\n")), (content.count(b"\r\n"), (ROOT / path.relative_to(unpacked("windows"))).read_bytes()))

    def test_every_local_link_of_the_readmes_leads_somewhere(self):
        for system in ("windows", "linux"):
            for readme in unpacked(system).glob("README*.md"):
                for link in links(readme):
                    self.assertTrue((readme.parent / link).exists(), f"{system}: {readme.name} leads to {link}")

    def test_the_readme_names_the_packages_as_they_are_called(self):
        for archive in ARCHIVES.values():
            self.assertIn(f"`{archive.name}`", (ROOT / "README.md").read_text("utf-8"))

    def test_every_file_has_its_sha_256(self):
        for system in ("windows", "linux"):
            folder = unpacked(system)
            sums = dict(line.split("  ", 1)[::-1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
            self.assertEqual(set(sums), set(files(folder)) - {"SHA256SUMS"})
            self.succeeds("sha256sum", "--check", "--quiet", "SHA256SUMS", cwd=folder)
        named = {line.split("  ", 1)[1] for line in (OUT / "SHA256SUMS").read_text().splitlines()}  # symbols and recipes, too, where they are made
        self.assertLessEqual({archive.name for archive in ARCHIVES.values()}, named)
        self.assertEqual(named, {path.name for path in OUT.glob("*.*")})
        self.succeeds("sha256sum", "--check", "--quiet", "SHA256SUMS", cwd=OUT)

    def test_all_packages_bring_the_same_libraries(self):
        nuget, windows, linux = unpacked("nuget") / "runtimes", unpacked("windows"), unpacked("linux")
        pairs = [
            (nuget / "win-x64/native/videodoktor.dll", windows / "x64/videodoktor.dll"),
            (nuget / "win-x86/native/videodoktor.dll", windows / "x86/videodoktor.dll"),
            (nuget / "linux-x64/native/libvideodoktor.so", linux / "lib/libvideodoktor.so"),
            *(
                (windows / bits / name, ROOT / "target/windows" / bits / name)
                for bits in ("x64", "x86") for name in ("videodoktor.dll", "videodoktor_com.dll")
            ),
        ]
        for one, other in pairs:
            self.assertEqual(one.read_bytes(), other.read_bytes(), f"{one.name} of {one.parent} and of {other.parent}")

    def test_the_linux_files_run_wherever_glibc_2_17_does(self):
        for name in ("lib/libvideodoktor.so", "bin/videodoktor", "bin/videodoktor-sandbox"):
            with self.subTest(file=name):
                self.check_runs_on_old_glibc(unpacked("linux") / name)

    def check_runs_on_old_glibc(self, file):
        versions = {tuple(map(int, found.split("."))) for found in re.findall(r"\bGLIBC_([\d.]+)", self.succeeds("objdump", "-T", file))}
        self.assertTrue(versions, "it asks glibc for nothing")
        self.assertLessEqual(max(versions), OLDEST_GLIBC)
        needed = set(re.findall(r"NEEDED.*\[(.*)\]", self.succeeds("readelf", "-d", file)))
        self.assertLessEqual(needed, LINUX_NEEDS)

    def test_what_is_shipped_is_small(self):
        for name, most in MOST_BYTES.items():
            package, _, path = name.partition("/")
            with self.subTest(file=name):
                self.assertLessEqual((unpacked(package) / path).stat().st_size, most)

    def test_the_static_library_links_into_a_program_for_glibc_2_17(self):
        folder, zig = unpacked("linux"), os.environ["VIDEODOKTOR_ZIG"]
        program = folder.parent / "quickstart-static"
        self.succeeds(
            f"{zig}/ziglang/zig", "cc", "-target", "x86_64-linux-gnu.2.17", folder / "bindings/c/examples/quickstart.c", f"-I{folder / 'include'}",
            folder / "lib/libvideodoktor.a", "-lunwind", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-o", program,
        )
        self.check_runs_on_old_glibc(program)
        refused = run(program, env={**os.environ, "VIDEODOKTOR_APP_KEY": ""})
        self.assertIn("(VD_ERR_INVALID_ARGUMENT)", refused.stderr)

    def test_the_shared_library_keeps_every_promise_of_the_abi(self):
        library = {**os.environ, "VIDEODOKTOR_LIBRARY": str(unpacked("linux") / "lib/libvideodoktor.so")}
        said = self.succeeds("sh", "tests/pytest.sh", "tests/abi", "-k", "Built", cwd=ROOT, env=library)
        self.assertRegex(said, r"(?m)^[5-9] passed, 0 failed$")

    def test_the_windows_programs_are_for_32_bits_and_ask_only_for_what_windows_7_has(self):
        for name, more in (("videodoktor.exe", "imports_program.txt"), ("videodoktor-sandbox.exe", "imports_sandbox.txt")):
            with self.subTest(file=name):
                program = unpacked("windows") / name
                self.assertIn("file format pei-i386", imports.objdump(program, "-f"))
                self.assertLessEqual(int(re.search(r"(?m)^MajorSubsystemVersion\s+(\d+)", imports.objdump(program, "-p")).group(1)), 6)
                asked = imports.imported_functions(program)
                self.assertGreater(len(asked), 100)
                self.assertEqual(asked - imports.allowed_functions("imports.txt", more), set())

    def test_no_path_of_the_building_machine_is_in_any_file(self):
        cargo = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
        for system in ARCHIVES:
            for name, path in files(unpacked(system)).items():
                content = path.read_bytes()
                for trace in (str(ROOT), str(TARGET), cargo):
                    self.assertNotIn(trace.encode(), content, f"{system}: {name} tells {trace}")


class Names(PackageTest):
    """Windows and macOS take names that differ only in their case for one."""

    def test_no_two_names_in_a_package_differ_only_in_case(self):
        for system in ARCHIVES:
            with self.subTest(package=system):
                self.assertEqual(case_folding.clashes(names_in(system)), [])

    def test_no_two_names_in_a_folder_that_a_build_fills_differ_only_in_case(self):
        for folder in (ROOT / "target/windows", ROOT / "target/windows-program", ROOT / "target/windows-sandbox", TARGET / "portable", OUT):
            with self.subTest(folder=folder.name):
                self.assertTrue(folder.is_dir())
                self.assertEqual(case_folding.clashes_in(folder), [])

    def test_a_program_that_is_published_with_the_nuget_package_gets_the_assembly_and_the_library(self):
        published = case_folding.published(names_in("nuget"))
        platforms = {"win-x86", "win-x64", "linux-x64"}
        frameworks = {framework for framework, _ in published}
        self.assertLessEqual({"net462", "netstandard2.0"}, frameworks)
        self.assertEqual(set(published), {(framework, each) for framework in frameworks for each in platforms})
        for (framework, platform), names in published.items():
            with self.subTest(framework=framework, platform=platform):
                self.assertEqual(case_folding.clashes(names), [])
                self.assertIn("VideoDoktor.Net.dll", names)
                self.assertEqual({"videodoktor.dll", "libvideodoktor.so"} & set(names), {"libvideodoktor.so" if platform == "linux-x64" else "videodoktor.dll"})


class Rights(PackageTest):
    def products(self):
        """System, product, and the crates of others that are linked into it."""
        for system, product in BUILDS:
            yield system, product, built_for(system, product)[0] & locked()

    def test_the_licences_of_rust_s_library_cover_what_it_is_built_of(self):
        of_rust = built_for("windows", "library")[0] - locked()
        self.assertGreater(len(of_rust), 2)
        for system in ("windows", "linux"):
            page = (unpacked(system) / "licences/rust-standard-library.html").read_text("utf-8")
            for name, _ in of_rust:
                self.assertRegex(page, rf"\b{re.escape(name)}-\d")

    def test_the_licences_are_those_of_the_crates_that_were_linked(self):
        for system, product, linked in self.products():
            with self.subTest(system=system, product=product):
                text = (unpacked(system) / f"licences/{product}.txt").read_text("utf-8")
                head, _, texts = text.partition("=" * 100)
                self.assertGreater(len(linked), 15 if product == "com" else 40)
                self.assertEqual(set(re.findall(r"(?m)^  (\S+) (\S+)  \(.+\)$", head)), linked)
                for name, version in linked:
                    self.assertRegex(texts, rf"(?m)^of .*\b{re.escape(f'{name} {version}')}\b")

    def test_the_licences_hold_every_text_of_every_crate(self):
        words = lambda text: " ".join(text.split())
        for system, product, linked in self.products():
            passed_on = words((unpacked(system) / f"licences/{product}.txt").read_text("utf-8"))
            for name, version in linked:
                for path in crates.packages()[f"{name} {version}"].folder.iterdir():
                    if re.match(r"(?i)(un)?licen[cs]e|copying|copyright", path.name) and path.is_file():
                        self.assertIn(words(path.read_text("utf-8")), passed_on, f"{system}, {product}: {path.name} of {name}")

    def test_the_bill_of_materials_lists_the_crates_that_were_linked(self):
        names = {"library": "videodoktor", "com": "videodoktor-com", "program": "videodoktor-cli", "sandbox": "videodoktor-sandbox"}
        for system, product, linked in self.products():
            with self.subTest(system=system, product=product):
                bill = json.loads((unpacked(system) / f"sbom/{names[product]}.cdx.json").read_text("utf-8"))
                ours = built_for(system, product)[1] - {(names[product], VERSION)}
                self.assertEqual({(each["name"], each["version"]) for each in bill["components"] if each["name"] != "std"}, linked | ours)
                self.assertEqual({(each["name"], each["version"]) for each in bill["components"] if "hashes" in each}, linked)
                self.assertEqual((bill["metadata"]["component"]["name"], bill["metadata"]["component"]["version"]), (names[product], VERSION))
                known = {each["bom-ref"] for each in (*bill["components"], bill["metadata"]["component"])}
                self.assertEqual({each["ref"] for each in bill["dependencies"]}, known)
                self.assertLessEqual({ref for each in bill["dependencies"] for ref in each.get("dependsOn", [])}, known)

    def test_the_bills_of_materials_are_valid_cyclonedx(self):
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        validator = JsonStrictValidator(SchemaVersion.V1_5)
        for system in ("windows", "linux"):
            for path in (unpacked(system) / "sbom").iterdir():
                text = path.read_text("utf-8")
                self.assertIsNone(validator.validate_str(text), path.name)
                self.assertIsNotNone(validator.validate_str(text.replace('"bom-ref"', '"bomref"')), "the validator sees mistakes")


class Reproducible(PackageTest):
    def test_the_same_files_give_the_same_packages_to_the_byte(self):
        before = {system: archive.read_bytes() for system, archive in ARCHIVES.items()}
        elsewhere = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
        self.succeeds("sh", "-c", f"umask 077; exec {sys.executable} tests/dist/assemble.py", cwd=ROOT, env=elsewhere)
        for system, content in before.items():
            if system == "nuget" and self.succeeds("sh", "tests/csharp/find_sdk.sh", "--current", cwd=ROOT):
                continue  # an SDK writes the time into the archive; tests/csharp/sdk.py compares the parts
            self.assertEqual(hashlib.sha256(ARCHIVES[system].read_bytes()).hexdigest(), hashlib.sha256(content).hexdigest(), system)

    def test_neither_times_nor_order_of_files_show_in_an_archive(self):
        sums = set()
        for again in range(2):
            folder = unpacked("linux").parent / "again" / "one"
            for name in ("b", "a/b", "ž")[:: -1 if again else 1]:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(name)
                os.utime(folder / name, (again * 1000, again * 1000))
            for write in (archives.write_zip, archives.write_tar):
                write(folder.parent / "archive", folder, 1_700_000_000)
                sums.add((write.__name__, hashlib.sha256((folder.parent / "archive").read_bytes()).hexdigest()))
            shutil.rmtree(folder)
        self.assertEqual(len(sums), 2)
