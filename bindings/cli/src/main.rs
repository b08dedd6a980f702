//! `videodoktor`: the library for hosts that can start a program or write a file. README.md is the manual.

mod arguments;
mod change;
mod commands;
mod encodings;
mod exit_code;
mod failure;
mod fields;
mod files;
mod folder;
mod meeting_file;
mod memory;
mod moving;
mod render;
mod service;
mod settings;
mod watch;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let line = match arguments::CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            let is_help = error.exit_code() == 0;
            drop(error.print());
            return ExitCode::from(if is_help { 0 } else { exit_code::USAGE });
        }
    };
    let encoding = line.general.encoding;
    let (code, message) = commands::run(&line);
    if !message.is_empty() {
        print_message(&message, encoding);
    }
    ExitCode::from(code)
}

/// A message for a person, on standard error.
fn print_message(message: &str, encoding: encodings::Encoding) {
    let mut out = io::stderr();
    let line = format!("{message}\n");
    let bytes = if out.is_terminal() { line.into_bytes() } else { encoding.encode(&line) };
    drop(out.write_all(&bytes));
}
