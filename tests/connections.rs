//! The way to the service: certificates, proxies, names, connections. Deadlines and interrupts are in `deadlines.rs`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use videodoktor_abi_client::host::{end_of, second_process, task};
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{HttpProxy, Odd, OddServer, RawServer, SocksProxy, closed_port};

/// A name that no resolver knows; only a proxy of the test leads it to the sandbox.
const NAME: &str = "https://ordinace.example";
const NAME_AND_PORT: &str = "ordinace.example:443";

fn sandbox_with_a_name() -> Sandbox {
    Sandbox::builder().names(&["ordinace.example"]).seed(new_seed()).start()
}

/// Sandboxes of one name are one service to the library: none may give the tokens of another.
fn new_seed() -> u64 {
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    SEEDS.fetch_add(1, Ordering::Relaxed)
}

fn verify(url: &str, options: Value) -> Answer {
    Client::new(url, "app", "practice", &options).unwrap().verify()
}

#[test]
fn a_bad_certificate_ends_it_before_a_key_is_sent() {
    let cases = [
        (Odd::UnknownIssuer, VD_ERR_TLS_UNTRUSTED, "issuer"),
        (Odd::ExpiredCertificate, VD_ERR_TLS, "has expired: it was valid until 20"),
        (Odd::WrongName, VD_ERR_TLS, "another host name: localhost was asked for, it is for elsewhere.example"),
        (Odd::PlainHttp, VD_ERR_TLS, "does not speak TLS"),
        (Odd::Garbage, VD_ERR_TLS, "does not speak TLS"),
    ];
    for tls_roots in ["system", "bundled"] {
        for (odd, status, says) in cases {
            let server = OddServer::start(odd);
            let options = json!({"ca_file": server.ca_file(), "tls_roots": tls_roots});
            let error = verify(&server.url(), options).error(status);
            assert!(error["detail"].as_str().unwrap().contains(says), "{odd:?} by {tls_roots}: {error}");
            assert_eq!((server.requests(), &error["retryable"]), (0, &json!(false)), "{odd:?}");
            assert_eq!(server.connections(), 1, "a certificate does not get better by asking again: {odd:?}");
        }
    }
}

#[test]
fn without_the_authority_the_sandbox_is_not_trusted_and_the_message_says_what_to_do() {
    let sandbox = Sandbox::start();
    for tls_roots in ["system", "bundled"] {
        let error = verify(&sandbox.url(), json!({"tls_roots": tls_roots, "lang": "en"})).error(VD_ERR_TLS_UNTRUSTED);
        assert!(error["message"].as_str().unwrap().contains("ca_file"), "{error}");
        Client::with(&sandbox, json!({"tls_roots": tls_roots})).verify().ok();
    }
    assert_eq!(sandbox.requests().len(), 2);
}

#[test]
fn a_ca_file_of_no_use_is_an_error_of_the_option_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let unreadable = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let fifo = folder.path().join("fifo.pem");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let key = "-----BEGIN PRIVATE KEY-----\nMAUCAQAwAA==\n-----END PRIVATE KEY-----\n";
    let paths: [PathBuf; 9] = [
        fifo,
        "/dev/zero".into(),
        file("key.pem", key),
        folder.path().join("missing.pem"),
        folder.path().to_path_buf(),
        file("empty.pem", ""),
        file("words.pem", "this is no certificate"),
        file("unreadable.pem", unreadable),
        file("broken.pem", broken),
    ];
    for path in paths {
        for tls_roots in ["system", "bundled"] {
            let options = json!({"ca_file": path, "tls_roots": tls_roots});
            let made = Client::new("demo", "app", "practice", &options);
            let error = made.err().unwrap_or_else(|| panic!("{} was taken as it is", path.display())).error(VD_ERR_INVALID_ARGUMENT);
            assert!(error["detail"].as_str().unwrap().contains("ca_file"), "{error}");
        }
    }
}

#[test]
fn a_ca_file_in_der_is_as_good_as_in_pem() {
    let sandbox = Sandbox::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.der");
    std::fs::write(&file, CertificateDer::from_pem_file(sandbox.ca_file()).unwrap()).unwrap();
    for tls_roots in ["system", "bundled"] {
        Client::with(&sandbox, json!({"ca_file": file, "tls_roots": tls_roots})).verify().ok();
    }
}

#[test]
fn a_host_that_does_not_exist_and_a_port_that_is_closed_are_told_apart() {
    verify("https://ordinace.invalid", json!({"retries": 0, "proxy": "none"})).error(VD_ERR_DNS);
    let closed = format!("https://{}", closed_port());
    verify(&closed, json!({"retries": 0})).error(VD_ERR_CONNECT);
    let error = verify(&closed, json!({"retries": 1})).error(VD_ERR_CONNECT);
    assert_eq!(error["source"], "network");
}

#[test]
fn ipv6_is_a_way_like_any_other() {
    let sandbox = Sandbox::builder().ipv6().start();
    let port = sandbox.https_address().port();
    Client::at(&format!("https://[::1]:{port}"), &sandbox, json!({})).verify().ok();
    assert!(sandbox.requests().iter().all(|request| request.ip == "::1"));
}

#[test]
fn a_name_with_two_addresses_of_which_one_is_closed_is_reached() {
    let sandbox = Sandbox::start(); // `localhost` may be ::1 as well, where nobody listens
    Client::of(&sandbox).verify().ok();
}

#[test]
fn a_thousand_calls_use_three_connections_at_most() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    for _ in 0..1_000 {
        client.meet_list().ok();
    }
    let (connections, tokens) = (sandbox.connections(), sandbox.counters().requests["/api_verify/"]);
    println!("1000 calls: {connections} connections, {tokens} token requests");
    assert!(connections <= 3, "{connections} connections");
    assert!(tokens <= 1_002, "{tokens} tokens for 1000 calls");
}

#[test]
fn a_host_program_is_named_before_the_library_itself() {
    let seen = Arc::new(Mutex::new(String::new()));
    let noted = seen.clone();
    let server = RawServer::closing(move |request| {
        *noted.lock().unwrap() = String::from_utf8_lossy(request).into_owned();
        b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"token\":\"t\"}".to_vec()
    });
    verify(&server.http_url(), json!({"user_agent": "Ordinace/7.1 (Delphi 7)"})).ok();
    let request = seen.lock().unwrap().to_ascii_lowercase();
    assert!(request.contains(&format!("user-agent: ordinace/7.1 (delphi 7) videodoktor/{}\r\n", env!("CARGO_PKG_VERSION"))), "{request}");
    assert!(request.starts_with("post /api_verify/ http/1.1\r\n") && request.ends_with("api_key=practice&api_app_key=app"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
}

#[test]
fn plain_http_is_for_this_machine_or_for_whoever_asks_for_it() {
    let refused = |url: &str| Client::new(url, "app", "practice", &json!({})).err().map(|answer| answer.error(VD_ERR_INVALID_ARGUMENT));
    assert_eq!(refused("http://ordinace.example").unwrap()["field"], "app_url");
    assert!(refused("http://127.0.0.1:1").is_none() && refused("http://localhost:1").is_none() && refused("http://[::1]:1").is_none());
    assert!(Client::new("http://ordinace.example", "app", "practice", &json!({"allow_http": true})).is_ok());
    for wrong in ["", "demo/", "ftp://demo", "https://", "https://a/b", "https://a?b", "https://u:p@a", "a b", "https://a:99999"] {
        assert_eq!(refused(wrong).unwrap_or_else(|| panic!("{wrong} was taken"))["field"], "app_url");
    }
}

#[test]
fn an_http_proxy_tunnels_to_the_name_it_was_given() {
    let sandbox = sandbox_with_a_name();
    let proxy = HttpProxy::open();
    proxy.route(NAME_AND_PORT, sandbox.https_address());
    let client = Client::at(NAME, &sandbox, json!({"proxy": proxy.url()}));
    client.meet_add(&Invitation::jana("23.11.2030 10:00")).ok();
    client.meet_list().ok();
    assert_eq!((proxy.targets().contains(&NAME_AND_PORT.to_owned()), sandbox.invitations().len()), (true, 1));
    assert!(proxy.tunnels() <= 3, "{} tunnels", proxy.tunnels());
}

#[test]
fn a_proxy_that_wants_a_login_gets_it_or_says_so() {
    let sandbox = sandbox_with_a_name();
    let proxy = HttpProxy::with_login("ordinace", "heslo:s@znakem");
    proxy.route(NAME_AND_PORT, sandbox.https_address());
    let through = |url: String| Client::at(NAME, &sandbox, json!({"proxy": url, "retries": 0})).verify();
    through(proxy.url_with_login("ordinace", "heslo:s@znakem")).ok();
    for url in [proxy.url(), proxy.url_with_login("ordinace", "spatne")] {
        let error = through(url).error(VD_ERR_PROXY_AUTH);
        assert!(!error.to_string().contains("spatne"), "{error}");
    }
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn a_socks_proxy_that_wants_a_login_gets_it_or_says_so() {
    let sandbox = sandbox_with_a_name();
    let open = SocksProxy::open();
    let closed = SocksProxy::with_login("ordinace", "tajne heslo");
    for proxy in [&open, &closed] {
        proxy.route(NAME_AND_PORT, sandbox.https_address());
    }
    let through = |url: String| Client::at(NAME, &sandbox, json!({"proxy": url, "retries": 0})).verify();
    through(open.url()).ok();
    let login = |password: &str| closed.url().replace("://", &format!("://ordinace:{password}@"));
    through(login("tajne%20heslo")).ok();
    assert_eq!(
        (open.targets(), closed.targets()),
        (vec![NAME_AND_PORT.to_owned()], vec![NAME_AND_PORT.to_owned()]),
        "the proxy looks the name up"
    );
    for url in [closed.url(), login("spatne")] {
        through(url).error(VD_ERR_PROXY_AUTH);
    }
}

#[test]
fn a_proxy_that_refuses_or_is_not_there_is_the_proxys_fault() {
    let sandbox = sandbox_with_a_name();
    let refusing = [HttpProxy::refusing(403)];
    let closed = [format!("http://{}", closed_port()), format!("socks5://{}", closed_port())];
    for url in refusing.iter().map(HttpProxy::url).chain(closed) {
        let error = Client::at(NAME, &sandbox, json!({"proxy": url, "retries": 0})).verify().error(VD_ERR_PROXY);
        assert_eq!(error["source"], "network", "{url}");
    }
    let nowhere = SocksProxy::open();
    let error = Client::at(NAME, &sandbox, json!({"proxy": nowhere.url(), "retries": 0})).verify().error(VD_ERR_PROXY);
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.contains("SOCKS proxy refused: ") && detail.ends_with(&nowhere.url().replace("socks5://", "; proxy ")), "{detail}");
    assert_eq!(sandbox.requests().len(), 0);
}

/// A working proxy without a connection to the service: the proxy's administrator is not the one to ask.
#[test]
fn a_proxy_that_does_not_reach_the_service_is_not_the_proxys_fault() {
    let sandbox = sandbox_with_a_name();
    for status in [502, 503, 504] {
        let proxy = HttpProxy::refusing(status);
        let client = Client::at(NAME, &sandbox, json!({"proxy": proxy.url(), "retries": 0}));
        let detail = client.verify().error(VD_ERR_CONNECT)["detail"].as_str().unwrap().to_owned();
        let place = proxy.url().replace("http://", "");
        assert_eq!(detail, format!("the proxy {place} has no connection to {NAME_AND_PORT} (HTTP {status})"));
        let report = client.diagnose().json;
        let steps: Vec<_> =
            report["steps"].as_array().unwrap().iter().map(|step| (step["step"].as_str().unwrap(), step["ok"] == true)).collect();
        assert_eq!(steps, [("proxy", true), ("connect", false)], "{report}");
    }
}

#[test]
fn a_login_is_shown_only_where_the_option_lets_it() {
    let sandbox = sandbox_with_a_name();
    let proxy = HttpProxy::with_login("ordinace", "heslokproxy");
    proxy.route(NAME_AND_PORT, sandbox.https_address());
    let url = proxy.url_with_login("ordinace", "heslokproxy");
    let verify = |auth: &str| Client::at(NAME, &sandbox, json!({"proxy": url, "proxy_auth": auth, "retries": 0})).verify();
    for (auth, says) in
        [("none", "option proxy_auth \"auto\" would try Basic"), ("negotiate", "would try Basic"), ("ntlm", "would try Basic")]
    {
        let detail = verify(auth).error(VD_ERR_PROXY_AUTH)["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("asks for a login (407) and offers Basic; ") && detail.contains(says), "{auth}: {detail}");
        assert!(!detail.contains("ordinace") && !detail.contains("heslo"), "{detail}");
    }
    let refused = proxy.refused();
    verify("auto").ok();
    assert_eq!(proxy.refused(), refused + 1, "auto waits for the challenge");
    verify("basic").ok();
    verify("auto").ok();
    assert_eq!(proxy.refused(), refused + 1, "what this proxy has taken is sent at once");
    let wrong = Client::new("demo", "app", "practice", &json!({"proxy_auth": "kerberos"})).err().unwrap().error(VD_ERR_INVALID_ARGUMENT);
    assert!(wrong["detail"].as_str().unwrap().contains("proxy_auth must be \"auto\""), "{wrong}");
}

#[test]
fn a_proxy_that_cannot_be_used_is_an_error_of_the_option() {
    let refused = |proxy: &str| {
        let answer = Client::new("demo", "app", "practice", &json!({"proxy": proxy})).err().unwrap_or_else(|| panic!("{proxy} was taken"));
        answer.error(VD_ERR_INVALID_ARGUMENT)["detail"].as_str().unwrap().to_owned()
    };
    for (proxy, why) in [
        ("", "a word"),
        ("System", "a word"),
        ("direct", "a word"),
        ("yes", "a word"),
        ("ftp://a:1", "unknown kind"),
        ("socks4://a:1", "SOCKS 4"),
        ("https://a:1", "over TLS"),
        ("http://", "no host"),
        ("http://127.0.0.1:port", "1 to 65535"),
        ("http://127.0.0.1:99999", "1 to 65535"),
        ("http://jan:taj/ne@127.0.0.1:1", "percent-encoded"),
    ] {
        let detail = refused(proxy);
        assert!(detail.contains(why) && detail.contains("\"system\", \"none\""), "{proxy}: {detail}");
        assert!(!detail.contains("jan") && !detail.contains("127.0.0.1"), "{detail}");
    }
}

/// What calls to `NAME` come to in a process whose environment names proxies: the status, and the error's detail; then the diagnosis.
fn with_environment(sandbox: &Sandbox, variables: &[(&str, &str)]) -> (i32, String, Value) {
    let task = json!({"url": NAME, "app_key": sandbox.app_key(), "key": sandbox.api_key(), "ca_file": sandbox.ca_file()});
    let mut process = second_process("the_environment_chooses_the_proxy_as_it_does_for_curl", &task.to_string());
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        process.env_remove(name).env_remove(name.to_uppercase());
    }
    let output = end_of(process.envs(variables.iter().copied()).spawn().unwrap(), std::time::Duration::from_secs(60));
    let said = String::from_utf8(output.stdout).unwrap();
    let told = said.lines().find_map(|line| Some(line.split_once("told=")?.1)).unwrap_or_else(|| panic!("{said}"));
    let told: Value = serde_json::from_str(told).unwrap();
    let detail = told["answer"]["error"]["detail"].as_str().unwrap_or_default().to_owned();
    (told["status"].as_i64().unwrap().try_into().unwrap(), detail, told["diagnosis"].clone())
}

#[test]
fn a_proxy_of_the_environment_that_cannot_be_used_is_never_gone_past() {
    let sandbox = sandbox_with_a_name();
    for (name, proxy, why) in [
        ("https_proxy", "https://127.0.0.1:9", "over TLS"),
        ("HTTPS_PROXY", "socks4://127.0.0.1:9", "SOCKS 4"),
        ("ALL_PROXY", "socks4a://127.0.0.1:9", "SOCKS 4"),
        ("all_proxy", "http://jan:tajne@127.0.0.1:99999", "1 to 65535"),
    ] {
        let (status, detail, diagnosis) = with_environment(&sandbox, &[(name, proxy)]);
        assert_eq!(status, VD_ERR_PROXY, "{proxy}: {detail}");
        assert!(detail.starts_with(&format!("environment variable {name} cannot be used: it ")) && detail.contains(why), "{detail}");
        assert!(!detail.contains("jan") && !detail.contains("tajne"), "{detail}");
        let steps = diagnosis["steps"].as_array().unwrap();
        assert_eq!((steps.len(), &steps[0]["step"], &steps[0]["status"]), (1, &json!("proxy"), &json!(VD_ERR_PROXY)), "{diagnosis}");
        assert_eq!(steps[0]["detail"], *detail, "{diagnosis}");
    }
}

#[test]
fn a_login_with_a_domain_before_it_is_taken_as_it_is_written() {
    let sandbox = sandbox_with_a_name();
    let proxy = HttpProxy::with_login("DOM\\ordinace", "pa%ss");
    proxy.route(NAME_AND_PORT, sandbox.https_address());
    let address = proxy.url().replace("://", "://DOM\\ordinace:pa%ss@");
    Client::at(NAME, &sandbox, json!({"proxy": address})).verify().ok();
    let (status, detail, diagnosis) = with_environment(&sandbox, &[("https_proxy", &address)]);
    assert_eq!((status, &diagnosis["ok"]), (VD_OK, &json!(true)), "{detail} {diagnosis}");
    let place = proxy.url().replace("http://", "");
    assert_eq!(diagnosis["steps"][0]["detail"], format!("environment variable https_proxy: {place}"));
}

#[test]
fn the_environment_chooses_the_proxy_as_it_does_for_curl() {
    if let Some(task) = task() {
        let task: Value = serde_json::from_str(&task).unwrap();
        let text = |name: &str| task[name].as_str().unwrap();
        let client = Client::new(text("url"), text("app_key"), text("key"), &json!({"ca_file": task["ca_file"], "retries": 0})).unwrap();
        let (answer, diagnosis) = (client.verify(), client.diagnose());
        return println!("told={}", json!({"status": answer.status, "answer": answer.json, "diagnosis": diagnosis.json}));
    }
    let sandbox = sandbox_with_a_name();
    let (http, socks, unused) = (HttpProxy::with_login("u", "p"), SocksProxy::open(), HttpProxy::open());
    http.route(NAME_AND_PORT, sandbox.https_address());
    socks.route(NAME_AND_PORT, sandbox.https_address());
    let login = http.url_with_login("u", "p");
    let status = |variables: &[(&str, &str)]| with_environment(&sandbox, variables).0;
    assert_eq!(status(&[("https_proxy", &login), ("http_proxy", &unused.url()), ("all_proxy", &unused.url())]), VD_OK);
    assert_eq!(status(&[("HTTPS_PROXY", &login)]), VD_OK);
    assert_eq!(status(&[("ALL_PROXY", &socks.url())]), VD_OK);
    assert_eq!(status(&[("https_proxy", &http.url())]), VD_ERR_PROXY_AUTH);
    assert_eq!(status(&[("https_proxy", &login), ("NO_PROXY", "localhost,.example")]), VD_ERR_DNS);
    assert_eq!(unused.targets(), [] as [&str; 0]);
    assert_eq!((http.tunnels(), socks.tunnels()), (4, 2), "one a call, one a diagnosis");
}

/// A server that stands for somebody else's host and keeps what it is told.
fn stranger() -> (RawServer, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = heard.clone();
    let server = RawServer::closing(move |request| {
        keeps.lock().unwrap().push(String::from_utf8_lossy(request).into_owned());
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n%PDF-1.4\n".to_vec()
    });
    (server, heard)
}

#[test]
fn no_redirect_leads_a_key_or_a_token_to_another_host() {
    let sandbox = Sandbox::start();
    let (server, heard) = stranger();
    let client = Client::with(&sandbox, json!({"retries": 1, "timeout_ms": 3_000}));
    let folder = tempfile::tempdir().unwrap();
    let calls: [(&str, &dyn Fn() -> Answer); 9] = [
        ("/api_verify/", &|| client.verify()),
        ("/api_time/", &|| client.time()),
        ("/api_meet_add/", &|| client.meet_add(&Invitation::jana("23.11.2030 10:00"))),
        ("/api_meet_list/", &|| client.meet_list()),
        ("/api_meet_detail/", &|| client.meet_detail("a")),
        ("/api_meet_remove/", &|| client.meet_remove("a")),
        ("/api_meet_export/", &|| client.meet_export("a")),
        ("/api_meet_export/", &|| client.meet_export_save("a", &folder.path().join("x.pdf"))),
        ("/api_new/", &|| client.call("api_new", &json!({}))),
    ];
    for (path, call) in calls {
        for status in [301, 302, 303, 307, 308] {
            sandbox.next(path).redirect(&format!("{}{path}", server.http_url())).status(status);
            let answer = call();
            sandbox.clear_faults();
            match path {
                "/api_meet_add/" | "/api_new/" => drop(answer.error(VD_ERR_OUTCOME_UNKNOWN)), // who redirects may have acted
                "/api_meet_remove/" => assert_eq!(answer.ok()["reconciled"], true, "there is no such meeting"),
                _ => drop(answer.error(VD_ERR_REDIRECT)),
            }
        }
    }
    assert_eq!(*heard.lock().unwrap(), [] as [&str; 0]);
    assert_eq!(sandbox.invitations().len(), 0);
}

/// A practice behind a proxy that leads two names to this machine: the service's own and that of a host for reports.
fn with_a_host_for_reports(reports: Option<SocketAddr>) -> (Sandbox, HttpProxy, Client) {
    let sandbox = Sandbox::builder().names(&["ordinace.example", "vykazy.example"]).seed(new_seed()).start();
    let proxy = HttpProxy::open();
    proxy.route(NAME_AND_PORT, sandbox.https_address());
    proxy.route("vykazy.example:443", reports.unwrap_or_else(|| sandbox.https_address()));
    let client = Client::at(NAME, &sandbox, json!({"proxy": proxy.url(), "retries": 0, "report_hosts": ["vykazy.example"]}));
    (sandbox, proxy, client)
}

#[test]
fn a_report_is_fetched_from_the_service_and_from_hosts_that_an_option_names() {
    let (service, proxy, client) = with_a_host_for_reports(None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vykaz.pdf");
    let save_from = |url: &str| {
        service.next("/api_meet_export/").body(json!({"export_url": url}).to_string());
        client.meet_export_save("a", &path)
    };
    service.next("/report/").body("%PDF-1.4").header("Content-Type", "application/pdf");
    let saved = save_from("https://vykazy.example/report/a.pdf").ok();
    assert_eq!((&saved["bytes"], &saved["content_type"]), (&json!(8), &json!("application/pdf")));
    assert_eq!(proxy.targets().last().unwrap(), "vykazy.example:443");
    let asked = |host: &str| proxy.targets().iter().filter(|target| *target == host).count();
    for wrong in [
        "https://elsewhere.example/a.pdf",
        "https://vykazy.example:444/a.pdf",
        "https://name:secret@ordinace.example/a.pdf",
        "http://ordinace.example/a.pdf",
        "http://127.0.0.1/a.pdf",
        "file:///etc/passwd",
        "/report.pdf",
        "javascript:alert(1)",
        "https://",
    ] {
        let error = save_from(wrong).error(VD_ERR_BAD_REPLY);
        assert!(!error["detail"].as_str().unwrap().contains("secret"), "{error}");
    }
    assert_eq!(asked(NAME_AND_PORT) + 1, proxy.targets().len(), "nobody else was asked");
    assert_eq!(std::fs::read(&path).unwrap(), b"%PDF-1.4");
}

#[test]
fn a_report_is_fetched_as_its_address_is_meant() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vykaz.pdf");
    let save_from = |address: &str| {
        sandbox.next("/api_meet_export/").body(json!({"export_url": format!("{}{address}", sandbox.url())}).to_string());
        client.meet_export_save("a", &path)
    };
    sandbox.next("/report/").body("%PDF-1.4").header("Content-Type", "application/pdf");
    assert_eq!(save_from("/report/v\u{fd}kaz 1.pdf\n").ok()["bytes"], 8);
    sandbox.next("/report/a").status(301).redirect("/report/a/");
    sandbox.next("/report/a/").body("%PDF-1.4 the second");
    assert_eq!(save_from("/report/a").ok()["bytes"], 19, "mod_dir's redirect to the slash is followed");
    for (body, status) in [("{\"error\":\"X004\"}", VD_X004_MEET_ID), ("X002", VD_X002_API_KEY)] {
        sandbox.next("/report/").body(body).times(9);
        save_from("/report/b.pdf").error(status);
        sandbox.clear_faults();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "%PDF-1.4 the second", "what is no report replaces none");
    for body in [json!({"export_url": ""}), json!({"export_url": null}), json!({"meet_id": "a", "export_url": " "})] {
        sandbox.next("/api_meet_export/").body(body.to_string());
        let error = client.meet_export_save("a", &path).error(VD_ERR_REPORT_NOT_READY);
        assert_eq!((&error["retryable"], &error["source"], &error["attempts"]), (&json!(false), &json!("server"), &json!(1)));
    }
}

fn files(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_report_on_a_host_with_a_bad_certificate_is_not_fetched() {
    let odd = OddServer::start(Odd::UnknownIssuer);
    let (sandbox, _proxy, client) = with_a_host_for_reports(Some(odd.address()));
    sandbox.next("/api_meet_export/").body(json!({"export_url": "https://vykazy.example/x.pdf"}).to_string());
    let folder = tempfile::tempdir().unwrap();
    client.meet_export_save("a", &folder.path().join("x.pdf")).error(VD_ERR_TLS_UNTRUSTED);
    assert_eq!(files(folder.path()), [] as [&str; 0]);
}
