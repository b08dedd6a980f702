//! What a support desk asks for: how far the way to the service goes, step by step, and what to do about the first step that fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::executor::Executor;
use crate::client::server_time;
use crate::client::session::Session;
use crate::error::{Error, Step};
use crate::log;
use crate::status::{Lang, Status};

/// A PC's clock that is off by more than this deserves a word, although the library itself goes by the service's.
const LARGEST_SKEW_S: u64 = 120;

/// The report as JSON, and the status of the first step that failed.
pub struct Report {
    pub json: String,
    pub status: Status,
}

/// Goes the whole way on a fresh connection and stops where it ends.
pub fn run(session: &Arc<Session>) -> Report {
    let mut steps = StepList { lang: session.options.lang, route: None, done: Vec::new(), status: Status::OK };
    if let Err(error) = walk(session, &mut steps) {
        steps.failed(steps.first_of_the_connection(), Duration::ZERO, &error);
    }
    let ok = !steps.have_failed();
    let json = json!({"ok": ok, "steps": steps.done, "version": env!("CARGO_PKG_VERSION"), "abi": crate::ABI_VERSION});
    Report { json: json.to_string(), status: steps.status }
}

/// An error here is one of getting ready, such as a cancelled call; the steps have theirs.
fn walk(session: &Arc<Session>, steps: &mut StepList) -> Result<(), Error> {
    let _scope = log::Scope::enter(Arc::downgrade(session) as _);
    let flight = session.calls.begin(session.options.timeout);
    let mut executor = Executor::start(session, flight).on_a_new_connection().without_repeats();
    let started = Instant::now();
    let time = server_time::time(&mut executor);
    let took = started.elapsed();
    let connecting = connection(&mut executor, steps, time.as_ref().err());
    if steps.have_failed() {
        return Ok(());
    }
    let Some((_, skew)) = steps.of("time", took.saturating_sub(connecting), time, "the service answers") else { return Ok(()) };
    if skew.unsigned_abs() > LARGEST_SKEW_S {
        steps.clock_is_off(skew);
        return Ok(());
    }
    steps.passed("clock", Duration::ZERO, &format!("{skew} s"));
    let started = Instant::now();
    let token = executor.fetch_token();
    if let Some(token) = steps.of("keys", started.elapsed(), token, "both keys are good") {
        session.store_token(token);
    }
    Ok(())
}

/// The steps of the connection that was just made, or that failed. Says how long they took together.
fn connection(executor: &mut Executor, steps: &mut StepList, error: Option<&Error>) -> Duration {
    let taken = executor.lease().timings();
    steps.route = executor.lease().route();
    let lacks_root = error.is_some_and(|error| error.status == Status::ERR_TLS_UNTRUSTED) && executor.lease().is_trusted_by_bundled_roots();
    for (step, took) in &taken {
        let detail = if *step == Step::Proxy { steps.route.clone().unwrap_or_default() } else { String::new() };
        match error {
            Some(error) if error.step == Some(*step) && lacks_root => steps.lacks_root(*took, error),
            Some(error) if error.step == Some(*step) => steps.failed(name(*step), *took, error),
            _ => steps.passed(name(*step), *took, &detail),
        }
    }
    match error {
        // A proxy works and has no connection to the service; or a direct connection failed that raced with automatic detection.
        Some(error @ Error { step: Some(step), .. }) if !taken.is_empty() && !steps.have_failed() => {
            steps.failed(name(*step), Duration::ZERO, error);
        }
        // Nothing is known of the connection: its thread did not come back in time.
        Some(error) if taken.is_empty() => steps.failed(steps.first_of_the_connection(), Duration::ZERO, error),
        _ => {}
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

struct StepList {
    lang: Lang,
    /// Who chose the way, and the proxy's host and port. `None` where the setting cannot be used, as its error says.
    route: Option<String>,
    done: Vec<Value>,
    status: Status,
}

impl StepList {
    fn have_failed(&self) -> bool {
        self.status != Status::OK
    }

    /// Where a connection that did not come about is put down if it told of no step.
    fn first_of_the_connection(&self) -> &'static str {
        if self.done.is_empty() { "proxy" } else { "connect" }
    }

    /// The value of a step that passed.
    fn of<T>(&mut self, step: &str, took: Duration, outcome: Result<T, Error>, detail: &str) -> Option<T> {
        match &outcome {
            Ok(_) => self.passed(step, took, detail),
            Err(error) => self.failed(step, took, error),
        }
        outcome.ok()
    }

    fn passed(&mut self, step: &str, took: Duration, detail: &str) {
        self.done.push(json!({"step": step, "ok": true, "ms": millis(took), "detail": detail}));
    }

    fn failed(&mut self, step: &str, took: Duration, error: &Error) {
        let message = error.status.text(self.lang).to_string_lossy();
        self.failed_with(step, took, error, &message);
    }

    fn failed_with(&mut self, step: &str, took: Duration, error: &Error, message: &str) {
        self.status = error.status;
        let detail = match &self.route {
            Some(route) if step == "proxy" => format!("{}; {route}", error.detail),
            _ => error.detail.clone(),
        };
        let (status, name) = (error.status.0, error.status.name().to_string_lossy());
        self.done.push(
            json!({"step": step, "ok": false, "ms": millis(took), "detail": detail, "status": status, "name": name, "message": message}),
        );
    }

    /// Nobody inspects the connection: the system is only too old to know the issuer.
    fn lacks_root(&mut self, took: Duration, error: &Error) {
        let detail =
            "the system lacks the root certificate of the server's issuer, which Mozilla's list has: nobody inspects the connection";
        let message = match self.lang {
            Lang::Cs => LACKS_ROOT_CS,
            Lang::En => LACKS_ROOT_EN,
        };
        self.failed_with("tls", took, &Error { detail: detail.into(), ..error.clone() }, message);
    }

    /// No status is about the clock alone; the text of `VD_ERR_TLS` is the one that sends a person to it.
    fn clock_is_off(&mut self, skew: i64) {
        let (by, is_behind) = (length(skew.unsigned_abs(), self.lang), skew > 0);
        let message = match (self.lang, is_behind) {
            (Lang::Cs, true) => format!("Hodiny v počítači se opožďují o {by}. {SET_IT_CS}"),
            (Lang::Cs, false) => format!("Hodiny v počítači jdou napřed o {by}. {SET_IT_CS}"),
            (Lang::En, true) => format!("This computer's clock is {by} slow. {SET_IT_EN}"),
            (Lang::En, false) => format!("This computer's clock is {by} fast. {SET_IT_EN}"),
        };
        let error = Error::network(Status::ERR_TLS, format!("the service's clock is {skew} s ahead of this machine's"));
        self.failed_with("clock", Duration::ZERO, &error, &message);
    }
}

const LACKS_ROOT_CS: &str = "V počítači chybí kořenový certifikát vydavatele, kterému patří certifikát serveru VideoDoktor; spojení nikdo nekontroluje. \
    Požádejte správce počítače, aby nainstaloval aktuální kořenové certifikáty (ve Windows aktualizacemi). Pokud to nejde, ať dodavatel programu \
    nastaví volbu tls_roots na \"bundled\".";
const LACKS_ROOT_EN: &str = "This computer lacks the root certificate of the issuer of the VideoDoktor server's certificate; nobody inspects the connection. \
    Ask the computer's administrator to install the current root certificates (on Windows by its updates). Where that cannot be, the program's \
    vendor may set option tls_roots to \"bundled\".";

const SET_IT_CS: &str = "Nastavte správné datum, čas i časové pásmo. Pokud to nesmíte nebo se chyba vrací, požádejte správce počítače, \
    aby zapnul automatické nastavování času.";
const SET_IT_EN: &str = "Set date, time and time zone right. If you may not, or the error comes back, ask the computer's administrator \
    to switch the automatic setting of the time on.";

/// A length of time as one says it of a clock.
fn length(seconds: u64, lang: Lang) -> String {
    match seconds.saturating_add(30) / 60 {
        minutes @ ..120 => format!("{minutes} min"),
        minutes @ 120..2880 => format!("{} h", minutes.saturating_add(30) / 60),
        _ if lang == Lang::Cs => "více než dva dny".into(),
        _ => "more than two days".into(),
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
