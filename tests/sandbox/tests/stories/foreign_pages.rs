//! A page of another site, open in the same browser, gets no hand on the sandbox.

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, START, jana, plain_agent};

/// Sends a request with these headers and says its status.
fn status(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", sandbox.http_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    plain_agent().run(request.body(String::new()).unwrap()).unwrap().status().as_u16()
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
    assert_eq!(status(&sandbox, "POST", "/api_time/", &[("host", "demo.videodoktor.cz")]), 200, "the service is for any name");
}
