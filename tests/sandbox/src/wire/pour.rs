//! Sends bytes at a pace on a blocking socket, until the other side has had enough.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::endless::{Pace, Script};

/// Sends a script to its end. An error: the client has closed the connection, or shall see it closed.
pub fn pour(mut client: &TcpStream, script: &Script) -> io::Result<()> {
    client.write_all(&script.start)?;
    for portion in script.portions() {
        client.write_all(&portion)?;
        pause(client, script.pace.every)?;
    }
    client.write_all(&script.rest)
}

/// Sends these bytes but for the last one, which never comes.
pub fn drip(mut client: &TcpStream, bytes: &[u8], pace: Pace) -> io::Result<()> {
    let (_, sent) = bytes.split_last().unwrap_or((&0, bytes));
    for portion in sent.chunks(pace.bytes) {
        client.write_all(portion)?;
        pause(client, pace.every)?;
    }
    until_closed(client)
}

/// Waits until the client closes; what it says meanwhile is not heard.
pub fn until_closed(mut client: &TcpStream) -> io::Result<()> {
    client.set_read_timeout(None)?;
    let mut unheard = [0; 4096];
    while client.read(&mut unheard)? > 0 {}
    Err(ErrorKind::UnexpectedEof.into())
}

/// Waits so long, or until the client closes. A client that closes at full speed is noticed by the next write.
fn pause(mut client: &TcpStream, every: Duration) -> io::Result<()> {
    let until = Instant::now() + every;
    let mut unheard = [0; 4096];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return client.set_read_timeout(None);
        }
        client.set_read_timeout(Some(left))?;
        match client.read(&mut unheard) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                return Err(error);
            }
            _ => {}
        }
    }
}
