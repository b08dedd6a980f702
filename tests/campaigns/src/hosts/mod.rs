//! Hostile-host campaign: sixteen threads do to the library whatever a broken host may do, in a process of their own that must not die of it.

mod acts;
mod hostile;
mod texts;

pub use hostile::host;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use videodoktor_abi_client::host::end_of;
use videodoktor_sandbox::{Habits, Sandbox};

use crate::counts::Counts;
use crate::{Wishes, process};

/// This program and the library built with a sanitizer, if the full form has them: `run.sh` builds both.
const SANITIZED: [(&str, &str); 2] = [("VIDEODOKTOR_ASAN", "AddressSanitizer"), ("VIDEODOKTOR_TSAN", "ThreadSanitizer")];

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let seconds = wishes.pick(5, 60);
    let mut told = vec![for_a_while(wishes.seed, seconds, None, counts)];
    for (variable, name) in SANITIZED {
        match std::env::var_os(variable).map(PathBuf::from) {
            Some(folder) => told.push(format!("under {name} {}", for_a_while(wishes.seed, seconds, Some(&folder), counts))),
            None if wishes.full => told.push(format!("no build with {name} at {variable}")),
            None => {}
        }
    }
    told.join("; ")
}

/// Lets one hostile host run; `sanitized` holds another build of this program and of the library.
fn for_a_while(seed: u64, seconds: u64, sanitized: Option<&Path>, counts: &Counts) -> String {
    let sandbox = Sandbox::builder().seed(seed).http_only().start();
    sandbox.habits(Habits::all());
    drop(sandbox.sometimes("*", 0.05).cut_reply_after(40));
    drop(sandbox.sometimes("*", 0.05).truncated_body());
    drop(sandbox.sometimes("*", 0.05).status(502));
    let words = ["hostile", &sandbox.http_url(), sandbox.app_key(), sandbox.api_key(), &seed.to_string(), &seconds.to_string()];
    let mut command = process::second(&words);
    if let Some(folder) = sanitized {
        command = process::second_of(&folder.join("campaigns"), &words);
        command.env("VIDEODOKTOR_LIBRARY", folder.join("libvideodoktor.so"));
    }
    let host = command.stderr(Stdio::piped()).spawn().expect("the host can be started");
    let Output { status, stdout, stderr } = end_of(host, Duration::from_secs(seconds * 4 + 60));
    let complaints = String::from_utf8_lossy(&stderr);
    let acts = serde_json::from_slice::<Value>(&stdout).ok().and_then(|told| told["acts"].as_u64()).unwrap_or(0);
    let first: Vec<&str> = complaints.lines().take(60).collect();
    counts.expect(&format!("a hostile host lives: {status}, {acts} acts\n{}", first.join("\n")), status.success() && acts > 0);
    counts.expect(&format!("nobody complains:\n{}", first.join("\n")), complaints.is_empty());
    format!("16 threads, {seconds} s, {acts} acts, {status}")
}
