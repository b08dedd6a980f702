//! Moves a meeting: reads it, invites to the new start, removes the old one, each at most once. Source: abi.md, "Moving".

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::cancellation::InFlight;
use crate::client::clock::machine_now;
use crate::client::executor::Executor;
use crate::client::request::Request;
use crate::client::{Client, internal_error, prefetch, validated_meet_id};
use crate::error::{Error, Existing, OldRemains, Result, Source};
use crate::log;
use crate::options::Validate;
use crate::service::invitation::Invitation;
use crate::service::moved_invitation::{Merged, NewFields};
use crate::service::prague_time;
use crate::service::response::{ResponseKind, Success};
use crate::status::Status;

impl Client {
    /// The JSON of `vd_meet_move`.
    pub fn meet_move(&self, meet_id: &str, given: &NewFields) -> Result<String> {
        let old_meet_id = validated_meet_id(meet_id)?;
        let _scope = log::Scope::enter(Arc::downgrade(&self.session) as _);
        let flight = self.session.calls.begin(self.session.options.timeout);
        let moved = self.move_within(&flight, &old_meet_id, given).map_err(|error| {
            let ended_early = matches!(error.status, Status::ERR_CANCELLED | Status::ERR_TIMEOUT);
            if ended_early && error.may_have_acted.is_none() { error.interrupted_change(false) } else { error }
        });
        drop(flight);
        if moved.as_ref().err().is_none_or(|error| error.source == Source::Server && !super::is_unwelcome(error.status)) {
            prefetch::start(&self.session, true);
        }
        moved.inspect_err(|error| log::warning(|| format!("{}: {}", error.status.name().to_string_lossy(), error.detail)))
    }

    fn move_within(&self, flight: &Arc<InFlight>, old_meet_id: &str, given: &NewFields) -> Result<String> {
        let detail = self.step(Arc::clone(flight), |executor| read_detail(executor, old_meet_id))?;
        let merged = Merged::of(&detail, given)?;
        let invitation = merged.check(self.session.options.validate, self.session.clock.now().unwrap_or_else(machine_now))?;
        let start = invitation.start(&self.session.options.meet_start_format);
        let text = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
        let old_start = prague_time::start_to_match(text("meet_time_imd"), text("meet_time"));
        if start.is_some() && start == old_start {
            let answer = New { meet_id: old_meet_id.into(), meet_url: text("meet_url").into(), ..New::default() };
            return Ok(answer.into_json(old_meet_id, false, false));
        }
        let new = self.make_new(flight, old_meet_id, &merged, invitation)?;
        let removed = self.step(Arc::clone(flight), |executor| self.remove_on(executor, old_meet_id));
        match removed {
            Ok(_) => Ok(new.into_json(old_meet_id, true, false)),
            // Its own answer: somebody else has cancelled or moved it meanwhile.
            Err(error) if error.status == Status::X004_MEET_ID => Ok(new.into_json(old_meet_id, true, true)),
            Err(error) => Err(old_remains(error, &new, old_meet_id)),
        }
    }

    /// Invites to the new start. It may take half of the time that is left, so that the other half is there for the removal.
    fn make_new(&self, flight: &Arc<InFlight>, old_meet_id: &str, merged: &Merged, invitation: Invitation) -> Result<New> {
        let half = flight.child(flight.remaining()? / 2);
        let draft = merged.draft();
        let ready = match self.session.options.validate {
            Validate::Server => Some(invitation),
            Validate::Strict => self.session.clock.now().map(|_| invitation),
        };
        match self.step(half, |executor| self.add_on(executor, ready, &draft)) {
            Ok(answer) => New::of_answer(&answer),
            // An earlier move broke off: this is the meeting that it made.
            Err(Error { status: Status::X024_START_TAKEN, existing: Some(existing), .. })
                if existing.same_patient && existing.meet_id.trim() != old_meet_id =>
            {
                Ok(New::found(*existing))
            }
            Err(error) => Err(error),
        }
    }

    /// One of the requests of a move, with what belongs to it.
    fn step<T>(&self, flight: Arc<InFlight>, act: impl FnOnce(&mut Executor) -> Result<T>) -> Result<T> {
        let mut executor = Executor::start(&self.session, flight);
        let done = act(&mut executor);
        executor.keep_unused_token();
        done
    }
}

fn read_detail(executor: &mut Executor, meet_id: &str) -> Result<Map<String, Value>> {
    let request = Request::reading("/api_meet_detail/", ResponseKind::Meeting).field("meet_id", meet_id);
    executor.read(&request, |success| match success {
        Success::Object(meeting) => Ok(meeting),
        _ => Err(internal_error()),
    })
}

/// The meeting at the new start.
#[derive(Default)]
struct New {
    meet_id: String,
    meet_url: String,
    /// What else the answer to the invitation holds, such as `reconciled` and `duplicates`.
    more: Map<String, Value>,
}

impl New {
    fn of_answer(answer: &str) -> Result<New> {
        let Ok(Value::Object(mut more)) = serde_json::from_str(answer) else { return Err(internal_error()) };
        let mut text = |name: &str| more.remove(name).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        Ok(New { meet_id: text("meet_id"), meet_url: text("meet_url"), more })
    }

    fn found(existing: Existing) -> New {
        let more = Map::from_iter([("reconciled".to_owned(), Value::Bool(true))]);
        New { meet_id: existing.meet_id, meet_url: existing.meet_url, more }
    }

    fn into_json(self, old_meet_id: &str, moved: bool, old_was_gone: bool) -> String {
        let mut answer = Map::new();
        answer.insert("meet_id".into(), self.meet_id.into());
        answer.insert("meet_url".into(), self.meet_url.into());
        answer.insert("old_meet_id".into(), old_meet_id.into());
        answer.insert("moved".into(), moved.into());
        if old_was_gone {
            answer.insert("old_was_gone".into(), true.into());
        }
        for (name, value) in self.more {
            answer.entry(name).or_insert(value);
        }
        Value::Object(answer).to_string()
    }
}

/// The patient has both meetings, as far as anybody knows; the person has to look.
fn old_remains(error: Error, new: &New, old_meet_id: &str) -> Error {
    let detail = format!("the new meeting is made; the old one may still be there: {}", error.detail);
    let remains = OldRemains { meet_id: new.meet_id.clone(), meet_url: new.meet_url.clone(), old_meet_id: old_meet_id.to_owned() };
    let status = Status::ERR_OLD_REMAINS;
    Error { status, field: None, detail, existing: None, may_have_acted: None, old_remains: Some(Box::new(remains)), ..error }
}
