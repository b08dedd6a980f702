//! Every address of the sandbox: its page, the control API under `/_control/`, and everything else the service's.

use std::panic::resume_unwind;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::StreamExt;

use super::connection::Connection;
use super::serving::Serving;
use super::{control, deliver, same_site};
use crate::order::Giver;
use crate::page::{self, Language};
use crate::service::Form;
use crate::shared::Shared;
use crate::world::ReceivedRequest;

pub fn router(shared: Shared) -> Router {
    let own_only = middleware::from_fn_with_state(shared.clone(), same_site::only);
    let stamp = middleware::map_response_with_state(shared.clone(), control::stamp);
    let control = control::router().layer(own_only.clone()).layer(stamp).layer(middleware::from_fn(read_whole));
    let to_control = get(|| async { Redirect::permanent("/_control/") });
    let front = get(page::show).layer(own_only.clone()).fallback(service);
    Router::new()
        .nest("/_control/", control)
        .route("/_control", to_control)
        .nest("/sandbox/", page::router().layer(own_only))
        .route("/", front)
        // Browsers ask for it beside a PDF; among the requests it would only puzzle people.
        .route("/favicon.ico", get(page::icon))
        .fallback(service)
        .with_state(shared)
}

/// Scheme and host under which a caller knows us.
pub fn giver(connection: &Connection, headers: &HeaderMap) -> Giver {
    Giver { ip: connection.ip, origin: origin(connection, headers) }
}

fn origin(connection: &Connection, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    format!("{}://{host}", connection.scheme)
}

/// The largest body that the service takes; a larger one gets 413, as from a PHP server.
const LARGEST_BODY: usize = 1024 * 1024;
/// Of a body that is too large, so much is read at the most.
const LARGEST_READ: usize = 64 * 1024 * 1024;

async fn service(State(shared): State<Shared>, Extension(connection): Extension<Arc<Connection>>, request: Request) -> Response {
    if let Some(why) = same_site::strange_host(request.headers(), shared.hosts()) {
        return same_site::refuse(why);
    }
    // A task of its own: a caller who hangs up as soon as his request is there must not take it along.
    let (arriving, known) = (arrive(shared.clone(), connection.clone(), request), connection.clone());
    match tokio::spawn(arriving).await {
        Ok(Some(serving)) => deliver::answer(shared, known, serving).await,
        Err(error) => resume_unwind(error.into_panic()),
        Ok(None) => {
            connection.close_after_reply();
            (StatusCode::PAYLOAD_TOO_LARGE, Html("<h1>413 Content Too Large</h1>")).into_response()
        }
    }
}

/// Reads a request and lets the service begin; `None`: it is too large, or was never there as a whole.
async fn arrive(shared: Shared, connection: Arc<Connection>, request: Request) -> Option<Serving> {
    let (head, body) = request.into_parts();
    let body = collect(body).await?;
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let arrived = ReceivedRequest {
        connection: connection.number,
        ip: connection.ip,
        origin: origin(&connection, &head.headers),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        form: form(text(CONTENT_TYPE), &body),
        language: Language::wanted(head.uri.query(), text(ACCEPT_LANGUAGE)),
        // Programs send neither: a library asks for a report with other headers than a person's browser.
        browser: head.headers.contains_key("sec-fetch-mode") || text(ACCEPT).contains("text/html"),
    };
    Some(Serving::begin(&shared, arrived))
}

/// Reads a request's body before it is answered, also where nobody asks for it: hyper closes a connection on which a body lies unread.
async fn read_whole(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match collect(body).await {
        Some(body) => next.run(Request::from_parts(head, Body::from(body))).await,
        None => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

/// The whole body; `None` if it is too large. What is too much is read all the same and thrown away, so that the caller gets to read the answer.
async fn collect(body: Body) -> Option<Vec<u8>> {
    let (mut whole, mut length) = (Vec::new(), 0);
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.ok()?;
        length += piece.len();
        if length > LARGEST_READ {
            return None;
        }
        if length <= LARGEST_BODY {
            whole.extend_from_slice(&piece);
        }
    }
    (length <= LARGEST_BODY).then_some(whole)
}

/// As PHP fills `$_POST`: another content type leaves it empty.
pub fn form(content_type: &str, body: &[u8]) -> Form {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::default();
    }
    Form(form_urlencoded::parse(body).into_owned().collect())
}
