//! Everything a sandbox knows, behind one lock: service, clock, settings, faults, journal. A request enters here as plain data and leaves as a reply.

use std::net::IpAddr;

use serde_json::Value;

use crate::clock::{self, Clock};
use crate::code::{Code, Refused};
use crate::fault::{Fault, Faults, Step};
use crate::http::report;
use crate::http::status_page;
use crate::journal::{Counters, Journal, Request, shortened, shortened_secret};
use crate::page::{self, Language};
use crate::reply::Reply;
use crate::service::{self, Call, Circumstances, Form, Meeting, Outcome, Past, Practice, Service, TouchedTokens, Work};
use crate::settings::{MissingSlash, Settings};
use crate::state::{Changes, Handles, Known, Saved};

/// What a sandbox is made from; a reset goes back to it.
#[derive(Clone, Debug)]
pub struct Setup {
    pub app_key: String,
    pub practices: Vec<Practice>,
    pub seed: u64,
    pub clock: Clock,
    pub settings: Settings,
}

/// A request as it came, read from HTTP.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub connection: u64,
    pub ip: IpAddr,
    /// Scheme and host under which the caller knows us.
    pub origin: String,
    pub method: String,
    pub path: String,
    pub form: Form,
    /// In which language its pages are.
    pub language: Language,
    /// Whether a web browser asks.
    pub browser: bool,
}

/// 2^64 divided by the golden ratio: multiples of it are spread evenly.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

pub struct World {
    setup: Setup,
    /// How many times it has begun anew: by a reset, or by being started again on its state file.
    lives: u64,
    seed: u64,
    pub service: Service,
    pub clock: Clock,
    pub settings: Settings,
    pub faults: Faults,
    pub journal: Journal,
}

/// Each life draws from a seed of its own: a token that a caller still holds from the one before must not come up again.
fn seed_of(seed: u64, lives: u64) -> u64 {
    seed.wrapping_add(lives.wrapping_mul(GOLDEN_RATIO))
}

impl World {
    pub fn new(setup: Setup) -> World {
        World::after(0, setup)
    }

    fn after(lives: u64, setup: Setup) -> World {
        let seed = seed_of(setup.seed, lives);
        World {
            service: Service::new(&setup.app_key, &setup.practices, seed),
            clock: setup.clock.clone(),
            settings: setup.settings.clone(),
            faults: Faults::new(seed),
            journal: Journal::default(),
            lives,
            seed: setup.seed,
            setup,
        }
    }

    /// Goes on where another run ended; `setup` is only what a reset goes back to.
    pub fn resume(setup: Setup, saved: Saved) -> World {
        let Saved { handles, counters, meetings, mails, tokens, requests } = saved;
        let lives = handles.lives + 1;
        let seed = seed_of(handles.seed, lives);
        let past = Past { meetings, mails, tokens };
        World {
            service: Service::resume(&handles.app_key, &handles.practices, seed, past),
            clock: handles.clock,
            settings: handles.settings,
            faults: Faults::resume(handles.faults, seed),
            journal: Journal::resume(requests, counters),
            lives,
            seed: handles.seed,
            setup,
        }
    }

    /// Back to how it was at the start; only the count of connections goes on, because connections are numbered by it.
    pub fn reset(&mut self) {
        let connections = self.journal.counters.connections;
        *self = World::after(self.lives + 1, self.setup.clone());
        self.journal.counters = Counters { connections, ..Counters::default() };
    }

    /// What chance is drawn from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// From here on, everything that chance decides comes from this number.
    pub fn draw_from(&mut self, seed: u64) {
        self.seed = seed;
        self.service.draw_from(seed);
        self.faults.draw_from(seed);
    }

    /// The small things that are kept as a whole.
    pub fn handles(&self) -> Handles {
        Handles {
            app_key: self.service.app_key().to_owned(),
            practices: self.service.practices().to_vec(),
            seed: self.seed,
            lives: self.lives,
            clock: self.clock.clone(),
            settings: self.settings.clone(),
            faults: self.faults.waiting().to_vec(),
        }
    }

    /// All that there is, as if nothing were kept yet.
    pub fn everything(&self) -> Changes<'_> {
        let meetings = (0..self.service.meetings().len()).collect();
        let tokens = TouchedTokens { forgotten: true, texts: self.service.token_texts() };
        Changes { world: self, handles_differ: true, anew: true, meetings, tokens, mails: 0, requests: 0, amended: Vec::new() }
    }

    /// What is not as `known` says; from now on it is known.
    pub fn take_changes(&mut self, known: &mut Known) -> Changes<'_> {
        let (meetings, tokens) = self.service.take_touched();
        let amended = self.journal.take_amended();
        let before = std::mem::replace(known, Known::of(self));
        let anew = before.handles.lives != known.handles.lives;
        let (mails, requests) = if anew { (0, 0) } else { (before.mails, before.requests) };
        Changes { world: self, handles_differ: before.handles != known.handles, anew, meetings, tokens, mails, requests, amended }
    }

    /// Meetings that exist now.
    pub fn meetings(&self) -> impl Iterator<Item = &Meeting> {
        self.service.meetings().iter().filter(|meeting| meeting.removed_at.is_none())
    }

    /// The fault that a request meets: one that waits for its path, else one that a magic value in it asks for.
    pub fn meet_fault(&mut self, arrived: &ReceivedRequest) -> Fault {
        let asked_for = || (Call::at(&arrived.path) == Some(Call::Add)).then(|| service::fault_for(&arrived.form)).flatten();
        self.faults.meet(&arrived.path).or_else(asked_for).unwrap_or_default()
    }

    /// Carries a request out as far as its fault lets it, writes it down, and says what goes back. `given_up` is the status that a gateway has
    /// answered with meanwhile.
    pub fn execute(&mut self, arrived: &ReceivedRequest, fault: &Fault, given_up: Option<u16>) -> Reply {
        let mut entry = self.entry(arrived, fault);
        let honest = if fault.lets_act() { self.honest_reply(arrived, fault, &mut entry) } else { Reply::default() };
        let reply = fault.spoil(honest);
        entry.status = given_up.unwrap_or(if fault.says_nothing() { 0 } else { reply.status });
        self.journal.write(entry);
        reply
    }

    /// Writes down a request that is going to be worked on; returns its entry, and the life of the world to which that belongs.
    pub fn arrive(&mut self, arrived: &ReceivedRequest, fault: &Fault) -> (Request, u64) {
        let mut entry = self.entry(arrived, fault);
        entry.number = self.journal.write(entry.clone());
        (entry, self.lives)
    }

    pub fn lives(&self) -> u64 {
        self.lives
    }

    /// Judges a call; what it is going to do is left to [`World::take_step`].
    pub fn check(&mut self, call: Call, arrived: &ReceivedRequest, forced: Option<Code>) -> Outcome<Work> {
        let circumstances =
            Circumstances { ip: arrived.ip, origin: &arrived.origin, now: self.clock.now(), settings: &self.settings, forced };
        self.service.check(call, &arrived.form, &circumstances)
    }

    /// Lets a call that has been checked take one of its steps.
    pub fn take_step(&mut self, step: Step, work: &Work, keeps_detail: bool, arrived: &ReceivedRequest) {
        let (now, settings) = (self.clock.now(), &self.settings);
        let circumstances = Circumstances { ip: arrived.ip, origin: &arrived.origin, now, settings, forced: None };
        match step {
            Step::Mail => self.service.mail(work, &circumstances),
            Step::Row => self.service.show(work, &circumstances, keeps_detail),
        }
    }

    fn entry(&self, arrived: &ReceivedRequest, fault: &Fault) -> Request {
        Request {
            number: 0,
            at: self.clock.prague(),
            connection: arrived.connection,
            ip: arrived.ip.to_string(),
            method: arrived.method.clone(),
            path: arrived.path.clone(),
            fields: shortened(&arrived.form),
            practice: None,
            carried_out: false,
            code: None,
            reason: None,
            reason_cs: None,
            status: 0,
            fault: fault.summary(),
            token: None,
            browser: arrived.browser,
        }
    }

    /// The call that a request reaches; else the page that is there in its place, if its path is a call's at all.
    pub fn call_at(&self, arrived: &ReceivedRequest) -> Result<Call, Option<Reply>> {
        let with_slash = format!("{}/", arrived.path);
        let (call, lacks_slash) = match Call::at(&arrived.path) {
            Some(call) => (call, false),
            None => (Call::at(&with_slash).ok_or(None)?, true),
        };
        if lacks_slash && self.settings.missing_slash == MissingSlash::Redirect {
            let location = format!("{}{with_slash}", arrived.origin);
            return Err(Some(status_page::status(301).with_header("location", location)));
        }
        match arrived.method.as_str() {
            "POST" => Ok(call),
            _ => Err(Some(status_page::status(405).with_header("allow", "POST"))),
        }
    }

    /// What the service answers before a fault touches it.
    pub fn honest_reply(&mut self, arrived: &ReceivedRequest, fault: &Fault, entry: &mut Request) -> Reply {
        match self.call_at(arrived) {
            Ok(call) => self.call(call, arrived, fault, entry),
            Err(Some(page)) => page,
            Err(None) => match fault.code {
                Some(code) => self.refuse(service::asked_for(code, "a fault", "porucha na přání"), entry),
                None => self.address(arrived, entry),
            },
        }
    }

    fn call(&mut self, call: Call, arrived: &ReceivedRequest, fault: &Fault, entry: &mut Request) -> Reply {
        let circumstances =
            Circumstances { ip: arrived.ip, origin: &arrived.origin, now: self.clock.now(), settings: &self.settings, forced: fault.code };
        let Outcome { practice, result } = self.service.answer(call, &arrived.form, &circumstances);
        entry.practice = practice;
        match result {
            Ok(answer) => {
                entry.carried_out = true;
                entry.token = answer["token"].as_str().map(shortened_secret);
                self.respond(call, answer, arrived, fault, practice)
            }
            Err(refusal) => self.refuse(refusal, entry),
        }
    }

    /// The reply with this answer, or with another meeting's where the fault says so.
    pub fn respond(&self, call: Call, answer: Value, arrived: &ReceivedRequest, fault: &Fault, practice: Option<usize>) -> Reply {
        let other = practice.filter(|_| fault.other_meeting).and_then(|practice| {
            let (now, settings) = (self.clock.now(), &self.settings);
            let circumstances = Circumstances { ip: arrived.ip, origin: &arrived.origin, now, settings, forced: None };
            let own = if call == Call::Add { answer["meet_id"].as_str().unwrap_or_default() } else { arrived.form.get("meet_id") };
            self.service.answer_of_another(call, practice, own, &circumstances)
        });
        self.settings.habits.reply(other.unwrap_or(answer))
    }

    pub fn refuse(&self, Refused { code, reason }: Refused, entry: &mut Request) -> Reply {
        entry.code = Some(code);
        entry.reason = Some(reason.english);
        entry.reason_cs = Some(reason.czech);
        self.settings.error_shape.reply(code, self.settings.error_status, &self.settings.habits)
    }

    /// What is there for a browser: the reports and waiting rooms that replies point to.
    fn address(&mut self, arrived: &ReceivedRequest, entry: &mut Request) -> Reply {
        if !matches!(arrived.method.as_str(), "GET" | "HEAD") {
            return status_page::status(404);
        }
        let practices = self.service.practices();
        let found = if let Some(meet_id) = arrived.path.strip_prefix("/meet/") {
            let asked = self.meetings().find(|meeting| meeting.meet_id == meet_id);
            asked.map(|meeting| page::waiting_room(meeting, &practices[meeting.practice], self.clock.now(), arrived.language))
        } else {
            let asked = self.meetings().find(|meeting| meeting.report_path() == arrived.path);
            asked.map(|meeting| report::reply(meeting, &practices[meeting.practice]))
        };
        entry.carried_out = found.is_some();
        found.unwrap_or_else(|| page::nothing_here(arrived.language))
    }

    pub fn date_header(&self) -> String {
        clock::http_date(self.clock.now())
    }
}
