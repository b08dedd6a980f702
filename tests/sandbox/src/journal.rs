//! What reached the service, request by request: the judge of every test. Keys and tokens are shortened before they get here.

use std::collections::{BTreeMap, VecDeque};

use chrono::DateTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock;
use crate::code::Code;
use crate::service::Form;

/// Older entries make room for newer ones.
pub const KEPT: usize = 10_000;

/// One request to the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// Counted from 1.
    pub number: u64,
    /// By the sandbox's clock, with Prague's offset.
    #[serde(deserialize_with = "clock::read_prague")]
    #[schema(value_type = String, format = DateTime)]
    pub at: DateTime<Tz>,
    /// The connection that it came on, counted from 1.
    pub connection: u64,
    pub ip: String,
    pub method: String,
    pub path: String,
    /// As sent, keys and tokens shortened.
    #[schema(value_type = Vec<Vec<String>>)]
    pub fields: Vec<(String, String)>,
    /// Number of the practice, from 0, where the caller showed who it is.
    pub practice: Option<usize>,
    /// Whether the service did what the call asks for.
    pub carried_out: bool,
    /// The code that the caller got.
    pub code: Option<Code>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The same in Czech.
    pub reason_cs: Option<String>,
    /// The HTTP status of the reply, 0 where none was sent, or not yet.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// Numbers of entries that are other than they were written.
    amended: Vec<u64>,
    pub counters: Counters,
}

impl Journal {
    /// Goes on where another journal ended.
    pub fn resume(requests: Vec<Request>, counters: Counters) -> Journal {
        let count = requests.last().map_or(0, |request| request.number);
        Journal { requests: requests.into(), count, amended: Vec::new(), counters }
    }

    /// How many there have been.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Those with a higher number than this, oldest first.
    pub fn since(&self, number: u64) -> impl Iterator<Item = &Request> {
        let new = usize::try_from(self.count - number).unwrap_or(usize::MAX);
        self.requests.range(self.requests.len().saturating_sub(new)..)
    }

    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.requests.iter()
    }

    /// Puts this in the place of the entry of its number, if that is still there.
    pub fn amend(&mut self, amended: &Request) {
        if let Some(entry) = self.requests.iter_mut().rev().find(|request| request.number == amended.number) {
            *entry = amended.clone();
            self.amended.push(amended.number);
        }
    }

    /// Entries that were amended since this was last asked.
    pub fn take_amended(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.amended)
    }

    /// The entry of this number, if it is still there.
    pub fn entry(&self, number: u64) -> Option<&Request> {
        self.requests.iter().rev().find(|request| request.number == number)
    }

    /// Takes an entry down and says its number, which is set here.
    pub fn write(&mut self, mut request: Request) -> u64 {
        self.count += 1;
        request.number = self.count;
        *self.counters.requests.entry(request.path.clone()).or_default() += 1;
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
        self.count
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
