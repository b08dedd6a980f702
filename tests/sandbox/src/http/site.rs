//! Every address of the sandbox: the control API under `/_control/`, and everything else the service's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};

use super::connection::Connection;
use super::{control, deliver};
use crate::service::Form;
use crate::world::{Arrived, World};

/// The world as handlers and the Rust API share it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub fn new(world: World) -> Shared {
        Shared(Arc::new(Mutex::new(world)))
    }

    /// A test that panicked while it held the lock must not take the others down.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn router(shared: Shared) -> Router {
    let control = control::router().layer(middleware::map_response_with_state(shared.clone(), control::stamp));
    let to_control = get(|| async { Redirect::permanent("/_control/") });
    Router::new().nest("/_control/", control).route("/_control", to_control).fallback(service).with_state(shared)
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
        origin: format!("{}://{}", connection.scheme, text(HOST)),
        method: method.to_string(),
        path: uri.path().to_owned(),
        form: form(text(CONTENT_TYPE), &body),
    };
    deliver::answer(shared, connection, arrived).await
}

/// As PHP fills `$_POST`: another content type leaves it empty.
fn form(content_type: &str, body: &[u8]) -> Form {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::default();
    }
    Form(form_urlencoded::parse(body).into_owned().collect())
}
