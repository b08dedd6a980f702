//! Replies to the byte: a closure gets each request as it came and says what goes back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::door::Door;
use super::link::position;

/// ```
/// use videodoktor_sandbox::wire::RawServer;
///
/// let server = RawServer::closing(|_request| b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec());
/// assert!(server.http_url().starts_with("http://127.0.0.1:"));
/// ```
pub struct RawServer {
    door: Door,
}

impl RawServer {
    /// Closes the connection after each reply.
    pub fn closing(reply: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> RawServer {
        RawServer { door: Door::open(move |client| attend(&client, &reply, false)) }
    }

    /// Keeps the connection open for the next request.
    pub fn keeping(reply: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> RawServer {
        RawServer { door: Door::open(move |client| attend(&client, &reply, true)) }
    }

    /// `http://127.0.0.1:PORT`
    pub fn http_url(&self) -> String {
        format!("http://{}", self.door.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.door.accepted()
    }
}

fn attend(client: &TcpStream, reply: &impl Fn(&[u8]) -> Vec<u8>, keep: bool) -> Option<()> {
    let mut received = Vec::new();
    loop {
        let request = next_request(client, &mut received)?;
        let mut to_client = client;
        to_client.write_all(&reply(&request)).ok()?;
        if !keep {
            return None;
        }
    }
}

/// One request with its body as long as `Content-Length` says; what comes after it stays in `received`.
pub fn next_request(mut client: impl Read, received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut piece = [0; 16 * 1024];
    loop {
        if let Some(length) = whole_length(received).filter(|length| *length <= received.len()) {
            let rest = received.split_off(length);
            return Some(std::mem::replace(received, rest));
        }
        match client.read(&mut piece) {
            Ok(count @ 1..) => received.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
}

fn whole_length(received: &[u8]) -> Option<usize> {
    let head = position(received, b"\r\n\r\n")? + 4;
    let lines = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let body = lines.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    Some(head + body.unwrap_or(0))
}
