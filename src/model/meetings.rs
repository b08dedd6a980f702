//! The list of meetings: the pieces of the reply's own text, one turned into a meeting at a time, so that 20,000 cost little memory.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::Name;
use super::{Meeting, kind};

/// More than fit into a reply of 32 MiB with all their fields; a bound for what a hostile list of crumbs can grow into.
const MOST: usize = 200_000;

/// A list in which every meeting was read once and found sound.
pub struct Meetings<'a> {
    items: Vec<&'a RawValue>,
}

impl<'a> Meetings<'a> {
    /// A list as PHP sends it: an array; an object with numeric keys, ordered by them; `{}` or `null` for none.
    /// An error says in English, without text of the reply, what is wrong.
    pub fn read(raw: &'a RawValue) -> Result<Meetings<'a>, String> {
        let mut flaw = None;
        let mut json = serde_json::Deserializer::from_str(raw.get());
        match json.deserialize_any(List { flaw: &mut flaw }) {
            Ok(items) => Ok(Meetings { items }),
            Err(_) => Err(flaw.unwrap_or_else(|| format!("{} where a list of meetings is promised", kind(raw)))),
        }
    }

    /// The meetings, each read when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Meeting<'a>> {
        self.items.iter().filter_map(|raw| Meeting::read_again(raw))
    }

    /// Appends the JSON array that the host gets.
    pub fn write_json(&self, out: &mut String) {
        const ADDED_TO_EACH: usize = r#","meet_start":"2020-11-23T10:00:00+01:00","#.len();
        out.reserve(self.items.iter().map(|raw| raw.get().len() + ADDED_TO_EACH).sum::<usize>() + 2);
        out.push('[');
        for (at, meeting) in self.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            meeting.write_json(out);
        }
        out.push(']');
    }
}

impl fmt::Debug for Meetings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meetings({})", self.items.len())
    }
}

/// Collects the items, each checked as it comes: a hostile list of a million scraps ends at the first.
struct List<'f> {
    flaw: &'f mut Option<String>,
}

impl List<'_> {
    fn check<E: serde::de::Error>(&mut self, raw: &RawValue, before: usize) -> Result<(), E> {
        if before == MOST {
            return Err(self.end(format!("a list of more than {MOST} meetings")));
        }
        Meeting::read(raw).map(drop).map_err(|flaw| self.end(format!("a list whose item {before} (from 0) is {flaw}")))
    }

    fn end<E: serde::de::Error>(&mut self, flaw: String) -> E {
        *self.flaw = Some(flaw);
        E::custom("not a list of meetings")
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of meetings")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(raw) = list.next_element()? {
            self.check::<A::Error>(raw, items.len())?;
            items.push(raw);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = BTreeMap::new();
        while let Some(Name(key)) = list.next_key()? {
            let number = Some(&key).filter(|key| key.bytes().all(|b| b.is_ascii_digit())).and_then(|key| key.parse::<u64>().ok());
            let Some(number) = number else {
                return Err(self.end("an object where a list of meetings is promised".to_owned()));
            };
            let raw = list.next_value()?;
            self.check::<A::Error>(raw, items.len())?;
            items.insert(number, raw);
        }
        Ok(items.into_values().collect())
    }
}
