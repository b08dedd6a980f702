//! How any call is carried out: deadline → token → send → classify → repeat, or say what is not known.

use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use ureq::http::Uri;

use crate::cancellation::InFlight;
use crate::client::backoff::Backoff;
use crate::client::correlation;
use crate::client::exchange::{self, Failure, LARGEST_REPORT, Read, Report, exchange, report};
use crate::client::prefetch;
use crate::client::request::{Request, token_request};
use crate::client::retry_policy::{Effect, Next, Received, after};
use crate::client::session::Session;
use crate::client::tokens::Token;
use crate::error::{Error, Result, Source};
use crate::http::{ConnectionLease, Reached, Reply};
use crate::moment::Moment;
use crate::service::response::{ResponseKind, Success};
use crate::status::Status;

/// How a request that did not succeed ended.
#[derive(Debug)]
pub enum RequestFailure {
    /// Nothing is to be looked up.
    Failed(Error),
    /// The service may have acted.
    OutcomeUnknown {
        error: Error,
        /// The error is a code of the service, which stands if the change is not found.
        code_stands: bool,
    },
}

impl RequestFailure {
    pub fn into_error(self) -> Error {
        match self {
            RequestFailure::Failed(error) | RequestFailure::OutcomeUnknown { error, .. } => error,
        }
    }
}

/// One call of the host on its way: the lease it has, its deadline, and what it has cost so far.
pub struct Executor<'c> {
    session: &'c Arc<Session>,
    lease: ConnectionLease<'c>,
    flight: Arc<InFlight>,
    retries: u32,
    attempts: u32,
    /// With whether it was kept ready.
    token_in_hand: Option<(Token, bool)>,
    /// When the last request that may change something left in this call. Those before it were certainly not carried out.
    change_sent: Option<Instant>,
    /// What the last reply wished.
    retry_after: Option<Duration>,
}

impl<'c> Executor<'c> {
    pub fn start(session: &'c Arc<Session>, flight: Arc<InFlight>) -> Executor<'c> {
        let lease = ConnectionLease::new(&session.pool, &flight);
        let retries = session.options.retries;
        Executor { session, lease, flight, retries, attempts: 0, token_in_hand: None, change_sent: None, retry_after: None }
    }

    /// On a connection that is yet to be made.
    pub fn on_a_new_connection(mut self) -> Executor<'c> {
        self.lease.renew();
        self
    }

    /// For what nobody waits for.
    pub fn without_repeats(self) -> Executor<'c> {
        Executor { retries: 0, ..self }
    }

    pub fn flight(&self) -> &Arc<InFlight> {
        &self.flight
    }

    pub fn session(&self) -> &'c Arc<Session> {
        self.session
    }

    /// When the last request that may change something left in this call.
    pub fn change_sent(&self) -> Option<Instant> {
        self.change_sent
    }

    /// How long the last reply asked us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    pub fn lease(&mut self) -> &mut ConnectionLease<'c> {
        &mut self.lease
    }

    /// A call that leaves nothing to look up.
    pub fn read<T>(&mut self, request: &Request, read: impl FnMut(Success<'_>) -> Result<T>) -> Result<T> {
        self.execute(request, read).map_err(RequestFailure::into_error)
    }

    /// Sends, and repeats what may be repeated. What comes is read by `read`, whose error counts as one of the reply.
    pub fn execute<T>(
        &mut self,
        request: &Request,
        mut read: impl FnMut(Success<'_>) -> Result<T>,
    ) -> std::result::Result<T, RequestFailure> {
        let mut value = None;
        self.repeat(request, &mut |success| {
            value = Some(read(success)?);
            Ok(())
        })?;
        value.ok_or_else(|| RequestFailure::Failed(Error::client(Status::ERR_INTERNAL, "a success without a value")))
    }

    fn repeat(&mut self, request: &Request, read: Read) -> std::result::Result<(), RequestFailure> {
        let mut backoff = Backoff::new(self.retries);
        loop {
            match self.attempt(request, &backoff, read) {
                Ok(()) => {
                    self.session.budget.refill();
                    return Ok(());
                }
                Err(Attempt::Settled(error)) => return Err(RequestFailure::Failed(self.counted(error))),
                Err(Attempt::Failed(failed)) => self.rest_or_end(request.effect, failed, &mut backoff)?,
            }
        }
    }

    /// Judges the reply to a change that came after its request had been given up.
    pub fn judge_late<T>(
        &mut self,
        request: &Request,
        reply: Result<Reply>,
        mut read: impl FnMut(Success<'_>) -> Result<T>,
    ) -> std::result::Result<T, Late> {
        let mut value = None;
        let sent = self.change_sent.unwrap_or_else(Instant::now);
        let failed = |error| Failure { error, received: Received::Nothing(Reached::Sent), retry_after: None };
        let read = &mut |success: Success<'_>| {
            value = Some(read(success)?);
            Ok(())
        };
        let judged =
            reply.map_err(failed).and_then(|reply| exchange::read_reply(self.session, &mut self.lease, request, reply, sent, read));
        match judged {
            Ok(()) => value.ok_or_else(|| {
                Late::RequestFailure(RequestFailure::Failed(Error::client(Status::ERR_INTERNAL, "a success without a value")))
            }),
            Err(Failure { error, received, .. }) => match after(request.effect, received, error.source, error.status) {
                Next::WithNewToken => Err(Late::TokenRefused),
                Next::Reconcile => {
                    Err(Late::RequestFailure(RequestFailure::OutcomeUnknown { error: self.counted(error), code_stands: false }))
                }
                Next::ReconcileElseCode => {
                    Err(Late::RequestFailure(RequestFailure::OutcomeUnknown { error: self.counted(error), code_stands: true }))
                }
                _ => Err(Late::RequestFailure(RequestFailure::Failed(self.counted(error)))),
            },
        }
    }

    /// Fetches a report.
    pub fn download(&mut self, address: &Uri) -> Result<Report> {
        let mut backoff = Backoff::new(self.retries);
        loop {
            let limit = self.limit(Effect::Reads, &backoff)?;
            let reply = self.lease.download(address, LARGEST_REPORT, limit).map_err(Failure::of_broken);
            let failed = match reply.and_then(report) {
                Ok(report) => return Ok(report),
                Err(failed) => failed,
            };
            self.lease.renew();
            self.rest_or_end(Effect::Reads, failed, &mut backoff).map_err(RequestFailure::into_error)?;
        }
    }

    /// After a failed attempt: back when it may be repeated, the pause included; otherwise how it ended.
    fn rest_or_end(&mut self, effect: Effect, failed: Failure, backoff: &mut Backoff) -> std::result::Result<(), RequestFailure> {
        let Failure { error, received, retry_after } = failed;
        let error = self.counted(error);
        self.retry_after = retry_after;
        let pause = match after(effect, received, error.source, error.status) {
            Next::Reconcile => return Err(RequestFailure::OutcomeUnknown { error, code_stands: false }),
            Next::ReconcileElseCode => return Err(RequestFailure::OutcomeUnknown { error, code_stands: true }),
            Next::Unknown => return Err(RequestFailure::Failed(unknowable(error))),
            next => backoff.grant(next, retry_after, &self.session.budget),
        };
        match pause {
            Some(pause) if self.flight.has_time_for(pause) => self.flight.pause(pause).map_err(RequestFailure::Failed),
            _ => Err(RequestFailure::Failed(note_interrupted_change(effect, received, error))),
        }
    }

    /// Requests started so far, tokens not counted: what an error says of them is the state when it happened.
    fn counted(&self, error: Error) -> Error {
        Error { attempts: self.attempts, ..error }
    }

    fn attempt(&mut self, request: &Request, backoff: &Backoff, read: Read) -> std::result::Result<(), Attempt> {
        if request.effect == Effect::Changes {
            self.prove_connection();
        }
        let (token, was_stored) = if request.with_token { self.token(request).map_err(Attempt::Settled)? } else { (None, false) };
        self.lease.acquire(request.effect != Effect::Reads, correlation::expects(request.response_kind));
        if was_stored {
            // Meanwhile, on another connection: where calls follow each other, the next comes as soon as this one is back.
            prefetch::start(self.session, self.lease.has_just_answered());
        }
        if request.with_token || request.response_kind != ResponseKind::Token {
            self.attempts += 1;
        }
        let limit = self.limit(request.effect, backoff).map_err(Attempt::Settled)?;
        let started = Instant::now();
        let outcome = exchange(self.session, &mut self.lease, request, token.as_ref(), limit, read);
        let was_sent = !matches!(&outcome, Err(Failure { received: Received::Nothing(Reached::NotSent), .. }));
        if request.effect != Effect::Reads && was_sent {
            self.change_sent = Some(started);
        }
        self.session.tokens.record_outcome(was_stored, outcome.as_ref().err().map(|failed| failed.error.status));
        outcome.map_err(Attempt::Failed)
    }

    /// A connection that may have died proves that it has not by bringing the next token. If it brings none, the request that must not get lost goes
    /// out on a new one, with the token kept ready.
    fn prove_connection(&mut self) {
        const LONGEST: Duration = Duration::from_secs(1);
        if self.token_in_hand.is_some() {
            return;
        }
        // Of a short time-out most must be left for the request itself.
        let longest = self.flight.remaining().map_or(LONGEST, |left| LONGEST.min(left / 4));
        let bring = |lease: &mut ConnectionLease| exchange::request_token(self.session, lease, longest).ok().filter(|(_, is_new)| *is_new);
        self.token_in_hand = self.lease.prove(bring).map(|(token, _)| (token, false));
    }

    /// A token for one request: in hand, kept ready, or fetched now. Says whether it was kept: only such a one may have been outlived by a newer.
    fn token(&mut self, request: &Request) -> Result<(Option<SecretString>, bool)> {
        if let Some((token, was_stored)) = self.token_in_hand.take() {
            return Ok((Some(token.spend()), was_stored));
        }
        // A call that is never repeated must not meet a token that the service has forgotten.
        let kept = if request.effect == Effect::Unforeseen { None } else { self.stored_token()? };
        match kept {
            Some(token) => Ok((Some(token.spend()), true)),
            None => Ok((Some(self.fetch_token()?.spend()), false)),
        }
    }

    /// One that is ready, or on its way.
    fn stored_token(&mut self) -> Result<Option<Token>> {
        let tokens = &self.session.tokens;
        if let Some(token) = tokens.take() {
            return Ok(Some(token));
        }
        self.lease.collect(Duration::ZERO);
        tokens.take().map_or_else(|| tokens.wait(&self.flight), |token| Ok(Some(token)))
    }

    /// Asks the service for a token. One that came before may be the second copy of an earlier answer: it is asked for once more on a new connection.
    /// A service that gives the same one again is believed.
    pub fn fetch_token(&mut self) -> Result<Token> {
        let (token, is_new) = self.ask_for_token()?;
        if is_new {
            return Ok(token);
        }
        self.lease.renew();
        self.ask_for_token().map(|(token, _)| token)
    }

    fn ask_for_token(&mut self) -> Result<(Token, bool)> {
        let (requested_at, origin) = (Moment::now(), self.session.origin_hash);
        self.read(&token_request(&self.session.keys), |success| {
            let token = success.into_text("token")?;
            let is_new = correlation::is_new_token(origin, &token);
            Ok((Token::new(token, requested_at), is_new))
        })
    }

    /// Has a token brought before it is needed, so that the service tells its clock. The next request takes it.
    pub fn learn_the_clock(&mut self) -> Result<()> {
        if self.token_in_hand.is_some() {
            return Ok(());
        }
        // Where the clock was never told, the token that is on its way tells it.
        let on_its_way = if self.session.clock.now().is_none() { self.stored_token()? } else { None };
        match on_its_way {
            Some(token) if self.session.clock.now().is_some() => self.token_in_hand = Some((token, true)),
            other => {
                self.token_in_hand = Some((self.fetch_token()?, false));
                other.into_iter().for_each(|token| self.session.store_token(token));
            }
        }
        Ok(())
    }

    /// Gives back what was not needed.
    pub fn keep_unused_token(&mut self) {
        if let Some((token, _)) = self.token_in_hand.take() {
            self.session.store_token(token);
        }
    }

    /// A request that stays unanswered must leave time for a repeat or for looking up what it did.
    fn limit(&self, effect: Effect, backoff: &Backoff) -> Result<Duration> {
        let left = self.flight.remaining()?;
        let more_may_follow = effect == Effect::Changes || (effect == Effect::Reads && backoff.may_back_off());
        Ok(if more_may_follow { left * 2 / 3 } else { left })
    }
}

/// What became of a change that was answered late, if it did not succeed.
pub enum Late {
    /// It was not carried out, and may be sent with another token.
    TokenRefused,
    RequestFailure(RequestFailure),
}

/// How one attempt did not succeed.
enum Attempt {
    /// It never came to a request; there is nothing to decide.
    Settled(Error),
    Failed(Failure),
}

/// A call of the vendor's whose reply was lost: nobody can look it up.
fn unknowable(error: Error) -> Error {
    let detail = format!("{}; the request had been sent", error.detail);
    Error { status: Status::ERR_OUTCOME_UNKNOWN, detail, source: Source::Network, ..error }
}

/// An interrupt is answered at once, so what was sent is not looked up; the error says that it may have been carried out.
fn note_interrupted_change(effect: Effect, received: Received, error: Error) -> Error {
    if effect == Effect::Reads || !matches!(error.status, Status::ERR_CANCELLED | Status::ERR_TIMEOUT) {
        return error;
    }
    error.interrupted_change(received != Received::Nothing(Reached::NotSent))
}
