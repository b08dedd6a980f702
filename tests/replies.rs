//! What comes back: each shape of an error, each habit of such services, and whatever is no reply at all. Source: contract, "Open" 2 to 4.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::{Odd, OddServer, RawServer};
use videodoktor_sandbox::{EmptyList, ErrorShape, Habits, MissingSlash, Sandbox};

const START: &str = "23.11.2030 10:00";
const LIST: &str = "/api_meet_list/";
const MIB: u64 = 1 << 20;

/// Over plain HTTP and without repeats: what is judged here is the reply.
fn plain(sandbox: &Sandbox) -> Client {
    Client::at(&sandbox.http_url(), sandbox, json!({"retries": 0}))
}

/// A list that met this in its place.
fn list_at(raw: &RawServer) -> Answer {
    Client::new(&raw.http_url(), "app", "practice", &json!({"retries": 0, "proxy": "none"})).unwrap().meet_list()
}

#[test]
fn every_shape_of_a_refusal_is_understood_at_every_http_status() {
    let sandbox = Sandbox::start();
    let client = plain(&sandbox);
    for habits in [Habits::default(), Habits::php(), Habits::all()] {
        sandbox.habits(habits);
        for shape in ErrorShape::ALL {
            sandbox.error_shape(shape);
            for http_status in [200, 400, 401, 403, 404, 422, 429, 500, 502, 503] {
                sandbox.error_status(http_status);
                let error = client.meet_detail("nobody").error(VD_X004_MEET_ID);
                assert_eq!((&error["source"], &error["http_status"]), (&json!("server"), &json!(http_status)), "{shape:?}");
                assert_eq!(client.call("api_unheard_of", &json!({})).status, VD_ERR_HTTP, "an honest 404 is no refusal");
            }
        }
    }
}

#[test]
fn a_token_is_refused_in_every_shape_too() {
    let sandbox = Sandbox::start();
    let wrong = Client::new(&sandbox.http_url(), "sandbox-other", sandbox.api_key(), &json!({"retries": 0})).unwrap();
    for shape in ErrorShape::ALL {
        sandbox.error_shape(shape);
        wrong.verify().error(VD_X001_APP_KEY);
        wrong.meet_list().error(VD_X001_APP_KEY);
    }
}

/// Two calls, one without a phone.
fn with_two_calls() -> (Sandbox, Client) {
    let sandbox = Sandbox::start();
    let client = plain(&sandbox);
    client.meet_add(&Invitation::jana(START)).ok();
    client.meet_add(&Invitation { pacient_telefon: None, ..Invitation::jana("24.11.2030 10:00").named("Žofie Čápová") }).ok();
    (sandbox, client)
}

/// A habit and how it is switched on.
type Habit = (&'static str, fn(&mut Habits));

#[test]
fn no_habit_of_the_service_changes_what_the_host_reads() {
    let (sandbox, client) = with_two_calls();
    let plain = client.meet_list().ok();
    let habits: [Habit; 9] = [
        ("a byte-order mark", |h| h.bom = true),
        ("blank lines first", |h| h.leading_space = true),
        ("numbers for texts and the reverse", |h| h.swapped_numbers = true),
        ("null for an empty text", |h| h.nulls = true),
        ("an object with numeric keys for a list", |h| h.numeric_keys = true),
        ("escaped slashes", |h| h.escaped_slashes = true),
        ("escaped letters", |h| h.unicode_escapes = true),
        ("HTML as content type", |h| h.html_content_type = true),
        ("all of PHP's", |h| *h = Habits::php()),
    ];
    for (why, switch_on) in habits {
        let mut habits = Habits::default();
        switch_on(&mut habits);
        sandbox.habits(habits);
        assert_eq!(client.meet_list().ok(), plain, "{why}");
        assert_eq!(client.meet_detail(plain[1]["meet_id"].as_str().unwrap()).ok(), plain[1], "{why}");
        assert_eq!(client.verify().ok(), json!({"valid": true}), "{why}");
        assert!(client.time().ok()["iso"].is_string(), "{why}");
    }
}

#[test]
fn with_every_habit_at_once_the_whole_day_still_works() {
    let (sandbox, client) = with_two_calls();
    let before = client.meet_list().ok();
    sandbox.habits(Habits::all());
    let mut list = client.meet_list().ok();
    for meeting in list.as_array_mut().unwrap() {
        let meeting = meeting.as_object_mut().unwrap();
        assert_eq!((meeting.remove("sandbox_verze"), meeting.remove("sandbox_poznamka")), (Some(json!(2)), Some(json!("pole navíc"))));
    }
    assert_eq!(list, before);
    let meet_id = client.meet_add(&Invitation::jana("25.11.2030 10:00")).text("meet_id");
    sandbox.set_clock("2030-11-26 08:00");
    assert!(client.meet_export(&meet_id).text("export_url").starts_with(&sandbox.http_url()));
    assert_eq!(client.meet_remove(&meet_id).text("meet_id"), meet_id);
    sandbox.set_clock("2026-11-26 08:00");
    assert!(client.meet_add(&Invitation::jana(START)).error(VD_X024_START_TAKEN)["existing"]["same_patient"] == true);
}

#[test]
fn an_empty_list_is_an_empty_array_however_it_is_written() {
    let sandbox = Sandbox::start();
    let client = plain(&sandbox);
    for empty_list in [EmptyList::Array, EmptyList::Object, EmptyList::Null] {
        sandbox.habits(Habits { empty_list, ..Habits::default() });
        assert_eq!(client.meet_list().ok(), json!([]), "{empty_list:?}");
    }
}

#[test]
fn a_patient_called_x011_is_no_error() {
    let sandbox = Sandbox::start();
    let client = plain(&sandbox);
    for shape in ErrorShape::ALL {
        sandbox.error_shape(shape);
        let start = format!("{}.11.2030 10:00", 1 + ErrorShape::ALL.iter().position(|other| *other == shape).unwrap());
        let meet_id = client.meet_add(&Invitation::jana(&start).named("X011 Novák").with_email("x005@example.cz")).text("meet_id");
        assert_eq!(client.meet_detail(&meet_id).ok()["pacient_jmeno"], "X011 Novák");
    }
    assert!(client.meet_list().ok().as_array().unwrap().iter().all(|meeting| meeting["pacient_jmeno"] == "X011 Novák"));
}

#[test]
fn what_is_no_reply_says_what_came() {
    let sandbox = Sandbox::start();
    let client = plain(&sandbox);
    client.meet_add(&Invitation::jana(START)).ok();
    let says = |status: i32, what: &str| {
        let error = client.meet_list().error(status);
        let detail = error["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(what), "{detail}");
        assert_eq!(error["source"], "network");
        assert!(!detail.contains("Jana"), "{detail}");
    };
    sandbox.next(LIST).status(200);
    says(VD_ERR_BAD_REPLY, "HTML page");
    sandbox.next(LIST).status(502);
    says(VD_ERR_HTTP, "HTTP 502 with an HTML page");
    sandbox.next(LIST).status(403).body("");
    says(VD_ERR_HTTP, "HTTP 403 with an empty reply");
    sandbox.next(LIST).empty_body();
    says(VD_ERR_BAD_REPLY, "empty");
    sandbox.next(LIST).truncated_body();
    says(VD_ERR_BAD_REPLY, "ends early");
    sandbox.next(LIST).malformed_body();
    says(VD_ERR_BAD_REPLY, "broken JSON");
    sandbox.next(LIST).body(b"[{\"meet_id\":\"\xfd\"}]".to_vec());
    says(VD_ERR_BAD_REPLY, "invalid UTF-8");
    sandbox.next(LIST).body("[".repeat(100_000));
    says(VD_ERR_BAD_REPLY, "nested deeper");
    sandbox.next(LIST).body(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    says(VD_ERR_BAD_REPLY, "nested deeper");
    sandbox.next(LIST).cut_reply_after(0).times(2); // the first may have met a connection that had died unused
    says(VD_ERR_NETWORK, "");
    sandbox.next(LIST).cut_reply_after(200);
    says(VD_ERR_NETWORK, "");
}

#[test]
fn a_captive_portal_is_told_from_the_service() {
    for (odd, status) in [(Odd::CaptiveRedirect, VD_ERR_REDIRECT), (Odd::CaptivePage, VD_ERR_BAD_REPLY)] {
        let portal = OddServer::start(odd);
        let client = Client::new(&portal.url(), "app", "practice", &json!({"ca_file": portal.ca_file(), "retries": 0})).unwrap();
        client.verify().error(status);
        client.meet_list().error(status);
        let before = portal.requests();
        client.meet_add(&Invitation::jana(START)).error(status);
        assert_eq!(portal.requests(), before + 1, "without a token nothing about the patient is sent");
    }
}

#[test]
fn what_is_not_even_http_is_a_bad_reply() {
    let cases: [(&str, Vec<u8>, &[i32]); 6] = [
        ("another protocol", b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec(), &[VD_ERR_BAD_REPLY]),
        ("a length that is no number", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n[]".to_vec(), &[VD_ERR_BAD_REPLY]),
        (
            "a chunk without a length",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n".to_vec(),
            &[VD_ERR_BAD_REPLY],
        ),
        ("headers without end", [b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-Filler: x\r\n".repeat(100_000)].concat(), &[VD_ERR_BAD_REPLY]),
        ("a body shorter than announced", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]".to_vec(), &[VD_ERR_NETWORK, VD_ERR_BAD_REPLY]),
        ("nothing", Vec::new(), &[VD_ERR_NETWORK]),
    ];
    for (why, reply, statuses) in cases {
        let server = RawServer::closing(move |_| reply.clone());
        let answer = list_at(&server);
        assert!(statuses.contains(&answer.status), "{why}: {}", answer.json);
    }
}

#[test]
fn what_comes_behind_a_reply_is_not_taken_for_the_next_one() {
    // Of any length, and of such lengths that it is read apart from what follows it.
    for length in [0, 1 << 10, 4 << 10] {
        let seen = Arc::new(Mutex::new(String::new()));
        let sees = Arc::clone(&seen);
        let raw = RawServer::keeping(move |request| {
            sees.lock().unwrap().push_str(&String::from_utf8_lossy(request));
            let reply = |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {:5}\r\n\r\n{body}", body.len());
            let body = if request.starts_with(b"POST /api_verify/") { r#"{"token":"good"}"# } else { "[]" };
            let padding = " ".repeat(usize::saturating_sub(length, reply(body).len()));
            (reply(&format!("{padding}{body}")) + &reply(r#"{"token":"smuggled"}"#)).into_bytes()
        });
        let client = Client::new(&raw.http_url(), "app", "practice", &json!({})).unwrap();
        for _ in 0..3 {
            assert_eq!(client.meet_list().ok(), json!([]), "{length}");
        }
        let seen = seen.lock().unwrap();
        assert!(seen.contains("token=good") && !seen.contains("smuggled"), "{length}: {seen}");
    }
}

#[test]
fn a_reply_may_have_one_mib_and_a_list_thirty_two() {
    let sandbox = Sandbox::start();
    let client = Client::at(&sandbox.http_url(), &sandbox, json!({"retries": 0, "timeout_ms": 120_000}));
    sandbox.next("/api_big/").huge_body(MIB);
    assert!(client.call("api_big", &Value::Null).ok()["filler"].is_string());
    sandbox.next("/api_big/").huge_body(MIB + 1);
    let error = client.call("api_big", &Value::Null).error(VD_ERR_OUTCOME_UNKNOWN);
    assert!(error["detail"].as_str().unwrap().contains("larger than 1 MiB"), "{error}");
    sandbox.next("/api_meet_detail/").huge_body(MIB + 1);
    client.meet_detail("a").error(VD_ERR_TOO_LARGE);
    for (length, status) in [(32 << 20, VD_OK), ((32 << 20) + 1, VD_ERR_TOO_LARGE)] {
        sandbox.next("/api_meet_list/").body(format!("[{}]", " ".repeat(length - 2)));
        assert_eq!(client.meet_list().status, status);
    }
    client.meet_list().ok();
}

#[test]
fn a_reply_that_does_not_say_its_length_has_the_same_limit() {
    let server = RawServer::closing(|_| [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec(), vec![b' '; 33 << 20]].concat());
    list_at(&server).error(VD_ERR_TOO_LARGE);
}

#[test]
fn no_redirect_is_followed_but_the_one_about_the_slash() {
    let sandbox = Sandbox::start();
    let elsewhere = RawServer::closing(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]".to_vec());
    let client = plain(&sandbox);
    let own = sandbox.http_url();
    let targets = [
        format!("{}{LIST}", elsewhere.http_url()),
        format!("//{}{LIST}", elsewhere.address()),
        format!("{}api_meet_list/", own.replace("http://", "http://x@elsewhere.example:80/")),
        "/login/".into(),
        format!("{own}/api_meet_detail/"),
        format!("{LIST}?session=1"),
        format!("{own}{LIST}"),
        "api_meet_list/".into(),
        String::new(),
    ];
    for target in targets {
        for http_status in [301, 302, 303, 307, 308] {
            sandbox.next(LIST).redirect(&target).status(http_status);
            let error = client.meet_list().error(VD_ERR_REDIRECT);
            assert_eq!(error["http_status"], http_status, "{target}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
    sandbox.change(|settings| settings.missing_slash = MissingSlash::Serve);
    for target in ["/api_meet_list".to_owned(), format!("{own}/api_meet_list")] {
        sandbox.next(LIST).redirect(&target).status(301);
        assert_eq!(client.meet_list().ok(), json!([]), "{target}");
    }
}

#[test]
fn an_invitation_that_is_redirected_about_the_slash_is_sent_once() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.missing_slash = MissingSlash::Serve);
    sandbox.next("/api_meet_add/").redirect("/api_meet_add").status(308);
    let made = plain(&sandbox).meet_add(&Invitation::jana(START)).ok();
    assert_eq!((sandbox.invitations(), &made["reconciled"]), (vec![made["meet_id"].as_str().unwrap().to_owned()], &Value::Null));
}

#[test]
fn slashes_that_send_each_other_round_end_with_the_second() {
    let sandbox = Sandbox::start();
    sandbox.next(LIST).redirect("/api_meet_list").status(301).times(10);
    plain(&sandbox).meet_list().error(VD_ERR_REDIRECT);
    assert!(sandbox.requests().len() <= 4, "{:?}", sandbox.requests());
}
