//! The version resource of the Windows program.

#[path = "../../src/ffi/version_resource.rs"]
mod version_resource;

fn main() {
    println!("cargo:rerun-if-changed=../../src/ffi/version_resource.rs");
    version_resource::link("videodoktor.exe", "VideoDoktor.cz from the command line and from a folder", "");
}
