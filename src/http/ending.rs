//! How another thread ends a connection: one that is blocked in a read wakes only when its socket is shut down.

use std::sync::{Mutex, Weak};

use ureq::unversioned::transport::ShutdownHandle;

use crate::locking::lock;

/// The sockets of one connection; one that failed to come about may have had several.
#[derive(Default)]
pub struct Ending(Mutex<State>);

#[derive(Default)]
struct State {
    is_over: bool,
    sockets: Vec<Weak<dyn ShutdownHandle>>,
}

impl Ending {
    /// A socket more. After the end it is shut down at once.
    pub fn takes(&self, socket: Weak<dyn ShutdownHandle>) {
        let mut state = lock(&self.0);
        if state.is_over {
            drop(state);
            shut(&socket);
        } else {
            state.sockets.push(socket);
        }
    }

    /// Ends the connection, or what is going to be one.
    pub fn end(&self) {
        let mut state = lock(&self.0);
        state.is_over = true;
        let sockets = std::mem::take(&mut state.sockets);
        drop(state);
        sockets.iter().for_each(shut);
    }
}

fn shut(socket: &Weak<dyn ShutdownHandle>) {
    if let Some(socket) = socket.upgrade() {
        socket.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[derive(Default)]
    struct Socket(AtomicBool);

    impl ShutdownHandle for Socket {
        fn shutdown(&self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_socket_is_shut_down_whether_it_comes_before_the_end_or_after() {
        let ending = Ending::default();
        let (early, late) = (Arc::new(Socket::default()), Arc::new(Socket::default()));
        let weak = |socket: &Arc<Socket>| -> Weak<dyn ShutdownHandle> { Arc::<Socket>::downgrade(socket) };
        ending.takes(weak(&early));
        assert!(!early.0.load(Ordering::Relaxed));
        ending.end();
        ending.takes(weak(&late));
        assert!(early.0.load(Ordering::Relaxed) && late.0.load(Ordering::Relaxed));
    }
}
