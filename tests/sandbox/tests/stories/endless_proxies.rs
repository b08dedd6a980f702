//! Proxies and TLS servers whose answers never end, or drip: what comes, and that nothing is left when the caller goes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use videodoktor_sandbox::wire::{HttpProxy, Odd, OddServer, SocksPlace, SocksProxy};
use videodoktor_sandbox::{Pace, Place, Sandbox};

use crate::raw_caller::{RawCaller, connect};

fn address_of(url: &str) -> std::net::SocketAddr {
    url.split_once("://").unwrap().1.parse().unwrap()
}

fn until_none(what: &str, open: impl Fn() -> usize) {
    let begun = Instant::now();
    while open() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {} left", open());
        std::thread::yield_now();
    }
}

fn read(mut socket: &TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    socket.read_exact(&mut bytes).unwrap();
    bytes
}

#[test]
fn an_http_proxys_answer_never_ends_at_each_place() {
    let sandbox = Sandbox::start();
    for (proxy, head) in [(HttpProxy::open(), "HTTP/1.1 200"), (HttpProxy::with_login("jana", "heslo"), "HTTP/1.1 407")] {
        for place in Place::ALL {
            proxy.endless(place, Pace::full_speed());
            let mut socket = connect(address_of(&proxy.url()));
            write!(socket, "CONNECT {} HTTP/1.1\r\n\r\n", sandbox.https_address()).unwrap();
            let much = String::from_utf8(read(&socket, 500_000)).unwrap();
            let is_interim = matches!(place, Place::InterimReplies | Place::InterimLine);
            assert_eq!(much.starts_with(head), !is_interim, "{place:?}: {}", &much[..40]);
            assert!(!much[..490_000].contains("\r\n\r\nHTTP/1.1 200"), "{place:?}");
            drop(socket);
            until_none("http", || proxy.open_connections());
        }
    }
}

#[test]
fn an_http_proxys_answer_drips_and_its_thread_ends_with_the_caller_who_is_not_read() {
    let sandbox = Sandbox::start();
    let proxy = HttpProxy::open();
    proxy.endless(Place::HeaderLine, Pace::new(1, Duration::from_millis(40)));
    let mut socket = connect(address_of(&proxy.url()));
    write!(socket, "CONNECT {} HTTP/1.1\r\n\r\n", sandbox.https_address()).unwrap();
    assert!(read(&socket, 27).ends_with(b"X-Filler: "));
    let begun = Instant::now();
    assert_eq!(read(&socket, 5), b"aaaaa");
    assert!(begun.elapsed() >= Duration::from_millis(140), "{:?}", begun.elapsed());
    proxy.endless(Place::HeaderLine, Pace::new(1, Duration::from_secs(3600)));
    let mut patient = connect(address_of(&proxy.url()));
    write!(patient, "CONNECT {} HTTP/1.1\r\n\r\n", sandbox.https_address()).unwrap();
    read(&patient, 28);
    drop((socket, patient));
    until_none("http", || proxy.open_connections());
}

#[test]
fn a_socks_proxys_answer_drips_at_each_place_and_is_never_whole() {
    let sandbox = Sandbox::start();
    for (place, length) in [(SocksPlace::Greeting, 2), (SocksPlace::Login, 2), (SocksPlace::Reply, 262)] {
        for pace in [Pace::full_speed(), Pace::new(100, Duration::from_millis(60))] {
            let proxy = SocksProxy::with_login("jana", "heslo");
            proxy.endless(place, pace);
            let mut socket = connect(address_of(&proxy.url()));
            let says: [&[u8]; 3] = [&[5, 1, 2], b"\x01\x04jana\x05heslo", &connect_request(&sandbox)];
            let answers: [&[u8]; 2] = [&[5, 2], &[1, 0]];
            let before = [SocksPlace::Greeting, SocksPlace::Login, SocksPlace::Reply].iter().position(|at| *at == place).unwrap();
            for step in 0..before {
                socket.write_all(says[step]).unwrap();
                assert_eq!(read(&socket, answers[step].len()), answers[step]);
            }
            let begun = Instant::now();
            socket.write_all(says[before]).unwrap();
            let answer = read(&socket, length - 1);
            assert!(answer[0] == 5 || answer == [1], "{answer:?}");
            let portions = (length - 2) / pace.bytes;
            assert!(begun.elapsed() >= pace.every * portions as u32, "{:?}", begun.elapsed());
            socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
            assert!(socket.read(&mut [0]).is_err(), "the last byte never comes");
            drop(socket);
            until_none("socks", || proxy.open_connections());
        }
    }
}

fn connect_request(sandbox: &Sandbox) -> Vec<u8> {
    [&[5, 1, 0, 1, 127, 0, 0, 1][..], &sandbox.https_address().port().to_be_bytes()].concat()
}

#[test]
fn a_tls_handshake_drips_through_both_proxies() {
    let sandbox = Sandbox::start();
    let pace = Pace::new(200, Duration::from_millis(10));
    let (http, socks) = (HttpProxy::open(), SocksProxy::open());
    http.drip_tunnel(pace);
    socks.drip_tunnel(pace);

    let mut through_http = connect(address_of(&http.url()));
    write!(through_http, "CONNECT {} HTTP/1.1\r\n\r\n", sandbox.https_address()).unwrap();
    assert!(read(&through_http, 39).ends_with(b"\r\n\r\n"));
    let mut through_socks = connect(address_of(&socks.url()));
    through_socks.write_all(&[5, 1, 0]).unwrap();
    assert_eq!(read(&through_socks, 2), [5, 0]);
    through_socks.write_all(&connect_request(&sandbox)).unwrap();
    read(&through_socks, 10);

    for socket in [through_http, through_socks] {
        let begun = Instant::now();
        let mut caller = RawCaller::over_tls(socket, sandbox.ca_pem());
        caller.ask("/api_time/", &[]);
        assert!(caller.reply().contains("{\"time\":"));
        assert!(begun.elapsed() >= Duration::from_millis(40), "{:?}", begun.elapsed());
    }
    until_none("http", || http.open_connections());
    until_none("socks", || socks.open_connections());
}

#[test]
fn a_tls_handshake_that_never_ends_leaves_nothing_behind() {
    for odd in [Odd::EndlessHandshake, Odd::DrippingHandshake] {
        let server = OddServer::start(odd);
        let mut socket = connect(server.address());
        socket.write_all(&[22, 3, 1, 0, 4, 1, 0, 0, 0]).unwrap();
        let begun = Instant::now();
        match odd {
            Odd::EndlessHandshake => assert!(read(&socket, 600_000).chunks(6).all(|record| record == [20, 3, 3, 0, 1, 1])),
            _ => {
                assert_eq!(read(&socket, 5), [22, 3, 3, 16, 0]);
                assert!(begun.elapsed() >= Duration::from_millis(180));
            }
        }
        drop(socket);
        until_none("odd", || server.open_connections());
    }
}
