//! How late this machine itself is: no call can return sooner than its thread gets its turn.
//!
//! Two measures of it, neither of which the library has a hand in. Control threads sleep for 2 ms, over and over, and write down by how much more they
//! slept; one of them also starts a thread each time and waits for it, as every new connection does: where a thousand threads share one address space
//! the kernel lets them wait for each other. And the kernel counts for each thread how long it was ready to run while others had the processor. A call counts as late
//! if it returned later than it promises by more than both together: the longest sleep of a control thread while the call was under way, and the time
//! for which the calling thread itself was kept waiting for a processor.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const NAP: Duration = Duration::from_millis(2);
/// Less than this is not worth a note.
const NOTED: Duration = Duration::from_millis(1);
/// With whether they start threads.
const CONTROL_THREADS: [bool; 2] = [false, true];

/// When a control thread woke, and how much too late.
type Overslept = (Instant, Duration);

/// Watches while it lives.
pub struct Scheduling {
    overslept: Arc<Mutex<Vec<Overslept>>>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Scheduling {
    pub fn watch() -> Scheduling {
        let (overslept, over) = (Arc::<Mutex<Vec<Overslept>>>::default(), Arc::<AtomicBool>::default());
        let control = |starts_threads: bool| {
            let (overslept, over) = (Arc::clone(&overslept), Arc::clone(&over));
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    thread::sleep(NAP);
                    if starts_threads {
                        let _ = thread::spawn(|| {}).join();
                    }
                    let late = started.elapsed().saturating_sub(NAP);
                    if late > NOTED {
                        overslept.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), late));
                    }
                }
            })
        };
        let threads = CONTROL_THREADS.map(control).into();
        Scheduling { overslept, over, threads }
    }

    /// The longest time that a control thread was kept waiting, some of it within this span. Ask only when the span is well over: a control
    /// thread that is still waiting has not told yet.
    pub fn worst_between(&self, from: Instant, to: Instant) -> Duration {
        let overslept = self.overslept.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |(woke, late): &&Overslept| *woke >= from && woke.checked_sub(*late).is_none_or(|due| due <= to);
        overslept.iter().rev().take_while(|(woke, _)| *woke >= from).filter(within).map(|(_, late)| *late).max().unwrap_or_default()
    }
}

/// For how long this thread has been ready to run without a processor, since it began. Nothing where the kernel does not tell.
pub fn starved() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

impl Drop for Scheduling {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
