//! Moving a video call: never two without saying so, never none, and what broke off can be repeated. The sandbox's meetings and mails are the judge.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::{second_process, task, wait_for, within};
use videodoktor_abi_client::*;
use videodoktor_sandbox::{Sandbox, Shown};

const OLD: &str = "23.11.2030 10:00";
const NEW: &str = "24.11.2030 11:00";
const DETAIL: &str = "/api_meet_detail/";
const ADD: &str = "/api_meet_add/";
const LIST: &str = "/api_meet_list/";
const REMOVE: &str = "/api_meet_remove/";

/// Only the start is given.
fn to(start: &str) -> Invitation {
    Invitation::of_json(&json!({ "meet_start": start }))
}

/// A service with Jana's call, and its `meet_id`.
fn with_a_call(options: Value) -> (Sandbox, Client, String) {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, options);
    let meet_id = client.meet_add(&Invitation::jana(OLD)).text("meet_id");
    (sandbox, client, meet_id)
}

fn standing(sandbox: &Sandbox) -> Vec<String> {
    sandbox.meetings().into_iter().map(|meeting| meeting.meet_id).collect()
}

fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests_to(path).len()
}

#[test]
fn a_move_invites_to_the_new_start_and_removes_the_old_call() {
    let (sandbox, client, old) = with_a_call(json!({}));
    let moved = client.meet_move(&old, &to(NEW)).ok();
    let new = moved["meet_id"].as_str().unwrap().to_owned();
    assert_eq!((moved["old_meet_id"].as_str(), &moved["moved"]), (Some(old.as_str()), &json!(true)));
    assert!(moved["meet_url"].as_str().unwrap().starts_with("https://"));
    assert_eq!(
        (standing(&sandbox), sandbox.invitations(), sandbox.cancellations()),
        (vec![new.clone()], vec![old.clone(), new.clone()], vec![old])
    );
    let detail = client.meet_detail(&new).ok();
    assert_eq!((&detail["pacient_jmeno"], &detail["meet_start"]), (&json!("Jana Nováková"), &json!("2030-11-24T11:00:00+01:00")));
}

#[test]
fn what_is_given_takes_the_place_of_the_old_value() {
    let (_sandbox, client, old) = with_a_call(json!({}));
    let moved = client.meet_move(&old, &Invitation { pacient_email: Some("jana@example.org".into()), ..to(NEW) });
    let detail = client.meet_detail(&moved.text("meet_id")).ok();
    assert_eq!((&detail["pacient_email"], &detail["pacient_telefon"]), (&json!("jana@example.org"), &json!("777123456")));
}

#[test]
fn a_call_that_starts_then_already_is_left_alone() {
    let (sandbox, client, old) = with_a_call(json!({}));
    let moved = client.meet_move(&old, &to("2030-11-23 10:00")).ok();
    assert_eq!((&moved["moved"], &moved["meet_id"]), (&json!(false), &json!(old)));
    assert_eq!((count(&sandbox, ADD), count(&sandbox, REMOVE)), (1, 0));
}

#[test]
fn a_call_that_is_unknown_is_not_moved() {
    let (sandbox, client, _) = with_a_call(json!({}));
    client.meet_move("abc", &to(NEW)).error(VD_X004_MEET_ID);
    assert_eq!((count(&sandbox, ADD), count(&sandbox, REMOVE)), (1, 0));
}

#[test]
fn a_refused_invitation_leaves_the_old_call_where_it_is() {
    for (code, status) in [("X023", VD_X023_START_OVERLOADED), ("X010", VD_X010_NAME), ("X000", VD_X000_RATE_LIMIT)] {
        let (sandbox, client, old) = with_a_call(json!({}));
        sandbox.next(ADD).code(code);
        client.meet_move(&old, &to(NEW)).error(status);
        assert_eq!((standing(&sandbox), count(&sandbox, REMOVE)), (vec![old], 0), "{code}");
    }
}

#[test]
fn a_start_that_another_patient_holds_is_told() {
    let (sandbox, client, old) = with_a_call(json!({}));
    let other = client.meet_add(&Invitation::jana(NEW).named("Karel Dvořák").with_email("karel@example.cz")).text("meet_id");
    let error = client.meet_move(&old, &to(NEW)).error(VD_X024_START_TAKEN);
    assert_eq!(error["existing"], json!({"meet_id": other, "same_patient": false}));
    assert_eq!((standing(&sandbox), count(&sandbox, REMOVE)), (vec![old, other], 0));
}

#[test]
fn a_lost_answer_to_the_invitation_is_looked_for_before_the_old_call_goes() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(ADD).cut_reply_after(0);
    let moved = client.meet_move(&old, &to(NEW)).ok();
    assert_eq!(moved["reconciled"], true);
    assert_eq!((standing(&sandbox).len(), sandbox.invitations().len(), sandbox.cancellations()), (1, 2, vec![old]));
}

#[test]
fn an_invitation_that_nobody_knows_of_removes_nothing() {
    let (sandbox, client, old) = with_a_call(json!({"timeout_ms": 3_000}));
    sandbox.next(ADD).cut_before_acting();
    client.meet_move(&old, &to(NEW)).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((standing(&sandbox), count(&sandbox, REMOVE)), (vec![old], 0));
}

#[test]
fn the_invitation_leaves_half_of_the_time_for_the_removal() {
    let (sandbox, client, old) = with_a_call(json!({"timeout_ms": 4_000}));
    sandbox.next(ADD).delay(Duration::from_millis(3_000)).not_carried_out();
    within(Duration::from_millis(2_000), || client.meet_move(&old, &to(NEW))).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((standing(&sandbox), count(&sandbox, REMOVE)), (vec![old], 0));
}

#[test]
fn an_old_call_that_cannot_be_removed_is_told_and_the_same_move_ends_it() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(REMOVE).code("X005").times(2);
    let error = client.meet_move(&old, &to(NEW)).error(VD_ERR_OLD_REMAINS);
    let new = error["meet_id"].as_str().unwrap().to_owned();
    assert_eq!((error["old_meet_id"].as_str(), error["retryable"].as_bool()), (Some(old.as_str()), Some(false)));
    assert!(error["meet_url"].as_str().unwrap().starts_with("https://"));
    assert!(!error["detail"].as_str().unwrap().contains(&new) && !error["message"].as_str().unwrap().is_empty());
    assert_eq!(standing(&sandbox), [old.clone(), new.clone()]);
    sandbox.clear_faults();
    let moved = client.meet_move(&old, &to(NEW)).ok();
    assert_eq!((moved["meet_id"].as_str(), &moved["reconciled"]), (Some(new.as_str()), &json!(true)));
    assert!(moved["meet_url"].as_str().unwrap().starts_with("https://"));
    assert_eq!((standing(&sandbox), sandbox.invitations().len(), sandbox.cancellations()), (vec![new], 2, vec![old]));
}

#[test]
fn a_lost_answer_to_the_removal_is_looked_for() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(REMOVE).cut_reply_after(0);
    client.meet_move(&old, &to(NEW)).ok();
    assert_eq!((standing(&sandbox).len(), sandbox.cancellations(), count(&sandbox, REMOVE)), (1, vec![old], 1));
}

#[test]
fn an_old_call_that_somebody_else_has_removed_is_told() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(REMOVE).code("X004");
    let moved = client.meet_move(&old, &to(NEW)).ok();
    assert_eq!((&moved["old_was_gone"], &moved["moved"]), (&json!(true), &json!(true)));
}

#[test]
fn an_interrupt_during_the_removal_tells_of_the_new_call() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(REMOVE).delay(Duration::from_secs(20)).not_carried_out();
    let error = thread::scope(|scope| {
        let moving = scope.spawn(|| client.meet_move(&old, &to(NEW)));
        wait_for("the removal", || count(&sandbox, REMOVE) == 1);
        client.interrupt();
        moving.join().unwrap().error(VD_ERR_OLD_REMAINS)
    });
    assert_eq!(error["meet_id"], sandbox.meetings()[1].meet_id);
}

#[test]
fn an_interrupt_before_the_invitation_changes_nothing() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(DETAIL).delay(Duration::from_secs(20));
    let error = thread::scope(|scope| {
        let moving = scope.spawn(|| client.meet_move(&old, &to(NEW)));
        wait_for("the detail", || count(&sandbox, DETAIL) == 1);
        client.interrupt();
        moving.join().unwrap().error(VD_ERR_CANCELLED)
    });
    assert_eq!((&error["may_have_acted"], standing(&sandbox), count(&sandbox, ADD)), (&json!(false), vec![old], 1));
}

#[test]
fn a_second_click_gets_the_answer_of_the_first() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.next(ADD).delay(Duration::from_millis(600));
    let answers = thread::scope(|scope| {
        let clicks = [(); 2].map(|()| scope.spawn(|| client.meet_move(&old, &to(NEW)).ok()));
        clicks.map(|click| click.join().unwrap()["meet_id"].clone())
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!((standing(&sandbox).len(), sandbox.invitations().len(), sandbox.cancellations()), (1, 2, vec![old]));
}

#[test]
fn what_the_service_masks_has_to_be_given() {
    let (sandbox, client, old) = with_a_call(json!({}));
    sandbox.change(|settings| settings.shown = Shown { masked_emails: true, ..Shown::default() });
    let error = client.meet_move(&old, &to(NEW)).error(VD_ERR_INVALID_ARGUMENT);
    assert!(error["field"].as_str().unwrap().starts_with("pacient_"), "{error}");
    assert_eq!((standing(&sandbox).len(), count(&sandbox, ADD)), (1, 1));
    client.meet_move(&old, &Invitation::jana(NEW)).ok();
    assert_eq!(standing(&sandbox).len(), 1);
}

/// Each answer of a move is cut at each of some places; then the doctor does what the answer says.
#[test]
fn wherever_an_answer_is_cut_the_patient_ends_with_one_call() {
    for path in [DETAIL, ADD, LIST, REMOVE, "/api_verify/"] {
        for bytes in [0, 1, 17, 120, 200, 260, 320] {
            let (sandbox, client, old) = with_a_call(json!({"prefetch_tokens": 0}));
            sandbox.next(path).cut_reply_after(bytes);
            let answer = client.meet_move(&old, &to(NEW));
            let why = format!("{path} cut after {bytes} bytes: {}", answer.json);
            assert!(!standing(&sandbox).is_empty(), "{why}");
            if answer.status != VD_OK {
                assert_eq!(standing(&sandbox).len(), if answer.status == VD_ERR_OLD_REMAINS { 2 } else { 1 }, "{why}");
                client.meet_move(&old, &to(NEW)).ok();
            }
            assert_eq!((standing(&sandbox).len(), sandbox.invitations().len(), sandbox.cancellations()), (1, 2, vec![old]), "{why}");
        }
    }
}

/// The program is killed while a request of its move is under way, which the service carries out or not; then it starts anew and moves again.
#[test]
fn a_program_that_is_killed_during_a_move_ends_it_when_it_moves_again() {
    const THIS: &str = "a_program_that_is_killed_during_a_move_ends_it_when_it_moves_again";
    if let Some(task) = task() {
        let of: Value = serde_json::from_str(&task).unwrap();
        let text = |name: &str| of[name].as_str().unwrap();
        let client = Client::new(text("url"), text("app_key"), text("api_key"), &json!({"ca_file": of["ca_file"]})).unwrap();
        client.meet_move(text("old"), &to(NEW));
        return;
    }
    for (path, is_carried_out) in [(DETAIL, true), (ADD, false), (ADD, true), (REMOVE, false), (REMOVE, true)] {
        let (sandbox, client, old) = with_a_call(json!({}));
        let before = count(&sandbox, path);
        let late = sandbox.next(path).delay(Duration::from_secs(60));
        drop(if is_carried_out { late } else { late.not_carried_out() }); // it holds from here on
        let task = json!({"url": sandbox.url(), "app_key": sandbox.app_key(), "api_key": sandbox.api_key(), "ca_file": sandbox.ca_file(), "old": old});
        let mut program = second_process(THIS, &task.to_string()).spawn().unwrap();
        wait_for(path, || count(&sandbox, path) > before);
        program.kill().unwrap();
        program.wait().unwrap();
        let why = format!("killed during {path}, carried out: {is_carried_out}");
        let again = client.meet_move(&old, &to(NEW));
        match (path, is_carried_out) {
            // The old call is gone, the list shows the new one: there is nothing left to move.
            (REMOVE, true) => drop(again.error(VD_X004_MEET_ID)),
            _ => assert_eq!(again.ok()["old_meet_id"], old, "{why}"),
        }
        assert_eq!((standing(&sandbox).len(), sandbox.invitations().len(), sandbox.cancellations()), (1, 2, vec![old]), "{why}");
    }
}

#[test]
fn a_missing_meet_id_or_start_is_named() {
    let (_sandbox, client, old) = with_a_call(json!({}));
    assert_eq!(client.meet_move(&old, &Invitation::of_json(&json!({}))).error(VD_ERR_NULL_POINTER)["field"], "meet_start");
    assert_eq!(client.meet_move(" ", &to(NEW)).error(VD_ERR_INVALID_ARGUMENT)["field"], "meet_id");
}

#[test]
fn the_answer_to_an_invitation_is_what_a_calendar_needs() {
    let sandbox = Sandbox::start();
    let made = Client::of(&sandbox).meet_add(&Invitation::jana(OLD)).ok();
    assert_eq!(made["meet_start"], "2030-11-23T10:00:00+01:00");
    let (status, text) = meet_ics(&made.to_string(), None);
    assert_eq!(status, VD_OK);
    assert!(text.unwrap().contains("DTSTART;TZID=Europe/Prague:20301123T100000\r\n"));
}
