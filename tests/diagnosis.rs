//! `vd_diagnose` on every way that ends early: which step it names, and what it has the person at the screen do or tell.

use std::ffi::CStr;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::within;
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{BlackHole, HttpProxy, Odd, OddServer, SocksProxy, closed_port};

/// What a diagnosis has to say: the step where the way ends, its status, and words that the message must hold in Czech and English.
struct Verdict {
    step: &'static str,
    status: i32,
    cs: &'static [&'static str],
    en: &'static [&'static str],
}

/// Diagnoses with this way of making a client, in both languages.
#[track_caller]
fn finds(verdict: &Verdict, client: impl Fn(Value) -> Client) {
    for (lang, words) in [("cs", verdict.cs), ("en", verdict.en)] {
        let report = client(json!({ "lang": lang })).diagnose();
        assert_eq!(report.status, verdict.status, "{}", report.json);
        let last = ends_with_one_failure(&report.json);
        assert_eq!((&last["step"], &last["status"]), (&json!(verdict.step), &json!(verdict.status)), "{}", report.json);
        assert_eq!(last["name"], name_of(verdict.status), "{last}");
        let message = last["message"].as_str().unwrap();
        assert!(words.iter().all(|word| message.contains(word)), "`{message}` does not say {words:?}");
        assert!(verdict.step == "clock" || message == text_of(verdict.status, lang), "{message}");
    }
}

/// The last step, which is the only one that failed.
#[track_caller]
fn ends_with_one_failure(report: &Value) -> &Value {
    let steps = report["steps"].as_array().unwrap();
    let failed = steps.iter().filter(|step| step["ok"] == false).count();
    assert_eq!((failed, &report["ok"], &report["abi"]), (1, &json!(false), &json!(1)), "{report}");
    let last = steps.last().unwrap();
    assert!(last["ok"] == false && last["ms"].is_u64() && !last["detail"].as_str().unwrap().is_empty(), "{report}");
    last
}

fn name_of(status: i32) -> String {
    // SAFETY: asks for nothing; the text is static.
    unsafe { CStr::from_ptr((library().vd_status_name)(status)) }.to_str().unwrap().to_owned()
}

fn text_of(status: i32, lang: &str) -> String {
    let lang = c_string(lang);
    // SAFETY: the text outlives the call; the answer is static.
    unsafe { CStr::from_ptr((library().vd_status_text)(status, lang.as_ptr())) }.to_str().unwrap().to_owned()
}

fn with(options: &Value, more: Value) -> Value {
    let (mut all, Value::Object(more)) = (options.clone(), more) else { panic!("no object") };
    all.as_object_mut().unwrap().extend(more);
    all
}

fn at(url: &str, options: &Value) -> Client {
    Client::new(url, "app", "practice", options).unwrap()
}

fn step_names(report: &Value) -> Vec<&str> {
    report["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect()
}

#[test]
fn all_is_well_where_it_is() {
    let sandbox = Sandbox::start();
    let report = Client::of(&sandbox).diagnose().ok();
    assert_eq!(step_names(&report), ["proxy", "dns", "connect", "tls", "time", "clock", "keys"]);
    assert!(report["ok"] == true && report["steps"].as_array().unwrap().iter().all(|step| step["ok"] == true), "{report}");
    let plain = Client::at(&sandbox.http_url(), &sandbox, json!({})).diagnose().ok();
    assert_eq!(step_names(&plain), ["proxy", "dns", "connect", "time", "clock", "keys"], "http has no TLS to speak of");
}

#[test]
fn all_is_well_through_a_proxy_too_and_the_report_says_who_chose_it() {
    let (sandbox, http, socks) = (Sandbox::start(), HttpProxy::open(), SocksProxy::open());
    for proxy in [http.url(), socks.url()] {
        let report = Client::with(&sandbox, json!({"proxy": proxy})).diagnose().ok();
        assert_eq!(step_names(&report), ["proxy", "tls", "time", "clock", "keys"]);
        let place = proxy.split_once("://").unwrap().1;
        assert_eq!(report["steps"][0]["detail"], format!("option proxy: {place}"));
    }
}

#[test]
fn a_name_that_no_resolver_knows() {
    let verdict = Verdict {
        step: "dns",
        status: VD_ERR_DNS,
        cs: &["správci sítě", "DNS", "prohlížeči"],
        en: &["network administrator", "DNS", "browser"],
    };
    finds(&verdict, |options| at("https://ordinace.invalid", &with(&options, json!({"proxy": "none"}))));
}

#[test]
fn a_port_that_refuses() {
    let verdict = Verdict {
        step: "connect",
        status: VD_ERR_CONNECT,
        cs: &["správci sítě", "adresa a port", "firewall"],
        en: &["network administrator", "address and port", "firewall"],
    };
    finds(&verdict, |options| at(&format!("https://{}", closed_port()), &options));
    let place = closed_port().to_string();
    let report = at(&format!("https://{place}"), &json!({})).diagnose();
    let detail = ends_with_one_failure(&report.json)["detail"].to_string();
    assert!(detail.contains(&place), "{detail} names no host and port: {place}");
}

#[test]
fn a_proxy_that_refuses_or_is_not_there() {
    let verdict = Verdict {
        step: "proxy",
        status: VD_ERR_PROXY,
        cs: &["správce sítě", "server VideoDoktor", "nastavení proxy"],
        en: &["network administrator", "VideoDoktor server", "proxy setting"],
    };
    let proxy = HttpProxy::refusing(403);
    for address in [proxy.url(), format!("http://{}", closed_port())] {
        finds(&verdict, |options| at("demo", &with(&options, json!({"proxy": address}))));
    }
    let report = at("demo", &json!({"proxy": proxy.url()})).diagnose();
    let last = ends_with_one_failure(&report.json);
    let place = proxy.url().replace("http://", "");
    let detail = format!("the proxy {place} refused with HTTP 403; option proxy: {place}");
    assert_eq!(last["detail"], detail, "the support desk needs to know which proxy it is and where it is set");
}

#[test]
fn a_proxy_that_wants_a_login() {
    let verdict = Verdict { step: "proxy", status: VD_ERR_PROXY_AUTH, cs: &["jméno a heslo"], en: &["name and password"] };
    let (http, socks) = (HttpProxy::with_login("ordinace", "tajné"), SocksProxy::with_login("ordinace", "tajne"));
    for address in [http.url(), http.url_with_login("ordinace", "wrong"), socks.url()] {
        finds(&verdict, |options| at("demo", &with(&options, json!({"proxy": address}))));
    }
}

#[test]
fn somebody_who_inspects_the_connection() {
    let verdict = Verdict {
        step: "tls",
        status: VD_ERR_TLS_UNTRUSTED,
        cs: &["antivirus", "správce sítě", "ca_file"],
        en: &["antivirus", "network administrator", "ca_file"],
    };
    let server = OddServer::start(Odd::UnknownIssuer);
    finds(&verdict, |options| at(&server.url(), &with(&options, json!({"ca_file": server.ca_file()}))));
    assert_eq!(server.requests(), 0, "no key goes to whoever that is");
}

#[test]
fn a_certificate_that_has_expired_or_is_another_s() {
    let verdict = Verdict {
        step: "tls",
        status: VD_ERR_TLS,
        cs: &["datum a čas", "správci sítě", "certifikát"],
        en: &["date and time", "network administrator", "certificate"],
    };
    for (odd, says) in [(Odd::ExpiredCertificate, "has expired"), (Odd::WrongName, "another host name")] {
        let server = OddServer::start(odd);
        let options = json!({"ca_file": server.ca_file()});
        finds(&verdict, |lang| at(&server.url(), &with(&options, lang)));
        let report = at(&server.url(), &options).diagnose();
        let detail = ends_with_one_failure(&report.json)["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{detail}");
    }
}

#[test]
fn a_network_that_wants_a_login_in_the_browser() {
    for (odd, status) in [(Odd::CaptivePage, VD_ERR_BAD_REPLY), (Odd::CaptiveRedirect, VD_ERR_REDIRECT)] {
        let verdict =
            Verdict { step: "time", status, cs: &["prohlížeči", "Wi-Fi", "přihlaste se"], en: &["browser", "Wi-Fi", "log in"] };
        let server = OddServer::start(odd);
        finds(&verdict, |options| at(&server.url(), &with(&options, json!({"ca_file": server.ca_file()}))));
    }
}

#[test]
fn a_clock_that_is_off_by_an_hour() {
    let sandbox = Sandbox::start();
    let hour = Duration::from_secs(3600);
    let verdict = |cs, en| Verdict { step: "clock", status: VD_ERR_TLS, cs, en };
    sandbox.turn_back(hour);
    finds(&verdict(&["jdou napřed o 60 min", "správce počítače"], &["60 min fast", "administrator"]), |options| {
        Client::with(&sandbox, options)
    });
    sandbox.advance(hour * 2);
    finds(&verdict(&["se opožďují o 60 min", "datum"], &["60 min slow", "date"]), |options| Client::with(&sandbox, options));
    sandbox.advance(hour * 9);
    finds(&verdict(&["o 10 h"], &["10 h slow"]), |options| Client::with(&sandbox, options));
    sandbox.advance(hour * 24 * 365);
    finds(&verdict(&["více než dva dny"], &["more than two days"]), |options| Client::with(&sandbox, options));
}

#[test]
fn a_clock_that_is_off_by_a_minute_is_good_enough() {
    let sandbox = Sandbox::start();
    sandbox.advance(Duration::from_secs(60));
    Client::of(&sandbox).diagnose().ok();
}

#[test]
fn a_key_that_the_service_does_not_know() {
    let sandbox = Sandbox::start();
    let options = json!({"ca_file": sandbox.ca_file()});
    let app = Verdict { step: "keys", status: VD_X001_APP_KEY, cs: &["dodavateli programu"], en: &["program's vendor"] };
    finds(&app, |lang| Client::new(&sandbox.url(), "another-app", sandbox.api_key(), &with(&options, lang)).unwrap());
    let practice = Verdict { step: "keys", status: VD_X002_API_KEY, cs: &["podpora@videodoktor.cz"], en: &["podpora@videodoktor.cz"] };
    finds(&practice, |lang| Client::new(&sandbox.url(), sandbox.app_key(), "another-practice", &with(&options, lang)).unwrap());
}

#[test]
fn a_network_that_asks_too_often() {
    let sandbox = Sandbox::start();
    let verdict =
        Verdict { step: "time", status: VD_X000_RATE_LIMIT, cs: &["několik minut", "dodavateli"], en: &["few minutes", "vendor"] };
    sandbox.rate_limit(0);
    finds(&verdict, |options| Client::with(&sandbox, options));
    let sandbox = Sandbox::start();
    sandbox.rate_limit(1);
    let report = Client::of(&sandbox).diagnose();
    assert_eq!(ends_with_one_failure(&report.json)["step"], "keys", "the time is told, the keys are one request too many: {}", report.json);
    assert_eq!(report.status, VD_X000_RATE_LIMIT);
}

#[test]
fn a_service_that_is_down() {
    let sandbox = Sandbox::start();
    let verdict = Verdict { step: "time", status: VD_X005_SYSTEM, cs: &["podpora@videodoktor.cz"], en: &["podpora@videodoktor.cz"] };
    finds(&verdict, |options| {
        sandbox.next("/api_time/").code("X005");
        Client::with(&sandbox, options)
    });
    let verdict = Verdict { status: VD_ERR_HTTP, ..verdict };
    finds(&verdict, |options| {
        sandbox.next("/api_time/").status(502);
        Client::with(&sandbox, options)
    });
}

/// What no step tells of, because the thread that connects is not back, is one failure all the same.
#[test]
fn a_way_that_swallows_everything_is_one_failed_step() {
    let (hole, silent) = (BlackHole::open(), OddServer::start(Odd::Silent));
    let ways = [
        (hole.url(), json!({"connect_timeout_ms": 300}), "connect"),
        (silent.url(), json!({"connect_timeout_ms": 300}), "tls"),
        (silent.url(), json!({"timeout_ms": 300}), "tls"),
        (silent.http_url(), json!({"timeout_ms": 300}), "time"),
        ("demo".into(), json!({"timeout_ms": 300, "proxy": format!("http://{}", silent.address())}), "proxy"),
    ];
    for (url, options, step) in ways {
        let report = within(Duration::from_millis(300), || at(&url, &options).diagnose());
        assert_eq!(report.status, VD_ERR_TIMEOUT, "{}", report.json);
        let last = ends_with_one_failure(&report.json);
        assert!(last["message"].as_str().unwrap().contains("správci sítě"), "{last}");
        assert_eq!(last["step"], step, "{options}: {}", report.json);
    }
}

/// A screenshot of the report goes by e-mail: it holds neither keys nor addresses.
#[test]
fn a_report_holds_no_key_and_no_password() {
    let sandbox = Sandbox::start();
    let proxy = HttpProxy::with_login("zubar", "tajne-slovo");
    let reports = [
        Client::of(&sandbox).diagnose(),
        Client::with(&sandbox, json!({"proxy": proxy.url_with_login("zubar", "spatne-slovo")})).diagnose(),
        Client::new(&sandbox.url(), "app-key-9", "practice-key-9", &json!({"ca_file": sandbox.ca_file()})).unwrap().diagnose(),
    ];
    for report in reports {
        let text = report.json.to_string();
        for secret in [sandbox.app_key(), sandbox.api_key(), "slovo", "zubar", "key-9"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
