//! The program `videodoktor-sandbox`: serves the sandbox to practice software until it is told to stop, or leads through
//! the built library.

mod browser;
mod command_line;
mod serve;
mod stop;
mod tour;
mod usual_port;

use std::process::ExitCode;

use clap::Parser;
use command_line::{Command, CommandLine};

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match command_line.command {
        None => serve::run(command_line.serve),
        Some(Command::Serve(wishes)) => serve::run(*wishes),
        Some(Command::Tour(wishes)) => tour::run(&wishes),
    }
}
