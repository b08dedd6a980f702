//! What the service's replies are to a host: every meeting with its documented fields in their documented types, whatever scalar the service
//! used, its other fields untouched, and `meet_start` added. Source: the field list of "Seznam video hovorů" in the vendor's text.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use serde_json::{Map, Value, json};

use crate::json::value::{self as json, Json};
use crate::service::prague_time::{Days, Start};

mod fields;
pub mod list;

use fields::Members;
pub use fields::{Fields, as_text, kind};

/// The documented texts of a meeting, in the order of the vendor's example. `meet_active`, a number, is the ninth field.
pub const TEXTS: [&str; 8] =
    ["meet_id", "meet_url", "meet_time", "meet_time_imd", "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen"];
const ACTIVE: &str = "meet_active";
/// As much as a reply may have that is one meeting. It bounds what one row of a list can ask of the memory.
pub const LONGEST_ROW: usize = 1 << 20;
/// Ours: ISO 8601 with Prague's offset.
const START: &str = "meet_start";

/// One meeting, borrowed from the reply. It has no `Debug` that shows it: it is a patient's.
///
/// A documented value of another type spoils neither the meeting nor its list. A text is the number's digits (`777123456.0` is 777123456),
/// `""` for `null` and `false`, `"1"` for `true`; `""` too for an object or an array, of which no host could make a name or an address; half
/// a surrogate pair in it becomes U+FFFD. `meet_active` is 0 unless it is a whole number, a text of one, or `true`: as PHP would read it.
pub struct Meeting<'a> {
    fields: Fields<'a>,
}

impl<'a> Meeting<'a> {
    /// The meeting that `json` is, or in English, without text of the reply, why it is none: it must say which meeting it is.
    pub fn read(json: Json<'a>) -> Result<Meeting<'a>, String> {
        let fields = Fields::read(json)?;
        match fields.lack("meet_id") {
            None => Ok(Meeting { fields }),
            Some(lack) => Err(format!("a meeting {lack}")),
        }
    }

    /// A row of a list. It is a meeting if it has any documented text, be it without `meet_id`.
    fn of_row(row: &str, members: Members<'a>) -> Result<Meeting<'a>, String> {
        if row.len() > LONGEST_ROW {
            return Err(format!("an object of more than {LONGEST_ROW} bytes"));
        }
        let fields = Fields::of(members)?;
        let lack = fields.lack("meet_id");
        let meeting = Meeting { fields };
        match lack {
            Some(lack) if !meeting.is_described() => Err(format!("a meeting {lack}")),
            _ => Ok(meeting),
        }
    }

    /// A row that `of_row` has found to be a meeting before.
    fn read_again(row: &'a str) -> Option<Meeting<'a>> {
        let fields = Fields::of(serde_json::from_str(row).ok()?).ok()?;
        Some(Meeting { fields })
    }

    /// Whether there are more than `most` objects and arrays in each other, the meeting's own included.
    fn is_deeper_than(&self, most: usize) -> bool {
        let is_nested = |value: &Json| matches!(value.first_byte(), Some(b'[' | b'{'));
        self.fields.iter().map(|(_, value)| value).filter(is_nested).any(|value| json::is_deeper_than(most - 1, value.get()))
    }

    pub fn meet_id(&self) -> Cow<'a, str> {
        self.text("meet_id")
    }

    pub fn meet_url(&self) -> Cow<'a, str> {
        self.text("meet_url")
    }

    /// `"23.11.2020 10:00"`, Czech wall-clock time.
    pub fn meet_time(&self) -> Cow<'a, str> {
        self.text("meet_time")
    }

    /// `"2020-11-23 10:00:00"`, Czech wall-clock time.
    pub fn meet_time_imd(&self) -> Cow<'a, str> {
        self.text("meet_time_imd")
    }

    pub fn pacient_jmeno(&self) -> Cow<'a, str> {
        self.text("pacient_jmeno")
    }

    pub fn pacient_email(&self) -> Cow<'a, str> {
        self.text("pacient_email")
    }

    pub fn pacient_telefon(&self) -> Cow<'a, str> {
        self.text("pacient_telefon")
    }

    pub fn pacient_narozen(&self) -> Cow<'a, str> {
        self.text("pacient_narozen")
    }

    /// A documented text; `""` where the service says nothing.
    fn text(&self, name: &str) -> Cow<'a, str> {
        self.fields.get(name).map(fields::as_text_at_best).unwrap_or_default()
    }

    /// Whether the service says more of the meeting than which one it is.
    pub fn is_described(&self) -> bool {
        TEXTS.iter().any(|name| *name != "meet_id" && self.fields.stated(name).is_some())
    }

    /// Appends the meeting as the host gets it. Documented texts that the service left out are there as `""`.
    pub fn write_json(&self, out: &mut String, days: &mut Days) {
        let mut before = '{';
        let mut left_out = [true; TEXTS.len()];
        for (name, value) in self.fields.iter() {
            let place = TEXTS.iter().position(|text| text == name);
            if let Some(left_out) = place.and_then(|place| left_out.get_mut(place)) {
                *left_out = false;
            }
            write_name(out, before, name);
            write_value(out, place, name, value);
            before = ',';
        }
        for (name, _) in TEXTS.iter().zip(left_out).filter(|(_, left_out)| *left_out) {
            write_name(out, before, &Cow::Borrowed(name));
            out.push_str("\"\"");
        }
        if self.fields.get(START).is_none()
            && let Some(pieces) = days.iso(&self.meet_time_imd())
        {
            write_name(out, before, &Cow::Borrowed(START));
            out.push('"');
            pieces.iter().for_each(|piece| out.push_str(piece));
            out.push('"');
        }
        out.push('}');
    }

    /// The same as a map; `None` if an undocumented field holds a text that is no Unicode.
    pub fn to_map(&self) -> Option<Map<String, Value>> {
        let mut json = String::new();
        self.write_json(&mut json, &mut Days::default());
        serde_json::from_str(&json).ok()
    }
}

impl fmt::Debug for Meeting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meeting").finish_non_exhaustive()
    }
}

/// Whether a row of a list is `null`, `false`, `""`, `[]`, or an object of nothing but these.
fn says_nothing(row: Json<'_>) -> bool {
    let is_nothing = |value: Json<'_>| matches!(value.get(), "null" | "false" | "\"\"" | "[]" | "{}");
    is_nothing(row) || Fields::read(row).is_ok_and(|fields| fields.iter().all(|(_, value)| is_nothing(value)))
}

#[expect(clippy::ptr_arg, reason = "whether it is borrowed tells whether it must be escaped")]
fn write_name(out: &mut String, before: char, name: &Cow<'_, str>) {
    out.push(before);
    match name {
        // What needed no unescaping needs no escaping.
        Cow::Borrowed(name) => write_plain(out, name),
        Cow::Owned(name) => write_text(out, name),
    }
    out.push(':');
}

/// `place` is the member's place among the documented texts.
fn write_value(out: &mut String, place: Option<usize>, name: &str, value: Json<'_>) {
    let stays_as_it_stands = match place {
        Some(_) => value.is_plain(),
        None => name != ACTIVE || matches!(value.get(), "0" | "1"),
    };
    if stays_as_it_stands {
        out.push_str(value.get());
    } else if place.is_some() {
        write_text(out, &fields::as_text_at_best(value));
    } else {
        let _ = write!(out, "{}", fields::as_whole_number(value).unwrap_or_default());
    }
}

/// Appends an object of texts, of which the names need no escaping.
pub fn write_texts(out: &mut String, texts: &[(&str, Cow<'_, str>)]) {
    let mut before = '{';
    for (name, text) in texts {
        write_name(out, before, &Cow::Borrowed(name));
        write_text(out, text);
        before = ',';
    }
    out.push('}');
}

fn write_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let _ = serde_json::to_writer(Appended(out), text); // a text can always be written
    } else {
        write_plain(out, text);
    }
}

/// For `serde_json`, which escapes in pieces: nothing is copied on the way.
struct Appended<'o>(&'o mut String);

impl io::Write for Appended<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.push_str(std::str::from_utf8(piece).map_err(io::Error::other)?);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_plain(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// Stands for a `meet_id` where it is remembered: within this process only.
pub fn id_hash(meet_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    meet_id.hash(&mut hasher);
    hasher.finish()
}

/// The answer of `vd_verify`.
pub fn verified() -> Map<String, Value> {
    object(json!({"valid": true}))
}

/// The answer of `vd_meet_add` that was found in the list after a lost answer. `duplicates`: further meetings of the same patient at this start.
pub fn found_made(meet_id: &str, meet_url: &str, duplicates: &[&str]) -> Map<String, Value> {
    let mut made = object(json!({"meet_id": meet_id, "meet_url": meet_url, "reconciled": true}));
    if !duplicates.is_empty() {
        made.insert("duplicates".into(), json!(duplicates));
    }
    made
}

/// The answer to an invitation with its start, which the service does not tell: what a calendar needs.
pub fn with_start(made: &str, start: Start) -> String {
    let Ok(Value::Object(mut made)) = serde_json::from_str(made) else { return made.to_owned() };
    made.entry(START).or_insert_with(|| start.iso().into());
    Value::Object(made).to_string()
}

/// The answer of `vd_meet_remove` when the list shows, after a lost answer, that the meeting is gone.
pub fn found_removed(meet_id: &str) -> Map<String, Value> {
    object(json!({"meet_id": meet_id, "reconciled": true}))
}

/// The answer of `vd_meet_export_save`.
pub fn saved(path: &str, bytes: u64, content_type: &str) -> Map<String, Value> {
    object(json!({"path": path, "bytes": bytes, "content_type": content_type}))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped_as_serde_json_does_it() {
        let all: Vec<char> = ('\0'..='ſ').collect();
        let each = all.iter().map(|c| c.to_string());
        let mut random = fastrand::Rng::with_seed(5);
        let mixed = (0..5_000).map(|_| (0..random.usize(..5)).map(|_| random.choice(&all).unwrap()).collect::<String>());
        for text in each.chain(mixed).chain([all.iter().collect()]) {
            let mut out = String::new();
            write_text(&mut out, &text);
            assert_eq!(out, Value::from(text).to_string());
        }
    }
}
