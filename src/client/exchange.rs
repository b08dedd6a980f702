//! One attempt: a request is sent once, and its reply read.

use std::time::{Duration, Instant};

use secrecy::SecretString;

use crate::client::correlation::{self, Question};
use crate::client::request::{Request, form, token_request};
use crate::client::retry_policy::Received;
use crate::client::session::Session;
use crate::client::tokens::Token;
use crate::error::{Error, Result, Source};
use crate::http::{Broken, ConnectionLease, Kind, Reached, Reply};
use crate::log;
use crate::moment::Moment;
use crate::service::response::{self, ResponseKind, Success};
use crate::status::Status;

/// What a reply becomes. It is read while it is still borrowed from the bytes that came.
pub type Read<'r> = &'r mut dyn FnMut(Success<'_>) -> Result<()>;

/// Sends a request once and reads its reply.
pub fn exchange(
    session: &Session,
    lease: &mut ConnectionLease,
    request: &Request,
    token: Option<&SecretString>,
    limit: Duration,
    read: Read,
) -> std::result::Result<(), Failure> {
    let started = Instant::now();
    let form = form(token, &request.fields);
    let reply = lease.post(request.post(&form), limit).map_err(Failure::of_broken);
    let outcome = reply.and_then(|reply| read_reply(session, lease, request, reply, started, read));
    log_outcome(request, started, outcome.as_ref().err());
    outcome
}

/// Reads a reply to a request that left at `sent`, if it belongs to that request. A connection whose reply is not understood is left.
pub fn read_reply(
    session: &Session,
    lease: &mut ConnectionLease,
    request: &Request,
    reply: Reply,
    sent: Instant,
    read: Read,
) -> std::result::Result<(), Failure> {
    session.clock.learn(reply.date.as_deref());
    let question = Question { origin: session.origin_hash, response_kind: request.response_kind, meet_id: request.meet_id(), sent };
    let read = judged(&question, reply, read);
    match &read {
        Ok(()) => {
            if let Some(kind) = correlation::kind(request.response_kind) {
                lease.note(kind);
            }
        }
        Err(Failure { error, .. }) if error.source == Source::Server => lease.note(Kind::Code),
        Err(_) => lease.renew(),
    }
    read
}

/// Asks the service for a token once, and tells whether it is another one than those before.
pub fn request_token(session: &Session, lease: &mut ConnectionLease, limit: Duration) -> std::result::Result<(Token, bool), Failure> {
    let (mut token, requested_at) = (None, Moment::now());
    let outcome = exchange(session, lease, &token_request(&session.keys), None, limit, &mut |success| {
        token = Some(success.into_text("token")?);
        Ok(())
    });
    session.tokens.record_outcome(false, outcome.as_ref().err().map(|failed| failed.error.status));
    outcome?;
    let token = token.ok_or_else(|| Failure::internal("a success without a token"))?;
    let is_new = correlation::is_new_token(session.origin_hash, &token);
    Ok((Token::new(token, requested_at), is_new))
}

fn log_outcome(request: &Request, started: Instant, failed: Option<&Failure>) {
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

/// How an attempt failed.
pub struct Failure {
    pub error: Error,
    pub received: Received,
    pub retry_after: Option<Duration>,
}

impl Failure {
    pub fn of_broken(broken: Broken) -> Failure {
        Failure { received: Received::Nothing(broken.reached), error: broken.error, retry_after: None }
    }

    fn internal(detail: &str) -> Failure {
        let error = Error::client(Status::ERR_INTERNAL, detail);
        Failure { error, received: Received::Nothing(Reached::Sent), retry_after: None }
    }
}

/// The token in the answer to `token_request`, which left when it was expected.
pub fn token_of(reply: Reply) -> Result<String> {
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
pub fn report(reply: Reply) -> std::result::Result<Report, Failure> {
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

/// A report as it came.
pub struct Report {
    pub bytes: Vec<u8>,
    pub content_type: String,
}

/// Maximum size of a report.
pub const LARGEST_REPORT: usize = 32 << 20;
