//! A service that goes on after its caller has given up, as PHP does: it checks a request, e-mails, and shows the row in the list, with a pause before each.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::settings::MOST;

/// How long a request is worked on, and in which order its e-mails and its row come about.
///
/// The pauses follow each other. Token, fields, X004 and X024 are judged at the check and never again: of two requests that overlap, both pass.
/// The work goes on to its end, also when the caller has hung up. The reply comes after the last step.
///
/// ```
/// use std::time::Duration;
/// use videodoktor_sandbox::{Sandbox, WorkEnd, WorksOn};
///
/// let sandbox = Sandbox::start();
/// let php = WorksOn::mail_first(Duration::from_millis(20), Duration::from_millis(30)).ends_with(WorkEnd::X005);
/// sandbox.next("/api_meet_add/").works_on(php); // e-mailed after 20 ms, X005 after 50 ms, no row in the list
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorksOn {
    /// Pause before the check.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub check_ms: u64,
    /// Pause before the e-mails (of a call without e-mails: before it counts as carried out).
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub mail_ms: u64,
    /// Pause before the row appears in the list, or disappears from it.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub row_ms: u64,
    pub order: WorkOrder,
    /// In place of the second of the two, after its pause, the work ends so.
    pub end: Option<WorkEnd>,
    /// The detail of a meeting that is removed remains although the list no longer has it.
    pub keeps_detail: bool,
}

/// Which of the two comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkOrder {
    #[default]
    MailFirst,
    RowFirst,
}

/// How work ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum WorkEnd {
    /// Refused with X005 although it has acted.
    X005,
    /// A PHP error page with HTTP status 500.
    #[serde(rename = "500")]
    Http500,
}

/// One of the two things that a request brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Mail,
    Row,
}

impl WorksOn {
    /// E-mails so long after the check, and shows the row so long after that.
    pub fn mail_first(mail_after: Duration, row_after: Duration) -> WorksOn {
        WorksOn { mail_ms: super::millis(mail_after), row_ms: super::millis(row_after), ..WorksOn::default() }
    }

    /// Shows the row so long after the check, and e-mails so long after that.
    pub fn row_first(row_after: Duration, mail_after: Duration) -> WorksOn {
        WorksOn { order: WorkOrder::RowFirst, ..WorksOn::mail_first(mail_after, row_after) }
    }

    /// Checks the request only so long after it has arrived.
    pub fn checked_after(self, pause: Duration) -> WorksOn {
        WorksOn { check_ms: super::millis(pause), ..self }
    }

    /// Ends so in place of the second step.
    pub fn ends_with(self, end: WorkEnd) -> WorksOn {
        WorksOn { end: Some(end), ..self }
    }

    /// The detail of a removed meeting remains.
    pub fn keeps_detail(self) -> WorksOn {
        WorksOn { keeps_detail: true, ..self }
    }

    /// The two steps with the pause before each, in milliseconds.
    pub(crate) fn timed_steps(&self) -> [(Step, u64); 2] {
        let (mail, row) = ((Step::Mail, self.mail_ms), (Step::Row, self.row_ms));
        match self.order {
            WorkOrder::MailFirst => [mail, row],
            WorkOrder::RowFirst => [row, mail],
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match [self.check_ms, self.mail_ms, self.row_ms].into_iter().find(|ms| *ms > MOST) {
            Some(ms) => Err(format!("works_on: {ms} is too much; numbers are at most {MOST}")),
            None => Ok(()),
        }
    }
}
