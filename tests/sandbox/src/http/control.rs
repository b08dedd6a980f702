//! The control API under `/_control/`: what the sandbox knows, and every handle a test or a web page may turn. JSON in, JSON out.
//!
//! A handler's address, its summary and its types stand beside it once; the routes, the index and the OpenAPI description are made from them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::http::header::{DATE, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::DateTime;
use chrono_tz::Tz;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connection::Connection;
use super::site::giver;
use crate::fault::Fault;
use crate::journal::{Counters, Request};
use crate::order::{self, AppKey, Complaint, DescribePractice, Invite, Seed, SeedMeetings, SetClock};
use crate::service::{Mail, Meeting, Practice};
use crate::settings::{MOST, Settings};
use crate::shared::Shared;
use crate::world::World;

pub fn router() -> Router<Shared> {
    let (routes, mut description): (Router<Shared>, OpenApi) = OpenApiRouter::new()
        .routes(routes!(state))
        .routes(routes!(meetings, seed_meetings))
        .routes(routes!(remove_meeting))
        .routes(routes!(invite))
        .routes(routes!(mails))
        .routes(routes!(requests))
        .routes(routes!(counters))
        .routes(routes!(working))
        .routes(routes!(idle))
        .routes(routes!(practices, add_practice))
        .routes(routes!(change_practice))
        .routes(routes!(app_key, set_app_key))
        .routes(routes!(clock, set_clock))
        .routes(routes!(seed, set_seed))
        .routes(routes!(settings, change_settings))
        .routes(routes!(faults, add_fault, clear_faults))
        .routes(routes!(restart))
        .routes(routes!(reset))
        .split_for_parts();
    introduce(&mut description);
    let (index, description) = (Arc::new(index(&description)), Arc::new(description));
    routes
        .route("/", get(move || async move { Json(index.as_ref().clone()) }))
        .route("/openapi.json", get(move || async move { Json(description.as_ref().clone()) }))
}

fn introduce(description: &mut OpenApi) {
    let info = &mut description.info;
    info.title = "The VideoDoktor sandbox's control API".to_owned();
    info.version = env!("CARGO_PKG_VERSION").to_owned();
    info.description = Some("What the sandbox knows, and every handle that a test or its page may turn.".to_owned());
    (info.license, info.contact) = (None, None);
    let paths = std::mem::take(&mut description.paths.paths);
    description.paths.paths = paths.into_iter().map(|(path, item)| (format!("/_control{path}"), item)).collect();
}

/// Every address with its summary, for people who open `/_control/` in a browser.
fn index(description: &OpenApi) -> Value {
    let mut addresses = serde_json::Map::new();
    for (path, item) in &description.paths.paths {
        let operations = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                addresses.insert(format!("{method} {path}"), json!(operation.summary));
            }
        }
    }
    addresses.insert("GET /_control/openapi.json".to_owned(), json!("this API, described for programs (OpenAPI 3.1)"));
    json!({ "service": "videodoktor-sandbox", "version": env!("CARGO_PKG_VERSION"), "addresses": addresses })
}

/// Puts the sandbox's own time on the replies of the control API too.
pub async fn stamp(State(shared): State<Shared>, mut response: Response) -> Response {
    if let Ok(date) = HeaderValue::from_str(&shared.world().date_header()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// Everything at once.
#[derive(Serialize, ToSchema)]
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

#[derive(Serialize, ToSchema)]
struct ClockState {
    /// Czech wall-clock time with its offset.
    #[schema(value_type = String, format = DateTime)]
    now: DateTime<Tz>,
    frozen: bool,
}

impl ClockState {
    fn of(world: &World) -> ClockState {
        ClockState { now: world.clock.prague(), frozen: world.clock.is_frozen() }
    }
}

/// How many meetings there are now, removed ones too.
#[derive(Serialize, ToSchema)]
struct Count {
    meetings: usize,
}

/// A practice and its number.
#[derive(Serialize, ToSchema)]
struct Registered {
    /// From 0.
    number: usize,
    #[serde(flatten)]
    practice: Practice,
}

impl Registered {
    fn at(number: usize, world: &World) -> Registered {
        Registered { number, practice: world.service.practices()[number].clone() }
    }
}

/// everything below in one answer
#[utoipa::path(get, path = "/state", responses((status = 200, body = Everything)))]
async fn state(State(shared): State<Shared>) -> Json<Everything> {
    let world = shared.world();
    Json(Everything {
        app_key: world.service.app_key().to_owned(),
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

/// all meetings ever made, removed ones too
#[utoipa::path(get, path = "/meetings", responses((status = 200, body = Vec<Meeting>)))]
async fn meetings(State(shared): State<Shared>) -> Json<Vec<Meeting>> {
    Json(shared.world().service.meetings().to_vec())
}

/// {"count":100}: make up so many for the first practice
#[utoipa::path(post, path = "/meetings", request_body = SeedMeetings, responses((status = 200, body = Count), Mistakes))]
async fn seed_meetings(State(shared): State<Shared>, wish: Wish) -> Result<Json<Count>, Complaint> {
    let meetings = understand::<SeedMeetings>(wish)?.obey(&mut shared.world())?;
    Ok(Json(Count { meetings }))
}

/// take a meeting back as its practice would: patient and practice are told
#[utoipa::path(delete, path = "/meetings/{meet_id}", params(("meet_id" = String, Path)), responses((status = 204), (status = 404, body = Told), Mistakes))]
async fn remove_meeting(
    State(shared): State<Shared>,
    Extension(connection): Extension<Arc<Connection>>,
    headers: HeaderMap,
    meet_id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Complaint> {
    order::remove(&in_path(meet_id)?, &giver(&connection, &headers), &mut shared.world())?;
    Ok(StatusCode::NO_CONTENT)
}

/// invite a patient by hand, by the service's rules: {"pacient_jmeno":"Jana Nováková","pacient_email":"jana@sandbox.example","pacient_narozen":"1980","meet_start":"2030-11-23 10:00"}
#[utoipa::path(post, path = "/invitations", request_body = Invite,
    responses((status = 201, body = Meeting), (status = 404, body = Told), (status = 409, body = Told, description = "refused with the code that a program would have got"), Mistakes))]
async fn invite(
    State(shared): State<Shared>,
    Extension(connection): Extension<Arc<Connection>>,
    headers: HeaderMap,
    wish: Wish,
) -> Result<(StatusCode, Json<Meeting>), Complaint> {
    let meeting = understand::<Invite>(wish)?.obey(&giver(&connection, &headers), &mut shared.world())?;
    Ok((StatusCode::CREATED, Json(meeting)))
}

/// what patients and practices would have got
#[utoipa::path(get, path = "/mails", responses((status = 200, body = Vec<Mail>)))]
async fn mails(State(shared): State<Shared>) -> Json<Vec<Mail>> {
    Json(shared.world().service.mails().to_vec())
}

/// the latest 10,000 requests, oldest first
#[utoipa::path(get, path = "/requests", responses((status = 200, body = Vec<Request>)))]
async fn requests(State(shared): State<Shared>) -> Json<Vec<Request>> {
    Json(shared.world().journal.requests().cloned().collect())
}

/// connections, failed TLS handshakes, requests per path
#[utoipa::path(get, path = "/counters", responses((status = 200, body = Counters)))]
async fn counters(State(shared): State<Shared>) -> Json<Counters> {
    Json(shared.world().journal.counters.clone())
}

/// What is under way now.
#[derive(Serialize, ToSchema)]
struct UnderWay {
    /// Requests that are being worked on (`works_on`, `act_after_ms`), whether or not somebody still waits for their reply.
    working: usize,
    /// Connections that are open, this one included.
    connections: usize,
}

impl UnderWay {
    fn of(shared: &Shared) -> UnderWay {
        UnderWay { working: *shared.working().borrow(), connections: shared.open_connections() }
    }
}

/// requests that are being worked on, and connections that are open
#[utoipa::path(get, path = "/working", responses((status = 200, body = UnderWay)))]
async fn working(State(shared): State<Shared>) -> Json<UnderWay> {
    Json(UnderWay::of(&shared))
}

/// How long a caller may be kept waiting.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// the same, as soon as no request is worked on any more: the last late e-mail has been sent then; after 60 seconds at the latest
#[utoipa::path(get, path = "/idle", responses((status = 200, body = UnderWay)))]
async fn idle(State(shared): State<Shared>) -> Json<UnderWay> {
    let mut working = shared.working();
    // What is still under way then is told by the answer.
    let _ = tokio::time::timeout(LONGEST_WAIT, working.wait_for(|count| *count == 0)).await;
    Json(UnderWay::of(&shared))
}

/// the practices with their keys
#[utoipa::path(get, path = "/practices", responses((status = 200, body = Vec<Registered>)))]
async fn practices(State(shared): State<Shared>) -> Json<Vec<Registered>> {
    let world = shared.world();
    Json((0..world.service.practices().len()).map(|number| Registered::at(number, &world)).collect())
}

/// one more practice: {"name":"MUDr. Nová","api_key":"sandbox-practice-3"}; what is left out is made up
#[utoipa::path(post, path = "/practices", request_body = DescribePractice,
    responses((status = 201, body = Registered), (status = 409, body = Told), Mistakes))]
async fn add_practice(State(shared): State<Shared>, wish: Wish) -> Result<(StatusCode, Json<Registered>), Complaint> {
    let wish = understand::<DescribePractice>(wish)?;
    let mut world = shared.world();
    let number = wish.register(&mut world)?;
    Ok((StatusCode::CREATED, Json(Registered::at(number, &world))))
}

/// another name, address or key for a practice
#[utoipa::path(patch, path = "/practices/{number}", params(("number" = u32, Path)), request_body = DescribePractice,
    responses((status = 200, body = Registered), (status = 404, body = Told), (status = 409, body = Told), Mistakes))]
async fn change_practice(
    State(shared): State<Shared>,
    number: Result<Path<u32>, PathRejection>,
    wish: Wish,
) -> Result<Json<Registered>, Complaint> {
    let number = in_path(number)? as usize;
    let wish = understand::<DescribePractice>(wish)?;
    let mut world = shared.world();
    wish.change(number, &mut world)?;
    Ok(Json(Registered::at(number, &world)))
}

/// the implementation's key
#[utoipa::path(get, path = "/app_key", responses((status = 200, body = AppKey)))]
async fn app_key(State(shared): State<Shared>) -> Json<AppKey> {
    Json(AppKey { app_key: shared.world().service.app_key().to_owned() })
}

/// {"app_key":"another-key"}: from now on the old one is X001
#[utoipa::path(put, path = "/app_key", request_body = AppKey, responses((status = 200, body = AppKey), Mistakes))]
async fn set_app_key(State(shared): State<Shared>, wish: Wish) -> Result<Json<AppKey>, Complaint> {
    understand::<AppKey>(wish)?.obey(&mut shared.world())?;
    Ok(app_key(State(shared)).await)
}

/// the time and whether it stands still
#[utoipa::path(get, path = "/clock", responses((status = 200, body = ClockState)))]
async fn clock(State(shared): State<Shared>) -> Json<ClockState> {
    Json(ClockState::of(&shared.world()))
}

/// {"set":"2030-11-23 10:00"}, {"advance_s":86400}, {"frozen":true}, {"real":true}; together if you like
#[utoipa::path(put, path = "/clock", request_body = SetClock, responses((status = 200, body = ClockState), Mistakes))]
async fn set_clock(State(shared): State<Shared>, wish: Wish) -> Result<Json<ClockState>, Complaint> {
    let wish = understand::<SetClock>(wish)?;
    let mut world = shared.world();
    wish.obey(&mut world)?;
    Ok(Json(ClockState::of(&world)))
}

/// what chance is drawn from
#[utoipa::path(get, path = "/seed", responses((status = 200, body = Seed)))]
async fn seed(State(shared): State<Shared>) -> Json<Seed> {
    Json(Seed { seed: shared.world().seed() })
}

/// {"seed":7}: from now on ids, tokens, refusals and faults come from this number
#[utoipa::path(put, path = "/seed", request_body = Seed, responses((status = 200, body = Seed), Mistakes))]
async fn set_seed(State(shared): State<Shared>, wish: Wish) -> Result<Json<Seed>, Complaint> {
    understand::<Seed>(wish)?.obey(&mut shared.world())?;
    Ok(seed(State(shared)).await)
}

/// all settings
#[utoipa::path(get, path = "/settings", responses((status = 200, body = Settings)))]
async fn settings(State(shared): State<Shared>) -> Json<Settings> {
    Json(shared.world().settings.clone())
}

/// those given change, the others stay
#[utoipa::path(patch, path = "/settings", request_body = Settings, responses((status = 200, body = Settings), Mistakes))]
async fn change_settings(State(shared): State<Shared>, wish: Wish) -> Result<Json<Settings>, Complaint> {
    let changes = understand::<Value>(wish)?;
    let mut world = shared.world();
    order::change_settings(changes, &mut world)?;
    Ok(Json(world.settings.clone()))
}

/// the faults that wait
#[utoipa::path(get, path = "/faults", responses((status = 200, body = Vec<Fault>)))]
async fn faults(State(shared): State<Shared>) -> Json<Vec<Fault>> {
    Json(shared.world().faults.waiting().to_vec())
}

/// one more, {"path":"/api_meet_add/","code":"X005"}
#[utoipa::path(post, path = "/faults", request_body = Fault, responses((status = 201, body = Vec<Fault>), Mistakes))]
async fn add_fault(State(shared): State<Shared>, wish: Wish) -> Result<(StatusCode, Json<Vec<Fault>>), Complaint> {
    let fault = understand::<Fault>(wish)?;
    let mut world = shared.world();
    order::add_fault(fault, &mut world)?;
    Ok((StatusCode::CREATED, Json(world.faults.waiting().to_vec())))
}

/// none waits any more
#[utoipa::path(delete, path = "/faults", responses((status = 204)))]
async fn clear_faults(State(shared): State<Shared>) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

/// tokens and rate counts are forgotten, as when the service restarts; connections stay open
#[utoipa::path(post, path = "/restart", responses((status = 204)))]
async fn restart(State(shared): State<Shared>) -> StatusCode {
    shared.world().service.restart();
    StatusCode::NO_CONTENT
}

/// back to how it was at the start
#[utoipa::path(post, path = "/reset", responses((status = 204)))]
async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.world().reset();
    StatusCode::NO_CONTENT
}

/// A body that may not be what was asked for.
type Wish = Result<Json<Value>, JsonRejection>;

/// Orders are objects; serde alone would also take an array of their values.
fn understand<T: DeserializeOwned>(wish: Wish) -> Result<T, Complaint> {
    let Json(value) = wish.map_err(|rejection| Complaint::unclear(rejection.body_text()))?;
    if !value.is_object() {
        return Err(Complaint::unclear("the body is a JSON object"));
    }
    serde_json::from_value(with_whole_numbers(value)).map_err(|error| Complaint::unclear(error.to_string()))
}

/// To JSON, 60.0 is a whole number; to serde it is not.
fn with_whole_numbers(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(with_whole_numbers).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, with_whole_numbers(value))).collect()),
        Value::Number(number) if !number.is_u64() && !number.is_i64() => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && whole.abs() <= MOST as f64 => Value::from(whole as i64),
            _ => Value::Number(number),
        },
        other => other,
    }
}

fn in_path<T>(part: Result<Path<T>, PathRejection>) -> Result<T, Complaint> {
    part.map(|Path(part)| part).map_err(|rejection| Complaint::unclear(rejection.body_text()))
}

/// A complaint as it is told: what is wrong, and the code where the service's rules refuse it.
#[derive(Serialize, ToSchema)]
struct Told {
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// What any order may get.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code)] // read by the derive only
enum Mistakes {
    /// What was wrong.
    #[response(status = 400)]
    Unclear(#[to_schema] Told),
}

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        let code = self.code.map(|code| code.to_string());
        (self.status, Json(Told { error: self.english, code })).into_response()
    }
}
