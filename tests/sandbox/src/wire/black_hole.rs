//! Ports where no connection comes about: one that refuses, one that never answers.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

/// A port of 127.0.0.1 on which nobody listens: connecting is refused.
///
/// # Panics
/// If there is no free port.
pub fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
    listener.local_addr().expect("a bound socket has an address")
}

/// A port whose queue is full: connecting neither succeeds nor fails, as behind a firewall that drops packets.
///
/// Linux only: Windows refuses a connection that its queue has no place for.
pub struct BlackHole {
    address: SocketAddr,
    _listener: Socket,
    _fillers: Vec<Socket>,
}

impl BlackHole {
    /// # Panics
    /// If sockets cannot be had.
    pub fn open() -> BlackHole {
        let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let listener = socket();
        listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a free port of 127.0.0.1");
        listener.listen(0).expect("a listening socket");
        let address = listener.local_addr().ok().and_then(|address| address.as_socket()).expect("a bound socket has an address");
        let fillers: Vec<Socket> = (0..4).map(|_| socket()).collect();
        for filler in &fillers {
            filler.set_nonblocking(true).expect("a non-blocking socket");
            // "In progress" is what it is to be, for ever.
            let _ = filler.connect(&address.into());
        }
        BlackHole { address, _listener: listener, _fillers: fillers }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}
