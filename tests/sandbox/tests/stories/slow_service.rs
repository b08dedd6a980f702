//! A service that goes on after its caller has given up, and the gateway in front of it: e-mails are counted, not rows.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use videodoktor_sandbox::{GatewayAnswer, Next, Sandbox, WorkEnd, WorksOn};

use crate::control::Control;
use crate::practice::{PracticeProgram, START, jana};

const ADD: &str = "/api_meet_add/";
const REMOVE: &str = "/api_meet_remove/";

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Waits for something that must come about.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::yield_now();
    }
}

/// Invites on a socket of its own that nobody reads, and says it.
fn invite_and_leave(sandbox: &Sandbox) -> TcpStream {
    let practice = PracticeProgram::of(sandbox);
    let fields = [("token", practice.token())].into_iter().chain(jana(START).into_iter().map(|(name, value)| (name, value.to_owned())));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut stream = TcpStream::connect(sandbox.http_address()).unwrap();
    let head = "POST /api_meet_add/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len()).unwrap();
    stream
}

#[test]
fn it_mails_first_and_shows_the_row_later() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(60), ms(1000)));
    let begun = Instant::now();
    let waiting = invite_and_leave(&sandbox);
    until("an e-mail", || sandbox.invitations().len() == 1);
    assert!(begun.elapsed() >= ms(60));
    assert_eq!((sandbox.meetings().len(), PracticeProgram::of(&sandbox).list()), (0, json!([])), "mailed, but not yet in the list");
    assert!(sandbox.requests_to(ADD)[0].carried_out);
    drop(waiting);
    sandbox.wait_until_idle();
    assert!(begun.elapsed() >= ms(1060));
    let meetings = sandbox.meetings();
    assert_eq!((meetings.len(), sandbox.invitations()), (1, vec![meetings[0].meet_id.clone()]));
}

#[test]
fn it_shows_the_row_first_and_mails_later() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::row_first(ms(60), ms(1000)));
    drop(invite_and_leave(&sandbox));
    until("a row", || sandbox.meetings().len() == 1);
    assert_eq!(sandbox.mails().len(), 0, "in the list, but not yet mailed");
    sandbox.wait_until_idle();
    assert_eq!(sandbox.mails().len(), 2);
}

#[test]
fn a_request_is_in_the_journal_before_it_is_checked() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::default().checked_after(ms(300)));
    drop(invite_and_leave(&sandbox));
    until("an entry", || !sandbox.requests_to(ADD).is_empty());
    let early = &sandbox.requests_to(ADD)[0];
    assert_eq!((early.carried_out, early.practice, early.status), (false, None, 0));
    sandbox.wait_until_idle();
    let late = &sandbox.requests_to(ADD)[0];
    assert_eq!((late.number, late.carried_out, late.practice, late.status), (early.number, true, Some(0), 200));
}

#[test]
fn two_that_overlap_both_pass_the_check_and_both_mail() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(1500), ms(0))).times(2);
    drop((invite_and_leave(&sandbox), invite_and_leave(&sandbox)));
    until("two under way", || sandbox.working() == 2);
    sandbox.wait_until_idle();
    assert_eq!((sandbox.invitations().len(), sandbox.meetings().len()), (2, 2));
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).code(), "X024", "a third one comes too late for the check");
    let ids: Vec<String> = sandbox.meetings().into_iter().map(|meeting| meeting.meet_id).collect();
    PracticeProgram::of(&sandbox).remove(&ids[0]);
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).code(), "X024", "the other one still holds the start");
}

#[test]
fn it_ends_after_the_mail_and_before_the_row() {
    for (end, status, code) in [(WorkEnd::X005, 200, Some("X005")), (WorkEnd::Http500, 500, None)] {
        let sandbox = Sandbox::start();
        sandbox.next(ADD).works_on(WorksOn::mail_first(ms(5), ms(5)).ends_with(end));
        let reply = PracticeProgram::of(&sandbox).add(&jana(START));
        assert_eq!((reply.status, code.map(|_| reply.code())), (status, code.map(str::to_owned)));
        assert_eq!((sandbox.invitations().len(), sandbox.meetings().len()), (1, 0));
        let entry = &sandbox.requests_to(ADD)[0];
        assert_eq!((entry.carried_out, entry.status, entry.code.map(|code| code.to_string())), (true, status, code.map(str::to_owned)));
    }
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::row_first(ms(5), ms(5)).ends_with(WorkEnd::X005));
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).code(), "X005");
    assert_eq!((sandbox.mails().len(), sandbox.meetings().len()), (0, 1), "the row without the mail");
}

#[test]
fn a_removal_mails_first_and_its_detail_may_outlive_it() {
    for keeps in [false, true] {
        let sandbox = Sandbox::start();
        let practice = PracticeProgram::of(&sandbox);
        let meet_id = practice.add(&jana(START)).meet_id();
        let slow = WorksOn::mail_first(ms(5), ms(5));
        sandbox.next(REMOVE).works_on(if keeps { slow.keeps_detail() } else { slow });
        assert_eq!(practice.remove(&meet_id).meet_id(), meet_id);
        assert_eq!((sandbox.cancellations(), practice.list()), (vec![meet_id.clone()], json!([])));
        match keeps {
            true => assert_eq!(practice.detail(&meet_id).meet_id(), meet_id),
            false => assert_eq!(practice.detail(&meet_id).code(), "X004"),
        }
        assert_eq!(practice.remove(&meet_id).code(), "X004");
        assert_eq!(PracticeProgram::two(&sandbox).detail(&meet_id).code(), "X004", "another practice's");
    }
}

#[test]
fn two_removals_that_overlap_both_mail_and_leave_other_calls_alone() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let meet_id = practice.add(&jana(START)).meet_id();
    sandbox.next(REMOVE).works_on(WorksOn::mail_first(ms(0), ms(1500))).times(2);
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| assert_eq!(PracticeProgram::of(&sandbox).remove(&meet_id).meet_id(), meet_id));
        }
    });
    assert_eq!((sandbox.cancellations().len(), sandbox.meetings().len()), (2, 0));
    assert_eq!(practice.add(&jana(START)).code(), "", "the start is free again");
    assert_eq!(practice.add(&jana(START)).code(), "X024");
}

#[test]
fn what_the_check_refuses_is_not_worked_on() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(5), ms(5))).times(2);
    let practice = PracticeProgram::of(&sandbox);
    assert_eq!(practice.post(ADD, &jana(START)).unwrap().code(), "X003");
    assert_eq!(practice.add(&crate::practice::but(jana(START), "pacient_email", "nobody")).code(), "X011");
    let codes: Vec<String> = sandbox.requests_to(ADD).iter().map(|it| it.code.unwrap().to_string()).collect();
    assert_eq!((codes, sandbox.mails().len()), (vec!["X003".to_owned(), "X011".to_owned()], 0));
}

#[test]
fn a_vendor_call_acts_where_others_mail() {
    let sandbox = Sandbox::start();
    sandbox.next("/api_echo/").works_on(WorksOn::mail_first(ms(5), ms(300))).gateway(ms(100), GatewayAnswer::Page(502));
    let reply = PracticeProgram::of(&sandbox).call("/api_echo/", &[("a", "b")]);
    let entry = &sandbox.requests_to("/api_echo/")[0];
    assert_eq!((reply.status, entry.carried_out), (502, true), "it has acted, and the gateway says 502");
    sandbox.wait_until_idle();
}

/// An invitation that takes a moment behind this gateway, and the e-mails when all is over.
fn invite_behind(gateway: impl FnOnce(Next<'_>)) -> (Result<crate::practice::Reply, ureq::Error>, Sandbox) {
    let sandbox = Sandbox::start();
    gateway(sandbox.next(ADD).works_on(WorksOn::mail_first(ms(600), ms(100))));
    let reply = PracticeProgram::of(&sandbox).try_call(ADD, &jana(START));
    assert_eq!((sandbox.invitations().len(), sandbox.working()), (0, 1), "the caller knows before the patient");
    sandbox.wait_until_idle();
    assert_eq!((sandbox.invitations().len(), sandbox.meetings().len()), (1, 1));
    (reply, sandbox)
}

#[test]
fn a_gateway_gives_up_before_the_work_is_done() {
    for (status, said) in
        [(502, "502 Bad Gateway"), (503, "503 Service Unavailable"), (504, "504 Gateway Time-out"), (524, "Error code 524")]
    {
        let (reply, sandbox) = invite_behind(|next| drop(next.gateway(ms(30), GatewayAnswer::Page(status))));
        let reply = reply.unwrap();
        assert_eq!((reply.status, reply.text().contains(said)), (status, true));
        assert_eq!(sandbox.requests_to(ADD)[0].status, status);
    }
}

#[test]
fn a_gateway_resets_the_connection() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(100), ms(0))).gateway(ms(10), GatewayAnswer::Reset);
    let mut waiting = invite_and_leave(&sandbox);
    assert_eq!(waiting.read(&mut [0; 10]).unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    sandbox.wait_until_idle();
    assert_eq!((sandbox.invitations().len(), sandbox.requests_to(ADD)[0].status), (1, 0));

    let secure = Sandbox::builder().https_only().start();
    secure.next("/api_time/").delay(ms(500)).gateway(ms(1), GatewayAnswer::Reset);
    let agent = crate::practice::trusting_agent(secure.ca_pem());
    let practice = PracticeProgram::with_agent(agent, &secure.url(), secure.app_key(), secure.api_key());
    let error = practice.post("/api_time/", &[]).err().expect("no answer").to_string();
    assert!(error.contains("reset"), "{error}");
}

#[test]
fn a_reply_that_is_soon_enough_passes_the_gateway() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(1), ms(1))).gateway(Duration::from_secs(20), GatewayAnswer::Page(504));
    let meet_id = PracticeProgram::of(&sandbox).add(&jana(START)).meet_id();
    assert_eq!(sandbox.invitations(), [meet_id]);
}

#[test]
fn a_gateway_also_stands_before_late_acts_and_late_replies() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    sandbox.next("/api_time/").act_after(ms(150)).gateway(ms(10), GatewayAnswer::Page(504));
    assert_eq!(practice.post("/api_time/", &[]).unwrap().status, 504);
    assert_eq!(sandbox.requests_to("/api_time/").len(), 0);
    sandbox.wait_until_idle();
    let entry = &sandbox.requests_to("/api_time/")[0];
    assert_eq!((entry.carried_out, entry.status), (true, 504));
    sandbox.next("/api_time/").delay(ms(150)).gateway(ms(10), GatewayAnswer::Page(502));
    assert_eq!(practice.post("/api_time/", &[]).unwrap().status, 502);
}

#[test]
fn the_control_api_takes_it_and_waits_for_the_end() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let gateway = json!({ "gives_up_after_ms": 20, "answers": 504 });
    let fault = json!({ "path": ADD, "gateway": gateway,
        "works_on": { "check_ms": 1, "mail_ms": 100, "row_ms": 100, "order": "row_first", "end": "500", "keeps_detail": true } });
    let (status, told) = control.ask("POST", "/faults", Some(fault.clone()));
    assert_eq!((status, &told[0]["works_on"], &told[0]["gateway"]), (201, &fault["works_on"], &gateway));
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).status, 504);
    assert_eq!(control.get("/working")["working"], 1);
    assert_eq!(control.get("/idle")["working"], 0);
    assert_eq!((sandbox.meetings().len(), sandbox.mails().len()), (1, 0));
    for wrong in [
        json!({ "path": "*", "works_on": [] }),
        json!({ "path": "*", "works_on": { "mail_s": 1 } }),
        json!({ "path": "*", "works_on": { "end": "X006" } }),
        json!({ "path": "*", "works_on": { "mail_ms": 9_007_199_254_740_992_u64 } }),
        json!({ "path": "*", "gateway": { "answers": 504 } }),
        json!({ "path": "*", "gateway": { "gives_up_after_ms": 1, "answers": 500 } }),
        json!({ "path": "*", "gateway": { "gives_up_after_ms": 1, "answers": "rst" } }),
    ] {
        assert_eq!(control.ask("POST", "/faults", Some(wrong.clone())).0, 400, "{wrong}");
    }
}

#[test]
fn a_reset_ends_the_work_that_is_under_way() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(1500), ms(150)));
    let waiting = invite_and_leave(&sandbox);
    until("one under way", || sandbox.requests_to(ADD).len() == 1);
    sandbox.reset();
    sandbox.wait_until_idle();
    assert_eq!((sandbox.mails().len(), sandbox.meetings().len(), sandbox.requests().len()), (0, 0, 0));
    drop(waiting);
}

#[test]
fn a_state_file_keeps_what_late_work_has_done() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let sandbox = Sandbox::builder().state(&file).start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(ms(50), ms(50))).gateway(ms(1), GatewayAnswer::Page(504));
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).status, 504);
    sandbox.wait_until_idle();
    let (mails, meetings, requests) = (sandbox.mails(), sandbox.meetings(), sandbox.requests());
    drop(sandbox);
    let again = Sandbox::builder().state(&file).start();
    assert_eq!((again.mails(), again.meetings(), again.requests()), (mails, meetings, requests));
    assert!(again.requests_to(ADD)[0].carried_out);
}

#[test]
fn the_last_connection_that_closes_leaves_none_open() {
    let sandbox = Sandbox::start();
    let waiting = TcpStream::connect(sandbox.http_address()).unwrap();
    until("a connection", || sandbox.open_connections() == 1);
    drop(waiting);
    until("none", || sandbox.open_connections() == 0);
}

#[test]
fn a_request_that_has_come_whole_is_carried_out_however_soon_its_caller_hangs_up() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    for sent in 1..=200 {
        let form = format!("token={}", practice.token());
        let head = "POST /api_echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded";
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len());
        TcpStream::connect(sandbox.http_address()).unwrap().write_all(request.as_bytes()).unwrap();
        until("its entry", || sandbox.requests_to("/api_echo/").len() == sent);
    }
    assert!(sandbox.requests_to("/api_echo/").iter().all(|request| request.carried_out));
}
