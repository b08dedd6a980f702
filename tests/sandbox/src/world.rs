//! Everything a sandbox knows, behind one lock: service, clock, settings, faults, journal. A request enters here as plain data and leaves as a reply.

use std::net::IpAddr;

use crate::clock::{self, Clock};
use crate::code::{Code, Refusal};
use crate::fault::{Fault, Faults};
use crate::http::page;
use crate::http::report;
use crate::journal::{Counters, Journal, Request, shortened};
use crate::reply::Reply;
use crate::service::{self, Call, Circumstances, Form, Meeting, Outcome, Practice, Service};
use crate::settings::{MissingSlash, Settings};

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
pub struct Arrived {
    pub connection: u64,
    pub ip: IpAddr,
    /// Scheme and host under which the caller knows us.
    pub origin: String,
    pub method: String,
    pub path: String,
    pub form: Form,
}

/// 2^64 divided by the golden ratio: multiples of it are spread evenly.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

pub struct World {
    setup: Setup,
    resets: u64,
    pub service: Service,
    pub clock: Clock,
    pub settings: Settings,
    pub faults: Faults,
    pub journal: Journal,
}

impl World {
    pub fn new(setup: Setup) -> World {
        World::after(0, setup)
    }

    /// Each life after a reset draws from a seed of its own: a token that a caller still holds from the one before must not come up again.
    fn after(resets: u64, setup: Setup) -> World {
        let seed = setup.seed.wrapping_add(resets.wrapping_mul(GOLDEN_RATIO));
        World {
            service: Service::new(&setup.app_key, &setup.practices, seed),
            clock: setup.clock.clone(),
            settings: setup.settings.clone(),
            faults: Faults::new(seed),
            journal: Journal::default(),
            resets,
            setup,
        }
    }

    /// Back to how it was at the start; only the count of connections goes on, because connections are numbered by it.
    pub fn reset(&mut self) {
        let connections = self.journal.counters.connections;
        *self = World::after(self.resets + 1, self.setup.clone());
        self.journal.counters = Counters { connections, ..Counters::default() };
    }

    pub fn app_key(&self) -> &str {
        &self.setup.app_key
    }

    pub fn seed(&self) -> u64 {
        self.setup.seed
    }

    /// Meetings that exist now.
    pub fn meetings(&self) -> impl Iterator<Item = &Meeting> {
        self.service.meetings().iter().filter(|meeting| meeting.removed_at.is_none())
    }

    /// The fault that a request meets: one that waits for its path, else one that a magic value in it asks for.
    pub fn meet_fault(&mut self, arrived: &Arrived) -> Fault {
        let asked_for = || (Call::at(&arrived.path) == Some(Call::Add)).then(|| service::fault_for(&arrived.form)).flatten();
        self.faults.meet(&arrived.path).or_else(asked_for).unwrap_or_default()
    }

    /// Carries a request out as far as its fault lets it, writes it down, and says what goes back.
    pub fn carry_out(&mut self, arrived: &Arrived, fault: &Fault) -> Reply {
        let mut entry = self.entry(arrived, fault);
        let honest = if fault.lets_act() { self.honest_reply(arrived, fault, &mut entry) } else { Reply::default() };
        let reply = fault.spoil(honest);
        entry.status = if fault.says_nothing() { 0 } else { reply.status };
        self.journal.write(entry);
        reply
    }

    fn entry(&self, arrived: &Arrived, fault: &Fault) -> Request {
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
            status: 0,
            fault: fault.summary(),
        }
    }

    fn honest_reply(&mut self, arrived: &Arrived, fault: &Fault, entry: &mut Request) -> Reply {
        let with_slash = format!("{}/", arrived.path);
        let (call, lacks_slash) = match Call::at(&arrived.path) {
            Some(call) => (Some(call), false),
            None => (Call::at(&with_slash), true),
        };
        match call {
            Some(_) if lacks_slash && self.settings.missing_slash == MissingSlash::Redirect => {
                let location = format!("{}{with_slash}", arrived.origin);
                page::status(301).with_header("location", location)
            }
            Some(_) if arrived.method != "POST" => page::status(405).with_header("allow", "POST"),
            Some(call) => self.call(call, arrived, fault.code, entry),
            None => match fault.code {
                Some(code) => self.refuse(Refusal::new(code, "asked for by a fault"), entry),
                None => self.address(arrived, entry),
            },
        }
    }

    fn call(&mut self, call: Call, arrived: &Arrived, forced: Option<Code>, entry: &mut Request) -> Reply {
        let circumstances =
            Circumstances { ip: arrived.ip, origin: &arrived.origin, now: self.clock.now(), settings: &self.settings, forced };
        let Outcome { practice, result } = self.service.answer(call, &arrived.form, &circumstances);
        entry.practice = practice;
        match result {
            Ok(answer) => {
                entry.carried_out = true;
                self.settings.habits.reply(answer)
            }
            Err(refusal) => self.refuse(refusal, entry),
        }
    }

    fn refuse(&self, Refusal { code, reason }: Refusal, entry: &mut Request) -> Reply {
        entry.code = Some(code);
        entry.reason = Some(reason);
        self.settings.error_shape.reply(code, self.settings.error_status, &self.settings.habits)
    }

    /// What is there for a browser: the reports and waiting rooms that replies point to.
    fn address(&mut self, arrived: &Arrived, entry: &mut Request) -> Reply {
        if !matches!(arrived.method.as_str(), "GET" | "HEAD") {
            return page::status(404);
        }
        let found = if arrived.path == "/" {
            Some(page::front())
        } else if let Some(meet_id) = arrived.path.strip_prefix("/meet/") {
            self.meetings().find(|meeting| meeting.meet_id == meet_id).map(page::waiting_room)
        } else {
            let asked = self.meetings().find(|meeting| meeting.report_path() == arrived.path);
            asked.map(|meeting| report::reply(meeting, &self.service.practices()[meeting.practice]))
        };
        entry.carried_out = found.is_some();
        found.unwrap_or_else(|| page::status(404))
    }

    pub fn date_header(&self) -> String {
        clock::http_date(self.clock.now())
    }
}
