//! The next token, on its way before anybody needs it.
//!
//! It is asked for on a connection that has just answered, and nobody waits: the answer lies ready where the next call picks it up. Where there is
//! no such connection a thread fetches it, and ends when there is nothing more to fetch.

use std::sync::Arc;

use crate::client::request::{form, token_request};
use crate::client::session::Session;
use crate::client::tokens::{Reservation, Token};
use crate::client::{correlation, exchange};
use crate::error::Result;
use crate::http::{Callback, ConnectionLease, Expects};
use crate::log;

/// Has as many tokens on their way as the client wants; without a thread maybe fewer.
pub fn start(session: &Arc<Session>, may_start_a_thread: bool) {
    while let Some(expected) = reserve(session) {
        match session.pool.spare() {
            Some(connection) => {
                let request = token_request(&session.keys);
                session.pool.pipeline(connection, request.post(&form(None, &request.fields)), callback(expected, session.origin_hash));
            }
            // Where several calls are under way, one of their connections is free at once.
            None if may_start_a_thread && session.calls.under_way() <= 1 => return fetch_on_a_thread(session, expected.by_thread()),
            None => return,
        }
    }
}

fn reserve(session: &Arc<Session>) -> Option<Reservation> {
    if session.calls.is_closed() { None } else { session.tokens.reserve(session.options.prefetch_tokens) }
}

/// Handles the response to a pipelined token request.
fn callback(expected: Reservation, origin: u64) -> Callback {
    Box::new(move |answer| match answer.and_then(exchange::token_of) {
        Ok(token) => {
            let is_new = correlation::is_new_token(origin, &token);
            if is_new {
                expected.came(token);
            }
            is_new
        }
        Err(error) => {
            log::info(|| format!("a token asked for ahead: {}, {}", error.status.name().to_string_lossy(), error.detail));
            expected.refused(error.status);
            false
        }
    })
}

fn fetch_on_a_thread(session: &Arc<Session>, expected: Reservation) {
    let session = Arc::downgrade(session);
    let fetch = move || {
        let _scope = log::Scope::enter(session.clone());
        let Some(session) = session.upgrade() else { return };
        let mut next = Some(expected);
        while let Some(expected) = next {
            let Ok(token) = fetch_token(&session) else { return };
            expected.brought(token);
            next = reserve(&session).map(Reservation::by_thread);
        }
    };
    // Without a thread there is no token, and nobody waits for one.
    drop(std::thread::Builder::new().name("videodoktor-token".into()).spawn(fetch));
}

/// One that came before may be the second copy of an earlier reply: it is asked for once more on a new connection. A service that gives the same
/// one again is believed.
pub fn fetch_token(session: &Session) -> Result<Token> {
    let call = session.calls.begin(session.options.timeout);
    let mut lease = ConnectionLease::new(&session.pool, &call);
    let request = |lease: &mut ConnectionLease| {
        lease.acquire(false, Expects::Proof);
        exchange::request_token(session, lease, call.remaining()?).map_err(|failure| failure.error)
    };
    match request(&mut lease)? {
        (token, true) => Ok(token),
        (_, false) => {
            lease.renew();
            request(&mut lease).map(|(token, _)| token)
        }
    }
}
