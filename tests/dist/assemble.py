#!/usr/bin/env python3
"""Puts the packages together from what was built: python3 assemble.py; build.sh says what must be there. Prints each package with its SHA-256.

SOURCE_DATE_EPOCH is the moment of every file; without it the last commit's.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import archives
import crates
from licences import licences
from materials import bill

ROOT = crates.ROOT
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PORTABLE = TARGET / "portable" / crates.LINUX[0] / "release"
WINDOWS = ROOT / "target" / "windows"
WINDOWS_PROGRAM = ROOT / "target" / "windows-program" / "videodoktor.exe"
WINDOWS_SANDBOX = ROOT / "target" / "windows-sandbox" / "videodoktor-sandbox.exe"
ASSEMBLY = TARGET / "dist" / "csharp"
OUT = TARGET / "dist"
NUGET_FILES = TARGET / "nuget"  # kept: the package is made of it elsewhere, too
ZIG = Path(os.environ["VIDEODOKTOR_ZIG"])
RUNTIMES = {
    "windows": {"mingw-w64.txt": Path("/usr/share/doc/mingw-w64-common/copyright")},
    "linux-x64": {"zig.txt": ZIG / "ziglang/LICENSE", "llvm-libunwind.txt": ZIG / "ziglang/lib/libunwind/LICENSE.TXT"},
}
DELPHI = {".pas", ".dpr", ".dpk"}
LOCAL_LINK = re.compile(r"\]\(([^)#:]+)\)")


def said(*command):
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def put(source, destination, mode=0o644):
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, destination)
    destination.chmod(mode)


def write(text, destination):
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.write_text(text, "utf-8")


def put_texts_and_bindings(folder):
    """The bindings and the documentation as they are in the repository, the READMEs, and what those lead to."""
    tracked = set(said("git", "ls-files", "-z").split("\0"))
    readmes = [name for name in tracked if re.fullmatch(r"README(\.\w+)?\.md", name)]
    linked = {link for name in readmes for link in LOCAL_LINK.findall((ROOT / name).read_text("utf-8"))}
    for name in sorted(tracked):
        if name.startswith(("bindings/", "docs/")) or name in linked or name in (*readmes, "CHANGELOG.md", "LICENSE"):
            put(ROOT / name, folder / name, 0o755 if os.access(ROOT / name, os.X_OK) else 0o644)


def end_lines_as_delphi_does(folder):
    """RAD Studio wants the line ends of Windows."""
    for path in (folder / "bindings/delphi").rglob("*"):
        if path.suffix in DELPHI:
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def put_rights(folder, targets, target_of_programs, system, moment):
    """Licences and bills of materials of the library, of the COM server, of the program and of the sandbox."""
    products = [("videodoktor", "library", "library", targets)]
    products += [(f"videodoktor-{crate}", name, "application", [target_of_programs]) for crate, name in (("cli", "program"), ("sandbox", "sandbox"))]
    if system == "windows":
        products.append(("videodoktor-com", "com", "library", targets))
    for product, name, kind, of_targets in products:
        of_product = crates.linked(product, of_targets)
        write(licences(product, of_product), folder / "licences" / f"{name}.txt")
        write(bill(of_product, kind, moment, [rust_version(system)]), folder / "sbom" / f"{product}.cdx.json")
    put(rust_licences(), folder / "licences" / "rust-standard-library.html")
    for name, source in RUNTIMES[system].items():
        put(source, folder / "licences" / name)


def rust_version(system):
    """Of the compiler that built the files: for Windows 7 it is Debian's, whose standard library is built with them."""
    return said("/usr/bin/rustc" if system == "windows" else "rustc", "--version").split()[1]


def rust_licences():
    found = Path(said("rustc", "--print", "sysroot").strip()) / "share/doc/rust/COPYRIGHT-library.html"
    if not found.exists():
        raise SystemExit(f"dist: the licences of Rust's standard library are not at {found}: take rustup's toolchain, which brings them")
    return found


def put_sums(folder):
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for _, path in archives.files(folder)]
    write("".join(lines), folder / "SHA256SUMS")


def windows(name, moment):
    folder = OUT / "stage" / name
    said("sh", "bindings/c/packaging/install.sh", "--windows", WINDOWS, "--prefix", folder)
    for bits in ("x86", "x64"):
        put(WINDOWS / bits / "videodoktor_com.dll", folder / bits / "videodoktor_com.dll")
    put(WINDOWS_PROGRAM, folder / WINDOWS_PROGRAM.name, 0o755)
    put(WINDOWS_SANDBOX, folder / WINDOWS_SANDBOX.name, 0o755)
    put_texts_and_bindings(folder)
    end_lines_as_delphi_does(folder)
    put_rights(folder, crates.WINDOWS, crates.WINDOWS_32, "windows", moment)
    put_sums(folder)
    archives.write_zip(OUT / f"{name}.zip", folder, moment)
    return OUT / f"{name}.zip"


def linux(name, moment):
    folder = OUT / "stage" / name
    library = ["--shared", PORTABLE / "libvideodoktor.so", "--static", PORTABLE / "libvideodoktor.a"]
    said("sh", "bindings/c/packaging/install.sh", "--prefix", folder, *library)
    for file in (folder / "lib/pkgconfig").iterdir():  # wherever it is unpacked
        file.write_text(re.sub(r"^prefix=.*", "prefix=${pcfiledir}/../..", file.read_text(), flags=re.M))
    for program in ("videodoktor", "videodoktor-sandbox"):
        put(PORTABLE / program, folder / "bin" / program, 0o755)
    put_texts_and_bindings(folder)
    put_rights(folder, crates.LINUX, crates.LINUX[0], "linux-x64", moment)
    put_sums(folder)
    archives.write_tar(OUT / f"{name}.tar.gz", folder, moment)
    return OUT / f"{name}.tar.gz"


def release_notes(version):
    """What the change log says of the version."""
    section = re.search(rf"(?ms)^## {re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    if not section:
        raise SystemExit(f"dist: CHANGELOG.md has no section for {version}")
    return section.group(1).strip() + "\n"


def nuget_files(folder, version, moment):
    """What the NuGet package holds beside the assemblies, laid out as in it."""
    shutil.rmtree(folder, ignore_errors=True)
    for bits in ("x86", "x64"):
        put(WINDOWS / bits / "videodoktor.dll", folder / f"runtimes/win-{bits}/native/videodoktor.dll")
    put(PORTABLE / "libvideodoktor.so", folder / "runtimes/linux-x64/native/libvideodoktor.so")
    put(ROOT / "LICENSE", folder / "LICENSE")
    of_library = crates.linked("videodoktor", crates.WINDOWS + crates.LINUX)
    write(licences("videodoktor", of_library), folder / "licences/library.txt")
    put(rust_licences(), folder / "licences/rust-standard-library.html")
    for runtimes in RUNTIMES.values():
        for name, source in runtimes.items():
            put(source, folder / "licences" / name)
    write(bill(of_library, "library", moment, map(rust_version, RUNTIMES)), folder / "sbom/videodoktor.cdx.json")
    write(release_notes(version), folder / "release-notes.txt")


def nuget(version, moment):
    """By the project where there is a .NET SDK, which makes the symbols, too; else by pack.py, for two frameworks."""
    package = ROOT / "bindings/csharp/package"
    nuget_files(NUGET_FILES, version, moment)
    for old in OUT.glob("VideoDoktor.Net.*nupkg"):
        old.unlink()
    sdk = said("sh", "tests/csharp/find_sdk.sh", "--current").strip()
    if sdk:
        said(sys.executable, "tests/dist/nuget.py", sdk, NUGET_FILES, OUT)
        return sorted(OUT.glob("VideoDoktor.Net.*nupkg"))
    for framework in ("net462", "netstandard2.0"):
        for file in ("VideoDoktor.Net.dll", "VideoDoktor.Net.xml"):
            put(ASSEMBLY / file, NUGET_FILES / framework / file)
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)
    return [Path(said(sys.executable, package / "pack.py", NUGET_FILES, OUT).strip())]


def main():
    version = re.search(r'(?m)^version = "(.*)"', (ROOT / "Cargo.toml").read_text("utf-8")).group(1)
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or said("git", "log", "-1", "--format=%ct"))
    shutil.rmtree(OUT / "stage", ignore_errors=True)
    made = [windows(f"videodoktor-{version}-windows", moment), linux(f"videodoktor-{version}-linux-x64", moment), *nuget(version, moment)]
    shutil.rmtree(OUT / "stage")
    lines = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    write(lines, OUT / "SHA256SUMS")
    print(lines + f"dist: {OUT}")


if __name__ == "__main__":
    main()
