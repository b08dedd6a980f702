//! The version resource of a Windows file: what the file's properties show, and what antivirus programs look at first.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Links the resource into a file of ours when the target is Windows by MinGW, whose `windres` makes it: its name (`videodoktor.dll`, or that
/// of a program), what it is for, and further lines of the resource script.
pub fn link(file: &str, description: &str, more: &str) {
    let (os, abi) = (env::var("CARGO_CFG_TARGET_OS"), env::var("CARGO_CFG_TARGET_ENV"));
    if os.as_deref() != Ok("windows") {
        return;
    }
    if abi.as_deref() != Ok("gnu") {
        println!("cargo:warning=the version resource is made by MinGW's windres: this file will have none");
        return;
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let machine = if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("x86") { "i686" } else { "x86_64" };
    fs::write(Path::new(&out).join("version.rc"), script(file, description) + more).expect("OUT_DIR can be written");
    // Run in its folder: a path of this machine in the object would make the DLL differ from machine to machine.
    let windres = format!("{machine}-w64-mingw32-windres");
    let made = Command::new(&windres).current_dir(&out).args(["version.rc", "-O", "coff", "-o", "version.o"]).status();
    assert!(made.is_ok_and(|status| status.success()), "{windres} failed: it comes with Debian's binutils-mingw-w64");
    let argument = if is_program(file) { "link-arg-bins" } else { "cdylib-link-arg" };
    println!("cargo:rustc-{argument}={out}/version.o");
}

fn is_program(file: &str) -> bool {
    file.ends_with(".exe")
}

fn script(file: &str, description: &str) -> String {
    let version = env::var("CARGO_PKG_VERSION").expect("cargo sets the version");
    let numbers: Vec<String> =
        ["MAJOR", "MINOR", "PATCH"].map(|part| env::var(format!("CARGO_PKG_VERSION_{part}")).expect("cargo sets its parts")).into();
    let numbers = format!("{},0", numbers.join(","));
    let name = file.split_once('.').map_or(file, |(name, _)| name);
    let kind = if is_program(file) { "0x1" } else { "0x2" };
    let texts = [
        ("CompanyName", "videodoktor"),
        ("FileDescription", description),
        ("FileVersion", &version),
        ("InternalName", name),
        ("LegalCopyright", "MIT OR Apache-2.0"),
        ("OriginalFilename", file),
        ("ProductName", "VideoDoktor"),
        ("ProductVersion", &version),
    ];
    let texts: String = texts.map(|(name, text)| format!("VALUE \"{name}\", \"{text}\"\n")).concat();
    // 0x4: built for Windows NT. 0x1: a program, 0x2: a DLL. 0409 04B0: English, Unicode.
    format!(
        "1 VERSIONINFO\nFILEVERSION {numbers}\nPRODUCTVERSION {numbers}\nFILEOS 0x4\nFILETYPE {kind}\nBEGIN\n\
         BLOCK \"StringFileInfo\"\nBEGIN\nBLOCK \"040904B0\"\nBEGIN\n{texts}END\nEND\n\
         BLOCK \"VarFileInfo\"\nBEGIN\nVALUE \"Translation\", 0x409, 0x4B0\nEND\nEND\n"
    )
}
