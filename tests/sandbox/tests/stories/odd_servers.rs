//! Servers that are wrong in one way each, seen through a client that checks.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use videodoktor_sandbox::wire::{BlackHole, Odd, OddServer, RawServer, closed_port};

use crate::practice::{PracticeProgram, Reply, trusting_agent};

fn ask(server: &OddServer, origin: &str) -> Result<Reply, ureq::Error> {
    let pem = std::fs::read_to_string(server.ca_file()).unwrap();
    PracticeProgram::with_agent(trusting_agent(&pem), origin, "", "").post("/api_time/", &[])
}

#[test]
fn bad_certificates_are_bad_in_their_own_way_and_nothing_is_sent_to_them() {
    for (odd, named) in [(Odd::ExpiredCertificate, "Expired"), (Odd::WrongName, "NotValidForName"), (Odd::UnknownIssuer, "UnknownIssuer")] {
        let server = OddServer::start(odd);
        let error = format!("{:?}", ask(&server, &server.url()).err().unwrap());
        assert!(error.contains(named), "{odd:?}: {error}");
        assert_eq!((server.connections(), server.requests()), (1, 0), "{odd:?}");
    }
}

#[test]
fn a_captive_portal_answers_in_the_services_place() {
    let redirecting = OddServer::start(Odd::CaptiveRedirect);
    for origin in [redirecting.url(), redirecting.http_url()] {
        let reply = ask(&redirecting, &origin).unwrap();
        assert_eq!((reply.status, reply.header("location")), (302, "https://login.portal.example/"));
    }
    let showing = OddServer::start(Odd::CaptivePage);
    for origin in [showing.url(), showing.http_url()] {
        let reply = ask(&showing, &origin).unwrap();
        assert!(reply.status == 200 && reply.text().contains("Přihlášení"));
    }
    assert_eq!(showing.requests(), 2);
}

#[test]
fn plain_http_and_garbage_are_no_tls() {
    for odd in [Odd::PlainHttp, Odd::Garbage] {
        let server = OddServer::start(odd);
        let error = format!("{:?}", ask(&server, &server.url()).err().unwrap());
        assert!(error.contains("InvalidMessage"), "{odd:?}: {error}");
    }
}

#[test]
fn a_silent_server_takes_the_connection_and_says_nothing() {
    let server = OddServer::start(Odd::Silent);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"POST /api_time/ HTTP/1.1\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(stream.read(&mut [0; 1]).is_err());
    drop(server);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert!(matches!(stream.read(&mut [0; 1]), Ok(0)), "it ends with the server");
}

#[test]
fn a_closed_port_refuses() {
    let error = TcpStream::connect(closed_port()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[cfg(target_os = "linux")]
#[test]
fn a_black_hole_neither_takes_nor_refuses_a_connection() {
    let hole = BlackHole::open();
    let begun = Instant::now();
    let error = TcpStream::connect_timeout(&hole.address(), Duration::from_millis(200)).unwrap_err();
    assert!(error.kind() == std::io::ErrorKind::TimedOut && begun.elapsed() >= Duration::from_millis(200), "{error}");
}

#[test]
fn a_raw_server_answers_to_the_byte() {
    let server = RawServer::closing(|request| {
        assert!(request.ends_with(b"\r\n\r\ntoken=abc"), "the whole request with its body");
        b"\x00raw".to_vec()
    });
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n").unwrap();
    stream.write_all(b"token=abc").unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    assert_eq!(reply, b"\x00raw");
    assert_eq!(server.connections(), 1);
}
