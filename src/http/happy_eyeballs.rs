//! Connecting to a host with several addresses: RFC 8305, on one thread, over sockets that do not block.
//!
//! The caller gets each socket before its first packet leaves, so that it can close the socket when it gives up waiting.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, Protocol, Type};
use ureq::{Error, Timeout};

use super::socket::Socket;

/// How long an address may keep silent before the next one is tried as well (RFC 8305, 8): a broken IPv6 must not cost seconds.
const HEAD_START: Duration = Duration::from_millis(250);

/// Longest wait before the sockets' errors are read. `WSAPoll` does not report a refused connection before Windows 10, version 2004.
const LONGEST_POLL: Duration = Duration::from_millis(40);

/// The first connection that is made; attempts that it overtakes are closed. `register` gets each socket before it connects.
pub fn connect(
    addresses: &[SocketAddr],
    after: Duration,
    register: impl Fn(&Arc<Socket>) -> Result<(), Error>,
) -> Result<Arc<Socket>, Error> {
    let end = Instant::now().checked_add(after);
    let left = || end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
    let mut waiting = addresses.iter();
    let mut attempts: Vec<Arc<Socket>> = Vec::new();
    let mut refusal = Error::ConnectionFailed;
    let mut next_start = Instant::now();
    loop {
        if (attempts.is_empty() || Instant::now() >= next_start)
            && let Some(address) = waiting.next()
        {
            match start(address).map_err(Error::Io) {
                Ok(socket) => {
                    register(&socket)?;
                    attempts.push(socket);
                }
                Err(error) => refusal = error,
            }
            next_start = Instant::now() + HEAD_START;
        } else if attempts.is_empty() {
            return Err(refusal);
        }
        if left().is_zero() {
            return Err(Error::Timeout(Timeout::Connect));
        }
        let until_next = next_start.saturating_duration_since(Instant::now());
        let longest = if waiting.len() > 0 { until_next.min(LONGEST_POLL) } else { LONGEST_POLL };
        let made = wait(&attempts, longest.min(left()))?;
        let mut open = Vec::with_capacity(attempts.len());
        for (socket, is_made) in attempts.into_iter().zip(made) {
            match socket.connect_error()? {
                Some(error) => refusal = Error::Io(error),
                None if is_made => return Ok(socket),
                None => open.push(socket),
            }
        }
        attempts = open;
    }
}

/// Begins to connect without waiting for the answer.
fn start(address: &SocketAddr) -> io::Result<Arc<Socket>> {
    let socket = socket2::Socket::new(Domain::for_address(*address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    match socket.connect(&(*address).into()) {
        Err(error) if !is_under_way(&error) => Err(error),
        _ => Ok(Arc::new(Socket::new(TcpStream::from(socket)))),
    }
}

fn is_under_way(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == ErrorKind::WouldBlock // Windows
}

/// Which of the sockets can be written to: those are connected, or have failed.
fn wait(sockets: &[Arc<Socket>], longest: Duration) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd> = sockets.iter().map(|socket| PollFd::new(socket.stream(), PollFlags::OUT)).collect();
    let limit = Timespec::try_from(longest).map_err(io::Error::other)?;
    match poll(&mut polled, Some(&limit)).map_err(io::Error::from) {
        Err(error) if error.kind() != ErrorKind::Interrupted => Err(error),
        Err(_) => Ok(vec![false; sockets.len()]),
        Ok(_) => Ok(polled.iter().map(|one| one.revents().contains(PollFlags::OUT)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Mutex;
    use std::thread;

    use ureq::unversioned::transport::ShutdownHandle;
    use videodoktor_sandbox::wire::BlackHole;

    use super::*;

    fn connect_to(addresses: &[SocketAddr], after: Duration) -> Result<SocketAddr, Error> {
        connect(addresses, after, |_| Ok(())).map(|socket| socket.stream().peer_addr().unwrap())
    }

    fn refused() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() // closed again at once
    }

    #[test]
    fn of_several_addresses_the_first_that_answers_is_taken() {
        let hole = BlackHole::open();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (good, refused) = (listener.local_addr().unwrap(), refused());
        for addresses in [&[good][..], &[refused, good], &[hole.address(), good], &[good, hole.address()], &[hole.address(), refused, good]]
        {
            let started = Instant::now();
            assert_eq!(connect_to(addresses, Duration::from_secs(60)).unwrap(), good);
            assert!(started.elapsed() < Duration::from_secs(5), "{addresses:?}: {:?}", started.elapsed());
        }
    }

    #[test]
    fn when_no_address_answers_the_error_says_why_and_comes_in_time() {
        let hole = BlackHole::open();
        let refused = refused();
        for addresses in [&[refused][..], &[refused, refused]] {
            let error = connect_to(addresses, Duration::from_secs(60)).unwrap_err();
            assert!(matches!(&error, Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused), "{error:?}");
        }
        for addresses in [&[hole.address()][..], &[hole.address(), refused], &[refused, hole.address()], &[hole.address(), hole.address()]]
        {
            let started = Instant::now();
            let error = connect_to(addresses, Duration::from_millis(700)).unwrap_err();
            assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{addresses:?}: {error:?}");
            assert!((700..3_000).contains(&started.elapsed().as_millis()), "{addresses:?}: {:?}", started.elapsed());
        }
        assert!(matches!(connect_to(&[], Duration::from_secs(60)), Err(Error::ConnectionFailed)));
    }

    #[test]
    fn who_gives_up_waiting_ends_the_attempt() {
        let hole = BlackHole::open();
        let sockets = Mutex::new(Vec::new());
        thread::scope(|threads| {
            let attempt = threads.spawn(|| {
                connect(&[hole.address()], Duration::from_secs(60), |socket| {
                    sockets.lock().unwrap().push(Arc::clone(socket));
                    Ok(())
                })
            });
            while sockets.lock().unwrap().is_empty() {
                thread::yield_now();
            }
            let started = Instant::now();
            sockets.lock().unwrap().iter().for_each(|socket| socket.shutdown());
            assert!(attempt.join().unwrap().is_err());
            assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        });
    }
}
