//! An answer belongs to its request, or it is none: doubled, late and foreign answers. The sandbox tells what was really done.

use serde_json::{Value, json};
use std::time::Duration;
use videodoktor_abi_client::*;
use videodoktor_sandbox::{Late, Sandbox};

const ADD: &str = "/api_meet_add/";
const LIST: &str = "/api_meet_list/";
const DETAIL: &str = "/api_meet_detail/";
const REMOVE: &str = "/api_meet_remove/";
const EXPORT: &str = "/api_meet_export/";

/// A practice with meetings of so many patients, and their ids.
fn with_meetings(count: usize) -> (Sandbox, Client, Vec<String>) {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.exclusive_starts = false);
    let client = Client::at(&sandbox.http_url(), &sandbox, json!({"timeout_ms": 5_000}));
    let made = (0..count).map(|number| client.meet_add(&patient(number)).text("meet_id")).collect();
    (sandbox, client, made)
}

fn patient(number: usize) -> Invitation {
    let name = format!("Pacient {}", char::from(b'A' + u8::try_from(number % 26).unwrap()).to_string().repeat(5));
    Invitation::jana(&format!("{}.11.2030 10:00", number % 28 + 1)).named(&name).with_email(&format!("p{number}@example.cz"))
}

fn delays() -> impl Iterator<Item = Duration> {
    [0, 200, 1_000, 2_500, 5_000].into_iter().map(Duration::from_micros)
}

#[test]
fn a_detail_is_of_the_meeting_that_was_asked_for() {
    let (sandbox, client, ids) = with_meetings(2);
    sandbox.next(DETAIL).other_meeting();
    assert_eq!(client.meet_detail(&ids[0]).text("meet_id"), ids[0], "the answer about another meeting is asked for again");
    sandbox.next(DETAIL).other_meeting().times(99);
    let error = client.meet_detail(&ids[0]).error(VD_ERR_BAD_REPLY);
    assert!(error["detail"].as_str().unwrap().contains("another"), "{error}");
    sandbox.clear_faults();
    for delay in delays() {
        for round in 0..20 {
            sandbox.next(DETAIL).again_after(delay);
            let wanted = &ids[round % 2];
            assert_eq!(client.meet_detail(wanted).text("meet_id"), *wanted, "{delay:?}, round {round}");
        }
    }
}

#[test]
fn an_invitation_is_told_its_own_address() {
    let (sandbox, client, ids) = with_meetings(2);
    sandbox.next(ADD).other_meeting();
    let made = client.meet_add(&patient(2)).ok();
    assert!(!ids.contains(&made["meet_id"].as_str().unwrap().to_owned()) && made["reconciled"] == true, "{made}");
    for (number, delay) in delays().flat_map(|delay| [delay; 4]).enumerate() {
        sandbox.next(ADD).again_after(delay);
        sandbox.next(DETAIL).again_after(delay);
        let first = client.meet_add(&patient(3 + 2 * number)).text("meet_id");
        client.meet_detail(&first).ok();
        let second = client.meet_add(&patient(4 + 2 * number)).text("meet_id");
        assert_ne!(first, second, "{delay:?}");
        assert_eq!(sandbox.invitations().iter().rev().take(2).collect::<Vec<_>>(), [&second, &first], "{delay:?}");
    }
}

#[test]
fn where_answers_have_been_mixed_up_the_list_confirms_an_invitation() {
    let (sandbox, client, ids) = with_meetings(2);
    sandbox.seed_meetings(1); // a meeting that this process has not heard of, as one that is just being made
    sandbox.next(DETAIL).other_meeting();
    client.meet_detail(&ids[0]).ok();
    sandbox.next(ADD).other_meeting();
    let made = client.meet_add(&patient(2)).ok();
    assert_eq!((made["meet_id"].as_str(), &made["reconciled"]), (sandbox.invitations().last().map(String::as_str), &json!(true)));
    let lists = sandbox.requests().iter().filter(|request| request.path == LIST).count();
    let made = client.meet_add(&patient(3)).ok();
    assert_eq!(made["meet_id"].as_str(), sandbox.invitations().last().map(String::as_str));
    assert!(made.get("reconciled").is_none(), "the service's own answer, which the list confirms: {made}");
    assert_eq!(sandbox.requests().iter().filter(|request| request.path == LIST).count(), lists + 1);
}

#[test]
fn a_removal_that_is_answered_for_another_is_looked_for() {
    let (sandbox, client, ids) = with_meetings(3);
    sandbox.next(REMOVE).other_meeting();
    assert_eq!(client.meet_remove(&ids[0]).ok(), json!({"meet_id": ids[0], "reconciled": true}));
    sandbox.next(DETAIL).again_after(Duration::ZERO);
    client.meet_detail(&ids[1]).ok();
    assert_eq!(client.meet_remove(&ids[1]).text("meet_id"), ids[1]);
    assert_eq!(sandbox.cancellations(), [ids[0].clone(), ids[1].clone()]);
    assert_eq!(sandbox.meetings().iter().map(|meeting| meeting.meet_id.clone()).collect::<Vec<_>>(), [ids[2].clone()]);
}

#[test]
fn a_report_is_of_the_meeting_that_was_asked_for() {
    let (sandbox, client, ids) = with_meetings(2);
    sandbox.set_clock("2030-12-24 08:00");
    let own: Vec<String> = ids.iter().map(|id| client.meet_export(id).text("export_url")).collect();
    sandbox.next(EXPORT).other_meeting();
    assert_eq!(client.meet_export(&ids[0]).text("export_url"), own[0]);
    for delay in delays() {
        sandbox.next(EXPORT).again_after(delay);
        assert_eq!([0, 1].map(|number| client.meet_export(&ids[number]).text("export_url")), [own[0].as_str(), &own[1]], "{delay:?}");
    }
}

#[test]
fn a_vendors_call_is_never_answered_by_a_token_or_by_somebody_else() {
    let (sandbox, client, ids) = with_meetings(2);
    for delay in delays() {
        for path in ["/api_verify/", DETAIL, LIST, "/api_time/"] {
            sandbox.next(path).again_after(delay).times(2);
            client.time().ok();
            client.meet_list().ok();
            client.meet_detail(&ids[0]).ok();
            let answer = client.call("api_echo", &json!({"mark": path}));
            sandbox.clear_faults();
            match answer.status {
                VD_OK => assert_eq!(answer.json, json!({"mark": path}), "{delay:?}"),
                _ => drop(answer.error(VD_ERR_OUTCOME_UNKNOWN)),
            }
        }
    }
}

#[test]
fn an_earlier_answer_that_comes_unasked_is_nobodys() {
    let (sandbox, client, ids) = with_meetings(2);
    for late in [Late::before, Late::instead] {
        client.meet_detail(&ids[1]).ok();
        sandbox.next(DETAIL).late(late().of(DETAIL));
        assert_eq!(client.meet_detail(&ids[0]).text("meet_id"), ids[0]);
    }
    for (number, path) in [DETAIL, ADD, LIST, "/api_verify/"].into_iter().enumerate() {
        sandbox.next(ADD).late(Late::before().of(path));
        let made = client.meet_add(&patient(10 + number)).text("meet_id");
        assert_eq!(sandbox.invitations().last(), Some(&made), "{path}");
    }
}

#[test]
fn a_code_that_comes_twice_refuses_nobody_else() {
    let (sandbox, client, ids) = with_meetings(1);
    for (number, delay) in delays().enumerate() {
        sandbox.next(DETAIL).code("X004").again_after(delay);
        client.meet_detail(&ids[0]).error(VD_X004_MEET_ID);
        let made = client.meet_add(&patient(5 + number)).text("meet_id");
        assert_eq!(sandbox.invitations().last(), Some(&made), "{delay:?}: refused though carried out");
    }
}

#[test]
fn an_invitation_that_the_service_made_before_is_looked_for() {
    // A service that answers the second invitation of one patient with the first one's meeting.
    let (sandbox, client, ids) = with_meetings(1);
    sandbox.next(ADD).body(json!({"meet_id": ids[0], "meet_url": "https://x/meet/0"}).to_string());
    let made = client.meet_add(&patient(0)).ok();
    assert_eq!((&made["meet_id"], &made["reconciled"]), (&Value::from(ids[0].as_str()), &json!(true)));
}
