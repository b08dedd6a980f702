//! `watch FOLDER`: one answer file for each request file, whatever crashes.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crate::arguments::{General, Watch};
use crate::change::Change;
use crate::commands::{Asked, Host, as_json};
use crate::failure::Failure;
use crate::fields::{self, Fields, Invitation};
use crate::files;
use crate::folder::{Folder, Request, Stage};
use crate::meeting_file::{self, MeetingFile, Picture, Source};
use crate::render::render;
use crate::service::{self, Answer};

const CLEANING: Duration = Duration::from_secs(3600);

pub fn run(options: &Watch, general: &General, host: &Host) -> Result<(), Failure> {
    let folder = Folder::open(&options.folder)?;
    let failed = |error: io::Error| Failure::file(&options.folder, &error);
    let keep = Duration::from_secs(options.keep_days.saturating_mul(24 * 3600));
    folder.clean(keep).map_err(failed)?;
    let mut cleaned = Instant::now();
    for stage in [Stage::Sending, Stage::Taken] {
        for request in folder.requests(stage).map_err(failed)? {
            serve(&folder, request, general, host, options)?;
        }
    }
    loop {
        let waiting = folder.requests(Stage::Waiting).map_err(failed)?;
        let is_idle = waiting.is_empty();
        for mut request in waiting {
            match folder.take(&mut request) {
                // The host took it back, or still holds it open: Windows refuses to rename an open file.
                Err(_) if request.stage == Stage::Waiting => continue,
                taken => taken.map_err(failed)?,
            }
            serve(&folder, request, general, host, options)?;
        }
        if options.once {
            return Ok(());
        }
        if cleaned.elapsed() > CLEANING {
            folder.clean(keep).map_err(failed)?;
            cleaned = Instant::now();
        }
        if is_idle {
            thread::sleep(Duration::from_millis(options.every_ms));
        }
    }
}

/// Whatever fails here ends the program: the request keeps the name that says how far it came, and the next start goes on from there.
fn serve(folder: &Folder, mut request: Request, general: &General, host: &Host, options: &Watch) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::file(&options.folder, &error);
    if !folder.is_answered(&request) {
        let answer = match asked(folder, &request, general).map_err(failed)? {
            Err(why) => refused(&why, &host.lang),
            Ok(asked) if request.stage == Stage::Sending => host.answer_without_sending(&asked)?,
            Ok(asked) => host.answer(&asked, || request.advance(Stage::Sending))?,
        };
        folder.answer(&request, &render(&answer, general.format, general.encoding)).map_err(failed)?;
        // After the answer: a crash between the two tells changes twice, and loses none.
        if let Some(list) = &answer.list {
            files::write_whole(&folder.list(), list.as_bytes()).map_err(failed)?;
        }
    }
    folder.file(&request).map_err(failed)
}

fn refused(why: &str, lang: &str) -> Answer {
    let message = if lang == "en" { format!("The request cannot be read: {why}.") } else { format!("Požadavek nelze přečíst: {why}.") };
    Answer::error(service::INVALID_ARGUMENT, &message, why)
}

/// The inner error is the request's own.
fn asked(folder: &Folder, request: &Request, general: &General) -> io::Result<Result<Asked, String>> {
    let content = request.content()?;
    let Some(text) = general.encoding.decode(&content) else {
        return Ok(Err("not in the encoding that --encoding says".into()));
    };
    Ok(fields::read(&text).and_then(|fields| of_fields(fields, folder, request)))
}

fn of_fields(mut fields: Fields, folder: &Folder, request: &Request) -> Result<Asked, String> {
    let command = fields.remove("command").unwrap_or_else(|| "invite".into());
    let meet_id = fields.get("meet_id").cloned().ok_or("meet_id is missing");
    Ok(match command.as_str() {
        "invite" => Asked::Change(Change::Invite(Invitation::of(&fields)?)),
        "check" => Asked::Check(Invitation::of(&fields)?),
        "remove" => Asked::Change(Change::Remove(meet_id?)),
        "move" => {
            fields.remove("meet_id");
            Asked::Change(Change::Move { meet_id: meet_id?, to: Invitation::of(&fields)? })
        }
        "detail" => Asked::Detail(meet_id?),
        "report" => Asked::Report { meet_id: meet_id?, path: request.beside("pdf").to_string_lossy().into_owned() },
        "qr" | "ics" => Asked::File(file_to_save(&command, meet_id?, fields, request)?),
        "changes" => Asked::Changes {
            before: meeting_file::read_list(&folder.list(), true).map_err(|failure| failure.message("en").to_owned())?,
            after: None,
        },
        "list" => Asked::List,
        "time" => Asked::Time,
        "verify" => Asked::Verify,
        "diagnose" => Asked::Diagnose,
        "call" => {
            let name = fields.remove("call_name").ok_or("call_name is missing")?;
            Asked::Change(Change::Call { name, fields: as_json(fields) })
        }
        other => return Err(format!("unknown command {other}")),
    })
}

fn file_to_save(command: &str, meet_id: String, mut fields: Fields, request: &Request) -> Result<MeetingFile, String> {
    fields.remove("meet_id");
    let (picture, ending) = if command == "qr" {
        let ending = fields.remove("ending").unwrap_or_else(|| "png".into());
        if !["png", "svg", "bmp"].contains(&ending.as_str()) {
            return Err("ending is none of png, svg, bmp".into());
        }
        let pixels = fields.remove("pixels").map_or(Ok(512), |pixels| pixels.parse().map_err(|_| "pixels is no whole number"))?;
        if let Some(unknown) = fields.keys().next() {
            return Err(format!("unknown field {unknown}; qr has meet_id, pixels, ending"));
        }
        (Picture::Qr { pixels }, ending)
    } else {
        (Picture::Calendar { options: meeting_file::calendar_options(fields)? }, "ics".to_owned())
    };
    Ok(MeetingFile { source: Source::Service(meet_id), picture, path: request.beside(&ending) })
}
