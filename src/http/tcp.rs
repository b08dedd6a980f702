//! A TCP connection whose time-outs are exact, and which any thread can end.
//!
//! The socket itself never blocks: who waits does so in `poll`. A socket's own time-outs are not exact (Linux rounds a long one up by as much as an
//! eighth, Windows lets it run over by half a second), and Windows does not say in what state they leave the socket.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, LazyBuffers, NextTimeout, ShutdownHandle, Transport};
use ureq::{Error, Timeout};

use super::happy_eyeballs;

/// Shutting a socket down wakes who waits for it on Linux; Windows does not promise that, so there one looks.
const LONGEST_WAIT: Duration = if cfg!(windows) { Duration::from_millis(40) } else { Duration::from_secs(3600) };

#[derive(Debug)]
pub struct TcpTransport {
    socket: Arc<Socket>,
    buffers: LazyBuffers,
}

impl TcpTransport {
    pub fn connect(details: &ConnectionDetails) -> Result<TcpTransport, Error> {
        let socket = happy_eyeballs::connect(&details.addrs, *details.timeout.after, |socket| {
            let to_shut: Weak<dyn ShutdownHandle> = Arc::<Socket>::downgrade(socket);
            (details.register_shutdown)(to_shut)
        })?;
        socket.stream.set_nodelay(true)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TcpTransport { socket, buffers })
    }
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let mut rest = self.buffers.output().get(..amount).unwrap_or_default();
        let wait = Wait::until(timeout.for_write());
        while !rest.is_empty() {
            let sent = self.socket.when_ready(PollFlags::OUT, &wait, |mut stream| stream.write(rest))?;
            if sent == 0 {
                return Err(Error::Io(ErrorKind::WriteZero.into()));
            }
            rest = rest.get(sent..).unwrap_or_default();
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let wait = Wait::until(timeout.for_read());
        let room = self.buffers.input_append_buf();
        let received = self.socket.when_ready(PollFlags::IN, &wait, |mut stream| stream.read(room))?;
        self.buffers.input_appended(received);
        Ok(received > 0)
    }

    /// An idle connection has nothing to read: bytes that nobody asked for are as bad as its end.
    fn is_open(&mut self) -> bool {
        let is_idle = (&self.socket.stream).read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        is_idle && !self.socket.is_shut.load(Ordering::Acquire)
    }
}

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

    /// Why a connection that is being made failed; an error of its own if somebody has shut the socket down meanwhile.
    pub fn connect_error(&self) -> Result<Option<io::Error>, Error> {
        if self.is_shut.load(Ordering::Acquire) {
            return Err(Error::Io(ErrorKind::ConnectionAborted.into()));
        }
        Ok(self.stream.take_error()?)
    }

    /// Acts, and as often as the socket is not ready for it waits and acts again.
    fn when_ready(&self, what_for: PollFlags, wait: &Wait, mut act: impl FnMut(&TcpStream) -> io::Result<usize>) -> Result<usize, Error> {
        loop {
            if self.is_shut.load(Ordering::Acquire) {
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
    fn wait(&self, what_for: PollFlags, longest: Duration) -> io::Result<()> {
        let limit = Timespec::try_from(longest.min(LONGEST_WAIT)).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&self.stream, what_for)], Some(&limit)) {
            Ok(_) => Ok(()),
            Err(error) => Some(io::Error::from(error)).filter(|error| error.kind() != ErrorKind::Interrupted).map_or(Ok(()), Err),
        }
    }
}

/// How long somebody may wait, and what to say when that is over.
struct Wait {
    /// `None` lies beyond what a clock can tell.
    end: Option<Instant>,
    reason: Timeout,
}

impl Wait {
    fn until(timeout: NextTimeout) -> Wait {
        Wait { end: Instant::now().checked_add(*timeout.after), reason: timeout.reason }
    }

    fn left(&self) -> Result<Duration, Error> {
        let left = self.end.map_or(LONGEST_WAIT, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() { Err(Error::Timeout(self.reason)) } else { Ok(left) }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn pair() -> (TcpTransport, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = happy_eyeballs::connect(&[listener.local_addr().unwrap()], Duration::from_secs(5), |_| Ok(())).unwrap();
        (TcpTransport { socket, buffers: LazyBuffers::new(1024, 1 << 20) }, listener.accept().unwrap().0)
    }

    fn within(length: Duration) -> NextTimeout {
        NextTimeout { after: length.into(), reason: Timeout::Global, per_read: None, per_write: None }
    }

    #[test]
    fn a_wait_ends_when_it_should() {
        let (mut transport, _peer) = pair();
        let started = Instant::now();
        let answer = transport.await_input(within(Duration::from_secs(2)));
        assert!(matches!(answer, Err(Error::Timeout(Timeout::Global))), "{answer:?}");
        assert!((2_000..2_240).contains(&started.elapsed().as_millis()), "not an eighth over: {:?}", started.elapsed());
    }

    #[test]
    fn a_peer_that_keeps_sending_does_not_prolong_a_wait() {
        let (mut transport, mut peer) = pair();
        peer.write_all(b"more").unwrap();
        transport.socket.wait(PollFlags::IN, Duration::from_secs(60)).unwrap();
        let answer = transport.await_input(within(Duration::ZERO));
        assert!(matches!(answer, Err(Error::Timeout(Timeout::Global))), "{answer:?}");
    }

    #[test]
    fn sending_to_one_who_does_not_read_ends_when_it_should() {
        let (mut transport, _peer) = pair();
        let started = Instant::now();
        let answer = loop {
            let sent = transport.transmit_output(1 << 20, within(Duration::from_millis(500).saturating_sub(started.elapsed())));
            if sent.is_err() {
                break sent;
            }
        };
        assert!(matches!(answer, Err(Error::Timeout(Timeout::Global))), "{answer:?}");
        assert!((500..3_000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
    }

    #[test]
    fn another_thread_can_end_a_wait() {
        let (mut transport, _peer) = pair();
        let socket = Arc::clone(&transport.socket);
        thread::scope(|threads| {
            let waiting = threads.spawn(|| transport.await_input(within(Duration::from_secs(60))));
            socket.shutdown();
            let answer = waiting.join().unwrap();
            assert!(!matches!(answer, Ok(true) | Err(Error::Timeout(_))), "{answer:?}");
        });
        assert!(!transport.is_open());
    }

    #[test]
    fn an_idle_connection_is_open_until_its_peer_closes_or_speaks() {
        let (mut closed, peer) = pair();
        assert!(closed.is_open());
        drop(peer);
        assert!(matches!(closed.await_input(within(Duration::from_secs(60))), Ok(false)));
        assert!(!closed.is_open());
        let (mut spoken_to, mut peer) = pair();
        peer.write_all(b"408").unwrap();
        spoken_to.socket.wait(PollFlags::IN, Duration::from_secs(60)).unwrap();
        assert!(!spoken_to.is_open());
    }
}
