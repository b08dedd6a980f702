//! Tokens asked for ahead: a warm call costs one round trip, no token serves two calls, and a service that wants none kept is left in peace.

use std::thread;
use std::time::Duration;

use serde_json::json;
use videodoktor_abi_client::host::wait_for;
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::HttpProxy;

const START: &str = "23.11.2030 10:00";
const VERIFY: &str = "/api_verify/";
const LIST: &str = "/api_meet_list/";
/// For so long a connection that has answered counts as one that lives.
const SURELY_ALIVE: Duration = Duration::from_millis(2_100);
const NEVER: Duration = Duration::from_secs(300);

fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests_to(path).len()
}

/// A client that has made a call, and whose next token is on its way.
fn warm() -> (Sandbox, Client) {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    client.meet_list().ok();
    wait_for("the token asked for ahead", || count(&sandbox, VERIFY) == 2);
    (sandbox, client)
}

#[test]
fn a_warm_call_needs_no_token_request_of_its_own() {
    let (sandbox, client) = warm();
    sandbox.next(VERIFY).delay(NEVER).times(9);
    client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!(sandbox.invitations().len(), 1);
}

#[test]
fn the_next_token_is_fetched_while_the_call_is_still_under_way() {
    let (sandbox, client) = warm();
    for calls in 2..=20 {
        client.meet_list().ok();
        wait_for("one token for each call and one more", || count(&sandbox, VERIFY) == calls + 1);
    }
    let journal = sandbox.requests();
    assert_eq!(journal.iter().filter(|request| request.path == LIST && request.carried_out).count(), 20);
    assert!(journal.iter().all(|request| request.code.is_none()), "no token was refused");
}

#[test]
fn a_call_that_waits_for_the_next_token_takes_the_connection_that_brought_it() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    client.meet_list().ok();
    client.meet_list().ok(); // while the first one's next token is on its way
    let connections: Vec<_> = sandbox.requests_to(LIST).iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 1]);
}

#[test]
fn an_invitation_after_a_pause_goes_out_on_the_connection_whose_probes_are_acknowledged() {
    let (sandbox, client) = warm();
    let before = sandbox.counters().connections;
    thread::sleep(SURELY_ALIVE);
    sandbox.next(VERIFY).delay(NEVER).times(9); // it can wait for no token of its own
    client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!((sandbox.invitations().len(), count(&sandbox, "/api_meet_add/")), (1, 1));
    assert!(sandbox.requests_to("/api_meet_add/")[0].connection <= before, "and no connection of its own");
}

#[test]
fn shortly_before_a_service_closes_idle_connections_an_invitation_takes_a_new_one() {
    const IDLE: &str = "timeout=2, max=100"; // it closes them after 2 s
    for (header, is_new) in [(IDLE, true), ("timeout=60", false)] {
        let (sandbox, client) = warm();
        sandbox.next(LIST).header("Keep-Alive", header);
        client.meet_list().ok();
        wait_for("the next token", || count(&sandbox, VERIFY) == 3);
        let before = sandbox.counters().connections;
        thread::sleep(SURELY_ALIVE);
        client.meet_add(&Invitation::jana(START)).ok();
        assert_eq!(sandbox.requests_to("/api_meet_add/")[0].connection > before, is_new, "{header}");
    }
}

/// What happens to an idle connection, and whether it lives on.
type Pause = (&'static str, fn(&Sandbox), bool);

#[test]
fn behind_a_proxy_an_invitation_after_a_pause_goes_out_on_a_connection_that_has_just_answered() {
    let pauses: [Pause; 3] = [
        ("the connection lives", |_| {}, true),
        ("it has died", Sandbox::drop_connections, false),
        ("it has died without a sign", |sandbox| drop(sandbox.next(VERIFY).delay(NEVER)), false),
    ];
    for (what, happens, lives) in pauses {
        let (sandbox, proxy) = (Sandbox::start(), HttpProxy::open());
        let client = Client::with(&sandbox, json!({"proxy": proxy.url()}));
        client.meet_list().ok();
        wait_for("the token asked for ahead", || count(&sandbox, VERIFY) == 2);
        let before = sandbox.counters().connections;
        thread::sleep(SURELY_ALIVE);
        happens(&sandbox);
        let made = client.meet_add(&Invitation::jana(START)).ok();
        assert_eq!(made.get("reconciled"), None, "{what}");
        assert_eq!((sandbox.invitations().len(), count(&sandbox, "/api_meet_add/")), (1, 1), "{what}");
        assert_eq!(sandbox.requests_to("/api_meet_add/")[0].connection <= before, lives, "{what}");
    }
}

#[test]
fn no_more_tokens_are_kept_than_asked_for() {
    for kept in [0, 1, 3] {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"prefetch_tokens": kept}));
        for calls in 1..=5 {
            client.meet_list().ok();
            wait_for("the tokens fetched ahead", || count(&sandbox, VERIFY) == calls + kept);
        }
        client.verify().ok();
        client.meet_list().ok();
        // The verification's own token was one more than there is room for, or served the call.
        wait_for("the last token", || count(&sandbox, VERIFY) >= 6 + kept);
        assert!(count(&sandbox, VERIFY) <= 7 + kept, "{kept}: {}", count(&sandbox, VERIFY));
    }
}

#[test]
fn a_token_that_has_died_in_the_meantime_is_replaced() {
    let (sandbox, client) = warm();
    sandbox.advance(Duration::from_secs(16 * 60)); // the service's clock only: the library believes its token fresh
    let made = client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!((sandbox.invitations(), made.get("reconciled")), (vec![made["meet_id"].as_str().unwrap().to_owned()], None));
}

#[test]
fn a_service_that_honours_only_its_newest_token_is_recognised() {
    let sandbox = Sandbox::start();
    sandbox.newest_token_only(true);
    let client = Client::of(&sandbox);
    // Carried out a little later, so that a token which is fetched meanwhile is surely the newer one.
    sandbox.next(LIST).act_after(Duration::from_millis(100)).times(8);
    for _ in 0..4 {
        client.meet_list().ok();
    }
    assert!(refused(&sandbox) >= 2, "kept tokens were tried and refused");
    let refused_before = refused(&sandbox);
    let before = count(&sandbox, VERIFY);
    for _ in 0..10 {
        client.meet_list().ok();
    }
    assert_eq!((count(&sandbox, VERIFY) - before, refused(&sandbox)), (10, refused_before), "each call takes its own token and no other");
}

fn refused(sandbox: &Sandbox) -> usize {
    sandbox.requests().iter().filter(|request| request.code.is_some()).count()
}

#[test]
fn while_the_service_limits_us_nothing_is_fetched_ahead() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"retries": 0}));
    sandbox.next(LIST).code("X000");
    client.meet_list().error(VD_X000_RATE_LIMIT);
    for calls in 2..=10 {
        client.meet_list().ok();
        assert_eq!(count(&sandbox, VERIFY), calls, "no token but those that calls asked for");
    }
}

#[test]
fn wrong_keys_are_not_tried_again_and_again_behind_the_hosts_back() {
    let sandbox = Sandbox::start();
    let options = json!({"ca_file": sandbox.ca_file()});
    let client = Client::new(&sandbox.url(), sandbox.app_key(), "sandbox-nobody", &options).unwrap();
    for calls in 1..=5 {
        client.meet_list().error(VD_X002_API_KEY);
        println!("{calls} calls, {} token requests", count(&sandbox, VERIFY));
    }
    assert!(count(&sandbox, VERIFY) <= 5, "{} token requests for 5 calls that were refused", count(&sandbox, VERIFY));
}

#[test]
fn threads_never_share_a_token() {
    for kept in [1, 4] {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"prefetch_tokens": kept}));
        thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| (0..25).for_each(|_| drop(client.meet_list().ok())));
            }
        });
        let journal = sandbox.requests();
        assert_eq!(journal.iter().filter(|request| request.path == LIST).count(), 200);
        assert_eq!(refused(&sandbox), 0, "a token that was used twice is refused");
        assert!(count(&sandbox, VERIFY) <= 200 + kept);
    }
}

#[test]
fn a_token_request_that_stalls_ahead_does_not_hold_up_the_next_call_for_long() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"timeout_ms": 8_000}));
    client.meet_list().ok();
    wait_for("the token fetched ahead", || count(&sandbox, VERIFY) == 2);
    sandbox.next(VERIFY).delay(NEVER);
    client.meet_list().ok();
    wait_for("the stalled one", || count(&sandbox, VERIFY) == 3);
    client.meet_list().ok();
}

#[test]
fn where_an_answer_asked_for_ahead_stalled_a_thread_brings_the_later_ones() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"timeout_ms": 8_000}));
    client.verify().ok();
    thread::sleep(SURELY_ALIVE); // calls that do not follow each other closely ask ahead behind the call, on its own connection
    sandbox.next(VERIFY).delay(NEVER);
    client.meet_list().ok();
    wait_for("the stalled one", || count(&sandbox, VERIFY) == 2);
    client.meet_list().ok();
    wait_for("its own token and the next", || count(&sandbox, VERIFY) == 4);
    sandbox.next(VERIFY).delay(NEVER).times(9);
    client.meet_list().ok();
}

#[test]
fn a_token_outlives_the_connection_that_it_was_asked_for_on() {
    let (sandbox, client) = warm();
    sandbox.drop_connections();
    sandbox.next(VERIFY).delay(NEVER).times(9);
    client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!((sandbox.invitations().len(), count(&sandbox, "/api_meet_add/")), (1, 1));
}

#[test]
fn a_client_that_is_freed_fetches_nothing_more() {
    let (sandbox, client) = warm();
    sandbox.next(VERIFY).delay(NEVER);
    client.meet_list().ok();
    drop(client);
    let another = Client::with(&sandbox, json!({"prefetch_tokens": 0}));
    let before = count(&sandbox, VERIFY);
    (0..5).for_each(|_| drop(another.meet_list().ok()));
    assert!(count(&sandbox, VERIFY) <= before + 6);
}
