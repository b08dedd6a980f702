//! How the sandbox behaves beyond the rules of the service's text: every switch, with the default first.

use chrono::NaiveDateTime;
use chrono::format::{Item, StrftimeItems};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::reply::{ErrorShape, Habits, Shown};

/// The switches of a running sandbox; the control API reads and writes them under these names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Requests that one IP address may send in 60 seconds of the sandbox's clock; more are refused with X000. `null`: no limit.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    pub rate_limit: Option<u32>,
    /// Share (0 to 1) of *valid* tokens refused with X003, the call not carried out; drawn from the seed.
    #[schema(minimum = 0, maximum = 1)]
    pub refuse_tokens: f64,
    /// Only a practice's newest token is good; an older unused one is X003.
    pub newest_token_only: bool,
    /// Starts at which the service is overloaded (X023), Czech wall-clock time.
    #[schema(schema_with = starts)]
    pub overloaded: Vec<NaiveDateTime>,
    /// Calls that all practices together may have at one start before it counts as overloaded (X023). `null`: no limit.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    pub capacity_per_start: Option<u32>,
    /// A practice holds one call at one start; another is X024. Off, a patient can be invited twice, and X024 hides no mistake of a caller.
    pub exclusive_starts: bool,
    /// While its clock shows 3:00 to 4:00, the service answers X005 to everything. Off, because tests run at night too.
    pub nightly_outage: bool,
    /// The strftime pattern of `meet_start` and of the answer of `api_time`.
    #[schema(pattern = r"^([^%]|%[YmdHMSyeIpjFTR%])+$")]
    pub meet_start_format: String,
    /// What a refusal looks like.
    pub error_shape: ErrorShape,
    /// The HTTP status of a refusal.
    #[schema(minimum = 200, maximum = 599)]
    pub error_status: u16,
    /// How replies deviate from plain JSON.
    #[serde(deserialize_with = "object")]
    pub habits: Habits,
    /// How list and detail show a patient.
    #[serde(deserialize_with = "object")]
    pub shown: Shown,
    /// What a path without its closing slash gets.
    pub missing_slash: MissingSlash,
    /// Close the connection after each reply without a word about it.
    pub close_after_reply: bool,
    /// Close a connection that has been idle for this long after a reply. `null`: never.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
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
            shown: Shown::default(),
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
        if pattern.is_empty() || StrftimeItems::new(pattern).any(|item| item == Item::Error) || has_other_parts(pattern) {
            let parts = "%Y %m %d %H %M %S %y %e %I %p %j %F %T %R";
            return Err(format!("meet_start_format is `{pattern}`; it is a strftime pattern such as %d.%m.%Y.%H.%M, of the parts {parts}"));
        }
        if let Some(idle) = self.idle_close_ms.filter(|idle| *idle > MOST) {
            return Err(format!("idle_close_ms is {idle}; it is at most {MOST}"));
        }
        Ok(())
    }
}

/// The greatest whole number that every JSON reader keeps.
pub const MOST: u64 = (1 << 53) - 1;

fn has_other_parts(pattern: &str) -> bool {
    let parts = pattern.replace("%%", "");
    let letters = parts.split('%').skip(1).map(|part| part.chars().next());
    letters.into_iter().any(|letter| !letter.is_some_and(|letter| "YmdHMSyeIpjFTR".contains(letter)))
}

/// An object, nothing else: serde would take an array of its values in their order, too.
pub fn object<'de, T: serde::de::DeserializeOwned, D: Deserializer<'de>>(told: D) -> Result<T, D::Error> {
    let value = Value::deserialize(told)?;
    if value.is_array() {
        return Err(serde::de::Error::custom("an object is wanted, not an array"));
    }
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

/// Starts with their seconds; the schema leaves 29 February out rather than to count leap years.
fn starts() -> utoipa::openapi::schema::Array {
    const START: &str = r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$";
    let start = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String).pattern(Some(START));
    utoipa::openapi::schema::Array::new(start)
}

/// What `/api_time` gets where the path is `/api_time/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingSlash {
    /// 301 to the path with its slash, as a PHP site on Apache answers.
    #[default]
    Redirect,
    /// The same as the path with its slash.
    Serve,
}
