//! The host of one endless piece.

use std::fs;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::host::PROMISE;
use videodoktor_abi_client::{Client, Invitation};
use videodoktor_sandbox::Sandbox;

use crate::patients::patient;
use crate::scheduling::{Scheduling, starved};

pub const TIMEOUT_MS: u64 = 700;

/// Calls, some of them at once.
const CALLS: usize = 9;
const AT_ONCE: usize = 3;

/// Between those: a connection that has just brought an answer that shows no request is not used for another such request at once, so that more of
/// them would be kept.
const PAUSE: Duration = Duration::from_millis(100);

/// What is left this long after the last call stays.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Connections that a client may keep for its next calls.
const POOLED: usize = AT_ONCE;

/// A meeting that the host can ask for.
pub fn invite_somebody(sandbox: &Sandbox) -> String {
    let options = json!({"proxy": "none"});
    let client = Client::new(&sandbox.http_url(), sandbox.app_key(), sandbox.api_key(), &options).expect("the options are right");
    client.meet_add(&Invitation::jana("02.01.2030 10:00")).text("meet_id")
}

/// Makes the calls and tells what is left of them.
pub fn host(url: &str, app_key: &str, key: &str, options: &str, path: &str, meet_id: &str) -> ExitCode {
    let options: Value = serde_json::from_str(options).expect("options in JSON");
    let before = Open::now();
    let client = Client::new(url, app_key, key, &options).expect("the options are right");
    let scheduling = Scheduling::watch();
    let calls = call_all(&client, path, meet_id);
    let allowed = calls.iter().map(|call| scheduling.worst_between(call.started, call.returned) + call.starved);
    let late: Vec<(Duration, Duration)> = calls.iter().map(Timed::past_the_deadline).zip(allowed).collect();
    drop(scheduling);
    thread::sleep(AFTERWARDS);
    let with_the_client = Open::now().since(&before);
    client.free();
    thread::sleep(AFTERWARDS);
    let without = Open::now().since(&before);
    let (over, allowed) = late
        .iter()
        .map(|(late, allowed)| (late.saturating_sub(PROMISE), *allowed))
        .max_by_key(|(over, allowed)| over.saturating_sub(*allowed))
        .unwrap_or_default();
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let latest = late.iter().map(|(late, _)| *late).max().unwrap_or_default();
    println!(
        "{}",
        json!({
            "calls": calls.len(), "latest_ms": millis(latest), "over_ms": millis(over), "allowed_ms": millis(allowed),
            "threads": with_the_client.threads, "sockets": with_the_client.sockets.saturating_sub(POOLED),
            "freed_threads": without.threads, "freed_sockets": without.sockets,
        })
    );
    ExitCode::SUCCESS
}

struct Timed {
    started: Instant,
    returned: Instant,
    starved: Duration,
}

impl Timed {
    fn past_the_deadline(&self) -> Duration {
        self.returned.saturating_duration_since(self.started + Duration::from_millis(TIMEOUT_MS))
    }
}

fn call_all(client: &Client, path: &str, meet_id: &str) -> Vec<Timed> {
    let call = |number: usize| {
        let (started, before) = (Instant::now(), starved());
        match path {
            "/api_meet_add/" => drop(client.meet_add(&patient(number))),
            "/report/" => {
                drop(client.meet_export_save(meet_id, &std::env::temp_dir().join(format!("videodoktor-{}-{number}", std::process::id()))))
            }
            _ => drop(client.meet_list()),
        }
        Timed { started, returned: Instant::now(), starved: starved().saturating_sub(before) }
    };
    (0..CALLS / AT_ONCE)
        .flat_map(|round| {
            thread::sleep(PAUSE);
            thread::scope(|threads| {
                let calls: Vec<_> = (0..AT_ONCE).map(|number| threads.spawn(move || call(round * AT_ONCE + number))).collect();
                calls.into_iter().map(|call| call.join().expect("calls do not fail")).collect::<Vec<_>>()
            })
        })
        .collect()
}

/// Threads and sockets of this process.
struct Open {
    threads: usize,
    sockets: usize,
}

impl Open {
    fn now() -> Open {
        let is_socket = |entry: &fs::DirEntry| fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"));
        let entries = |folder: &str| fs::read_dir(folder).into_iter().flatten().flatten();
        Open { threads: entries("/proc/self/task").count(), sockets: entries("/proc/self/fd").filter(is_socket).count() }
    }

    fn since(&self, before: &Open) -> Open {
        Open { threads: self.threads.saturating_sub(before.threads), sockets: self.sockets.saturating_sub(before.sockets) }
    }
}
