//! Writes the C header and the catalogue of errors from the exports' comments and the status table, and says how the shared library is linked.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[path = "docs/catalogue.rs"]
mod catalogue;
#[path = "docs/causes.rs"]
mod causes;
#[path = "src/status.rs"]
#[allow(dead_code)]
mod status;
#[path = "src/ffi/version_resource.rs"]
mod version_resource;

fn main() {
    for input in ["src/ffi", "src/status.rs", "cbindgen.toml", "include/videodoktor.h"] {
        println!("cargo:rerun-if-changed={input}");
    }
    println!("cargo:rerun-if-changed=src/ffi/version_resource.rs");
    println!("cargo:rerun-if-env-changed=VIDEODOKTOR_WRITE_HEADER");
    link();
    write("include", "videodoktor.h", &header());
    for (name, page) in catalogue::pages() {
        write("docs", name, &page);
    }
}

/// Into OUT_DIR. The committed file changes only when asked to; a test tells when it is stale.
fn write(folder: &str, name: &str, text: &str) {
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join(name), text).expect("OUT_DIR can be written");
    if env::var_os("VIDEODOKTOR_WRITE_HEADER").is_some() {
        fs::write(Path::new(folder).join(name), text).expect("the checkout can be written");
    }
}

/// One file that is installed by copying it: no version in its name. Threads of ours may outlive a call, so it is never unmapped.
fn link() {
    version_resource::link("videodoktor.dll", "VideoDoktor.cz for practice software", "");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libvideodoktor.so");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        println!("cargo:rustc-cdylib-link-arg=-Wl,--hash-style=gnu"); // all that glibc has read since 2006
    }
}

fn header() -> String {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let mut config = cbindgen::Config::from_file("cbindgen.toml").expect("cbindgen.toml is well-formed");
    config.after_includes = Some(constants());
    let mut text = Vec::new();
    cbindgen::Builder::new().with_crate(root).with_config(config).generate().expect("the exports can be read").write(&mut text);
    with_calling_convention(&String::from_utf8(text).expect("the header is text"))
}

/// What C89 compilers from C++Builder 6 and Visual C++ 6 on need: the three integer types, and marks that a host may set beforehand.
const TYPES: &str = r#"
#if defined(_MSC_VER) && _MSC_VER < 1600
typedef __int32 int32_t;
typedef unsigned __int32 uint32_t;
#elif defined(__BORLANDC__) && __BORLANDC__ < 0x0560
typedef int int32_t;
typedef unsigned int uint32_t;
#else
#include <stdint.h>
#endif

#ifndef VD_CALL
#if defined(_WIN32)
#define VD_CALL __cdecl
#else
#define VD_CALL
#endif
#endif

#ifndef VD_API
#define VD_API
#endif
"#;

/// Versions, statuses and log levels. The statuses come from the table itself.
fn constants() -> String {
    let mut text = String::from(TYPES);
    text.push_str("\n/* Version of this header. vd_abi_version() and vd_version() tell that of the library. */\n");
    let part = |name: &str| env::var(format!("CARGO_PKG_VERSION_{name}")).expect("cargo sets the version");
    let (major, minor, patch) = (part("MAJOR"), part("MINOR"), part("PATCH"));
    let _ = writeln!(text, "#define VD_ABI_VERSION 1u");
    let _ = writeln!(text, "#define VD_VERSION \"{major}.{minor}.{patch}\"");
    let _ = writeln!(text, "#define VD_VERSION_MAJOR {major}\n#define VD_VERSION_MINOR {minor}\n#define VD_VERSION_PATCH {patch}");
    let _ = writeln!(
        text,
        "\n/* Statuses. A number never changes its meaning. 1000 + n is the service's code X0nn, whether it is listed here or not. */"
    );
    for row in status::TABLE {
        let english = row.en.to_str().expect("the table is UTF-8");
        let _ = writeln!(text, "#define {} {} /* {english} */", row.name.to_str().expect("the table is UTF-8"), row.status.0);
    }
    let _ = writeln!(text, "\n/* Levels of log messages. */");
    for (number, name) in ["ERROR", "WARNING", "INFO", "DEBUG"].iter().enumerate() {
        let _ = writeln!(text, "#define VD_LOG_{name} {}", number + 1);
    }
    text
}

/// Puts VD_CALL before each name: a program that is compiled with another default convention (MSVC's /Gz) must still call cdecl.
fn with_calling_convention(header: &str) -> String {
    // cbindgen breaks a long declaration after the prefix and aligns its parameters.
    let header = header.replace("\nVD_API\nvd_status", "\nVD_API vd_status");
    let mark = |line: &str| match line {
        _ if line.starts_with("VD_API ") => {
            let name = line.find('(').and_then(|end| line[..end].rfind("vd_")).expect("a function has a name");
            format!("{}VD_CALL {}\n", &line[..name], &line[name..])
        }
        _ if line.starts_with("          ") => format!("    {}\n", line.trim_start()),
        _ if line.starts_with("typedef ") => format!("{}\n", line.replace("(*vd_", "(VD_CALL *vd_")),
        _ if line.starts_with("#endif") => String::from("#endif\n"), // cbindgen's comment there is none in C89
        _ => format!("{line}\n"),
    };
    header.lines().map(mark).collect()
}
