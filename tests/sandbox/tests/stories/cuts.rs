//! The proxy that cuts: at the byte, in the direction and in the way that a test asks for.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{Action, CutProxy, Direction, RandomPlan, RawServer, Rule};

use crate::practice::{PracticeProgram, START, jana};

const ADD: &str = "/api_meet_add/";

fn through(proxy: &CutProxy, sandbox: &Sandbox) -> PracticeProgram {
    PracticeProgram::at(&proxy.http_url(), sandbox.app_key(), sandbox.api_key())
}

#[test]
fn without_rules_everything_passes_and_is_counted() {
    let sandbox = Sandbox::start();
    let proxy = CutProxy::to(sandbox.http_address());
    let practice = through(&proxy, &sandbox);
    practice.add(&jana(START));
    assert_eq!(practice.list().as_array().unwrap().len(), 1);
    assert_eq!((proxy.connections(), proxy.open_connections(), proxy.rules_fired()), (1, 1, 0));
    assert!(proxy.bytes(Direction::ToServer) > 400 && proxy.bytes(Direction::ToClient) > 400);
}

#[test]
fn an_invitation_cut_at_any_byte_of_its_reply_is_made_and_at_any_byte_of_its_request_is_not() {
    let sandbox = Sandbox::builder().http_only().start();
    let proxy = CutProxy::to(sandbox.http_address());
    let (request, reply) = lengths_of_an_invitation(&sandbox);
    for at in [0, 1, 60, request - 1] {
        proxy.next_request(ADD, Rule::to_server(at, Action::Cut));
        let made = sandbox.invitations().len();
        assert!(through(&proxy, &sandbox).try_call(ADD, &jana("24.11.2030.10.00")).is_err(), "request byte {at}");
        assert_eq!(sandbox.invitations().len(), made, "request byte {at} of {request}");
    }
    for (number, at) in [0, 1, 60, reply - 1].into_iter().enumerate() {
        proxy.next_request(ADD, Rule::to_client(at, Action::Cut));
        let made = sandbox.invitations().len();
        let start = format!("24.12.2030.10.{number:02}");
        assert!(through(&proxy, &sandbox).try_call(ADD, &jana(&start)).is_err(), "reply byte {at}");
        assert_eq!(sandbox.invitations().len(), made + 1, "reply byte {at} of {reply}");
    }
    assert_eq!(proxy.rules_fired(), 8);
    proxy.next_request(ADD, Rule::to_client(reply, Action::Cut));
    assert_eq!(through(&proxy, &sandbox).add(&jana("25.12.2030.10.00")).status, 200, "a cut behind the last byte hurts nobody");
}

/// Bytes of the request and of its reply.
fn lengths_of_an_invitation(sandbox: &Sandbox) -> (u64, u64) {
    let proxy = CutProxy::to(sandbox.http_address());
    let practice = through(&proxy, sandbox);
    let token = practice.token();
    let before = [proxy.bytes(Direction::ToServer), proxy.bytes(Direction::ToClient)];
    let mut fields = jana(START);
    fields.insert(0, ("token", &token));
    practice.post(ADD, &fields).unwrap();
    (proxy.bytes(Direction::ToServer) - before[0], proxy.bytes(Direction::ToClient) - before[1])
}

/// A server that answers every request with 1000 bytes, and a socket to it through a proxy with one rule.
fn thousand_bytes_under(rule: Rule) -> (RawServer, CutProxy, TcpStream) {
    let server = RawServer::keeping(|_| vec![b'x'; 1000]);
    let proxy = CutProxy::to(server.address());
    proxy.next_connection(rule);
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    (server, proxy, stream)
}

#[test]
fn a_cut_is_an_end_and_a_reset_is_an_error_each_at_its_byte() {
    let (_server, _proxy, mut stream) = thousand_bytes_under(Rule::to_client(123, Action::Cut));
    let mut received = Vec::new();
    assert_eq!(stream.read_to_end(&mut received).unwrap(), 123);

    let (_server, _proxy, mut stream) = thousand_bytes_under(Rule::to_client(123, Action::Reset));
    let mut received = Vec::new();
    let error = stream.read_to_end(&mut received).unwrap_err();
    assert_eq!((error.kind(), received.len()), (ErrorKind::ConnectionReset, 123));
}

#[test]
fn a_reset_on_the_way_to_the_server_reaches_it_as_a_reset() {
    let (heard, hears) = mpsc::channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = Vec::new();
        let end = stream.read_to_end(&mut received);
        heard.send((received.len(), end.map_err(|error| error.kind()))).unwrap();
    });
    let proxy = CutProxy::to(address);
    proxy.next_connection(Rule::to_server(7, Action::Reset));
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(b"twelve bytes").unwrap();
    assert_eq!(hears.recv_timeout(Duration::from_secs(10)).unwrap(), (7, Err(ErrorKind::ConnectionReset)));
}

#[test]
fn a_stall_holds_until_it_is_released() {
    let (_server, proxy, mut stream) = thousand_bytes_under(Rule::to_client(100, Action::Stall));
    let mut received = [0; 1000];
    stream.read_exact(&mut received[..100]).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let error = stream.read(&mut received).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    proxy.release();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.read_exact(&mut received[100..]).unwrap();
}

#[test]
fn a_stalled_connection_ends_when_its_client_goes() {
    let (_server, proxy, stream) = thousand_bytes_under(Rule::to_server(5, Action::Stall));
    let begun = Instant::now();
    while proxy.rules_fired() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "never stalled");
        thread::yield_now();
    }
    drop(stream);
    while proxy.open_connections() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "never ended");
        thread::yield_now();
    }
}

#[test]
fn slices_and_delays_slow_a_connection_down_and_lose_nothing() {
    let every = Duration::from_millis(10);
    let begun = Instant::now();
    let (_server, _proxy, mut stream) = thousand_bytes_under(Rule::to_client(500, Action::Slice { bytes: 100, every }));
    let mut received = [0; 1000];
    stream.read_exact(&mut received).unwrap();
    assert!(begun.elapsed() >= every * 4 && received == [b'x'; 1000]);

    let begun = Instant::now();
    let (_server, _proxy, mut stream) = thousand_bytes_under(Rule::to_client(1, Action::Delay(every * 5)));
    stream.read_exact(&mut received).unwrap();
    assert!(begun.elapsed() >= every * 5);
}

#[test]
fn latency_delays_each_byte_but_costs_no_throughput() {
    const MEGABYTES: usize = 8;
    let server = RawServer::keeping(|_| vec![b'x'; MEGABYTES << 20]);
    let proxy = CutProxy::to(server.address());
    let latency = Duration::from_millis(50);
    proxy.latency(latency);
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    let begun = Instant::now();
    stream.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    let mut received = vec![0; MEGABYTES << 20];
    stream.read_exact(&mut received).unwrap();
    let took = begun.elapsed();
    assert!(took >= latency * 2, "{took:?}");
    // A pause for each of its 16 KiB chunks would take 25 seconds.
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_paused_proxy_lets_nothing_through_until_it_goes_on() {
    let sandbox = Sandbox::start();
    let proxy = CutProxy::to(sandbox.http_address());
    proxy.pause();
    let practice = through(&proxy, &sandbox);
    thread::scope(|threads| {
        let asking = threads.spawn(|| practice.verify().status);
        let begun = Instant::now();
        while proxy.connections() == 0 {
            assert!(begun.elapsed() < Duration::from_secs(10));
            thread::yield_now();
        }
        assert!(sandbox.requests().is_empty());
        proxy.resume();
        assert_eq!(asking.join().unwrap(), 200);
    });
}

#[test]
fn rules_by_chance_are_the_same_for_the_same_seed() {
    let fates = |seed| {
        let server = RawServer::closing(|_| vec![b'x'; 1000]);
        let proxy = CutProxy::to(server.address());
        proxy.random(RandomPlan { seed, chance: 0.5, bytes: 0..=999, actions: vec![Action::Cut] });
        let fate = |_| {
            let mut stream = TcpStream::connect(proxy.address()).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            stream.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).map_or(0, |bytes| bytes)
        };
        (0..20).map(fate).collect::<Vec<usize>>()
    };
    let first = fates(1);
    assert_eq!(first, fates(1));
    assert_ne!(first, fates(2));
    assert!(first.contains(&1000) && first.iter().any(|bytes| *bytes < 1000), "{first:?}");
}

#[test]
fn open_connections_are_cut_on_demand_and_rules_can_be_taken_back() {
    let sandbox = Sandbox::start();
    let proxy = CutProxy::to(sandbox.http_address());
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    let begun = Instant::now();
    while proxy.open_connections() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        thread::yield_now();
    }
    proxy.cut_all();
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
    proxy.every_connection(Rule::to_client(0, Action::Cut));
    assert!(through(&proxy, &sandbox).post("/api_time/", &[]).is_err());
    proxy.disarm();
    assert_eq!(through(&proxy, &sandbox).post("/api_time/", &[]).unwrap().status, 200);
}
