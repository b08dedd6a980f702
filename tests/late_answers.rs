//! What looking for a change must not take for its answer, and what time it is left. The sandbox's mails are the judge.

use std::thread;
use std::time::Duration;

use serde_json::json;
use videodoktor_abi_client::host::within;
use videodoktor_abi_client::*;
use videodoktor_sandbox::{GatewayAnswer, Sandbox, WorksOn};

const ADD: &str = "/api_meet_add/";
const ADD_WITHOUT_SLASH: &str = "/api_meet_add";
const LIST: &str = "/api_meet_list/";
const VERIFY: &str = "/api_verify/";

/// After so long a kept connection has to show that it lives.
const IN_DOUBT: Duration = Duration::from_millis(2_200);

fn jana() -> Invitation {
    Invitation::jana("23.11.2030 10:00")
}

fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests_to(path).len()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A service that would invite the same patient twice.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.exclusive_starts = false);
    sandbox
}

#[test]
fn the_late_answer_to_a_token_request_is_none_to_the_invitation() {
    for code in ["X000", "X003", "X010"] {
        let sandbox = sandbox();
        let client = Client::of(&sandbox);
        client.verify().ok();
        thread::sleep(IN_DOUBT);
        sandbox.next(VERIFY).code(code).delay(millis(1_600));
        let work = WorksOn::mail_first(millis(1_000), millis(1_000));
        sandbox.next(ADD).works_on(work).gateway(millis(300), GatewayAnswer::Page(504));
        let made = client.meet_add(&jana()).ok();
        sandbox.wait_until_idle();
        assert_eq!((&made["reconciled"], sandbox.invitations().len(), count(&sandbox, ADD)), (&json!(true), 1, 1), "{code}");
    }
}

#[test]
fn a_token_that_is_refused_late_behind_a_redirect_is_no_reason_to_send_again() {
    let sandbox = sandbox();
    sandbox.next(ADD).status(307).redirect(ADD_WITHOUT_SLASH).carried_out();
    sandbox.next(ADD_WITHOUT_SLASH).status(200).body("{\"error\":\"X003\"}").delay(millis(4_500));
    sandbox.next(LIST).status(500).times(99);
    Client::with(&sandbox, json!({"timeout_ms": 6_000})).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((count(&sandbox, ADD), count(&sandbox, ADD_WITHOUT_SLASH), sandbox.invitations().len()), (1, 1, 1));
}

#[test]
fn a_redirect_leaves_the_last_third_of_the_time_for_looking() {
    let sandbox = sandbox();
    sandbox.next(ADD).status(307).redirect(ADD_WITHOUT_SLASH).carried_out().delay(millis(1_500));
    sandbox.next(ADD_WITHOUT_SLASH).status(200).delay(millis(20_000));
    let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
    let made = within(millis(3_000), || client.meet_add(&jana())).ok();
    assert_eq!((&made["reconciled"], sandbox.invitations().len()), (&json!(true), 1));
}

#[test]
fn a_refusal_behind_a_redirect_says_nothing_of_what_the_first_server_did() {
    for status in [403, 404, 429] {
        let sandbox = sandbox();
        sandbox.next(ADD).status(301).redirect(ADD_WITHOUT_SLASH).carried_out();
        sandbox.next(ADD_WITHOUT_SLASH).status(status);
        let made = Client::of(&sandbox).meet_add(&jana()).ok();
        assert_eq!((&made["reconciled"], sandbox.invitations().len()), (&json!(true), 1), "{status}");
    }
}

#[test]
fn a_connection_that_shows_no_life_leaves_a_short_time_out_time_for_the_invitation() {
    let sandbox = sandbox();
    let client = Client::with(&sandbox, json!({"timeout_ms": 1_000}));
    client.verify().ok();
    thread::sleep(IN_DOUBT);
    sandbox.next(VERIFY).delay(Duration::from_secs(60));
    client.meet_add(&jana()).ok();
    assert_eq!(count(&sandbox, ADD), 1);
}

#[test]
fn the_same_origin_written_in_another_way_is_the_same() {
    let sandbox = sandbox();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(500), millis(1_000)));
    let port = sandbox.http_url().rsplit_once(':').unwrap().1.trim_end_matches('/').to_owned();
    let client = |host: &str, timeout_ms: u32| Client::at(&format!("http://{host}:{port}"), &sandbox, json!({"timeout_ms": timeout_ms}));
    client("localhost", 600).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    client("LOCALHOST", 10_000).meet_add(&jana()).ok();
    sandbox.wait_until_idle();
    assert_eq!((count(&sandbox, ADD), sandbox.invitations().len()), (1, 1));
}

#[test]
fn a_service_that_limits_us_is_not_looked_at_before_it_wishes() {
    for wish in ["60", "9223372036854775000", "18446744073709551615"] {
        let sandbox = sandbox();
        sandbox.next(ADD).cut_reply_after(0);
        sandbox.next(LIST).code("X000").header("Retry-After", wish).times(99);
        Client::with(&sandbox, json!({"timeout_ms": 3_000})).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
        assert_eq!(count(&sandbox, LIST), 1, "{wish}");
    }
}

#[test]
fn who_gives_up_waiting_for_a_second_click_is_not_told_to_try_again() {
    let sandbox = sandbox();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(1_000), millis(1_000)));
    thread::scope(|threads| {
        let first = threads.spawn(|| Client::of(&sandbox).meet_add(&jana()).ok());
        host::wait_for("the first click", || count(&sandbox, ADD) == 1);
        let error = Client::with(&sandbox, json!({"timeout_ms": 300})).meet_add(&jana()).error(VD_ERR_TIMEOUT);
        assert_eq!((&error["may_have_acted"], &error["retryable"]), (&json!(true), &json!(false)));
        first.join().unwrap();
    });
    assert_eq!(count(&sandbox, ADD), 1);
}
