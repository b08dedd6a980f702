//! Servers that are wrong in one way each, for a caller that has to notice.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use super::door::Door;
use super::pour::pour;
use super::raw_server::next_request;
use crate::endless::{Pace, Script};
use crate::http::certificate::{Authority, LOCAL_NAMES, Validity};

/// What is wrong with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Its certificate was good until last year.
    ExpiredCertificate,
    /// Its certificate is for another host.
    WrongName,
    /// Its certificate is signed by somebody whom [`OddServer::ca_file`] does not name: an antivirus, or a company that inspects TLS.
    UnknownIssuer,
    /// It accepts and never speaks.
    Silent,
    /// It speaks, but neither TLS nor HTTP.
    Garbage,
    /// A captive portal that redirects to its login page on another host; over TLS its certificate is good.
    CaptiveRedirect,
    /// A captive portal that shows its login page with status 200 in the place of every answer; over TLS its certificate is good.
    CaptivePage,
    /// Plain HTTP on the port where TLS is expected.
    PlainHttp,
    /// A TLS handshake that never ends, as fast as the caller reads: empty change-cipher-spec records, which TLS 1.3 tells a caller to ignore.
    EndlessHandshake,
    /// A TLS handshake of which a byte comes each 50 ms.
    DrippingHandshake,
}

/// A server on `localhost` that is odd in one way and right in every other.
pub struct OddServer {
    door: Door,
    requests: Arc<AtomicU64>,
    ca_file: PathBuf,
    _directory: TempDir,
}

impl OddServer {
    /// # Panics
    /// If it cannot start.
    pub fn start(odd: Odd) -> OddServer {
        let authority = Authority::new("Odd server CA").expect("a certificate authority");
        let directory = tempfile::Builder::new().prefix("videodoktor-odd-").tempdir().expect("a temporary directory");
        let ca_file = directory.path().join("ca.pem");
        let named = match odd {
            Odd::UnknownIssuer => &Authority::new("Another CA").expect("a certificate authority"),
            _ => &authority,
        };
        named.write_pem(&ca_file).expect("a writable temporary directory");
        let tls = tls(odd, &authority);
        let requests = Arc::new(AtomicU64::new(0));
        let seen = requests.clone();
        let door = Door::open(move |client| attend(odd, &client, &tls, &seen));
        OddServer { door, requests, ca_file, _directory: directory }
    }

    /// `https://localhost:PORT`
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.door.address().port())
    }

    /// `http://127.0.0.1:PORT`: the captive portals and plain HTTP answer there too.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.door.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// The authority that a caller is to trust, so that nothing is wrong but what the test is about.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// Connections that are open now; a thread attends to each.
    pub fn open_connections(&self) -> usize {
        self.door.open_connections()
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.door.accepted()
    }

    /// Requests that a caller has sent. With a bad certificate there must be none: keys would be in them.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

fn tls(odd: Odd, authority: &Authority) -> Arc<ServerConfig> {
    let names: Vec<String> = match odd {
        Odd::WrongName => vec!["elsewhere.example".to_owned()],
        _ => LOCAL_NAMES.iter().map(|name| (*name).to_owned()).collect(),
    };
    let validity = if odd == Odd::ExpiredCertificate { Validity::expired() } else { Validity::now() };
    authority.server_config(&names, validity).expect("a certificate")
}

fn attend(odd: Odd, mut client: &TcpStream, tls: &Arc<ServerConfig>, requests: &AtomicU64) -> Option<()> {
    match odd {
        Odd::Silent => {
            // Until the caller gives up.
            let mut ignored = [0; 1024];
            while let Ok(1..) = client.read(&mut ignored) {}
        }
        Odd::Garbage => {
            let garbage: Vec<u8> = (0..200_u8).map(|byte| byte.wrapping_mul(73) ^ 0xa5).collect();
            client.write_all(&garbage).ok()?;
        }
        Odd::EndlessHandshake | Odd::DrippingHandshake => {
            hear_greeting(client)?;
            let (repeated, pace) = match odd {
                Odd::EndlessHandshake => (CHANGE_CIPHER_SPEC, Pace::full_speed()),
                _ => (HANDSHAKE_RECORD, Pace::new(1, Duration::from_millis(50))),
            };
            pour(client, &Script::without_end(repeated, pace)).ok()?;
        }
        Odd::PlainHttp => speak(odd, client, requests)?,
        _ if speaks_tls(client) => {
            let connection = ServerConnection::new(tls.clone()).ok()?;
            speak(odd, StreamOwned::new(connection, client), requests)?;
        }
        _ => speak(odd, client, requests)?,
    }
    Some(())
}

/// RFC 8446, 5: "may receive an unencrypted record of type change_cipher_spec consisting of the single byte value 0x01 at any time".
const CHANGE_CIPHER_SPEC: &[u8] = &[20, 3, 3, 0, 1, 1];
/// The head of a handshake record of 4096 bytes, and of a ServerHello that goes beyond it.
const HANDSHAKE_RECORD: &[u8] = &[22, 3, 3, 16, 0, 2, 0, 64, 0, 3, 3];

fn hear_greeting(mut client: &TcpStream) -> Option<()> {
    let mut head = [0; 5];
    client.read_exact(&mut head).ok()?;
    let mut greeting = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    client.read_exact(&mut greeting).ok()
}

/// Whether the caller begins with a TLS handshake record.
fn speaks_tls(client: &TcpStream) -> bool {
    let mut first = [0; 1];
    matches!(client.peek(&mut first), Ok(1)) && first[0] == 0x16
}

fn speak(odd: Odd, mut stream: impl Read + Write, requests: &AtomicU64) -> Option<()> {
    let mut received = Vec::new();
    if odd == Odd::PlainHttp {
        // What a web server says to a TLS greeting.
        let mut greeting = [0; 1024];
        let _length = stream.read(&mut greeting).ok()?;
        return stream.write_all(&html("400 Bad Request", "", "")).ok();
    }
    while next_request(&mut stream, &mut received).is_some() {
        requests.fetch_add(1, Ordering::SeqCst);
        let login = "<form>Přihlášení k síti WiFi</form>";
        let reply = match odd {
            Odd::CaptiveRedirect => html("302 Found", "Location: https://login.portal.example/\r\n", ""),
            Odd::CaptivePage => html("200 OK", "", login),
            _ => b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"token\":\"stolen\"}".to_vec(),
        };
        stream.write_all(&reply).ok()?;
    }
    Some(())
}

fn html(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}
