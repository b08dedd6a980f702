//! The one log callback of the process. Messages are made of fixed words, numbers and statuses: nothing that a patient, a key or a server wrote.

use std::cell::Cell;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::locking::lock;

/// As the ABI numbers them.
const ERROR: i32 = 1;
const WARNING: i32 = 2;
const INFO: i32 = 3;
const DEBUG: i32 = 4;

/// What receives the messages: level and text.
pub type Write = dyn Fn(i32, &str) + Send + Sync;

struct Sink {
    write: Box<Write>,
    max_level: i32,
    /// Threads that are inside `write` now.
    running: AtomicUsize,
}

static SINK: Mutex<Option<Arc<Sink>>> = Mutex::new(None);
static RETURNED: Condvar = Condvar::new();
/// So that a process without a callback pays one load for a message.
static MAX_LEVEL: AtomicI32 = AtomicI32::new(0);

thread_local! {
    /// This thread is inside the callback: what the host calls from there is not logged, or it would never end.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Sets the callback, or takes it away. Once this returns the old one runs no more, save when called from inside a callback.
pub fn set(write: Option<Box<Write>>, max_level: i32) {
    let new = write.map(|write| Arc::new(Sink { write, max_level, running: AtomicUsize::new(0) }));
    let mut sink = lock(&SINK);
    MAX_LEVEL.store(if new.is_some() { max_level } else { 0 }, Ordering::Relaxed);
    let old = std::mem::replace(&mut *sink, new);
    if INSIDE.get() {
        return;
    }
    if let Some(old) = old {
        while old.running.load(Ordering::Relaxed) > 0 {
            sink = RETURNED.wait(sink).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

pub fn error(message: impl FnOnce() -> String) {
    emit(ERROR, message);
}

pub fn warning(message: impl FnOnce() -> String) {
    emit(WARNING, message);
}

pub fn info(message: impl FnOnce() -> String) {
    emit(INFO, message);
}

pub fn debug(message: impl FnOnce() -> String) {
    emit(DEBUG, message);
}

fn emit(level: i32, message: impl FnOnce() -> String) {
    if level > MAX_LEVEL.load(Ordering::Relaxed) || INSIDE.get() {
        return;
    }
    let entered = {
        let sink = lock(&SINK);
        let Some(sink) = sink.as_ref().filter(|sink| level <= sink.max_level) else { return };
        sink.running.fetch_add(1, Ordering::Relaxed);
        Entered(Arc::clone(sink))
    };
    INSIDE.set(true);
    (entered.0.write)(level, &message());
}

/// Leaves the callback, whichever way.
struct Entered(Arc<Sink>);

impl Drop for Entered {
    fn drop(&mut self) {
        INSIDE.set(false);
        let _sink = lock(&SINK); // so that a waiting `set` cannot miss the last one out
        self.0.running.fetch_sub(1, Ordering::Relaxed);
        RETURNED.notify_all();
    }
}
