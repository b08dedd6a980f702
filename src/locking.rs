//! Locks that no panic takes away.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, also where a panic has left it behind: that one was caught and reported at the boundary, and the host's next call must not fail for it.
/// Nothing that can panic is done while what a lock guards is half changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_outlives_a_panic() {
        let mutex = Mutex::new(7);
        let panicked = std::thread::scope(|threads| {
            let holder = threads.spawn(|| {
                let _held = mutex.lock();
                panic!("while it is held");
            });
            holder.join().is_err()
        });
        assert!(panicked && mutex.is_poisoned());
        assert_eq!(*lock(&mutex), 7);
    }
}
