//! Doubled campaign: a server or a box on the way sends answers twice, late, or for another meeting, while tokens are asked for ahead on kept
//! connections. Nobody gets somebody else's data, and nobody is refused by a code that was meant for another request.

mod acts;
mod strays;
mod verdict;

use std::sync::RwLock;
use std::thread;

use fastrand::Rng;
use serde_json::{Value, json};
use videodoktor_abi_client::{Client, Invitation};
use videodoktor_sandbox::Sandbox;

use crate::Wishes;
use crate::changes::patients_of;
use crate::counts::{Counts, Figures};
use crate::patients::patient;

pub use verdict::SOMEBODY_ELSES;

/// Clients, each at a sandbox of its own.
const PRACTICES: usize = 12;
/// Threads that share a client.
const THREADS: usize = 2;
/// Acts after which a thread looks how many answers have been doubled so far.
const ROUND: usize = 8;
/// Meetings of the days before, which have reports.
const REPORTS: usize = 5;

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let figures = Figures::default();
    let wanted = wishes.pick(9_600, 108_000);
    let work = |number: usize| {
        let practice = Practice::open(wishes.seed.wrapping_mul(PRACTICES as u64).wrapping_add(number as u64), number, &figures);
        practice.work(wanted / PRACTICES, counts);
    };
    thread::scope(|threads| (0..PRACTICES).for_each(|number| drop(threads.spawn(move || work(number)))));
    verdict::figures(&figures)
}

/// The same in a small way, for a library that is to be caught: how often it handed out what is somebody else's.
pub fn somebody_elses(seed: u64, counts: &Counts) -> usize {
    let figures = Figures::default();
    Practice::open(seed, 0, &figures).work(600, counts);
    figures.figure(SOMEBODY_ELSES)
}

/// A practice that works while its answers are disturbed.
pub struct Practice<'f> {
    seed: u64,
    number: usize,
    sandbox: Sandbox,
    client: Client,
    /// Ids of past meetings, with the path of the report of each.
    reports: Vec<(String, String)>,
    figures: &'f Figures,
    /// Held while a meeting is made.
    pub adds: RwLock<()>,
}

impl<'f> Practice<'f> {
    fn open(seed: u64, number: usize, figures: &'f Figures) -> Practice<'f> {
        let sandbox = Sandbox::builder().seed(seed).http_only().clock("2030-01-01 08:00").start();
        let options = json!({"proxy": "none"});
        let client = Client::new(&sandbox.http_url(), sandbox.app_key(), sandbox.api_key(), &options).expect("the options are right");
        for hour in 0..REPORTS {
            client.meet_add(&Invitation::jana(&format!("02.01.2030 {}:00", 10 + hour))).ok();
        }
        sandbox.set_clock("2030-01-05 08:00");
        client.verify(); // tells the library the new time
        // A third of the practices also meet refused tokens: a doubled refusal must not let a change be sent again.
        sandbox.refuse_tokens(if refuses_tokens(number) { 0.05 } else { 0.0 });
        let reports = sandbox.meetings().iter().map(|meeting| (meeting.meet_id.clone(), meeting.report_path())).collect();
        Practice { seed, number, sandbox, client, reports, figures, adds: RwLock::new(()) }
    }

    pub fn refuses_tokens(&self) -> bool {
        refuses_tokens(self.number)
    }

    /// Goes on until so many answers have been doubled.
    fn work(self, doubled: usize, counts: &Counts) {
        let verdicts = thread::scope(|threads| {
            let this = &self;
            let clerks: Vec<_> =
                (0..THREADS).map(|number| threads.spawn(move || Clerk::new(this, number).work(doubled / THREADS))).collect();
            clerks.into_iter().flat_map(|clerk| clerk.join().expect("clerks do not fail")).collect::<Vec<_>>()
        });
        self.sandbox.clear_faults();
        self.sandbox.stop();
        verdict::assess(&self, &verdicts, counts);
    }
}

fn refuses_tokens(number: usize) -> bool {
    number % 3 == 1
}

/// One thread of a practice.
pub struct Clerk<'p> {
    practice: &'p Practice<'p>,
    dice: Rng,
    /// How it is named where something goes wrong.
    name: String,
    next_patient: usize,
    /// Ids of the meetings that this clerk has made.
    meetings: Vec<String>,
    /// Vendor calls so far.
    vendor_calls: usize,
    armed: usize,
}

impl<'p> Clerk<'p> {
    fn new(practice: &'p Practice<'p>, number: usize) -> Clerk<'p> {
        let seed = practice.seed.wrapping_mul(THREADS as u64).wrapping_add(number as u64);
        // Each practice has ids of its own, but a port may come back: its patients must not.
        let next_patient = patients_of::DOUBLED + (practice.number * THREADS + number) * 8_000;
        let name = format!("practice {} clerk {number}", practice.number);
        Clerk { practice, dice: Rng::with_seed(seed), name, next_patient, meetings: Vec::new(), vendor_calls: 0, armed: 0 }
    }

    fn work(mut self, doubled: usize) -> Vec<acts::Done> {
        let mut done = Vec::new();
        loop {
            (0..ROUND).for_each(|_| done.extend(self.act()));
            // Half of what waits counts as this clerk's.
            let waiting = self.practice.sandbox.waiting_faults().len() / THREADS;
            if self.armed.saturating_sub(waiting) >= doubled {
                self.practice.figures.count(verdict::DISTURBED, self.armed.saturating_sub(waiting));
                return done;
            }
        }
    }

    fn new_patient(&mut self) -> Invitation {
        self.next_patient += 1;
        patient(self.next_patient)
    }
}

/// What an error of the library says, or nothing.
pub fn detail(json: &Value) -> String {
    json["error"].to_string()
}
