//! The one log callback of the process. Messages are made of fixed words, numbers and statuses: nothing that a patient, a key or a server wrote.
//!
//! The callback runs only in threads that the host has inside a call. A runtime that is ending (Python, .NET, Delphi) aborts or hangs when a thread
//! that it does not know calls it, so what the library's own threads have to say is queued until a call of the host delivers it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::locking::lock;

/// As the ABI numbers them.
const ERROR: i32 = 1;
const WARNING: i32 = 2;
const INFO: i32 = 3;
const DEBUG: i32 = 4;

/// How long `set` waits for callbacks that are running. A callback may wait for the very thread that calls `set`.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// So many messages of our own threads are kept; the oldest go first.
const LONGEST_QUEUE: usize = 100;

/// What receives the messages: level and text.
pub type Write = dyn Fn(i32, &str) + Send + Sync;

/// Whose messages a thread logs.
pub trait Source: Send + Sync {
    /// A client that was freed logs nothing more.
    fn may_log(&self) -> bool;
}

/// An earlier callback still runs; it gets no new messages.
#[derive(Debug, PartialEq, Eq)]
pub struct StillRunning;

struct Callback {
    write: Box<Write>,
    max_level: i32,
}

struct Message {
    level: i32,
    text: String,
    source: Option<Weak<dyn Source>>,
}

struct State {
    callback: Option<Arc<Callback>>,
    /// Counts the calls of `set`.
    generation: u64,
    /// The generation of each callback that is running now.
    running: Vec<u64>,
    /// Messages of our own threads.
    queue: VecDeque<Message>,
}

static STATE: Mutex<State> = Mutex::new(State { callback: None, generation: 0, running: Vec::new(), queue: VecDeque::new() });
static RETURNED: Condvar = Condvar::new();
/// So that a process without a callback pays one load for a message.
static MAX_LEVEL: AtomicI32 = AtomicI32::new(0);
/// So that a call with nothing to deliver takes no lock.
static IS_QUEUED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// This thread is inside the callback: what the host calls from there is not logged, or it would never end.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static SOURCE: RefCell<Option<Weak<dyn Source>>> = const { RefCell::new(None) };
}

/// Whether the library started this thread.
pub fn is_our_thread() -> bool {
    std::thread::current().name().is_some_and(|name| name.starts_with("videodoktor-"))
}

/// Sets the callback, or takes it away. Once this returns `Ok` no earlier one runs, save when called from inside a callback.
pub fn set(write: Option<Box<Write>>, max_level: i32) -> Result<(), StillRunning> {
    let new = write.map(|write| Arc::new(Callback { write, max_level }));
    let mut state = lock(&STATE);
    MAX_LEVEL.store(if new.is_some() { max_level } else { 0 }, Ordering::Relaxed);
    state.generation += 1;
    let old = std::mem::replace(&mut state.callback, new);
    let undelivered = std::mem::take(&mut state.queue);
    if INSIDE.get() {
        return Ok(());
    }
    let generation = state.generation;
    // Any earlier one, not only the last: a callback may have replaced itself and still run.
    let is_running = |state: &mut State| state.running.iter().any(|&earlier| earlier < generation);
    let waited = RETURNED.wait_timeout_while(state, LONGEST_WAIT, is_running);
    let (state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
    drop(state);
    drop((old, undelivered));
    if waited.timed_out() { Err(StillRunning) } else { Ok(()) }
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

/// While this lives, the thread's messages are those of one client. In a thread of the host, its end delivers what our own threads have queued.
pub struct Scope {
    outer: Option<Weak<dyn Source>>,
}

impl Scope {
    pub fn enter(source: Weak<dyn Source>) -> Scope {
        Scope { outer: replace_source(Some(source)) }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let source = replace_source(self.outer.take());
        if may_log(source.as_ref()) && !is_our_thread() {
            deliver_queue();
        }
    }
}

/// Without effect in a thread that is ending.
fn replace_source(source: Option<Weak<dyn Source>>) -> Option<Weak<dyn Source>> {
    SOURCE.try_with(|current| current.replace(source)).ok().flatten()
}

fn emit(level: i32, message: impl FnOnce() -> String) {
    if level > MAX_LEVEL.load(Ordering::Relaxed) || INSIDE.get() {
        return;
    }
    let source = SOURCE.try_with(|source| source.borrow().clone()).ok().flatten();
    if !may_log(source.as_ref()) {
        return;
    }
    if is_our_thread() {
        queue(Message { level, text: message(), source });
    } else {
        deliver_queue();
        call(level, message);
    }
}

fn may_log(source: Option<&Weak<dyn Source>>) -> bool {
    source.is_none_or(|source| source.upgrade().is_some_and(|source| source.may_log()))
}

fn queue(message: Message) {
    let mut state = lock(&STATE);
    if state.callback.as_ref().is_none_or(|callback| message.level > callback.max_level) {
        return;
    }
    let oldest = if state.queue.len() < LONGEST_QUEUE { None } else { state.queue.pop_front() };
    state.queue.push_back(message);
    IS_QUEUED.store(true, Ordering::Relaxed);
    drop(state);
    drop(oldest);
}

fn deliver_queue() {
    if INSIDE.get() || !IS_QUEUED.swap(false, Ordering::Relaxed) {
        return;
    }
    let queued = std::mem::take(&mut lock(&STATE).queue);
    for message in queued.into_iter().filter(|message| may_log(message.source.as_ref())) {
        call(message.level, || message.text);
    }
}

/// Calls the host's callback.
fn call(level: i32, message: impl FnOnce() -> String) {
    let Some(running) = Running::begin(level) else { return };
    (running.callback.write)(level, &message());
}

/// A callback that is running in this thread; dropped when it has returned.
struct Running {
    callback: Arc<Callback>,
    generation: u64,
}

impl Running {
    fn begin(level: i32) -> Option<Running> {
        let mut state = lock(&STATE);
        let callback = Arc::clone(state.callback.as_ref().filter(|callback| level <= callback.max_level)?);
        let generation = state.generation;
        state.running.push(generation);
        drop(state);
        INSIDE.set(true);
        Some(Running { callback, generation })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        INSIDE.set(false);
        let mut state = lock(&STATE); // so that a waiting `set` cannot miss the last one out
        if let Some(at) = state.running.iter().position(|&generation| generation == self.generation) {
            state.running.swap_remove(at);
        }
        drop(state);
        RETURNED.notify_all();
    }
}
