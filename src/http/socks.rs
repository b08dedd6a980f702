//! SOCKS 5 (RFC 1928, RFC 1929), over a connection of our own: its time-outs are exact and any thread can end it, which ureq's own client does not offer.

use std::io::{self, Read, Write};

use crate::error::{Error, Result};
use crate::status::Status;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN: u8 = 3;
const IPV6: u8 = 4;

/// Asks the proxy for a connection to a host. A name is looked up by the proxy: where one is needed, names of the outside are often unknown inside.
pub fn handshake(proxy: &mut (impl Read + Write), host: &str, port: u16, login: Option<(&str, &str)>) -> Result<()> {
    let methods: &[u8] = if login.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    proxy.write_all(methods).map_err(|error| broken(&error))?;
    match (read::<2>(proxy)?, login) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, LOGIN], Some((name, password))) => log_in(proxy, name, password)?,
        ([VERSION, _], _) => return Err(Error::network(Status::ERR_PROXY_AUTH, "the SOCKS proxy asks for a login")),
        _ => return Err(not_socks()),
    }
    proxy.write_all(&request(host, port)?).map_err(|error| broken(&error))?;
    let [version, reply, _, kind] = read::<4>(proxy)?;
    match (version, reply) {
        (VERSION, 0) => {}
        (VERSION, code) => return Err(Error::network(Status::ERR_PROXY, format!("the SOCKS proxy refused: {}", refusal_reason(code)))),
        _ => return Err(not_socks()),
    }
    // The address from which the proxy connects, and its port: of no use, but they stand before the tunnel's bytes.
    let length = match kind {
        IPV4 => 4 + 2,
        IPV6 => 16 + 2,
        DOMAIN => usize::from(u8::from_be_bytes(read::<1>(proxy)?)) + 2,
        _ => return Err(not_socks()),
    };
    let mut bound = vec![0; length];
    proxy.read_exact(&mut bound).map_err(|error| broken(&error))
}

fn log_in(proxy: &mut (impl Read + Write), name: &str, password: &str) -> Result<()> {
    let mut message = vec![LOGIN_VERSION];
    for (what, text) in [("name", name), ("password", password)] {
        let too_long = |_| Error::network(Status::ERR_PROXY, format!("the {what} for the SOCKS proxy is longer than 255 bytes"));
        message.push(u8::try_from(text.len()).map_err(too_long)?);
        message.extend_from_slice(text.as_bytes());
    }
    proxy.write_all(&message).map_err(|error| broken(&error))?;
    match read::<2>(proxy)? {
        [_, 0] => Ok(()),
        _ => Err(Error::network(Status::ERR_PROXY_AUTH, "the SOCKS proxy refused the login")),
    }
}

fn request(host: &str, port: u16) -> Result<Vec<u8>> {
    let mut request = vec![VERSION, CONNECT, 0];
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(std::net::IpAddr::V4(address)) => {
            request.push(IPV4);
            request.extend_from_slice(&address.octets());
        }
        Ok(std::net::IpAddr::V6(address)) => {
            request.push(IPV6);
            request.extend_from_slice(&address.octets());
        }
        Err(_) => {
            let too_long = |_| Error::network(Status::ERR_PROXY, "the host name is too long for a SOCKS proxy");
            request.extend_from_slice(&[DOMAIN, u8::try_from(host.len()).map_err(too_long)?]);
            request.extend_from_slice(host.as_bytes());
        }
    }
    request.extend_from_slice(&port.to_be_bytes());
    Ok(request)
}

fn read<const N: usize>(proxy: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    proxy.read_exact(&mut bytes).map_err(|error| broken(&error))?;
    Ok(bytes)
}

/// RFC 1928, 6.
fn refusal_reason(code: u8) -> &'static str {
    match code {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "a code that RFC 1928 does not know",
    }
}

fn not_socks() -> Error {
    Error::network(Status::ERR_PROXY, "the proxy does not speak SOCKS 5")
}

fn broken(error: &io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(ureq::Error::Timeout(_)) => Error::network(Status::ERR_TIMEOUT, "the SOCKS proxy did not answer in time"),
        _ => Error::network(Status::ERR_PROXY, format!("the connection to the SOCKS proxy broke: {}", error.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A proxy that says what it is told to, whatever it hears.
    struct Scripted {
        says: &'static [u8],
        heard: Vec<u8>,
    }

    impl Read for Scripted {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.says.read(room)
        }
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.heard.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn asked(host: &str, login: Option<(&str, &str)>, says: &'static [u8]) -> (Result<()>, Vec<u8>) {
        let mut proxy = Scripted { says, heard: Vec::new() };
        (handshake(&mut proxy, host, 443, login), proxy.heard)
    }

    #[test]
    fn names_and_addresses_are_passed_on_as_such() {
        let good = b"\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x38";
        for (host, address) in
            [("a.cz", &b"\x03\x04a.cz"[..]), ("10.0.0.7", b"\x01\x0a\x00\x00\x07"), ("[::1]", b"\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01")]
        {
            let (answer, heard) = asked(host, None, good);
            assert_eq!((answer, heard), (Ok(()), [b"\x05\x01\x00\x05\x01\x00", address, b"\x01\xbb"].concat()), "{host}");
        }
    }

    #[test]
    fn a_login_is_sent_only_if_the_proxy_asks_for_it() {
        let login = Some(("user", "secret"));
        let (answer, heard) = asked("a.cz", login, b"\x05\x00\x05\x00\x00\x03\x02ab\x04\x38");
        assert!(answer.is_ok() && !heard.windows(6).any(|bytes| bytes == b"secret"));
        let (answer, heard) = asked("a.cz", login, b"\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0");
        assert!(answer.is_ok() && heard.windows(13).any(|bytes| bytes == b"\x01\x04user\x06secret"));
    }

    #[test]
    fn each_refusal_has_its_status() {
        let login = Some(("user", "secret"));
        for (login, says, status) in [
            (None, &b"\x05\xff"[..], Status::ERR_PROXY_AUTH),
            (None, b"\x05\x02", Status::ERR_PROXY_AUTH),
            (login, b"\x05\x02\x01\x01", Status::ERR_PROXY_AUTH),
            (None, b"\x05\x00\x05\x05\x00\x01", Status::ERR_PROXY),
            (None, b"\x05\x00\x05\x00\x00\x07", Status::ERR_PROXY),
            (None, b"HTTP/1.1 400", Status::ERR_PROXY),
            (None, b"\x05", Status::ERR_PROXY),
        ] {
            assert_eq!(asked("a.cz", login, says).0.unwrap_err().status, status, "{says:?}");
        }
        assert_eq!(asked(&"a".repeat(256), None, b"\x05\x00").0.unwrap_err().status, Status::ERR_PROXY);
    }
}
