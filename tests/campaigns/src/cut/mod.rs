//! Cut campaign: whatever breaks on the way and however long the service works, nobody is e-mailed twice, nothing is lost, nothing is claimed, and every
//! call is back in time.

mod chance;
pub mod killed;
mod sweep;

use crate::Wishes;
use crate::changes::{Campaign, assessment};
use crate::counts::Counts;

/// Runs mostly wait, so that many of them share a core.
const WORKERS: usize = 48;

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let campaign = Campaign::new(wishes, counts);
    let swept = if chance::only().is_none() { sweep::run(&campaign, wishes) } else { 0 };
    let at_the_bytes = assessment::figures(&campaign.figures);
    let campaign = Campaign::new(wishes, counts);
    let plain = chance::run(&campaign, wishes.pick(240, 10_000), false);
    let secure = chance::run(&campaign, wishes.pick(24, 600), true);
    let killed = if chance::only().is_none() { killed::run(&campaign, wishes.pick(4, 40)) } else { 0 };
    format!(
        "{swept} runs at the bytes of add and remove: {at_the_bytes}\n  {plain} random runs over HTTP, {secure} over HTTPS, {killed} hosts killed: {}{}",
        assessment::figures(&campaign.figures),
        campaign.outcomes.table()
    )
}

/// How many runs one world sees: enough to keep all workers busy, and few enough for a list of patients as a practice has it.
pub fn together(runs: usize) -> usize {
    (runs / WORKERS).clamp(2, 24)
}
