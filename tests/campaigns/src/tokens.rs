//! Token campaign: where the service refuses valid tokens, or honours only its newest, every call succeeds and none is carried out twice.

use std::thread;

use serde_json::json;
use videodoktor_abi_client::{Answer, Client, VD_OK, VD_X003_TOKEN};
use videodoktor_sandbox::{Code, Request, Sandbox};

use crate::Wishes;
use crate::counts::{Counts, Figures};
use crate::patients::patient;

/// The first token of a call and the eight that it may take in the place of refused ones.
const MOST_TOKENS: usize = 9;
/// Clients, each at a sandbox of its own.
const PRACTICES: usize = 8;
const VERIFY: &str = "/api_verify/";

const REFUSED: &str = "valid tokens refused";
const OUT_OF_TOKENS: &str = "calls that met nine refusals in a row";

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let figures = Figures::default();
    let told = [(0.05, 400, 8_000), (0.5, 400, 8_000), (0.9, 80, 800)].map(|(share, quick, full)| {
        let calls = wishes.pick(quick, full);
        let (refused, out) = (figures.figure(REFUSED), figures.figure(OUT_OF_TOKENS));
        for_each_practice(|number| refuse(wishes.seed * PRACTICES as u64 + number as u64, share, calls / PRACTICES, counts, &figures));
        let expected = share.powi(9) * calls as f64;
        format!(
            "{:.0} % refused: {calls} calls, {} tokens refused, {} calls out of tokens ({expected:.1} expected)",
            share * 100.0,
            figures.figure(REFUSED) - refused,
            figures.figure(OUT_OF_TOKENS) - out
        )
    });
    let calls = wishes.pick(80, 1_600);
    for_each_practice(|number| only_the_newest(wishes.seed * PRACTICES as u64 + number as u64, calls / PRACTICES, counts));
    format!("{}; only the newest good: {calls} calls; {} done twice", told.join("; "), figures.figure(TWICE))
}

const TWICE: &str = "token campaign: done twice";

fn for_each_practice(work: impl Fn(usize) + Sync) {
    let work = &work;
    thread::scope(|threads| (0..PRACTICES).for_each(|number| drop(threads.spawn(move || work(number)))));
}

fn start(seed: u64) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().seed(seed).http_only().start();
    let client =
        Client::new(&sandbox.http_url(), sandbox.app_key(), sandbox.api_key(), &json!({"proxy": "none"})).expect("the options are right");
    (sandbox, client)
}

/// Invites, lists and removes while a share of all valid tokens is refused; after each call the journal tells what the service did.
fn refuse(seed: u64, share: f64, calls: usize, counts: &Counts, figures: &Figures) {
    let (sandbox, client) = start(seed);
    sandbox.refuse_tokens(share);
    let mut seen = 0;
    let mut last_made: Option<String> = None;
    for number in 0..calls {
        let (path, answer) = match (number % 3, &last_made) {
            (2, Some(meet_id)) => ("/api_meet_remove/", client.meet_remove(meet_id)),
            (1, _) => ("/api_meet_list/", client.meet_list()),
            _ => ("/api_meet_add/", client.meet_add(&patient(number))),
        };
        let requests: Vec<Request> =
            sandbox.requests().into_iter().filter(|request| request.number > seen && request.path != VERIFY).collect();
        seen = requests.last().map_or(seen, |request| request.number);
        assess(&format!("call {number} at {share}, seed {seed}: {path}"), path, &answer, &requests, counts, figures);
        last_made =
            (path == "/api_meet_add/" && answer.status == VD_OK).then(|| answer.text("meet_id")).or(last_made.filter(|_| number % 3 != 2));
    }
}

/// A call is carried out once, and told so; or it met nine refusals of its token and nothing else, and is told that.
fn assess(run: &str, path: &str, answer: &Answer, requests: &[Request], counts: &Counts, figures: &Figures) {
    let carried_out = requests.iter().filter(|request| request.carried_out).count();
    let refused = requests.iter().filter(|request| request.code == Some(Code::TOKEN)).count();
    let mut wrongs = Vec::new();
    if carried_out > 1 {
        figures.count(TWICE, 1);
        wrongs.push(format!("carried out {carried_out} times"));
    }
    let only_its_own = requests.iter().all(|request| request.path == path) && requests.len() == carried_out + refused;
    let is_right = match answer.status {
        VD_OK => carried_out == 1,
        VD_X003_TOKEN => carried_out == 0 && refused == MOST_TOKENS,
        _ => false,
    };
    if !is_right || !only_its_own {
        wrongs.push(format!("status {}, carried out {carried_out} times, {refused} refused of {}", answer.status, requests.len()));
    }
    figures.count(REFUSED, refused);
    figures.count(OUT_OF_TOKENS, usize::from(answer.status == VD_X003_TOKEN));
    counts.judged(run, &wrongs);
}

/// Only a practice's newest token is good, and the client keeps one ready: nobody notices but the journal.
fn only_the_newest(seed: u64, calls: usize, counts: &Counts) {
    let (sandbox, client) = start(seed);
    sandbox.newest_token_only(true);
    let made: Vec<Answer> = (0..calls).map(|number| client.meet_add(&patient(number))).collect();
    let ids: Vec<String> = made.iter().filter(|answer| answer.status == VD_OK).map(|answer| answer.clone().text("meet_id")).collect();
    for (number, answer) in made.iter().enumerate() {
        counts.expect(&format!("call {number} at a service with one token, seed {seed}: {}", answer.json), answer.status == VD_OK);
    }
    counts.expect("each was invited once where only the newest token is good", sandbox.invitations() == ids);
}
