//! One call that is under way: its deadline, and the way to end it early.
//!
//! Everything that can wait — connecting, reading, a pause before a repeat — waits through here, so an interrupt or the deadline ends it at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::ShutdownHandle;

use crate::error::{Error, Result};
use crate::locking::lock;
use crate::status::Status;

pub struct InFlight {
    deadline: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    /// Of the connection that it uses.
    shutdown: Option<Arc<ConnectionShutdown>>,
    /// Parts of this call that run on threads of their own, or within a shorter time.
    children: Vec<Weak<InFlight>>,
}

impl InFlight {
    pub fn new(timeout: Duration) -> Arc<InFlight> {
        Arc::new(InFlight { deadline: Instant::now() + timeout, state: Mutex::default(), changed: Condvar::new() })
    }

    /// A part of this call: ends no later than `within`, than this call's own deadline, and than an interrupt of this call.
    pub fn child(&self, within: Duration) -> Arc<InFlight> {
        let deadline = Instant::now().checked_add(within).map_or(self.deadline, |end| end.min(self.deadline));
        let child = Arc::new(InFlight { deadline, state: Mutex::default(), changed: Condvar::new() });
        let mut state = self.lock();
        state.children.retain(|other| other.strong_count() > 0);
        state.children.push(Arc::downgrade(&child));
        let cancelled = state.cancelled;
        drop(state);
        if cancelled {
            child.cancel();
        }
        child
    }

    /// Ends the call, whatever it is doing.
    pub fn cancel(&self) {
        let (shutdown, children) = {
            let mut state = self.lock();
            state.cancelled = true;
            (state.shutdown.take(), std::mem::take(&mut state.children))
        };
        self.changed.notify_all();
        if let Some(shutdown) = shutdown {
            shutdown.end();
        }
        children.iter().filter_map(Weak::upgrade).for_each(|child| child.cancel());
    }

    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// The time left; an error if there is none or the call was cancelled.
    pub fn remaining(&self) -> Result<Duration> {
        if self.is_cancelled() {
            return Err(cancelled());
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(Error::network(Status::ERR_TIMEOUT, "timeout_ms ran out")) } else { Ok(left) }
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether a pause of this length leaves time for a request after it.
    pub fn has_time_for(&self, pause: Duration) -> bool {
        self.deadline.saturating_duration_since(Instant::now()) > pause.saturating_add(Duration::from_millis(50))
    }

    /// From now on, cancelling ends this connection. Fails if the call was cancelled already.
    pub fn uses(&self, shutdown: &Arc<ConnectionShutdown>) -> Result<()> {
        let mut state = self.lock();
        if state.cancelled {
            return Err(cancelled());
        }
        state.shutdown = Some(Arc::clone(shutdown));
        Ok(())
    }

    /// The connection goes back to the idle ones: a later interrupt of this call must not touch it.
    pub fn leaves_connection(&self) {
        self.lock().shutdown = None;
    }

    /// Waits, but not past the deadline or an interrupt.
    pub fn pause(&self, length: Duration) -> Result<()> {
        self.wait_until(Instant::now() + length, || None::<()>).map(drop)
    }

    /// Wakes the waiting threads, which check their condition again.
    pub fn notify(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Looks again at each `notify`, until something is found or `limit` has passed; an error past the deadline or after an interrupt.
    pub fn wait_until<T>(&self, limit: Instant, look: impl Fn() -> Option<T>) -> Result<Option<T>> {
        let limit = limit.min(self.deadline);
        let mut state = self.lock();
        while !state.cancelled {
            if let Some(found) = look() {
                return Ok(Some(found));
            }
            let left = limit.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        self.remaining().map(|_| None)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn cancelled() -> Error {
    Error::network(Status::ERR_CANCELLED, "interrupted, or the client was freed")
}

/// What a library-owned thread hands to the call that waits for it.
pub struct Oneshot<T>(Mutex<Option<T>>);

impl<T> Oneshot<T> {
    pub fn new() -> Arc<Oneshot<T>> {
        Arc::new(Oneshot(Mutex::new(None)))
    }

    pub fn put(&self, value: T, waiting: &InFlight) {
        *lock(&self.0) = Some(value);
        waiting.notify();
    }

    pub fn is_full(&self) -> bool {
        lock(&self.0).is_some()
    }

    pub fn take(&self) -> Option<T> {
        lock(&self.0).take()
    }
}

/// The calls that are under way on one client.
#[derive(Default)]
pub struct ActiveCalls(Mutex<Listed>);

#[derive(Default)]
struct Listed {
    closed: bool,
    calls: Vec<Weak<InFlight>>,
}

impl ActiveCalls {
    /// Lists a new call. On a freed client it is cancelled from the start.
    pub fn begin(&self, timeout: Duration) -> Arc<InFlight> {
        let call = InFlight::new(timeout);
        let mut listed = self.lock();
        listed.calls.retain(|other| other.strong_count() > 0);
        listed.calls.push(Arc::downgrade(&call));
        let closed = listed.closed;
        drop(listed);
        if closed {
            call.cancel();
        }
        call
    }

    pub fn under_way(&self) -> usize {
        self.lock().calls.iter().filter(|call| call.strong_count() > 0).count()
    }

    /// Ends every call that is under way now; later ones work.
    pub fn interrupt(&self) {
        let calls: Vec<_> = self.lock().calls.drain(..).collect();
        calls.iter().filter_map(Weak::upgrade).for_each(|call| call.cancel());
    }

    /// The client was freed: ends every call, now and from now on.
    pub fn close(&self) {
        self.lock().closed = true;
        self.interrupt();
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, Listed> {
        lock(&self.0)
    }
}

/// The sockets of one connection; one that failed to come about may have had several.
#[derive(Default)]
pub struct ConnectionShutdown(Mutex<Sockets>);

#[derive(Default)]
struct Sockets {
    is_over: bool,
    sockets: Vec<Weak<dyn ShutdownHandle>>,
}

impl ConnectionShutdown {
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
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn an_interrupt_ends_a_pause_at_once() {
        let calls = ActiveCalls::default();
        let call = calls.begin(Duration::from_secs(60));
        let waiting = Arc::clone(&call);
        let thread = std::thread::spawn(move || waiting.pause(Duration::from_secs(50)));
        calls.interrupt();
        assert_eq!(thread.join().unwrap().unwrap_err().status, Status::ERR_CANCELLED);
        assert!(calls.begin(Duration::from_secs(1)).remaining().is_ok(), "a later call works");
    }

    #[test]
    fn an_interrupt_reaches_every_part_of_a_call_and_no_part_outlasts_it() {
        let call = InFlight::new(Duration::from_secs(60));
        let (early, grandchild) = (call.child(Duration::from_secs(3)), call.child(Duration::MAX).child(Duration::MAX));
        assert!(early.deadline() < call.deadline() && grandchild.deadline() == call.deadline());
        early.cancel();
        assert!(early.is_cancelled() && !call.is_cancelled(), "the end of a part is not the end of the call");
        let child = call.child(Duration::from_secs(3));
        call.cancel();
        assert!(child.is_cancelled() && call.child(Duration::from_secs(3)).is_cancelled());
    }

    #[test]
    fn a_freed_client_starts_no_call() {
        let calls = ActiveCalls::default();
        calls.close();
        assert_eq!(calls.begin(Duration::from_secs(1)).remaining().unwrap_err().status, Status::ERR_CANCELLED);
    }

    #[test]
    fn what_a_thread_puts_into_the_slot_is_found_even_if_it_came_first() {
        let call = InFlight::new(Duration::from_secs(60));
        let oneshot = Oneshot::new();
        oneshot.put(7, &call);
        assert_eq!(call.wait_until(Instant::now() + Duration::from_secs(60), || oneshot.take()), Ok(Some(7)));
        assert_eq!(call.wait_until(Instant::now(), || oneshot.take()), Ok(None));
    }

    #[derive(Default)]
    struct Socket(AtomicBool);

    impl ShutdownHandle for Socket {
        fn shutdown(&self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_socket_is_shut_down_whether_it_comes_before_the_end_or_after() {
        let shutdown = ConnectionShutdown::default();
        let (early, late) = (Arc::new(Socket::default()), Arc::new(Socket::default()));
        let weak = |socket: &Arc<Socket>| -> Weak<dyn ShutdownHandle> { Arc::<Socket>::downgrade(socket) };
        shutdown.takes(weak(&early));
        assert!(!early.0.load(Ordering::Relaxed));
        shutdown.end();
        shutdown.takes(weak(&late));
        assert!(early.0.load(Ordering::Relaxed) && late.0.load(Ordering::Relaxed));
    }
}
