//! Changes of this process that are under way, or of which nobody knows whether they were carried out. Source: abi.md, "The same change again".
//!
//! It belongs to the process and not to a client: a form may make a client for each click, and a binding rents one for each call. It holds hashes
//! only.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::cancellation::InFlight;
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::log;
use crate::service::patient_match::{self, Normalized, Patient};
use crate::status::Status;

/// For so long after the first sending the same change is looked for and not sent.
const LOOK_ONLY: Duration = Duration::from_secs(2 * 60);

/// Unknown outcomes that are remembered; the oldest goes first.
const MOST: usize = 1_000;

/// What makes two changes the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// An invitation: start and patient.
    Add { practice: u64, start: u64, patient: PatientIdentity },
    /// A removal.
    Remove { practice: u64, meet_id: u64 },
}

/// The patient's fields; `None` was not given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatientIdentity {
    pub pacient_jmeno: u64,
    pub pacient_email: Option<u64>,
    pub pacient_telefon: Option<u64>,
    pub pacient_narozen: u64,
}

impl Identity {
    fn is_same(&self, other: &Identity) -> bool {
        match (self, other) {
            (
                Identity::Add { practice, start, patient },
                Identity::Add { practice: other_practice, start: other_start, patient: other_patient },
            ) => practice == other_practice && start == other_start && patient.is_same(other_patient),
            _ => self == other,
        }
    }
}

impl PatientIdentity {
    pub fn of(patient: &Patient) -> PatientIdentity {
        let Normalized { name, email, phone, year } = patient_match::normalized(patient);
        PatientIdentity {
            pacient_jmeno: hash(&name),
            pacient_email: email.as_deref().map(hash),
            pacient_telefon: phone.as_deref().map(hash),
            pacient_narozen: hash(&year),
        }
    }

    /// One of e-mail and phone may differ if the other one agrees: it was mistyped. With nothing that agrees it is another invitation.
    fn is_same(&self, other: &PatientIdentity) -> bool {
        let contacts = [(self.pacient_email, other.pacient_email), (self.pacient_telefon, other.pacient_telefon)];
        let agrees = contacts.iter().any(|(one, other)| one.is_some() && one == other);
        let differs = contacts.iter().any(|(one, other)| one.is_some() && other.is_some() && one != other);
        let is_same_person = self.pacient_jmeno == other.pacient_jmeno && self.pacient_narozen == other.pacient_narozen;
        is_same_person && (agrees || !differs)
    }
}

/// A hash that means something in this process only: nobody who reads its memory can try patients against it.
pub fn hash(text: &str) -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEYS.hash_one(text)
}

/// What a call may do about its change.
pub enum Admission {
    /// Send it.
    Send(Running),
    /// Look for it first; if a look shows that it is not there, send it.
    LookThenSend(Running),
    /// It was sent so recently that it may still be carried out: look for it, and do not send it.
    LookOnly(Running),
    /// The same change was under way, and this is its answer.
    Answered(Result<String>),
}

/// A change that this call carries out. Dropped without an outcome it is remembered as one of which nobody knows.
pub struct Running {
    identity: Identity,
    shared: Arc<Shared>,
    /// When it first left this machine, in this call or an earlier one.
    first_sent: Option<Instant>,
    /// `looks_only` of an earlier sending whose outcome is still unknown.
    unresolved: Option<bool>,
    is_settled: bool,
}

/// How a change ended, as far as it matters to the next call for the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was carried out, or certainly not.
    Known,
    /// Nobody knows.
    Unknown,
    /// The service failed (X005) and the change was not found: the next call looks once and sends it.
    SystemError,
}

/// What the calls for one change share while it is under way.
#[derive(Default)]
struct Shared {
    answer: Mutex<Option<Result<String>>>,
    waiting: Mutex<Vec<Arc<InFlight>>>,
}

struct Entry {
    identity: Identity,
    state: State,
}

enum State {
    UnderWay(Arc<Shared>),
    Unknown { first_sent: Instant, looks_only: bool },
}

impl State {
    /// It was sent so recently that it may still be carried out.
    fn looks_only(&self) -> bool {
        matches!(self, State::Unknown { first_sent, looks_only: true } if first_sent.elapsed() < LOOK_ONLY)
    }

    fn leniency(&self) -> u8 {
        match self {
            State::UnderWay(_) => 0,
            State::Unknown { .. } if self.looks_only() => 1,
            State::Unknown { .. } => 2,
        }
    }
}

static CHANGES: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// Asks what may be done about a change. Waits while the same one is under way, but not past the deadline or an interrupt of `call`.
pub fn admit(identity: &Identity, call: &Arc<InFlight>) -> Result<Admission> {
    loop {
        let shared = match enter(identity, call) {
            Entered::Admitted(admission) => return Ok(admission),
            Entered::Waits(shared) => shared,
        };
        log::info(|| "the same change is under way: waiting for its answer".into());
        let answer = call.wait_until(call.deadline(), || lock(&shared.answer).clone());
        lock(&shared.waiting).retain(|other| !Arc::ptr_eq(other, call));
        let answer = answer.map_err(|error| Error { may_have_acted: Some(true), ..error })?;
        match answer {
            // That call was ended by its own host or by its own deadline: this one goes on by itself.
            Some(Err(error)) if matches!(error.status, Status::ERR_CANCELLED | Status::ERR_TIMEOUT | Status::ERR_INTERNAL) => {}
            Some(answer) => return Ok(Admission::Answered(answer)),
            None => return Err(Error { may_have_acted: Some(true), ..Error::network(Status::ERR_TIMEOUT, "timeout_ms ran out") }),
        }
    }
}

enum Entered {
    Admitted(Admission),
    Waits(Arc<Shared>),
}

fn enter(identity: &Identity, call: &Arc<InFlight>) -> Entered {
    let mut changes = lock(&CHANGES);
    // One with a mistyped contact is the same as several that differ among themselves: the strictest of those counts.
    let found = changes.iter_mut().filter(|entry| entry.identity.is_same(identity)).min_by_key(|entry| entry.state.leniency());
    let running = |identity, first_sent, unresolved, shared| Running { identity, shared, first_sent, unresolved, is_settled: false };
    let shared = Arc::<Shared>::default();
    let under_way = |identity| Entry { identity, state: State::UnderWay(Arc::clone(&shared)) };
    let Some(entry) = found else {
        changes.push(under_way(identity.clone()));
        return Entered::Admitted(Admission::Send(running(identity.clone(), None, None, shared)));
    };
    match &entry.state {
        State::UnderWay(running) => {
            lock(&running.waiting).push(Arc::clone(call));
            Entered::Waits(Arc::clone(running))
        }
        State::Unknown { first_sent, looks_only } => {
            let (first_sent, unresolved) = (*first_sent, Some(*looks_only));
            if entry.state.looks_only() {
                // What was sent is what is remembered, not what is looked for now.
                let sent = entry.identity.clone();
                *entry = under_way(sent.clone());
                return Entered::Admitted(Admission::LookOnly(running(sent, Some(first_sent), unresolved, shared)));
            }
            *entry = under_way(identity.clone());
            Entered::Admitted(Admission::LookThenSend(running(identity.clone(), Some(first_sent), unresolved, shared)))
        }
    }
}

impl Running {
    /// The change leaves this machine now.
    pub fn is_sent(&mut self, at: Instant) {
        self.first_sent.get_or_insert(at);
    }

    /// An earlier sending is known to have had no effect: what counts from here on is the next one.
    pub fn forgets_the_first_sending(&mut self) {
        (self.first_sent, self.unresolved) = (None, None);
    }

    /// An earlier sending, of unknown outcome, has not been cleared up by this call.
    pub fn may_still_act(&self) -> bool {
        self.unresolved == Some(true)
    }

    /// When it first left this machine.
    pub fn first_sent(&self) -> Option<Instant> {
        self.first_sent
    }

    /// The call has its answer; calls that wait for it get the same one.
    pub fn record_outcome(mut self, outcome: Outcome, answer: &Result<String>) {
        *lock(&self.shared.answer) = Some(answer.clone());
        // An error that has nothing to do with an earlier sending says nothing about it either.
        let unresolved = self.unresolved.filter(|_| answer.is_err());
        self.leave(match unresolved {
            Some(true) => Outcome::Unknown,
            Some(false) => Outcome::SystemError,
            None => outcome,
        });
    }

    fn leave(&mut self, outcome: Outcome) {
        self.is_settled = true;
        let mut changes = lock(&CHANGES);
        let ours = |entry: &Entry| matches!(&entry.state, State::UnderWay(shared) if Arc::ptr_eq(shared, &self.shared));
        changes.retain(|entry| !ours(entry));
        if let (Outcome::Unknown | Outcome::SystemError, Some(first_sent)) = (outcome, self.first_sent) {
            forget_the_oldest(&mut changes);
            let looks_only = outcome == Outcome::Unknown;
            changes.push(Entry { identity: self.identity.clone(), state: State::Unknown { first_sent, looks_only } });
        }
        drop(changes);
        let waiting = std::mem::take(&mut *lock(&self.shared.waiting));
        waiting.iter().for_each(|call| call.notify());
    }
}

fn forget_the_oldest(changes: &mut MutexGuard<'_, Vec<Entry>>) {
    let is_unknown = |entry: &Entry| matches!(entry.state, State::Unknown { .. });
    if changes.iter().filter(|entry| is_unknown(entry)).count() >= MOST
        && let Some(oldest) = changes.iter().position(is_unknown)
    {
        changes.remove(oldest);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_settled {
            let bug = Error::client(Status::ERR_INTERNAL, "a change without an outcome");
            lock(&self.shared.answer).get_or_insert(Err(bug));
            self.first_sent.get_or_insert_with(Instant::now); // whether it was sent, nobody has written down any more
            self.leave(Outcome::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Arc<InFlight> {
        InFlight::new(Duration::from_secs(60))
    }

    fn invitation(practice: &str, start: &str, patient: [&str; 4]) -> Identity {
        let [pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen] = patient;
        let patient = PatientIdentity::of(&Patient { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen });
        Identity::Add { practice: hash(practice), start: hash(start), patient }
    }

    /// An identity that no other test has.
    fn unique() -> Identity {
        Identity::Remove { practice: fastrand::u64(..), meet_id: 1 }
    }

    fn running(admission: Admission) -> (&'static str, Running) {
        match admission {
            Admission::Send(running) => ("send", running),
            Admission::LookThenSend(running) => ("look, then send", running),
            Admission::LookOnly(running) => ("look", running),
            Admission::Answered(answer) => panic!("answered: {answer:?}"),
        }
    }

    fn enter_as(identity: &Identity) -> (&'static str, Running) {
        running(admit(identity, &call()).unwrap())
    }

    fn unknown() -> Result<String> {
        Err(Error::network(Status::ERR_OUTCOME_UNKNOWN, "lost"))
    }

    #[test]
    fn which_changes_are_the_same() {
        let jana = ["Jana", "jana@a.cz", "777", "1980"];
        let same = |practice, start, patient| invitation("p", "10:00", jana).is_same(&invitation(practice, start, patient));
        assert!(same("p", "10:00", jana) && same("p", "10:00", [" JANA", "Jana@A.cz", "+420 777", "1980"]));
        assert!(same("p", "10:00", ["Jana", "jana@a.cz", "778", "1980"]), "a number that was mistyped");
        assert!(same("p", "10:00", ["Jana", "", "777", "1980"]));
        assert!(!same("p", "10:00", ["Jana", "j@b.cz", "778", "1980"]));
        assert!(!same("p", "10:00", ["Jana", "j@b.cz", "", "1980"]), "an address that was corrected");
        assert!(!same("p", "10:00", ["Petr", "jana@a.cz", "777", "1980"]), "siblings have one address");
        assert!(!same("p", "10:00", ["Jana", "jana@a.cz", "777", "1981"]));
        assert!(!same("p", "10:15", jana) && !same("q", "10:00", jana));
    }

    #[test]
    fn what_the_next_call_may_do_follows_from_how_the_last_one_ended() {
        for (outcome, is_sent, age, expected) in [
            (Outcome::Known, true, 0, "send"),
            (Outcome::Unknown, false, 0, "send"),
            (Outcome::Unknown, true, 0, "look"),
            (Outcome::Unknown, true, 119, "look"),
            (Outcome::Unknown, true, 121, "look, then send"),
            (Outcome::SystemError, true, 0, "look, then send"),
        ] {
            let identity = unique();
            let (way, mut first) = enter_as(&identity);
            assert_eq!(way, "send");
            if is_sent {
                first.is_sent(Instant::now().checked_sub(Duration::from_secs(age)).unwrap());
            }
            first.record_outcome(outcome, &unknown());
            let (way, second) = enter_as(&identity);
            assert_eq!(way, expected, "{outcome:?}, sent: {is_sent}, {age} s ago");
            second.record_outcome(Outcome::Known, &Ok(String::new()));
        }
    }

    #[test]
    fn what_was_sent_stays_remembered_whatever_is_looked_for_meanwhile() {
        let practice = fastrand::u64(..).to_string();
        let of = |email, phone| invitation(&practice, "10:00", ["Jana", email, phone, "1980"]);
        let end = |identity: &Identity, age| {
            let (way, mut call) = enter_as(identity);
            call.is_sent(Instant::now().checked_sub(Duration::from_secs(age)).unwrap());
            call.record_outcome(Outcome::Unknown, &unknown());
            way
        };
        assert_eq!(end(&of("jana@a.cz", "777"), 100), "send");
        assert_eq!(end(&of("jana@a.cz", ""), 0), "look");
        assert_eq!(end(&of("j@b.cz", "777"), 0), "look", "the phone is the one that was sent");
        // Of two that differ among themselves the one that was sent last counts.
        assert_eq!(end(&of("x@c.cz", "888"), 200), "send");
        assert_eq!(end(&of("y@d.cz", "999"), 10), "send");
        assert_eq!(end(&of("x@c.cz", "999"), 0), "look");
    }

    #[test]
    fn looking_again_does_not_prolong_the_time() {
        let identity = unique();
        let (_, mut first) = enter_as(&identity);
        let sent = Instant::now().checked_sub(Duration::from_secs(100)).unwrap();
        first.is_sent(sent);
        first.record_outcome(Outcome::Unknown, &unknown());
        let (_, mut second) = enter_as(&identity);
        second.is_sent(Instant::now());
        assert_eq!(second.first_sent(), Some(sent));
        second.record_outcome(Outcome::Known, &unknown());
    }

    #[test]
    fn an_error_that_is_not_about_the_sending_does_not_make_it_forgotten() {
        let identity = unique();
        let (_, mut first) = enter_as(&identity);
        first.is_sent(Instant::now());
        first.record_outcome(Outcome::Unknown, &unknown());
        let (way, second) = enter_as(&identity);
        assert_eq!(way, "look");
        second.record_outcome(Outcome::Known, &Err(Error::network(Status::ERR_DNS, "no network")));
        let (way, third) = enter_as(&identity);
        assert_eq!(way, "look");
        third.record_outcome(Outcome::Known, &Ok(String::new()));
        let (way, fourth) = enter_as(&identity);
        assert_eq!(way, "send");
        fourth.record_outcome(Outcome::Known, &Ok(String::new()));
    }

    #[test]
    fn a_double_click_gets_the_answer_of_the_first() {
        let identity = unique();
        let (_, first) = enter_as(&identity);
        let waiting = identity.clone();
        let second = std::thread::spawn(move || admit(&waiting, &call()).unwrap());
        while lock(&first.shared.waiting).is_empty() {
            std::thread::yield_now();
        }
        first.record_outcome(Outcome::Known, &Ok("made".into()));
        assert!(matches!(second.join().unwrap(), Admission::Answered(Ok(answer)) if answer == "made"));
    }

    #[test]
    fn a_call_that_was_interrupted_leaves_the_change_to_who_waits() {
        let identity = unique();
        let (_, mut first) = enter_as(&identity);
        first.is_sent(Instant::now());
        let waiting = identity.clone();
        let second = std::thread::spawn(move || running(admit(&waiting, &call()).unwrap()));
        while lock(&first.shared.waiting).is_empty() {
            std::thread::yield_now();
        }
        first.record_outcome(Outcome::Unknown, &Err(Error::network(Status::ERR_CANCELLED, "interrupted")));
        let (way, second) = second.join().unwrap();
        assert_eq!(way, "look");
        second.record_outcome(Outcome::Known, &Ok(String::new()));
    }

    #[test]
    fn who_waits_can_be_interrupted_and_is_told_that_the_change_may_be_done() {
        let identity = unique();
        let (_, first) = enter_as(&identity);
        let call = call();
        call.cancel();
        let error = admit(&identity, &call).err().unwrap();
        assert_eq!((error.status, error.may_have_acted), (Status::ERR_CANCELLED, Some(true)));
        let short = InFlight::new(Duration::from_millis(1));
        let error = admit(&identity, &short).err().unwrap();
        assert_eq!((error.status, error.may_have_acted), (Status::ERR_TIMEOUT, Some(true)));
        first.record_outcome(Outcome::Known, &Ok(String::new()));
    }

    #[test]
    fn a_change_that_a_bug_ended_is_one_of_unknown_outcome() {
        let identity = unique();
        let (_, first) = enter_as(&identity);
        drop(first);
        let (way, second) = enter_as(&identity);
        assert_eq!(way, "look");
        second.record_outcome(Outcome::Known, &Ok(String::new()));
    }
}
