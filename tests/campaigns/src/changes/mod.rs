//! What the campaigns about invitations and removals share: a service and the calls that are made to it, and the judge.
//!
//! The judge counts e-mails. A row of the list may appear long after the e-mail, or never.

pub mod assessment;
mod journal;
mod outcomes;
pub mod second_pc;
mod service;
mod told;
pub mod world;

pub use outcomes::Outcomes;
pub use service::{Kind, SlowService};
pub use told::{ADD, Act, Role, Told, wall_clock};

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::Wishes;
use crate::counts::{Counts, Figures};
use crate::scheduling::Scheduling;

/// First number of the patients of each part of the campaigns. The library remembers for two minutes whom it may have invited, by address, practice and
/// patient; a port that is used again must not bring back a patient.
pub mod patients_of {
    pub const RANDOM: usize = 0;
    pub const RANDOM_SECURE: usize = 100_000;
    pub const SWEEP: usize = 200_000;
    pub const KILLED: usize = 300_000;
    pub const DEFAULT_TIMEOUT: usize = 400_000;
    pub const DOUBLED: usize = 500_000;
    pub const MOVED: usize = 600_000;
}

/// Before the end of a call; what kept it waiting longer before that is no excuse.
const EXCUSED: Duration = Duration::from_secs(3);

/// What all runs of a campaign share.
pub struct Campaign<'a> {
    pub seed: u64,
    pub counts: &'a Counts,
    pub scheduling: Scheduling,
    pub figures: Figures,
    pub outcomes: Outcomes,
}

impl<'a> Campaign<'a> {
    pub fn new(wishes: &Wishes, counts: &'a Counts) -> Campaign<'a> {
        Campaign { seed: wishes.seed, counts, scheduling: Scheduling::watch(), figures: Figures::default(), outcomes: Outcomes::default() }
    }

    /// For how long this machine kept a call waiting near its end.
    pub fn lateness_of(&self, told: &Told) -> Duration {
        let since = told.returned.checked_sub(EXCUSED).map_or(told.started, |since| since.max(told.started));
        self.scheduling.worst_between(since, told.returned) + told.starved
    }
}

/// Does `work` for each number below `count`, so many at once.
pub fn in_parallel(count: usize, workers: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|threads| {
        for _ in 0..workers.min(count) {
            threads.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count) {
                    work(number);
                }
            });
        }
    });
}
