//! Keeps foreign web pages off the handles. The sandbox runs on developers' machines, where a browser is open on many other sites: one of those must
//! neither order it about (a form or a script that posts to this address) nor read it (a name of its own that suddenly leads to this address).

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::shared::Shared;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through that no foreign page can have sent.
pub async fn only(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match objection(request.method(), request.headers(), shared.hosts()) {
        None => next.run(request).await,
        Some(why) => refuse(why),
    }
}

pub fn refuse(why: String) -> Response {
    (StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response()
}

/// What is wrong with a request under a name that is not ours: some other site's name may have been led to this address.
pub fn strange_host(headers: &HeaderMap, names: &[String]) -> Option<String> {
    let host = name_of(headers.get(HOST).map_or("", |value| value.to_str().unwrap_or("?")));
    let told = || format!("the sandbox does not know itself as `{host}`; start it with --name {host} if it should");
    (!is_ours(host, names)).then(told)
}

/// Programs send neither `Origin` nor `Sec-Fetch-Site`; browsers send them with every order.
fn objection(method: &Method, headers: &HeaderMap, names: &[String]) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(why) = strange_host(headers, names) {
        return Some(why);
    }
    let host = text(HOST).unwrap_or_default();
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let foreign_origin = text(ORIGIN).filter(|origin| origin.split_once("://").map(|(_, at)| at) != Some(host));
    let foreign_site = text(FETCH_SITE).filter(|site| !matches!(*site, "same-origin" | "none"));
    let foreign = foreign_origin.or(foreign_site)?;
    Some(format!("this order comes from another web page ({foreign}); only the sandbox's own may give orders"))
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

/// An address cannot be made to lead elsewhere; of names, we know ours.
fn is_ours(name: &str, names: &[String]) -> bool {
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    name.is_empty() || is_address || name.eq_ignore_ascii_case("localhost") || names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
