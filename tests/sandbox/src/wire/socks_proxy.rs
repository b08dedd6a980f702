//! A SOCKS5 proxy (RFC 1928), with a user name and password (RFC 1929) where a test wants them.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::door::Door;
use super::pour::drip;
use super::route::Routes;
use super::tunnel;
use crate::endless::Pace;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NO_METHOD: u8 = 0xff;
const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;
/// An address that is a host name.
const NAME: u8 = 3;
const SUCCEEDED: u8 = 0;
const HOST_UNREACHABLE: u8 = 4;
const NO_SUCH_COMMAND: u8 = 7;

/// Leads to this machine only, and to the names that [`SocksProxy::route`] gives it.
pub struct SocksProxy {
    door: Door,
    shared: Arc<Shared>,
}

/// Which answer of a SOCKS proxy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocksPlace {
    /// The way to log in that the proxy has chosen.
    Greeting,
    /// What became of the login; only of a proxy that asks for one.
    Login,
    /// What became of the connection, told with a host name of 255 letters: the longest answer that there can be.
    Reply,
}

struct Shared {
    login: Option<(String, String)>,
    unfinished: Mutex<Option<(SocksPlace, Pace)>>,
    drips: Mutex<Option<Pace>>,
    routes: Routes,
    tunnels: AtomicU64,
    refused: AtomicU64,
}

impl SocksProxy {
    pub fn open() -> SocksProxy {
        SocksProxy::new(None)
    }

    pub fn with_login(user: &str, password: &str) -> SocksProxy {
        SocksProxy::new(Some((user.to_owned(), password.to_owned())))
    }

    fn new(login: Option<(String, String)>) -> SocksProxy {
        let (unfinished, drips, routes, tunnels, refused) = Default::default();
        let shared = Arc::new(Shared { login, unfinished, drips, routes, tunnels, refused });
        let attended = shared.clone();
        let door = Door::open(move |client| attended.attend(&client));
        SocksProxy { door, shared }
    }

    /// `socks5://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("socks5://{}", self.door.address())
    }

    /// The same with a user name and password in it.
    pub fn url_with_login(&self, user: &str, password: &str) -> String {
        format!("socks5://{user}:{password}@{}", self.door.address())
    }

    /// From now on this answer drips, and its last byte never comes. (In SOCKS every answer has a length; there is none without an end.)
    pub fn endless(&self, place: SocksPlace, pace: Pace) {
        *self.shared.unfinished.lock().unwrap_or_else(PoisonError::into_inner) = Some((place, pace));
    }

    /// From now on what comes through a tunnel from the other side drips, the TLS handshake first.
    pub fn drip_tunnel(&self, pace: Pace) {
        *self.shared.drips.lock().unwrap_or_else(PoisonError::into_inner) = Some(pace);
    }

    /// Connections that are open now; a thread attends to each.
    pub fn open_connections(&self) -> usize {
        self.door.open_connections()
    }

    /// Leads `demo.videodoktor.cz:443` to this socket.
    pub fn route(&self, target: &str, address: SocketAddr) {
        self.shared.routes.add(target, address);
    }

    /// Tunnels opened so far.
    pub fn tunnels(&self) -> u64 {
        self.shared.tunnels.load(Ordering::SeqCst)
    }

    /// Callers refused so far, for whatever reason.
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::SeqCst)
    }

    /// Every `host:port` that was asked for, in order.
    pub fn targets(&self) -> Vec<String> {
        self.shared.routes.asked_for()
    }
}

impl Shared {
    fn attend(&self, client: &TcpStream) -> io::Result<()> {
        self.greet(client)?;
        let (command, target) = request(client)?;
        if command != CONNECT {
            return self.refuse(client, &reply(NO_SUCH_COMMAND));
        }
        let Ok(server) = self.routes.connect(&target) else {
            return self.refuse(client, &reply(HOST_UNREACHABLE));
        };
        self.tunnels.fetch_add(1, Ordering::SeqCst);
        let long = [&[VERSION, SUCCEEDED, 0, NAME, 255][..], &[b'a'; 255], &[0, 0]].concat();
        self.unless_unfinished(SocksPlace::Reply, client, &long)?;
        let mut to_client = client;
        to_client.write_all(&reply(SUCCEEDED))?;
        let drips = *self.drips.lock().unwrap_or_else(PoisonError::into_inner);
        tunnel::join(client, &server, drips);
        Ok(())
    }

    /// Drips this answer until the client closes, if that is what this place is to do.
    fn unless_unfinished(&self, place: SocksPlace, client: &TcpStream, answer: &[u8]) -> io::Result<()> {
        let unfinished = *self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        match unfinished.filter(|(at, _)| *at == place) {
            Some((_, pace)) => drip(client, answer, pace),
            None => Ok(()),
        }
    }

    fn greet(&self, mut client: &TcpStream) -> io::Result<()> {
        let [version, count] = bytes(client)?;
        let methods = text(client, count)?;
        let method = if self.login.is_some() { LOGIN } else { NO_LOGIN };
        if version != VERSION || !methods.contains(&method) {
            return self.refuse(client, &[VERSION, NO_METHOD]);
        }
        self.unless_unfinished(SocksPlace::Greeting, client, &[VERSION, method])?;
        client.write_all(&[VERSION, method])?;
        let Some((user, password)) = &self.login else { return Ok(()) };
        let [_, length] = bytes(client)?;
        let given_user = text(client, length)?;
        let [length] = bytes(client)?;
        let given_password = text(client, length)?;
        if given_user != user.as_bytes() || given_password != password.as_bytes() {
            return self.refuse(client, &[LOGIN_VERSION, 1]);
        }
        self.unless_unfinished(SocksPlace::Login, client, &[LOGIN_VERSION, 0])?;
        client.write_all(&[LOGIN_VERSION, 0])
    }

    /// Counted first: who hears of it may ask for the count at once.
    fn refuse(&self, mut client: &TcpStream, reply: &[u8]) -> io::Result<()> {
        self.refused.fetch_add(1, Ordering::SeqCst);
        client.write_all(reply)?;
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// Command and `host:port` of a request.
fn request(client: &TcpStream) -> io::Result<(u8, String)> {
    let [_, command, _, kind] = bytes(client)?;
    let host = match kind {
        1 => Ipv4Addr::from(bytes::<4>(client)?).to_string(),
        NAME => {
            let [length] = bytes(client)?;
            String::from_utf8_lossy(&text(client, length)?).into_owned()
        }
        4 => format!("[{}]", Ipv6Addr::from(bytes::<16>(client)?)),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let port = u16::from_be_bytes(bytes(client)?);
    Ok((command, format!("{host}:{port}")))
}

fn reply(status: u8) -> [u8; 10] {
    [VERSION, status, 0, 1, 0, 0, 0, 0, 0, 0]
}

fn bytes<const N: usize>(mut client: &TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn text(mut client: &TcpStream, length: u8) -> io::Result<Vec<u8>> {
    let mut text = vec![0; usize::from(length)];
    client.read_exact(&mut text)?;
    Ok(text)
}
