//! README and catalogue of errors say of the ABI what the header and the source say.

use std::collections::BTreeSet;

const README: &str = include_str!("../README.md");
const HEADER: &str = include_str!("../include/videodoktor.h");
const OPTIONS: &str = include_str!("../src/options.rs");

/// The rows of the table under a heading, each as its cells.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let section = README.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}")).1;
    let rows = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2).map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()).collect()
}

fn column(rows: &[Vec<&'static str>], at: usize) -> BTreeSet<&'static str> {
    rows.iter().map(|row| row[at]).collect()
}

#[test]
fn every_function_of_the_header_is_in_the_readme_and_no_other() {
    let declared = HEADER.lines().filter(|line| line.starts_with("VD_API ")).map(|line| {
        let name = line.rsplit_once("VD_CALL ").unwrap().1;
        name.split_once('(').unwrap().0
    });
    assert_eq!(column(&table("Functions"), 0), declared.collect());
}

/// The sections of docs/errors.md, each as number, name and message.
fn catalogue() -> Vec<Vec<&'static str>> {
    let sections = include_str!("../docs/errors.md").split("\n### ").skip(1);
    let of_section = |section: &'static str| {
        let mut lines = section.lines().filter(|line| !line.is_empty());
        let name = lines.next().unwrap();
        let message = lines.next().unwrap().strip_prefix("> ").unwrap();
        vec![lines.next().unwrap().strip_prefix("- Number: ").unwrap(), name, message]
    };
    sections.map(of_section).collect()
}

#[test]
fn the_catalogue_s_statuses_are_those_of_the_header_word_for_word() {
    let defined = HEADER.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("#define ")?.split_once(' ')?;
        let (number, text) = rest.split_once(" /* ")?;
        Some(vec![number, name, text.strip_suffix(" */")?])
    });
    assert_eq!(catalogue(), defined.collect::<Vec<_>>());
}

#[test]
fn every_option_is_in_the_readme_and_no_other() {
    let set = OPTIONS.split_once("fn set(").unwrap().1.split_once("unknown_option(name)").unwrap().0;
    let known = set.lines().filter(|line| line.starts_with("            \"")).map(|line| line.split('"').nth(1).unwrap());
    assert_eq!(column(&table("Options"), 0), known.collect());
}

#[test]
fn the_header_is_the_one_that_the_source_gives() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/videodoktor.h"));
    assert!(generated == HEADER, "include/videodoktor.h is stale: run VIDEODOKTOR_WRITE_HEADER=1 cargo build");
}

#[test]
fn the_catalogue_of_errors_is_the_one_that_the_source_gives() {
    let pages = [
        (include_str!("../docs/errors.md"), include_str!(concat!(env!("OUT_DIR"), "/errors.md"))),
        (include_str!("../docs/errors.cs.md"), include_str!(concat!(env!("OUT_DIR"), "/errors.cs.md"))),
    ];
    assert!(
        pages.iter().all(|(page, generated)| page == generated),
        "docs/errors*.md are stale: run VIDEODOKTOR_WRITE_HEADER=1 cargo build"
    );
}
