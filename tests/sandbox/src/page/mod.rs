//! The sandbox's own page, for people: what happened, and every handle. Plain HTML from the server; a small script only brings news in.

mod forms;
mod kinds;
mod language;
mod log;
mod scenarios;
mod snippets;
mod texts;
mod typed;
mod view;

pub use language::Language;

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Extension, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Prague;
use futures_util::stream::{self, Stream};

use crate::http::connection::Connection;
use crate::http::site::giver;
use crate::order::Giver;
use crate::reply::Reply;
use crate::service::{Meeting, Practice};
use crate::shared::Shared;
use texts::Texts;
use typed::Typed;
use view::{Message, Page};

/// Everything from us, nothing inline, in nobody's frame: a patient called `<script>` stays a name, even if an escape were forgotten.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Browsers send `Origin` with our own forms as long as this is not stricter.
const GUARDS: [(&str, &str); 4] = [
    ("content-security-policy", POLICY),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
];

pub fn router() -> Router<Shared> {
    let asset =
        |kind: &'static str, text: &'static str| get(move || async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text) });
    Router::new()
        .route("/style.css", asset("text/css; charset=utf-8", include_str!("../../templates/style.css")))
        .route("/script.js", asset("text/javascript; charset=utf-8", include_str!("../../templates/script.js")))
        .route("/icon.svg", get(icon))
        .route("/events", get(events))
        .merge(forms::router())
}

pub async fn icon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml")], include_str!("../../templates/icon.svg"))
}

/// The page itself.
pub async fn show(
    State(shared): State<Shared>,
    Extension(connection): Extension<Arc<Connection>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let language = language(&uri, &headers);
    let done = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).find(|(name, _)| name == "done");
    let message = done.and_then(|(_, what)| Message::done(&what, language.texts()));
    page(&shared, &giver(&connection, &headers), language, message, Typed::default())
}

fn page(shared: &Shared, giver: &Giver, language: Language, message: Option<Message>, typed: Typed) -> Response {
    let status = message.as_ref().and_then(|message| message.status).unwrap_or(StatusCode::OK);
    let page = Page::of(shared, giver, language, message, typed).render();
    dressed(status, page)
}

fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::wanted(uri.query(), accepted.unwrap_or_default())
}

fn dressed(status: StatusCode, page: askama::Result<String>) -> Response {
    let guards = GUARDS.map(|(name, value)| (HeaderName::from_static(name), value));
    match page {
        Ok(html) => (status, guards, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The number of the latest change, now and after each one.
async fn events(State(shared): State<Shared>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = shared.watch();
    changes.mark_changed();
    let events = stream::unfold(changes, async |mut changes| {
        changes.changed().await.ok()?;
        let revision = *changes.borrow_and_update();
        Some((Ok(Event::default().data(revision.to_string())), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

#[derive(Template)]
#[template(path = "waiting_room.html")]
struct WaitingRoom<'a> {
    t: &'static Texts,
    here: String,
    practice: &'a str,
    start: String,
    status: &'static str,
}

/// Where `meet_url` leads. Whoever holds the link sees nothing of the patient.
pub fn waiting_room(meeting: &Meeting, practice: &Practice, now: DateTime<Utc>, language: Language) -> Reply {
    let t = language.texts();
    let since_start = now.with_timezone(&Prague).naive_local() - meeting.start;
    let status = match meeting.is_active(now) {
        true => t.room_open,
        false if since_start < TimeDelta::zero() => t.room_early,
        false => t.room_over,
    };
    let (here, start) = (format!("/meet/{}", meeting.meet_id), view::day_and_time(meeting.start, language));
    reply(200, &WaitingRoom { t, here, practice: &practice.name, start, status })
}

#[derive(Template)]
#[template(path = "nothing_here.html")]
struct NothingHere {
    t: &'static Texts,
    here: &'static str,
}

/// What an address that leads nowhere shows.
pub fn nothing_here(language: Language) -> Reply {
    reply(404, &NothingHere { t: language.texts(), here: "" })
}

fn reply(status: u16, page: &impl Template) -> Reply {
    let html = page.render().unwrap_or_else(|error| error.to_string());
    GUARDS.iter().fold(Reply::page(status, html), |reply, (name, value)| reply.with_header(name, *value))
}
