//! A TCP connection as ureq's transport.

use std::io::{ErrorKind, Read, Write};
use std::sync::{Arc, Weak};

use rustix::event::PollFlags;
use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, LazyBuffers, NextTimeout, ShutdownHandle, Transport};

use super::happy_eyeballs;
use super::socket::{Socket, Wait};

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
        socket.stream().set_nodelay(true)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TcpTransport { socket, buffers })
    }

    pub fn socket(&self) -> &Arc<Socket> {
        &self.socket
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
        let is_idle = self.socket.stream().peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        is_idle && !self.socket.is_shut()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::{Duration, Instant};

    use ureq::Timeout;

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
