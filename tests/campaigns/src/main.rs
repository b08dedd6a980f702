//! Campaigns against the built library, with the sandbox's e-mails and journal as the judge: `campaigns [--full] NAME…`, or `all`.
//!
//! `SEED=…` in the environment repeats a campaign with the same chances; without it a new one is drawn and printed. The library is the one that
//! `VIDEODOKTOR_LIBRARY` names. Each campaign ends with a line of figures, the program with `N passed, N failed`.

mod changes;
mod cut;
mod doubled;
mod endless;
mod hosts;
mod mistakes;
mod moving;
mod patients;
mod process;
mod scheduling;
mod soak;
mod counts;
mod tokens;
mod waiting;

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use counts::Counts;

/// What a campaign is asked for.
pub struct Wishes {
    pub full: bool,
    pub seed: u64,
}

impl Wishes {
    /// As many as this in the quick form, as many as that in the full one.
    pub fn pick<T>(&self, quick: T, full: T) -> T {
        if self.full { full } else { quick }
    }
}

type Campaign = (&'static str, fn(&Wishes, &Counts) -> String);

const CAMPAIGNS: [Campaign; 9] = [
    ("waiting", waiting::run),
    ("cut", cut::run),
    ("moving", moving::run),
    ("doubled", doubled::run),
    ("endless", endless::run),
    ("mistakes", mistakes::run),
    ("tokens", tokens::run),
    ("hosts", hosts::run),
    ("soak", soak::run),
];

/// In the quick form these run beside the others: they do nothing but wait.
const BESIDE: [&str; 2] = ["waiting", "mistakes"];

fn main() -> ExitCode {
    process::allow_many_descriptors();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(("child", task)) = words.split_first().map(|(first, rest)| (*first, rest)) {
        return process::child(task);
    }
    let wanted: Vec<&str> = words.iter().copied().filter(|word| *word != "--full").collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.contains(&"all") || wanted.contains(&name);
    if let Some(unknown) = wanted.iter().find(|name| **name != "all" && CAMPAIGNS.iter().all(|(known, _)| known != *name)) {
        let names = CAMPAIGNS.map(|(name, _)| name).join("|");
        eprintln!("campaigns: no campaign is called {unknown}\nusage: campaigns [--full] [{names}|all]");
        return ExitCode::from(2);
    }
    let wishes = Wishes { full: words.contains(&"--full"), seed: seed() };
    println!("SEED={} {}", wishes.seed, wishes.pick("quick form", "full form"));
    let counts = Counts::default();
    thread::scope(|threads| {
        for (name, run) in CAMPAIGNS.iter().filter(|(name, _)| is_wanted(name)) {
            let (wishes, counts) = (&wishes, &counts);
            let execute = move || {
                let started = Instant::now();
                let figures = run(wishes, counts);
                println!("{name}: {figures} ({} s, SEED={})", started.elapsed().as_secs(), wishes.seed);
            };
            if BESIDE.contains(name) && !wishes.full {
                threads.spawn(execute);
            } else {
                execute();
            }
        }
    });
    println!("{} passed, {} failed", counts.passed(), counts.failed());
    if counts.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seed() -> u64 {
    let asked = std::env::var("SEED").ok().filter(|text| !text.is_empty());
    asked.map_or_else(
        || fastrand::u64(1..1_000_000_000),
        |text| text.parse().unwrap_or_else(|_| panic!("SEED={text} is not a whole number")),
    )
}
