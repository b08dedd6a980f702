//! From what the service decided to the bytes that go out: field order as in its text, then the shape of errors and the habits that are switched on.

mod error_shape;
mod habits;
mod shown;

pub use error_shape::ErrorShape;
pub use habits::{EmptyList, Habits};
pub use shown::{Shown, ShownYears};

/// A reply before faults touch it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, headers: vec![("content-type".to_owned(), content_type.to_owned())], body: body.into() }
    }

    pub fn page(status: u16, html: impl Into<Vec<u8>>) -> Reply {
        Reply::new(status, HTML, html)
    }

    /// With this `Date`, unless it has one.
    pub fn with_date(self, date: String) -> Reply {
        match self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("date")) {
            true => self,
            false => self.with_header("date", date),
        }
    }

    /// `HTTP/1.1 200 OK`
    pub fn status_line(&self) -> String {
        let reason = axum::http::StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        format!("HTTP/1.1 {} {}", self.status, reason.unwrap_or("Unknown"))
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

pub const HTML: &str = "text/html; charset=UTF-8";
pub const JSON: &str = "application/json; charset=utf-8";
