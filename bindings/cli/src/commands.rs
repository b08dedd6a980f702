//! Each command: what it asks the library for, and where the answer goes.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use clap::CommandFactory;
use serde_json::{Map, Value};

use crate::arguments::{Changes, Command, CommandLine, General, Ics, Invite, Lang, OfMeeting};
use crate::change::{Change, Sender};
use crate::exit_code;
use crate::failure::Failure;
use crate::fields::{self, Fields, Invitation};
use crate::files;
use crate::meeting_file::{self, MeetingFile, Picture, Source};
use crate::memory::Memory;
use crate::render::render;
use crate::service::{self, Answer, Service};
use crate::settings::Settings;
use crate::watch;

/// The exit code, and the message for a person.
pub fn run(line: &CommandLine) -> (u8, String) {
    let fallback = line.general.lang.map_or("cs", name_of);
    match Settings::read(line.general.config.as_deref()) {
        Err(failure) => (failure.exit_code, failure.message(fallback).to_owned()),
        Ok(mut settings) => {
            if let Some(lang) = line.general.lang {
                settings.options.insert("lang".into(), name_of(lang).into());
            }
            let lang = settings.lang().to_owned();
            match execute(line, settings) {
                Ok(done) => done,
                Err(failure) => (failure.exit_code, failure.message(&lang).to_owned()),
            }
        }
    }
}

fn name_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Cs => "cs",
        Lang::En => "en",
    }
}

fn execute(line: &CommandLine, settings: Settings) -> Result<(u8, String), Failure> {
    match &line.command {
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut CommandLine::command(), "videodoktor", &mut io::stdout());
            Ok((0, String::new()))
        }
        Command::Man => {
            let page = clap_mangen::Man::new(CommandLine::command());
            page.render(&mut io::stdout()).map_err(|error| Failure::file(Path::new("-"), &error))?;
            Ok((0, String::new()))
        }
        Command::Watch(options) => {
            let host = Host::connect(settings, &line.general)?;
            watch::run(options, &line.general, &host)?;
            Ok((0, String::new()))
        }
        command => {
            let asked = Asked::of(command, &line.general)?; // a request that cannot be read wants no keys
            if let Some(answer) = asked.offline(settings.lang()) {
                return deliver(&line.general, &answer?);
            }
            let host = match Host::connect(settings, &line.general) {
                Ok(host) => host,
                Err(Refused::Failure(failure)) => return Err(failure),
                Err(Refused::Answer(answer)) => return deliver(&line.general, &answer),
            };
            let answer = host.answer(&asked, || Ok(()))?;
            let done = deliver(&line.general, &answer)?;
            if let (Command::Changes(Changes { before, keep: true, .. }), Some(list)) = (command, &answer.list) {
                files::write_whole(before, list.as_bytes()).map_err(|error| Failure::file(before, &error))?;
            }
            Ok(done)
        }
    }
}

/// Why there is no client: of this program's, or the library's.
pub enum Refused {
    Failure(Failure),
    Answer(Answer),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Refused {
        Refused::Failure(failure)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        match refused {
            Refused::Failure(failure) => failure,
            Refused::Answer(answer) => Failure::usage(answer.message(), answer.message()),
        }
    }
}

/// What is asked of the service.
pub enum Asked {
    Change(Change),
    List,
    Detail(String),
    Report {
        meet_id: String,
        path: String,
    },
    Time,
    Verify,
    Diagnose,
    Check(Invitation),
    File(MeetingFile),
    /// JSON; without `after` the service's list now.
    Changes {
        before: String,
        after: Option<String>,
    },
}

impl Asked {
    fn of(command: &Command, general: &General) -> Result<Asked, Failure> {
        Ok(match command {
            Command::Invite(invite) => Asked::Change(Change::Invite(invitation(invite, general)?)),
            Command::Check(invite) => Asked::Check(invitation(invite, general)?),
            Command::Move { meet_id, to } => Asked::Change(Change::Move { meet_id: meet_id.clone(), to: invitation(to, general)? }),
            Command::Remove { meet_id } => Asked::Change(Change::Remove(meet_id.clone())),
            Command::Call { name, input } => {
                let given = input.as_deref().map_or_else(|| Ok(Fields::new()), |path| read_request(path, general))?;
                Asked::Change(Change::Call { name: name.clone(), fields: as_json(given) })
            }
            Command::List => Asked::List,
            Command::Detail { meet_id } => Asked::Detail(meet_id.clone()),
            Command::Report { meet_id, save } => Asked::Report { meet_id: meet_id.clone(), path: save.to_string_lossy().into_owned() },
            Command::Qr { of, save, pixels } => {
                Asked::File(MeetingFile { source: source(of, general)?, picture: Picture::Qr { pixels: *pixels }, path: save.clone() })
            }
            Command::Ics(ics) => Asked::File(calendar(ics, general)?),
            Command::Changes(Changes { before, after, keep }) => Asked::Changes {
                before: meeting_file::read_list(before, *keep)?,
                after: after.as_deref().map(|path| meeting_file::read_list(path, false)).transpose()?,
            },
            Command::Time => Asked::Time,
            Command::Verify => Asked::Verify,
            Command::Diagnose | Command::Watch(_) | Command::Completions { .. } | Command::Man => Asked::Diagnose,
        })
    }
}

impl Asked {
    /// The answer to what needs neither network nor keys.
    fn offline(&self, lang: &str) -> Option<Result<Answer, Failure>> {
        match self {
            Asked::Check(invitation) => Some(Ok(service::check(invitation))),
            Asked::File(file) => file.offline(lang),
            Asked::Changes { before, after: Some(after) } => Some(Ok(service::changes(before, after))),
            _ => None,
        }
    }
}

pub fn as_json(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>())
}

/// A connected client, and what it remembers.
pub struct Host {
    pub service: Service,
    memory: Memory,
    pub lang: String,
    look_for: Duration,
}

impl Host {
    fn connect(mut settings: Settings, general: &General) -> Result<Host, Refused> {
        settings.complete()?;
        settings.make_memory_folder()?;
        let lang = settings.lang().to_owned();
        let Settings { url, app_key, practice_key, options, memory } = settings;
        let service = Service::connect(&url, &app_key, &practice_key, &Value::Object(options)).map_err(Refused::Answer)?;
        let memory = Memory::new(memory, &url, &practice_key);
        Ok(Host { service, memory, lang, look_for: Duration::from_secs_f64(general.look_for) })
    }

    /// `about_to_send` runs immediately before the call that may change something.
    pub fn answer(&self, asked: &Asked, about_to_send: impl FnOnce() -> io::Result<()>) -> Result<Answer, Failure> {
        Ok(match asked {
            Asked::Change(change) => {
                return self
                    .sender()
                    .execute(change, about_to_send)
                    .map_err(|error| Failure::file(Path::new("videodoktor-unknown.json"), &error));
            }
            Asked::List => self.service.list(),
            Asked::Detail(meet_id) => self.service.detail(meet_id),
            Asked::Report { meet_id, path } => self.service.save_report(meet_id, path),
            Asked::Time => self.service.time(),
            Asked::Verify => self.service.verify(),
            Asked::Diagnose => self.service.diagnose(),
            Asked::Check(invitation) => service::check(invitation),
            Asked::File(file) => return file.answer(self),
            Asked::Changes { before, after: Some(after) } => service::changes(before, after),
            Asked::Changes { before, after: None } => self.changes(before),
        })
    }

    fn changes(&self, before: &str) -> Answer {
        let list = self.service.list();
        if !list.is_success() {
            return list;
        }
        let after = list.json.to_string();
        let changes = service::changes(before, &after);
        if changes.is_success() { Answer { list: Some(after), ..changes } } else { changes }
    }

    /// For what a process that has died may have sent.
    pub fn answer_without_sending(&self, asked: &Asked) -> Result<Answer, Failure> {
        match asked {
            Asked::Change(change) => {
                self.sender().look_only(change).map_err(|error| Failure::file(Path::new("videodoktor-unknown.json"), &error))
            }
            reading => self.answer(reading, || Ok(())),
        }
    }

    fn sender(&self) -> Sender<'_> {
        Sender { service: &self.service, memory: &self.memory, lang: &self.lang, look_for: self.look_for }
    }
}

fn invitation(invite: &Invite, general: &General) -> Result<Invitation, Failure> {
    let mut given = invite.input.as_deref().map_or_else(|| Ok(Fields::new()), |path| read_request(path, general))?;
    let options = [
        ("pacient_jmeno", &invite.name),
        ("pacient_email", &invite.email),
        ("pacient_telefon", &invite.phone),
        ("pacient_narozen", &invite.born),
        ("meet_start", &invite.start),
    ];
    for (name, value) in options {
        if let Some(value) = value {
            given.insert(name.into(), value.clone());
        }
    }
    Invitation::of(&given).map_err(|why| unreadable("--in", &why))
}

fn source(of: &OfMeeting, general: &General) -> Result<Source, Failure> {
    Ok(match (&of.meet_id, &of.input) {
        (_, Some(path)) => Source::Given(as_json(read_request(path, general)?)),
        (meet_id, None) => Source::Service(meet_id.clone().unwrap_or_default()),
    })
}

fn calendar(ics: &Ics, general: &General) -> Result<MeetingFile, Failure> {
    let options = [
        ("duration_min", &ics.duration),
        ("reminder_min", &ics.reminder),
        ("summary", &ics.summary),
        ("method", &ics.method),
        ("organizer", &ics.organizer),
        ("sequence", &ics.sequence),
        ("uid", &ics.uid),
    ];
    let given: Fields = options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect();
    let options = meeting_file::calendar_options(given).map_err(|why| unreadable("ics", &why))?;
    Ok(MeetingFile { source: source(&ics.of, general)?, picture: Picture::Calendar { options }, path: ics.save.clone() })
}

fn read_request(path: &Path, general: &General) -> Result<Fields, Failure> {
    let mut bytes = Vec::new();
    let read =
        if path == Path::new("-") { io::stdin().read_to_end(&mut bytes).map(drop) } else { fs::read(path).map(|content| bytes = content) };
    read.map_err(|error| Failure::file(path, &error))?;
    let text =
        general.encoding.decode(&bytes).ok_or_else(|| unreadable(&path.to_string_lossy(), "not in the encoding that --encoding says"))?;
    fields::read(&text).map_err(|why| unreadable(&path.to_string_lossy(), &why))
}

fn unreadable(what: &str, why: &str) -> Failure {
    Failure::usage(&format!("Požadavek {what} nelze přečíst: {why}."), &format!("The request {what} cannot be read: {why}."))
}

/// Writes the answer where it is wanted.
fn deliver(general: &General, answer: &Answer) -> Result<(u8, String), Failure> {
    let bytes = render(answer, general.format, general.encoding);
    let written = match &general.out {
        Some(path) => files::write_whole(path, &bytes).map_err(|error| Failure::file(path, &error)),
        None => io::stdout().write_all(&bytes).and_then(|()| io::stdout().flush()).map_err(|error| Failure::file(Path::new("-"), &error)),
    };
    written?;
    Ok((exit_code::of(answer.status), answer.message().to_owned()))
}
