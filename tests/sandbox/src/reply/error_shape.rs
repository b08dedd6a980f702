//! The shapes in which a service may tell a code; its text gives only the codes.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{HTML, Habits, JSON, Reply};
use crate::code::Code;

/// What a refusal looks like. Each name is also the one that the command line and the control API take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `{"error":"X011"}`
    #[default]
    Error,
    /// `{"error":{"code":"X011"}}`
    Nested,
    /// `{"chyba":"X011"}`
    Chyba,
    /// `{"code":"X011"}`
    Code,
    /// `{"error_code":"X011"}`
    ErrorCode,
    /// `{"err":"X011"}`
    Err,
    /// `["X011"]`
    Array,
    /// `"X011"`
    String,
    /// `X011`, plain text
    Plain,
    /// `X011 Neplatný pacient_email.`, plain text
    Words,
}

impl ErrorShape {
    pub const ALL: [ErrorShape; 10] = [
        ErrorShape::Error,
        ErrorShape::Nested,
        ErrorShape::Chyba,
        ErrorShape::Code,
        ErrorShape::ErrorCode,
        ErrorShape::Err,
        ErrorShape::Array,
        ErrorShape::String,
        ErrorShape::Plain,
        ErrorShape::Words,
    ];

    /// The reply that tells `code` in this shape.
    pub fn reply(self, code: Code, status: u16, habits: &Habits) -> Reply {
        let told = code.to_string();
        let json = match self {
            ErrorShape::Error => json!({ "error": told }),
            ErrorShape::Nested => json!({ "error": { "code": told } }),
            ErrorShape::Chyba => json!({ "chyba": told }),
            ErrorShape::Code => json!({ "code": told }),
            ErrorShape::ErrorCode => json!({ "error_code": told }),
            ErrorShape::Err => json!({ "err": told }),
            ErrorShape::Array => json!([told]),
            ErrorShape::String => json!(told),
            ErrorShape::Plain => return Reply::new(status, HTML, habits.frame(told.into_bytes())),
            ErrorShape::Words => {
                let words = format!("{told} {}", code.text());
                return Reply::new(status, HTML, habits.frame(words.into_bytes()));
            }
        };
        Reply::new(status, habits.content_type(JSON), habits.frame(habits.write(&json)))
    }
}
