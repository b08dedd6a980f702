//! Automation's DATE: days since 30 December 1899, with the time of day as the fraction. It has no time zone; here it is Czech wall-clock time.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike};

/// The first day after the year 9999, where automation's dates end.
const END: f64 = 2_958_466.0;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

fn epoch() -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)
}

/// Rounded to the nearest second: 10:00 is often stored some microseconds below. None before 1900, past 9999, and for what is no number.
fn moment(date: f64) -> Option<NaiveDateTime> {
    if !(1.0..END).contains(&date) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)] // within the range above
    let seconds = (date * SECONDS_OF_A_DAY).round() as i64;
    epoch()?.checked_add_signed(Duration::seconds(seconds))
}

/// As `vd_meet_add` takes a start: `2030-11-23T10:00:00`.
#[must_use]
pub fn to_text(date: f64) -> Option<String> {
    moment(date).map(|moment| moment.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// The year, where a host passes a date of birth for the year of birth.
#[must_use]
pub fn year(date: f64) -> Option<i32> {
    moment(date).map(|moment| moment.year())
}

/// Of `meet_start` as the library writes it, `2030-11-23T10:00:00+01:00`: the offset is Prague's and so the clock's own time is the one to show.
#[must_use]
pub fn from_text(text: &str) -> Option<f64> {
    let wall = text.get(.."2030-11-23T10:00:00".len())?;
    let moment = NaiveDateTime::parse_from_str(wall, "%Y-%m-%dT%H:%M:%S").ok()?;
    let days = i32::try_from(moment.signed_duration_since(epoch()?).num_days()).ok()?;
    Some(f64::from(days) + f64::from(moment.num_seconds_from_midnight()) / SECONDS_OF_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_czech_wall_clock_time() {
        assert_eq!(to_text(47_810.0 + 10.0 / 24.0).as_deref(), Some("2030-11-23T10:00:00"));
        assert_eq!(from_text("2030-11-23T10:00:00+01:00"), Some(47_810.0 + 10.0 / 24.0));
        assert_eq!(year(29_221.0), Some(1980));
    }

    #[test]
    fn a_time_that_lies_microseconds_below_the_minute_is_that_minute() {
        assert_eq!(to_text(47_810.416_666_666_6).as_deref(), Some("2030-11-23T10:00:00"));
        assert_eq!(to_text(47_809.999_999_999_9).as_deref(), Some("2030-11-23T00:00:00"));
    }

    #[test]
    fn dates_are_read_as_every_binding_reads_them() {
        let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../../tests/vectors/ole_dates.json")).unwrap();
        assert!(cases.len() > 5);
        for case in cases {
            let text = to_text(case["date"].as_f64().unwrap()).unwrap();
            let moment = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S").unwrap();
            // the library drops the seconds
            assert_eq!(moment.format("%d.%m.%Y.%H.%M").to_string(), case["sent"].as_str().unwrap(), "{}", case["why"]);
        }
    }

    #[test]
    fn every_minute_of_a_day_comes_back() {
        for minute in 0..1440 {
            let text = format!("2031-03-30T{:02}:{:02}:00", minute / 60, minute % 60);
            assert_eq!(from_text(&format!("{text}+02:00")).and_then(to_text), Some(text));
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for date in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 0.5, 2_958_466.0, 1e300] {
            assert_eq!(to_text(date), None, "{date}");
        }
        for text in ["", "2030", "2030-13-23T10:00:00", "žluťoučký kůň úpěl ď"] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
