//! Never twice, never lost: lost answers, refused tokens, limits, outages, connections that died. The sandbox's journal is the judge.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::host::within;
use videodoktor_abi_client::*;
use videodoktor_sandbox::{Next, Sandbox};

const START: &str = "23.11.2030 10:00";
const VERIFY: &str = "/api_verify/";
const ADD: &str = "/api_meet_add/";
const LIST: &str = "/api_meet_list/";
const DETAIL: &str = "/api_meet_detail/";
const REMOVE: &str = "/api_meet_remove/";

/// What may happen to an answer, and whether the call was carried out before.
type Loss = (&'static str, bool, fn(Next<'_>));

const LOSSES: [Loss; 13] = [
    ("cut before acting", false, |next| drop(next.cut_before_acting())),
    ("cut before the first byte of the reply", true, |next| drop(next.cut_reply_after(0))),
    ("cut after the first byte", true, |next| drop(next.cut_reply_after(1))),
    ("cut in the status line", true, |next| drop(next.cut_reply_after(10))),
    ("cut in the headers", true, |next| drop(next.cut_reply_after(60))),
    ("cut in the body", true, |next| drop(next.cut_reply_after(140))),
    ("an empty body", true, |next| drop(next.empty_body())),
    ("half a body", true, |next| drop(next.truncated_body())),
    ("a body with the wrong bracket", true, |next| drop(next.malformed_body())),
    ("a gateway's page, carried out", true, |next| drop(next.status(504).carried_out())),
    ("a gateway's page, not carried out", false, |next| drop(next.status(502))),
    ("an outage page with status 200, carried out", true, |next| drop(next.status(200).carried_out())),
    ("an outage page with status 200, not carried out", false, |next| drop(next.status(200))),
];

fn jana() -> Invitation {
    Invitation::jana(START)
}

fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests_to(path).len()
}

#[test]
fn a_lost_answer_never_invites_twice_and_never_loses_the_invitation() {
    for (why, carried_out, lose) in LOSSES {
        let sandbox = Sandbox::start();
        sandbox.change(|settings| settings.exclusive_starts = false); // so that X024 saves nobody
        let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
        lose(sandbox.next(ADD));
        let answer = client.meet_add(&jana());
        assert_eq!(count(&sandbox, ADD), 1, "{why}: it is never sent a second time");
        if !carried_out {
            answer.error(VD_ERR_OUTCOME_UNKNOWN);
            assert_eq!(sandbox.invitations(), [] as [&str; 0], "{why}");
            continue;
        }
        let made = answer.ok();
        assert_eq!(sandbox.invitations(), [made["meet_id"].as_str().unwrap()], "{why}");
        assert_eq!(made["reconciled"], true, "{why}");
        assert_eq!(made["meet_url"], format!("{}/meet/{}", sandbox.url(), made["meet_id"].as_str().unwrap()), "{why}");
        assert_eq!(count(&sandbox, LIST), 1, "{why}");
    }
}

#[test]
fn who_cannot_look_says_that_nobody_knows() {
    for (why, carried_out, lose) in LOSSES {
        let sandbox = Sandbox::start();
        lose(sandbox.next(ADD));
        sandbox.next(LIST).status(500).times(9);
        let options = json!({"lang": "en", "timeout_ms": 2_000});
        let error = Client::with(&sandbox, options).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
        assert!(error["message"].as_str().unwrap().contains("Do not"), "{why}: {error}");
        assert_eq!(
            (count(&sandbox, ADD), sandbox.invitations().len(), &error["source"]),
            (1, usize::from(carried_out), &json!("network")),
            "{why}"
        );
    }
}

#[test]
fn looking_it_up_is_itself_repeated() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).cut_reply_after(0);
    sandbox.next(LIST).code("X005");
    sandbox.next(LIST).cut_reply_after(0);
    assert_eq!(Client::of(&sandbox).meet_add(&jana()).ok()["reconciled"], true);
    assert_eq!((count(&sandbox, LIST), sandbox.invitations().len()), (3, 1), "a look that fails sees nothing");
}

#[test]
fn another_patients_invitation_is_not_taken_for_ours() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"timeout_ms": 2_000}));
    client.meet_add(&jana().named("Petr Svoboda")).ok();
    sandbox.next(ADD).cut_reply_after(0).not_carried_out();
    let error = client.meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((&error["existing"]["same_patient"], sandbox.invitations().len()), (&json!(false), 1));
}

#[test]
fn habits_of_the_service_do_not_hide_our_invitation() {
    let sandbox = Sandbox::start();
    sandbox.habits(videodoktor_sandbox::Habits::all());
    sandbox.next(ADD).cut_reply_after(0);
    let made = Client::of(&sandbox).meet_add(&Invitation { pacient_telefon: Some("+420 777 123 456".into()), ..jana() }).ok();
    assert_eq!((&made["reconciled"], sandbox.invitations().len()), (&json!(true), 1));
}

#[test]
fn a_removal_whose_answer_was_lost_is_looked_up() {
    for (why, carried_out, lose) in LOSSES {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
        let meet_id = client.meet_add(&jana()).text("meet_id");
        lose(sandbox.next(REMOVE));
        let answer = client.meet_remove(&meet_id);
        assert_eq!(count(&sandbox, REMOVE), 1, "{why}: it is never sent a second time");
        assert_eq!(sandbox.cancellations().len(), usize::from(carried_out), "{why}");
        if carried_out {
            assert_eq!(answer.ok(), json!({"meet_id": meet_id, "reconciled": true}), "{why}");
        } else {
            answer.error(VD_ERR_OUTCOME_UNKNOWN);
        }
    }
}

#[test]
fn a_removal_that_nobody_can_look_up_is_unknown() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&jana()).text("meet_id");
    sandbox.next(REMOVE).cut_reply_after(0);
    sandbox.next(DETAIL).status(503).times(99);
    client.meet_remove(&meet_id).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((sandbox.meetings().len(), count(&sandbox, REMOVE)), (0, 1));
}

#[test]
fn a_system_error_is_repeated_as_often_as_asked() {
    for (retries, codes, status, requests) in [(2, 2, VD_OK, 3), (2, 9, VD_X005_SYSTEM, 3), (0, 9, VD_X005_SYSTEM, 1), (5, 4, VD_OK, 5)] {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"retries": retries}));
        sandbox.next(LIST).code("X005").times(codes);
        let answer = client.meet_list();
        assert_eq!((answer.status, count(&sandbox, LIST)), (status, requests), "{}", answer.json);
        if status != VD_OK {
            let error = answer.error(status);
            assert_eq!((&error["attempts"], &error["retryable"], &error["source"]), (&json!(requests), &json!(true), &json!("server")));
        }
    }
}

#[test]
fn without_retries_nothing_is_sent_again() {
    let sandbox = Sandbox::start();
    let client = Client::at(&sandbox.http_url(), &sandbox, json!({"retries": 0, "prefetch_tokens": 0}));
    for (code, status) in [("X000", VD_X000_RATE_LIMIT), ("X005", VD_X005_SYSTEM), ("X023", VD_X023_START_OVERLOADED)] {
        let before = count(&sandbox, LIST);
        sandbox.next(LIST).code(code);
        client.meet_list().error(status);
        assert_eq!(count(&sandbox, LIST), before + 1, "{code}");
    }
}

#[test]
fn a_refused_token_is_replaced_and_not_counted_as_a_retry() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"retries": 0}));
    sandbox.next(ADD).code("X003").times(8);
    client.meet_add(&jana()).ok();
    assert_eq!((count(&sandbox, ADD), sandbox.invitations().len()), (9, 1));
    sandbox.next(LIST).code("X003").times(99);
    client.meet_list().error(VD_X003_TOKEN);
    assert_eq!(count(&sandbox, LIST), 9);
}

#[test]
fn when_half_of_all_valid_tokens_are_refused_every_patient_is_invited_once() {
    for share in [0.05, 0.5] {
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        sandbox.refuse_tokens(share);
        let made: Vec<_> =
            (1..=25).map(|day| client.meet_add(&Invitation::jana(&format!("{day}.11.2030 10:00"))).text("meet_id")).collect();
        assert_eq!(sandbox.invitations(), made, "{share}");
    }
}

#[test]
fn when_nearly_all_tokens_are_refused_nothing_is_done_twice_and_nothing_is_claimed() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.refuse_tokens(0.9);
    let mut made = Vec::new();
    for day in 1..=25 {
        let answer = client.meet_add(&Invitation::jana(&format!("{day}.11.2030 10:00")));
        match answer.status {
            VD_OK => made.push(answer.text("meet_id")),
            _ => drop(answer.error(VD_X003_TOKEN)),
        }
    }
    assert_eq!(sandbox.invitations(), made);
    assert!(!made.is_empty() && made.len() < 25, "{} of 25 went through: this test tests nothing", made.len());
}

#[test]
fn a_limit_is_not_hammered() {
    for (code, status) in [("X000", VD_X000_RATE_LIMIT), ("X023", VD_X023_START_OVERLOADED)] {
        let sandbox = Sandbox::start();
        sandbox.next(LIST).code(code).times(99);
        let started = Instant::now();
        let client = Client::with(&sandbox, json!({"retries": 5}));
        client.meet_list().error(status);
        assert!(started.elapsed() >= Duration::from_secs(2), "{code} was repeated after {:?}", started.elapsed());
        assert_eq!(count(&sandbox, LIST), 2, "{code}");
        sandbox.next(ADD).code(code);
        client.meet_add(&jana()).error(status);
        assert_eq!((count(&sandbox, ADD), count(&sandbox, LIST)), (1, 2), "{code}: a change is not repeated, and nothing is looked for");
    }
}

#[test]
fn a_limit_with_no_time_left_to_rest_is_told_at_once() {
    let sandbox = Sandbox::start();
    sandbox.next(LIST).code("X000").times(9);
    let client = Client::with(&sandbox, json!({"timeout_ms": 1_500}));
    client.meet_list().error(VD_X000_RATE_LIMIT);
    assert_eq!(count(&sandbox, LIST), 1);
}

#[test]
fn the_rate_limit_of_a_practice_is_waited_out_or_told() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"prefetch_tokens": 0}));
    sandbox.rate_limit(2); // a token and a list
    client.meet_list().ok();
    client.meet_list().error(VD_X000_RATE_LIMIT);
    sandbox.advance(Duration::from_secs(61));
    client.meet_list().ok();
}

#[test]
fn the_services_own_wish_when_to_come_again_is_honoured() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.next(LIST).status(503).header("Retry-After", "2");
    let started = Instant::now();
    client.meet_list().ok();
    assert!(started.elapsed() >= Duration::from_secs(2) && count(&sandbox, LIST) == 2, "{:?}", started.elapsed());
    sandbox.next(LIST).status(503).header("Retry-After", "3600").times(9);
    let before = count(&sandbox, LIST);
    within(Duration::from_secs(2), || client.meet_list()).error(VD_ERR_HTTP);
    assert_eq!(count(&sandbox, LIST), before + 1);
}

#[test]
fn a_wish_that_makes_no_sense_is_no_error_of_ours() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    for wish in ["18446744073709551615", "99999999999999999999999", "-1", "Wed, 21 Oct 2099 07:28:00 GMT", ""] {
        for code in ["X000", "X005"] {
            sandbox.next(LIST).code(code).header("Retry-After", wish).times(9);
            let answer = client.meet_list();
            sandbox.clear_faults();
            answer.error(1000 + code[1..].parse::<i32>().unwrap());
        }
    }
}

#[test]
fn a_service_that_is_away_for_a_moment_is_asked_again() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    client.meet_list().ok();
    for (_, _, lose) in LOSSES {
        lose(sandbox.next(LIST));
        client.meet_list().ok();
        lose(sandbox.next(VERIFY));
        client.meet_list().ok();
    }
    sandbox.restart();
    client.meet_list().ok();
    client.meet_add(&jana()).ok();
}

/// How connections of a service die.
type Death = (&'static str, fn(&Sandbox));

#[test]
fn a_connection_that_died_while_idle_leaves_one_invitation_in_doubt_at_most() {
    let drops: [Death; 3] = [
        ("closed after each reply", |sandbox| sandbox.change(|settings| settings.close_after_reply = true)),
        ("closed when idle", |sandbox| sandbox.change(|settings| settings.idle_close_ms = Some(1))),
        ("all cut between two calls", |_| {}),
    ];
    for (why, set) in drops {
        let sandbox = Sandbox::start();
        set(&sandbox);
        let client = Client::with(&sandbox, json!({"timeout_ms": 4_000}));
        let mut in_doubt = 0;
        for day in 1..=20 {
            let answer = client.meet_add(&Invitation::jana(&format!("{day}.11.2030 10:00")));
            match answer.status {
                VD_OK => assert_eq!(answer.json.get("reconciled"), None, "{why}, day {day}"),
                _ => {
                    answer.error(VD_ERR_OUTCOME_UNKNOWN);
                    in_doubt += 1;
                }
            }
            sandbox.drop_connections();
        }
        assert_eq!(sandbox.invitations().len(), 20 - in_doubt, "{why}");
        assert!(in_doubt <= 1, "{why}: {in_doubt} of 20: after the first doubt it is known that this server closes early");
    }
}

#[test]
fn a_patient_is_invited_while_the_machine_of_the_service_restarts() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    for day in 1..=10 {
        let made = client.meet_add(&Invitation::jana(&format!("{day}.11.2030 10:00"))).text("meet_id");
        assert_eq!(sandbox.invitations().last(), Some(&made));
        sandbox.restart();
    }
    assert_eq!(sandbox.invitations().len(), 10);
}

#[test]
fn a_report_that_breaks_off_is_fetched_again() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&jana()).text("meet_id");
    sandbox.set_clock("2030-11-24 08:00");
    sandbox.next("/report/").cut_reply_after(300);
    sandbox.next("/report/").status(503);
    let folder = tempfile::tempdir().unwrap();
    let saved = client.meet_export_save(&meet_id, &folder.path().join("vykaz.pdf")).ok();
    assert_ne!(saved["bytes"], Value::from(0));
}
