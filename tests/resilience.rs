//! Never twice, never lost: lost answers, refused tokens, limits, outages, connections that died. The sandbox's journal is the judge.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::host::{wait_for, within};
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::CutProxy;
use videodoktor_sandbox::{Letter, Next, Recipient, Sandbox};

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
        let client = Client::of(&sandbox);
        lose(sandbox.next(ADD));
        let made = client.meet_add(&jana()).ok();
        assert_eq!(sandbox.invitations(), [made["meet_id"].as_str().unwrap()], "{why}");
        assert_eq!(made.get("reconciled"), carried_out.then_some(&json!(true)), "{why}");
        assert_eq!(made["meet_url"], format!("{}/meet/{}", sandbox.url(), made["meet_id"].as_str().unwrap()), "{why}");
        assert_eq!((count(&sandbox, ADD), count(&sandbox, LIST)), (if carried_out { 1 } else { 2 }, 1), "{why}");
    }
}

#[test]
fn an_invitation_lost_on_its_second_way_is_found_too() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).cut_before_acting();
    sandbox.next(ADD).cut_reply_after(0);
    let made = Client::of(&sandbox).meet_add(&jana()).ok();
    assert_eq!((sandbox.invitations(), &made["reconciled"]), (vec![made["meet_id"].as_str().unwrap().to_owned()], &json!(true)));
}

#[test]
fn an_invitation_is_sent_twice_at_most() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).cut_before_acting().times(9);
    let error = Client::of(&sandbox).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((count(&sandbox, ADD), sandbox.invitations().len(), &error["retryable"]), (2, 0, &json!(false)));
}

#[test]
fn who_cannot_look_says_that_nobody_knows() {
    for (why, carried_out, lose) in LOSSES {
        let sandbox = Sandbox::start();
        lose(sandbox.next(ADD));
        sandbox.next(LIST).status(500).times(9);
        let error = Client::with(&sandbox, json!({"lang": "en"})).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
        assert!(error["message"].as_str().unwrap().contains("Do not repeat it"), "{why}");
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
    assert_eq!((count(&sandbox, LIST), sandbox.invitations().len()), (3, 1));
}

#[test]
fn another_patients_invitation_is_not_taken_for_ours() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    client.meet_add(&jana().named("Petr Svoboda")).ok();
    sandbox.next(ADD).cut_reply_after(0).not_carried_out();
    let error = client.meet_add(&jana()).error(VD_X024_START_TAKEN);
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

/// The first try is held inside the service for a while after its connection broke; what the second one meets is up to `second`.
fn with_a_late_first_try(second: impl FnOnce(&Sandbox)) -> (Sandbox, Answer) {
    let sandbox = Sandbox::start();
    let proxy = CutProxy::to(sandbox.http_address());
    let client = Client::at(&proxy.http_url(), &sandbox, json!({}));
    sandbox.next(ADD).act_after(Duration::from_millis(2_500));
    second(&sandbox);
    let faults = sandbox.waiting_faults().len();
    let answer = thread::scope(|threads| {
        let call = threads.spawn(|| client.meet_add(&jana()));
        wait_for("the first try inside the service", || sandbox.waiting_faults().len() < faults);
        proxy.cut_all();
        call.join().unwrap()
    });
    wait_for("the late first try", || {
        sandbox.requests_to(ADD).iter().any(|request| request.fault.as_ref().is_some_and(|f| f.contains("act_after")))
    });
    (sandbox, answer)
}

#[test]
fn a_first_try_that_acts_after_the_second_invites_nobody_again() {
    let (sandbox, answer) = with_a_late_first_try(|_| {});
    assert_eq!(sandbox.invitations(), [answer.text("meet_id")]);
}

#[test]
fn a_first_try_that_may_still_act_is_not_reported_as_refused() {
    for code in ["X005", "X000", "X023"] {
        let (sandbox, answer) = with_a_late_first_try(|sandbox| drop(sandbox.next(ADD).code(code).times(9)));
        assert_eq!(sandbox.invitations().len(), 1);
        assert!(
            matches!(answer.status, VD_OK | VD_ERR_OUTCOME_UNKNOWN),
            "{code}: reported as failed, and the patient is invited: {}",
            answer.json
        );
    }
}

#[test]
fn a_removal_whose_answer_was_lost_is_looked_up() {
    for (why, carried_out, lose) in LOSSES {
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        let meet_id = client.meet_add(&jana()).text("meet_id");
        lose(sandbox.next(REMOVE));
        let removed = client.meet_remove(&meet_id).ok();
        let told = sandbox.mails().iter().filter(|mail| mail.letter != Letter::Invitation && mail.to == Recipient::Patient).count();
        assert_eq!((sandbox.meetings().len(), told), (0, 1), "{why}");
        assert_eq!((&removed["meet_id"], removed.get("reconciled")), (&json!(meet_id), carried_out.then_some(&json!(true))), "{why}");
        assert_eq!(count(&sandbox, REMOVE), if carried_out { 1 } else { 2 }, "{why}");
    }
}

#[test]
fn a_removal_that_nobody_can_look_up_is_unknown() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&jana()).text("meet_id");
    sandbox.next(REMOVE).cut_reply_after(0);
    sandbox.next(DETAIL).status(503).times(9);
    client.meet_remove(&meet_id).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((sandbox.meetings().len(), count(&sandbox, REMOVE)), (0, 1));
}

#[test]
fn a_system_error_is_repeated_as_often_as_asked() {
    for (retries, codes, status, requests) in [(2, 2, VD_OK, 3), (2, 9, VD_X005_SYSTEM, 3), (0, 9, VD_X005_SYSTEM, 1), (5, 4, VD_OK, 5)] {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"retries": retries}));
        sandbox.next(ADD).code("X005").times(codes);
        let answer = client.meet_add(&jana());
        assert_eq!((answer.status, count(&sandbox, ADD)), (status, requests), "{}", answer.json);
        if status != VD_OK {
            let error = answer.error(status);
            assert_eq!((&error["attempts"], &error["retryable"], &error["source"]), (&json!(requests), &json!(true), &json!("server")));
        }
        assert_eq!(sandbox.invitations().len(), usize::from(status == VD_OK));
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
        sandbox.next(ADD).code(code).times(99);
        let started = Instant::now();
        Client::with(&sandbox, json!({"retries": 5})).meet_add(&jana()).error(status);
        assert!(started.elapsed() >= Duration::from_secs(2), "{code} was repeated after {:?}", started.elapsed());
        assert_eq!(count(&sandbox, ADD), 2, "{code}");
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
fn a_connection_that_died_while_idle_leaves_no_invitation_in_doubt() {
    let drops: [Death; 3] = [
        ("closed after each reply", |sandbox| sandbox.change(|settings| settings.close_after_reply = true)),
        ("closed when idle", |sandbox| sandbox.change(|settings| settings.idle_close_ms = Some(1))),
        ("all cut between two calls", |_| {}),
    ];
    for (why, set) in drops {
        let sandbox = Sandbox::start();
        set(&sandbox);
        let client = Client::of(&sandbox);
        for day in 1..=20 {
            let made = client.meet_add(&Invitation::jana(&format!("{day}.11.2030 10:00"))).ok();
            assert_eq!(made.get("reconciled"), None, "{why}, day {day}");
            sandbox.drop_connections();
        }
        assert_eq!((sandbox.invitations().len(), count(&sandbox, ADD)), (20, 20), "{why}");
        assert!(count(&sandbox, LIST) <= 1, "{why}: after the first doubt it is known that this server closes early");
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
