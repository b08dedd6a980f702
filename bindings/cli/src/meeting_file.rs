//! A video call as a file: its address as a QR code, its time as a calendar entry. And two lists of calls compared.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::commands::Host;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::files;
use crate::service::{self, Answer};

/// Where the call's data come from.
pub enum Source {
    /// From the service, by `meet_id`.
    Service(String),
    /// From the request itself: no network.
    Given(Value),
}

/// What is to be made of the call.
pub enum Picture {
    Qr { pixels: i32 },
    Calendar { options: Value },
}

pub struct MeetingFile {
    pub source: Source,
    pub picture: Picture,
    pub path: PathBuf,
}

/// Options of a calendar entry that are numbers.
const NUMBERS: [&str; 3] = ["duration_min", "reminder_min", "sequence"];

impl MeetingFile {
    /// Without the network; None if the call's data have to be asked for.
    pub fn offline(&self, lang: &str) -> Option<Result<Answer, Failure>> {
        match &self.source {
            Source::Given(meeting) => Some(self.save(meeting, lang)),
            Source::Service(_) => None,
        }
    }

    pub fn answer(&self, host: &Host) -> Result<Answer, Failure> {
        match &self.source {
            Source::Given(meeting) => self.save(meeting, &host.lang),
            Source::Service(meet_id) => {
                let detail = host.service.detail(meet_id);
                if detail.is_success() { self.save(&detail.json, &host.lang) } else { Ok(detail) }
            }
        }
    }

    fn save(&self, meeting: &Value, lang: &str) -> Result<Answer, Failure> {
        match &self.picture {
            Picture::Qr { pixels } => {
                let address = meeting["meet_url"].as_str().unwrap_or_default();
                Ok(service::qr(address, &self.path.to_string_lossy(), *pixels))
            }
            Picture::Calendar { options } => {
                let mut options = options.clone();
                if options.get("lang").is_none() {
                    options["lang"] = lang.into();
                }
                match service::calendar(meeting, &options) {
                    Err(status) => {
                        let detail = "the call has no meet_id or no start, or an option is unknown, not valid or missing";
                        Ok(Answer::error(status, &service::status_text(status, lang), detail))
                    }
                    Ok(text) => {
                        files::write_whole(&self.path, text.as_bytes()).map_err(|error| Failure::file(&self.path, &error))?;
                        Ok(Answer::success(serde_json::json!({"path": self.path.to_string_lossy(), "bytes": text.len()})))
                    }
                }
            }
        }
    }
}

/// Options of a calendar entry as the library takes them, of texts.
pub fn calendar_options(fields: Fields) -> Result<Value, String> {
    let mut options = Map::new();
    for (name, value) in fields {
        let value = if NUMBERS.contains(&name.as_str()) {
            value.trim().parse::<u32>().map(Value::from).map_err(|_| format!("{name} is no whole number"))?
        } else {
            Value::from(value)
        };
        options.insert(name, value);
    }
    Ok(Value::Object(options))
}

/// A list of calls, as `changes` keeps one or `list --format json` writes it: UTF-8, whatever `--encoding` says. "" if there is no file yet.
pub fn read_list(path: &Path, may_be_missing: bool) -> Result<String, Failure> {
    let text = match fs::read_to_string(path) {
        Err(error) if may_be_missing && error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        read => read.map_err(|error| Failure::file(path, &error))?,
    };
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(answer)) if answer.contains_key("result") => Ok(answer["result"].to_string()),
        _ => Ok(text.to_owned()), // the library says what is wrong with it
    }
}
