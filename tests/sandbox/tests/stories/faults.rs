//! Each fault on demand: what the caller sees, and whether the call was carried out.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use videodoktor_sandbox::{Next, Sandbox};

use crate::practice::{PracticeProgram, Reply, START, but, jana, time_until_close};

const ADD: &str = "/api_meet_add/";

/// What an invitation got, and how many there are afterwards.
fn add_under(fault: impl FnOnce(Next<'_>)) -> (Result<Reply, ureq::Error>, usize) {
    let sandbox = Sandbox::start();
    fault(sandbox.next(ADD));
    let reply = PracticeProgram::of(&sandbox).try_call(ADD, &jana(START));
    (reply, sandbox.invitations().len())
}

#[test]
fn a_code_on_demand_is_not_carried_out_and_only_the_next_request_meets_it() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).code("X005").times(2);
    let practice = PracticeProgram::of(&sandbox);
    let add = || practice.add(&jana(START)).code();
    assert_eq!([add(), add(), add()], ["X005", "X005", ""]);
    assert_eq!(sandbox.invitations().len(), 1);
}

#[test]
fn an_html_page_in_the_services_place() {
    let (reply, invitations) = add_under(|next| drop(next.status(502)));
    let reply = reply.unwrap();
    assert_eq!((reply.status, invitations), (502, 0));
    assert!(reply.text().contains("<h1>502 Bad Gateway</h1>"));
}

#[test]
fn a_page_after_the_call_was_carried_out() {
    let (reply, invitations) = add_under(|next| drop(next.status(504).body("<p>timeout</p>").header("Retry-After", "2").carried_out()));
    let reply = reply.unwrap();
    assert_eq!((reply.status, reply.text().as_str(), reply.header("retry-after"), invitations), (504, "<p>timeout</p>", "2", 1));
}

#[test]
fn bodies_spoilt_after_the_call_was_carried_out() {
    let (empty, invitations) = add_under(|next| drop(next.empty_body()));
    assert_eq!((empty.unwrap().bytes.len(), invitations), (0, 1));
    let (truncated, invitations) = add_under(|next| drop(next.truncated_body()));
    assert!(serde_json::from_slice::<serde_json::Value>(&truncated.unwrap().bytes).unwrap_err().is_eof());
    assert_eq!(invitations, 1);
    let (malformed, invitations) = add_under(|next| drop(next.malformed_body()));
    assert!(serde_json::from_slice::<serde_json::Value>(&malformed.unwrap().bytes).unwrap_err().is_syntax());
    assert_eq!(invitations, 1);
}

#[test]
fn a_huge_body_has_the_length_asked_for() {
    for bytes in [13_u64, 65_536, 5_000_001] {
        let (reply, invitations) = add_under(|next| drop(next.huge_body(bytes)));
        let reply = reply.unwrap();
        assert_eq!((reply.bytes.len() as u64, invitations), (bytes, 0));
        assert!(reply.json()["filler"].is_string());
    }
}

#[test]
fn a_redirect_to_wherever_the_test_likes() {
    let (reply, invitations) = add_under(|next| drop(next.redirect("https://elsewhere.example/")));
    let reply = reply.unwrap();
    assert_eq!((reply.status, reply.header("location"), invitations), (302, "https://elsewhere.example/", 0));
    let (reply, _) = add_under(|next| drop(next.redirect("/x/").status(307)));
    assert_eq!(reply.unwrap().status, 307);
    let (reply, _) = add_under(|next| drop(next.redirect("/x/").body("elsewhere")));
    let reply = reply.unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (302, "elsewhere"));
}

#[test]
fn a_connection_cut_before_and_after_acting() {
    let (reply, invitations) = add_under(|next| drop(next.cut_before_acting()));
    assert!(reply.is_err());
    assert_eq!(invitations, 0);
    let (reply, invitations) = add_under(|next| drop(next.cut_reply_after(0)));
    assert!(reply.is_err());
    assert_eq!(invitations, 1);
}

#[test]
fn a_reply_is_cut_at_exactly_the_byte_asked_for() {
    let bytes_until_close = |sandbox: &Sandbox| {
        sandbox.next("*").close_after_reply();
        time_until_close(sandbox)
    };
    let whole = bytes_until_close(&Sandbox::start());
    for bytes in [0, 1, 17, whole.len() - 1, whole.len()] {
        let sandbox = Sandbox::builder().http_only().clock("2030-11-23 10:00").frozen().start();
        sandbox.next("/api_time/").cut_reply_after(bytes as u64);
        assert_eq!(bytes_until_close(&sandbox).len(), bytes);
    }
}

#[test]
fn a_reply_that_comes_late_and_a_call_that_acts_late() {
    let wait = Duration::from_millis(120);
    let begun = Instant::now();
    let (reply, invitations) = add_under(|next| drop(next.delay(wait)));
    assert_eq!((reply.unwrap().code().as_str(), invitations), ("", 1));
    assert!(begun.elapsed() >= wait);

    let sandbox = Sandbox::start();
    let token = PracticeProgram::of(&sandbox).token();
    sandbox.next("/api_echo/").act_after(wait);
    let mut hasty = TcpStream::connect(sandbox.http_address()).unwrap();
    let body = format!("token={token}");
    let head = "POST /api_echo/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded";
    write!(hasty, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    while !sandbox.waiting_faults().is_empty() {
        std::thread::yield_now();
    }
    drop(hasty);
    let carried_out = || sandbox.requests_to("/api_echo/").iter().any(|request| request.carried_out);
    assert!(!carried_out(), "too early");
    let begun = Instant::now();
    while !carried_out() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never carried out");
        std::thread::yield_now();
    }
}

#[test]
fn a_body_that_drips() {
    let begun = Instant::now();
    let (reply, _) = add_under(|next| drop(next.slow_body(20, Duration::from_millis(20))));
    let pieces = reply.unwrap().bytes.len().div_ceil(20) as u32;
    assert!(pieces > 2 && begun.elapsed() >= Duration::from_millis(20) * (pieces - 1));
}

#[test]
fn faults_by_chance_come_from_the_seed() {
    let pattern = |seed| {
        let sandbox = Sandbox::builder().seed(seed).start();
        sandbox.sometimes("/api_time/", 0.3).code("X005");
        let practice = PracticeProgram::of(&sandbox);
        (0..60).map(|_| practice.post("/api_time/", &[]).unwrap().code()).collect::<Vec<_>>()
    };
    let struck = pattern(3).iter().filter(|code| *code == "X005").count();
    assert!((5..35).contains(&struck), "{struck} of 60");
    assert_eq!(pattern(3), pattern(3));
    assert_ne!(pattern(3), pattern(4));
}

#[test]
fn faults_wait_in_line_and_can_be_taken_back() {
    let sandbox = Sandbox::start();
    sandbox.next("/api_time/").code("X005");
    sandbox.next("/api_time/").code("X000");
    sandbox.next("/report/").status(503);
    let practice = PracticeProgram::of(&sandbox);
    let time = || practice.post("/api_time/", &[]).unwrap().code();
    assert_eq!([time(), time(), time()], ["X005", "X000", ""]);
    assert_eq!(practice.get(&format!("{}/report/x.pdf", sandbox.http_url())).status, 503);
    sandbox.next("/api_time/").code("X005");
    sandbox.clear_faults();
    assert_eq!(time(), "");
}

#[test]
fn magic_addresses_ask_for_faults() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    assert!(practice.try_call(ADD, &but(jana(START), "pacient_email", "cut@sandbox.example")).is_err());
    assert_eq!(sandbox.invitations().len(), 1);
    assert_eq!(practice.add(&but(jana(START), "pacient_email", "http502@sandbox.example")).status, 502);
    let cut = &sandbox.requests_to(ADD)[0];
    assert_eq!((cut.fault.as_deref(), cut.carried_out, cut.status), (Some("cut_reply_after=0"), true, 0));
}

#[test]
#[should_panic(expected = "from 200 to 599")]
fn a_fault_that_cannot_be_is_refused_at_once() {
    Sandbox::start().next("/api_time/").status(42);
}
