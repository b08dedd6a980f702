//! A deadline is a deadline and an interrupt is one, whatever a call is doing: connecting, at a proxy, in the TLS handshake, waiting, reading, resting.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::{wait_for, within};
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{BlackHole, Odd, OddServer, RawServer};

const START: &str = "23.11.2030 10:00";
const LIST: &str = "/api_meet_list/";
const LONG: Duration = Duration::from_secs(300);

/// A call that is stuck somewhere, and how one sees that it is.
struct Stuck {
    name: &'static str,
    client: Client,
    call: fn(&Client) -> Answer,
    is_there: Box<dyn Fn() -> bool + Sync>,
    /// Statuses that a deadline may end in.
    statuses: &'static [i32],
}

/// Keeps servers for as long as the program runs: they are few, and a call may outlive its test's interest in them.
fn for_good<T: Any + Sync>(server: T) -> &'static T {
    Box::leak(Box::new(server))
}

/// Every place where a call can be stuck, each with `timeout_ms`.
fn everywhere(timeout_ms: u64) -> Vec<Stuck> {
    let options = json!({"timeout_ms": timeout_ms, "connect_timeout_ms": 200_000});
    let mut places = on_the_way(&options);
    places.extend(at_the_service(&options));
    places
}

fn on_the_way(options: &Value) -> Vec<Stuck> {
    let hole = for_good(BlackHole::open());
    let address = hole.address();
    let its_own = connecting_to(address);
    let (asking, logged_in) = silent_after_a_challenge();
    let (tls, http, proxy, socks) = (silent(), silent(), silent(), silent());
    let through = |proxy: String| [options.clone(), json!({"proxy": proxy})].iter().fold(json!({}), merged);
    let at = |url: &str, options: &Value| Client::new(url, "app", "practice", options).unwrap();
    let stuck = |name, client, is_there| Stuck { name, client, call: Client::verify, is_there, statuses: &[VD_ERR_TIMEOUT] };
    let accepted = |server: &'static OddServer| Box::new(move || server.connections() == 1) as Box<dyn Fn() -> bool + Sync>;
    vec![
        stuck("connecting", at(&hole.url(), options), Box::new(move || connecting_to(address) > its_own)),
        stuck("the TLS handshake", at(&tls.url(), options), accepted(tls)),
        stuck("the first reply", at(&http.http_url(), options), accepted(http)),
        stuck("an HTTP proxy", at("demo", &through(format!("http://{}", proxy.address()))), accepted(proxy)),
        stuck("the login to an HTTP proxy", at("demo", &through(format!("http://u:p@{}", asking.address()))), Box::new(logged_in)),
        stuck("a SOCKS proxy", at("demo", &through(format!("socks5://{}", socks.address()))), accepted(socks)),
    ]
}

/// A proxy that asks for a login and, when it gets one, says nothing more; and whether it has got one.
fn silent_after_a_challenge() -> (&'static RawServer, impl Fn() -> bool + Sync) {
    let is_logged_in = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&is_logged_in);
    let server = for_good(RawServer::keeping(move |request| {
        if !String::from_utf8_lossy(request).contains("Proxy-Authorization: Basic dTpw") {
            return b"HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n".to_vec();
        }
        noted.store(true, Ordering::SeqCst);
        Vec::new()
    }));
    (server, move || is_logged_in.load(Ordering::SeqCst))
}

fn silent() -> &'static OddServer {
    for_good(OddServer::start(Odd::Silent))
}

fn merged(mut whole: Value, part: &Value) -> Value {
    whole.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    whole
}

/// Connections to `address` that are under way: state 02 of /proc/net/tcp is "SYN sent". A black hole keeps some itself.
fn connecting_to(address: SocketAddr) -> usize {
    let to = format!(":{:04X} 02 ", address.port());
    std::fs::read_to_string("/proc/net/tcp").unwrap().lines().filter(|line| line.contains(&to)).count()
}

fn at_the_service(options: &Value) -> Vec<Stuck> {
    let stuck = |name, call, path: &'static str, statuses, fault: &dyn Fn(&Sandbox)| {
        let sandbox = for_good(Sandbox::start());
        sandbox.seed_meetings(50);
        fault(sandbox);
        let client = Client::with(sandbox, options.clone());
        Stuck { name, client, call, is_there: Box::new(move || !sandbox.requests_to(path).is_empty()), statuses }
    };
    vec![
        stuck("a token", Client::meet_list, "/api_verify/", &[VD_ERR_TIMEOUT], &|s| drop(s.next("/api_verify/").delay(LONG).times(9))),
        stuck("a reply", Client::meet_list, LIST, &[VD_ERR_TIMEOUT], &|s| drop(s.next(LIST).delay(LONG).times(9))),
        stuck("a slow body", Client::meet_list, LIST, &[VD_ERR_TIMEOUT], &|s| {
            drop(s.next(LIST).slow_body(1, Duration::from_millis(20)).times(9))
        }),
        stuck("a back-off", Client::meet_list, LIST, &[VD_X005_SYSTEM, VD_ERR_TIMEOUT], &|s| {
            drop(s.next(LIST).code("X005").header("Retry-After", "100").times(9));
        }),
        stuck("a rest", Client::meet_list, LIST, &[VD_X000_RATE_LIMIT], &|s| {
            drop(s.next(LIST).code("X000").header("Retry-After", "100").times(9));
        }),
        stuck("a report", save_report, "/report/late.pdf", &[VD_ERR_TIMEOUT], &|s| {
            let address = json!({"export_url": format!("{}/report/late.pdf", s.url())});
            drop(s.next("/api_meet_export/").body(address.to_string()));
            drop(s.next("/report/").delay(LONG).times(9));
        }),
        stuck("an invitation", add, "/api_meet_add/", &[VD_ERR_OUTCOME_UNKNOWN], &|s| {
            drop(s.next("/api_meet_add/").delay(LONG).times(9));
            drop(s.next(LIST).delay(LONG).times(9));
        }),
        stuck("a removal", |client| client.meet_remove("a"), "/api_meet_remove/", &[VD_ERR_OUTCOME_UNKNOWN], &|s| {
            drop(s.next("/api_meet_remove/").delay(LONG).times(9));
            drop(s.next("/api_meet_detail/").delay(LONG).times(9));
        }),
        stuck("looking an invitation up", add, LIST, &[VD_ERR_OUTCOME_UNKNOWN], &|s| {
            drop(s.next("/api_meet_add/").cut_reply_after(0));
            drop(s.next(LIST).delay(LONG).times(9));
        }),
    ]
}

/// Into a folder that is there, under a name that must not come about.
fn save_report(client: &Client) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let answer = client.meet_export_save("a", &folder.path().join("vykaz.pdf"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "half a report");
    answer
}

fn add(client: &Client) -> Answer {
    client.meet_add(&Invitation::jana(START))
}

#[test]
fn every_call_is_back_at_its_deadline() {
    for stuck in everywhere(900) {
        println!("{}", stuck.name);
        let answer = within(Duration::from_millis(900), || (stuck.call)(&stuck.client));
        assert!(stuck.statuses.contains(&answer.status), "{}: {}", stuck.name, answer.json);
    }
}

/// Runs the stuck call on a thread, waits until it is stuck, and gives it no more than the promised time after `end`.
fn ends_at_once(stuck: &Stuck, end: fn(&Client) -> i32) -> Answer {
    thread::scope(|threads| {
        let call = threads.spawn(|| (stuck.call)(&stuck.client));
        wait_for(stuck.name, || (stuck.is_there)());
        within(Duration::ZERO, || {
            assert_eq!(end(&stuck.client), VD_OK);
            call.join().unwrap()
        })
    })
}

#[test]
fn an_interrupt_ends_a_call_wherever_it_is() {
    for stuck in everywhere(200_000) {
        println!("{}", stuck.name);
        let error = ends_at_once(&stuck, Client::interrupt).error(VD_ERR_CANCELLED);
        let detail = error["detail"].as_str().unwrap();
        let may_have_acted = matches!(stuck.name, "an invitation" | "a removal" | "looking an invitation up");
        assert_eq!(detail.contains("may have been carried out"), may_have_acted, "{}: {detail}", stuck.name);
    }
}

#[test]
fn freeing_a_client_ends_its_calls_wherever_they_are() {
    for stuck in everywhere(200_000) {
        println!("{}", stuck.name);
        ends_at_once(&stuck, Client::free).error(VD_ERR_CANCELLED);
        assert_eq!((stuck.call)(&stuck.client).status, VD_ERR_INVALID_HANDLE);
    }
}

#[test]
fn after_an_interrupt_the_client_works_on() {
    let sandbox = for_good(Sandbox::start());
    sandbox.next(LIST).delay(LONG);
    let is_there = Box::new(|| sandbox.requests_to(LIST).len() == 1);
    let stuck = Stuck { name: "a reply", client: Client::of(sandbox), call: Client::meet_list, is_there, statuses: &[] };
    ends_at_once(&stuck, Client::interrupt).error(VD_ERR_CANCELLED);
    stuck.client.meet_list().ok();
    stuck.client.meet_add(&Invitation::jana(START)).ok();
    assert_eq!(stuck.client.interrupt(), VD_OK, "with nothing under way it does nothing");
    stuck.client.meet_list().ok();
}

#[test]
fn a_call_that_waits_for_a_token_on_its_way_can_be_interrupted() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let tokens = || sandbox.requests_to("/api_verify/").len();
    client.meet_list().ok();
    wait_for("the token fetched ahead", || tokens() == 2);
    sandbox.next("/api_verify/").delay(LONG).times(9);
    client.meet_list().ok();
    wait_for("the next one, which never comes", || tokens() == 3);
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        let call = threads.spawn(|| {
            let answer = within(Duration::ZERO, || client.meet_list());
            is_over.store(true, Ordering::SeqCst);
            answer
        });
        while !is_over.load(Ordering::SeqCst) {
            client.interrupt(); // whenever the call has begun
            thread::yield_now();
        }
        call.join().unwrap().error(VD_ERR_CANCELLED);
    });
}

#[test]
fn every_thread_of_a_client_is_interrupted() {
    let sandbox = Sandbox::start();
    sandbox.next(LIST).delay(LONG).times(8);
    let client = Client::with(&sandbox, json!({"timeout_ms": 200_000}));
    thread::scope(|threads| {
        let calls: Vec<_> = (0..8).map(|_| threads.spawn(|| client.meet_list())).collect();
        wait_for("eight lists under way", || sandbox.requests_to(LIST).len() == 8);
        within(Duration::ZERO, || {
            client.interrupt();
            calls.into_iter().for_each(|call| drop(call.join().unwrap().error(VD_ERR_CANCELLED)));
        });
    });
}

#[test]
fn connect_timeout_ms_bounds_one_connection() {
    let hole = BlackHole::open();
    let client = Client::new(&hole.url(), "app", "practice", &json!({"connect_timeout_ms": 300, "retries": 0})).unwrap();
    within(Duration::from_millis(300), || client.verify()).error(VD_ERR_TIMEOUT);
}

#[test]
fn a_list_that_stalls_leaves_time_for_a_second_try() {
    let sandbox = Sandbox::start();
    sandbox.next(LIST).delay(LONG);
    let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
    within(Duration::from_millis(3_000), || client.meet_list()).ok();
}

#[test]
fn an_invitation_that_stalls_is_looked_up_within_the_deadline() {
    let sandbox = Sandbox::start();
    sandbox.next("/api_meet_add/").delay(LONG);
    let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
    let made = within(Duration::from_millis(3_000), || client.meet_add(&Invitation::jana(START))).ok();
    assert_eq!((&made["reconciled"], sandbox.invitations().len()), (&json!(true), 1));
}

#[test]
fn a_diagnosis_keeps_the_deadline_too() {
    let server = silent();
    let client = Client::new(&server.url(), "app", "practice", &json!({"timeout_ms": 600})).unwrap();
    let report = within(Duration::from_millis(600), || client.diagnose());
    assert_eq!((report.status, &report.json["ok"]), (VD_ERR_TIMEOUT, &json!(false)));
}
