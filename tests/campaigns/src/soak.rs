//! Soak campaign: a host that calls for a long time, and one that keeps many clients. Each is a process of its own that holds nothing but the library,
//! so that what the system says of the process is what the library costs; the service is in this one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};
use std::thread;

use serde_json::{Value, json};
use videodoktor_abi_client::{Client, VD_OK};
use videodoktor_sandbox::Sandbox;

use crate::Wishes;
use crate::counts::Counts;
use crate::patients::patient;
use crate::process;

/// What may be added to the host's memory after it has warmed up.
const GROWTH_KIB: i64 = 256;
/// What a client may cost that has made one call and waits for the next.
const IDLE_CLIENT_KIB: f64 = 64.0;
const IDLE_CLIENTS: usize = 1_000;

/// Rounds of calls to warm up, at the least: the library keeps the blocks of the latest 1,024 texts that were freed.
const WARM_ROUNDS: usize = 300;

/// Meetings of a practice whose list fills what the library remembers of meetings: the hashes of 32,768.
const CROWDED: usize = 34_000;

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let (calls, secure_clients) = (wishes.pick(6_000, 100_000), wishes.pick(100, IDLE_CLIENTS));
    let (plain, secure, long) = thread::scope(|threads| {
        let plain = threads.spawn(|| idle_clients("http", IDLE_CLIENTS, counts));
        let secure = threads.spawn(|| idle_clients("https", secure_clients, counts));
        let long = long_run(calls, counts);
        (plain.join().expect("measured"), secure.join().expect("measured"), long)
    });
    format!("{long}; {IDLE_CLIENTS} idle clients over HTTP: {plain:.1} KiB each; {secure_clients} over HTTPS: {secure:.1} KiB each")
}

fn long_run(calls: usize, counts: &Counts) -> String {
    let (sandbox, crowded) = (Sandbox::start(), Sandbox::start());
    crowded.seed_meetings(CROWDED);
    let told = ask(&sandbox, "calls", "http", calls, &crowded.http_url());
    let number = |what: &str| told[what].as_i64().unwrap_or(i64::MAX);
    let (grown, threads, descriptors) = (number("grown_kib"), number("threads_grown"), number("descriptors_grown"));
    counts.expect(&format!("every call succeeds: {told}"), number("failed") == 0);
    counts.expect(&format!("memory is flat: {told}"), grown <= GROWTH_KIB);
    counts.expect(&format!("threads are flat: {told}"), threads <= 0);
    counts.expect(&format!("descriptors are flat: {told}"), descriptors <= 0);
    counts.expect("each patient was invited once", sandbox.invitations().len() as i64 == number("invited"));
    format!("{calls} calls: memory {grown:+} KiB, threads {threads:+}, descriptors {descriptors:+}")
}

fn idle_clients(scheme: &str, count: usize, counts: &Counts) -> f64 {
    let sandbox = Sandbox::start();
    let told = ask(&sandbox, "idle", scheme, count, "");
    let each = told["grown_kib"].as_f64().unwrap_or(f64::INFINITY) / count as f64;
    counts.expect(&format!("every client made its call over {scheme}: {told}"), told["failed"] == 0);
    counts.expect(&format!("an idle client costs at most {IDLE_CLIENT_KIB} KiB over {scheme}: {told}"), each <= IDLE_CLIENT_KIB);
    each
}

/// Starts the host and reads its one line of figures.
fn ask(sandbox: &Sandbox, task: &str, scheme: &str, count: usize, crowded: &str) -> Value {
    let url = if scheme == "https" { sandbox.url() } else { sandbox.http_url() };
    let words = ["soak", task, &url, sandbox.app_key(), sandbox.api_key(), &count.to_string(), crowded];
    // The system's roots, as in a practice: with a `ca_file` each client would hold a certificate store of its own.
    let mut host = process::second(&words);
    host.env("SSL_CERT_FILE", sandbox.ca_file()).env_remove("SSL_CERT_DIR");
    let mut host = host.stderr(Stdio::inherit()).spawn().expect("this program can start itself");
    let mut line = String::new();
    let read = BufReader::new(host.stdout.take().expect("its output is a pipe")).read_line(&mut line);
    let status = host.wait().expect("a child can be waited for");
    match read {
        Ok(_) if status.success() => serde_json::from_str(&line).unwrap_or(Value::Null),
        _ => json!({"failed": status.to_string()}),
    }
}

/// The host.
pub fn host(task: &str, url: &str, app_key: &str, key: &str, count: &str, crowded: &str) -> ExitCode {
    let count = count.parse().expect("a number");
    let client_at = |url: &str| Client::new(url, app_key, key, &json!({"proxy": "none"})).expect("the options are right");
    let client = || client_at(url);
    let told = if task == "idle" { hold(count, client) } else { call(count, &client(), &client_at(crowded)) };
    println!("{told}");
    ExitCode::SUCCESS
}

/// Calls of every kind, a tenth of them to warm up, when also what the library remembers fills. Each patient that is invited is removed again.
fn call(count: usize, client: &Client, crowded: &Client) -> Value {
    let (mut failed, mut invited) = (0, 0);
    let mut round = |number: usize| {
        let made = client.meet_add(&patient(number));
        let meet_id = made.json["meet_id"].as_str().unwrap_or_default().to_owned();
        invited += usize::from(made.status == VD_OK);
        let statuses = [made.status, client.meet_list().status, client.meet_detail(&meet_id).status, client.time().status];
        failed += statuses.iter().filter(|status| **status != VD_OK).count() + usize::from(client.meet_remove(&meet_id).status != VD_OK);
    };
    let rounds = count / 5;
    let warm = (rounds / 10).max(WARM_ROUNDS);
    crowded.meet_list().ok();
    (0..warm).for_each(&mut round);
    let before = Used::now();
    (warm..rounds).for_each(&mut round);
    let after = Used::now();
    after.since(&before, json!({"failed": failed, "invited": invited}))
}

/// Clients that have made one call each, all of them kept. The first few show what the process itself needs.
fn hold(count: usize, client: impl Fn() -> Client) -> Value {
    let mut failed = 0;
    let mut one = |_| {
        let client = client();
        failed += usize::from(client.meet_list().status != VD_OK);
        client
    };
    let warm: Vec<Client> = (0..10).map(&mut one).collect();
    let before = Used::now();
    let idle: Vec<Client> = (0..count).map(&mut one).collect();
    let after = Used::now();
    drop((warm, idle));
    after.since(&before, json!({"failed": failed}))
}

/// What the system says of this process.
struct Used {
    kib: i64,
    threads: i64,
    descriptors: i64,
}

impl Used {
    /// Once the library's own threads have ended: they live only while they have something to do.
    fn now() -> Used {
        videodoktor_abi_client::host::wait_for("the library's threads to end", || count("/proc/self/task") == 1);
        // What is free inside the heap, after the crowded list above all, would hide what is not given back.
        // SAFETY: takes a number and touches free memory only.
        unsafe { libc::malloc_trim(0) };
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        // Without the pages of files: they come as code is run for the first time, that of this function among them.
        let kib =
            status.lines().find_map(|line| line.strip_prefix("RssAnon:")).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        Used { kib: kib.expect("the system tells"), threads: count("/proc/self/task"), descriptors: count("/proc/self/fd") }
    }

    fn since(&self, before: &Used, mut told: Value) -> Value {
        told["grown_kib"] = (self.kib - before.kib).into();
        told["threads_grown"] = (self.threads - before.threads).into();
        told["descriptors_grown"] = (self.descriptors - before.descriptors).into();
        told
    }
}

fn count(folder: &str) -> i64 {
    fs::read_dir(folder).map_or(0, |entries| i64::try_from(entries.count()).unwrap_or(i64::MAX))
}
