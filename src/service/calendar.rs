//! A meeting as iCalendar text (RFC 5545) for Outlook, Thunderbird, Google and Apple calendars.
//!
//! Written here and not by a crate: it is one event with a fixed time zone, and the crates leave out the VTIMEZONE that Outlook needs.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::json::value::{self as json, DEEPEST, Json};
use crate::options;
use crate::service::invitation::wrong_with_address;
use crate::service::meeting::Fields;
use crate::service::prague_time::{self, Start};
use crate::status::Lang;

/// Czech time by the rules of the European Union, in force since 1996.
const TIME_ZONE: &[&str] = &[
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Prague",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
];

const LOCAL_TIME: &str = "%Y%m%dT%H%M%S";

/// The calendar with one event for a meeting as add, list or detail gives it. `now_unix_s` is the time of its making.
pub fn event(meeting_json: &str, options_json: Option<&str>, now_unix_s: i64) -> Result<String> {
    let options = EventOptions::parse(options_json)?;
    if json::is_deeper_than(DEEPEST, meeting_json) {
        return Err(Error::argument("meeting_json", format!("meeting_json is nested deeper than {DEEPEST} levels")));
    }
    let wrong = |why: &str| Error::argument("meeting_json", format!("meeting_json is {why}"));
    let meeting = Json::read(meeting_json).map_err(|_| wrong("not JSON"))?;
    let meeting = Fields::read(meeting).map_err(|why| wrong(&why))?;
    let start = options.start.or_else(|| start_of(&meeting));
    let start = start.ok_or_else(|| wrong("without a start: pass one of vd_meet_list or vd_meet_detail, or option start"))?;
    let uid = options.uid.clone().or_else(|| meeting.stated("meet_id").map(|meet_id| format!("{meet_id}@videodoktor.cz")));
    let uid = uid.ok_or_else(|| wrong("without meet_id: pass one that has it, or option uid"))?;
    let mut calendar = Calendar::default();
    calendar.lines(&["BEGIN:VCALENDAR", "VERSION:2.0", concat!("PRODID:-//VideoDoktor//videodoktor ", env!("CARGO_PKG_VERSION"), "//CS")]);
    calendar.content_line("METHOD", options.method.name());
    calendar.lines(TIME_ZONE);
    calendar.lines(&["BEGIN:VEVENT"]);
    calendar.text("UID", &uid);
    calendar.content_line("DTSTAMP", &prague_time::format_utc(now_unix_s, "%Y%m%dT%H%M%SZ"));
    calendar.content_line("DTSTART;TZID=Europe/Prague", &start.format(LOCAL_TIME));
    calendar.content_line("DTEND;TZID=Europe/Prague", &start.format_after(options.duration_min, LOCAL_TIME));
    calendar.content_line("SEQUENCE", &options.sequence.to_string());
    calendar.content_line("STATUS", if options.method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" });
    calendar.text("SUMMARY", options.summary());
    calendar.place(&meeting, options.lang);
    calendar.people(&meeting, &options);
    calendar.content_line("CLASS", "PRIVATE");
    calendar.reminder(&options);
    calendar.lines(&["END:VEVENT", "END:VCALENDAR"]);
    Ok(calendar.0)
}

fn start_of(meeting: &Fields) -> Option<Start> {
    let text = |name: &str| meeting.stated(name).unwrap_or_default();
    Start::parse(&text("meet_start")).ok().or_else(|| prague_time::start_to_match(&text("meet_time_imd"), &text("meet_time")))
}

/// What the calendar is sent for (RFC 5546).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Publish,
    Request,
    Cancel,
}

impl Method {
    fn parse(text: &str) -> Option<Method> {
        [Method::Publish, Method::Request, Method::Cancel].into_iter().find(|method| method.name() == text)
    }

    fn name(self) -> &'static str {
        match self {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// `options_json` of `vd_meet_ics`.
struct EventOptions {
    duration_min: i64,
    method: Method,
    sequence: i64,
    summary: Option<String>,
    organizer: Option<String>,
    reminder_min: Option<i64>,
    lang: Lang,
    uid: Option<String>,
    start: Option<Start>,
}

impl EventOptions {
    fn parse(json: Option<&str>) -> Result<EventOptions> {
        let given = json.filter(|json| !json.trim().is_empty());
        let given = given.map_or_else(|| Ok(Map::new()), |json| options::object("options_json", json))?;
        let mut options = EventOptions {
            duration_min: 15,
            method: Method::Publish,
            sequence: 0,
            summary: None,
            organizer: None,
            reminder_min: None,
            lang: Lang::Cs,
            uid: None,
            start: None,
        };
        given.iter().filter(|(_, value)| !value.is_null()).try_for_each(|(name, value)| options.set(name, value))?;
        if options.method != Method::Publish && options.organizer.is_none() {
            return Err(Error::argument("options_json", "option organizer is needed for REQUEST and CANCEL"));
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<()> {
        let wrong = |must: &str| Error::argument("options_json", format!("option {name} must be {must}"));
        let number = |most: i64| value.as_i64().filter(|number| (0..=most).contains(number));
        let text = || value.as_str().filter(|text| (1..=1_000).contains(&text.trim().len()));
        match name {
            "duration_min" => {
                let minutes = number(1_440).filter(|minutes| *minutes > 0);
                self.duration_min = minutes.ok_or_else(|| wrong("a number of minutes, 1 to 1440"))?;
            }
            "method" => {
                let method = text().and_then(Method::parse);
                self.method = method.ok_or_else(|| wrong("\"PUBLISH\", \"REQUEST\" or \"CANCEL\""))?;
            }
            "sequence" => self.sequence = number(i64::from(i32::MAX)).ok_or_else(|| wrong("a number from 0 on"))?,
            "summary" => self.summary = Some(text().ok_or_else(|| wrong("a text of 1 to 1000 bytes"))?.into()),
            "organizer" => {
                let address = text().filter(|address| wrong_with_address(address).is_none());
                self.organizer = Some(address.ok_or_else(|| wrong("a bare e-mail address"))?.into());
            }
            "reminder_min" => self.reminder_min = Some(number(40_320).ok_or_else(|| wrong("a number of minutes, 0 to 40320"))?),
            "lang" => self.lang = text().and_then(Lang::parse).ok_or_else(|| wrong("\"cs\" or \"en\""))?,
            "uid" => self.uid = Some(text().ok_or_else(|| wrong("a text of 1 to 1000 bytes"))?.into()),
            "start" => {
                let start = text().and_then(|text| Start::parse(text).ok());
                self.start = Some(start.ok_or_else(|| wrong("a start as meet_start of vd_meet_add"))?);
            }
            _ => return Err(Error::argument("options_json", "options_json holds an option that vd_meet_ics does not have")),
        }
        Ok(())
    }

    fn summary(&self) -> &str {
        self.summary.as_deref().unwrap_or(match self.lang {
            Lang::Cs => "Videohovor s lékařem",
            Lang::En => "Video call with the doctor",
        })
    }
}

/// The text of a calendar, line by line.
#[derive(Default)]
struct Calendar(String);

impl Calendar {
    fn lines(&mut self, lines: &[&str]) {
        for line in lines {
            self.0.push_str(line);
            self.0.push_str("\r\n");
        }
    }

    /// A content line, folded so that no line has more than 75 octets (RFC 5545, 3.1). The caller knows that `value` needs no escaping.
    fn content_line(&mut self, name: &str, value: &str) {
        const MOST: usize = 75;
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if length + character.len_utf8() > MOST {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A property of type TEXT (RFC 5545, 3.3.11); control characters other than a line break have no place in it.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for character in value.replace("\r\n", "\n").chars() {
            match character {
                '\n' | '\r' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\t' => escaped.push(' '),
                _ if character.is_control() => {}
                _ => escaped.push(character),
            }
        }
        self.content_line(name, &escaped);
    }

    /// Where the call takes place: its address, if it is one of the web.
    fn place(&mut self, meeting: &Fields, lang: Lang) {
        let is_address = |address: &Cow<'_, str>| {
            (address.starts_with("https://") || address.starts_with("http://")) && address.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let Some(meet_url) = meeting.stated("meet_url").filter(is_address) else { return };
        self.text("LOCATION", &meet_url);
        let before = match lang {
            Lang::Cs => "Videohovor otevřete zde:",
            Lang::En => "Open the video call here:",
        };
        self.text("DESCRIPTION", &format!("{before}\n{meet_url}"));
        self.content_line("URL", &meet_url);
    }

    /// The organizer; to a patient whose address the meeting tells the request is addressed (RFC 5546, 3.2.2).
    fn people(&mut self, meeting: &Fields, options: &EventOptions) {
        let Some(organizer) = &options.organizer else { return };
        self.content_line("ORGANIZER", &format!("mailto:{organizer}"));
        let is_plain = |address: &Cow<'_, str>| wrong_with_address(address).is_none() && !address.contains('*');
        if let Some(patient) = meeting.stated("pacient_email").filter(is_plain).filter(|_| options.method != Method::Publish) {
            self.content_line("ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE", &format!("mailto:{patient}"));
        }
    }

    fn reminder(&mut self, options: &EventOptions) {
        let Some(minutes) = options.reminder_min.filter(|_| options.method != Method::Cancel) else { return };
        let mut trigger = String::from("-PT");
        let _ = write!(trigger, "{minutes}M");
        self.lines(&["BEGIN:VALARM", "ACTION:DISPLAY"]);
        self.text("DESCRIPTION", options.summary());
        self.content_line("TRIGGER", &trigger);
        self.lines(&["END:VALARM"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_767_222_000; // 2025-12-31 23:00 UTC

    fn jana() -> Value {
        json!({"meet_id": "abc", "meet_url": "https://demo.videodoktor.cz/meet/abc", "meet_time_imd": "2030-11-23 10:00:00",
            "pacient_email": "jana@example.cz", "meet_start": "2030-11-23T10:00:00+01:00"})
    }

    fn made(meeting: &Value, options: &Value) -> Result<String> {
        event(&meeting.to_string(), Some(&options.to_string()), NOW)
    }

    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }

    fn has(text: &str, line: &str) -> bool {
        unfolded(text).iter().any(|own| own == line)
    }

    #[test]
    fn the_shared_cases() {
        let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/vectors/calendars.json")).unwrap();
        for case in cases {
            let made = event(case["meeting_json"].as_str().unwrap(), case["options_json"].as_str(), NOW);
            let status = made.as_ref().err().map_or(0, |error| error.status.0);
            assert_eq!(status, case["status"], "{case}: {made:?}");
            for line in case["lines"].as_array().into_iter().flatten() {
                assert!(has(made.as_ref().unwrap(), line.as_str().unwrap()), "{line}: {case}: {made:?}");
            }
        }
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_all_end_in_crlf() {
        let mut random = fastrand::Rng::with_seed(75);
        for _ in 0..300 {
            let summary: String =
                (0..random.usize(1..200)).map(|_| random.choice(["ž", "a", "🙂", ",", "\\", "\n", "\u{7}"]).unwrap()).collect();
            if summary.trim().is_empty() {
                continue;
            }
            let text = made(&jana(), &json!({ "summary": summary })).unwrap();
            assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text:?}");
            assert!(text.ends_with("\r\nEND:VCALENDAR\r\n"));
        }
    }

    #[test]
    fn an_event_ends_by_the_clock_on_the_wall() {
        let at = |start: &str| made(&jana(), &json!({"start": start, "duration_min": 60})).unwrap();
        assert!(has(&at("31.3.2030 1:30"), "DTEND;TZID=Europe/Prague:20300331T033000"), "the change to summer time");
        assert!(has(&at("31.12.2030 23:30"), "DTEND;TZID=Europe/Prague:20310101T003000"));
    }

    #[test]
    fn no_value_can_begin_a_line_of_its_own() {
        let wicked = "a\r\nATTENDEE:mailto:x@example.cz";
        let meeting = json!({"meet_id": wicked, "meet_url": format!("https://a{wicked}"), "pacient_email": wicked,
            "meet_start": "2030-11-23T10:00:00+01:00"});
        let text = made(&meeting, &json!({"method": "REQUEST", "organizer": "a@example.cz", "summary": wicked})).unwrap();
        assert!(!unfolded(&text).iter().any(|line| line.starts_with("ATTENDEE")), "{text}");
        assert!(made(&meeting, &json!({"method": "REQUEST", "organizer": wicked})).is_err());
    }
}
