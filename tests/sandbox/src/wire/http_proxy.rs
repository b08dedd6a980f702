//! An HTTP proxy that tunnels (CONNECT), with a login or a refusal where a test wants one.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::door::Door;
use super::pour::pour;
use super::route::Routes;
use super::tunnel;
use crate::endless::{Endless, Pace, Place, plainly};
use crate::reply::Reply;

/// Leads to this machine only, and to the names that [`HttpProxy::route`] gives it.
pub struct HttpProxy {
    door: Door,
    shared: Arc<Shared>,
}

struct Shared {
    /// `user:password`
    login: Option<String>,
    /// The status that everybody gets.
    refusal: Option<u16>,
    endless: Mutex<Option<Endless>>,
    drips: Mutex<Option<Pace>>,
    routes: Routes,
    tunnels: AtomicU64,
    refused: AtomicU64,
}

impl HttpProxy {
    pub fn open() -> HttpProxy {
        HttpProxy::new(None, None)
    }

    /// Asks for this login (Basic) with 407.
    pub fn with_login(user: &str, password: &str) -> HttpProxy {
        HttpProxy::new(Some(format!("{user}:{password}")), None)
    }

    /// Refuses everybody with this status, such as 403.
    pub fn refusing(status: u16) -> HttpProxy {
        HttpProxy::new(None, Some(status))
    }

    fn new(login: Option<String>, refusal: Option<u16>) -> HttpProxy {
        let (endless, drips, routes, tunnels, refused) = Default::default();
        let shared = Arc::new(Shared { login, refusal, endless, drips, routes, tunnels, refused });
        let attended = shared.clone();
        HttpProxy { door: Door::open(move |client| attended.attend(&client)), shared }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.door.address())
    }

    /// The same with a user name and password in it, as they are to be written in an address.
    pub fn url_with_login(&self, user: &str, password: &str) -> String {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        format!("http://{}:{}@{}", encode(user), encode(password), self.door.address())
    }

    /// From now on a piece of every answer, also of a refusal, goes on until the caller closes the connection. Places in a body are meant for
    /// refusals: behind a tunnel's head, bytes are the tunnel's.
    pub fn endless(&self, place: Place, pace: Pace) {
        *self.shared.endless.lock().unwrap_or_else(PoisonError::into_inner) = Some(Endless::at(place, pace));
    }

    /// From now on what comes through a tunnel from the other side drips, the TLS handshake first.
    pub fn drip_tunnel(&self, pace: Pace) {
        *self.shared.drips.lock().unwrap_or_else(PoisonError::into_inner) = Some(pace);
    }

    /// Leads `demo.videodoktor.cz:443` to this socket.
    pub fn route(&self, target: &str, address: SocketAddr) {
        self.shared.routes.add(target, address);
    }

    /// Tunnels opened so far.
    pub fn tunnels(&self) -> u64 {
        self.shared.tunnels.load(Ordering::SeqCst)
    }

    /// Connections that are open now; a thread attends to each.
    pub fn open_connections(&self) -> usize {
        self.door.open_connections()
    }

    /// Requests refused so far, for whatever reason.
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::SeqCst)
    }

    /// Every `host:port` that was asked for and not refused, in order.
    pub fn targets(&self) -> Vec<String> {
        self.shared.routes.asked_for()
    }
}

impl Shared {
    /// Requests on one connection, until one of them makes it a tunnel.
    fn attend(&self, client: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(client);
        loop {
            let head = head(&mut reader)?;
            let mut to_client = client;
            let judged = self.examine(&head);
            let count = if judged.is_ok() { &self.tunnels } else { &self.refused };
            count.fetch_add(1, Ordering::SeqCst);
            let endless = *self.endless.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(endless) = endless {
                let reply = judged.map_or_else(|refusal| refusal, |_| Reply { status: 200, ..Reply::default() });
                return pour(client, &endless.script(&reply)).ok();
            }
            match judged {
                Ok(server) => {
                    to_client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
                    // A client may send its first bytes together with the request.
                    (&server).write_all(reader.buffer()).ok()?;
                    let drips = *self.drips.lock().unwrap_or_else(PoisonError::into_inner);
                    tunnel::join(client, &server, drips);
                    return None;
                }
                Err(refusal) => to_client.write_all(&plainly(&refusal)).ok()?,
            }
        }
    }

    fn examine(&self, head: &[String]) -> Result<TcpStream, Reply> {
        if let Some(status) = self.refusal {
            return Err(reply(status));
        }
        if self.login.as_ref().is_some_and(|login| given_login(head).as_ref() != Some(login)) {
            return Err(reply(407).with_header("Proxy-Authenticate", "Basic realm=\"sandbox\""));
        }
        let mut request = head[0].split(' ');
        match (request.next(), request.next()) {
            (Some("CONNECT"), Some(target)) => self.routes.connect(target).map_err(|_| reply(502)),
            _ => Err(reply(405).with_header("Allow", "CONNECT")),
        }
    }
}

/// The lines of a request up to the empty one; `None` when the client has nothing more to ask.
fn head(reader: &mut impl BufRead) -> Option<Vec<String>> {
    let lines: Vec<String> = reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then_some(lines)
}

fn given_login(head: &[String]) -> Option<String> {
    let header = head.iter().find(|line| line.to_ascii_lowercase().starts_with("proxy-authorization:"))?;
    let (scheme, login) = header.split_once(':')?.1.trim().split_once(' ')?;
    let login = BASE64_STANDARD.decode(login).ok()?;
    scheme.eq_ignore_ascii_case("basic").then(|| String::from_utf8(login).ok()).flatten()
}

fn reply(status: u16) -> Reply {
    Reply { status, ..Reply::default() }
}
