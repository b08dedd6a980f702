//! `videodoktor-sandbox tour`: the whole service through the built library, call by call, for a person to read. It succeeds only if every call returned
//! what it should.

mod library;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use videodoktor_sandbox::Sandbox;

use crate::command_line::Tour;
use library::{Answer, Client, Library};

const OK: i32 = 0;
const START_TAKEN: i32 = 1024;

const JANA: [&str; 5] = ["Jana Nováková", "jana.novakova@sandbox.example", "777 123 456", "1980", "23.11.2030 10:00"];
const JIRI: [&str; 5] = ["Jiří Dvořák", "", "602 000 111", "1956", "2030-11-23T10:00"];

pub fn run(wishes: &Tour) -> ExitCode {
    match tour(wishes) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("videodoktor-sandbox tour: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Says how many calls were not as expected.
fn tour(wishes: &Tour) -> Result<usize, String> {
    let path = find(wishes.library.as_deref())?;
    let library = Library::load(&path)?;
    let sandbox = Sandbox::builder().clock("2030-11-23 09:00").try_start().map_err(|error| error.to_string())?;
    println!("Library  {} ({})", path.display(), library.version());
    println!("Service  {} (a sandbox; its clock shows {})", sandbox.url(), sandbox.now().format("%-d. %-m. %Y %-H:%M"));

    let ca_file = sandbox.ca_file().to_str().ok_or("the temporary directory's name is not Unicode")?;
    let options = json!({ "ca_file": ca_file, "proxy": "none", "lang": "en" }).to_string();
    let client = library
        .client(&sandbox.url(), sandbox.app_key(), sandbox.api_key(), &options)
        .map_err(|answer| format!("no client: {} {}", library.status_name(answer.status), answer.json))?;
    let mut guide = Guide { library: &library, shown: 0, unexpected: 0 };
    make_calls(&mut guide, &client, &sandbox)?;
    farewell(&guide, &sandbox);
    Ok(guide.unexpected)
}

fn make_calls(guide: &mut Guide, client: &Client, sandbox: &Sandbox) -> Result<(), String> {
    guide.show("vd_verify", "are the keys good?", OK, &client.verify());
    guide.show("vd_time", "what time has the service?", OK, &client.time());
    let made = client.meet_add(JANA);
    guide.show("vd_meet_add", "invite Jana Nováková", OK, &made);
    let meet_id = made.json["meet_id"].as_str().unwrap_or("nobody-was-invited").to_owned();
    guide.show("vd_meet_list", "who is invited?", OK, &client.meet_list());
    guide.show("vd_meet_detail", "more about this call", OK, &client.meet_detail(&meet_id));
    guide.show("vd_meet_add", "invite another patient to the same start: refused", START_TAKEN, &client.meet_add(JIRI));

    sandbox.advance(Duration::from_secs(24 * 60 * 60));
    println!("\n… a day later: the sandbox's clock shows {}", sandbox.now().format("%-d. %-m. %Y %-H:%M"));
    guide.show("vd_meet_export", "where is the report?", OK, &client.meet_export(&meet_id));
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
    let report = folder.path().join("vykaz.pdf");
    let report_name = report.to_str().ok_or("the temporary directory's name is not Unicode")?;
    guide.show("vd_meet_export_save", "save it", OK, &client.meet_export_save(&meet_id, report_name));
    guide.check("the saved report is a PDF", std::fs::read(&report).is_ok_and(|bytes| bytes.starts_with(b"%PDF-")));
    guide.show("vd_meet_remove", "take the invitation back", OK, &client.meet_remove(&meet_id));
    let left = client.meet_list();
    guide.show("vd_meet_list", "nobody is invited any more", OK, &left);
    guide.check("the list is empty", left.json.as_array().is_some_and(Vec::is_empty));
    guide.check("the sandbox sent one invitation, for this call", sandbox.invitations() == [meet_id]);
    Ok(())
}

fn farewell(guide: &Guide, sandbox: &Sandbox) {
    println!("\nE-mails that would have gone out:");
    for mail in sandbox.mails() {
        println!("   to {}: {}", mail.address, mail.subject);
    }
    match guide.unexpected {
        0 => println!("\n{} calls, each as expected.", guide.shown),
        unexpected => println!("\n{} calls, {unexpected} things NOT as expected.", guide.shown),
    }
}

/// Shows calls, and counts what is not as it should be.
struct Guide<'a> {
    library: &'a Library,
    shown: usize,
    unexpected: usize,
}

impl Guide<'_> {
    fn show(&mut self, call: &str, purpose: &str, expected: i32, answer: &Answer) {
        self.shown += 1;
        println!("\n{}. {call}: {purpose}", self.shown);
        println!("   {} {}", answer.status, self.library.status_name(answer.status));
        for line in format!("{:#}", answer.json).lines() {
            println!("   {line}");
        }
        if answer.status != expected {
            self.unexpected += 1;
            println!("   NOT as expected: this should be {expected} {}", self.library.status_name(expected));
        }
    }

    fn check(&mut self, promise: &str, kept: bool) {
        if !kept {
            self.unexpected += 1;
            println!("   NOT as expected: {promise}");
        }
    }
}

/// The library that was named, or the one that lies where cargo puts it: beside this program, or in `release` next to its directory.
fn find(named: Option<&Path>) -> Result<PathBuf, String> {
    let file = libloading::library_filename("videodoktor");
    let program = std::env::current_exe().map_err(|error| format!("this program does not know where it lies: {error}"))?;
    let beside = program.parent().unwrap_or(Path::new("."));
    let candidates = match named {
        Some(path) => vec![path.to_owned()],
        None => ["", "../library/release", "../release"].map(|folder| beside.join(folder).join(&file)).to_vec(),
    };
    if let Some(found) = candidates.iter().find(|path| path.is_file()) {
        return found.canonicalize().map_err(|error| format!("{}: {error}", found.display()));
    }
    let tried: Vec<String> = candidates.iter().map(|path| format!("  {}", path.display())).collect();
    Err(format!("no library here:\n{}\nBuild it first, or name it with --library PATH.", tried.join("\n")))
}
