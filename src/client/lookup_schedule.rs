//! When a change is looked for after its answer was lost, and until when. Source: abi.md, "Looking".

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cancellation::InFlight;
use crate::client::late_answer::LateAnswer;
use crate::error::Result;
use crate::http::Reply;
use crate::status::Status;

/// The first look-up begins so long after a break: what broke may still be under way inside the service.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The last look begins so long before the deadline.
const LAST_LOOK: Duration = Duration::from_millis(200);

/// When to look, and until when.
pub struct LookupSchedule {
    pause: Duration,
    window: Duration,
    end: Instant,
    /// One look that succeeds is enough.
    pub until_seen: bool,
    /// The last look has begun.
    is_at_end: bool,
    /// The service has answered X000: no look before the pause that it asked for is over.
    is_limited: bool,
    late: Option<LateAnswer>,
}

impl LookupSchedule {
    pub fn new(window: Duration, late: Option<LateAnswer>) -> LookupSchedule {
        // While an answer may still come, the whole of the time is used; after a break the service gets a moment first.
        let pause = if late.is_some() { Duration::ZERO } else { FIRST_PAUSE };
        LookupSchedule { pause, window, end: Instant::now() + window, until_seen: false, is_at_end: false, is_limited: false, late }
    }

    /// For a change that is looked for until one look succeeds.
    pub fn until_seen(window: Duration) -> LookupSchedule {
        LookupSchedule { until_seen: true, ..LookupSchedule::new(window, None) }
    }

    /// For a change that was answered: it is done, so the first look need not wait.
    pub fn at_once(window: Duration) -> LookupSchedule {
        LookupSchedule { pause: Duration::ZERO, ..LookupSchedule::new(window, None) }
    }

    /// When the next look begins; `None` if there is no time for one more.
    pub fn next_look(&mut self, deadline: Instant) -> Option<Instant> {
        let now = Instant::now();
        let end = if self.late.is_some() { deadline } else { self.end };
        let latest = end.min(deadline.checked_sub(LAST_LOOK)?);
        let at = now.checked_add(self.pause)?;
        if at <= latest {
            return Some(at);
        }
        // The last look is made at the end rather than left out: the row may have appeared since the one before.
        let is_worth_it = !self.is_limited && !std::mem::replace(&mut self.is_at_end, true) && latest >= now;
        is_worth_it.then_some(latest)
    }

    /// Waits until then, or for the late answer if no look follows; an error if the host ended the waiting.
    pub fn rest(&mut self, flight: &InFlight, until: Option<Instant>) -> Result<Option<Result<Reply>>> {
        let until = match (until, &self.late) {
            (Some(until), _) => until,
            (None, Some(_)) => flight.deadline(),
            (None, None) => return Ok(None),
        };
        let waited = flight.wait_until(until, || self.late.as_ref().and_then(LateAnswer::take));
        match waited {
            Err(error) if error.status == Status::ERR_TIMEOUT => Ok(None), // no time for another look
            Err(error) => Err(error.interrupted_change(true)),
            Ok(answer) => Ok(answer),
        }
    }

    /// Nothing more will be heard: from now on as after a break.
    pub fn late_answer_is_lost(&mut self) {
        self.late = None;
        (self.pause, self.is_at_end) = (FIRST_PAUSE, false);
        self.end = Instant::now() + self.window;
    }

    pub fn pause_longer(&mut self) {
        self.is_limited = false;
        self.pause = self.pause.saturating_mul(2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    }

    /// The last look was refused for this long (X000).
    pub fn is_limited_for(&mut self, pause: Duration) {
        (self.pause, self.is_limited) = (pause, true);
    }

    /// The late answer ends this look.
    pub fn begins(&self, look: &Arc<InFlight>) {
        if let Some(late) = &self.late {
            late.ends_look(look);
        }
    }
}
