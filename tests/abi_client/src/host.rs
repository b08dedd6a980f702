//! What tests of a host program share: promised times, and a second process of the same test.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What the ABI allows past a deadline or an interrupt.
pub const PROMISE: Duration = Duration::from_millis(100);

/// What a busy machine may add before a thread gets its turn. No promise of the library.
pub const SCHEDULING: Duration = Duration::from_millis(150);

/// Runs `act` and holds it to the promise: back no later than this after `limit`.
///
/// # Panics
/// If it comes back later.
#[track_caller]
pub fn within<T>(limit: Duration, act: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = act();
    let took = started.elapsed();
    assert!(took <= limit + PROMISE + SCHEDULING, "took {took:?}, promised within {:?}", limit + PROMISE);
    done
}

/// Waits for a condition, not for a time.
///
/// # Panics
/// If it has not come about in half a minute.
#[track_caller]
pub fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(1)); // between two looks
    }
}

const TASK: &str = "VIDEODOKTOR_TEST_TASK";

/// What the parent asked of this process, if it is a second process of a test.
pub fn task() -> Option<String> {
    std::env::var(TASK).ok()
}

/// The named test of this program again, in a process of its own in which [`task`] tells what to do.
pub fn second_process(test: &str, task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program knows where it is"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(TASK, task);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits until the process ends.
///
/// # Panics
/// If it has not ended in time.
#[track_caller]
pub fn end_of(mut child: Child, limit: Duration) -> Output {
    let started = Instant::now();
    while child.try_wait().expect("a child can be waited for").is_none() {
        if started.elapsed() > limit {
            child.kill().expect("a child can be killed");
            panic!("a process that should have ended within {limit:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(1)); // between two looks
    }
    child.wait_with_output().expect("a child's output can be read")
}
