//! The list of meetings: the pieces of the reply's own text, one turned into a meeting at a time, so that 20,000 cost little memory.

use std::collections::BTreeMap;
use std::fmt;

use super::{Meeting, kind};
use crate::Wiped;
use crate::json::{Broken, DEEPEST, Json, Scan};
use crate::prague::Days;

/// More than fit into a reply of 32 MiB with all their fields; a bound for what a hostile list of crumbs can grow into.
const MOST: usize = 200_000;

/// A list in which every meeting was read and found sound.
pub struct Meetings<'a> {
    items: Vec<&'a str>,
    /// As the host gets it: written while it is read, for a long list is read only once that way.
    json: Wiped<String>,
}

impl<'a> Meetings<'a> {
    /// A list as PHP sends it: an array; an object with numeric keys, ordered by them; `{}` or `null` for none.
    /// An error says in English, without text of the reply, what is wrong.
    pub fn read(text: &'a str) -> Result<Meetings<'a>, String> {
        let mut list = List { text, items: Vec::new(), json: Wiped::default(), days: Days::default() };
        let enough_for_most = text.len() / 4 * 5;
        list.make_room(enough_for_most)?;
        list.json.push('[');
        let mut scan = Scan::from(text.as_bytes(), 0);
        match scan.peek() {
            Some(b'[') => list.take_array(&mut scan)?,
            Some(b'{') => list.take_object(&mut scan)?,
            _ => match scan.value().ok().and_then(|value| Json::at(value, text)).map_or("broken JSON", kind) {
                "null" => {}
                kind => return Err(no_list(kind)),
            },
        }
        scan.end().map_err(broken)?;
        list.json.push(']');
        Ok(Meetings { items: list.items, json: list.json })
    }

    /// The meetings, each read again when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Meeting<'a>> {
        self.items.iter().filter_map(|item| Meeting::read_again(item))
    }

    /// The JSON array that the host gets.
    pub fn into_json(self) -> String {
        self.json.into_inner()
    }
}

impl fmt::Debug for Meetings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meetings({})", self.items.len())
    }
}

/// A list that is being read. Each item is checked as it comes: a hostile list of a million scraps ends at the first.
struct List<'a> {
    text: &'a str,
    items: Vec<&'a str>,
    json: Wiped<String>,
    days: Days,
}

impl<'a> List<'a> {
    fn take_array(&mut self, scan: &mut Scan<'a>) -> Result<(), String> {
        let mut more = scan.enter(b'[', b']').map_err(broken)?;
        while more {
            scan.peek();
            self.take(scan, self.text)?;
            more = scan.goes_on(b']').map_err(broken)?;
        }
        Ok(())
    }

    fn take_object(&mut self, scan: &mut Scan<'a>) -> Result<(), String> {
        let mut items = BTreeMap::new();
        let mut more = scan.enter(b'{', b'}').map_err(broken)?;
        while more && items.len() <= MOST {
            let (key, item) = (scan.name().map_err(broken)?, scan.value().map_err(broken)?);
            let key = Json::at(key, self.text).and_then(Json::unquoted).filter(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
            let number: u64 = key.and_then(|key| key.parse().ok()).ok_or_else(|| no_list("an object"))?;
            items.insert(number, self.text.get(item.start..item.end).unwrap_or_default());
            more = scan.goes_on(b'}').map_err(broken)?;
        }
        items.into_values().try_for_each(|item| self.take(&mut Scan::from(item.as_bytes(), 0), item))
    }

    /// The meeting at which the scan of `text` stands.
    fn take(&mut self, scan: &mut Scan<'a>, text: &'a str) -> Result<(), String> {
        let before = self.items.len();
        if before == MOST {
            return Err(format!("a list of more than {MOST} meetings"));
        }
        let start = scan.at();
        let meeting = Meeting::pass(scan, text).map_err(|flaw| format!("a list whose item {before} (from 0) is {flaw}"))?;
        if meeting.is_deeper_than(DEEPEST - 1) {
            return Err(format!("JSON nested deeper than {DEEPEST} levels"));
        }
        let item = text.get(start..scan.at()).unwrap_or_default();
        const ADDED: usize = 400; // the documented texts that are missing and `meet_start`
        self.make_room(item.len() * 2 + ADDED)?; // numbers become texts
        if before > 0 {
            self.json.push(',');
        }
        meeting.write_json(&mut self.json, &mut self.days);
        self.items.push(item);
        Ok(())
    }

    fn make_room(&mut self, wanted: usize) -> Result<(), String> {
        self.json.try_reserve(wanted).map_err(|_| "a list too large for the memory".to_owned())
    }
}

fn broken(_: Broken) -> String {
    no_list("broken JSON")
}

fn no_list(kind: &str) -> String {
    format!("{kind} where a list of meetings is promised")
}
