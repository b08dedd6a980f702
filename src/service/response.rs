//! Bytes and an HTTP status → what the call promised, the service's code, or what came instead.
//!
//! The vendor's text gives the success fields and the codes, but neither the shape of an error nor its HTTP status, so both are taken as they
//! come: a reply with the success fields of the request is a success, whatever text its values hold; else one with a code is a refusal.

use std::fmt;

use crate::json::value::Json;
use serde_json::{Map, Value};

use crate::error::{Error, Source};
use crate::service::meeting::list::{Meetings, Unreadable};
use crate::service::meeting::{Fields, Meeting, as_text};
use crate::status::Status;

mod body;
mod error_code;

use body::BodyKind;

/// What a call promises to answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResponseKind {
    /// `token`
    Token,
    /// `time`
    Time,
    /// `meet_id` and `meet_url`
    Made,
    /// An array of meetings.
    Meetings,
    /// One meeting.
    Meeting,
    /// `meet_id`
    Removed,
    /// `export_url`
    Export,
    /// Any JSON: a call that the vendor added for one implementation.
    Any,
}

/// A reply of the kind that was asked for.
pub enum Success<'a> {
    /// The service's object: documented fields as texts (a meeting's as [`Meeting::write_json`] gives them), the others as they came.
    Object(Map<String, Value>),
    Meetings(Meetings<'a>),
    Any(Json<'a>),
}

impl Success<'_> {
    /// A documented text of an object, moved out: it may be a token, of which no copy is to stay behind.
    pub fn into_text(self, name: &str) -> Result<String, Error> {
        match self {
            Success::Object(mut object) => match object.remove(name) {
                Some(Value::String(text)) => Ok(text),
                _ => Err(Error::network(Status::ERR_BAD_REPLY, format!("a reply without {name}"))),
            },
            _ => Err(Error::network(Status::ERR_BAD_REPLY, format!("a reply without {name}"))),
        }
    }

    /// The JSON that the host gets.
    pub fn into_json(self) -> String {
        match self {
            Success::Object(object) => Value::Object(object).to_string(),
            Success::Meetings(meetings) => meetings.into_json(),
            Success::Any(raw) => raw.get().to_owned(),
        }
    }
}

/// Without what the service said: it may be a token or a patient.
impl fmt::Debug for Success<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Success::Object(_) => "Object(…)",
            Success::Meetings(_) => "Meetings(…)",
            Success::Any(_) => "Any(…)",
        })
    }
}

/// Reads the body of a reply. The content type plays no part: such services send JSON as `text/html`.
///
/// Errors: the service's code at any HTTP status; otherwise `VD_ERR_BAD_REPLY` at 2xx and `VD_ERR_HTTP` elsewhere, whose `detail` says what
/// came and holds no text of the reply.
pub fn read<'a>(kind: ResponseKind, http_status: u16, body: &'a [u8]) -> Result<Success<'a>, Error> {
    let is_2xx = (200..300).contains(&http_status);
    let is_redirect = (300..400).contains(&http_status);
    let came = match body::what(body) {
        BodyKind::Code(status) => return Err(Error::server(status, http_status)),
        BodyKind::Other(what) => what,
        BodyKind::Json(text) => {
            // A list may be long, so it is read once. What is wrong with one is found out below.
            if kind == ResponseKind::Meetings && is_2xx {
                match Meetings::try_read(text) {
                    Ok(list) => return Ok(Success::Meetings(list)),
                    Err(Unreadable::NoMemory) => return Err(no_memory().at_http(http_status)),
                    Err(Unreadable::Flaw(_)) => {}
                }
            }
            match body::read(text, body).map(|raw| kind.classify(raw)) {
                Ok(Verdict::Refused(status)) => return Err(Error::server(status, http_status)),
                Ok(Verdict::Kept(success)) if is_2xx => return Ok(success),
                Ok(Verdict::NotReady) if is_2xx => return Err(report_not_ready(http_status)),
                Ok(Verdict::NotReady) => "an object whose export_url is empty".to_owned(),
                Ok(Verdict::Kept(_)) => "what would be a success at 200".to_owned(),
                Ok(Verdict::Broken(what)) | Err(what) => what,
            }
        }
    };
    let error = match http_status {
        _ if is_2xx => Error::network(Status::ERR_BAD_REPLY, came),
        _ if is_redirect => Error::network(Status::ERR_REDIRECT, "a redirect, which is not followed"),
        511 => Error::network(Status::ERR_HTTP, "HTTP 511: the network, such as a Wi-Fi, wants a login"),
        _ => Error::network(Status::ERR_HTTP, format!("HTTP {http_status} with {came}")),
    };
    Err(error.at_http(http_status))
}

/// The service's code in a text that was expected to be none, such as a report.
pub fn code(body: &[u8]) -> Option<Status> {
    const LONGEST: usize = 64 << 10; // no refusal is longer
    if body.len() > LONGEST {
        return None;
    }
    match body::what(body) {
        BodyKind::Code(status) => Some(status),
        BodyKind::Json(text) => body::read(text, body).ok().and_then(error_code::code),
        BodyKind::Other(_) => None,
    }
}

/// Whether a text shows where it ends, so that it is whole although its connection broke: JSON in brackets or quotes.
pub fn ends_visibly(body: &[u8]) -> bool {
    matches!(body::what(body), BodyKind::Json(text) if text.starts_with(['{', '[', '"']) && body::read(text, body).is_ok())
}

fn no_memory() -> Error {
    Error::network(Status::ERR_TOO_LARGE, "there is not enough memory for the list")
}

enum Verdict<'a> {
    Kept(Success<'a>),
    Refused(Status),
    /// The report's address is there and empty.
    NotReady,
    Broken(String),
}

/// Reports are available from the day after the call; until then some services answer without an address.
fn report_not_ready(http_status: u16) -> Error {
    let error = Error::network(Status::ERR_REPORT_NOT_READY, "export_url is empty: the report is not there yet");
    Error { source: Source::Server, ..error }.at_http(http_status)
}

impl ResponseKind {
    fn classify<'a>(self, raw: Json<'a>) -> Verdict<'a> {
        let kept = self.parsed(raw);
        if let Ok((success, Sure::Yes)) = kept {
            return Verdict::Kept(success);
        }
        match (error_code::code(raw), kept) {
            (Some(status), _) => Verdict::Refused(status),
            (None, Ok((success, _))) => Verdict::Kept(success),
            (None, Err(_)) if self == ResponseKind::Export && has_empty_address(raw) => Verdict::NotReady,
            (None, Err(what)) => Verdict::Broken(what),
        }
    }

    fn parsed<'a>(self, raw: Json<'a>) -> Result<(Success<'a>, Sure), String> {
        match self {
            ResponseKind::Meetings => Meetings::read(raw.get()).map(|list| (Success::Meetings(list), Sure::Yes)),
            ResponseKind::Meeting => meeting(raw),
            ResponseKind::Any => Ok((Success::Any(raw), Sure::UnlessRefused)),

            // Of a removal `meet_id` is all there is: beside a code it may be the echo in a refusal.
            ResponseKind::Removed => object(raw, self.fields()).map(|object| (Success::Object(object), Sure::UnlessRefused)),
            ResponseKind::Export if has_empty_address(raw) => Err("an object whose export_url is empty".to_owned()),
            ResponseKind::Token | ResponseKind::Time | ResponseKind::Made | ResponseKind::Export => {
                object(raw, self.fields()).map(|object| (Success::Object(object), Sure::Yes))
            }
        }
    }

    /// Maximum size of a reply's body. Only a list may be long.
    pub fn largest_reply(self) -> usize {
        if self == ResponseKind::Meetings { 32 << 20 } else { 1 << 20 }
    }

    /// The success fields of a reply that is one object.
    fn fields(self) -> &'static [&'static str] {
        match self {
            ResponseKind::Token => &["token"],
            ResponseKind::Time => &["time"],
            ResponseKind::Made => &["meet_id", "meet_url"],
            ResponseKind::Meeting | ResponseKind::Removed => &["meet_id"],
            ResponseKind::Export => &["export_url"],
            ResponseKind::Meetings | ResponseKind::Any => &[],
        }
    }
}

/// Whether a reply that would do as a success needs to be searched for a code.
enum Sure {
    Yes,
    UnlessRefused,
}

/// A meeting of which the reply says no more than its `meet_id` may be the echo in a refusal.
fn meeting(raw: Json<'_>) -> Result<(Success<'_>, Sure), String> {
    let meeting = Meeting::read(raw)?;
    few_values(raw)?;
    let sure = if meeting.is_described() { Sure::Yes } else { Sure::UnlessRefused };
    let map = meeting.to_map().ok_or_else(half_a_surrogate_pair)?;
    Ok((Success::Object(map), sure))
}

fn object(raw: Json<'_>, promised: &[&str]) -> Result<Map<String, Value>, String> {
    let fields = Fields::read(raw)?;
    if let Some(lack) = promised.iter().find_map(|name| fields.lack(name)) {
        return Err(format!("an object {lack}"));
    }
    few_values(raw)?;
    let value = |name: &str, raw: Json<'_>| match as_text(raw) {
        Some(text) if promised.contains(&name) => Some(Value::String(text.into_owned())),
        _ => serde_json::from_str(raw.get()).ok(),
    };
    let object: Option<_> = fields.iter().map(|(name, raw)| Some((name.clone().into_owned(), value(name, raw)?))).collect();
    object.ok_or_else(half_a_surrogate_pair)
}

fn has_empty_address(raw: Json<'_>) -> bool {
    let address = Fields::read(raw).ok().and_then(|fields| fields.get("export_url"));
    address.and_then(as_text).is_some_and(|text| text.trim().is_empty())
}

/// A tree of a hostile reply of 32 MiB would take more than a gigabyte.
fn few_values(raw: Json<'_>) -> Result<(), String> {
    const MOST: usize = 50_000;
    let commas = raw.get().bytes().filter(|byte| *byte == b',').count();
    if commas < MOST { Ok(()) } else { Err(format!("an object of more than {MOST} values")) }
}

fn half_a_surrogate_pair() -> String {
    "an object in which a text holds half a surrogate pair".to_owned()
}

#[cfg(test)]
mod tests;
