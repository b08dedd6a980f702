//! One sandbox, a cutting proxy in front of it, and the calls that were made to it.

use std::sync::OnceLock;
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor_abi_client::{Client, Invitation};
use videodoktor_sandbox::wire::CutProxy;
use videodoktor_sandbox::{Builder, Sandbox, Settings};

use super::{Act, Campaign, Kind, Role, Told, assessment, second_pc};

/// What happens while a call is under way.
#[derive(Clone, Debug)]
pub enum Event {
    Restart,
    DropConnections,
    Interrupt,
    Free,
    /// The same change from another client, unless the first call is back already.
    SecondClick {
        timeout: Duration,
    },
    /// Another PC of the practice invites this patient.
    SecondPc(Box<Invitation>),
}

/// One call and what happens to it.
pub struct Plan {
    /// How to find it again.
    pub run: String,
    pub kind: Kind,
    pub act: Act,
    /// The call's `timeout_ms`.
    pub timeout: Duration,
    /// What happens so long after the start of the call.
    pub events: Vec<(Duration, Event)>,
}

/// Time for a call with nothing in the way.
const AT_REST: Duration = Duration::from_secs(20);

pub struct World<'c> {
    campaign: &'c Campaign<'c>,
    pub sandbox: Sandbox,
    proxy: Option<CutProxy>,
    is_secure: bool,
    told: Vec<Told>,
}

impl<'c> World<'c> {
    /// A service behind a proxy.
    pub fn new(campaign: &'c Campaign<'c>, seed: u64, is_secure: bool) -> World<'c> {
        let builder = Sandbox::builder().seed(seed);
        let sandbox = if is_secure { builder } else { Builder::http_only(builder) }.start();
        let proxy = CutProxy::to(if is_secure { sandbox.https_address() } else { sandbox.http_address() });
        World { campaign, sandbox, proxy: Some(proxy), is_secure, told: Vec::new() }
    }

    /// A service that is reached directly, by HTTP.
    pub fn direct(campaign: &'c Campaign<'c>, seed: u64) -> World<'c> {
        let sandbox = Sandbox::builder().seed(seed).http_only().start();
        World { campaign, sandbox, proxy: None, is_secure: false, told: Vec::new() }
    }

    /// # Panics
    /// If the service is reached directly.
    pub fn proxy(&self) -> &CutProxy {
        self.proxy.as_ref().expect("a world with a proxy")
    }

    /// The address that all clients of this world are given: the library knows a change by it.
    pub fn url(&self) -> String {
        match &self.proxy {
            Some(proxy) if self.is_secure => proxy.url(),
            Some(proxy) => proxy.http_url(),
            None => self.sandbox.http_url(),
        }
    }

    /// A client of the first practice.
    pub fn client(&self, mut options: Value) -> Client {
        options["proxy"] = "none".into();
        if self.is_secure {
            options["ca_file"] = self.sandbox.ca_file().to_str().expect("a path in UTF-8").into();
        }
        let made = Client::new(&self.url(), self.sandbox.app_key(), self.sandbox.api_key(), &options);
        made.unwrap_or_else(|answer| panic!("no client: {}", answer.json))
    }

    /// A call when the service is idle, has nothing odd about it, and nothing is in the way.
    pub fn at_rest<T>(&self, call: impl FnOnce(&Client) -> T) -> T {
        self.calm();
        self.sandbox.wait_until_idle();
        let settings = self.sandbox.settings();
        self.sandbox.change(|now| *now = Settings { exclusive_starts: settings.exclusive_starts, ..Settings::default() });
        let done = call(&self.client(json!({"timeout_ms": AT_REST.as_millis() as u64})));
        self.sandbox.change(|now| *now = settings);
        done
    }

    /// A meeting that is there, for a run that removes it.
    pub fn removable(&self, invitation: &Invitation) -> Act {
        Act::Remove(self.at_rest(|client| client.meet_add(invitation)).text("meet_id"))
    }

    /// Makes the call.
    pub fn execute(&mut self, plan: &Plan, client: &Client) -> &Told {
        let returned = OnceLock::new();
        let (mut first, happened) = thread::scope(|threads| {
            let beside = Beside { world: self, plan, client, started: Instant::now(), returned: &returned };
            let happening = (!plan.events.is_empty()).then(|| threads.spawn(move || beside.run(threads)));
            let first = Told::call(plan.run.clone(), plan.kind, Role::First, plan.act.clone(), client, plan.timeout);
            let _ = returned.set(());
            (first, happening.map(|thread| thread.join().expect("events do not fail")).unwrap_or_default())
        });
        if let Some(stopped) = happened.stopped {
            first.ended_at(stopped);
        }
        self.told.extend(happened.clicks);
        self.told.push(first);
        self.told.last().expect("the call that was just made")
    }

    /// The same change once more, at once.
    pub fn again(&mut self, plan: &Plan, client: &Client) {
        let told = Told::call(plan.run.clone(), plan.kind, Role::Again, plan.act.clone(), client, plan.timeout);
        self.told.push(told);
    }

    /// The same change once more when the service is idle and nothing is in the way.
    pub fn again_at_rest(&mut self, run: &str, kind: Kind, act: &Act) {
        let told = self.at_rest(|client| Told::call(run.to_owned(), kind, Role::AgainAtRest, act.clone(), client, AT_REST));
        self.told.push(told);
    }

    pub fn remember(&mut self, told: Told) {
        self.told.push(told);
    }

    /// Takes back what has not happened.
    pub fn calm(&self) {
        if let Some(proxy) = &self.proxy {
            proxy.disarm();
        }
        self.sandbox.clear_faults();
    }

    /// When nothing can happen any more, mails and journal tell.
    pub fn assess(self) {
        self.calm();
        self.sandbox.wait_until_idle();
        self.sandbox.stop();
        assessment::assess(self.campaign, &self.sandbox, &self.told);
    }
}

/// What happens beside a call.
#[derive(Clone, Copy)]
struct Beside<'a> {
    world: &'a World<'a>,
    plan: &'a Plan,
    client: &'a Client,
    started: Instant,
    /// Set once the first call is back.
    returned: &'a OnceLock<()>,
}

#[derive(Default)]
struct Happened {
    /// When the call was ended from outside.
    stopped: Option<Instant>,
    clicks: Vec<Told>,
}

impl<'a> Beside<'a> {
    fn run<'scope>(self, threads: &'scope Scope<'scope, '_>) -> Happened
    where
        'a: 'scope,
    {
        let mut stopped = None;
        let mut clicks = Vec::new();
        for (after, event) in &self.plan.events {
            thread::sleep((self.started + *after).saturating_duration_since(Instant::now()));
            match event {
                Event::Restart => self.world.sandbox.restart(),
                Event::DropConnections => self.world.sandbox.drop_connections(),
                Event::Interrupt | Event::Free => {
                    let end = if matches!(event, Event::Free) { Client::free } else { Client::interrupt };
                    end(self.client);
                    stopped.get_or_insert(Instant::now());
                }
                Event::SecondClick { timeout } => {
                    if self.returned.get().is_none() {
                        clicks.push(threads.spawn(move || self.second_click(*timeout)));
                    }
                }
                Event::SecondPc(rival) => second_pc::invite(&self.world.sandbox, rival),
            }
        }
        Happened { stopped, clicks: clicks.into_iter().map(|click| click.join().expect("a click does not fail")).collect() }
    }

    fn second_click(self, timeout: Duration) -> Told {
        let client = self.world.client(json!({"timeout_ms": timeout.as_millis() as u64}));
        Told::call(self.plan.run.clone(), self.plan.kind, Role::SecondClick, self.plan.act.clone(), &client, timeout)
    }
}
