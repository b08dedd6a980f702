//! Whether an answer belongs to the request that it came to.
//!
//! A server or a box on the way may send an answer twice, late, or for another meeting. HTTP/1.1 has no number that ties an answer to its request, so
//! the answer's content has to prove it:
//!
//! | request | what proves the answer | if it does not |
//! |---|---|---|
//! | token | an object that holds one token; one that was used before is asked for once more | asked again on another connection |
//! | time, list | its shape; the same bytes have answered no other request here | asked again on another connection |
//! | detail | `meet_id` is the one asked for, and more is told of the meeting | asked again on another connection |
//! | export | `meet_id`, if it is told, is the one asked for; the address was handed out for no other meeting | asked again on another connection |
//! | add | `meet_id` was not known to this process before the request left; of a service that has just answered other requests, the list shows it as this patient's | looked for in the list |
//! | remove | `meet_id` is the one asked for | looked for |
//! | a call of the vendor's | it is not a token alone | unknown outcome |
//!
//! A connection with such an answer is closed. A bare code, a report's address and a vendor's answer prove little or nothing: a connection that has
//! brought an answer just before does not carry a request that could take its second copy for its own answer (`http/history.rs`).

use std::collections::{HashMap, VecDeque};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use crate::json::value::Json;
use serde_json::{Map, Value};

use crate::http::{Expects, Kind, hash};
use crate::locking::lock;
use crate::service::meeting::Fields;
use crate::service::response::{ResponseKind, Success};

/// Hashes of meetings that are kept: the ones of years.
const MOST_HEARD: usize = 32_768;

/// Hashes of other kinds that are kept: the second copy of an answer comes within seconds.
const MOST: usize = 4_096;

/// A request whose answer is to be judged.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Hash of the service's origin: a `meet_id` means something there only.
    pub origin: u64,
    pub response_kind: ResponseKind,
    pub meet_id: Option<&'a str>,
    /// When the request left.
    pub sent: Instant,
}

impl Question<'_> {
    /// What a success has to say about the request, checked; an error tells in English, without text of the reply, why it is none of this request's.
    pub fn check(&self, success: &Success, is_doubled: bool) -> Result<(), &'static str> {
        #[cfg(feature = "test-hooks")]
        if crate::test_hooks::believes_every_answer() {
            return Ok(());
        }
        let checked = self.check_content(success, is_doubled);
        if checked.is_err() {
            lock(&MISROUTED).renew(self.origin);
        }
        checked
    }

    fn check_content(&self, success: &Success, is_doubled: bool) -> Result<(), &'static str> {
        if is_doubled && self.response_kind != ResponseKind::Any {
            return Err("an answer that another request got before");
        }
        match success {
            Success::Object(object) => self.check_object(object),
            Success::Any(answer) if is_only_a_token(*answer) => Err("a token in the place of an answer"),
            Success::Meetings(meetings) => {
                note(self.origin, meetings.id_hashes());
                Ok(())
            }
            Success::Any(_) => Ok(()),
        }
    }

    fn check_object(&self, object: &Map<String, Value>) -> Result<(), &'static str> {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let told = text("meet_id").filter(|told| !told.is_empty());
        let is_another = self.meet_id.is_some_and(|asked| told.is_some_and(|told| told.trim() != asked));
        match self.response_kind {
            ResponseKind::Made if !told.is_some_and(|told| claim(key(self.origin, told), self.sent)) => {
                Err("an answer with the meet_id of an earlier meeting")
            }
            ResponseKind::Meeting | ResponseKind::Removed | ResponseKind::Export if is_another => Err("an answer about another meeting"),
            ResponseKind::Meeting if !DESCRIPTION.iter().any(|name| text(name).is_some_and(|text| !text.is_empty())) => {
                Err("an answer that says nothing of the meeting, as one to an invitation")
            }
            ResponseKind::Meeting => {
                let id = told.map(crate::service::meeting::id_hash);
                note(self.origin, id.as_slice());
                Ok(())
            }
            ResponseKind::Export => {
                let meeting = self.meet_id.map_or(0, |asked| key(self.origin, asked));
                let is_its_own = text("export_url").is_none_or(|url| lock(&REPORTS).belongs_to(key(self.origin, url), meeting));
                if is_its_own { Ok(()) } else { Err("the address of another meeting's report") }
            }
            _ => Ok(()),
        }
    }
}

/// What a detail tells of a meeting, and the answer to an invitation does not.
const DESCRIPTION: [&str; 6] = ["meet_time", "meet_time_imd", "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen"];

/// What is expected of the answer to a request of this kind.
pub fn expects(response_kind: ResponseKind) -> Expects {
    match response_kind {
        ResponseKind::Any => Expects::Anything,
        ResponseKind::Export => Expects::ReportAddress,
        _ => Expects::Proof,
    }
}

/// What a success of this kind was; a token is nothing that could be mistaken.
pub fn kind(response_kind: ResponseKind) -> Option<Kind> {
    match response_kind {
        ResponseKind::Token => None,
        ResponseKind::Export => Some(Kind::ReportAddress),
        _ => Some(Kind::Other),
    }
}

fn key(origin: u64, text: &str) -> u64 {
    origin ^ crate::service::meeting::id_hash(text)
}

/// `{"token":"…"}` and nothing else.
fn is_only_a_token(answer: Json<'_>) -> bool {
    Fields::read(answer).is_ok_and(|fields| fields.stated("token").is_some() && fields.iter().count() == 1)
}

/// The meetings that an answer has told of, and since when.
static HEARD: LazyLock<Mutex<BoundedMap<Instant>>> = LazyLock::new(|| Mutex::new(BoundedMap::of_at_most(MOST_HEARD)));

/// The meetings that are the answer to an invitation, and can be that of no other.
static CLAIMED: LazyLock<Mutex<BoundedMap<()>>> = LazyLock::new(|| Mutex::new(BoundedMap::of_at_most(MOST)));

/// Takes a meeting as the answer to an invitation that left at `sent`. Not if it was known before then, or is the answer to another one.
fn claim(key: u64, sent: Instant) -> bool {
    let since = lock(&HEARD).since(key);
    since >= sent && lock(&CLAIMED).is_new(key)
}

/// A meeting was found in the list as that of an invitation: it can be the answer to no other.
pub fn claim_found(origin: u64, meet_id: &str) {
    let key = key(origin, meet_id);
    lock(&HEARD).since(key);
    lock(&CLAIMED).is_new(key);
}

/// An answer has told of these meetings.
fn note(origin: u64, ids: &[u64]) {
    let mut heard = lock(&HEARD);
    // Of a longer list the end, which a service appends to.
    for id in ids.get(ids.len().saturating_sub(MOST_HEARD)..).unwrap_or_default() {
        heard.since(origin ^ id);
    }
}

/// How long after an answer that belonged to another request the answers to invitations are confirmed by the list.
const CONFIRMATION_PERIOD: Duration = Duration::from_secs(10 * 60);

/// The services from which an answer came that belonged to another request, and when the last one came.
static MISROUTED: LazyLock<Mutex<BoundedMap<Instant>>> = LazyLock::new(|| Mutex::new(BoundedMap::of_at_most(MOST)));

/// Whether the answer to an invitation has to be confirmed by the list: a `meet_id` that this process has not heard of may be the one of another
/// invitation under way, and where answers have been mixed up before, they will be again.
pub fn needs_confirmation(origin: u64) -> bool {
    lock(&MISROUTED).values.get(&origin).is_some_and(|last| last.elapsed() < CONFIRMATION_PERIOD)
}

/// The addresses of reports, and for which meeting each was handed out.
static REPORTS: LazyLock<Mutex<BoundedMap<u64>>> = LazyLock::new(|| Mutex::new(BoundedMap::of_at_most(MOST)));

/// The tokens that have come.
static TOKENS: LazyLock<Mutex<BoundedMap<()>>> = LazyLock::new(|| Mutex::new(BoundedMap::of_at_most(MOST)));

/// Whether a service's token comes for the first time. From now on it does not.
pub fn is_new_token(origin: u64, token: &str) -> bool {
    lock(&TOKENS).is_new(origin ^ crate::client::pending_changes::hash(token))
}

/// A bounded map of hashes; the oldest goes first.
struct BoundedMap<T> {
    most: usize,
    values: HashMap<u64, T>,
    order: VecDeque<u64>,
}

impl<T> BoundedMap<T> {
    fn of_at_most(most: usize) -> BoundedMap<T> {
        BoundedMap { most, values: HashMap::new(), order: VecDeque::new() }
    }

    /// Without memory for it, it is not remembered.
    fn insert(&mut self, key: u64, value: T) {
        if self.values.try_reserve(1).is_err() || self.order.try_reserve(1).is_err() {
            return;
        }
        if self.order.len() == self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
        self.order.push_back(key);
        self.values.insert(key, value);
    }
}

impl BoundedMap<Instant> {
    fn renew(&mut self, key: u64) {
        match self.values.get_mut(&key) {
            Some(last) => *last = Instant::now(),
            None => self.insert(key, Instant::now()),
        }
    }

    /// Since when it is known: since now, if it was not.
    fn since(&mut self, key: u64) -> Instant {
        match self.values.get(&key) {
            Some(since) => *since,
            None => {
                let now = Instant::now();
                self.insert(key, now);
                now
            }
        }
    }
}

impl BoundedMap<()> {
    /// Whether it was unknown; from now on it is known.
    fn is_new(&mut self, key: u64) -> bool {
        let is_new = !self.values.contains_key(&key);
        if is_new {
            self.insert(key, ());
        }
        is_new
    }
}

impl BoundedMap<u64> {
    fn belongs_to(&mut self, address: u64, meeting: u64) -> bool {
        match self.values.get(&address) {
            Some(known) => *known == meeting,
            None => {
                self.insert(address, meeting);
                true
            }
        }
    }
}

/// The hash of a service's origin.
pub fn origin_hash(origin: &str) -> u64 {
    hash(origin)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::service::response;

    const DETAIL: &str = r#"{"meet_id":"A1","meet_url":"https://a.cz/1","meet_time":"","pacient_jmeno":"Jana"}"#;

    fn judged(origin: u64, response_kind: ResponseKind, meet_id: Option<&str>, body: &str, is_doubled: bool) -> bool {
        let success = response::read(response_kind, 200, body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error:?}"));
        Question { origin, response_kind, meet_id, sent: Instant::now() }.check(&success, is_doubled).is_ok()
    }

    #[test]
    fn an_answer_belongs_to_its_question_or_it_is_none() {
        let made = |id: &str| json!({"meet_id": id, "meet_url": "https://a.cz/1"}).to_string();
        let report = |id: &str, url: &str| json!({"meet_id": id, "export_url": url}).to_string();
        let (a, b) = (Some("A1"), Some("B2"));
        let table = [
            (ResponseKind::Token, None, r#"{"token":"t"}"#.to_owned(), true),
            (ResponseKind::Time, None, r#"{"time":"21.11.2020.01.18"}"#.into(), true),
            (ResponseKind::Meeting, a, DETAIL.into(), true),
            (ResponseKind::Meeting, a, r#"{"meet_id":" A1 ","meet_time":"u"}"#.into(), true),
            (ResponseKind::Meeting, a, r#"{"meet_id":"A1","meet_url":"u"}"#.into(), false),
            (ResponseKind::Meeting, b, DETAIL.into(), false),
            (ResponseKind::Removed, a, r#"{"meet_id":"A1"}"#.into(), true),
            (ResponseKind::Removed, b, r#"{"meet_id":"A1"}"#.into(), false),
            (ResponseKind::Made, None, made("A1"), false), // the detail told of it
            (ResponseKind::Made, None, made("C3"), true),
            (ResponseKind::Made, None, made("C3"), false),
            (ResponseKind::Export, a, report("A1", "https://a.cz/r1"), true),
            (ResponseKind::Export, a, report("A1", "https://a.cz/r1"), true),
            (ResponseKind::Export, b, r#"{"export_url":"https://a.cz/r1"}"#.into(), false),
            (ResponseKind::Export, b, report("A1", "https://a.cz/r2"), false),
            (ResponseKind::Meetings, None, "[{\"meet_id\":\"D4\"}]".into(), true),
            (ResponseKind::Made, None, made("D4"), false),
            (ResponseKind::Any, None, r#"{"ok":true}"#.into(), true),
            (ResponseKind::Any, None, r#"{"token":"t","ok":true}"#.into(), true),
            (ResponseKind::Any, None, r#"{"token":"t"}"#.into(), false),
        ];
        let origin = fastrand::u64(..);
        for (response_kind, meet_id, body, belongs) in table {
            assert_eq!(judged(origin, response_kind, meet_id, &body, false), belongs, "{response_kind:?} {meet_id:?} {body}");
            if response_kind != ResponseKind::Any && belongs {
                assert!(
                    !judged(fastrand::u64(..), response_kind, meet_id, &body, true),
                    "{response_kind:?}: bytes that answered another request"
                );
            }
        }
        assert!(judged(fastrand::u64(..), ResponseKind::Made, None, &made("A1"), false), "another service has ids of its own");
    }

    #[test]
    fn a_meeting_that_another_thread_hears_of_while_it_is_made_is_new() {
        let (origin, sent) = (fastrand::u64(..), Instant::now());
        let list = response::read(ResponseKind::Meetings, 200, b"[{\"meet_id\":\"A1\"}]").unwrap();
        assert!(
            Question { origin, response_kind: ResponseKind::Meetings, meet_id: None, sent: Instant::now() }.check(&list, false).is_ok()
        );
        let made = response::read(ResponseKind::Made, 200, br#"{"meet_id":"A1","meet_url":"u"}"#).unwrap();
        let question = Question { origin, response_kind: ResponseKind::Made, meet_id: None, sent };
        assert!(question.check(&made, false).is_ok());
        assert!(question.check(&made, false).is_err(), "an invitation under way at the same time has another answer");
    }

    #[test]
    fn after_an_answer_to_another_request_invitations_need_confirmation() {
        let origin = fastrand::u64(..);
        let made = |id: &str| judged(origin, ResponseKind::Made, None, &json!({"meet_id": id, "meet_url": "u"}).to_string(), false);
        assert!(made("A1") && !needs_confirmation(origin));
        assert!(!made("A1") && needs_confirmation(origin), "an answer twice");
        assert!(!needs_confirmation(fastrand::u64(..)), "another service");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut known = BoundedMap::of_at_most(MOST);
        (0..MOST as u64 * 2).for_each(|key| assert!(known.is_new(key)));
        assert_eq!((known.values.len(), known.order.len()), (MOST, MOST));
    }
}
