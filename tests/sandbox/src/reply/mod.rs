//! From what the service decided to the bytes that go out: field order as in its text, then the shape of errors and the habits that are switched on.

mod error_shape;
mod habits;

pub use error_shape::ErrorShape;
pub use habits::{EmptyList, Habits};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The fields of one JSON object, in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields(pub Vec<(String, Value)>);

impl Fields {
    pub fn new<const N: usize>(fields: [(&str, Value); N]) -> Fields {
        Fields(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What a call that was carried out answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Object(Fields),
    List(Vec<Fields>),
}

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

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

pub const HTML: &str = "text/html; charset=UTF-8";
pub const JSON: &str = "application/json; charset=utf-8";
