//! What reached the service, request by request: the judge of every test. Keys and tokens are shortened before they get here.

use std::collections::{BTreeMap, VecDeque};

use chrono::DateTime;
use chrono_tz::Tz;
use serde::Serialize;

use crate::code::Code;
use crate::service::Form;

/// Older entries make room for newer ones.
const KEPT: usize = 10_000;

/// One request to the service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// Counted from 1.
    pub number: u64,
    pub at: DateTime<Tz>,
    /// The connection that it came on, counted from 1.
    pub connection: u64,
    pub ip: String,
    pub method: String,
    pub path: String,
    /// As sent, keys and tokens shortened.
    pub fields: Vec<(String, String)>,
    /// Number of the practice, from 0, where the caller showed who it is.
    pub practice: Option<usize>,
    /// Whether the service did what the call asks for.
    pub carried_out: bool,
    /// The code that the caller got.
    pub code: Option<Code>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The HTTP status of the reply, 0 where none was sent.
    pub status: u16,
    /// The fault that it met.
    pub fault: Option<String>,
}

impl Request {
    /// The text of a field, "" if it was not sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// How often what happened since the start, or since the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Connections accepted, the control API's included.
    pub connections: u64,
    /// TLS handshakes that failed.
    pub failed_handshakes: u64,
    /// Requests per path, the control API's left out.
    pub requests: BTreeMap<String, u64>,
}

/// The latest requests, oldest first.
#[derive(Default)]
pub struct Journal {
    requests: VecDeque<Request>,
    count: u64,
    pub counters: Counters,
}

impl Journal {
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter()
    }

    /// Takes an entry down; its number is set here.
    pub fn write(&mut self, mut request: Request) {
        self.count += 1;
        request.number = self.count;
        *self.counters.requests.entry(request.path.clone()).or_default() += 1;
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}

/// The fields of a form as the journal may hold them.
pub fn shortened(form: &Form) -> Vec<(String, String)> {
    let shorten = |(name, value): &(String, String)| match name.as_str() {
        "token" | "api_key" | "api_app_key" if value.chars().count() > 4 => (name.clone(), value.chars().take(4).chain(['…']).collect()),
        _ => (name.clone(), value.clone()),
    };
    form.0.iter().map(shorten).collect()
}
