//! Where a proxy may lead: names of a test's own choice, and this machine. Never beyond it.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub struct Routes {
    known: Mutex<HashMap<String, SocketAddr>>,
    asked_for: Mutex<Vec<String>>,
}

impl Routes {
    pub fn add(&self, target: &str, address: SocketAddr) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(target.to_owned(), address);
    }

    /// Every `host:port` that a caller wanted, in order.
    pub fn asked_for(&self) -> Vec<String> {
        self.asked_for.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn connect(&self, target: &str) -> io::Result<TcpStream> {
        self.asked_for.lock().unwrap_or_else(PoisonError::into_inner).push(target.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(target).copied();
        let address = known.or_else(|| local(target)).ok_or(io::ErrorKind::HostUnreachable)?;
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

fn local(target: &str) -> Option<SocketAddr> {
    if let Some(port) = target.strip_prefix("localhost:") {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.parse().ok()?));
    }
    let address: SocketAddr = target.parse().ok()?;
    address.ip().is_loopback().then_some(address)
}
