//! The service's clock, as far as its replies tell: a practice's PC may be an hour off, and "past" is what the service says it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::service::prague_time;

const UNKNOWN: i64 = i64::MIN;

/// Seconds that the service is ahead of this machine, from the `Date` header of the last reply.
pub struct ServiceClock(AtomicI64);

impl Default for ServiceClock {
    fn default() -> ServiceClock {
        ServiceClock(AtomicI64::new(UNKNOWN))
    }
}

impl ServiceClock {
    /// Learns from the `Date` header of a reply that has just come.
    pub fn learn(&self, date: Option<&str>) {
        if let Some(theirs) = date.and_then(prague_time::http_date) {
            self.0.store(theirs - machine_now(), Ordering::Relaxed);
        }
    }

    /// Server minus this machine, in seconds, once a reply has told.
    pub fn skew(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|skew| *skew != UNKNOWN)
    }

    /// The service's time in seconds since 1970, once a reply has told.
    pub fn now(&self) -> Option<i64> {
        self.skew().map(|skew| machine_now() + skew)
    }
}

/// This machine's time in seconds since 1970.
pub fn machine_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs());
    since.ok().and_then(|seconds| seconds.try_into().ok()).unwrap_or(0)
}
