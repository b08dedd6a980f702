//! HTTP and SOCKS proxies, as a practice's network may have them.

use std::time::Duration;

use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{HttpProxy, SocksProxy, closed_port};

use crate::practice::{PracticeProgram, trusting_agent};

/// An agent that goes through this proxy, for addresses of HTTPS too.
fn through(proxy: &str, sandbox: &Sandbox, origin: &str) -> PracticeProgram {
    let config = trusting_agent(sandbox.ca_pem()).config().clone();
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .tls_config(config.tls_config().clone())
            .proxy(Some(ureq::Proxy::new(proxy).unwrap()))
            .build(),
    );
    PracticeProgram::with_agent(agent, origin, sandbox.app_key(), sandbox.api_key())
}

#[test]
fn an_http_proxy_tunnels_to_the_sandbox_and_to_names_of_the_tests_choice() {
    let sandbox = Sandbox::builder().names(&["demo.videodoktor.cz"]).start();
    let proxy = HttpProxy::open();
    proxy.route("demo.videodoktor.cz:443", sandbox.https_address());
    assert_eq!(through(&proxy.url(), &sandbox, &sandbox.url()).verify().status, 200);
    assert_eq!(through(&proxy.url(), &sandbox, "https://demo.videodoktor.cz").verify().status, 200);
    assert_eq!(proxy.tunnels(), 2);
    assert_eq!(proxy.targets()[1], "demo.videodoktor.cz:443");
}

#[test]
fn an_http_proxy_never_leads_beyond_this_machine() {
    let sandbox = Sandbox::start();
    let proxy = HttpProxy::open();
    let error = through(&proxy.url(), &sandbox, "https://192.0.2.1").post("/api_time/", &[]).err().unwrap();
    assert!(error.to_string().contains("502"), "{error}");
    assert_eq!((proxy.tunnels(), proxy.refused()), (0, 1));
}

#[test]
fn an_http_proxy_with_a_login_lets_in_who_knows_it() {
    let sandbox = Sandbox::start();
    let proxy = HttpProxy::with_login("jana", "hes:lo@ů");
    let verify = |proxy: &str| through(proxy, &sandbox, &sandbox.url()).post("/api_time/", &[]);
    let error = verify(&proxy.url()).err().unwrap();
    assert!(error.to_string().contains("407"), "{error}");
    assert!(verify(&proxy.url_with_login("jana", "wrong")).is_err());
    assert_eq!(verify(&proxy.url_with_login("jana", "hes:lo@ů")).unwrap().status, 200);
    assert_eq!((proxy.tunnels(), proxy.refused()), (1, 2));
}

#[test]
fn an_http_proxy_may_refuse_everybody() {
    let sandbox = Sandbox::start();
    let proxy = HttpProxy::refusing(403);
    let error = through(&proxy.url(), &sandbox, &sandbox.url()).post("/api_time/", &[]).err().unwrap();
    assert!(error.to_string().contains("403"), "{error}");
}

#[test]
fn a_socks_proxy_leads_to_the_sandbox_by_name_and_by_address() {
    let sandbox = Sandbox::builder().names(&["demo.videodoktor.cz"]).start();
    let proxy = SocksProxy::open();
    proxy.route("demo.videodoktor.cz:443", sandbox.https_address());
    let by_name = proxy.url().replace("socks5:", "socks5h:");
    let by_address = format!("https://{}", sandbox.https_address());
    assert_eq!(through(&by_name, &sandbox, "https://demo.videodoktor.cz").verify().status, 200);
    assert_eq!(through(&proxy.url(), &sandbox, &by_address).verify().status, 200);
    assert_eq!(proxy.targets(), ["demo.videodoktor.cz:443".to_owned(), sandbox.https_address().to_string()]);
    assert_eq!((proxy.tunnels(), proxy.refused()), (2, 0));
    let closed = format!("https://{}", closed_port());
    assert!(through(&proxy.url(), &sandbox, &closed).post("/api_time/", &[]).is_err());
    assert_eq!((proxy.tunnels(), proxy.refused()), (2, 1));
}

#[test]
fn a_socks_proxy_with_a_login_lets_in_who_knows_it() {
    let sandbox = Sandbox::start();
    let proxy = SocksProxy::with_login("jana", "heslo");
    let origin = format!("https://{}", sandbox.https_address());
    let time = |proxy: &str| through(proxy, &sandbox, &origin).post("/api_time/", &[]);
    assert!(time(&proxy.url()).is_err());
    assert!(time(&proxy.url_with_login("jana", "wrong")).is_err());
    assert_eq!(time(&proxy.url_with_login("jana", "heslo")).unwrap().status, 200);
    assert_eq!((proxy.tunnels(), proxy.refused()), (1, 2));
}
