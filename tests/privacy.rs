//! A canary patient and canary secrets go through every call and every failure; none of them may turn up in a log line or an error.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use videodoktor_abi_client::host::wait_for;
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::{HttpProxy, Odd, OddServer, RawServer, SocksProxy, closed_port};
use videodoktor_sandbox::{Practice, Sandbox};

const APP_KEY: &str = "sandbox-kanari-program-9c1f";
const API_KEY: &str = "sandbox-kanari-ordinace-7b2e";
const TOKEN: &str = "kanari-zeton-55aa77";
const NAME: &str = "Kanárková Žlutěna";
const EMAIL: &str = "zlutena@kanari.example";
const PHONE: &str = "739444222";
const YEAR: &str = "1931";
const BIRTH_NUMBER: &str = "315512/123";
const PROXY_PASSWORD: &str = "heslokproxy";
const START: &str = "23.11.2030 10:00";

/// Words of which none may be seen; parts of them, so that a shortened or escaped form is found too.
const CANARIES: [&str; 15] = [
    "kanari",
    "Kanári",
    "Kan\\u00e1",
    "Kan%C3%A1",
    "lut\u{11b}na",
    "lut\\u011bna",
    "zlutena",
    "739444222",
    "739 444",
    "1931",
    "315512",
    "heslokproxy",
    "/meet/",
    "/report/",
    "vykaz-tajny",
];

fn zlutena() -> Invitation {
    let text = |text: &str| Some(text.to_owned());
    Invitation { pacient_telefon: text(PHONE), pacient_narozen: text(YEAR), ..Invitation::jana(START).named(NAME).with_email(EMAIL) }
}

fn sandbox() -> Sandbox {
    let practice = Practice { name: "Ordinace".into(), email: "ordinace@sandbox.example".into(), api_key: API_KEY.into() };
    Sandbox::builder().app_key(APP_KEY).practices(vec![practice]).start()
}

/// Collects errors; what succeeds may hold the patient, that is its purpose.
#[derive(Default)]
struct Errors(Mutex<Vec<String>>);

impl Errors {
    fn note(&self, what: &str, answer: Answer) {
        if answer.status != VD_OK {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{what}: {}", answer.json));
        }
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Every call once, as a host would make it with a patient's data in hand.
fn every_call(what: &str, client: &Client, errors: &Errors) {
    let folder = tempfile::tempdir().unwrap();
    let meet_id = "kanari-hovor";
    let answers = [
        client.verify(),
        client.time(),
        client.meet_add(&zlutena()),
        client.meet_list(),
        client.meet_detail(meet_id),
        client.meet_remove(meet_id),
        client.meet_move(meet_id, &zlutena()),
        client.meet_export(meet_id),
        client.meet_export_save(meet_id, &folder.path().join("chybi").join("vykaz-tajny.pdf")),
        client.call("api_kanari", &json!({"pacient_jmeno": NAME, "pacient_email": EMAIL})),
        client.diagnose(),
    ];
    for answer in answers {
        errors.note(what, answer);
    }
}

/// Holds log and errors against the canaries.
fn examine(log: &Log, errors: &Errors, least: (usize, usize)) {
    let lines = log.lines();
    let errors = errors.0.lock().unwrap();
    assert!(lines.len() >= least.0 && errors.len() >= least.1, "too little was seen: {} lines, {} errors", lines.len(), errors.len());
    for text in lines.iter().map(|(_, line)| line).chain(errors.iter()) {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} in: {text}");
        }
    }
}

/// A reply that is nothing but canaries.
fn canary_page() -> String {
    format!("<html>{NAME} {EMAIL} {PHONE} {YEAR} {BIRTH_NUMBER} {TOKEN} {API_KEY} https://x/meet/kanari</html>")
}

#[test]
fn no_reply_of_the_service_lets_a_canary_out() {
    let sandbox = sandbox();
    let (log, errors) = (Log::listen(4), Errors::default());
    let client = Client::with(&sandbox, json!({"retries": 0, "timeout_ms": 800}));
    let page = canary_page();
    let broken = format!(r#"{{"meet_id":"kanari","pacient_jmeno":"{NAME}","{EMAIL}":"{TOKEN}""#);
    let wrong_types = format!(r#"{{"token":["{TOKEN}"],"meet_id":{{"x":"{NAME}"}},"error":"{NAME}"}}"#);
    let explained = format!(r#"{{"error":"X011","message":"{NAME} {EMAIL}"}}"#);
    let words = format!("X010 {NAME}");
    every_call("an honest service", &client, &errors);
    for status in [200, 302, 403, 500] {
        for body in [&page, &broken, &wrong_types, &explained, &words] {
            sandbox.next("*").status(status).body(body.as_str()).header("Location", "https://kanari.example/meet/kanari").times(40);
            every_call("a reply of canaries", &client, &errors);
            sandbox.clear_faults();
            // With a token of our own choice, the rest of the way is walked too.
            sandbox.next("/api_verify/").body(json!({"token": TOKEN}).to_string()).times(40);
            sandbox.next("*").status(status).body(body.as_str()).times(40);
            every_call("a reply of canaries to a token", &client, &errors);
            sandbox.clear_faults();
        }
    }
    examine(&log, &errors, (200, 200));
}

#[test]
fn no_code_of_the_service_lets_a_canary_out() {
    let sandbox = sandbox();
    let (log, errors) = (Log::listen(4), Errors::default());
    let client = Client::with(&sandbox, json!({"retries": 0, "lang": "en", "timeout_ms": 1_500}));
    for code in (0..=5).chain(10..=14).chain(20..=24).chain([42]) {
        sandbox.next("*").code(&format!("X{code:03}")).times(99);
        every_call("a code", &client, &errors);
        sandbox.clear_faults();
    }
    examine(&log, &errors, (100, 100));
}

#[test]
fn no_broken_way_to_the_service_lets_a_canary_out() {
    let sandbox = sandbox();
    let (log, errors) = (Log::listen(4), Errors::default());
    let of = |url: &str, mut options: Value| {
        options["retries"] = json!(0);
        options["timeout_ms"] = json!(1_000);
        Client::new(url, APP_KEY, API_KEY, &options).unwrap()
    };
    for odd in [Odd::ExpiredCertificate, Odd::WrongName, Odd::UnknownIssuer, Odd::Silent, Odd::Garbage, Odd::CaptivePage, Odd::PlainHttp] {
        let server = OddServer::start(odd);
        every_call("an odd server", &of(&server.url(), json!({"ca_file": server.ca_file()})), &errors);
    }
    every_call("nobody there", &of(&format!("https://{}", closed_port()), json!({})), &errors);
    let (http, socks) = (HttpProxy::with_login("u", "p"), SocksProxy::with_login("u", "p"));
    for url in [http.url(), socks.url(), format!("http://{}", closed_port())] {
        let proxy = url.replace("://", &format!("://kanari:{PROXY_PASSWORD}@"));
        for auth in ["auto", "basic", "negotiate", "ntlm", "none"] {
            every_call("a proxy", &of("https://ordinace.example", json!({"proxy": proxy, "proxy_auth": auth})), &errors);
        }
    }
    let page = "HTTP/1.1 407 kanari\r\nProxy-Authenticate: Kanari realm=\"kanari\"\r\nProxy-Authenticate: Negotiate a2FuYXJp\r\nContent-Length: 6\r\n\r\nkanari";
    let asking = RawServer::closing(move |_| page.as_bytes().to_vec());
    let proxy = asking.http_url().replace("://", &format!("://kanari:{PROXY_PASSWORD}@"));
    every_call("a proxy that asks oddly", &of("https://ordinace.example", json!({"proxy": proxy})), &errors);
    for cut in [0, 1, 17, 100, 150] {
        sandbox.next("*").cut_reply_after(cut).times(99);
        every_call("a cut", &Client::with(&sandbox, json!({"retries": 0, "timeout_ms": 1_000})), &errors);
        sandbox.clear_faults();
    }
    let garbage = RawServer::closing(|_| canary_page().into_bytes());
    every_call("no HTTP", &of(&garbage.http_url(), json!({})), &errors);
    let header = RawServer::closing(|_| format!("HTTP/1.1 200 {NAME}\r\nX-{EMAIL}: {NAME}\r\n\r\n").into_bytes());
    every_call("odd headers", &of(&header.http_url(), json!({})), &errors);
    examine(&log, &errors, (100, 100));
}

#[test]
fn no_wrong_argument_lets_a_canary_out() {
    let (log, errors) = (Log::listen(4), Errors::default());
    let made = |url: &str, app_key: &str, key: &str, options: Value| {
        let made = Client::new(url, app_key, key, &options);
        errors.note("a client", made.err().unwrap_or_else(|| panic!("{options} was taken")));
    };
    made("https://kanari:heslokproxy@x", APP_KEY, API_KEY, json!({}));
    made("https://x/meet/kanari", APP_KEY, API_KEY, json!({}));
    made("demo", "kanari key", API_KEY, json!({}));
    made("demo", APP_KEY, "sandbox-kanari", json!({}));
    for name in ["proxy", "ca_file", "lang", "user_agent", "meet_start_format", "validate", "tls_roots", "timeout_ms", API_KEY, NAME] {
        made("demo", "app", "key", json!({name: format!("ftp://kanari:{PROXY_PASSWORD}@{EMAIL}/{NAME}")}));
    }
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    let wrong = [
        zlutena().named("Kanári").with_email(EMAIL),
        zlutena().named(&NAME.repeat(10)),
        zlutena().with_email("zlutena.kanari"),
        Invitation { pacient_telefon: Some("+421 739 444 222".into()), ..zlutena() },
        Invitation { pacient_narozen: Some("315512/123".into()), ..zlutena() },
        Invitation { meet_start: Some(format!("v deset, {NAME}")), ..zlutena() },
    ];
    for invitation in wrong {
        errors.note("an invitation", client.meet_add(&invitation));
        errors.note("a check", invitation.check());
    }
    for (name, fields) in [("api kanari", json!({})), ("api_x", json!(NAME)), ("api_x", json!({NAME: {"x": EMAIL}}))] {
        errors.note("a call", client.call(name, &fields));
    }
    assert_ne!(birth_year(BIRTH_NUMBER).0, -1);
    assert_eq!(json_get(&format!(r#"{{"{NAME}":"{EMAIL}"#), "/kanari").0, VD_ERR_INVALID_ARGUMENT);
    examine(&log, &errors, (0, 24));
}

#[test]
fn a_day_of_good_calls_logs_no_canary_and_yet_logs_what_a_support_desk_needs() {
    let sandbox = sandbox();
    let log = Log::listen(4);
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&zlutena()).text("meet_id");
    client.meet_list().ok();
    client.meet_detail(&meet_id).ok();
    sandbox.set_clock("2030-11-24 08:00");
    let folder = tempfile::tempdir().unwrap();
    client.meet_export(&meet_id).ok();
    client.meet_export_save(&meet_id, &folder.path().join("vykaz-tajny.pdf")).ok();
    client.meet_remove(&meet_id).ok();
    sandbox.next("/api_meet_list/").code("X005");
    client.meet_list().ok();
    wait_for("a line for every call", || log.text().matches("api_meet_").count() >= 7);
    let text = log.text();
    for call in
        ["api_verify", "api_meet_add", "api_meet_list", "api_meet_detail", "api_meet_export", "api_meet_remove", "VD_X005_SYSTEM", " ms"]
    {
        assert!(text.contains(call), "{call} is not in the log:\n{text}");
    }
    for canary in CANARIES.into_iter().chain([meet_id.as_str()]) {
        assert!(!text.contains(canary), "{canary} in:\n{text}");
    }
    assert_eq!(Errors::default().len(), 0);
}
