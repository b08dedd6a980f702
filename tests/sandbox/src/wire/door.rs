//! A loopback port where every accepted connection gets a thread of its own, and all of it ends when the door is dropped.

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};

pub struct Door {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    closing: AtomicBool,
    accepted: AtomicU64,
    attended: AtomicUsize,
    /// Weak, because a socket is reset only when its last owner lets go of it.
    open: Mutex<Vec<Weak<TcpStream>>>,
}

impl Door {
    /// Opens a free port of 127.0.0.1. How a connection ended is its own affair; nobody looks at the outcome.
    ///
    /// # Panics
    /// If there is none, which is the test machine's trouble.
    pub fn open<Outcome>(attend: impl Fn(Arc<TcpStream>) -> Outcome + Send + Sync + 'static) -> Door {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State::default());
        let (seen, attend) = (state.clone(), Arc::new(attend));
        let accepting = thread::spawn(move || {
            loop {
                let accepted = listener.accept();
                if seen.closing.load(Ordering::SeqCst) {
                    return;
                }
                // Accepting fails when descriptors run out; the next one may work.
                let Ok((stream, _)) = accepted else {
                    thread::yield_now();
                    continue;
                };
                let _ = stream.set_nodelay(true);
                let stream = Arc::new(stream);
                seen.remember(&stream);
                let (attend, attended) = (attend.clone(), Attended::begin(seen.clone()));
                thread::spawn(move || {
                    let _ = attend(stream);
                    drop(attended);
                });
            }
        });
        Door { address, state, accepting: Some(accepting) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections accepted so far.
    pub fn accepted(&self) -> u64 {
        self.state.accepted.load(Ordering::SeqCst)
    }

    /// Connections whose thread is still at work.
    pub fn open_connections(&self) -> usize {
        self.state.attended.load(Ordering::SeqCst)
    }
}

/// Counts a connection until its thread has ended, also by a panic.
struct Attended(Arc<State>);

impl Attended {
    fn begin(state: Arc<State>) -> Attended {
        state.attended.fetch_add(1, Ordering::SeqCst);
        Attended(state)
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.0.attended.fetch_sub(1, Ordering::SeqCst);
    }
}

impl State {
    fn remember(&self, stream: &Arc<TcpStream>) {
        self.accepted.fetch_add(1, Ordering::SeqCst);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|known| known.strong_count() > 0);
        open.push(Arc::downgrade(stream));
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.state.closing.store(true, Ordering::SeqCst);
        // `accept` has no other way to hear of it.
        let woken = TcpStream::connect(self.address);
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            let _ = accepting.join();
        }
        for stream in self.state.open.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
