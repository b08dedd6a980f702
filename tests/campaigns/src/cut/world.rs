//! One sandbox behind one cutting proxy, and the calls that were made through it.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::host::PROMISE;
use videodoktor_abi_client::{Answer, Client, Invitation};
use videodoktor_sandbox::wire::CutProxy;
use videodoktor_sandbox::{Builder, Sandbox, Settings};

use super::Campaign;
use super::judge;
use crate::scheduling::starved;

pub const ADD: &str = "/api_meet_add/";
pub const REMOVE: &str = "/api_meet_remove/";

/// The one call that a run is about.
#[derive(Clone, Debug)]
pub enum Act {
    Add(Invitation),
    Remove(String),
}

impl Act {
    pub fn path(&self) -> &'static str {
        match self {
            Act::Add(_) => ADD,
            Act::Remove(_) => REMOVE,
        }
    }

    fn call(&self, client: &Client) -> Answer {
        match self {
            Act::Add(invitation) => client.meet_add(invitation),
            Act::Remove(meet_id) => client.meet_remove(meet_id),
        }
    }
}

/// What happens while the call is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Restart,
    DropConnections,
    Interrupt,
    Free,
}

/// A call and what its host was told.
pub struct Told {
    /// How to find the run again.
    pub run: String,
    pub act: Act,
    pub answer: Answer,
    pub started: Instant,
    pub returned: Instant,
    /// The latest return that the ABI allows.
    pub promised: Instant,
    /// For how long the calling thread had to wait for a processor meanwhile.
    pub starved: Duration,
    /// The answer when the host asked once more, with nothing in the way.
    pub asked_again: Option<Answer>,
}

pub struct World<'c> {
    campaign: &'c Campaign<'c>,
    pub sandbox: Sandbox,
    pub proxy: CutProxy,
    is_secure: bool,
    late_acts: usize,
    told: Vec<Told>,
}

impl<'c> World<'c> {
    pub fn new(campaign: &'c Campaign<'c>, seed: u64, is_secure: bool) -> World<'c> {
        let builder = Sandbox::builder().seed(seed);
        let sandbox = if is_secure { builder } else { Builder::http_only(builder) }.start();
        let proxy = CutProxy::to(if is_secure { sandbox.https_address() } else { sandbox.http_address() });
        World { campaign, sandbox, proxy, is_secure, late_acts: 0, told: Vec::new() }
    }

    /// A client of the first practice, whose way leads through the proxy.
    pub fn client(&self, options: Value) -> Client {
        let url = if self.is_secure { self.proxy.url() } else { self.proxy.http_url() };
        self.client_at(&url, options)
    }

    /// A call with nothing in the way and a service that has nothing odd about it.
    pub fn undisturbed<T>(&self, call: impl FnOnce(&Client) -> T) -> T {
        let settings = self.sandbox.settings();
        self.sandbox.change(|now| *now = Settings { exclusive_starts: settings.exclusive_starts, ..Settings::default() });
        let done = call(&self.client_at(&self.sandbox.http_url(), json!({"timeout_ms": 20_000})));
        self.sandbox.change(|now| *now = settings);
        done
    }

    fn client_at(&self, url: &str, mut options: Value) -> Client {
        options["proxy"] = "none".into();
        if url.starts_with("https") {
            options["ca_file"] = self.sandbox.ca_file().to_str().expect("a path in UTF-8").into();
        }
        let made = Client::new(url, self.sandbox.app_key(), self.sandbox.api_key(), &options);
        made.unwrap_or_else(|answer| panic!("no client: {}", answer.json))
    }

    /// A call that is there, for a run that removes it.
    pub fn removable(&self, invitation: &Invitation) -> Act {
        Act::Remove(self.undisturbed(|client| client.meet_add(invitation)).text("meet_id"))
    }

    /// Makes the call; `events` happen so long after its start.
    pub fn carry_out(&mut self, run: String, client: &Client, timeout: Duration, act: Act, events: &[(Duration, Event)]) -> &mut Told {
        let sandbox = &self.sandbox;
        let (answer, started, returned, starved, stopped) = thread::scope(|threads| {
            let started = Instant::now();
            let stopping = (!events.is_empty()).then(|| threads.spawn(move || make_happen(events, started, sandbox, client)));
            let before = starved();
            let answer = act.call(client);
            let (returned, starved) = (Instant::now(), starved() - before);
            (answer, started, returned, starved, stopping.and_then(|thread| thread.join().expect("events do not fail")))
        });
        let promised = stopped.map_or(started + timeout, |stopped| stopped.min(started + timeout)) + PROMISE;
        let told = Told { run, act, answer, started, returned, promised, starved, asked_again: None };
        self.remember(told);
        self.latest()
    }

    pub fn remember(&mut self, told: Told) {
        self.told.push(told);
    }

    pub fn latest(&mut self) -> &mut Told {
        self.told.last_mut().expect("a call has been made")
    }

    /// Takes back what has not happened; remembers how many calls are still to be carried out late.
    pub fn calm(&mut self, late_acts_set: usize) {
        self.proxy.disarm();
        let waiting = self.sandbox.waiting_faults().iter().filter(|fault| fault.act_after_ms > 0).count();
        self.sandbox.clear_faults();
        self.late_acts += late_acts_set - waiting;
    }

    /// When nothing can happen any more, the journal tells.
    pub fn judge(self) {
        let acted_late = || self.sandbox.requests().iter().filter(|it| it.fault.as_ref().is_some_and(|f| f.contains("act_after"))).count();
        videodoktor_abi_client::host::wait_for("calls that are carried out late", || acted_late() >= self.late_acts);
        self.sandbox.stop();
        judge::judge(self.campaign, &self.sandbox, &self.told);
    }
}

/// Says when the call was ended from outside, if it was.
fn make_happen(events: &[(Duration, Event)], started: Instant, sandbox: &Sandbox, client: &Client) -> Option<Instant> {
    let mut stopped = None;
    for (after, event) in events {
        thread::sleep((started + *after).saturating_duration_since(Instant::now()));
        match event {
            Event::Restart => sandbox.restart(),
            Event::DropConnections => sandbox.drop_connections(),
            Event::Interrupt | Event::Free => {
                if *event == Event::Free {
                    client.free()
                } else {
                    client.interrupt()
                };
                stopped.get_or_insert(Instant::now());
            }
        }
    }
    stopped
}
