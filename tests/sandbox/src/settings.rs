//! How the sandbox behaves beyond the rules of the service's text: every switch, with the default first.

use chrono::NaiveDateTime;
use chrono::format::{Item, StrftimeItems};
use serde::{Deserialize, Serialize};

use crate::reply::{ErrorShape, Habits};

/// The switches of a running sandbox; the control API reads and writes them under these names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Requests that one IP address may send in 60 seconds of the sandbox's clock; more are refused with X000. `null`: no limit.
    pub rate_limit: Option<u32>,
    /// Share (0 to 1) of *valid* tokens refused with X003, the call not carried out; drawn from the seed.
    pub refuse_tokens: f64,
    /// Only a practice's newest token is good; an older unused one is X003.
    pub newest_token_only: bool,
    /// Starts at which the service is overloaded (X023), Czech wall-clock time.
    pub overloaded: Vec<NaiveDateTime>,
    /// Calls that all practices together may have at one start before it counts as overloaded (X023). `null`: no limit.
    pub capacity_per_start: Option<u32>,
    /// A practice holds one call at one start; another is X024. Off, a patient can be invited twice, and X024 hides no mistake of a caller.
    pub exclusive_starts: bool,
    /// While its clock shows 3:00 to 4:00, the service answers X005 to everything. Off, because tests run at night too.
    pub nightly_outage: bool,
    /// The strftime pattern of `meet_start` and of the answer of `api_time`.
    pub meet_start_format: String,
    /// What a refusal looks like.
    pub error_shape: ErrorShape,
    /// The HTTP status of a refusal.
    pub error_status: u16,
    /// How replies deviate from plain JSON.
    pub habits: Habits,
    /// What a path without its closing slash gets.
    pub missing_slash: MissingSlash,
    /// Close the connection after each reply without a word about it.
    pub close_after_reply: bool,
    /// Close a connection that has been idle for this long after a reply. `null`: never.
    pub idle_close_ms: Option<u64>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            rate_limit: None,
            refuse_tokens: 0.0,
            newest_token_only: false,
            overloaded: Vec::new(),
            capacity_per_start: None,
            exclusive_starts: true,
            nightly_outage: false,
            meet_start_format: "%d.%m.%Y.%H.%M".to_owned(),
            error_shape: ErrorShape::default(),
            error_status: 200,
            habits: Habits::default(),
            missing_slash: MissingSlash::default(),
            close_after_reply: false,
            idle_close_ms: None,
        }
    }
}

impl Settings {
    /// Says which setting cannot be, and what it may be.
    pub fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.refuse_tokens) {
            return Err(format!("refuse_tokens is {}; it is a share from 0 to 1", self.refuse_tokens));
        }
        if !(200..=599).contains(&self.error_status) {
            return Err(format!("error_status is {}; it is an HTTP status from 200 to 599", self.error_status));
        }
        let pattern = &self.meet_start_format;
        if pattern.is_empty() || StrftimeItems::new(pattern).any(|item| item == Item::Error) {
            return Err(format!("meet_start_format is `{pattern}`; it is a strftime pattern such as %d.%m.%Y.%H.%M"));
        }
        Ok(())
    }
}

/// What `/api_time` gets where the path is `/api_time/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingSlash {
    /// 301 to the path with its slash, as a PHP site on Apache answers.
    #[default]
    Redirect,
    /// The same as the path with its slash.
    Serve,
}
