//! After a lost answer: was the patient invited, is the call removed? Looking comes before sending again.

use std::time::Duration;

use crate::call::{Ended, Request, Road};
use crate::error::{Error, Existing, Result, Source};
use crate::invitation::Invitation;
use crate::log;
use crate::model::{self, Meeting};
use crate::prague::{self, Start};
use crate::reply::{Promise, Success};
use crate::status::Status;

/// What broke may still be under way inside the service: a look that comes too early sees nothing.
const SETTLE: Duration = Duration::from_millis(250);

/// An invitation on its way, and how it is recognised in the list.
pub struct Inviting<'a> {
    pub request: &'a Request<'a>,
    pub invitation: &'a Invitation,
    pub start: Option<Start>,
}

impl Inviting<'_> {
    /// Invites once, whatever breaks. Source: contract, "Open" 6 and 7.
    pub fn carry_out(&self, road: &mut Road) -> Result<String> {
        match self.send(road) {
            Ok(made) => Ok(made),
            Err(Ended::Failed(error)) if error.status == Status::X024_START_TAKEN => Err(self.with_existing(road, error)),
            Err(Ended::Failed(error)) => Err(error),
            Err(Ended::Lost(error)) => self.after_a_lost_answer(road, error),
        }
    }

    fn send(&self, road: &mut Road) -> std::result::Result<String, Ended> {
        road.carry_out(self.request, |success| Ok(success.into_json()))
    }

    fn after_a_lost_answer(&self, road: &mut Road, lost: Error) -> Result<String> {
        log::warning(|| "api_meet_add: the answer was lost; looking the invitation up".into());
        if let Some(found) = self.look(road, &lost)? {
            return Ok(found);
        }
        match self.send(road) {
            Ok(made) => Ok(made),
            // The first try arrived after all, or this one did: the list has the last word.
            Err(Ended::Failed(error)) if error.status == Status::X024_START_TAKEN => match self.look(road, &lost)? {
                Some(found) => Ok(found),
                None => Err(self.with_existing(road, error)),
            },
            Err(Ended::Failed(error)) if is_refused_for_good(&error) => Err(error),
            // Not now, not sent at all, or lost again: but the first try may still turn up.
            Err(Ended::Failed(_) | Ended::Lost(_)) => self.look(road, &lost)?.ok_or_else(|| unknown(&lost)),
        }
    }

    /// Our patient at our start, as an answer of `vd_meet_add`.
    fn look(&self, road: &mut Road, lost: &Error) -> Result<Option<String>> {
        let Some(start) = self.start else { return Err(unknown(lost)) };
        road.flight().pause(SETTLE).map_err(|error| unknown_because(lost, error))?;
        let found = list(road, &mut |meeting| {
            let ours = starts_at(meeting, start) && self.is_for(meeting);
            ours.then(|| serde_json::Value::Object(model::found_made(meeting)).to_string())
        });
        found.map_err(|error| unknown_because(lost, error))
    }

    /// X024 tells that the start is taken; a host that crashed after sending wants to know whether by its own invitation.
    fn with_existing(&self, road: &mut Road, error: Error) -> Error {
        let Some(start) = self.start else { return error };
        let taken = list(road, &mut |meeting| {
            starts_at(meeting, start).then(|| Existing { meet_id: meeting.meet_id().into_owned(), same_patient: self.is_for(meeting) })
        });
        Error { existing: taken.ok().flatten(), ..error }
    }

    fn is_for(&self, meeting: &Meeting) -> bool {
        self.invitation.same_patient(
            &meeting.pacient_jmeno(),
            &meeting.pacient_email(),
            &meeting.pacient_telefon(),
            &meeting.pacient_narozen(),
        )
    }
}

fn starts_at(meeting: &Meeting, start: Start) -> bool {
    prague::start_to_match(&meeting.meet_time_imd(), &meeting.meet_time()) == Some(start)
}

/// Removes once, whatever breaks.
pub fn remove(road: &mut Road, request: &Request, meet_id: &str) -> Result<String> {
    let send = |road: &mut Road| road.carry_out(request, |success| Ok(success.into_json()));
    let lost = match send(road) {
        Ok(removed) => return Ok(removed),
        Err(Ended::Failed(error)) => return Err(error),
        Err(Ended::Lost(error)) => error,
    };
    log::warning(|| "api_meet_remove: the answer was lost; looking the call up".into());
    let gone = || Ok(serde_json::Value::Object(model::found_removed(meet_id)).to_string());
    if is_gone(road, meet_id, &lost)? {
        return gone();
    }
    match send(road) {
        Ok(removed) => Ok(removed),
        // It was there a moment ago: the first try has arrived meanwhile.
        Err(Ended::Failed(error)) if error.status == Status::X004_MEET_ID => gone(),
        Err(Ended::Failed(error)) if is_refused_for_good(&error) => Err(error),
        Err(Ended::Failed(_) | Ended::Lost(_)) => {
            if is_gone(road, meet_id, &lost)? {
                gone()
            } else {
                Err(unknown(&lost))
            }
        }
    }
}

/// The service answers X004 for a call that it does not have; its list may leave out past ones.
fn is_gone(road: &mut Road, meet_id: &str, lost: &Error) -> Result<bool> {
    road.flight().pause(SETTLE).map_err(|error| unknown_because(lost, error))?;
    let request = Request::reading("/api_meet_detail/", Promise::Meeting).field("meet_id", meet_id);
    match road.read(&request, |_| Ok(())) {
        Ok(()) => Ok(false),
        Err(error) if error.status == Status::X004_MEET_ID => Ok(true),
        Err(error) => Err(unknown_because(lost, error)),
    }
}

/// A code about a key or field holds for the lost first try as well. The others say nothing about it: a limit, an outage, a start that has
/// passed only since, one that was free a moment ago.
fn is_refused_for_good(error: &Error) -> bool {
    const ONLY_NOW: [Status; 3] = [Status::X003_TOKEN, Status::X021_START_PAST, Status::X023_START_OVERLOADED];
    error.status.field().is_some() && error.source == Source::Server && !ONLY_NOW.contains(&error.status)
}

/// The first meeting of the list that `pick` wants.
fn list<T>(road: &mut Road, pick: &mut dyn FnMut(&Meeting) -> Option<T>) -> Result<Option<T>> {
    road.read(&Request::reading("/api_meet_list/", Promise::Meetings), |success| match success {
        Success::Meetings(meetings) => Ok(meetings.iter().find_map(|meeting| pick(&meeting))),
        _ => Err(Error::client(Status::ERR_INTERNAL, "a list that is no list")),
    })
}

/// The doctor has to look; the message of the status says where.
fn unknown(lost: &Error) -> Error {
    let detail = format!("{}; whether it was carried out could not be found out", lost.detail);
    Error { status: Status::ERR_OUTCOME_UNKNOWN, source: Source::Network, detail, ..lost.clone() }
}

/// As `unknown`, unless the host itself ended the looking.
fn unknown_because(lost: &Error, error: Error) -> Error {
    match error.status {
        Status::ERR_CANCELLED => {
            Error { detail: format!("{}; the request had been sent and may have been carried out", error.detail), ..error }
        }
        _ => unknown(lost),
    }
}
