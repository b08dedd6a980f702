//! Changes are sent once: what may have been carried out is looked for and never sent again. Source: abi.md, "At most once".

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::client::clock::machine_now;
use crate::client::correlation;
use crate::client::executor::{Executor, Late, RequestFailure};
use crate::client::late_answer::LateAnswer;
use crate::client::lookup_schedule::LookupSchedule;
use crate::client::pending_changes::{self, Admission, Identity, Outcome, Running};
use crate::client::request::Request;
use crate::error::{Error, Existing, Result, Source};
use crate::http::Reply;
use crate::log;
use crate::service::invitation::Invitation;
use crate::service::meeting::{self, Meeting};
use crate::service::patient_match::{self, Match, Patient};
use crate::service::prague_time::{self, Start};
use crate::service::response::{ResponseKind, Success};
use crate::status::Status;

/// For so long a change is looked for once nothing more can be heard of it.
const LONGEST_LOOKING: Duration = Duration::from_secs(10);

/// The same after X005: the service has ended its work.
const LOOKING_AFTER_X005: Duration = Duration::from_secs(2);

/// Time of one look.
const LONGEST_LOOK: Duration = Duration::from_secs(3);

/// Pause after X000, where the service names none.
const RATE_LIMIT_PAUSE: Duration = Duration::from_secs(5);

/// A request that invites or removes, and how its effect is recognised.
pub struct Change<'a> {
    pub request: &'a Request<'a>,
    pub target: Target<'a>,
}

pub enum Target<'a> {
    /// `start` is `None` if only the service can read it: then nothing can be looked for.
    Add {
        invitation: &'a Invitation,
        start: Option<Start>,
    },
    /// An invitation that was answered, by `answer` with `meet_id`; whether it is its own answer, the list has to tell.
    AnsweredAdd {
        invitation: &'a Invitation,
        start: Start,
        meet_id: &'a str,
        answer: &'a str,
    },
    Remove {
        meet_id: &'a str,
    },
}

/// Result of looking for a change.
enum Lookup {
    /// The JSON that the host gets.
    Found(String),
    /// At least one look succeeded, and it was not there.
    Absent { existing: Option<Existing> },
    /// No look succeeded.
    Unseen,
    /// The request that was given up has been answered.
    Answered(std::result::Result<String, Late>),
}

/// What may be done about a change that was admitted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Send,
    LookThenSend,
    LookOnly,
}

/// Has a change carried out by `act`, unless the same one is under way: then this call gets the answer of that one. Whether it is, is asked before
/// anything else: a second click must not find the first one over because it took its time.
pub fn execute(
    executor: &mut Executor,
    identity: &Identity,
    act: impl FnOnce(&mut Executor, &mut Running, Way) -> Result<String>,
) -> Result<String> {
    let (mut running, way) = match pending_changes::admit(identity, executor.flight())? {
        Admission::Answered(answer) => return answer,
        Admission::Send(running) => (running, Way::Send),
        Admission::LookThenSend(running) => (running, Way::LookThenSend),
        Admission::LookOnly(running) => (running, Way::LookOnly),
    };
    let answer = act(executor, &mut running, way).map_err(|error| match running.may_still_act() {
        true => because_of_an_earlier_sending(error, &running),
        false => error,
    });
    running.record_outcome(outcome_of(&answer), &answer);
    answer
}

/// An earlier sending may have been carried out, or still be: whatever kept this call from finding out, nobody knows.
fn because_of_an_earlier_sending(error: Error, running: &Running) -> Error {
    match error.status {
        Status::ERR_OUTCOME_UNKNOWN => error,
        Status::ERR_CANCELLED if error.may_have_acted == Some(true) => error,
        Status::ERR_CANCELLED => error.interrupted_change(true),
        _ => Error { detail: format!("{}; {}", earlier_sending(running).detail, error.detail), ..unknown(&error, None) },
    }
}

fn outcome_of(answer: &Result<String>) -> Outcome {
    match answer {
        Err(error) if error.status == Status::ERR_OUTCOME_UNKNOWN || error.status == Status::ERR_INTERNAL => Outcome::Unknown,
        Err(error) if error.may_have_acted == Some(true) => Outcome::Unknown,
        Err(error) if error.status == Status::X005_SYSTEM => Outcome::SystemError,
        _ => Outcome::Known,
    }
}

impl Change<'_> {
    /// Carries it out, whatever breaks.
    pub fn execute(&self, executor: &mut Executor, running: &mut Running, way: Way) -> Result<String> {
        match way {
            Way::Send => self.send(executor, running),
            Way::LookThenSend => self.look_then_send(executor, running),
            Way::LookOnly => self.look_only(executor, running),
        }
    }

    fn send(&self, executor: &mut Executor, running: &mut Running) -> Result<String> {
        let mut token_was_refused_late = false;
        loop {
            let sent = executor.execute(self.request, |success| Ok(success.into_json()));
            if let Some(at) = executor.change_sent() {
                // A request before that one was certainly not carried out: the two minutes count from this one.
                running.forgets_the_first_sending();
                running.is_sent(at);
            }
            let mut ended = match sent {
                Ok(answer) => return self.confirmed(executor, answer),
                Err(ended) => ended,
            };
            let late = executor.lease().take_waiting().and_then(|connection| LateAnswer::wait_for(connection, executor.flight()));
            match self.find_out(executor, &mut ended, late) {
                Some(answer) => return answer,
                None if token_was_refused_late => return Err(unknown(&ended.into_error(), None)),
                None => token_was_refused_late = true,
            }
        }
    }

    /// How a request ended that did not succeed; `None` if it was not carried out and may be sent again.
    fn find_out(&self, executor: &mut Executor, ended: &mut RequestFailure, late: Option<LateAnswer>) -> Option<Result<String>> {
        let (error, code_stands) = match ended {
            RequestFailure::Failed(error) if error.status == Status::X024_START_TAKEN => {
                return Some(Err(self.with_existing(executor, error.clone())));
            }
            RequestFailure::Failed(error) => return Some(Err(error.clone())),
            RequestFailure::OutcomeUnknown { error, code_stands } => (error.clone(), *code_stands),
        };
        log::warning(|| format!("{}: the outcome is not known; schedule for it", self.name()));
        let window = if code_stands { LOOKING_AFTER_X005 } else { LONGEST_LOOKING };
        match self.look(executor, &mut LookupSchedule::new(window, late)) {
            Err(interrupted) => Some(Err(interrupted)),
            Ok(Lookup::Found(found)) => Some(Ok(found)),
            Ok(Lookup::Answered(Ok(answer))) => Some(self.confirmed(executor, answer)),
            Ok(Lookup::Answered(Err(Late::TokenRefused))) => None,
            Ok(Lookup::Answered(Err(Late::RequestFailure(late)))) => {
                *ended = late;
                self.find_out(executor, ended, None)
            }
            #[cfg(feature = "test-hooks")]
            Ok(Lookup::Absent { .. }) if crate::test_hooks::sends_again_after_a_look() => None,
            Ok(Lookup::Absent { existing }) if !code_stands => Some(Err(unknown(&error, existing))),
            Ok(Lookup::Absent { .. } | Lookup::Unseen) if code_stands => Some(Err(error)),
            Ok(Lookup::Absent { .. } | Lookup::Unseen) => Some(Err(unknown(&error, None))),
        }
    }

    /// A success, if it is the answer to this request: see `correlation::needs_confirmation`.
    fn confirmed(&self, executor: &mut Executor, answer: String) -> Result<String> {
        let Target::Add { invitation, start: Some(start) } = self.target else { return Ok(answer) };
        if !correlation::needs_confirmation(executor.session().origin_hash) {
            return Ok(answer);
        }
        let read: Option<Value> = serde_json::from_str(&answer).ok();
        let meet_id = read.as_ref().and_then(|answer| answer.get("meet_id")).and_then(Value::as_str).unwrap_or_default();
        let target = Target::AnsweredAdd { invitation, start, meet_id, answer: &answer };
        let confirmation = Change { request: self.request, target };
        match confirmation.look(executor, &mut LookupSchedule::at_once(LONGEST_LOOKING))? {
            Lookup::Found(found) => Ok(found),
            Lookup::Absent { existing } => Err(unknown(&unconfirmed(), existing)),
            Lookup::Unseen | Lookup::Answered(_) => Err(unknown(&unconfirmed(), None)),
        }
    }

    /// It was sent by an earlier call, so recently that it may still be carried out.
    fn look_only(&self, executor: &mut Executor, running: &Running) -> Result<String> {
        let lost = earlier_sending(running);
        match self.look(executor, &mut LookupSchedule::new(LONGEST_LOOKING, None))? {
            Lookup::Found(found) => Ok(found),
            Lookup::Absent { existing } => Err(unknown(&lost, existing)),
            Lookup::Unseen | Lookup::Answered(_) => Err(unknown(&lost, None)),
        }
    }

    /// It was sent by an earlier call, so long ago that it is not under way any more.
    fn look_then_send(&self, executor: &mut Executor, running: &mut Running) -> Result<String> {
        if self.can_be_looked_for() {
            match self.look(executor, &mut LookupSchedule::until_seen(LONGEST_LOOKING))? {
                Lookup::Found(found) => return Ok(found),
                Lookup::Unseen | Lookup::Answered(_) => return Err(unknown(&earlier_sending(running), None)),
                Lookup::Absent { .. } => {}
            }
        }
        running.forgets_the_first_sending();
        self.send(executor, running)
    }

    fn can_be_looked_for(&self) -> bool {
        !matches!(self.target, Target::Add { start: None, .. })
    }

    /// Looks until it is found or the time is over. An error if the host itself ended the call.
    fn look(&self, executor: &mut Executor, schedule: &mut LookupSchedule) -> Result<Lookup> {
        let mut seen = Lookup::Unseen;
        loop {
            let next = if self.can_be_looked_for() { schedule.next_look(executor.flight().deadline()) } else { None };
            if let Some(reply) = schedule.rest(executor.flight(), next)? {
                match self.judge_late(executor, reply) {
                    Err(Late::RequestFailure(RequestFailure::OutcomeUnknown { error, code_stands: false })) => {
                        log::info(|| format!("{}: the late answer: {}", self.name(), error.detail));
                        schedule.late_answer_is_lost();
                        continue;
                    }
                    answer => return Ok(Lookup::Answered(answer)),
                }
            }
            if next.is_none() {
                return Ok(seen);
            }
            match self.look_apart(executor, schedule) {
                Some(found @ Lookup::Found(_)) => return Ok(found),
                Some(absent @ Lookup::Absent { .. }) if schedule.until_seen => return Ok(absent),
                Some(looked) => seen = looked,
                None => {}
            }
            if executor.flight().is_cancelled() {
                let error = executor.flight().remaining().err();
                return Err(error.unwrap_or_else(internal_error).interrupted_change(true));
            }
        }
    }

    /// One look, on a connection of its own and within its own time. `None`: it failed, and so saw nothing.
    fn look_apart(&self, executor: &Executor, schedule: &mut LookupSchedule) -> Option<Lookup> {
        let flight = executor.flight().child(LONGEST_LOOK);
        schedule.begins(&flight);
        let mut look = Executor::start(executor.session(), flight).on_a_new_connection().without_repeats();
        let looked = self.look_once(&mut look);
        schedule.pause_longer();
        if let Err(error) = &looked {
            log::info(|| format!("{}: a look failed: {}", self.name(), error.detail));
            if error.status == Status::X000_RATE_LIMIT {
                schedule.is_limited_for(look.retry_after().unwrap_or(RATE_LIMIT_PAUSE));
            }
        }
        looked.ok()
    }

    fn judge_late(&self, executor: &mut Executor, reply: Result<Reply>) -> std::result::Result<String, Late> {
        executor.judge_late(self.request, reply, |success| Ok(success.into_json()))
    }

    fn look_once(&self, executor: &mut Executor) -> Result<Lookup> {
        match &self.target {
            Target::Add { invitation, start: Some(start) } => look_for_invitation(executor, invitation, *start),
            Target::Add { start: None, .. } => Ok(Lookup::Unseen),
            Target::AnsweredAdd { invitation, start, meet_id, answer } => confirm_answer(executor, invitation, *start, meet_id, answer),
            Target::Remove { meet_id } => look_for_removal(executor, meet_id),
        }
    }

    /// X024 tells that the start is taken; a host that crashed after sending wants to know whether by its own invitation.
    fn with_existing(&self, executor: &mut Executor, error: Error) -> Error {
        let Target::Add { invitation, start: Some(start) } = &self.target else { return error };
        let rows = rows_at(executor, invitation, *start).unwrap_or_default();
        let row = rows.iter().find(|row| row.is_ours == Match::Same).or(rows.first());
        let existing = row.map(|row| row.as_existing());
        Error { existing: existing.map(Box::new), ..error }
    }

    fn name(&self) -> &'static str {
        match self.target {
            Target::Add { .. } | Target::AnsweredAdd { .. } => "api_meet_add",
            Target::Remove { .. } => "api_meet_remove",
        }
    }
}

/// A row of the list at the start that was asked for.
struct Row {
    meet_id: String,
    meet_url: String,
    is_ours: Match,
}

impl Row {
    fn as_existing(&self) -> Existing {
        Existing { meet_id: self.meet_id.clone(), same_patient: self.is_ours == Match::Same, meet_url: self.meet_url.clone() }
    }
}

fn look_for_invitation(executor: &mut Executor, invitation: &Invitation, start: Start) -> Result<Lookup> {
    let rows = rows_at(executor, invitation, start)?;
    Ok(invitation_among(&rows, executor.session().origin_hash))
}

/// The answer, if the list does not contradict it; otherwise as after a lost one.
fn confirm_answer(executor: &mut Executor, invitation: &Invitation, start: Start, meet_id: &str, answer: &str) -> Result<Lookup> {
    let rows = rows_at(executor, invitation, start)?;
    let is_confirmed = rows.iter().any(|row| row.meet_id.trim() == meet_id.trim() && row.is_ours != Match::Other);
    Ok(if is_confirmed { Lookup::Found(answer.to_owned()) } else { invitation_among(&rows, executor.session().origin_hash) })
}

fn invitation_among(rows: &[Row], origin: u64) -> Lookup {
    let mut ours = rows.iter().filter(|row| row.is_ours == Match::Same);
    let Some(first) = ours.next() else {
        let other = rows.iter().find(|row| row.is_ours == Match::Other);
        let existing = other.map(Row::as_existing);
        return Lookup::Absent { existing };
    };
    correlation::claim_found(origin, &first.meet_id);
    // A row that a list shows twice is no second invitation.
    let mut duplicates: Vec<&str> = ours.map(|row| row.meet_id.as_str()).filter(|meet_id| *meet_id != first.meet_id).collect();
    duplicates.dedup();
    if !duplicates.is_empty() {
        log::warning(|| format!("api_meet_add: the list shows the invitation {} times", duplicates.len() + 1));
    }
    Lookup::Found(Value::Object(meeting::found_made(&first.meet_id, &first.meet_url, &duplicates)).to_string())
}

fn rows_at(executor: &mut Executor, invitation: &Invitation, start: Start) -> Result<Vec<Row>> {
    let flight = Arc::clone(executor.flight());
    executor.read(&Request::reading("/api_meet_list/", ResponseKind::Meetings), |success| match success {
        Success::Meetings(meetings) => {
            let mut rows: Vec<Row> = Vec::new();
            for meeting in meetings.iter().filter(|meeting| starts_at(meeting, start) && !meeting.meet_id().is_empty()) {
                flight.remaining()?; // a hostile list has hundreds of thousands of rows at one start
                rows.push(read_row(&meeting, invitation));
            }
            Ok(rows)
        }
        _ => Err(internal_error()),
    })
}

fn read_row(meeting: &Meeting, invitation: &Invitation) -> Row {
    let (name, email, phone, year) =
        (meeting.pacient_jmeno(), meeting.pacient_email(), meeting.pacient_telefon(), meeting.pacient_narozen());
    let row = Patient { pacient_jmeno: &name, pacient_email: &email, pacient_telefon: &phone, pacient_narozen: &year };
    let is_ours = patient_match::compare(&invitation.patient(), &row);
    Row { meet_id: meeting.meet_id().into_owned(), meet_url: meeting.meet_url().into_owned(), is_ours }
}

fn starts_at(meeting: &Meeting, start: Start) -> bool {
    prague_time::start_to_match(&meeting.meet_time_imd(), &meeting.meet_time()) == Some(start)
}

/// The service answers X004 for a meeting that it does not have. It may keep the detail of one that was cancelled: then a list without it tells,
/// if the start lies ahead (a list may leave out past ones).
fn look_for_removal(executor: &mut Executor, meet_id: &str) -> Result<Lookup> {
    let request = Request::reading("/api_meet_detail/", ResponseKind::Meeting).field("meet_id", meet_id);
    let start = executor.read(&request, |success| {
        let Success::Object(meeting) = success else { return Err(internal_error()) };
        let text = |name: &str| meeting.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(prague_time::start_to_match(&text("meet_time_imd"), &text("meet_time")))
    });
    let start = match start {
        Err(error) if error.status == Status::X004_MEET_ID => return Ok(removed(meet_id)),
        start => start?,
    };
    let now = executor.session().clock.now().unwrap_or_else(machine_now);
    if start.is_none_or(|start| start.is_past(now)) {
        return Ok(Lookup::Absent { existing: None });
    }
    let may_be_listed = executor.read(&Request::reading("/api_meet_list/", ResponseKind::Meetings), |success| match success {
        // A list that does not show all may leave it out, and a row without `meet_id` may be the one.
        Success::Meetings(meetings) => {
            Ok(!meetings.is_complete() || meetings.iter().any(|row| ["", meet_id].contains(&row.meet_id().trim())))
        }
        _ => Err(internal_error()),
    })?;
    Ok(if may_be_listed { Lookup::Absent { existing: None } } else { removed(meet_id) })
}

fn removed(meet_id: &str) -> Lookup {
    Lookup::Found(Value::Object(meeting::found_removed(meet_id)).to_string())
}

/// The person has to look; the message of the status says where.
fn unknown(lost: &Error, existing: Option<Existing>) -> Error {
    let detail = format!("{}; whether it was carried out could not be found out", lost.detail);
    let status = Status::ERR_OUTCOME_UNKNOWN;
    let existing = existing.map(Box::new);
    Error { status, source: Source::Network, field: None, detail, existing, may_have_acted: None, ..lost.clone() }
}

/// The error that stands for a request of an earlier call.
fn earlier_sending(running: &Running) -> Error {
    let age = running.first_sent().map_or(0, |at| at.elapsed().as_secs());
    Error::network(Status::ERR_OUTCOME_UNKNOWN, format!("the same request was sent {age} s ago and is not sent again"))
}

/// The error that stands for an answer which the list does not confirm.
fn unconfirmed() -> Error {
    Error::network(
        Status::ERR_OUTCOME_UNKNOWN,
        "this service has just answered other requests, and the list does not show the meeting of the answer",
    )
}

fn internal_error() -> Error {
    Error::client(Status::ERR_INTERNAL, "a case that cannot be")
}
