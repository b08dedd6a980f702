//! Every rule about Czech wall-clock time and `meet_start`: which texts are a start, when it is past, and how it is written for the service.
//!
//! The time zone's rules come with the library (Windows has no such data); they are tabulated to the end of 2099.

use std::fmt::Write;

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone, Timelike};
use chrono_tz::{Europe::Prague, Tz};

/// What `meet_start` may look like: a letter stands for a digit of its number, one letter alone for one or two digits, `_` for a blank that
/// may be left out, `f` for a fraction of a second that may be left out, `Z` for an offset from UTC or `Z` itself. Anything else stands for
/// itself. That of a list's meetings comes first.
const FORMS: &[&str] = &[
    "YYYY-MM-DD hh:mm:ssf",
    "DD.MM.YYYY.hh.mm",
    "D._M._YYYY h:mm",
    "D._M._YYYY h:mm:ssf",
    "YYYY-MM-DD hh:mm",
    "YYYY-MM-DDThh:mm",
    "YYYY-MM-DDThh:mm:ssf",
    "YYYY-MM-DD hh:mm_Z",
    "YYYY-MM-DD hh:mm:ssf_Z",
    "YYYY-MM-DDThh:mm_Z",
    "YYYY-MM-DDThh:mm:ssf_Z",
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
    /// Reads any of the forms that the library accepts, blanks around it aside; an offset is converted to Prague time. A fraction is rounded
    /// to the second (9:59:59.9999999 is ten o'clock that floating point missed by a hair), then the seconds are dropped.
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

    /// The wall clock so many minutes after the start, written with a strftime pattern; empty for one that cannot be written.
    pub fn format_after(&self, minutes: i64, pattern: &str) -> String {
        let mut text = String::new();
        let after = self.first.checked_add_signed(TimeDelta::minutes(minutes));
        after.and_then(|after| write!(text, "{}", after.format(pattern)).ok()).map(|()| text).unwrap_or_default()
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
    // Numbers of one digit show where a pattern runs them together.
    Start::parse("1.2.2031 9:07").is_ok_and(|probe| Start::read(&probe.format(pattern), pattern) == Some(probe))
}

/// The start of a listed meeting by its `meet_time_imd`, such as `2020-11-23 10:00:00`.
pub fn start_of_meeting(meet_time_imd: &str) -> Option<Start> {
    Start::parse(meet_time_imd).ok()
}

/// The starts of a list's meetings in ISO 8601. Many lie on one day, so what holds for all of a day is found out once.
#[derive(Default)]
pub struct Days {
    /// The latest day's midnight, such as `2030-11-23T00:00:00+01:00`. Of a day on which the clock changes, and of none, the text of the day alone.
    midnight: String,
    other: String,
}

impl Days {
    /// What [`start_of_meeting`] and [`Start::iso`] tell, in pieces.
    pub fn iso<'t>(&'t mut self, meet_time_imd: &'t str) -> Option<[&'t str; 5]> {
        if let Some((day, minute)) = day_and_minute(meet_time_imd)
            && self.is_day_of_one_offset(day)
        {
            return Some([day, "T", minute, ":00", offset_of(&self.midnight)]);
        }
        self.other = start_of_meeting(meet_time_imd)?.iso();
        Some([&self.other, "", "", "", ""])
    }

    fn is_day_of_one_offset(&mut self, day: &str) -> bool {
        if !self.midnight.starts_with(day) {
            let at = |minute| Start::parse(&format!("{day} {minute}")).map_or_else(|_| String::new(), |start| start.iso());
            let (first, last) = (at("00:00"), at("23:59"));
            self.midnight = if offset_of(&first) == offset_of(&last) { first } else { String::new() };
            if self.midnight.is_empty() {
                self.midnight.push_str(day);
            }
        }
        self.midnight.len() > day.len()
    }
}

fn offset_of(iso: &str) -> &str {
    iso.get("2030-11-23T00:00:00".len()..).unwrap_or_default()
}

/// Day and minute of a text such as `2020-11-23 10:00:00` whose time of day exists; whether the day does is for others to say.
fn day_and_minute(text: &str) -> Option<(&str, &str)> {
    let [_, _, _, _, b'-', _, _, b'-', _, _, b' ', time @ ..] = text.as_bytes() else { return None };
    let ([b'0' | b'1', b'0'..=b'9', rest @ ..] | [b'2', b'0'..=b'3', rest @ ..]) = time else { return None };
    let [b':', b'0'..=b'5', b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9'] = rest else { return None };
    Some((text.get(..10)?, text.get(11..16)?))
}

/// The start by which a listed meeting is recognised: `meet_time` (`23.11.2020 10:00`) helps out where `meet_time_imd` cannot be read.
pub fn start_to_match(meet_time_imd: &str, meet_time: &str) -> Option<Start> {
    start_of_meeting(meet_time_imd).or_else(|| Start::parse(meet_time).ok())
}

/// The same where the hour that the autumn change repeats is told apart by another clock: of its two readings the one that lies nearer to
/// `near_unix_s`. That is the service's own time by its `Date` header, or this machine's where there is no such header.
pub fn server_time_near(text: &str, near_unix_s: i64) -> Option<(String, i64)> {
    let Start { first, last } = Start::parse(text).ok()?;
    let distance = |reading: &DateTime<Tz>| reading.timestamp().abs_diff(near_unix_s);
    let now = if distance(&last) < distance(&first) { last } else { first };
    Some((now.to_rfc3339_opts(SecondsFormat::Secs, false), now.timestamp()))
}

/// Seconds since 1970 of an HTTP `Date` header in the form that RFC 9110 has servers send.
pub fn http_date(text: &str) -> Option<i64> {
    let date = NaiveDateTime::parse_from_str(text.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    YEARS.contains(&date.year()).then(|| date.and_utc().timestamp())
}

/// An instant (seconds since 1970) in UTC, written with a strftime pattern that is well-formed.
pub fn format_utc(now_unix_s: i64, pattern: &str) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}", DateTime::from_timestamp(now_unix_s, 0).unwrap_or_default().format(pattern));
    text
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
    /// The fraction is half a second or more.
    rounds_up: bool,
    offset: Option<FixedOffset>,
}

impl Numbers {
    /// The numbers in a text that has the form from end to end.
    fn read(form: &str, text: &str) -> Option<Numbers> {
        let mut numbers = Numbers::default();
        let mut rest = text;
        for run in form.as_bytes().chunk_by(|a, b| a == b) {
            match run.first()? {
                b'Y' => (numbers.year, rest) = take_number(rest, run.len())?,
                b'M' => (numbers.month, rest) = take_number(rest, run.len())?,
                b'D' => (numbers.day, rest) = take_number(rest, run.len())?,
                b'h' => (numbers.hour, rest) = take_number(rest, run.len())?,
                b'm' => (numbers.minute, rest) = take_number(rest, run.len())?,
                b's' => (numbers.second, rest) = take_number(rest, run.len())?,
                b'_' => rest = rest.strip_prefix(' ').unwrap_or(rest),
                b'f' => (numbers.rounds_up, rest) = take_fraction(rest)?,
                b'Z' => (numbers.offset, rest) = (Some(offset(rest)?), ""),
                sign => rest = rest.strip_prefix(char::from(*sign))?,
            }
        }
        rest.is_empty().then_some(numbers)
    }

    /// The minute on a Prague wall clock.
    fn wall_clock(&self) -> Option<NaiveDateTime> {
        let day = NaiveDate::from_ymd_opt(i32::try_from(self.year).ok()?, self.month, self.day)?;
        let written = day.and_hms_opt(self.hour, self.minute, self.second)? + TimeDelta::seconds(self.rounds_up.into());
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

/// Whether a fraction with its dot, if there is one, is half a second or more.
fn take_fraction(text: &str) -> Option<(bool, &str)> {
    let Some(fraction) = text.strip_prefix('.') else { return Some((false, text)) };
    let digits = count_digits(fraction);
    let (fraction, rest) = fraction.split_at_checked(digits).filter(|_| digits > 0)?;
    Some((fraction.starts_with(['5', '6', '7', '8', '9']), rest))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SERVICE_FORMAT;

    /// A text of up to 40 pieces of what such texts are made of, more often short: for tests that no text makes the library fall.
    fn scrambled(random: &mut fastrand::Rng, pieces: &[&str]) -> String {
        let most = random.usize(1..=40);
        (0..random.usize(..=most)).map(|_| pieces[random.usize(..pieces.len())]).collect()
    }

    fn at(text: &str) -> Start {
        Start::parse(text).unwrap()
    }

    /// Sakamoto's rule, so that the days of the clock changes do not come from the crate under test.
    fn last_sunday(year: i32, month_of_31_days: usize) -> i32 {
        let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month_of_31_days - 1];
        31 - (year + year / 4 - year / 100 + year / 400 + shift + 31) % 7
    }

    #[test]
    fn the_sundays_are_those_of_the_calendar_on_the_wall() {
        let days = [(2024, 31, 27), (2025, 30, 26), (2026, 29, 25), (2030, 31, 27), (2032, 28, 31), (2037, 29, 25)];
        for (year, march, october) in days {
            assert_eq!((last_sunday(year, 3), last_sunday(year, 10)), (march, october), "{year}");
        }
    }

    #[test]
    fn every_spring_one_hour_does_not_exist() {
        for year in 2024..=2037 {
            let march = format!("{year}-03-{}", last_sunday(year, 3));
            for minute in 0..60 {
                let skipped = Start::parse(&format!("{march} 02:{minute:02}"));
                assert_eq!(skipped, Err("meet_start lies in the hour that the change to summer time skips"), "{march} 02:{minute:02}");
            }
            assert_eq!(at(&format!("{march} 01:59")).iso(), format!("{march}T01:59:00+01:00"));
            assert_eq!(at(&format!("{march} 03:00")).iso(), format!("{march}T03:00:00+02:00"));
            assert_eq!(at(&format!("{march}T01:00Z")), at(&format!("{march} 03:00")));
            let week_before = format!("{year}-03-{} 02:30", last_sunday(year, 3) - 7);
            assert!(Start::parse(&week_before).is_ok(), "{week_before}");
        }
    }

    #[test]
    fn every_autumn_one_hour_comes_twice_and_is_past_when_both_are() {
        for year in 2024..=2037 {
            let october = format!("{year}-10-{}", last_sunday(year, 10));
            let twice = at(&format!("{october} 02:30"));
            assert_eq!(twice.iso(), format!("{october}T02:30:00+02:00"));
            assert_eq!(twice.last.timestamp() - twice.first.timestamp(), 3600);
            assert_eq!((at(&format!("{october}T00:30Z")), at(&format!("{october}T01:30Z"))), (twice, twice));
            assert!(!twice.is_past(twice.first.timestamp() + 3600) && twice.is_past(twice.first.timestamp() + 3660));
            assert_eq!(at(&format!("{october} 01:59")).iso(), format!("{october}T01:59:00+02:00"));
            assert_eq!(at(&format!("{october} 03:00")).iso(), format!("{october}T03:00:00+01:00"));
            let week_before = at(&format!("{year}-10-{} 02:30", last_sunday(year, 10) - 7));
            assert_eq!(week_before.first, week_before.last);
        }
    }

    #[test]
    fn summer_time_holds_between_the_changes_and_only_there() {
        for year in 2024..=2037 {
            for (month, offset) in [(1, 1), (2, 1), (4, 2), (5, 2), (6, 2), (7, 2), (8, 2), (9, 2), (11, 1), (12, 1)] {
                assert!(at(&format!("15.{month}.{year} 10:00")).iso().ends_with(&format!("+0{offset}:00")), "{month} {year}");
            }
        }
    }

    #[test]
    fn a_start_is_past_when_its_minute_is_over() {
        const TEN: i64 = 1_921_654_800; // date -u -d 2030-11-23T09:00:00Z +%s
        let start = at("23.11.2030 10:00");
        assert_eq!([TEN - 3600, TEN, TEN + 59].map(|now| start.is_past(now)), [false; 3]);
        assert_eq!([TEN + 60, TEN + 86_400, i64::MAX].map(|now| start.is_past(now)), [true; 3]);
        assert!(!start.is_past(i64::MIN));
    }

    #[test]
    fn the_outage_lasts_from_three_to_four() {
        let hours = ["02:59", "03:00", "03:59", "04:00", "15:00"].map(|time| at(&format!("2030-11-23 {time}")).in_outage());
        assert_eq!(hours, [false, true, true, false, false]);
    }

    #[test]
    fn starts_are_ordered_as_they_come() {
        let starts = ["2030-10-27 01:59", "2030-10-27 02:00", "2030-10-27 02:59", "2030-10-27 03:00", "2031-01-01 00:00"].map(at);
        assert!(starts.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_start_is_written_as_the_service_wants_it() {
        let start = at("5.3.2030 9:07");
        for (pattern, written) in [
            (SERVICE_FORMAT, "05.03.2030.09.07"),
            ("%-d.%-m.%Y %-H:%M", "5.3.2030 9:07"),
            ("%F %T", "2030-03-05 09:07:00"),
            ("%Y%m%d%H%M", "203003050907"),
            ("%Y-%m-%dT%H:%M:%S%:z", "2030-03-05T09:07:00+01:00"),
            ("%I:%M %p, %e %b %Y", "09:07 AM,  5 Mar 2030"),
            ("%A %d.%m.%y v %R", "Tuesday 05.03.30 v 09:07"),
        ] {
            assert!(check_pattern(pattern), "{pattern}");
            assert_eq!(start.format(pattern), written);
            assert_eq!(Start::read(written, pattern), Some(start), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_loses_something_is_refused() {
        let without_minute = ["%d.%m.%Y %H", "%d.%m.%Y", "%Y-%m-%d %H:00"];
        let without_day = ["%m.%Y %H:%M", "%A %m.%Y %H:%M", "%H:%M"];
        let otherwise = ["", "meet_start", "%d.%m %H:%M", "%d.%Y %H:%M", "%d.%m.%Y %I:%M", "%d.%m.%Y %M"];
        let run_together = ["%-d%-m%Y %H:%M", "%-d%m%Y %H:%M", "%d.%m.%Y %-H%M", "%Y%-m%d %H:%M"];
        let not_a_pattern = ["%", "%d.%m.%Y %H:%M %", "%Q", "%d.%m.%Y.%H.%M%!", "%ž", "%Y-%m-%d %H:%M %9"];
        for pattern in [&without_minute[..], &without_day, &otherwise, &run_together, &not_a_pattern].concat() {
            assert!(!check_pattern(pattern), "{pattern}");
        }
        assert_eq!(at("5.3.2030 9:07").format("%Q"), "");
    }

    #[test]
    fn the_starts_of_a_list_are_those_of_its_meetings() {
        let mut random = fastrand::Rng::with_seed(20_301_123);
        let hours = ["00:00", "01:59", "02:00", "02:30", "02:59", "03:00", "03:59", "10:00", "23:59", "24:00", "10:60", "1:00"];
        let mut days = Days::default();
        let mut told = 0;
        for year in (1999..=2100).chain([2999, 3000]) {
            let changes = [3, 10].map(|month| format!("{year}-{month:02}-{}", last_sunday(year, month)));
            let mut texts = vec![format!("{year}-02-29"), format!("{year}-06-31"), format!("{year}-00-10"), format!("{year}-1-10")];
            texts.extend((1..=12).map(|month| format!("{year}-{month:02}-{:02}", random.u32(1..=28))));
            for change in changes {
                texts.extend(std::iter::repeat_n(change, 4));
            }
            random.shuffle(&mut texts);
            for text in texts {
                for _ in 0..random.usize(1..6) {
                    let text = format!("{text} {}{}", random.choice(hours).unwrap(), random.choice([":00", ":59", ":60", ""]).unwrap());
                    let alone = start_of_meeting(&text).map(|start| start.iso());
                    assert_eq!(days.iso(&text).map(|pieces| pieces.concat()), alone, "{text}");
                    told += usize::from(alone.is_some());
                }
            }
        }
        for text in ["", " ", "2030-11-23 10:00:00 ", "203é-1-23 10:00:00", "2030-11-23T10:00:00Z", "23.11.2030 10:00", "2030-11-23"] {
            assert_eq!(days.iso(text).map(|pieces| pieces.concat()), start_of_meeting(text).map(|start| start.iso()), "{text}");
        }
        assert!(told > 1_000, "{told} starts were told");
    }

    #[test]
    fn a_meeting_is_found_by_either_of_its_times() {
        let start = at("2020-11-23 10:00");
        assert_eq!(start_of_meeting("2020-11-23 10:00:00"), Some(start));
        assert_eq!(start_of_meeting("0000-00-00 00:00:00"), None);
        assert_eq!(start_to_match("2020-11-23 10:00:00", ""), Some(start));
        assert_eq!(start_to_match("", "23.11.2020 10:00"), Some(start));
        assert_eq!(start_to_match("0000-00-00 00:00:00", "23.11.2020 10:00"), Some(start));
        assert_eq!(start_to_match("", ""), None);
    }

    #[test]
    fn the_clocks_of_the_service_are_read() {
        assert_eq!(server_time_near("21.11.2020.01.18", i64::MIN), Some(("2020-11-21T01:18:00+01:00".into(), 1_605_917_880)));
        assert_eq!(server_time_near("2020-07-21 01:18:30", i64::MIN), Some(("2020-07-21T01:18:00+02:00".into(), 1_595_287_080)));
        assert_eq!(server_time_near("soon", i64::MIN), None);
        assert_eq!(server_time_near("soon", 0), None);
        assert_eq!(http_date("Sun, 06 Nov 2094 08:49:37 GMT"), None, "a Saturday");
        assert_eq!(http_date("Sat, 06 Nov 2094 08:49:37 GMT"), Some(3_939_871_777));
        assert_eq!(http_date(" Sat, 21 Nov 2020 00:18:05 GMT\r\n"), Some(1_605_917_885));
        let day_and_zone = ["", "now", "Sat, 31 Nov 2020 00:18:05 GMT", "Sat, 21 Nov 2020 00:18:05", "Thu, 01 Jan 1970 00:00:00 GMT"];
        let other_forms = ["Sat, 21 Nov 2020 25:18:05 GMT", "Saturday, 21-Nov-20 00:18:05 GMT", "Sat Nov 21 00:18:05 2020"];
        for text in [&day_and_zone[..], &other_forms].concat() {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    #[test]
    fn in_the_repeated_hour_another_clock_tells_which_reading_of_the_service_s_is_meant() {
        const FIRST: i64 = 1_919_291_400; // date -u -d 2030-10-27T00:30:00Z +%s
        let (summer, winter) = (("2030-10-27T02:30:00+02:00".to_string(), FIRST), ("2030-10-27T02:30:00+01:00".to_string(), FIRST + 3600));
        for (near, expected) in [
            (FIRST, &summer),
            (FIRST + 59, &summer),
            (FIRST + 1_799, &summer),
            (FIRST + 1_801, &winter),
            (FIRST + 3_600, &winter),
            (FIRST + 3_659, &winter),
            (i64::MIN, &summer),
            (i64::MAX, &winter),
        ] {
            assert_eq!(server_time_near("27.10.2030.02.30", near).as_ref(), Some(expected), "{near}");
        }
        assert_eq!(server_time_near("27.10.2030.02.30", i64::MIN), Some(summer));
        for near in [i64::MIN, 0, i64::MAX] {
            assert_eq!(
                server_time_near("27.10.2030.03.00", near),
                server_time_near("27.10.2030.03.00", i64::MIN),
                "three o'clock comes once"
            );
        }
    }

    #[test]
    fn today_is_pragues() {
        assert_eq!(today(1_605_913_200 - 1).to_string(), "2020-11-20", "before midnight in Prague");
        assert_eq!(today(1_605_913_200).to_string(), "2020-11-21", "still the 20th in UTC");
        assert_eq!((today(i64::MIN), today(i64::MAX)), (today(0), today(0)));
    }

    #[test]
    fn no_text_makes_it_fall_and_what_is_read_is_read_again() {
        let mut random = fastrand::Rng::with_seed(20_301_123);
        let pieces = "23.11.2030 |23. 11. 2030 |2030-11-23 |2030-10-27T|10:00|02:30|:30|:59|.9999999|.|-|+|01|9|Z| |ž|🙂|\u{a0}|\0"
            .split('|')
            .collect::<Vec<_>>();
        let signs =
            "%d.%m.%Y|%F|%H:%M|%R|%Y%j|%Y|%-m|%-d|%-H|%M|%T|%b|%p|%z|%-|%3|%|d|m|Y|H|M|s|f|+|.|:| |ž|🙂|\0".split('|').collect::<Vec<_>>();
        let (mut read, mut written) = (0, 0);
        for _ in 0..30_000 {
            let text = scrambled(&mut random, &pieces);
            http_date(&text);
            let start = Start::parse(&text);
            if let Ok(start) = start {
                read += 1;
                assert_eq!((Start::parse(&start.iso()), Start::parse(&start.format(SERVICE_FORMAT))), (Ok(start), Ok(start)), "{text}");
            }
            let start = start.unwrap_or(at("31.12.2031 12:59"));
            let pattern = scrambled(&mut random, &signs);
            let sent = start.format(&pattern);
            if check_pattern(&pattern) {
                written += 1;
                assert_eq!(Start::read(&sent, &pattern), Some(start), "{pattern}");
            }
        }
        assert!(read > 30 && written > 30, "{read} starts were read, {written} patterns were good");
    }
}
