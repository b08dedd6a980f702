//! TCP keep-alive probes, which tell whether the machine at the other end of an idle connection still knows it.
//!
//! A probe is no request: the system sends it, and the other system acknowledges it. Behind a proxy it would tell of the proxy alone.

use std::net::TcpStream;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// An acknowledgement that is older tells nothing any more.
#[cfg(target_os = "linux")]
const RECENT: Duration = Duration::from_secs(2);

/// From the last byte to the first probe. The shortest that Linux has.
const FIRST: Duration = Duration::from_secs(1);

/// Windows gives a connection up after ten probes without an answer, Linux after as many as it is told.
const BETWEEN: Duration = if cfg!(windows) { Duration::from_millis(100) } else { Duration::from_secs(1) };
#[cfg(not(windows))]
const MOST: u32 = 5;

/// Begins to probe. Only for an idle connection: where nobody waits for an answer, one that is given up costs nothing.
pub fn start(stream: &TcpStream) {
    let probes = TcpKeepalive::new().with_time(FIRST).with_interval(BETWEEN);
    #[cfg(not(windows))]
    let probes = probes.with_retries(MOST);
    let _ = SockRef::from(stream).set_tcp_keepalive(&probes); // without probes nothing is acknowledged
}

/// Ends it. A request must outlast a network that is away for seconds.
pub fn stop(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_keepalive(false);
}

/// Whether the other side has acknowledged something within the last 2 s.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub fn is_acknowledged(stream: &TcpStream) -> bool {
    use std::os::fd::AsRawFd;
    let mut length: libc::socklen_t = size_of::<libc::tcp_info>().try_into().unwrap_or_default();
    // SAFETY: `tcp_info` is plain numbers; the kernel writes no more of it than `length`.
    let (told, info) = unsafe {
        let mut info: libc::tcp_info = std::mem::zeroed();
        let told = libc::getsockopt(stream.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_INFO, (&raw mut info).cast(), &raw mut length);
        (told, info)
    };
    told == 0 && info.tcpi_state == ESTABLISHED && Duration::from_millis(info.tcpi_last_ack_recv.into()) < RECENT
}

/// `TCP_ESTABLISHED`: neither side has closed it.
#[cfg(target_os = "linux")]
const ESTABLISHED: u8 = 1;

/// Windows does not say when it was acknowledged last. A connection whose probes are not is given up after `FIRST` and ten times `BETWEEN`, which
/// makes 2 s, and is not open then.
#[cfg(windows)]
pub fn is_acknowledged(_: &TcpStream) -> bool {
    true
}

#[cfg(not(any(target_os = "linux", windows)))]
pub fn is_acknowledged(_: &TcpStream) -> bool {
    false
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (stream, listener.accept().unwrap().0)
    }

    /// Whether the connection is acknowledged during all of the time, looked at as it passes.
    fn stays_acknowledged(stream: &TcpStream, length: Duration) -> bool {
        let end = Instant::now() + length;
        while Instant::now() < end {
            if !is_acknowledged(stream) {
                return false;
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        true
    }

    #[test]
    fn an_idle_connection_is_acknowledged_as_long_as_it_is_probed() {
        let (stream, _peer) = pair();
        start(&stream);
        assert!(stays_acknowledged(&stream, Duration::from_secs(5)));
        stop(&stream);
        assert!(!stays_acknowledged(&stream, Duration::from_secs(5)), "without probes there is nothing to acknowledge");
    }

    #[test]
    fn a_peer_that_has_become_silent_acknowledges_nothing() {
        let (stream, peer) = pair();
        start(&stream);
        assert!(is_acknowledged(&stream));
        // Every packet that comes for it is dropped, as where the way has been cut.
        let drop_all = [socket2::SockFilter::new(0x06, 0, 0, 0)]; // BPF_RET | BPF_K, 0 bytes
        SockRef::from(&peer).attach_filter(&drop_all).unwrap();
        assert!(!stays_acknowledged(&stream, Duration::from_secs(5)));
    }

    #[test]
    fn a_connection_that_its_peer_has_closed_is_not_taken_for_acknowledged() {
        let (stream, peer) = pair();
        drop(peer);
        assert!(!stays_acknowledged(&stream, Duration::from_secs(5)));
    }
}
