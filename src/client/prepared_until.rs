//! How long a client is to be kept ready for a call, and whether a thread sees to it.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::locking::lock;

/// After the last time that the host announced a call.
const LENGTH: Duration = Duration::from_secs(2 * 60);

#[derive(Default)]
pub struct PreparedUntil(Mutex<State>);

#[derive(Default)]
struct State {
    end: Option<Instant>,
    is_seen_to: bool,
}

impl PreparedUntil {
    /// Begins the time anew. What comes back is for the thread that is to see to it, where none does.
    pub fn extend(self: &Arc<PreparedUntil>) -> Option<Keeping> {
        let mut state = self.lock();
        state.end = Some(Instant::now() + LENGTH);
        let is_new = !std::mem::replace(&mut state.is_seen_to, true);
        is_new.then(|| Keeping(Arc::clone(self)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// The thread that has this sees to it; without the thread, the next announcement starts another.
pub struct Keeping(Arc<PreparedUntil>);

impl Keeping {
    /// Whether the time is still running. Once it is over, this is to be dropped.
    pub fn goes_on(&self) -> bool {
        let mut state = self.0.lock();
        state.is_seen_to = state.end.is_some_and(|end| Instant::now() < end);
        state.is_seen_to
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.lock().is_seen_to = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_sees_to_it_until_the_time_is_over() {
        let until = Arc::new(PreparedUntil::default());
        let keeping = until.extend().unwrap();
        assert!(keeping.goes_on());
        assert!(until.extend().is_none(), "one is at it");
        until.lock().end = Some(Instant::now());
        assert!(!keeping.goes_on());
        drop(keeping);
        assert!(until.extend().is_some_and(|keeping| keeping.goes_on()));
    }
}
