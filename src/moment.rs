//! A point in time whose age is known only while the machine was awake and its clock was left alone.

use std::time::{Duration, Instant, SystemTime};

/// Clocks that tell the same time disagree by less than this.
const TOLERANCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
pub struct Moment {
    steady: Instant,
    calendar: SystemTime,
    awake: Option<Duration>,
}

impl Moment {
    pub fn now() -> Moment {
        Moment { steady: Instant::now(), calendar: SystemTime::now(), awake: awake() }
    }

    /// How long ago it was; `None` if the machine slept since then or its clock was set: what was true before may not be any more.
    pub fn age(&self) -> Option<Duration> {
        let steady = self.steady.elapsed();
        let calendar = self.calendar.elapsed().ok()?; // an error: the clock was set back
        let awake = self.awake.map(|then| awake().unwrap_or_default().saturating_sub(then));
        agreed(steady, calendar, awake)
    }

    /// The same, so much earlier.
    #[cfg(test)]
    pub fn earlier(self, by: Duration) -> Moment {
        Moment { steady: self.steady - by, calendar: self.calendar - by, awake: self.awake.map(|awake| awake.saturating_sub(by)) }
    }
}

/// The age by the steady clock, if the others tell the same. Linux stops the steady clock while the machine sleeps, so the calendar's shows it;
/// Windows does not, and has a clock of its own for the time awake.
fn agreed(steady: Duration, calendar: Duration, awake: Option<Duration>) -> Option<Duration> {
    let agrees = |other: Duration| steady.abs_diff(other) < TOLERANCE;
    (agrees(calendar) && awake.is_none_or(agrees)).then_some(steady)
}

/// How long Windows has been awake since it was started.
#[cfg(windows)]
#[allow(unsafe_code)]
fn awake() -> Option<Duration> {
    use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;
    let mut units_of_100_ns = 0;
    // SAFETY: the function writes one number.
    let told = unsafe { QueryUnbiasedInterruptTime(&raw mut units_of_100_ns) };
    (told != 0).then(|| Duration::from_micros(units_of_100_ns / 10))
}

#[cfg(not(windows))]
fn awake() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_only_if_the_machine_was_awake_and_its_clock_left_alone() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert_eq!(agreed(minutes(7), minutes(7), None), Some(minutes(7)));
        assert_eq!(agreed(minutes(7), minutes(7), Some(minutes(7))), Some(minutes(7)));
        assert_eq!(agreed(minutes(1), minutes(6), None), None, "asleep for five minutes, or the clock was set");
        assert_eq!(agreed(minutes(1), minutes(0), None), None, "the clock was set back");
        assert_eq!(agreed(minutes(6), minutes(6), Some(minutes(1))), None, "Windows, asleep for five minutes");
        assert!(Moment::now().age().is_some_and(|age| age < minutes(1)));
        assert!(Moment::now().earlier(minutes(1)).age().is_some_and(|age| age >= minutes(1)));
    }
}
