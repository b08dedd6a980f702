//! The sandbox's clock rules everything that depends on time.

use std::time::Duration;

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, jana};

#[test]
fn the_time_is_told_in_the_format_of_the_services_text() {
    let sandbox = Sandbox::builder().clock("2020-11-21 01:18").frozen().start();
    let reply = PracticeProgram::of(&sandbox).post("/api_time/", &[]).unwrap();
    assert_eq!(reply.text(), r#"{"time":"21.11.2020.01.18"}"#);
    assert_eq!(reply.header("date"), "Sat, 21 Nov 2020 00:18:00 GMT");
}

#[test]
fn another_format_of_starts_can_be_set() {
    let sandbox = Sandbox::builder().clock("2030-11-23 09:00").frozen().start();
    sandbox.change(|settings| settings.meet_start_format = "%Y-%m-%d %H:%M".to_owned());
    let practice = PracticeProgram::of(&sandbox);
    assert_eq!(practice.post("/api_time/", &[]).unwrap().text(), r#"{"time":"2030-11-23 09:00"}"#);
    assert_eq!(practice.add(&jana("23.11.2030.10.00")).code(), "X020");
    assert_eq!(practice.add(&jana("2030-11-23 10:00")).code(), "");
}

#[test]
fn a_frozen_clock_stands_until_it_is_moved_or_let_go() {
    let sandbox = Sandbox::builder().clock("2030-11-23 10:00").frozen().start();
    let shown = || sandbox.now().to_string();
    assert_eq!(shown(), "2030-11-23 10:00:00");
    sandbox.advance(Duration::from_secs(86_400));
    assert_eq!(shown(), "2030-11-24 10:00:00");
    sandbox.turn_back(Duration::from_secs(60));
    assert_eq!(shown(), "2030-11-24 09:59:00");
    sandbox.run_clock();
    let begun = sandbox.now();
    let waiting_since = std::time::Instant::now();
    while sandbox.now() == begun {
        assert!(waiting_since.elapsed() < Duration::from_secs(10), "the clock does not run");
        std::thread::yield_now();
    }
}

#[test]
fn a_call_is_active_around_its_start() {
    let sandbox = Sandbox::builder().clock("2030-11-23 09:00").frozen().start();
    let practice = PracticeProgram::of(&sandbox);
    let made = practice.add(&jana("23.11.2030.10.00")).meet_id();
    for (clock, active) in [("09:44", 0), ("09:45", 1), ("10:59", 1), ("11:00", 0)] {
        sandbox.set_clock(&format!("2030-11-23 {clock}"));
        assert_eq!(practice.detail(&made).json()["meet_active"], active, "{clock}");
    }
}

#[test]
fn the_service_is_down_for_an_hour_at_night_where_that_is_wanted() {
    let sandbox = Sandbox::builder().frozen().start();
    sandbox.change(|settings| settings.nightly_outage = true);
    let practice = PracticeProgram::of(&sandbox);
    for (clock, code) in [("02:59", ""), ("03:00", "X005"), ("03:59", "X005"), ("04:00", "")] {
        sandbox.set_clock(&format!("2030-11-23 {clock}"));
        assert_eq!(practice.verify().code(), code, "{clock}");
    }
}
