//! How any call is carried out: deadline → token → send → classify → repeat, or say what is not known.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use ureq::http::Uri;

use crate::cancellation::InFlight;
use crate::client::Client;
use crate::client::backoff::Backoff;
use crate::client::correlation::{self, Question};
use crate::client::prefetch;
use crate::client::retry_policy::{Effect, Next, Received, after};
use crate::client::tokens::{RequestedAt, Token};
use crate::error::{Error, Result, Source};
use crate::http::{Broken, ConnectionLease, Kind, Post, Reached, Reply, hash};
use crate::log;
use crate::service::response::{self, ResponseKind, Success};
use crate::status::Status;

/// One request as the service's text describes it.
pub struct Request<'a> {
    /// `/api_meet_add/`
    pub path: Cow<'static, str>,
    pub response_kind: ResponseKind,
    pub effect: Effect,
    pub fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub with_token: bool,
}

impl<'a> Request<'a> {
    /// A call that reads.
    pub fn reading(path: &'static str, response_kind: ResponseKind) -> Request<'a> {
        Request { path: Cow::Borrowed(path), response_kind, effect: Effect::Reads, fields: Vec::new(), with_token: true }
    }

    /// A call that invites or removes.
    pub fn changing(path: &'static str, response_kind: ResponseKind) -> Request<'a> {
        Request { effect: Effect::Changes, ..Request::reading(path, response_kind) }
    }

    pub fn field(mut self, name: &'a str, value: impl Into<Cow<'a, str>>) -> Request<'a> {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The value of the field `meet_id`.
    pub fn meet_id(&self) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == "meet_id").map(|(_, value)| value.as_ref())
    }

    /// Stands for path and fields: two requests with one hash ask for the same.
    fn hash(&self) -> u64 {
        hash((&self.path, &self.fields))
    }

    /// The form with which it goes out.
    pub fn post<'f>(&'f self, form: &'f [u8]) -> Post<'f> {
        Post { path: &self.path, form, largest_reply: self.response_kind.largest_reply(), question: self.hash() }
    }

    /// The path may be one that the host made up; the log names only those of the service's text.
    fn name_for_log(&self) -> &str {
        match &self.path {
            Cow::Borrowed(path) => path.trim_matches('/'),
            Cow::Owned(_) => "a call of the vendor's",
        }
    }
}

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

/// What a reply becomes. It is read while it is still borrowed from the bytes that came.
type Read<'r> = &'r mut dyn FnMut(Success<'_>) -> Result<()>;

/// One call of the host on its way: the lease it has, its deadline, and what it has cost so far.
pub struct Executor<'c> {
    client: &'c Client,
    lease: ConnectionLease<'c>,
    flight: Arc<InFlight>,
    retries: u32,
    attempts: u32,
    token_in_hand: Option<Token>,
    /// When the last request that may change something left in this call. Those before it were certainly not carried out.
    change_sent: Option<Instant>,
    /// What the last reply wished.
    retry_after: Option<Duration>,
}

impl<'c> Executor<'c> {
    pub fn start(client: &'c Client, flight: Arc<InFlight>) -> Executor<'c> {
        let lease = client.pool.lease(&flight);
        let retries = client.options.retries;
        Executor { client, lease, flight, retries, attempts: 0, token_in_hand: None, change_sent: None, retry_after: None }
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

    pub fn client(&self) -> &'c Client {
        self.client
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
                    self.client.budget.refill();
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
        let judged = reply.map_err(failed).and_then(|reply| self.read_reply(request, reply, sent, read));
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
            next => backoff.grant(next, retry_after, &self.client.budget),
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
        let (token, was_kept) = if request.with_token { self.token(request).map_err(Attempt::Settled)? } else { (None, false) };
        self.lease.prepare(request.effect != Effect::Reads, correlation::expects(request.response_kind));
        if was_kept {
            // Meanwhile, on another connection: where calls follow each other, the next comes as soon as this one is back.
            prefetch::start(self.client, self.lease.has_just_answered());
        }
        if request.with_token || request.response_kind != ResponseKind::Token {
            self.attempts += 1;
        }
        let limit = self.limit(request.effect, backoff).map_err(Attempt::Settled)?;
        let outcome = self.exchange(request, token.as_ref(), limit, read);
        self.client.tokens.record_outcome(was_kept, outcome.as_ref().err().map(|failed| failed.error.status));
        outcome.map_err(Attempt::Failed)
    }

    fn exchange(
        &mut self,
        request: &Request,
        token: Option<&SecretString>,
        limit: Duration,
        read: Read,
    ) -> std::result::Result<(), Failure> {
        let started = Instant::now();
        let form = form(token, &request.fields);
        let reply = self.lease.post(request.post(&form), limit).map_err(Failure::of_broken);
        if request.effect != Effect::Reads && !matches!(&reply, Err(Failure { received: Received::Nothing(Reached::NotSent), .. })) {
            self.change_sent = Some(started);
        }
        let outcome = reply.and_then(|reply| self.read_reply(request, reply, started, read));
        self.log(request, started, outcome.as_ref().err());
        outcome
    }

    /// Reads a reply to a request that left at `sent`, if it belongs to that request. A connection whose answer is not understood is left.
    fn read_reply(&mut self, request: &Request, reply: Reply, sent: Instant, read: Read) -> std::result::Result<(), Failure> {
        self.client.clock.learn(reply.date.as_deref());
        let question = Question { origin: self.client.origin_hash, response_kind: request.response_kind, meet_id: request.meet_id(), sent };
        let read = judged(&question, reply, read);
        match &read {
            Ok(()) => {
                if let Some(kind) = correlation::kind(request.response_kind) {
                    self.lease.note(kind);
                }
            }
            Err(Failure { error, .. }) if error.source == Source::Server => self.lease.note(Kind::Code),
            Err(_) => self.lease.renew(),
        }
        read
    }

    /// A connection that has been idle for seconds may have died. It shows that it has not by bringing the next token: one round trip, where
    /// a new connection costs two or three. If it brings none, the request that must not get lost goes out on a new one, with the token kept ready.
    fn prove_connection(&mut self) {
        const LONGEST: Duration = Duration::from_secs(1);
        if self.token_in_hand.is_some() || !self.lease.is_in_doubt() {
            return;
        }
        let (mut token, requested_at, origin) = (None, RequestedAt::now(), self.client.origin_hash);
        let request = token_request(self.client);
        // Of a short time-out most must be left for the request itself.
        let longest = self.flight.remaining().map_or(LONGEST, |left| LONGEST.min(left / 4));
        let outcome = self.exchange(&request, None, longest, &mut |success| {
            let text = success.into_text("token")?;
            token = correlation::is_new_token(origin, &text).then(|| Token::new(text, requested_at));
            Ok(())
        });
        self.client.tokens.record_outcome(false, outcome.err().map(|failed| failed.error.status));
        if token.is_none() {
            self.lease.renew();
        }
        self.token_in_hand = token;
    }

    /// A token for one request: in hand, kept ready, or fetched now. Says whether it was kept: only such a one may have been outlived by a newer.
    fn token(&mut self, request: &Request) -> Result<(Option<SecretString>, bool)> {
        if let Some(token) = self.token_in_hand.take() {
            return Ok((Some(token.spend()), false));
        }
        // A call that is never repeated must not meet a token that the service has forgotten.
        let kept = if request.effect == Effect::Unforeseen { None } else { self.kept_token()? };
        match kept {
            Some(token) => Ok((Some(token.spend()), true)),
            None => Ok((Some(self.fetch_token()?.spend()), false)),
        }
    }

    /// One that is ready, or on its way.
    fn kept_token(&mut self) -> Result<Option<Token>> {
        let tokens = &self.client.tokens;
        if let Some(token) = tokens.take() {
            return Ok(Some(token));
        }
        self.lease.collect();
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
        let (requested_at, origin) = (RequestedAt::now(), self.client.origin_hash);
        self.read(&token_request(self.client), |success| {
            let token = success.into_text("token")?;
            let is_new = correlation::is_new_token(origin, &token);
            Ok((Token::new(token, requested_at), is_new))
        })
    }

    /// Has a token fetched before it is needed, so that the service tells its clock. The next request takes it.
    pub fn learn_the_clock(&mut self) -> Result<()> {
        if self.token_in_hand.is_none() {
            self.token_in_hand = Some(self.fetch_token()?);
        }
        Ok(())
    }

    /// Gives back what was not needed.
    pub fn keep_unused_token(&mut self) {
        if let Some(token) = self.token_in_hand.take() {
            self.client.store_token(token);
        }
    }

    /// A request that stays unanswered must leave time for a repeat or for looking up what it did.
    fn limit(&self, effect: Effect, backoff: &Backoff) -> Result<Duration> {
        let left = self.flight.remaining()?;
        let more_may_follow = effect == Effect::Changes || (effect == Effect::Reads && backoff.may_back_off());
        Ok(if more_may_follow { left * 2 / 3 } else { left })
    }

    fn log(&self, request: &Request, started: Instant, failed: Option<&Failure>) {
        let took = started.elapsed().as_millis();
        let name = request.name_for_log();
        match failed {
            None => log::debug(|| format!("{name}: VD_OK, {took} ms")),
            Some(Failure { error, .. }) => {
                let status = error.status.name().to_string_lossy();
                log::info(|| format!("{name}: {status}, {}, {took} ms", error.detail));
            }
        }
    }
}

pub(crate) fn token_request(client: &Client) -> Request<'_> {
    Request { with_token: false, ..Request::reading("/api_verify/", ResponseKind::Token) }
        .field("api_key", client.keys.api_key.expose_secret())
        .field("api_app_key", client.keys.api_app_key.expose_secret())
}

/// What became of a change that was answered late, if it did not succeed.
pub enum Late {
    /// It was not carried out, and may be sent with another token.
    TokenRefused,
    RequestFailure(RequestFailure),
}

/// A report as it came.
pub struct Report {
    pub bytes: Vec<u8>,
    pub content_type: String,
}

/// How one attempt did not succeed.
enum Attempt {
    /// It never came to a request; there is nothing to decide.
    Settled(Error),
    Failed(Failure),
}

struct Failure {
    error: Error,
    received: Received,
    retry_after: Option<Duration>,
}

impl Failure {
    fn of_broken(broken: Broken) -> Failure {
        Failure { received: Received::Nothing(broken.reached), error: broken.error, retry_after: None }
    }
}

/// The token in the answer to `token_request`, which left when it was expected.
pub(crate) fn token_of(reply: Reply) -> Result<String> {
    let mut token = None;
    let read = &mut |success: Success<'_>| {
        token = Some(success.into_text("token")?);
        Ok(())
    };
    let question = Question { origin: 0, response_kind: ResponseKind::Token, meet_id: None, sent: Instant::now() };
    judged(&question, reply, read).map_err(|failed| failed.error)?;
    token.ok_or_else(|| Error::client(Status::ERR_INTERNAL, "a success without a token"))
}

/// Reads a reply if it is whole and belongs to its request.
fn judged(question: &Question, reply: Reply, read: Read) -> std::result::Result<(), Failure> {
    let Reply { http_status, body, retry_after, is_redirected, is_doubled, is_cut, .. } = reply;
    let received = if is_redirected { Received::RedirectedReply(http_status) } else { Received::Reply(http_status) };
    if is_cut && !response::ends_visibly(&body) {
        let error = Error::network(Status::ERR_NETWORK, "the connection broke in the reply's body").at_http(http_status);
        return Err(Failure { error, received: Received::Nothing(Reached::Sent), retry_after });
    }
    let mut mismatch = None;
    let read = response::read(question.response_kind, http_status, &body).and_then(|success| match question.check(&success, is_doubled) {
        Ok(()) => read(success),
        Err(why) => {
            mismatch = Some(Received::Mismatch);
            Err(Error::network(Status::ERR_BAD_REPLY, format!("the reply belongs to another request: {why}")))
        }
    });
    read.map_err(|error| {
        let http_status_known = error.http_status.or(Some(http_status));
        Failure { error: Error { http_status: http_status_known, ..error }, received: mismatch.unwrap_or(received), retry_after }
    })
}

/// The bytes of a report, if that is what came.
fn report(reply: Reply) -> std::result::Result<Report, Failure> {
    let Reply { http_status, body, retry_after, is_doubled, is_cut, content_type, .. } = reply;
    let (error, received) = match http_status {
        200..300 if is_cut => (Error::network(Status::ERR_NETWORK, "the connection broke in the report"), Received::Nothing(Reached::Sent)),
        200..300 if is_doubled => (
            Error::network(Status::ERR_BAD_REPLY, "the reply belongs to another request: an answer that another request got before"),
            Received::Mismatch,
        ),
        _ => match response::code(&body) {
            Some(status) => (Error::server(status, http_status), Received::Reply(http_status)),
            None if (200..300).contains(&http_status) && !body.is_empty() => {
                return Ok(Report { bytes: body, content_type: content_type.unwrap_or_default() });
            }
            None => (no_report(http_status), Received::Reply(http_status)),
        },
    };
    Err(Failure { error: error.at_http(http_status), received, retry_after })
}

fn no_report(http_status: u16) -> Error {
    match http_status {
        200..300 => Error::network(Status::ERR_BAD_REPLY, "an empty report"),
        300..400 => Error::network(Status::ERR_REDIRECT, "the report's address redirects, which is not followed"),
        _ => Error::network(Status::ERR_HTTP, format!("HTTP {http_status} in the place of the report")),
    }
}

/// The form's bytes.
pub(crate) fn form(token: Option<&SecretString>, fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> Vec<u8> {
    let token = token.map(|token| ("token", token.expose_secret()));
    let fields = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(token.into_iter().chain(fields));
    form.finish().into_bytes()
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
    interrupted_change(error, received != Received::Nothing(Reached::NotSent))
}

/// The error of a change that was interrupted or ran out of time.
pub(crate) fn interrupted_change(error: Error, was_sent: bool) -> Error {
    let may_have_acted = Some(was_sent);
    match was_sent {
        true => {
            Error { detail: format!("{}; the request had been sent and may have been carried out", error.detail), may_have_acted, ..error }
        }
        false => Error { may_have_acted, ..error },
    }
}

/// Maximum size of a report.
const LARGEST_REPORT: usize = 32 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_name_survives_the_form() {
        let fields = [("pacient_jmeno".into(), Cow::Borrowed("Žofie & Ivo+Müller=50 %"))];
        let form = form(None, &fields);
        assert_eq!(std::str::from_utf8(&form).unwrap(), "pacient_jmeno=%C5%BDofie+%26+Ivo%2BM%C3%BCller%3D50+%25");
    }
}
