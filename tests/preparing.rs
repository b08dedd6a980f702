//! `vd_client_prepare`: a call that was announced finds a connection and a token, and the service is asked for no more than that takes.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use videodoktor_abi_client::host::wait_for;
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::BlackHole;

const START: &str = "23.11.2030 10:00";
const VERIFY: &str = "/api_verify/";
const ADD: &str = "/api_meet_add/";
const NEVER: Duration = Duration::from_secs(300);
/// A connection that the service closes is not opened again sooner.
const BETWEEN_CONNECTIONS: Duration = Duration::from_secs(5);
/// Of the person at the screen.
const PAUSE: Duration = Duration::from_secs(3);
/// A busy machine hears of a connection so much later.
const LATENESS: Duration = Duration::from_secs(2);

fn tokens(sandbox: &Sandbox) -> usize {
    sandbox.requests_to(VERIFY).len()
}

/// A client that has been announced a call, with everything that the call needs at hand.
fn prepared() -> (Sandbox, Client) {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    assert_eq!(client.prepare(), VD_OK);
    wait_for("the token", || sandbox.requests_to(VERIFY).iter().any(|request| request.carried_out));
    (sandbox, client)
}

#[test]
fn an_announced_call_finds_a_connection_and_a_token_after_a_pause_too() {
    for pause in [0, 3, 8] {
        let (sandbox, client) = prepared();
        thread::sleep(Duration::from_secs(pause));
        sandbox.next(VERIFY).delay(NEVER).times(9); // the call can wait for no token of its own
        client.meet_add(&Invitation::jana(START)).ok();
        assert_eq!(sandbox.invitations().len(), 1);
        assert_eq!(sandbox.requests_to(ADD)[0].connection, 1, "the call made no connection of its own after {pause} s");
    }
}

#[test]
fn a_connection_that_the_service_closes_is_opened_again_but_not_at_once() {
    let (sandbox, client) = prepared();
    let mut opened = Instant::now();
    for connections in 2..=3 {
        sandbox.drop_connections();
        wait_for("another connection", || sandbox.counters().connections == connections);
        if connections > 2 {
            assert!(opened.elapsed() + LATENESS >= BETWEEN_CONNECTIONS, "{:?}", opened.elapsed());
        }
        opened = Instant::now();
    }
    assert_eq!(tokens(&sandbox), 1, "opening is no request");
    thread::sleep(PAUSE); // it has been made, its session tickets have come
    client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!(sandbox.requests_to(ADD)[0].connection, 3);
}

#[test]
fn after_a_refusal_the_service_is_asked_for_no_token_again() {
    for code in ["X000", "X002"] {
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        sandbox.next(VERIFY).code(code);
        client.prepare();
        wait_for("the refused token", || tokens(&sandbox) == 1);
        for connections in 2..=3 {
            client.prepare();
            sandbox.drop_connections();
            wait_for("another connection", || sandbox.counters().connections == connections);
        }
        assert_eq!(tokens(&sandbox), 1, "{code}");
    }
}

#[test]
fn a_client_that_has_what_a_call_needs_asks_for_nothing() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    client.meet_list().ok();
    wait_for("the token asked for ahead", || tokens(&sandbox) == 2);
    (0..100).for_each(|_| assert_eq!(client.prepare(), VD_OK));
    sandbox.drop_connections();
    wait_for("another connection", || sandbox.counters().connections == 2);
    assert_eq!((tokens(&sandbox), sandbox.requests().len()), (2, 3));
}

#[test]
fn announcing_never_waits_and_freeing_ends_it() {
    let hole = BlackHole::open();
    let client = Client::new(&hole.url(), "app", "practice", &json!({})).unwrap();
    let started = Instant::now();
    (0..1_000).for_each(|_| assert_eq!(client.prepare(), VD_OK));
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert_eq!(client.free(), VD_OK);
    assert_eq!(client.prepare(), VD_ERR_INVALID_HANDLE);
    assert!(started.elapsed() < Duration::from_millis(1_000), "{:?}", started.elapsed());
}

#[test]
fn a_freed_client_opens_nothing_more() {
    let (sandbox, client) = prepared();
    let watched = Client::of(&sandbox);
    watched.prepare();
    wait_for("the other client's token", || tokens(&sandbox) == 2);
    drop(client);
    sandbox.drop_connections();
    wait_for("the other client's connection", || sandbox.counters().connections == 3);
    sandbox.drop_connections();
    wait_for("the other client's connection", || sandbox.counters().connections == 4);
}

#[test]
fn an_announcement_outlives_an_interrupt() {
    let (sandbox, client) = prepared();
    client.interrupt();
    sandbox.drop_connections();
    wait_for("another connection", || sandbox.counters().connections == 2);
    client.meet_list().ok();
}
