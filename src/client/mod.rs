//! One practice at one service host: one method per call of the service. Every method answers with JSON.

mod backoff;
pub mod clock;
mod correlation;
mod diagnose;
mod exchange;
mod executor;
mod late_answer;
mod lookup_schedule;
mod move_meeting;
mod pending_changes;
mod prefetch;
mod preparation;
mod prepared_until;
mod reconcile;
pub mod report_file;
pub mod request;
mod retry_policy;
mod server_time;
mod session;
pub mod tokens;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::error::{Error, Result, Source};
use crate::invisible::visible;
use crate::log;
use crate::options::{Options, Validate};
use crate::service::invitation::{Draft, Invitation};
use crate::service::meeting;
use crate::service::prague_time::Start;
use crate::service::report_address;
use crate::service::response::ResponseKind;
use crate::status::Status;
use clock::machine_now;
use diagnose::Report;
use executor::Executor;
use pending_changes::{Identity, PatientIdentity};
use reconcile::{Change, Target};
use request::{Request, vendor_call};
use session::Session;

/// The facade that the exports call.
pub struct Client {
    session: Arc<Session>,
}

impl Client {
    /// Checks address, keys and options; no network yet.
    pub fn new(app_url: &str, api_app_key: &str, api_key: &str, options_json: Option<&str>) -> Result<Arc<Client>> {
        Ok(Arc::new(Client { session: Session::new(app_url, api_app_key, api_key, options_json)? }))
    }

    pub fn options(&self) -> &Options {
        &self.session.options
    }

    /// A call will follow soon: a connection and a token are got in the background.
    pub fn prepare(&self) {
        preparation::start(&self.session);
    }

    /// Every call now under way returns `VD_ERR_CANCELLED`; later calls work.
    pub fn interrupt(&self) {
        self.session.calls.interrupt();
    }

    /// Every call under way returns `VD_ERR_CANCELLED`, and none can be made any more.
    pub fn close(&self) {
        self.session.calls.close();
    }

    /// Are the keys good? The token that tells is kept for the next call.
    pub fn verify(&self) -> Result<String> {
        self.with_executor(|executor| {
            let token = executor.fetch_token()?;
            self.session.store_token(token);
            Ok(Value::Object(meeting::verified()).to_string())
        })
    }

    /// The service's clock, and how far this machine's is off.
    pub fn time(&self) -> Result<String> {
        self.with_executor(|executor| server_time::time(executor).map(|(json, _)| json))
    }

    pub fn meet_add(&self, draft: &Draft) -> Result<String> {
        let ready = match self.session.options.validate {
            Validate::Server => Some(Invitation::unchecked(draft)),
            Validate::Strict => self.checked(draft)?,
        };
        self.execute_change(|executor| self.add_on(executor, ready, draft))
    }

    /// Invites on this executor. `ready` is what is sent; without it the draft is checked by the service's clock first.
    fn add_on(&self, executor: &mut Executor, ready: Option<Invitation>, draft: &Draft) -> Result<String> {
        let identity = self.identity_of(draft);
        let made = reconcile::execute(executor, &identity, |executor, running, way| {
            let invitation = ready.map_or_else(|| self.checked_by_the_service_s_clock(executor, draft), Ok)?;
            let fields = invitation.fields(&self.session.options.meet_start_format).map(|(name, value)| (name.into(), value));
            let request = Request { fields: fields.into(), ..Request::changing("/api_meet_add/", ResponseKind::Made) };
            let start = invitation.start(&self.session.options.meet_start_format);
            let target = Target::Add { invitation: &invitation, start };
            Change { request: &request, target }.execute(executor, running, way)
        })?;
        Ok(match self.start_of(draft) {
            Some(start) => meeting::with_start(&made, start),
            None => made,
        })
    }

    pub fn meet_list(&self) -> Result<String> {
        self.with_executor(|executor| {
            executor.read(&Request::reading("/api_meet_list/", ResponseKind::Meetings), |list| Ok(list.into_json()))
        })
    }

    pub fn meet_detail(&self, meet_id: &str) -> Result<String> {
        let request = Request::reading("/api_meet_detail/", ResponseKind::Meeting).field("meet_id", validated_meet_id(meet_id)?);
        self.with_executor(|executor| executor.read(&request, |meeting| Ok(meeting.into_json())))
    }

    pub fn meet_remove(&self, meet_id: &str) -> Result<String> {
        let meet_id = validated_meet_id(meet_id)?;
        self.execute_change(|executor| self.remove_on(executor, &meet_id))
    }

    /// Removes on this executor.
    fn remove_on(&self, executor: &mut Executor, meet_id: &str) -> Result<String> {
        let request = Request::changing("/api_meet_remove/", ResponseKind::Removed).field("meet_id", meet_id);
        let identity = Identity::Remove { practice: self.session.practice, meet_id: pending_changes::hash(meet_id) };
        let change = Change { request: &request, target: Target::Remove { meet_id } };
        reconcile::execute(executor, &identity, |executor, running, way| change.execute(executor, running, way))
    }

    pub fn meet_export(&self, meet_id: &str) -> Result<String> {
        let request = export(meet_id)?;
        self.with_executor(|executor| executor.read(&request, |report| Ok(report.into_json())))
    }

    /// Saves the report under `path`: a temporary file beside it, then a rename, so that it is there whole or not at all.
    pub fn meet_export_save(&self, meet_id: &str, path: &str) -> Result<String> {
        let request = export(meet_id)?;
        if path.trim().is_empty() {
            return Err(Error::argument("path", "path is empty"));
        }
        self.with_executor(|executor| {
            let address: String = executor.read(&request, |report| report.into_text("export_url"))?;
            let address = report_address::parse(&address, self.session.pool.origin(), &self.session.options.report_hosts)?;
            let report = executor.download(&address)?;
            report_file::save(Path::new(path), &report.bytes)?;
            Ok(Value::Object(meeting::saved(path, report.bytes.len() as u64, &report.content_type)).to_string())
        })
    }

    /// A call that the vendor added for one implementation.
    pub fn call(&self, call_name: &str, fields_json: Option<&str>) -> Result<String> {
        let request = vendor_call(call_name, fields_json)?;
        #[cfg(feature = "test-hooks")]
        crate::test_hooks::panic_if_asked(call_name);
        self.execute_change(|executor| executor.read(&request, |answer| Ok(answer.into_json())))
    }

    /// Where the way to the service ends, step by step.
    pub fn diagnose(&self) -> Report {
        diagnose::run(&self.session)
    }

    /// One call of the host, from its lease to the token for the next.
    fn with_executor<T>(&self, act: impl FnOnce(&mut Executor) -> Result<T>) -> Result<T> {
        let _scope = log::Scope::enter(Arc::downgrade(&self.session) as _);
        let flight = self.session.calls.begin(self.session.options.timeout);
        let mut executor = Executor::start(&self.session, flight);
        let done = act(&mut executor);
        executor.keep_unused_token();
        drop(executor); // gives the lease back, which the prefetch can use
        if done.as_ref().err().is_none_or(|error| error.source == Source::Server && !is_unwelcome(error.status)) {
            prefetch::start(&self.session, true); // the service answers
        }
        done.inspect_err(|error| log::warning(|| format!("{}: {}", error.status.name().to_string_lossy(), error.detail)))
    }

    /// What makes an invitation the same as another: the start as it is understood, and the patient. Of what the host passed, since it is asked for
    /// before the fields are checked by the service's clock.
    fn identity_of(&self, draft: &Draft) -> Identity {
        let given = Invitation::unchecked(draft);
        let start = self.start_of(draft).map_or_else(|| visible(draft.meet_start), |start| start.iso());
        Identity::Add {
            practice: self.session.practice,
            start: pending_changes::hash(&start),
            patient: PatientIdentity::of(&given.patient()),
        }
    }

    /// The start of a draft, if it is understood.
    fn start_of(&self, draft: &Draft) -> Option<Start> {
        match self.session.options.validate {
            Validate::Strict => Start::parse(&visible(draft.meet_start)).ok(),
            Validate::Server => Invitation::unchecked(draft).start(&self.session.options.meet_start_format),
        }
    }

    /// A call that may change something: if it ends early, its error says whether the service may have acted.
    fn execute_change<T>(&self, act: impl FnOnce(&mut Executor) -> Result<T>) -> Result<T> {
        self.with_executor(act).map_err(|error| {
            let ended_early = matches!(error.status, Status::ERR_CANCELLED | Status::ERR_TIMEOUT);
            if ended_early && error.may_have_acted.is_none() { error.interrupted_change(false) } else { error }
        })
    }

    /// What is ready to be sent; `None` when only a look at the service's clock can tell. What no clock can mend is refused before anything is sent.
    fn checked(&self, draft: &Draft) -> Result<Option<Invitation>> {
        let now = self.session.clock.now();
        match Invitation::check(draft, now.unwrap_or_else(machine_now)) {
            Ok(invitation) => Ok(now.map(|_| invitation)),
            Err(errors) => errors.into_iter().find(|error| error.status != Status::X021_START_PAST).map_or(Ok(None), Err),
        }
    }

    /// Whether the start is past only the service's clock can tell, and either clock may have been set since it was last told.
    fn checked_by_the_service_s_clock(&self, executor: &mut Executor, draft: &Draft) -> Result<Invitation> {
        // It may have been told since the first check, by a token that was on its way.
        if let Some(Ok(invitation)) = self.session.clock.now().map(|now| Invitation::check(draft, now)) {
            return Ok(invitation);
        }
        executor.learn_the_clock()?;
        let now = self.session.clock.now().unwrap_or_else(machine_now);
        Invitation::check(draft, now).map_err(|errors| errors.into_iter().next().unwrap_or_else(internal_error))
    }
}

/// Whether the service is not to be asked behind the host's back: it is away, or does not accept the keys.
fn is_unwelcome(status: Status) -> bool {
    matches!(status, Status::X001_APP_KEY | Status::X002_API_KEY | Status::X005_SYSTEM)
}

fn validated_meet_id(meet_id: &str) -> Result<String> {
    let meet_id = visible(meet_id).trim().to_owned();
    if meet_id.is_empty() || meet_id.len() > 512 || meet_id.chars().any(char::is_control) {
        return Err(Error::argument("meet_id", "meet_id is empty, longer than 512 bytes, or holds control characters"));
    }
    Ok(meet_id)
}

fn export(meet_id: &str) -> Result<Request<'_>> {
    Ok(Request::reading("/api_meet_export/", ResponseKind::Export).field("meet_id", validated_meet_id(meet_id)?))
}

fn internal_error() -> Error {
    Error::client(Status::ERR_INTERNAL, "a case that cannot be")
}
