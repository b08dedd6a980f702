//! Answers that belong to another question: sent twice, late, or for another meeting. So do middleboxes that mix connections up.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::settings::MOST;

/// An earlier answer of the service, sent unasked on the connection of this request. Without an earlier one, nothing happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Late {
    pub when: LateWhen,
    /// The newest answer to this path is sent; `null`: the newest of all.
    #[serde(default)]
    #[schema(pattern = "^/")]
    pub of: Option<String>,
    /// How long after this request's own answer, in microseconds; only where it comes after it.
    #[serde(default)]
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub after_us: u64,
}

/// Where the earlier answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateWhen {
    /// Before this request's own answer, both in one go.
    Before,
    After,
    /// In the place of this request's own answer.
    Instead,
}

impl Late {
    /// Right before this request's own answer.
    pub fn before() -> Late {
        Late { when: LateWhen::Before, of: None, after_us: 0 }
    }

    /// So long after this request's own answer.
    pub fn after(pause: Duration) -> Late {
        Late { when: LateWhen::After, of: None, after_us: micros(pause) }
    }

    /// In the place of this request's own answer.
    pub fn instead() -> Late {
        Late { when: LateWhen::Instead, ..Late::before() }
    }

    /// The newest answer to this path.
    pub fn of(self, path: &str) -> Late {
        Late { of: Some(path.to_owned()), ..self }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match &self.of {
            Some(path) if !path.starts_with('/') => Err(format!("late: of is `{path}`; it begins with /")),
            _ if self.after_us > MOST => Err(format!("late: after_us is at most {MOST}")),
            _ => Ok(()),
        }
    }
}

pub(crate) fn micros(duration: Duration) -> u64 {
    duration.as_micros().try_into().unwrap_or(u64::MAX)
}
