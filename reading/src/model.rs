//! What the service's replies are to a host: every meeting with its documented fields in their documented types, whatever scalar the service
//! used, its other fields untouched, and `meet_start` added. Source: the field list of "Seznam video hovorů" in the vendor's text.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::prague;

mod fields;
mod meetings;

pub use fields::{Fields, as_text, kind};
pub use meetings::Meetings;

/// The documented texts of a meeting, in the order of the vendor's example. `meet_active`, a number, is the ninth field.
const TEXTS: [&str; 8] =
    ["meet_id", "meet_url", "meet_time", "meet_time_imd", "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen"];
const ACTIVE: &str = "meet_active";
/// Ours: ISO 8601 with Prague's offset.
const START: &str = "meet_start";

/// One meeting, borrowed from the reply. It has no `Debug` that shows it: it is a patient's.
pub struct Meeting<'a> {
    fields: Fields<'a>,
}

impl<'a> Meeting<'a> {
    /// The meeting that `raw` is, or in English, without text of the reply, why it is none.
    pub fn read(raw: &'a RawValue) -> Result<Meeting<'a>, String> {
        let fields = Fields::read(raw)?;
        if let Some(flaw) = fields.iter().find_map(|(name, value)| flaw(name, value)) {
            return Err(flaw);
        }
        match fields.lack("meet_id") {
            None => Ok(Meeting { fields }),
            Some(lack) => Err(format!("a meeting {lack}")),
        }
    }

    /// A meeting that `read` has found sound before.
    fn read_again(raw: &'a RawValue) -> Option<Meeting<'a>> {
        Fields::read(raw).ok().map(|fields| Meeting { fields })
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

    /// When the call starts; `None` if the service's text of it cannot be read.
    pub fn start(&self) -> Option<prague::Start> {
        prague::start_of_meeting(&self.meet_time_imd())
    }

    /// A documented text; `""` where the service says nothing.
    fn text(&self, name: &str) -> Cow<'a, str> {
        self.fields.get(name).and_then(as_text).unwrap_or_default()
    }

    /// Whether the service says more of the meeting than which one it is.
    pub fn is_described(&self) -> bool {
        TEXTS.iter().any(|name| *name != "meet_id" && self.fields.stated(name).is_some())
    }

    /// Appends the meeting as the host gets it. Documented texts that the service left out are there as `""`.
    pub fn write_json(&self, out: &mut String) {
        let mut before = '{';
        for (name, value) in self.fields.iter() {
            write_name(out, before, name);
            write_value(out, name, value);
            before = ',';
        }
        for name in TEXTS.iter().filter(|name| self.fields.get(name).is_none()) {
            write_name(out, before, &Cow::Borrowed(name));
            out.push_str("\"\"");
        }
        if let (None, Some(start)) = (self.fields.get(START), self.start()) {
            write_name(out, before, &Cow::Borrowed(START));
            write_text(out, &start.iso());
        }
        out.push('}');
    }

    /// The same as a map; `None` if an undocumented field holds a text that is no Unicode.
    pub fn to_map(&self) -> Option<Map<String, Value>> {
        let mut json = String::new();
        self.write_json(&mut json);
        serde_json::from_str(&json).ok()
    }
}

impl fmt::Debug for Meeting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meeting").finish_non_exhaustive()
    }
}

/// What is wrong with a documented field. Its name is put in from our own list, not from the reply.
fn flaw(name: &str, value: &RawValue) -> Option<String> {
    let (name, promised, is_sound) = match TEXTS.iter().find(|text| **text == name) {
        Some(text) => (*text, "text", as_text(value).is_some()),
        None if name == ACTIVE => (ACTIVE, "0 or 1", fields::as_whole_number(value).is_some()),
        None => return None,
    };
    (!is_sound).then(|| format!("a meeting whose {name} is {} where {promised} is promised", kind(value)))
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

fn write_value(out: &mut String, name: &str, value: &RawValue) {
    if TEXTS.contains(&name) {
        match as_text(value) {
            Some(Cow::Borrowed(_)) if value.get().starts_with('"') => out.push_str(value.get()),
            text => write_text(out, &text.unwrap_or_default()),
        }
    } else if name == ACTIVE {
        let _ = write!(out, "{}", fields::as_whole_number(value).unwrap_or_default());
    } else {
        out.push_str(value.get());
    }
}

fn write_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let _ = write!(out, "{}", Value::from(text));
    } else {
        write_plain(out, text);
    }
}

fn write_plain(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// The answer of `vd_verify`.
pub fn verified() -> Map<String, Value> {
    object(json!({"valid": true}))
}

/// The answer of `vd_meet_add` that was found in the list after a lost answer.
pub fn found_made(meeting: &Meeting<'_>) -> Map<String, Value> {
    object(json!({"meet_id": meeting.meet_id(), "meet_url": meeting.meet_url(), "reconciled": true}))
}

/// The answer of `vd_meet_remove` when the list shows, after a lost answer, that the meeting is gone.
pub fn found_removed(meet_id: &str) -> Map<String, Value> {
    object(json!({"meet_id": meet_id, "reconciled": true}))
}

/// The answer of `vd_meet_export_save`.
pub fn saved(path: &str, bytes: u64) -> Map<String, Value> {
    object(json!({"path": path, "bytes": bytes}))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
