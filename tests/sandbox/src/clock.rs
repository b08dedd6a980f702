//! The service's clock: the machine's own, or one that a test freezes, sets and moves. Every rule about time asks it.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Prague;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

/// The clock of one sandbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Clock {
    mode: Mode,
}

/// A clock as the state file keeps it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    RunningAheadMs(i64),
    FrozenAt(DateTime<Utc>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    /// The machine's clock plus a constant.
    Running {
        ahead: TimeDelta,
    },
    Frozen {
        at: DateTime<Utc>,
    },
}

impl Clock {
    /// The machine's own time.
    pub fn real() -> Clock {
        let ahead = TimeDelta::zero();
        Clock { mode: Mode::Running { ahead } }
    }

    /// To the millisecond: finer digits only make the journal harder to read.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self.mode {
            Mode::Running { ahead } => Utc::now() + ahead,
            Mode::Frozen { at } => at,
        };
        now.trunc_subsecs(3)
    }

    /// Now as the clock on a Czech wall shows it.
    pub fn prague(&self) -> DateTime<Tz> {
        self.now().with_timezone(&Prague)
    }

    pub fn is_frozen(&self) -> bool {
        matches!(self.mode, Mode::Frozen { .. })
    }

    /// Stops at this moment.
    pub fn freeze(&mut self) {
        self.mode = Mode::Frozen { at: self.now() };
    }

    /// Goes on from the moment it shows.
    pub fn run(&mut self) {
        let ahead = self.now() - Utc::now();
        self.mode = Mode::Running { ahead };
    }

    /// Shows `at` from now on; a frozen clock stays frozen, a running one runs on from there. Years beyond 1970 to 9999 are out of its reach.
    pub fn set(&mut self, at: DateTime<Utc>) {
        let at = at.clamp(DateTime::UNIX_EPOCH, LAST);
        self.mode = match self.mode {
            Mode::Running { .. } => Mode::Running { ahead: at - Utc::now() },
            Mode::Frozen { .. } => Mode::Frozen { at },
        };
    }

    /// Moves by `step`, backwards if it is negative.
    pub fn advance(&mut self, step: TimeDelta) {
        self.set(self.now().checked_add_signed(step).unwrap_or(LAST));
    }
}

impl From<Stored> for Clock {
    fn from(kept: Stored) -> Clock {
        let mode = match kept {
            Stored::RunningAheadMs(ms) => Mode::Running { ahead: TimeDelta::try_milliseconds(ms).unwrap_or_default() },
            Stored::FrozenAt(at) => Mode::Frozen { at },
        };
        Clock { mode }
    }
}

impl From<Clock> for Stored {
    fn from(clock: Clock) -> Stored {
        match clock.mode {
            Mode::Running { ahead } => Stored::RunningAheadMs(ahead.num_milliseconds()),
            Mode::Frozen { at } => Stored::FrozenAt(at),
        }
    }
}

/// Reads a time back that was written with Prague's offset.
pub fn read_prague<'de, D: Deserializer<'de>>(told: D) -> Result<DateTime<Tz>, D::Error> {
    DateTime::<Utc>::deserialize(told).map(|at| at.with_timezone(&Prague))
}

/// The same where there may be none.
pub fn read_prague_or_none<'de, D: Deserializer<'de>>(told: D) -> Result<Option<DateTime<Tz>>, D::Error> {
    let at = Option::<DateTime<Utc>>::deserialize(told)?;
    Ok(at.map(|at| at.with_timezone(&Prague)))
}

/// 31 December 9999, 22:00 UTC: dates stay within four digits, in Prague too.
const LAST: DateTime<Utc> = DateTime::from_timestamp(253_402_293_600, 0).expect("a date within chrono's range");

/// The instant of a Czech wall-clock time: the first of two in the repeated hour of autumn, `None` in the hour that spring skips.
pub fn instant(wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    match Prague.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.to_utc()),
        MappedLocalTime::None => None,
    }
}

/// Reads a time as people write it for the clock: `2030-11-23 10:00`, with seconds or a `T` if they like; Czech wall-clock time.
pub fn parse_wall(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(&text.trim().replacen('T', " ", 1), pattern).ok())
        .ok_or_else(|| format!("`{text}` is not a time: write it as 2030-11-23 10:00 (Czech wall-clock time)"))
}

/// The same, as an instant.
pub fn parse_instant(text: &str) -> Result<DateTime<Utc>, String> {
    instant(parse_wall(text)?).ok_or_else(|| format!("`{text}` does not exist: the clocks go forward over it"))
}

/// The value of an HTTP `Date` header.
pub fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
