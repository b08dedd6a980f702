//! The list of meetings: the pieces of the reply's own text, one turned into a meeting at a time, so that 20,000 cost little memory.

use std::collections::TryReserveError;
use std::fmt;

use serde::de::IgnoredAny;

use super::{Meeting, kind, says_nothing};
use crate::json::cursor::{Broken, Cursor};
use crate::json::value::{DEEPEST, Json, unquoted};
use crate::service::prague_time::Days;

/// More than fit into a reply of 32 MiB with all their fields; a bound for what a hostile list of crumbs can grow into.
const MOST: usize = 200_000;

/// A list of which every row was read.
pub struct Meetings<'a> {
    items: Vec<&'a str>,
    id_hashes: Vec<u64>,
    left_out: usize,
    is_array: bool,
    /// As the host gets it: written while it is read, for a long list is read only once that way.
    json: String,
}

/// Why there is no list.
#[derive(Debug)]
pub enum Unreadable {
    /// What is wrong with the text, in English and without a word of it.
    Flaw(String),
    /// It may be a list, but there is no memory for it.
    NoMemory,
}

impl From<String> for Unreadable {
    fn from(flaw: String) -> Unreadable {
        Unreadable::Flaw(flaw)
    }
}

impl From<TryReserveError> for Unreadable {
    fn from(_: TryReserveError) -> Unreadable {
        Unreadable::NoMemory
    }
}

type Result<T> = std::result::Result<T, Unreadable>;

impl<'a> Meetings<'a> {
    /// As `try_read`, where lack of memory is no more than another flaw.
    pub fn read(text: &'a str) -> std::result::Result<Meetings<'a>, String> {
        Meetings::try_read(text).map_err(|why| match why {
            Unreadable::Flaw(flaw) => flaw,
            Unreadable::NoMemory => "a list too large for the memory".to_owned(),
        })
    }

    /// A list as PHP sends it: an array; an object with numeric keys, ordered by them; `{}` or `null` for none.
    ///
    /// A row with odd values is a meeting all the same, see [`Meeting`]. A row that says nothing (`null`, `false`, `""`, `[]`, `{}`, or an
    /// object of such values) is left out, unless there are no others: then the reply is no list. So is one with a row that is anything else.
    pub fn try_read(text: &'a str) -> Result<Meetings<'a>> {
        let mut list = List {
            items: Vec::new(),
            id_hashes: Vec::new(),
            first_left_out: None,
            left_out: 0,
            json: String::new(),
            days: Days::default(),
        };
        let enough_for_most = text.len() / 4 * 5;
        list.json.try_reserve(enough_for_most)?;
        list.json.push('[');
        let mut cursor = Cursor::from(text.as_bytes(), 0);
        let first = cursor.peek();
        match first {
            Some(b'[') => list.take_array(text, &mut cursor)?,
            Some(b'{') => list.take_object(text, &mut cursor)?,
            _ => match cursor.read(text).map_or("broken JSON", |(value, _)| kind(value)) {
                "null" => {}
                kind => return Err(no_list(kind).into()),
            },
        }
        cursor.end().map_err(broken)?;
        if let (true, Some(flaw)) = (list.items.is_empty(), list.first_left_out) {
            return Err(flaw.into());
        }
        list.json.push(']');
        Ok(Meetings {
            items: list.items,
            id_hashes: list.id_hashes,
            left_out: list.left_out,
            is_array: first == Some(b'['),
            json: list.json,
        })
    }

    /// Whether a meeting that is not in the list is not there: no row says nothing, and the list is not the `null` or `{}` of a query that failed.
    pub fn is_complete(&self) -> bool {
        self.left_out == 0 && (self.is_array || !self.items.is_empty())
    }

    /// The meetings, each read again when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Meeting<'a>> {
        self.items.iter().filter_map(|item| Meeting::read_again(item))
    }

    /// [`super::id_hash`] of each meeting.
    pub fn id_hashes(&self) -> &[u64] {
        &self.id_hashes
    }

    /// The JSON array that the host gets.
    pub fn into_json(self) -> String {
        self.json
    }
}

impl fmt::Debug for Meetings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meetings({})", self.items.len())
    }
}

/// A list that is being read. Each item is checked as it comes: a hostile list of a million scraps ends at the first.
struct List<'a> {
    items: Vec<&'a str>,
    id_hashes: Vec<u64>,
    left_out: usize,
    first_left_out: Option<String>,
    json: String,
    days: Days,
}

impl<'a> List<'a> {
    fn take_array(&mut self, text: &'a str, cursor: &mut Cursor<'a>) -> Result<()> {
        let mut more = cursor.first_item().map_err(broken)?;
        while more {
            self.take(text, cursor)?;
            more = cursor.goes_on(b']').map_err(broken)?;
        }
        Ok(())
    }

    /// Of a key that comes twice, the last item holds.
    fn take_object(&mut self, text: &'a str, cursor: &mut Cursor<'a>) -> Result<()> {
        let mut items: Vec<(u64, usize, &'a str)> = Vec::new();
        let mut more = cursor.enter(b'{', b'}').map_err(broken)?;
        while more {
            let (key, (_, item)) = (cursor.name().map_err(broken)?, cursor.read::<IgnoredAny>(text).map_err(broken)?);
            let key = text.get(key).filter(|key| key.len() < 30).and_then(unquoted);
            let key = key.filter(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
            let number: u64 = key.and_then(|key| key.parse().ok()).ok_or_else(|| no_list("an object"))?;
            if items.len() > MOST {
                return Err(too_many().into());
            }
            items.try_reserve(1)?;
            items.push((number, usize::MAX - items.len(), item));
            more = cursor.goes_on(b'}').map_err(broken)?;
        }
        items.sort_unstable_by_key(|&(number, lateness, _)| (number, lateness));
        items.dedup_by_key(|item| item.0);
        items.into_iter().try_for_each(|(_, _, item)| self.take(item, &mut Cursor::from(item.as_bytes(), 0)))
    }

    /// The row of `text` at which the cursor stands.
    fn take(&mut self, text: &'a str, cursor: &mut Cursor<'a>) -> Result<()> {
        let before = self.items.len();
        if before == MOST {
            return Err(too_many().into());
        }
        let (row, read) = match cursor.read(text) {
            Ok((members, row)) => (row, Meeting::of_row(row, members)),
            Err(_) => {
                let (value, row) = cursor.read(text).map_err(broken)?;
                (row, Meeting::read(value))
            }
        };
        let meeting = match read {
            Ok(meeting) => meeting,
            Err(flaw) => return self.leave_out(row, flaw),
        };
        if meeting.is_deeper_than(DEEPEST - 1) {
            return Err(format!("JSON nested deeper than {DEEPEST} levels").into());
        }
        const ADDED: usize = 400; // the documented texts that are missing and `meet_start`
        self.json.try_reserve(row.len() * 2 + ADDED)?; // numbers become texts
        self.items.try_reserve(1)?;
        if before > 0 {
            self.json.push(',');
        }
        meeting.write_json(&mut self.json, &mut self.days);
        self.items.push(row);
        self.id_hashes.try_reserve(1)?;
        self.id_hashes.push(super::id_hash(&meeting.meet_id()));
        Ok(())
    }

    /// A row that is no meeting.
    fn leave_out(&mut self, row: &str, flaw: String) -> Result<()> {
        let flaw = format!("a list whose item {} (from 0) is {flaw}", self.items.len() + self.left_out);
        if !Json::read(row).is_ok_and(says_nothing) {
            return Err(flaw.into());
        }
        self.left_out += 1;
        self.first_left_out.get_or_insert(flaw);
        Ok(())
    }
}

fn broken(_: Broken) -> String {
    no_list("broken JSON")
}

fn too_many() -> String {
    format!("a list of more than {MOST} meetings")
}

fn no_list(kind: &str) -> String {
    format!("{kind} where a list of meetings is promised")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_that_shows_all_proves_that_a_meeting_is_gone() {
        for (text, is_complete) in [
            ("[]", true),
            (r#" [{"meet_id":"a"}]"#, true),
            (r#"{"0":{"meet_id":"a"}}"#, true),
            (r#"[null,{"meet_id":"a"},{},[]]"#, false),
            (r#"{"0":{"meet_id":"a"},"1":null}"#, false),
            ("null", false),
            ("{}", false),
        ] {
            assert_eq!(Meetings::try_read(text).unwrap().is_complete(), is_complete, "{text}");
        }
    }

    #[test]
    fn a_meeting_without_its_identifier_has_an_empty_one() {
        let list = Meetings::try_read(r#"[{"meet_id":null,"pacient_jmeno":"Jana"}]"#).unwrap();
        let jana = list.iter().next().unwrap();
        assert_eq!((&*jana.meet_id(), &*jana.pacient_jmeno()), ("", "Jana"));
    }

    #[test]
    fn no_row_is_longer_than_a_meeting_alone_may_be() {
        let of = |name: usize| format!(r#"[{{"meet_id":"a","pacient_jmeno":"\u017d{}"}}]"#, "x".repeat(name));
        assert!(Meetings::try_read(&of(1_000_000)).is_ok());
        let Err(Unreadable::Flaw(flaw)) = Meetings::try_read(&of(2_000_000)) else { panic!("a row of 2 MB") };
        assert_eq!(flaw, "a list whose item 0 (from 0) is an object of more than 1048576 bytes");
    }
}
