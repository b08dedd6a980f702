//! Every address of the sandbox: its page, the control API under `/_control/`, and everything else the service's.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};

use super::connection::Connection;
use super::{control, deliver, same_site};
use crate::kept::Shared;
use crate::order::Giver;
use crate::page::{self, Language};
use crate::service::Form;
use crate::world::Arrived;

pub fn router(shared: Shared) -> Router {
    let own_only = middleware::from_fn_with_state(shared.clone(), same_site::only);
    let stamp = middleware::map_response_with_state(shared.clone(), control::stamp);
    let control = control::router().layer(own_only.clone()).layer(stamp);
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

async fn service(
    State(shared): State<Shared>,
    Extension(connection): Extension<Arc<Connection>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let arrived = Arrived {
        connection: connection.number,
        ip: connection.ip,
        origin: origin(&connection, &headers),
        method: method.to_string(),
        path: uri.path().to_owned(),
        form: form(text(CONTENT_TYPE), &body),
        language: Language::wanted(uri.query(), text(ACCEPT_LANGUAGE)),
    };
    deliver::answer(shared, connection, arrived).await
}

/// As PHP fills `$_POST`: another content type leaves it empty.
pub fn form(content_type: &str, body: &[u8]) -> Form {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::default();
    }
    Form(form_urlencoded::parse(body).into_owned().collect())
}
