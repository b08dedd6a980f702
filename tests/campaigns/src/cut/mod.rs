//! Cut campaign: whatever breaks on the way, nobody is invited twice, nothing is lost, nothing is claimed, and every call is back in time.

pub mod blind;
mod chance;
mod judge;
pub mod killed;
mod sweep;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Wishes;
use crate::scheduling::Scheduling;
use crate::tally::Tally;

/// Runs mostly wait, so that many of them share a core.
const WORKERS: usize = 20;

/// What all runs of the campaign share.
pub struct Campaign<'a> {
    pub seed: u64,
    pub tally: &'a Tally,
    pub scheduling: Scheduling,
}

pub fn run(wishes: &Wishes, tally: &Tally) -> String {
    let campaign = Campaign { seed: wishes.seed, tally, scheduling: Scheduling::watch() };
    let swept = sweep::run(&campaign, wishes);
    let plain = chance::run(&campaign, wishes.pick(200, 10_000), false);
    let secure = chance::run(&campaign, wishes.pick(20, 600), true);
    let killed = killed::run(&campaign, wishes.pick(4, 40));
    let blind = blind::run(&campaign);
    format!(
        "{swept} runs at the bytes of add and remove, {plain} random over HTTP, {secure} over HTTPS, {killed} hosts killed: {}; {blind}",
        judge::figures(tally)
    )
}

/// How many runs one world sees: enough to keep all workers busy, and few enough for a list of patients as a practice has it.
pub fn together(runs: usize) -> usize {
    (runs / WORKERS).clamp(2, 24)
}

/// Does `work` for each number below `count`, many at once.
pub fn in_parallel(count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|threads| {
        for _ in 0..WORKERS.min(count) {
            threads.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count) {
                    work(number);
                }
            });
        }
    });
}
