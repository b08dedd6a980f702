//! TCP keep-alive probes, which tell whether the machine at the other end of an idle connection still knows it.
//!
//! A probe is no request: the system sends it, and the other system acknowledges it. Behind a proxy it would tell of the proxy alone.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use super::socket::Socket;
use crate::moment::Moment;

/// An acknowledgement that is older tells nothing any more.
const RECENT: Duration = Duration::from_secs(2);

/// From the last byte to the first probe. The shortest that Linux has.
const FIRST: Duration = Duration::from_secs(1);

/// Windows gives a connection up after ten probes without an answer, Linux after as many as it is told.
const BETWEEN: Duration = if cfg!(windows) { Duration::from_millis(100) } else { Duration::from_secs(1) };
#[cfg(not(windows))]
const MOST: u32 = 5;

/// The probes of one connection. They are sent while it is idle: where nobody waits for an answer, one that is given up costs nothing.
pub struct Probes {
    socket: Arc<Socket>,
    /// The system knows how to send them.
    are_set: bool,
    since: Option<Moment>,
    until: Option<Moment>,
}

impl Probes {
    pub fn of(socket: Arc<Socket>) -> Probes {
        Probes { socket, are_set: false, since: None, until: None }
    }

    pub fn start(&mut self) {
        let socket = SockRef::from(self.socket.stream());
        // Windows takes times and switch in one call; elsewhere each is a call of its own, and the times stay as they were set.
        let started = if self.are_set && cfg!(not(windows)) { socket.set_keepalive(true) } else { set(&socket) }.is_ok();
        self.are_set |= started;
        (self.since, self.until) = (started.then(Moment::now), None);
    }

    /// A request must outlast a network that is away for seconds.
    pub fn stop(&mut self) {
        let _ = SockRef::from(self.socket.stream()).set_keepalive(false); // an error means that the connection has ended
        self.until = Some(Moment::now());
    }

    /// Whether the other side has acknowledged one a moment ago.
    pub fn is_acknowledged(&self) -> bool {
        let age = |moment: &Option<Moment>| moment.as_ref().and_then(Moment::age);
        let ended = if self.until.is_some() { age(&self.until) } else { Some(Duration::ZERO) };
        let (Some(began), Some(ended)) = (age(&self.since), ended) else { return false };
        ended < RECENT && is_acknowledged(&self.socket, began.saturating_sub(ended))
    }
}

fn set(socket: &SockRef) -> io::Result<()> {
    let probes = TcpKeepalive::new().with_time(FIRST).with_interval(BETWEEN);
    #[cfg(not(windows))]
    let probes = probes.with_retries(MOST);
    socket.set_tcp_keepalive(&probes)
}

/// The system tells when it has heard from the other side last.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn is_acknowledged(socket: &Socket, _: Duration) -> bool {
    use std::os::fd::AsRawFd;
    const ESTABLISHED: u8 = 1; // neither side has closed it
    let mut length: libc::socklen_t = size_of::<libc::tcp_info>().try_into().unwrap_or_default();
    // SAFETY: `tcp_info` is plain numbers; the kernel writes no more of it than `length`.
    let (told, info) = unsafe {
        let mut info: libc::tcp_info = std::mem::zeroed();
        let descriptor = socket.stream().as_raw_fd();
        let told = libc::getsockopt(descriptor, libc::IPPROTO_TCP, libc::TCP_INFO, (&raw mut info).cast(), &raw mut length);
        (told, info)
    };
    told == 0 && info.tcpi_state == ESTABLISHED && Duration::from_millis(info.tcpi_last_ack_recv.into()) < RECENT
}

/// Windows does not tell. One whose probes are not acknowledged it gives up after `FIRST` and ten times `BETWEEN`, which makes 2 s; such a one is not open.
#[cfg(windows)]
fn is_acknowledged(_: &Socket, probed_for: Duration) -> bool {
    probed_for >= RECENT
}

#[cfg(not(any(target_os = "linux", windows)))]
fn is_acknowledged(_: &Socket, _: Duration) -> bool {
    false
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::time::Instant;

    use super::*;

    fn pair() -> (Probes, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (Probes::of(Arc::new(Socket::new(stream))), listener.accept().unwrap().0)
    }

    /// Whether it is so at some moment of this time, looked at as it passes.
    fn becomes(is_so: impl Fn() -> bool, length: Duration) -> bool {
        let end = Instant::now() + length;
        while Instant::now() < end {
            if is_so() {
                return true;
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        false
    }

    fn stays_acknowledged(probes: &Probes, length: Duration) -> bool {
        !becomes(|| !probes.is_acknowledged(), length)
    }

    #[test]
    fn an_idle_connection_is_acknowledged_as_long_as_it_is_probed() {
        let (mut probes, _peer) = pair();
        assert!(!probes.is_acknowledged());
        probes.start();
        assert!(stays_acknowledged(&probes, Duration::from_secs(5)));
        probes.stop();
        assert!(probes.is_acknowledged(), "a moment ago it was");
        assert!(!stays_acknowledged(&probes, Duration::from_secs(5)), "without probes there is nothing to acknowledge");
        probes.start();
        assert!(becomes(|| probes.is_acknowledged(), Duration::from_secs(5)), "they begin again");
        assert!(stays_acknowledged(&probes, Duration::from_secs(5)));
    }

    #[test]
    fn a_peer_that_has_become_silent_acknowledges_nothing() {
        let (mut probes, peer) = pair();
        probes.start();
        assert!(probes.is_acknowledged());
        // Every packet that comes for it is dropped, as where the way has been cut.
        let drop_all = [socket2::SockFilter::new(0x06, 0, 0, 0)]; // BPF_RET | BPF_K, 0 bytes
        SockRef::from(&peer).attach_filter(&drop_all).unwrap();
        assert!(!stays_acknowledged(&probes, Duration::from_secs(5)));
    }

    #[test]
    fn a_connection_that_its_peer_has_closed_is_not_taken_for_acknowledged() {
        let (mut probes, peer) = pair();
        probes.start();
        drop(peer);
        assert!(!stays_acknowledged(&probes, Duration::from_secs(5)));
    }
}
