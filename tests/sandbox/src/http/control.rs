//! The control API under `/_control/`: what the sandbox knows, and every handle a test or a web page may turn. JSON in, JSON out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{DATE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::site::Shared;
use crate::clock;
use crate::fault::Fault;
use crate::journal::{Counters, Request};
use crate::service::{Mail, Meeting, Practice};
use crate::settings::Settings;
use crate::world::World;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(index))
        .route("/state", get(state))
        .route("/meetings", get(meetings).post(seed_meetings))
        .route("/mails", get(mails))
        .route("/requests", get(requests))
        .route("/counters", get(counters))
        .route("/clock", get(show_clock).put(set_clock))
        .route("/settings", get(settings).patch(change_settings))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/restart", post(restart))
        .route("/reset", post(reset))
}

/// Puts the sandbox's own time on the replies of the control API too.
pub async fn stamp(State(shared): State<Shared>, mut response: Response) -> Response {
    if let Ok(date) = HeaderValue::from_str(&shared.world().date_header()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// Everything at once.
#[derive(Serialize)]
struct Everything {
    app_key: String,
    practices: Vec<Practice>,
    seed: u64,
    clock: ClockState,
    settings: Settings,
    faults: Vec<Fault>,
    counters: Counters,
    meetings: Vec<Meeting>,
    mails: Vec<Mail>,
    requests: Vec<Request>,
}

#[derive(Serialize)]
struct ClockState {
    /// Czech wall-clock time with its offset.
    now: DateTime<Tz>,
    frozen: bool,
}

impl ClockState {
    fn of(world: &World) -> ClockState {
        ClockState { now: world.clock.prague(), frozen: world.clock.is_frozen() }
    }
}

async fn index() -> Json<Value> {
    Json(json!({
        "service": "videodoktor-sandbox",
        "version": env!("CARGO_PKG_VERSION"),
        "addresses": {
            "GET /_control/state": "everything below in one answer",
            "GET /_control/meetings": "all meetings ever made, removed ones too",
            "POST /_control/meetings": "{\"count\":100}: make up so many for the first practice",
            "GET /_control/mails": "what patients and practices would have got",
            "GET /_control/requests": "the latest requests, oldest first",
            "GET /_control/counters": "connections, failed TLS handshakes, requests per path",
            "GET /_control/clock": "the time and whether it stands still",
            "PUT /_control/clock": "{\"set\":\"2030-11-23 10:00\"}, {\"advance_s\":86400}, {\"frozen\":true}, {\"real\":true}; together if you like",
            "GET /_control/settings": "all settings",
            "PATCH /_control/settings": "those given change, the others stay",
            "GET /_control/faults": "the faults that wait",
            "POST /_control/faults": "one more, {\"path\":\"/api_meet_add/\",\"code\":\"X005\"}",
            "DELETE /_control/faults": "none waits any more",
            "POST /_control/restart": "tokens and rate counts are forgotten, as when the service restarts; connections stay open",
            "POST /_control/reset": "back to how it was at the start"
        }
    }))
}

async fn state(State(shared): State<Shared>) -> Json<Everything> {
    let world = shared.world();
    Json(Everything {
        app_key: world.app_key().to_owned(),
        practices: world.service.practices().to_vec(),
        seed: world.seed(),
        clock: ClockState::of(&world),
        settings: world.settings.clone(),
        faults: world.faults.waiting().to_vec(),
        counters: world.journal.counters.clone(),
        meetings: world.service.meetings().to_vec(),
        mails: world.service.mails().to_vec(),
        requests: world.journal.requests().cloned().collect(),
    })
}

async fn meetings(State(shared): State<Shared>) -> Json<Vec<Meeting>> {
    Json(shared.world().service.meetings().to_vec())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedMeetings {
    count: usize,
}

async fn seed_meetings(State(shared): State<Shared>, wish: Wish<SeedMeetings>) -> Result<Json<Value>, Misunderstood> {
    let SeedMeetings { count } = understand(wish)?;
    if count > MOST_SEEDED {
        return Err(Misunderstood(format!("count: at most {MOST_SEEDED} meetings can be made up at once")));
    }
    let mut world = shared.world();
    let now = world.clock.now();
    world.service.seed_meetings(count, now);
    Ok(Json(json!({ "meetings": world.service.meetings().len() })))
}

const MOST_SEEDED: usize = 100_000;

async fn mails(State(shared): State<Shared>) -> Json<Vec<Mail>> {
    Json(shared.world().service.mails().to_vec())
}

async fn requests(State(shared): State<Shared>) -> Json<Vec<Request>> {
    Json(shared.world().journal.requests().cloned().collect())
}

async fn counters(State(shared): State<Shared>) -> Json<Counters> {
    Json(shared.world().journal.counters.clone())
}

async fn show_clock(State(shared): State<Shared>) -> Json<ClockState> {
    Json(ClockState::of(&shared.world()))
}

/// Done in this order: real, frozen, set, advance.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    #[serde(default)]
    real: bool,
    set: Option<String>,
    advance_s: Option<i64>,
    frozen: Option<bool>,
}

async fn set_clock(State(shared): State<Shared>, wish: Wish<ClockOrder>) -> Result<Json<ClockState>, Misunderstood> {
    let order = understand(wish)?;
    let at = order.set.as_deref().map(clock::parse_instant).transpose().map_err(|e| Misunderstood(format!("set: {e}")))?;
    let step = order.advance_s.map(|seconds| seconds.clamp(-FARTHEST_STEP, FARTHEST_STEP)).map(TimeDelta::seconds);
    let mut world = shared.world();
    if order.real {
        world.clock = clock::Clock::real();
    }
    match order.frozen {
        Some(true) => world.clock.freeze(),
        Some(false) => world.clock.run(),
        None => {}
    }
    if let Some(at) = at {
        world.clock.set(at);
    }
    if let Some(step) = step {
        world.clock.advance(step);
    }
    Ok(Json(ClockState::of(&world)))
}

/// A hundred years: farther, dates have no place in their type.
const FARTHEST_STEP: i64 = 100 * 366 * 86_400;

async fn settings(State(shared): State<Shared>) -> Json<Settings> {
    Json(shared.world().settings.clone())
}

async fn change_settings(State(shared): State<Shared>, wish: Wish<Value>) -> Result<Json<Settings>, Misunderstood> {
    let changes = understand(wish)?;
    let mut world = shared.world();
    let mut merged = serde_json::to_value(&world.settings).map_err(|e| Misunderstood(e.to_string()))?;
    merge(&mut merged, changes);
    let settings: Settings = serde_json::from_value(merged).map_err(|e| Misunderstood(e.to_string()))?;
    settings.check().map_err(Misunderstood)?;
    world.settings = settings;
    Ok(Json(world.settings.clone()))
}

/// RFC 7396, but for `null`: here it is a value (no limit), because no setting can be left out.
fn merge(target: &mut Value, changes: Value) {
    match (target, changes) {
        (Value::Object(target), Value::Object(changes)) => {
            for (name, value) in changes {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, changes) => *target = changes,
    }
}

async fn faults(State(shared): State<Shared>) -> Json<Vec<Fault>> {
    Json(shared.world().faults.waiting().to_vec())
}

async fn add_fault(State(shared): State<Shared>, wish: Wish<Fault>) -> Result<(StatusCode, Json<Vec<Fault>>), Misunderstood> {
    let fault = understand(wish)?;
    fault.check().map_err(Misunderstood)?;
    let mut world = shared.world();
    world.faults.push(fault);
    Ok((StatusCode::CREATED, Json(world.faults.waiting().to_vec())))
}

async fn clear_faults(State(shared): State<Shared>) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

async fn restart(State(shared): State<Shared>) -> StatusCode {
    shared.world().service.restart();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.world().reset();
    StatusCode::NO_CONTENT
}

/// A body that may not be what was asked for.
type Wish<T> = Result<Json<T>, axum::extract::rejection::JsonRejection>;

fn understand<T>(wish: Wish<T>) -> Result<T, Misunderstood> {
    wish.map(|Json(wish)| wish).map_err(|rejection| Misunderstood(rejection.body_text()))
}

/// Status 400 and `{"error":"what was wrong"}`.
struct Misunderstood(String);

impl IntoResponse for Misunderstood {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}
