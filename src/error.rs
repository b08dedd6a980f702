//! What went wrong, for a person and for a log. No error is ever built from what the server or the patient wrote.

use serde_json::{Map, Value, json};

use crate::status::{Lang, Status};

/// Who noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Our own check; nothing was sent.
    Client,
    /// The service said so.
    Server,
    /// The way to the service, or what came instead of its reply.
    Network,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Source::Client => "client",
            Source::Server => "server",
            Source::Network => "network",
        }
    }
}

/// A step on the way to a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Dns,
    Proxy,
    Connect,
    Tls,
}

/// The error of one call.
#[derive(Clone, PartialEq, Debug)]
pub struct Error {
    pub status: Status,
    pub source: Source,
    /// The field or argument, where there is one.
    pub field: Option<&'static str>,
    /// English, for the log: which argument, which phase. Never text of the server or the patient.
    pub detail: String,
    pub http_status: Option<u16>,
    /// Where the connection failed, if it did not come about.
    pub step: Option<Step>,
    /// Requests of this call that were started, tokens not counted.
    pub attempts: u32,
    /// With `VD_X024_START_TAKEN` and `VD_ERR_OUTCOME_UNKNOWN`: whose invitation holds the start.
    pub existing: Option<Box<Existing>>,
    /// Of a change that was interrupted or ran out of time: whether the service may have carried it out.
    pub may_have_acted: Option<bool>,
    /// Of `VD_ERR_OLD_REMAINS`: both meetings.
    pub old_remains: Option<Box<OldRemains>>,
}

/// The invitation that already stands at the start asked for.
#[derive(Clone, PartialEq)]
pub struct Existing {
    pub meet_id: String,
    pub same_patient: bool,
    /// Not told to the host: it is in the list.
    pub meet_url: String,
}

/// A meeting that was moved without its old one being removed.
#[derive(Clone, PartialEq)]
pub struct OldRemains {
    pub meet_id: String,
    pub meet_url: String,
    pub old_meet_id: String,
}

/// Each of them opens a patient's call.
impl std::fmt::Debug for OldRemains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OldRemains").finish_non_exhaustive()
    }
}

/// A `meet_id` opens a patient's call, so it stays out of `Debug`.
impl std::fmt::Debug for Existing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Existing").field("same_patient", &self.same_patient).finish_non_exhaustive()
    }
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    fn new(status: Status, source: Source, detail: impl Into<String>) -> Error {
        Error {
            status,
            source,
            field: status.field(),
            detail: detail.into(),
            http_status: None,
            step: None,
            attempts: 0,
            existing: None,
            may_have_acted: None,
            old_remains: None,
        }
    }

    /// Our own check found it; nothing was sent.
    pub fn client(status: Status, detail: impl Into<String>) -> Error {
        Error::new(status, Source::Client, detail)
    }

    /// `VD_ERR_INVALID_ARGUMENT` about a named argument or option.
    pub fn argument(name: &'static str, detail: impl Into<String>) -> Error {
        Error { field: Some(name), ..Error::client(Status::ERR_INVALID_ARGUMENT, detail) }
    }

    /// The service refused with one of its codes.
    pub fn server(status: Status, http_status: u16) -> Error {
        let code = status.code().unwrap_or("no code");
        Error { http_status: Some(http_status), ..Error::new(status, Source::Server, format!("the service answered {code}")) }
    }

    /// The error of a change that was interrupted or ran out of time.
    pub fn interrupted_change(self, was_sent: bool) -> Error {
        let detail = match was_sent {
            true => format!("{}; the request had been sent and may have been carried out", self.detail),
            false => self.detail,
        };
        Error { detail, may_have_acted: Some(was_sent), ..self }
    }

    /// The way to the service broke, or something else answered.
    pub fn network(status: Status, detail: impl Into<String>) -> Error {
        Error::new(status, Source::Network, detail)
    }

    /// With the HTTP status that the error came with.
    pub fn at_http(self, http_status: u16) -> Error {
        Error { http_status: Some(http_status), ..self }
    }

    /// Whether the same call may be made again a little later. What may have been carried out is first to be looked for, by a person.
    fn is_retryable(&self) -> bool {
        self.status.is_retryable() && self.may_have_acted != Some(true)
    }

    /// The object that stands under `"error"`.
    pub fn to_json(&self, lang: Lang) -> Value {
        let mut object = Map::new();
        object.insert("status".into(), self.status.0.into());
        object.insert("name".into(), text(self.status.name()).into());
        object.insert("code".into(), self.status.code().into());
        object.insert("field".into(), self.field.into());
        object.insert("source".into(), self.source.name().into());
        object.insert("message".into(), text(self.status.text(lang)).into());
        object.insert("detail".into(), self.detail.as_str().into());
        object.insert("retryable".into(), self.is_retryable().into());
        object.insert("http_status".into(), self.http_status.into());
        object.insert("attempts".into(), self.attempts.into());
        if let Some(existing) = &self.existing {
            object.insert("existing".into(), json!({"meet_id": existing.meet_id, "same_patient": existing.same_patient}));
        }
        if let Some(remains) = &self.old_remains {
            object.insert("meet_id".into(), remains.meet_id.as_str().into());
            object.insert("meet_url".into(), remains.meet_url.as_str().into());
            object.insert("old_meet_id".into(), remains.old_meet_id.as_str().into());
        }
        if let Some(may_have_acted) = self.may_have_acted {
            object.insert("may_have_acted".into(), may_have_acted.into());
        }
        Value::Object(object)
    }
}

fn text(table_text: &'static std::ffi::CStr) -> &'static str {
    table_text.to_str().unwrap_or_default()
}
