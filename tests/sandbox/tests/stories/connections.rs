//! HTTP and HTTPS, connections that stay open, starting and stopping.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, START, jana, plain_agent, time_until_close, trusting_agent};

#[test]
fn https_is_trusted_through_the_ca_file_and_not_without_it() {
    let sandbox = Sandbox::start();
    let pem = std::fs::read_to_string(sandbox.ca_file()).unwrap();
    let practice = PracticeProgram::with_agent(trusting_agent(&pem), &sandbox.url(), sandbox.app_key(), sandbox.api_key());
    let made = practice.add(&jana(START)).json();
    assert!(made["meet_url"].as_str().unwrap().starts_with(&sandbox.url()));
    let stranger = Sandbox::start();
    let wary = PracticeProgram::with_agent(trusting_agent(stranger.ca_pem()), &sandbox.url(), "", "");
    assert!(wary.post("/api_time/", &[]).is_err());
}

#[test]
fn the_ca_file_goes_with_the_sandbox() {
    let sandbox = Sandbox::start();
    let ca_file = sandbox.ca_file().to_owned();
    assert!(ca_file.exists());
    drop(sandbox);
    assert!(!ca_file.exists());
}

#[test]
fn many_calls_share_one_connection() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    for _ in 0..50 {
        practice.list();
    }
    assert_eq!(sandbox.connections(), 1);
    assert_eq!(sandbox.counters().requests["/api_verify/"], 50);
}

#[test]
fn both_loopback_addresses_answer_when_asked() {
    let sandbox = Sandbox::builder().http_only().ipv6().start();
    let port = sandbox.http_address().port();
    for host in ["127.0.0.1", "[::1]"] {
        let practice = PracticeProgram::at(&format!("http://{host}:{port}"), "", "");
        assert!(practice.post("/api_time/", &[]).unwrap().json()["time"].is_string(), "{host}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_address_of_the_tests_choice_is_in_the_addresses_and_in_the_certificate() {
    let elsewhere = "127.0.0.2:0".parse().unwrap();
    let sandbox = Sandbox::builder().http_at(elsewhere).https_at(elsewhere).start();
    assert!(sandbox.http_url().starts_with("http://127.0.0.2:"));
    let origin = format!("https://{}", sandbox.https_address());
    let practice = PracticeProgram::with_agent(trusting_agent(sandbox.ca_pem()), &origin, sandbox.app_key(), sandbox.api_key());
    assert_eq!(practice.verify().status, 200);
}

#[test]
fn a_stopped_sandbox_refuses_and_a_restarted_one_is_back_on_its_port() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let made = practice.add(&jana(START)).meet_id();
    sandbox.stop();
    assert!(TcpStream::connect(sandbox.http_address()).is_err());
    sandbox.restart();
    let fresh = PracticeProgram::of(&sandbox);
    assert_eq!(fresh.list()[0]["meet_id"], made);
}

#[test]
fn a_restart_cuts_open_connections() {
    let sandbox = Sandbox::start();
    let mut idle = TcpStream::connect(sandbox.http_address()).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    std::io::Write::write_all(&mut idle, b"POST /api_time/ HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    let waiting_since = Instant::now();
    while sandbox.connections() == 0 {
        assert!(waiting_since.elapsed() < Duration::from_secs(10), "the connection is never accepted");
        std::thread::yield_now();
    }
    sandbox.restart();
    let mut rest = Vec::new();
    match std::io::Read::read_to_end(&mut idle, &mut rest) {
        Ok(bytes) => assert_eq!(bytes, 0, "no reply"),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}

#[test]
fn a_connection_may_close_after_each_reply_unannounced() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.close_after_reply = true);
    let reply = time_until_close(&sandbox);
    assert!(reply.contains("\"time\"") && !reply.to_lowercase().contains("connection:"), "{reply}");
}

#[test]
fn an_idle_connection_is_closed_when_its_time_is_over() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.idle_close_ms = Some(50));
    let begun = Instant::now();
    let reply = time_until_close(&sandbox);
    assert!(reply.contains("\"time\"") && !reply.to_lowercase().contains("connection:"), "{reply}");
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[test]
fn twenty_thousand_meetings_are_listed_quickly() {
    let sandbox = Sandbox::start();
    sandbox.seed_meetings(20_000);
    let practice = PracticeProgram::with_agent(plain_agent(), &sandbox.http_url(), sandbox.app_key(), sandbox.api_key());
    assert_eq!(practice.list().as_array().unwrap().len(), 20_000);
    assert!(sandbox.invitations().is_empty(), "nobody was e-mailed");
}
