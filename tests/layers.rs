//! The source files import each other without a circle, and the layers only downwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the top; a layer may use those behind it.
const LAYERS: [&str; 5] = ["ffi", "client", "service", "http", "json"];

/// Files beside the layers. They know no layer, but for what is listed here.
const BESIDE: [(&str, &[&str]); 9] = [
    ("cancellation", &[]),
    ("error", &[]),
    ("invisible", &[]),
    ("locking", &[]),
    ("log", &[]),
    ("moment", &[]),
    ("options", &["http::origin", "http::proxy", "http::tls_roots"]),
    ("status", &[]),
    ("wiping", &[]),
];

type Imports = BTreeMap<String, BTreeSet<String>>;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The name by which others import a file.
fn module_of(root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(root).unwrap().with_extension("");
    path.to_str().unwrap().trim_end_matches("/mod").replace('/', "::")
}

/// The code of a file: without its tests and comments.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Paths that begin with `prefix::`, groups in braces taken apart.
fn paths(code: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in code.split(&format!("{prefix}::")).skip(1) {
        let is_path = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == ':';
        let path = part.split(|sign| !is_path(sign)).next().unwrap();
        if let Some(group) = part.strip_prefix(path).and_then(|rest| rest.strip_prefix('{')) {
            let names = group.split('}').next().unwrap().split(',');
            found.extend(names.map(|name| format!("{path}{}", name.trim())));
        } else {
            found.push(path.to_owned());
        }
    }
    found
}

/// Which file imports which.
fn imports() -> Imports {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_part =
        |module: &str| !["lib", "fuzzed", "test_hooks"].contains(&module) && !module.ends_with("tests") && module != "wiping::leaks";
    let modules: BTreeMap<String, PathBuf> = files(&root)
        .into_iter()
        .map(|file| (module_of(&root, &file), file))
        .filter(|(module, file)| is_part(module) && !file.ends_with("version_resource.rs"))
        .collect();
    let owner = |path: &str| {
        let parts: Vec<&str> = path.split("::").collect();
        (1..=parts.len()).rev().map(|count| parts[..count].join("::")).find(|module| modules.contains_key(module))
    };
    let of_file = |(module, file): (&String, &PathBuf)| {
        let code = code_of(file);
        let parent = module.rsplit_once("::").map_or(String::new(), |(parent, _)| format!("{parent}::"));
        let relative = paths(&code, "super").into_iter().map(|path| format!("{parent}{path}"));
        let children = code.split("use ").skip(1).map(|path| format!("{module}::{}", path.split(';').next().unwrap()));
        let named = paths(&code, "crate").into_iter().chain(relative).chain(children);
        let used = named.filter_map(|path| owner(&path)).filter(|used| used != module).collect();
        (module.clone(), used)
    };
    modules.iter().map(of_file).collect()
}

#[test]
fn no_file_imports_itself_over_others() {
    let imports = imports();
    assert!(imports.len() > 50, "{}", imports.len());
    let mut rest = imports.clone();
    // Files that import nothing which is left are taken away, again and again: what stays lies on a circle or above one.
    loop {
        let done: Vec<String> =
            rest.iter().filter(|(_, used)| used.iter().all(|used| !rest.contains_key(used))).map(|(module, _)| module.clone()).collect();
        if done.is_empty() {
            break;
        }
        done.iter().for_each(|module| drop(rest.remove(module)));
    }
    let left: Imports = rest
        .iter()
        .map(|(module, used)| (module.clone(), used.iter().filter(|used| rest.contains_key(*used)).cloned().collect()))
        .collect();
    assert!(left.is_empty(), "a circle of imports among {left:#?}");
}

#[test]
fn a_layer_uses_only_those_below_it() {
    let layer_of = |module: &str| LAYERS.iter().position(|layer| module.split("::").next() == Some(layer));
    for (module, used) in imports() {
        for used in used {
            let Some(below) = layer_of(&used) else { continue };
            let is_allowed = match layer_of(&module) {
                // `service` and `http` lie side by side.
                Some(layer) => layer <= below && !(LAYERS[layer] == "service" && LAYERS[below] == "http" && used != "http::origin"),
                None => BESIDE.iter().any(|(beside, knows)| *beside == module && knows.contains(&used.as_str())),
            };
            assert!(is_allowed, "{module} imports {used}");
        }
    }
}
