//! A page of another site, open in the same browser, gets no hand on the sandbox.

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, START, jana, plain_agent};

/// Sends a request with these headers and says its status.
fn status(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
    send(sandbox, method, path, headers, "")
}

fn post(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    send(sandbox, "POST", path, headers, body)
}

fn send(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", sandbox.http_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    plain_agent().run(request.body(body.to_owned()).unwrap()).unwrap().status().as_u16()
}

#[test]
fn orders_of_a_foreign_page_are_refused() {
    let sandbox = Sandbox::start();
    PracticeProgram::of(&sandbox).add(&jana(START));
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in ["/_control/reset", "/_control/restart", "/sandbox/reset", "/sandbox/restart"] {
        for foreign in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:1"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(status(&sandbox, "POST", path, &[form, foreign]), 403, "{path} {foreign:?}");
        }
    }
    for (method, path) in [("DELETE", "/_control/faults"), ("PUT", "/_control/clock"), ("PATCH", "/_control/settings")] {
        assert_eq!(status(&sandbox, method, path, &[("origin", "https://evil.example")]), 403, "{path}");
    }
    assert_eq!(sandbox.meetings().len(), 1);
}

#[test]
fn our_own_page_and_programs_give_orders() {
    let sandbox = Sandbox::start();
    let own = sandbox.http_url();
    let by_name = own.replace("127.0.0.1", "localhost");
    let host = by_name.trim_start_matches("http://");
    for headers in [
        vec![],
        vec![("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
        vec![("origin", by_name.as_str()), ("host", host)],
        vec![("sec-fetch-site", "none")],
    ] {
        assert_eq!(status(&sandbox, "POST", "/_control/restart", &headers), 204, "{headers:?}");
        assert_eq!(status(&sandbox, "POST", "/sandbox/restart", &headers), 303, "{headers:?}");
    }
}

#[test]
fn a_name_that_suddenly_leads_here_shows_nothing() {
    let sandbox = Sandbox::builder().names(&["praxe.example"]).start();
    for path in ["/", "/_control/state", "/sandbox/events"] {
        assert_eq!(status(&sandbox, "GET", path, &[("host", "evil.example:80")]), 403, "{path}");
    }
    for host in ["praxe.example", "PRAXE.example:8080", "192.0.2.7", "[::1]:80", "localhost"] {
        assert_eq!(status(&sandbox, "GET", "/", &[("host", host)]), 200, "{host}");
    }
}

#[test]
fn the_service_answers_only_under_its_names_too() {
    let sandbox = Sandbox::builder().names(&["praxe.example"]).start();
    let keys = format!("api_key={}&api_app_key={}", sandbox.api_key(), sandbox.app_key());
    let form = ("content-type", "application/x-www-form-urlencoded");
    for host in ["evil.example", "evil.example:80", "demo.videodoktor.cz", "localhost.evil.example", "127.0.0.1.evil.example"] {
        for path in ["/api_verify/", "/api_time/", "/api_meet_add/", "/meet/x", "/report/x.pdf", "/anything"] {
            assert_eq!(post(&sandbox, path, &[form, ("host", host)], &keys), 403, "{host} {path}");
        }
    }
    assert_eq!(sandbox.requests().len(), 0);
    for host in ["praxe.example", "PRAXE.example:8080", "192.0.2.7", "127.0.0.1:1", "[::1]:80", "LOCALHOST"] {
        assert_eq!(post(&sandbox, "/api_verify/", &[form, ("host", host)], &keys), 200, "{host}");
    }
}

#[test]
fn what_a_foreign_page_posts_does_not_fill_the_memory() {
    let sandbox = Sandbox::start();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let much = format!("pacient_jmeno={}", "a".repeat(1024 * 1024 - 20));
    assert_eq!(post(&sandbox, "/api_meet_add/", &[form], &format!("{much}{much}")), 413);
    assert_eq!(sandbox.requests().len(), 0, "it has not reached the service");
    for number in 0..40 {
        assert_eq!(post(&sandbox, &format!("/anything/{number}"), &[form], &much), 404);
    }
    let kept = sandbox.requests();
    let bytes: usize = kept.iter().map(|request| request.field("pacient_jmeno").len()).sum();
    assert!(bytes <= 16 * 1024 * 1024 && kept.len() >= 15, "{} requests, {bytes} bytes", kept.len());
    assert_eq!((kept.last().unwrap().path.as_str(), kept.last().unwrap().number), ("/anything/39", 40), "the newest stay");
    for number in 0..1100 {
        post(&sandbox, &format!("/{number}"), &[], "");
    }
    let counted = sandbox.counters().requests;
    assert_eq!((counted.len(), counted["(others)"]), (1001, 140));
}

#[test]
fn a_state_file_is_as_short_as_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let sandbox = Sandbox::builder().state(&file).start();
    let much = format!("a={}", "a".repeat(1024 * 1024 - 20));
    for _ in 0..20 {
        post(&sandbox, "/anything/", &[("content-type", "application/x-www-form-urlencoded")], &much);
    }
    let kept = sandbox.requests();
    assert!(kept.len() < 20);
    drop(sandbox);
    assert_eq!(Sandbox::builder().state(&file).start().requests(), kept);
}
