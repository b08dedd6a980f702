//! Endless campaign: pieces of a reply, or of a proxy's answer, that go on without an end, at full speed or a byte at a time, plain and over TLS. Every
//! call is back in time, and a second after the last one no thread and no socket is left of it.
//!
//! Each host is a process of its own that holds nothing but the library; service and proxies are in this one.

mod host;
mod way;

pub use host::host;

use std::process::Stdio;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use videodoktor_abi_client::host::end_of;
use videodoktor_sandbox::Sandbox;

use crate::changes::in_parallel;
use crate::counts::{Counts, Figures};
use crate::{Wishes, process};
use way::{Case, every_case};

/// Hosts at once.
const WORKERS: usize = 12;

/// Longest time of a host: its calls, and the seconds after them.
const LONGEST: Duration = Duration::from_secs(90);

const CALLS: &str = "calls";
const LATEST: &str = "ms past the deadline at the latest";
const KEPT_THREADS: &str = "threads left";
const KEPT_SOCKETS: &str = "sockets left";

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let mut cases = every_case();
    if !wishes.full {
        Rng::with_seed(wishes.seed).shuffle(&mut cases);
        cases.truncate(48);
    }
    let figures = Figures::default();
    in_parallel(cases.len(), WORKERS, |number| execute(&cases[number], wishes.seed, counts, &figures));
    let names = [CALLS, LATEST, KEPT_THREADS, KEPT_SOCKETS];
    format!("{} endless pieces: {}", cases.len(), names.map(|what| format!("{} {what}", figures.figure(what))).join(", "))
}

fn execute(case: &Case, seed: u64, counts: &Counts, figures: &Figures) {
    let sandbox = Sandbox::builder().seed(seed).clock("2030-01-01 08:00").start();
    let meet_id = host::invite_somebody(&sandbox);
    sandbox.set_clock("2030-01-05 08:00"); // the day after: there is a report
    let mut opened = case.open(&sandbox);
    opened.options["timeout_ms"] = host::TIMEOUT_MS.into();
    let words = ["endless", &opened.url, sandbox.app_key(), sandbox.api_key(), &opened.options.to_string(), case.path, &meet_id];
    let child = process::second(&words).stderr(Stdio::inherit()).spawn().expect("this program can start itself");
    let output = end_of(child, LONGEST);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| json!({"failed": output.status.to_string()}));
    assess(case, &told, counts, figures);
}

fn assess(case: &Case, told: &Value, counts: &Counts, figures: &Figures) {
    let number = |what: &str| told[what].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX);
    let mut wrongs = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            wrongs.push(what.to_owned());
        }
    };
    expect(told["failed"].is_null(), "the host failed");
    expect(number("over_ms") <= number("allowed_ms"), "late");
    let [threads, freed_threads, sockets, freed_sockets] = ["threads", "freed_threads", "sockets", "freed_sockets"].map(number);
    expect(threads == 0 && freed_threads == 0, "threads are left");
    expect(sockets == 0 && freed_sockets == 0, "sockets are left");
    if wrongs.is_empty() {
        figures.count(CALLS, number("calls"));
        figures.most(LATEST, number("latest_ms"));
    }
    figures.count(KEPT_THREADS, threads.saturating_add(freed_threads).min(1_000));
    figures.count(KEPT_SOCKETS, sockets.saturating_add(freed_sockets).min(1_000));
    let wrongs: Vec<String> = wrongs.into_iter().map(|wrong| format!("{wrong}: {told}")).collect();
    counts.judged(&format!("{case:?}"), &wrongs);
}
