//! Two sockets joined: what one says, the other hears, until both have ended.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use crate::endless::Pace;

/// `drips` slows down what the server says.
pub fn join(client: &TcpStream, server: &TcpStream, drips: Option<Pace>) {
    let pass = |from: &TcpStream, to: &TcpStream, pace: Option<Pace>| {
        let _ = match pace {
            None => io::copy(&mut { from }, &mut { to }).map(drop),
            Some(pace) => copy_dripping(from, to, pace),
        };
        let _ = to.shutdown(Shutdown::Write);
        // A side that can no longer be written to must not go on sending into the void.
        let _ = from.shutdown(Shutdown::Read);
    };
    thread::scope(|threads| {
        threads.spawn(|| pass(client, server, None));
        pass(server, client, drips);
    });
}

fn copy_dripping(mut from: &TcpStream, mut to: &TcpStream, pace: Pace) -> io::Result<()> {
    let mut portion = vec![0; pace.bytes];
    loop {
        match from.read(&mut portion)? {
            0 => return Ok(()),
            count => to.write_all(&portion[..count])?,
        }
        thread::sleep(pace.every);
    }
}
