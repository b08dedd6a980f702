//! Answers that belong to another question: doubled, late, another meeting's.

use std::time::Duration;

use serde_json::json;
use videodoktor_sandbox::{GatewayAnswer, Late, Sandbox, WorksOn};

use crate::control::Control;
use crate::practice::{PracticeProgram, START, jana};
use crate::raw_caller::RawCaller;

const TIME: &str = "/api_time/";

fn frozen() -> Sandbox {
    Sandbox::builder().clock("2030-11-20 10:00").frozen().start()
}

fn callers(sandbox: &Sandbox) -> [RawCaller; 2] {
    [RawCaller::plain(sandbox), RawCaller::secure(sandbox)]
}

#[test]
fn an_answer_comes_twice_byte_for_byte() {
    let sandbox = frozen();
    for mut caller in callers(&sandbox) {
        for pause in [0, 300, 5_000, 30_000] {
            sandbox.next(TIME).again_after(Duration::from_micros(pause));
            caller.ask(TIME, &[]);
            let first = caller.reply();
            assert_eq!(caller.reply(), first, "{pause}");
            assert!(first.contains("\r\ndate: ") && first.ends_with(r#"{"time":"20.11.2030.10.00"}"#), "{first}");
        }
    }
}

#[test]
fn it_is_not_sooner_than_asked_for() {
    let sandbox = frozen();
    sandbox.next(TIME).again_after(Duration::from_millis(120));
    let mut caller = RawCaller::plain(&sandbox);
    caller.ask(TIME, &[]);
    caller.reply();
    let begun = std::time::Instant::now();
    caller.reply();
    assert!(begun.elapsed() >= Duration::from_millis(110), "{:?}", begun.elapsed());
}

#[test]
fn the_doubled_answer_comes_between_others_of_a_kept_connection() {
    let sandbox = frozen();
    let keys = [("api_key", sandbox.api_key()), ("api_app_key", sandbox.app_key())];
    for mut caller in callers(&sandbox) {
        let mut orders = std::collections::BTreeSet::new();
        for pause in (0..40).map(|step| step * 50) {
            sandbox.next(TIME).again_after(Duration::from_micros(pause));
            caller.ask(TIME, &[]);
            let time = caller.reply();
            caller.ask("/api_verify/", &keys);
            let mut others = [caller.reply(), caller.reply()];
            orders.insert(others[0] == time);
            others.sort_by_key(|reply| *reply != time);
            assert!(others[0] == time && others[1].contains(r#"{"token":"#), "{others:?}");
        }
        assert!(orders.contains(&true), "at no pause the doubled answer came first");
    }
}

#[test]
fn a_connection_that_closes_after_the_reply_still_brings_it_twice() {
    let sandbox = frozen();
    for close in ["Connection: close\r\n", ""] {
        sandbox.next(TIME).again_after(Duration::from_millis(3)).with(|fault| fault.close_after_reply = close.is_empty());
        let mut caller = RawCaller::plain(&sandbox);
        caller.say(format!("POST {TIME} HTTP/1.1\r\nHost: localhost\r\n{close}Content-Length: 0\r\n\r\n").as_bytes()).unwrap();
        assert_eq!(caller.rest().matches("HTTP/1.1 200 OK").count(), 2, "{close}");
    }
}

#[test]
fn a_caller_that_is_gone_gets_nothing_twice_and_leaves_no_connection() {
    let sandbox = frozen();
    sandbox.next(TIME).again_after(Duration::from_secs(3600));
    let mut caller = RawCaller::plain(&sandbox);
    caller.ask(TIME, &[]);
    caller.reply();
    drop(caller);
    let begun = std::time::Instant::now();
    while sandbox.open_connections() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::yield_now();
    }
}

#[test]
fn an_earlier_answer_comes_before_after_and_in_place_of_another() {
    let sandbox = frozen();
    let practice = PracticeProgram::of(&sandbox);
    let meet_id = practice.add(&jana(START)).meet_id();
    practice.detail(&meet_id);
    for mut caller in callers(&sandbox) {
        for late in [Late::before(), Late::instead(), Late::after(Duration::from_millis(2))] {
            sandbox.next(TIME).late(late.clone().of("/api_meet_detail/"));
            caller.ask(TIME, &[]);
            let replies: Vec<String> = (0..if late == Late::instead() { 1 } else { 2 }).map(|_| caller.reply()).collect();
            let stray = replies.iter().position(|reply| reply.contains("Jana")).unwrap();
            assert_eq!((stray, replies.len()), (usize::from(late.after_us > 0), replies.len()), "{late:?}");
            caller.ask(TIME, &[]);
            assert!(caller.reply().contains("20.11.2030.10.00"), "the connection goes on");
        }
    }
    assert_eq!(sandbox.requests_to(TIME).len(), 12);
}

#[test]
fn without_a_path_it_is_the_newest_answer_of_all_and_after_a_reset_none() {
    let sandbox = frozen();
    let practice = PracticeProgram::of(&sandbox);
    practice.list();
    sandbox.next(TIME).late(Late::instead());
    assert_eq!(practice.post(TIME, &[]).unwrap().text(), "[]");
    sandbox.reset();
    sandbox.next(TIME).late(Late::instead());
    assert_eq!(practice.post(TIME, &[]).unwrap().code(), "");
}

#[test]
fn an_answer_that_a_gateway_did_not_wait_for_may_reach_somebody_else() {
    let sandbox = frozen();
    let practice = PracticeProgram::of(&sandbox);
    let slow = WorksOn::mail_first(Duration::from_millis(50), Duration::ZERO);
    sandbox.next("/api_meet_add/").works_on(slow).gateway(Duration::from_millis(1), GatewayAnswer::Page(504));
    assert_eq!(practice.add(&jana(START)).status, 504);
    sandbox.wait_until_idle();
    sandbox.next("/api_meet_add/").late(Late::instead().of("/api_meet_add/"));
    let told = practice.add(&jana("23.11.2030.10.15")).meet_id();
    assert_eq!(told, sandbox.invitations()[0], "the first one's");
    assert_eq!(sandbox.invitations().len(), 2);
}

#[test]
fn the_answer_of_another_meeting() {
    let sandbox = frozen();
    let practice = PracticeProgram::of(&sandbox);
    sandbox.next("/api_meet_add/").other_meeting();
    let first = practice.add(&jana(START)).meet_id();
    assert_eq!(sandbox.invitations(), std::slice::from_ref(&first), "there is no other yet");
    PracticeProgram::two(&sandbox).add(&jana(START));
    let second = practice.add(&jana("23.11.2030.10.15")).meet_id();

    sandbox.next("*").other_meeting().times(u32::MAX);
    let third = practice.add(&jana("23.11.2030.10.30"));
    assert_eq!(third.meet_id(), second);
    assert!(third.json()["meet_url"].as_str().unwrap().ends_with(&second));
    assert_eq!((sandbox.meetings().len(), practice.list().as_array().unwrap().len()), (4, 3), "made all the same, and told by the list");
    let third = sandbox.meetings()[3].meet_id.clone();
    assert_eq!(practice.detail(&first).meet_id(), third);
    assert_eq!(practice.detail(&third).meet_id(), second);
    assert_eq!(practice.remove(&third).meet_id(), second);
    assert_eq!(sandbox.cancellations(), std::slice::from_ref(&third));
    assert_eq!(practice.remove(&third).code(), "X004", "a refusal stays one");

    sandbox.set_clock("2030-11-24 10:00");
    let address = practice.export(&first).json()["export_url"].as_str().unwrap().to_owned();
    let report = sandbox.meetings().into_iter().find(|meeting| meeting.meet_id == second).unwrap().report;
    assert!(address.contains(&report), "{address}");
}

#[test]
fn a_slow_service_tells_another_meeting_too() {
    let sandbox = frozen();
    let practice = PracticeProgram::of(&sandbox);
    let first = practice.add(&jana(START)).meet_id();
    let second = practice.add(&jana("23.11.2030.10.15")).meet_id();
    sandbox.next("/api_meet_remove/").works_on(WorksOn::default()).other_meeting();
    assert_eq!(practice.remove(&first).meet_id(), second);
    assert_eq!(sandbox.cancellations(), [first]);
}

#[test]
fn the_control_api_takes_them() {
    let sandbox = frozen();
    let control = Control::of(&sandbox);
    for fault in [
        json!({ "again_after_ms": 2 }),
        json!({ "again_after_us": 700, "again_after_ms": 5 }),
        json!({ "late": { "when": "before" } }),
        json!({ "late": { "when": "after", "of": TIME, "after_us": 5 } }),
        json!({ "other_meeting": true }),
    ] {
        let mut fault = fault;
        fault["path"] = json!(TIME);
        assert_eq!(control.ask("POST", "/faults", Some(fault.clone())).0, 201, "{fault}");
    }
    for wrong in [
        json!({ "again_after_us": 9_007_199_254_740_992_u64 }),
        json!({ "late": { "when": "now" } }),
        json!({ "late": { "of": TIME } }),
        json!({ "late": { "when": "after", "of": "api_time" } }),
        json!({ "other_meeting": 1 }),
    ] {
        let mut wrong = wrong;
        wrong["path"] = json!(TIME);
        assert_eq!(control.ask("POST", "/faults", Some(wrong.clone())).0, 400, "{wrong}");
    }
}
