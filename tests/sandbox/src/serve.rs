//! `videodoktor-sandbox serve`: prints where it is and which keys it takes, then serves until it is told to stop.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use serde_json::{Map, Value, json};
use videodoktor_sandbox::{Habits, Practice, Sandbox, Settings, Shown};

use crate::browser;
use crate::command_line::Serve;
use crate::stop::Stop;
use crate::usual_port::{self, UsualPort};

pub fn run(wishes: Serve) -> ExitCode {
    match serve(wishes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("videodoktor-sandbox: {message}");
            browser::keep_window();
            ExitCode::FAILURE
        }
    }
}

fn serve(wishes: Serve) -> Result<(), String> {
    let (stop_with_stdin, meetings) = (wishes.stop_with_stdin, wishes.meetings);
    let has_http = !wishes.no_http;
    let has_https = !wishes.no_https;
    let opens_browser = !wishes.no_browser && !stop_with_stdin;
    if has_http && usual_port::is_wished(&wishes) {
        match usual_port::look() {
            UsualPort::Free => {}
            UsualPort::Sandbox { version } => {
                usual_port::lead_to_the_other(&version, opens_browser);
                return Ok(());
            }
            UsualPort::OtherProgram => return Err(usual_port::taken()),
        }
    }
    let stop = Stop::listen(stop_with_stdin).map_err(|error| format!("cannot listen for signals: {error}"))?;
    let sandbox = start(wishes)?;
    if !sandbox.is_resumed() {
        sandbox.seed_meetings(meetings);
    }
    announce(&sandbox, has_http, has_https).map_err(|error| format!("cannot print the addresses: {error}"))?;
    if opens_browser {
        browser::open(&if has_http { sandbox.http_url() } else { sandbox.url() });
    }
    stop.wait();
    Ok(())
}

fn start(wishes: Serve) -> Result<Sandbox, String> {
    let settings = settings(&wishes)?;
    let names: Vec<&str> = wishes.names.iter().map(String::as_str).collect();
    let at = |address: SocketAddr| SocketAddr::new(wishes.listen.unwrap_or(address.ip()), address.port());
    let mut builder = Sandbox::builder().http_at(at(usual_port::http_address(&wishes))).https_at(at(wishes.https)).names(&names);
    builder = match wishes.seed {
        Some(seed) => builder.seed(seed),
        None => builder.any_seed(),
    };
    // Rules count together: one that is given brings the others' defaults along.
    if settings != Settings::default() {
        builder = builder.settings(settings);
    }
    if let Some(app_key) = &wishes.app_key {
        builder = builder.app_key(app_key);
    }
    if let Some(path) = wishes.state {
        builder = builder.state(path);
    }
    if wishes.reset {
        builder = builder.forget_state();
    }
    if wishes.no_http {
        builder = builder.https_only();
    }
    if wishes.no_https {
        builder = builder.http_only();
    }
    if wishes.ipv6 {
        builder = builder.ipv6();
    }
    if let Some(path) = wishes.ca_file {
        builder = builder.ca_file(path);
    }
    if !wishes.api_keys.is_empty() {
        builder = builder.practices(wishes.api_keys.iter().enumerate().map(practice).collect());
    }
    if wishes.frozen {
        builder = builder.frozen();
    }
    if let Some(clock) = &wishes.clock {
        builder = builder.try_clock(clock).map_err(|error| format!("--clock: {error}"))?;
    }
    builder.try_start().map_err(|error| error.to_string())
}

fn practice((index, api_key): (usize, &String)) -> Practice {
    let number = index + 1;
    Practice { name: format!("Ordinace {number}"), email: format!("ordinace{number}@sandbox.example"), api_key: api_key.clone() }
}

fn settings(wishes: &Serve) -> Result<Settings, String> {
    let error_shape = serde_json::from_value(json!(wishes.error_shape)).map_err(|error| format!("--error-shape: {error}"))?;
    let overloaded = wishes.overloaded.iter().map(|start| videodoktor_sandbox::parse_wall(start)).collect::<Result<_, _>>();
    Ok(Settings {
        rate_limit: wishes.rate_limit,
        refuse_tokens: wishes.refuse_tokens,
        newest_token_only: wishes.newest_token_only,
        overloaded: overloaded.map_err(|error| format!("--overloaded: {error}"))?,
        nightly_outage: wishes.nightly_outage,
        meet_start_format: wishes.meet_start_format.clone(),
        error_shape,
        error_status: wishes.error_status,
        habits: habits(&wishes.habits)?,
        shown: shown(&wishes.shown)?,
        ..Settings::default()
    })
}

/// The names are those of the control API, so that there is one list of them.
fn habits(named: &[String]) -> Result<Habits, String> {
    let mut chosen = Map::new();
    for name in named {
        match (name.as_str(), name.split_once('=')) {
            ("all", _) => return Ok(Habits::all()),
            ("php", _) => merge(&mut chosen, &Habits::php()),
            (_, Some((name, value))) => drop(chosen.insert(name.to_owned(), json!(value))),
            (name, None) => drop(chosen.insert(name.to_owned(), json!(true))),
        }
    }
    serde_json::from_value(Value::Object(chosen)).map_err(|error| format!("--habits: {error}"))
}

/// Names and values as the control API has them, too.
fn shown(named: &[String]) -> Result<Shown, String> {
    let read = |name: &String| match name.split_once('=') {
        None => (name.clone(), json!(true)),
        Some((name, value)) => (name.to_owned(), value.parse::<u32>().map_or_else(|_| json!(value), |number| json!(number))),
    };
    let chosen: Map<String, Value> = named.iter().map(read).collect();
    serde_json::from_value(Value::Object(chosen)).map_err(|error| format!("--shown: {error}"))
}

fn merge(chosen: &mut Map<String, Value>, habits: &Habits) {
    if let Ok(Value::Object(habits)) = serde_json::to_value(habits) {
        chosen.extend(habits.into_iter().filter(|(_, value)| *value == json!(true)));
    }
}

/// First the addresses, each on a line of its own; then `name=value` lines; `ready` is the last.
fn announce(sandbox: &Sandbox, has_http: bool, has_https: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if has_http {
        writeln!(out, "{}", sandbox.http_url())?;
    }
    if has_https {
        writeln!(out, "{}", sandbox.url())?;
    }
    writeln!(out, "api_app_key={}", sandbox.app_key())?;
    for practice in sandbox.practices() {
        writeln!(out, "api_key={}", practice.api_key)?;
    }
    writeln!(out, "ca_file={}", sandbox.ca_file().display())?;
    let control = if has_http { sandbox.http_url() } else { sandbox.url() };
    writeln!(out, "control={control}/_control/")?;
    writeln!(out, "seed={}", sandbox.seed())?;
    writeln!(out, "ready")?;
    out.flush()
}
