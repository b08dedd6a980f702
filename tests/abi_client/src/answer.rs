//! What a call answers.

use std::path::PathBuf;

use serde_json::Value;

/// The status that a function returned and the JSON that it filled in; `null` where it filled in none.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: i32,
    pub json: Value,
}

impl Answer {
    /// The JSON of a success.
    ///
    /// # Panics
    /// If it is none.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 0, "{}", self.json);
        self.json
    }

    /// A text of a success.
    #[track_caller]
    pub fn text(self, name: &str) -> String {
        let json = self.ok();
        json[name].as_str().unwrap_or_else(|| panic!("no text {name} in {json}")).to_owned()
    }

    /// A path of a success.
    #[track_caller]
    pub fn path(self, name: &str) -> PathBuf {
        self.text(name).into()
    }

    /// The error with this status, all that stands under `error`.
    ///
    /// # Panics
    /// If it is another, or the JSON does not say the same.
    #[track_caller]
    pub fn error(self, status: i32) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        let error = self.json["error"].clone();
        assert_eq!(error["status"], status, "{error}");
        error
    }

    /// `detail` of the error with this status.
    #[track_caller]
    pub fn detail(self, status: i32) -> String {
        let error = self.error(status);
        error["detail"].as_str().unwrap_or_else(|| panic!("no detail in {error}")).to_owned()
    }
}
