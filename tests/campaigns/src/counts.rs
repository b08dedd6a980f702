//! What a campaign counts: runs that were right, those that were wrong and why, and figures by name.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static NOT_SO: [String; 1] = [String::new()];

/// So many wrong runs are told one by one; the rest are only counted.
const TOLD: usize = 20;

#[derive(Default)]
pub struct Counts {
    right: AtomicUsize,
    wrong: AtomicUsize,
}

impl Counts {
    /// One run, with everything that was wrong about it.
    pub fn judged(&self, run: &str, wrongs: &[String]) {
        if wrongs.is_empty() {
            self.right.fetch_add(1, Ordering::Relaxed);
        } else if self.wrong.fetch_add(1, Ordering::Relaxed) < TOLD {
            println!("WRONG {run}: {}", wrongs.join("; "));
        }
    }

    /// One statement about a whole campaign.
    pub fn expect(&self, statement: &str, holds: bool) {
        self.judged(statement, if holds { &[] } else { &NOT_SO });
    }

    pub fn passed(&self) -> usize {
        self.right.load(Ordering::Relaxed)
    }

    pub fn failed(&self) -> usize {
        self.wrong.load(Ordering::Relaxed)
    }
}

/// Counts by name.
#[derive(Default)]
pub struct Figures(Mutex<BTreeMap<String, usize>>);

impl Figures {
    pub fn count(&self, what: &str, by: usize) {
        *self.figures().entry(what.to_owned()).or_default() += by;
    }

    /// Keeps the largest.
    pub fn most(&self, what: &str, value: usize) {
        let mut figures = self.figures();
        let known = figures.entry(what.to_owned()).or_default();
        *known = value.max(*known);
    }

    pub fn figure(&self, what: &str) -> usize {
        self.figures().get(what).copied().unwrap_or(0)
    }

    /// What was counted under a name that begins so, and under which.
    pub fn beginning_with(&self, name: &str) -> String {
        let figures = self.figures();
        let told: Vec<String> =
            figures.iter().filter(|(what, _)| what.starts_with(name)).map(|(what, count)| format!("{count} {what}")).collect();
        told.join(", ")
    }

    fn figures(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
