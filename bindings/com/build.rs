//! Writes the numbers of the members from videodoktor.idl for the source, and for Windows the type library and the resources of the DLL.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../../src/ffi/version_resource.rs"]
mod version_resource;

fn main() {
    for input in ["videodoktor.idl", "stdole.idl", "build.rs", "../../src/ffi/version_resource.rs"] {
        println!("cargo:rerun-if-changed={input}");
    }
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let idl = fs::read_to_string("videodoktor.idl").expect("videodoktor.idl can be read");
    fs::write(out.join("members.rs"), members(&idl)).expect("OUT_DIR can be written");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // Without MinGW's tools the source can be checked, but the DLL has no type library.
    if target("OS") == "windows" && target("ENV") == "gnu" {
        type_library(&out);
        let more = "1 TYPELIB \"videodoktor.tlb\"\n";
        version_resource::link("videodoktor_com.dll", "VideoDoktor.cz for programs that call by COM", more);
    }
}

/// A module for each interface, with the numbers of its members, and the GUIDs by their names in the IDL.
fn members(idl: &str) -> String {
    let mut text = String::new();
    let (mut guid, mut id, mut open) = (String::new(), String::new(), false);
    for line in idl.lines().map(str::trim) {
        if let Some((_, rest)) = line.split_once("uuid(") {
            guid = rest.split(')').next().expect("uuid( is closed").replace('-', "");
        }
        if let Some(rest) = line.strip_prefix("[id(") {
            id = rest.split(')').next().expect("id( is closed").into();
            continue;
        }
        let name = line.split_once(' ').map_or("", |(_, rest)| rest);
        if (line.starts_with("dispinterface _") && !line.ends_with(';')) || line.starts_with("coclass ") || line.starts_with("library ") {
            if open {
                text.push_str("}\n");
            }
            open = true;
            let prefix = line.split(' ').next().expect("a line has a word");
            let _ = writeln!(text, "pub mod {} {{", module(prefix, name));
            let _ = writeln!(text, "pub const GUID: u128 = 0x{guid};");
        } else if !id.is_empty() {
            let name = line.split_once('(').map_or("", |(head, _)| head).rsplit([' ', '*']).next().unwrap_or_default();
            let constant = snake(name).to_uppercase();
            let line = format!("pub const {constant}: i32 = {id};\n");
            // a property that is read and written has two lines with one number
            if !text.ends_with(&line) {
                text.push_str(&line);
            }
            id.clear();
        }
    }
    text.push_str("}\n");
    text
}

fn module(kind: &str, name: &str) -> String {
    match kind {
        "library" => String::from("library"),
        "coclass" => format!("class_{}", snake(name)),
        _ => snake(name),
    }
}

fn snake(name: &str) -> String {
    let mut made = String::new();
    for letter in name.trim_start_matches('_').chars() {
        if letter.is_uppercase() && !made.is_empty() {
            made.push('_');
        }
        made.extend(letter.to_lowercase());
    }
    made
}

/// Made by widl, which is told the time, so that the same source gives the same bytes.
fn type_library(out: &Path) {
    let (machine, bits) =
        if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("x86") { ("i686", "--win32") } else { ("x86_64", "--win64") };
    let widl = format!("{machine}-w64-mingw32-widl");
    for (source, library) in [("stdole.idl", "stdole2.tlb"), ("videodoktor.idl", "videodoktor.tlb")] {
        fs::copy(source, out.join(source)).expect("OUT_DIR can be written");
        let made = Command::new(&widl)
            .current_dir(out)
            .env("WIDL_TIME_OVERRIDE", "0")
            .args([bits, "-L", ".", "-t", "-o", library, source])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "{widl} failed: it comes with Debian's mingw-w64-tools");
    }
}
