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
const KEPT: usize = 10_000;
/// So much text at the most: whoever sends much to the sandbox must not fill the machine's memory.
const KEPT_BYTES: usize = 16 * 1024 * 1024;
/// Paths that are counted each for itself; all others are counted together.
const COUNTED_PATHS: usize = 1000;
const OTHER_PATHS: &str = "(others)";

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
    /// The token that was handed out in the reply, shortened as in `fields`.
    #[serde(default)]
    pub token: Option<String>,
    /// Whether a web browser asked: for a waiting room, a report, an icon.
    #[serde(default)]
    pub browser: bool,
}

impl Request {
    /// How much text it holds, roughly.
    fn size(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len() + 48).sum();
        self.path.len() + self.method.len() + fields + 256
    }

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
    /// Requests per path, the control API's left out; behind the first 1,000 paths all others together.
    pub requests: BTreeMap<String, u64>,
}

/// The latest requests, oldest first.
#[derive(Default)]
pub struct Journal {
    requests: VecDeque<Request>,
    count: u64,
    /// How much text the entries hold.
    bytes: usize,
    /// Numbers of entries that are other than they were written.
    amended: Vec<u64>,
    pub counters: Counters,
}

impl Journal {
    /// Goes on where another journal ended.
    pub fn resume(requests: Vec<Request>, counters: Counters) -> Journal {
        let count = requests.last().map_or(0, |request| request.number);
        let bytes = requests.iter().map(Request::size).sum();
        Journal { requests: requests.into(), count, bytes, amended: Vec::new(), counters }
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
        let counted = &mut self.counters.requests;
        let path = if counted.len() < COUNTED_PATHS || counted.contains_key(&request.path) { &request.path } else { OTHER_PATHS };
        *counted.entry(path.to_owned()).or_default() += 1;
        self.bytes += request.size();
        self.requests.push_back(request);
        while self.requests.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.bytes -= oldest.size();
        }
        self.count
    }

    /// The number of the oldest entry that is still there; without any, that of the next one.
    pub fn oldest(&self) -> u64 {
        self.requests.front().map_or(self.count + 1, |request| request.number)
    }
}

/// The fields of a form as the journal may hold them.
pub fn shortened(form: &Form) -> Vec<(String, String)> {
    let shorten = |(name, value): &(String, String)| match name.as_str() {
        "token" | "api_key" | "api_app_key" => (name.clone(), shortened_secret(value)),
        _ => (name.clone(), value.clone()),
    };
    form.0.iter().map(shorten).collect()
}

/// The first four characters of a key or token.
pub fn shortened_secret(value: &str) -> String {
    match value.chars().count() {
        0..=4 => value.to_owned(),
        _ => value.chars().take(4).chain(['…']).collect(),
    }
}
