//! What needs a library that fails on purpose: `cargo test --features test-hooks --test hooks`.
#![cfg(feature = "test-hooks")]

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::{end_of, second_process, task, wait_for, within};
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;

/// The test again in a process with this variable set; its body returns there what the parent is to see.
#[track_caller]
fn with_variable(test: &str, name: &str, value: &str, body: impl FnOnce()) {
    if task().is_some() {
        return body();
    }
    let output = end_of(second_process(test, "go").env(name, value).spawn().unwrap(), Duration::from_secs(60));
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_bug_is_caught_named_by_its_place_and_lets_no_patient_out() {
    let sandbox = Sandbox::start();
    let log = Log::listen(4);
    let client = Client::of(&sandbox);
    let error = client.call("api_test_panic", &Value::Null).error(99);
    assert_eq!((&error["name"], &error["source"]), (&json!("VD_ERR_INTERNAL"), &json!("client")));
    for text in [error.to_string(), log.text()] {
        assert!(text.contains("test_hooks.rs:"), "{text}");
        assert!(!["Jana", "805512", "example.cz"].iter().any(|canary| text.contains(canary)), "{text}");
    }
    client.meet_list().ok();
}

#[test]
fn a_hundred_bugs_in_eight_threads_leave_a_library_that_works() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| (0..13).for_each(|_| drop(client.call("api_test_panic", &Value::Null).error(99))));
        }
    });
    client.meet_add(&Invitation::jana("23.11.2030 10:00")).ok();
}

#[test]
fn a_verifier_that_blocks_holds_up_neither_deadline_nor_interrupt() {
    with_variable("a_verifier_that_blocks_holds_up_neither_deadline_nor_interrupt", "VIDEODOKTOR_TEST_VERIFIER_BLOCKS_MS", "10000", || {
        let sandbox = Sandbox::start();
        let client = Client::with(&sandbox, json!({"timeout_ms": 700}));
        within(Duration::from_millis(700), || client.verify()).error(VD_ERR_TIMEOUT);
        let client = Client::of(&sandbox);
        let before = sandbox.connections();
        thread::scope(|threads| {
            let call = threads.spawn(|| client.verify());
            wait_for("the connection", || sandbox.connections() > before);
            within(Duration::ZERO, || {
                client.interrupt();
                call.join().unwrap().error(VD_ERR_CANCELLED);
            });
        });
    });
}

#[test]
fn a_library_that_repeats_blindly_is_caught_by_the_journal() {
    with_variable("a_library_that_repeats_blindly_is_caught_by_the_journal", "VIDEODOKTOR_TEST_REPEAT_BLINDLY", "1", || {
        let sandbox = Sandbox::start();
        sandbox.next("/api_meet_add/").cut_reply_after(0);
        let answer = Client::of(&sandbox).meet_add(&Invitation::jana("23.11.2030 10:00"));
        let sent = sandbox.requests_to("/api_meet_add/").len();
        assert!(
            sent == 2 && answer.status == VD_X024_START_TAKEN,
            "the rule was broken and nobody noticed: {sent} requests, {}",
            answer.json
        );
    });
}

/// A Windows without a current root: the system does not know the service's issuer, Mozilla's list does.
#[test]
fn a_system_that_lacks_a_root_is_told_apart_from_an_antivirus() {
    let client = |url: &str, lang: &str| Client::new(url, "app", "practice", &json!({"proxy": "none", "lang": lang})).unwrap();
    let last = |report: &Answer| report.json["steps"].as_array().unwrap().last().unwrap().clone();
    if let Some(url) = task() {
        for (lang, says) in [("cs", "nainstaloval aktuální kořenové certifikáty"), ("en", "install the current root certificates")] {
            let report = client(&url, lang).diagnose();
            let last = last(&report);
            assert_eq!((report.status, &last["step"]), (VD_ERR_TLS_UNTRUSTED, &json!("tls")), "{last}");
            assert!(
                last["message"].as_str().unwrap().contains(says) && last["detail"].as_str().unwrap().contains("nobody inspects"),
                "{last}"
            );
        }
        client(&url, "cs").verify().error(VD_ERR_TLS_UNTRUSTED); // no call trusts more than it was told to
        return;
    }
    let sandbox = Sandbox::start();
    let inspected = last(&client(&sandbox.url(), "en").diagnose());
    assert!(inspected["message"].as_str().unwrap().contains("antivirus"), "{inspected}");
    let mut process = second_process("a_system_that_lacks_a_root_is_told_apart_from_an_antivirus", &sandbox.url());
    let process = process.env("VIDEODOKTOR_TEST_BUNDLED_ROOTS", sandbox.ca_file());
    let output = end_of(process.spawn().unwrap(), Duration::from_secs(60));
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert_eq!(sandbox.requests().len(), 0, "nothing was sent to a server that is not trusted");
}
