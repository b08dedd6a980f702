//! Two sockets joined: what one says, the other hears, until both have ended.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::thread;

pub fn join(client: &TcpStream, server: &TcpStream) {
    let pass = |mut from: &TcpStream, mut to: &TcpStream| {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
        // A side that can no longer be written to must not go on sending into the void.
        let _ = from.shutdown(Shutdown::Read);
    };
    thread::scope(|threads| {
        threads.spawn(|| pass(client, server));
        pass(server, client);
    });
}
