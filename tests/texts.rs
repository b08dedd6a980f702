//! What tests/shipped.sh takes for granted of the texts that people see.

use std::fs;
use std::path::{Path, PathBuf};

/// Handwritten by rustls, so the same in the files that we ship.
const NOT_DERIVED: [&str; 1] = ["{alert:?}"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Of a source file, what is compiled into the library: modules of tests come last, or have a file of their own.
fn compiled(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let own_file = path.file_name().is_some_and(|name| name == "tests.rs");
    if own_file { String::new() } else { text.split("mod tests {").next().unwrap().to_string() }
}

#[test]
fn no_text_is_made_of_what_derived_debug_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = sources(&root.join("src"));
    let mut formats = 0;
    for path in &files {
        for (number, line) in compiled(path).lines().enumerate() {
            formats += usize::from(line.contains("format!("));
            let shown = NOT_DERIVED.iter().fold(line.to_string(), |line, known| line.replace(known, ""));
            let debug = ["?}", "dbg!("].iter().any(|mark| shown.contains(mark));
            assert!(!debug, "{}:{}: the files that we ship would print only a name here: {line}", path.display(), number + 1);
        }
    }
    assert!(files.len() > 30 && formats > 30, "{} files, {formats} formats: are these the sources?", files.len());
}
