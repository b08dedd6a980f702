//! Cut campaign: whatever breaks on the way and however long the service works, nobody is e-mailed twice, nothing is lost, nothing is claimed, and every
//! call is back in time.

mod chance;
pub mod killed;
mod sweep;

use crate::Wishes;
use crate::changes::{Campaign, judge};
use crate::tally::Tally;

/// Runs mostly wait, so that many of them share a core.
const WORKERS: usize = 48;

pub fn run(wishes: &Wishes, tally: &Tally) -> String {
    let campaign = Campaign::new(wishes, tally);
    let swept = sweep::run(&campaign, wishes);
    let at_the_bytes = judge::figures(&campaign.figures);
    let campaign = Campaign::new(wishes, tally);
    let plain = chance::run(&campaign, wishes.pick(240, 10_000), false);
    let secure = chance::run(&campaign, wishes.pick(24, 600), true);
    let killed = killed::run(&campaign, wishes.pick(4, 40));
    format!(
        "{swept} runs at the bytes of add and remove: {at_the_bytes}\n  {plain} random runs over HTTP, {secure} over HTTPS, {killed} hosts killed: {}{}",
        judge::figures(&campaign.figures),
        campaign.outcomes.table()
    )
}

/// How many runs one world sees: enough to keep all workers busy, and few enough for a list of patients as a practice has it.
pub fn together(runs: usize) -> usize {
    (runs / WORKERS).clamp(2, 24)
}
