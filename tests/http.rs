//! HTTP as servers and proxies speak it: what RFC 9110 and RFC 9112 oblige a client to read, and what is common beside them.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{Action, CutProxy, RawServer, Rule};

/// The answer of a list to which a server gives this reply, whatever it is asked for beside it.
fn list_from(reply: &'static [u8]) -> Answer {
    let server = RawServer::closing(move |request| match request.starts_with(b"POST /api_meet_list/") {
        true => reply.to_vec(),
        false => b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\n{\"token\":\"t\"}".to_vec(),
    });
    Client::new(&server.http_url(), "app", "practice", &json!({"retries": 0, "prefetch_tokens": 0})).unwrap().meet_list()
}

#[test]
fn no_content_coding_is_asked_for() {
    let server = RawServer::closing(|request| {
        let request = String::from_utf8_lossy(request).to_lowercase();
        let is_right = request.contains("\r\naccept-encoding: identity\r\n");
        let body: &[u8] = if is_right { b"{\"token\":\"t\"}" } else { b"not identity" };
        [format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
    });
    let client = Client::new(&server.http_url(), "app", "practice", &json!({"retries": 0, "prefetch_tokens": 0})).unwrap();
    assert_eq!(client.verify().status, VD_OK);
}

#[test]
fn what_a_client_has_to_read_is_read() {
    let replies: [(&str, &'static [u8]); 8] = [
        ("100 with a field", b"HTTP/1.1 100 Continue\r\nServer: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
        (
            "103 twice",
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        ),
        ("a folded line", b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1;\r\n path=/\r\nContent-Length: 2\r\n\r\n[]"),
        ("a chunk extension", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;name=\"a long value of it\"\r\n[]\r\n0\r\n\r\n"),
        ("trailers", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\nX: 1\r\nY: 2\r\n\r\n"),
        ("no end behind the last chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n"),
        ("lines that end in LF", b"HTTP/1.1 200 OK\nContent-Length: 2\n\n[]"),
        ("HTTP/1.0 without a length", b"HTTP/1.0 200 OK\r\n\r\n[]"),
    ];
    for (why, reply) in replies {
        let answer = list_from(reply);
        assert_eq!((answer.status, &answer.json), (VD_OK, &json!([])), "{why}");
    }
}

#[test]
fn a_reply_that_comes_compressed_is_read() {
    let list = br#"[{"meet_id":"a"}]"#;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(list).unwrap();
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.next("/api_meet_list/").body(gzip.finish().unwrap()).header("Content-Encoding", "gzip");
    assert_eq!(client.meet_list().ok()[0]["meet_id"], "a");
    sandbox.next("/api_meet_list/").body("?").header("Content-Encoding", "br").times(9);
    let error = client.meet_list().error(VD_ERR_BAD_REPLY);
    assert!(error["detail"].as_str().unwrap().ends_with("not asked for: br"), "{error}");
}

#[test]
fn a_code_counts_at_a_redirect_and_in_another_encoding() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"retries": 0}));
    for (status, body) in
        [(302, &b"{\"error\":\"X004\"}"[..]), (200, b"{\"error\":\"X004\",\"text\":\"Neplatn\xfd\"}"), (200, b"X004 Neplatn\xfd")]
    {
        sandbox.next("/api_meet_detail/").status(status).body(body).header("Location", "https://elsewhere.example/");
        client.meet_detail("a").error(VD_X004_MEET_ID);
    }
    sandbox.next("/api_meet_list/").status(511).body("<html>").times(9);
    let error = client.meet_list().error(VD_ERR_HTTP);
    assert!(error["detail"].as_str().unwrap().contains("wants a login"), "{error}");
}

/// A vendor's call whose reply is delimited by the connection's end, broken off after so many of its bytes.
fn broken_off(reply: &str, at: usize) -> Answer {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let whole = format!("{head}{reply}");
    let server = RawServer::closing(move |request| match request.starts_with(b"POST /api_verify/") {
        true => b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\n{\"token\":\"t\"}".to_vec(),
        false => whole.clone().into_bytes(),
    });
    let proxy = CutProxy::to(server.address());
    proxy.next_request("/api_note/", Rule::to_client((head.len() + at) as u64, Action::Reset));
    let options = json!({"retries": 0, "prefetch_tokens": 0});
    Client::new(&proxy.http_url(), "app", "practice", &options).unwrap().call("api_note", &Value::Null)
}

#[test]
fn a_body_that_only_the_connections_end_delimits_is_not_taken_for_whole_after_a_reset() {
    broken_off("123456", 3).error(VD_ERR_OUTCOME_UNKNOWN);
    broken_off("{\"a\":1}", 4).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!(broken_off("{\"a\":1} ", 7).ok(), json!({"a": 1}), "JSON that shows its end is whole");
}

/// Saves a report whose reply is delimited by the connection's end, broken off after so many of its bytes; with whether there is a file then.
fn saved_report(breaks_off_at: u64) -> (Answer, bool) {
    const NEVER: u64 = 1 << 20;
    let address = Arc::new(OnceLock::<String>::new());
    let told = Arc::clone(&address);
    let server = RawServer::closing(move |request| {
        let json =
            |body: &str| format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes();
        match request {
            _ if request.starts_with(b"GET ") => REPORT.to_vec(),
            _ if request.starts_with(b"POST /api_verify/") => json("{\"token\":\"t\"}"),
            _ => json(&format!("{{\"export_url\":\"{}/report\"}}", told.get().unwrap())),
        }
    });
    let proxy = CutProxy::to(server.address());
    address.set(proxy.http_url()).unwrap();
    // The token, the report's address, the report: a connection each.
    [NEVER, NEVER, breaks_off_at].into_iter().for_each(|at| proxy.next_connection(Rule::to_client(at, Action::Reset)));
    let client = Client::new(&proxy.http_url(), "app", "practice", &json!({"retries": 0, "prefetch_tokens": 0})).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vykaz.pdf");
    (client.meet_export_save("abc", &path), path.exists())
}

const REPORT: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 whole";

#[test]
fn a_report_that_only_the_connections_end_delimits_is_not_saved_after_a_reset() {
    let length = REPORT.len() as u64;
    let (broken, is_there) = saved_report(length - 3);
    broken.error(VD_ERR_NETWORK);
    assert!(!is_there);
    let (whole, is_there) = saved_report(length + 1);
    whole.ok();
    assert!(is_there);
}
