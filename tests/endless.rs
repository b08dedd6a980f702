//! Replies without an end, at full speed and dripping, at each place of a reply and in each phase of connecting: no call outlasts its time-out, and
//! no thread and no socket is left behind.

#![cfg(target_os = "linux")] // threads and sockets are counted in /proc

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::host::within;
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::{BlackHole, HttpProxy, Odd, OddServer, SocksPlace, SocksProxy};
use videodoktor_sandbox::{Pace, Place, Sandbox};

const TIMEOUT: Duration = Duration::from_millis(400);
const NAME: &str = "https://praxe.example:443";

/// Tests that count the process's threads must not run beside each other.
static ALONE: Mutex<()> = Mutex::new(());

fn paces() -> [Pace; 2] {
    [Pace::full_speed(), Pace::new(1, Duration::from_millis(50))]
}

/// Threads of the library in this process, the sandbox's apart.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names
        .map(|name| name.trim().to_owned())
        .filter(|name| name.starts_with("videodoktor") && !name.starts_with("videodoktor-san"))
        .collect()
}

/// Waits until a condition holds, but not longer than the second that is promised.
fn within_a_second(what: &str, holds: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(1);
    while !holds() {
        assert!(Instant::now() < limit, "{what}: still {:?}", threads());
        std::thread::yield_now();
    }
}

fn options() -> Value {
    json!({"timeout_ms": TIMEOUT.as_millis() as u64, "retries": 0, "prefetch_tokens": 0})
}

#[test]
fn no_place_of_a_reply_keeps_a_call_beyond_its_deadline() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for place in Place::ALL {
        for pace in paces() {
            for is_secure in [false, true] {
                let why = format!("{place:?}, {pace:?}, TLS: {is_secure}");
                let sandbox = Sandbox::start();
                let url = if is_secure { sandbox.url() } else { sandbox.http_url() };
                let client = Client::at(&url, &sandbox, options());
                client.verify().ok();
                sandbox.next("/api_meet_list/").endless(place, pace).times(99);
                let answer = within(TIMEOUT, || client.meet_list());
                let expected = [VD_ERR_TIMEOUT, VD_ERR_BAD_REPLY, VD_ERR_TOO_LARGE, VD_ERR_NETWORK];
                assert!(expected.contains(&answer.status), "{why}: {}", answer.json);
                sandbox.next("/api_meet_add/").endless(place, pace);
                let answer = within(TIMEOUT, || client.meet_add(&Invitation::jana("23.11.2030 10:00")));
                assert!([VD_OK, VD_ERR_OUTCOME_UNKNOWN].contains(&answer.status), "{why}: {}", answer.json);
                drop(client);
                within_a_second(&why, || threads().is_empty() && sandbox.open_connections() == 0);
                // On a busy machine the service finds the caller gone before it has begun, and leaves the request undone.
                let invited = sandbox.invitations().len();
                assert!(invited == 1 || (invited == 0 && answer.status == VD_ERR_OUTCOME_UNKNOWN), "{why}: {invited}, {}", answer.json);
            }
        }
    }
}

#[test]
fn no_phase_of_connecting_leaves_a_thread_or_a_socket_behind() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let sandbox = Sandbox::builder().names(&["praxe.example"]).start();
    let calls = |why: &str, url: &str, options: Value, open: &dyn Fn() -> usize| {
        let client = Client::at(url, &sandbox, options);
        for _ in 0..3 {
            let answer = within(TIMEOUT, || client.verify());
            assert_ne!(answer.status, VD_OK, "{why}");
        }
        within_a_second(why, || threads().is_empty() && open() == 0); // the client is still there
    };
    let with_proxy = |url: String| {
        let mut options = options();
        options["proxy"] = url.into();
        options
    };
    for pace in paces() {
        for place in [Place::StatusLine, Place::HeaderLine, Place::Headers, Place::FoldedLines, Place::InterimReplies] {
            let proxy = HttpProxy::open();
            proxy.endless(place, pace);
            calls(&format!("CONNECT, {place:?}, {pace:?}"), NAME, with_proxy(proxy.url()), &|| proxy.open_connections());
        }
    }
    let drop_by_drop = Pace::new(1, Duration::from_millis(50));
    for place in [SocksPlace::Greeting, SocksPlace::Reply] {
        let proxy = SocksProxy::open();
        proxy.endless(place, drop_by_drop);
        calls(&format!("SOCKS, {place:?}"), NAME, with_proxy(proxy.url()), &|| proxy.open_connections());
    }
    let tunnels = HttpProxy::open();
    tunnels.route("praxe.example:443", sandbox.https_address());
    tunnels.drip_tunnel(drop_by_drop);
    calls("TLS through a tunnel", NAME, with_proxy(tunnels.url()), &|| tunnels.open_connections());
    for odd in [Odd::EndlessHandshake, Odd::DrippingHandshake] {
        let server = OddServer::start(odd);
        calls("a handshake", &server.url(), options(), &|| server.open_connections());
    }
    let hole = BlackHole::open();
    calls("TCP", &hole.url(), options(), &|| 0);
    calls("TCP to a proxy", NAME, with_proxy(format!("http://{}", hole.address())), &|| 0);
    calls("TCP to a SOCKS proxy", NAME, with_proxy(format!("socks5://{}", hole.address())), &|| 0);
}

#[test]
fn an_interrupt_leaves_no_thread_behind_either() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let hole = BlackHole::open();
    let client = Client::new(&hole.url(), "app", "practice", &json!({"timeout_ms": 60_000})).unwrap();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.verify());
        while threads().is_empty() {
            std::thread::yield_now();
        }
        client.interrupt();
        call.join().unwrap().error(VD_ERR_CANCELLED);
    });
    within_a_second("an interrupt", || threads().is_empty());
}
