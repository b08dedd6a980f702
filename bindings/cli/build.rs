//! The version resource of the Windows program.

#[path = "../../build/version_resource.rs"]
mod version_resource;

fn main() {
    println!("cargo:rerun-if-changed=../../build/version_resource.rs");
    version_resource::link(&version_resource::File {
        kind: version_resource::Kind::Program,
        name: "videodoktor.exe",
        description: "VideoDoktor.cz from the command line and from a folder",
    });
}
