//! The judge: compares what hosts were told with the e-mails that the service sent.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use videodoktor_abi_client::host::PROMISE;
use videodoktor_abi_client::{VD_ERR_CANCELLED, VD_ERR_OUTCOME_UNKNOWN, VD_OK, VD_X004_MEET_ID, VD_X005_SYSTEM, VD_X024_START_TAKEN};
use videodoktor_sandbox::{Code, Sandbox};

use super::journal::{CarriedOut, Journal};
use super::told::NOTHING;
use super::{Act, Campaign, Role, Told};
use crate::counts::Figures;

pub const TWICE: &str = "e-mailed twice";
pub const LOST: &str = "reported as failed though carried out";
pub const PHANTOM: &str = "reported as done though not";
pub const LATE: &str = "late returns";
pub const DENIED: &str = "failures told of a change whose outcome is unknown";
const UNTOLD: &str = "not told of the one meeting when asked again";
const UNKNOWN: &str = "outcome unknown";
const CANCELLED: &str = "cancelled";
const WITHOUT_A_MAIL: &str = "found in the list though the service failed before its e-mail";
const CALLS: &str = "calls";
const LATEST: &str = "ms past the deadline at the latest";
const ALLOWED: &str = "ms that this machine kept a call waiting for a processor";
const RECONCILED: &str = "reconciled";

/// The clocks of journal and host are read at different moments of one event.
const CLOCK_MS: i64 = 5;

/// The library knows how a call ended a moment before its host does; a machine that is late itself prolongs that.
const RETURNING: Duration = Duration::from_millis(50);

/// Judges all calls to a sandbox in which nothing happens any more.
pub fn assess(campaign: &Campaign, sandbox: &Sandbox, told: &[Told]) {
    let journal = Journal::of(sandbox);
    let mut changes: BTreeMap<(&str, &str), Vec<&Told>> = BTreeMap::new();
    for told in told {
        changes.entry((told.act.path(), told.act.key())).or_default().push(told);
    }
    for mut calls in changes.into_values() {
        calls.sort_by_key(|told| told.started);
        let change = Change { campaign, journal: &journal, calls: &calls };
        for (number, told) in calls.iter().enumerate() {
            let mut wrongs = change.assess(number, told);
            wrongs.extend(of_the_time(campaign, told));
            count(campaign, &change, told, &wrongs);
        }
    }
}

type Wrong = (&'static str, String);

/// All calls for one change, in the order in which they began.
struct Change<'a> {
    campaign: &'a Campaign<'a>,
    journal: &'a Journal,
    calls: &'a [&'a Told],
}

impl Change<'_> {
    fn assess(&self, number: usize, told: &Told) -> Vec<Wrong> {
        let twice = if number == 0 { self.sent_twice(told) } else { None };
        [twice, self.lost(told), self.denied(told), self.phantom(told), self.untold(told)].into_iter().flatten().collect()
    }

    /// A change is e-mailed once; once more for each call that was made after the host had been told of a success, or of X005, which asks for a repeat.
    fn sent_twice(&self, first: &Told) -> Option<Wrong> {
        let ends_the_change = |told: &Told| matches!(told.answer.status, VD_OK | VD_X005_SYSTEM | NOTHING);
        let is_over = |other: &Told, at: Instant| other.returned <= at + RETURNING + self.campaign.lateness_of(other);
        let is_anew = |told: &&&Told| self.calls.iter().any(|other| ends_the_change(other) && is_over(other, told.started));
        let allowed = match first.act {
            Act::Vendor(_) => self.calls.len(),
            _ => 1 + self.calls.iter().filter(is_anew).count(),
        };
        let mails = self.journal.mails(&first.act);
        (mails > allowed).then(|| (TWICE, format!("{mails} e-mails, {}", self.course())))
    }

    /// When the calls began and ended and with which status, and when requests came that were carried out, in milliseconds since the first call began.
    fn course(&self) -> String {
        let began = self.calls.first().map_or(0, |first| first.span[0]);
        let calls: Vec<_> = self.calls.iter().map(|told| (told.span.map(|at| at - began), told.answer.status)).collect();
        let act = self.calls.first().map(|first| &first.act);
        let requests: Vec<i64> = act.iter().flat_map(|act| self.journal.carried_out(act)).map(|request| request.at - began).collect();
        format!("calls {calls:?}, requests {requests:?}")
    }

    /// The host was told that it failed, yet the service carried out a request of this call.
    fn lost(&self, told: &Told) -> Option<Wrong> {
        let carried_out = self.journal.carried_out(&told.act);
        let is_lost = |request: &&CarriedOut| {
            let senders = self.senders(request);
            senders.iter().any(|sender| std::ptr::eq(*sender, told)) && senders.iter().all(|sender| self.denies(sender, request))
        };
        carried_out.iter().any(|request| is_lost(&request)).then(|| (LOST, told.answer.json.to_string()))
    }

    /// The host had been told that nobody knows, asked again, and was told of a failure: as far as it can see, nothing was done.
    fn denied(&self, told: &Told) -> Option<Wrong> {
        let is_open = |told: &Told| told.answer.status == VD_ERR_OUTCOME_UNKNOWN || told.may_have_acted();
        let was_open = self.calls.iter().rfind(|other| other.returned <= told.started).is_some_and(|other| is_open(other));
        let is_denied = was_open && told.answer.status != VD_OK && !is_open(told) && !matches!(told.act, Act::Vendor(_));
        is_denied.then(|| (DENIED, format!("{}, {}", told.answer.json, self.course())))
    }

    /// The calls that may have sent a request: those under way when it arrived, or else the last one before that.
    fn senders(&self, request: &CarriedOut) -> Vec<&Told> {
        let began = |told: &&&Told| told.span[0] <= request.at + CLOCK_MS;
        let under_way: Vec<&Told> = self.calls.iter().filter(began).filter(|told| request.at <= told.span[1] + CLOCK_MS).copied().collect();
        if under_way.is_empty() { self.calls.iter().rfind(began).into_iter().copied().collect() } else { under_way }
    }

    /// Whether the host was told that the request was not carried out.
    fn denies(&self, told: &Told, request: &CarriedOut) -> bool {
        let is_first = self.calls.first().is_some_and(|first| std::ptr::eq(*first, told));
        match told.answer.status {
            VD_OK | VD_ERR_OUTCOME_UNKNOWN | NOTHING => false,
            VD_X005_SYSTEM => request.code != Some(Code::SYSTEM),
            VD_X024_START_TAKEN if !is_first => !self.names_the_row(told),
            _ => !told.may_have_acted(),
        }
    }

    /// The error names the patient's own meeting.
    fn names_the_row(&self, told: &Told) -> bool {
        let existing = &told.answer.json["error"]["existing"];
        existing["same_patient"] == true && self.journal.rows(&told.act).iter().any(|row| existing["meet_id"] == **row)
    }

    /// The host was told of a success that there is not.
    fn phantom(&self, told: &Told) -> Option<Wrong> {
        if told.answer.status != VD_OK {
            return None;
        }
        let is_done = match &told.act {
            Act::Add(_) => [self.journal.invited(&told.act), self.journal.rows(&told.act)].concat().iter().any(|id| is_told(told, id)),
            Act::Remove(meet_id) => is_told(told, meet_id) && (self.journal.mails(&told.act) > 0 || !self.journal.exists(meet_id)),
            Act::Vendor(number) => told.answer.json.to_string().contains(&format!("\"{number}\"")) && self.journal.mails(&told.act) > 0,
        };
        (!is_done).then(|| (PHANTOM, format!("{}, {}", told.answer.json, self.course())))
    }

    /// A success that rests on the row alone: the service failed before it e-mailed.
    fn is_without_a_mail(&self, told: &Told) -> bool {
        told.answer.status == VD_OK && self.journal.mails(&told.act) == 0
    }

    /// Who asks again with nothing in the way learns of the row that there is, or that there is none any more.
    fn untold(&self, told: &Told) -> Option<Wrong> {
        if told.role != Role::AgainAtRest {
            return None;
        }
        let is_right = match &told.act {
            Act::Add(_) if self.journal.rows(&told.act).is_empty() => true,
            Act::Add(_) => told.answer.status == VD_OK || (told.answer.status == VD_X024_START_TAKEN && self.names_the_row(told)),
            Act::Remove(meet_id) => self.journal.exists(meet_id) || matches!(told.answer.status, VD_OK | VD_X004_MEET_ID),
            Act::Vendor(_) => true,
        };
        (!is_right).then(|| (UNTOLD, told.answer.json.to_string()))
    }
}

fn is_told(told: &Told, meet_id: &str) -> bool {
    told.answer.json["meet_id"] == *meet_id
}

fn of_the_time(campaign: &Campaign, told: &Told) -> Option<Wrong> {
    let over = told.returned.saturating_duration_since(told.promised);
    let allowed = campaign.lateness_of(told);
    let millis = |duration: Duration| usize::try_from(duration.as_millis()).unwrap_or(usize::MAX);
    let past_deadline = told.returned.saturating_duration_since(told.promised - PROMISE);
    campaign.figures.most(LATEST, millis(past_deadline));
    if !past_deadline.is_zero() {
        campaign.figures.most(ALLOWED, millis(allowed));
    }
    (over > allowed).then(|| {
        (LATE, format!("status {}, {over:?} past the promise, where this machine was {allowed:?} late itself", told.answer.status))
    })
}

fn count(campaign: &Campaign, change: &Change, told: &Told, wrongs: &[Wrong]) {
    let figures = &campaign.figures;
    for (kind, _) in wrongs {
        figures.count(kind, 1);
    }
    figures.count(CALLS, 1);
    figures.count(UNKNOWN, usize::from(told.answer.status == VD_ERR_OUTCOME_UNKNOWN));
    figures.count(CANCELLED, usize::from(told.answer.status == VD_ERR_CANCELLED));
    figures.count(RECONCILED, usize::from(told.answer.json["reconciled"] == true));
    figures.count(WITHOUT_A_MAIL, usize::from(change.is_without_a_mail(told)));
    campaign.outcomes.note(told);
    let wrongs: Vec<String> = wrongs.iter().map(|(kind, how)| format!("{kind}: {how}")).collect();
    campaign.counts.judged(&format!("{} ({:?})", told.run, told.role), &wrongs);
}

pub fn figures(figures: &Figures) -> String {
    let names = [CALLS, TWICE, LOST, DENIED, PHANTOM, UNTOLD, LATE, UNKNOWN, CANCELLED, RECONCILED, WITHOUT_A_MAIL, LATEST, ALLOWED];
    names.map(|what| format!("{} {what}", figures.figure(what))).join(", ")
}
