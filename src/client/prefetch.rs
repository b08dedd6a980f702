//! The next token, on its way before anybody needs it.
//!
//! It is asked for on a connection that has just answered, and nobody waits: the answer lies ready where the next call picks it up. Where there is
//! no such connection a thread fetches it, and ends when there is nothing more to fetch.

use std::sync::Weak;

use crate::client::Client;
use crate::client::correlation;
use crate::client::executor::{self, Executor};
use crate::client::tokens::Reservation;
use crate::http::Callback;
use crate::log;

/// Has as many tokens on their way as the client wants; without a thread maybe fewer.
pub fn start(client: &Client, may_start_a_thread: bool) {
    while let Some(expected) = reserve(client) {
        match client.pool.spare() {
            Some(connection) => {
                let request = executor::token_request(client);
                client.pool.pipeline(
                    connection,
                    request.post(&executor::form(None, &request.fields)),
                    callback(expected, client.origin_hash),
                );
            }
            // Where several calls are under way, one of their connections is free at once.
            None if may_start_a_thread && client.calls.under_way() <= 1 => return fetch_on_a_thread(client, expected.by_thread()),
            None => return,
        }
    }
}

fn reserve(client: &Client) -> Option<Reservation> {
    if client.calls.is_closed() { None } else { client.tokens.reserve(client.options().prefetch_tokens) }
}

/// What to do with the answer, whoever comes by it.
fn callback(expected: Reservation, origin: u64) -> Callback {
    Box::new(move |answer| match answer.and_then(executor::token_of) {
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

fn fetch_on_a_thread(client: &Client, expected: Reservation) {
    let client = Weak::clone(&client.me);
    let fetch = move || {
        let _scope = log::Scope::enter(client.clone());
        let Some(client) = client.upgrade() else { return };
        let mut next = Some(expected);
        while let Some(expected) = next {
            let flight = client.calls.begin(client.options().timeout);
            let Ok(token) = Executor::start(&client, flight).without_repeats().fetch_token() else { return };
            expected.brought(token);
            next = reserve(&client).map(Reservation::by_thread);
        }
    };
    // Without a thread there is no token, and nobody waits for one.
    drop(std::thread::Builder::new().name("videodoktor-token".into()).spawn(fetch));
}
