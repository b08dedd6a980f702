//! A socket whose time-outs are exact, and which any thread can end.
//!
//! It never blocks: who waits does so in `poll`. A socket's own time-outs are not exact (Linux rounds a long one up by as much as an eighth, Windows
//! lets it run over by half a second), and Windows does not say in what state they leave the socket.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ureq::unversioned::transport::{NextTimeout, ShutdownHandle};
use ureq::{Error, Timeout};

/// Shutting a socket down wakes who waits for it on Linux; Windows does not promise that, so there one looks.
const LONGEST_WAIT: Duration = if cfg!(windows) { Duration::from_millis(40) } else { Duration::from_secs(3600) };

/// A socket that does not block.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    is_shut: AtomicBool,
}

impl ShutdownHandle for Socket {
    fn shutdown(&self) {
        self.is_shut.store(true, Ordering::Release);
        let _ = self.stream.shutdown(Shutdown::Both); // an error means that it is down already
    }
}

impl Socket {
    pub fn new(stream: TcpStream) -> Socket {
        Socket { stream, is_shut: AtomicBool::new(false) }
    }

    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether somebody has shut the socket down.
    pub fn is_shut(&self) -> bool {
        self.is_shut.load(Ordering::Acquire)
    }

    /// Why a connection that is being made failed; an error of its own if somebody has shut the socket down meanwhile.
    pub fn connect_error(&self) -> Result<Option<io::Error>, Error> {
        if self.is_shut() {
            return Err(Error::Io(ErrorKind::ConnectionAborted.into()));
        }
        Ok(self.stream.take_error()?)
    }

    /// Acts, and as often as the socket is not ready for it waits and acts again.
    pub fn when_ready(
        &self,
        what_for: PollFlags,
        wait: &Wait,
        mut act: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Result<usize, Error> {
        loop {
            if self.is_shut() {
                return Err(Error::Io(ErrorKind::ConnectionAborted.into()));
            }
            // Before the socket is tried: a peer that keeps sending must not keep the call beyond its deadline.
            let left = wait.left()?;
            match act(&self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(what_for, left)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => return Ok(done?),
            }
        }
    }

    /// Waits, possibly shorter than asked to.
    pub fn wait(&self, what_for: PollFlags, longest: Duration) -> io::Result<()> {
        let limit = Timespec::try_from(longest.min(LONGEST_WAIT)).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&self.stream, what_for)], Some(&limit)) {
            Ok(_) => Ok(()),
            Err(error) => Some(io::Error::from(error)).filter(|error| error.kind() != ErrorKind::Interrupted).map_or(Ok(()), Err),
        }
    }
}

/// How long somebody may wait, and what to say when that is over.
pub struct Wait {
    /// `None` lies beyond what a clock can tell.
    end: Option<Instant>,
    reason: Timeout,
}

impl Wait {
    pub fn until(timeout: NextTimeout) -> Wait {
        Wait { end: Instant::now().checked_add(*timeout.after), reason: timeout.reason }
    }

    fn left(&self) -> Result<Duration, Error> {
        let left = self.end.map_or(LONGEST_WAIT, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() { Err(Error::Timeout(self.reason)) } else { Ok(left) }
    }
}
