//! What a support desk asks for: how far the way to the service goes, step by step, and what to do about the first step that fails.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::call::Road;
use crate::client::{self, Client};
use crate::error::{Error, Step};
use crate::status::{Lang, Status};

/// A PC's clock that is off by more than this deserves a word, although the library itself goes by the service's.
const LARGEST_SKEW_S: u64 = 120;

/// The report as JSON, and the status of the first step that failed.
pub struct Report {
    pub json: String,
    pub status: Status,
}

/// Goes the whole way on a fresh connection and stops where it ends.
pub fn run(client: &Client) -> Report {
    let mut steps = Steps { lang: client.options().lang, done: Vec::new(), status: Status::OK };
    let route = client.transport.route();
    if route.proxy.is_none() {
        steps.passed("proxy", Duration::ZERO, route.chosen_by);
    }
    let walked = walk(client, &mut steps);
    if let Err(error) = walked {
        steps.failed("connect", Duration::ZERO, &error);
    }
    let ok = steps.status == Status::OK;
    let json = json!({"ok": ok, "steps": steps.done, "version": env!("CARGO_PKG_VERSION"), "abi": crate::ABI_VERSION});
    Report { json: json.to_string(), status: steps.status }
}

/// An error here is one of getting ready, such as a cancelled call; the steps have theirs.
fn walk(client: &Client, steps: &mut Steps) -> Result<(), Error> {
    let flight = client.calls.begin(client.options().timeout);
    let mut road = Road::start(client, flight).on_a_fresh_line()?.without_repeats();
    let started = Instant::now();
    let time = client::time(client, &mut road);
    let connecting = connection(&mut road, steps, time.as_ref().err());
    let took = started.elapsed().saturating_sub(connecting);
    let Ok(time) = time.map_err(|error| {
        if error.step.is_none() {
            steps.failed("time", took, &error)
        }
    }) else {
        return Ok(());
    };
    steps.passed("time", took, "the service answers");
    let skew = serde_json::from_str(&time).ok().and_then(|time: Value| time.get("clock_skew_s").and_then(Value::as_i64));
    let skew = skew.unwrap_or(0);
    if skew.unsigned_abs() > LARGEST_SKEW_S {
        steps.clock_is_off(skew);
        return Ok(());
    }
    steps.passed("clock", Duration::ZERO, &format!("{skew} s"));
    let started = Instant::now();
    match road.fetch_token() {
        Ok(token) => {
            client.keep(token);
            steps.passed("keys", started.elapsed(), "both keys are good");
        }
        Err(error) => steps.failed("keys", started.elapsed(), &error),
    }
    Ok(())
}

/// The steps of the connection that was just made, or that failed. Says how long they took together.
fn connection(road: &mut Road, steps: &mut Steps, error: Option<&Error>) -> Duration {
    let taken = road.line().steps();
    for (step, took) in &taken {
        match error {
            Some(error) if error.step == Some(*step) => steps.failed(name(*step), *took, error),
            _ => steps.passed(name(*step), *took, ""),
        }
    }
    if let (Some(error), true) = (error, taken.is_empty()) {
        // Nothing is known of the connection: its thread did not come back in time.
        steps.failed("connect", Duration::ZERO, error);
    }
    taken.iter().map(|(_, took)| *took).sum()
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Dns => "dns",
        Step::Proxy => "proxy",
        Step::Connect => "connect",
        Step::Tls => "tls",
    }
}

struct Steps {
    lang: Lang,
    done: Vec<Value>,
    status: Status,
}

impl Steps {
    fn passed(&mut self, step: &str, took: Duration, detail: &str) {
        self.done.push(json!({"step": step, "ok": true, "ms": millis(took), "detail": detail}));
    }

    fn failed(&mut self, step: &str, took: Duration, error: &Error) {
        self.status = error.status;
        let message = error.status.text(self.lang).to_string_lossy();
        let name = error.status.name().to_string_lossy();
        self.done.push(json!({"step": step, "ok": false, "ms": millis(took), "detail": error.detail, "status": error.status.0, "name": name, "message": message}));
    }

    /// No status is about the clock alone; the text of `VD_ERR_TLS` is the one that sends a person to it.
    fn clock_is_off(&mut self, skew: i64) {
        let message = match self.lang {
            Lang::Cs => "Hodiny v počítači nejdou správně. Nastavte datum a čas a zapněte jejich automatické nastavování.",
            Lang::En => "This computer's clock is wrong. Set date and time and switch their automatic setting on.",
        };
        let error = Error::network(Status::ERR_TLS, format!("the service's clock is {skew} s ahead of this machine's"));
        self.failed("clock", Duration::ZERO, &error);
        if let Some(Value::Object(step)) = self.done.last_mut() {
            step.insert("message".into(), message.into());
        }
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
