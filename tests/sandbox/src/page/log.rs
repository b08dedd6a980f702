//! The page's log of requests: what a practice program sent, each call together with the token request that paid for it.

use std::collections::{HashMap, HashSet};

use super::Language;
use super::kinds::in_words;
use super::texts::Texts;
use crate::code::Code;
use crate::journal::Request;
use crate::service::Call;
use crate::world::World;

pub struct LogEntry {
    pub number: u64,
    pub time: String,
    pub method: String,
    pub path: String,
    pub outcome: String,
    pub mood: &'static str,
    pub reason: Option<String>,
    pub fields: Vec<(String, String)>,
    pub code: Option<String>,
    pub meaning: &'static str,
    pub ip: String,
    pub connection: u64,
    pub practice: Option<String>,
    pub status: u16,
    /// In the page's words, or as the control API has it.
    pub fault: Option<String>,
    /// The request that got its token.
    pub token: Option<Box<LogEntry>>,
}

/// The newest requests of practice programs, newest first, and how many more there are.
pub fn entries(world: &World, most: usize, language: Language) -> (Vec<LogEntry>, usize) {
    let shown: Vec<&Request> = world.journal.requests().filter(|request| !is_a_look(request)).collect();
    let payers = payers(&shown);
    let paid: HashSet<u64> = payers.values().map(|payer| payer.number).collect();
    let calls: Vec<&Request> = shown.into_iter().filter(|request| !paid.contains(&request.number)).collect();
    let entry = |request: &&Request| {
        let token = payers.get(&request.number).map(|payer| Box::new(LogEntry::of(payer, world, language)));
        LogEntry { token, ..LogEntry::of(request, world, language) }
    };
    (calls.iter().rev().take(most).map(entry).collect(), calls.len().saturating_sub(most))
}

/// A person with a browser who looks into a waiting room or a report.
fn is_a_look(request: &Request) -> bool {
    request.browser && Call::at(&request.path).is_none()
}

/// For the number of each call, the request that was given its token.
fn payers<'a>(requests: &[&'a Request]) -> HashMap<u64, &'a Request> {
    let mut given: HashMap<&str, &Request> = HashMap::new();
    let mut payers = HashMap::new();
    for request in requests {
        if let Some(token) = &request.token {
            given.insert(token, request);
        }
        // A token pays once: a second call with it stands alone, and is refused.
        if let Some(payer) = given.remove(request.field("token")) {
            payers.insert(request.number, payer);
        }
    }
    payers
}

impl LogEntry {
    fn of(request: &Request, world: &World, language: Language) -> LogEntry {
        let t = language.texts();
        let (outcome, mood) = outcome(request, t);
        let practice = request.practice.and_then(|number| world.service.practices().get(number));
        LogEntry {
            number: request.number,
            time: request.at.format("%H:%M:%S").to_string(),
            method: request.method.clone(),
            path: request.path.clone(),
            outcome,
            mood,
            reason: language.choose(request.reason_cs.clone(), request.reason.clone()),
            fields: request.fields.clone(),
            code: request.code.map(|code| code.to_string()),
            meaning: request.code.map_or("", Code::text),
            ip: request.ip.clone(),
            connection: request.connection,
            practice: practice.map(|practice| practice.name.clone()),
            status: request.status,
            fault: request.fault.as_ref().map(|fault| in_words(fault, t).unwrap_or_else(|| fault.clone())),
            token: None,
        }
    }
}

/// What became of a request: whether it was carried out, and whether its caller knows.
fn outcome(request: &Request, t: &Texts) -> (String, &'static str) {
    match (request.code, request.status, request.carried_out) {
        (Some(code), _, true) => (format!("{}, {code}", t.done), "bad"),
        (Some(code), _, false) => (code.to_string(), "bad"),
        (None, 0, true) => (t.done_reply_lost.to_owned(), "bad"),
        (None, 0, false) if is_under_way(request) => (t.under_way.to_owned(), "plain"),
        (None, 0, false) => (t.not_done_cut.to_owned(), "bad"),
        (None, 200, true) => (t.done.to_owned(), "good"),
        (None, 200, false) => (t.not_done.to_owned(), "plain"),
        (None, status, true) => (format!("{}, HTTP {status}", t.done), "bad"),
        (None, status, false) => (format!("{}, HTTP {status}", t.not_done), "bad"),
    }
}

/// A service that works slowly writes a request down before it has done anything.
fn is_under_way(request: &Request) -> bool {
    request.fault.as_ref().is_some_and(|fault| fault.contains("works_on="))
}
