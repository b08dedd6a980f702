//! A TCP connection whose time-outs are exact, and which any thread can end.
//!
//! The socket itself never blocks: who waits does so in `poll`. A socket's own time-outs are not exact (Linux rounds a long one up by as much as an
//! eighth, Windows lets it run over by half a second), and Windows does not say in what state they leave the socket.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, LazyBuffers, NextTimeout, ShutdownHandle, Transport};
use ureq::{Error, Timeout};

/// Shutting a socket down wakes who waits for it on Linux; Windows does not promise that, so there one looks.
const LONGEST_WAIT: Duration = if cfg!(windows) { Duration::from_millis(40) } else { Duration::from_secs(3600) };

#[derive(Debug)]
pub struct TcpTransport {
    socket: Arc<Socket>,
    buffers: LazyBuffers,
}

impl TcpTransport {
    pub fn connect(details: &ConnectionDetails) -> Result<TcpTransport, Error> {
        let stream = connect(&details.addrs, *details.timeout.after)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let socket = Arc::new(Socket { stream, is_shut: AtomicBool::new(false) });
        let to_shut: Weak<dyn ShutdownHandle> = Arc::<Socket>::downgrade(&socket);
        (details.register_shutdown)(to_shut)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TcpTransport { socket, buffers })
    }
}

/// How long an address may keep silent before the next is tried as well (RFC 8305, 8): a broken IPv6 must not cost a doctor seconds.
const HEAD_START: Duration = Duration::from_millis(250);

/// The first connection that is made. What comes later is closed by the thread that made it.
fn connect(addresses: &[SocketAddr], after: Duration) -> Result<TcpStream, Error> {
    if let [only] = addresses {
        return connect_to(only, after);
    }
    let end = Instant::now() + after;
    let (answer, answers) = mpsc::channel();
    let mut waiting = addresses.iter().copied();
    let mut silent = 0_u32;
    let mut refusal = Error::ConnectionFailed;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if let Some(address) = waiting.next() {
            let answer = answer.clone();
            // The receiver is gone when another address was faster.
            let attempt = move || drop(answer.send(connect_to(&address, left)));
            thread::Builder::new().name("videodoktor-dial".into()).spawn(attempt)?;
            silent += 1;
        } else if silent == 0 {
            return Err(refusal);
        }
        let head_start = if waiting.len() > 0 { HEAD_START } else { left };
        match answers.recv_timeout(head_start.min(left)) {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => (refusal, silent) = (error, silent - 1),
            Err(_) if Instant::now() >= end => return Err(Error::Timeout(Timeout::Connect)),
            Err(_) => {}
        }
    }
}

fn connect_to(address: &SocketAddr, after: Duration) -> Result<TcpStream, Error> {
    const SHORTEST: Duration = Duration::from_millis(1); // zero is an error of its own
    TcpStream::connect_timeout(address, after.max(SHORTEST)).map_err(|error| match error.kind() {
        ErrorKind::TimedOut => Error::Timeout(Timeout::Connect),
        _ => Error::Io(error),
    })
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

#[derive(Debug)]
struct Socket {
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
    /// Acts, and as often as the socket is not ready for it waits and acts again.
    fn when_ready(&self, what_for: PollFlags, wait: &Wait, mut act: impl FnMut(&TcpStream) -> io::Result<usize>) -> Result<usize, Error> {
        loop {
            if self.is_shut.load(Ordering::Acquire) {
                return Err(Error::Io(ErrorKind::ConnectionAborted.into()));
            }
            match act(&self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(what_for, wait.left()?)?,
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

    use videodoktor_sandbox::wire::BlackHole;

    use super::*;

    fn pair() -> (TcpTransport, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = connect(&[listener.local_addr().unwrap()], Duration::from_secs(5)).unwrap();
        stream.set_nonblocking(true).unwrap();
        let socket = Arc::new(Socket { stream, is_shut: AtomicBool::new(false) });
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

    #[test]
    fn of_several_addresses_the_first_that_answers_is_taken() {
        let hole = BlackHole::open();
        let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(); // closed again at once
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        for addresses in [&[good][..], &[refused, good], &[hole.address(), good], &[good, hole.address()], &[hole.address(), refused, good]]
        {
            let started = Instant::now();
            assert_eq!(connect(addresses, Duration::from_secs(60)).unwrap().peer_addr().unwrap(), good);
            assert!(started.elapsed() < Duration::from_secs(5), "{addresses:?}: {:?}", started.elapsed());
        }
    }

    #[test]
    fn when_no_address_answers_it_says_so_and_when() {
        let hole = BlackHole::open();
        let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for addresses in [&[refused][..], &[refused, refused]] {
            let error = connect(addresses, Duration::from_secs(60)).unwrap_err();
            assert!(matches!(&error, Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused), "{error:?}");
        }
        for addresses in [&[hole.address()][..], &[hole.address(), refused], &[refused, hole.address()], &[hole.address(), hole.address()]]
        {
            let started = Instant::now();
            let error = connect(addresses, Duration::from_millis(700)).unwrap_err();
            assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{addresses:?}: {error:?}");
            assert!((700..3_000).contains(&started.elapsed().as_millis()), "{addresses:?}: {:?}", started.elapsed());
        }
        assert!(matches!(connect(&[], Duration::from_secs(60)), Err(Error::ConnectionFailed)));
    }
}
