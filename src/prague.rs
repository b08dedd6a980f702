//! Every rule about Czech wall-clock time and `meet_start`: which texts are a start, when it is past, and how it is written for the service.
//!
//! The time zone's rules come with the library (Windows has no such data); they are tabulated to the end of 2099.

use std::fmt::Write;

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Timelike};
use chrono_tz::{Europe::Prague, Tz};

/// What `meet_start` may look like: a letter stands for a digit of its number, one letter alone for one or two digits,
/// `f` for a fraction of a second, `Z` for an offset from UTC or `Z` itself. Anything else stands for itself.
const FORMS: &[&str] = &[
    "DD.MM.YYYY.hh.mm",
    "D.M.YYYY h:mm",
    "YYYY-MM-DD hh:mm",
    "YYYY-MM-DD hh:mm:ss",
    "YYYY-MM-DDThh:mm",
    "YYYY-MM-DDThh:mm:ss",
    "YYYY-MM-DDThh:mmZ",
    "YYYY-MM-DDThh:mm:ssZ",
    "YYYY-MM-DDThh:mm:ss.fZ",
];

/// A typing error in the year is an error, not a call in the year 203.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;

/// The start of a call: a minute on a Czech wall clock that exists there.
///
/// In the hour that the autumn change repeats, a wall clock shows the same minute twice; `first` and `last` are those two instants,
/// and one and the same everywhere else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Start {
    first: DateTime<Tz>,
    last: DateTime<Tz>,
}

impl Start {
    /// Reads any of the forms that the library accepts, blanks around it aside; seconds are dropped, an offset is converted to Prague time.
    ///
    /// The error says in English, and without the text itself, why it is no start.
    pub fn parse(text: &str) -> Result<Start, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("meet_start is empty");
        }
        let numbers = FORMS.iter().find_map(|form| Numbers::read(form, text)).ok_or("meet_start has none of the accepted forms")?;
        Start::at(numbers.wall_clock().ok_or("meet_start names a day or time that does not exist")?)
    }

    /// Reads a text that was written with a strftime pattern: what a host passes on unchecked stands in the service's own format.
    pub fn read(text: &str, pattern: &str) -> Option<Start> {
        NaiveDateTime::parse_from_str(text, pattern).ok().and_then(|wall| Start::at(wall).ok())
    }

    fn at(wall: NaiveDateTime) -> Result<Start, &'static str> {
        let minute = wall.with_second(0).and_then(|wall| wall.with_nanosecond(0)).unwrap_or(wall);
        if !YEARS.contains(&minute.year()) {
            return Err("meet_start lies outside the years 2000 to 2999");
        }
        match Prague.from_local_datetime(&minute) {
            LocalResult::Single(only) => Ok(Start { first: only, last: only }),
            LocalResult::Ambiguous(first, last) => Ok(Start { first, last }),
            LocalResult::None => Err("meet_start lies in the hour that the change to summer time skips"),
        }
    }

    /// The start in the service's format, a pattern that `check_pattern` has accepted; empty for one that cannot be written.
    pub fn format(&self, pattern: &str) -> String {
        let mut text = String::new();
        write!(text, "{}", self.first.format(pattern)).map(|()| text).unwrap_or_default()
    }

    /// ISO 8601 with the Prague offset, such as `2030-11-23T10:00:00+01:00`; in the repeated hour the first reading, as calendars do.
    pub fn iso(&self) -> String {
        self.first.to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// The nightly outage of the service: 3:00 included, 4:00 excluded.
    pub fn in_outage(&self) -> bool {
        self.first.hour() == 3
    }

    /// Whether the start's minute is over at that instant (seconds since 1970); in the repeated hour, the later one.
    ///
    /// The minute itself still passes: a doctor may start a call now, and the service has the last word.
    pub fn is_past(&self, now_unix_s: i64) -> bool {
        self.last.timestamp().saturating_add(60) <= now_unix_s
    }
}

/// Whether the option `meet_start_format` tells year, month, day, hour and minute: each start written with it can be read back.
pub fn check_pattern(pattern: &str) -> bool {
    // The second and third differ only in where the digits of day and month part; noon and midnight tell a 12-hour clock.
    ["31.01.2030.23.59", "11.02.2031.00.05", "01.12.2031.12.30"].into_iter().all(|probe| match Start::parse(probe) {
        Ok(start) => Start::read(&start.format(pattern), pattern) == Some(start),
        Err(_) => false,
    })
}

/// The start of a listed meeting by its `meet_time_imd`, such as `2020-11-23 10:00:00`.
pub fn start_of_meeting(meet_time_imd: &str) -> Option<Start> {
    Start::parse(meet_time_imd).ok()
}

/// The start by which a listed meeting is recognised: `meet_time` (`23.11.2020 10:00`) helps out where `meet_time_imd` cannot be read.
pub fn start_to_match(meet_time_imd: &str, meet_time: &str) -> Option<Start> {
    start_of_meeting(meet_time_imd).or_else(|| Start::parse(meet_time).ok())
}

/// The service's clock as `api_time` shows it (`21.11.2020.01.18`): in ISO 8601 and in seconds since 1970, to the minute.
///
/// In the hour that the autumn change repeats the first reading is meant.
pub fn server_time(text: &str) -> Option<(String, i64)> {
    Start::parse(text).ok().map(|now| (now.iso(), now.first.timestamp()))
}

/// Seconds since 1970 of an HTTP `Date` header in the form that RFC 9110 has servers send.
pub fn http_date(text: &str) -> Option<i64> {
    let date = NaiveDateTime::parse_from_str(text.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    YEARS.contains(&date.year()).then(|| date.and_utc().timestamp())
}

/// The day in Prague at that instant (seconds since 1970).
pub fn today(now_unix_s: i64) -> NaiveDate {
    DateTime::from_timestamp(now_unix_s, 0).unwrap_or_default().with_timezone(&Prague).date_naive()
}

/// What a text of one of the forms says, not yet judged.
#[derive(Default)]
struct Numbers {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    offset: Option<FixedOffset>,
}

impl Numbers {
    /// The numbers in a text that has the form from end to end.
    fn read(form: &str, text: &str) -> Option<Numbers> {
        let mut numbers = Numbers::default();
        let mut rest = text;
        for run in form.as_bytes().chunk_by(|a, b| a == b) {
            let number = match run.first()? {
                b'Y' => &mut numbers.year,
                b'M' => &mut numbers.month,
                b'D' => &mut numbers.day,
                b'h' => &mut numbers.hour,
                b'm' => &mut numbers.minute,
                b's' => &mut numbers.second,
                b'f' => {
                    rest = skip_fraction(rest)?;
                    continue;
                }
                b'Z' => {
                    numbers.offset = Some(offset(std::mem::take(&mut rest))?);
                    continue;
                }
                sign => {
                    rest = rest.strip_prefix(char::from(*sign))?;
                    continue;
                }
            };
            (*number, rest) = take_number(rest, run.len())?;
        }
        rest.is_empty().then_some(numbers)
    }

    /// The minute on a Prague wall clock.
    fn wall_clock(&self) -> Option<NaiveDateTime> {
        let day = NaiveDate::from_ymd_opt(i32::try_from(self.year).ok()?, self.month, self.day)?;
        let written = day.and_hms_opt(self.hour, self.minute, self.second)?;
        match self.offset {
            None => Some(written),
            Some(offset) => Some(offset.from_local_datetime(&written).single()?.with_timezone(&Prague).naive_local()),
        }
    }
}

/// A number of exactly `width` digits, or of one or two where the form shows one.
fn take_number(text: &str, width: usize) -> Option<(u32, &str)> {
    let most = if width == 1 { 2 } else { width };
    let digits = count_digits(text).min(most);
    let (number, rest) = text.split_at_checked(digits).filter(|_| digits >= width)?;
    Some((number.parse().ok()?, rest))
}

fn skip_fraction(text: &str) -> Option<&str> {
    text.get(count_digits(text).max(1)..).filter(|_| count_digits(text) > 0)
}

fn count_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `Z`, `+01:00`, `+0100` or `+01`.
fn offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let (east, text) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, rest) = take_number(text, 2)?;
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { take_number(rest.strip_prefix(':').unwrap_or(rest), 2)? };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(east * seconds).filter(|_| minutes < 60 && rest.is_empty())
}
