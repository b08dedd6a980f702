//! The list of meetings: the pieces of the reply's own text, one turned into a meeting at a time, so that 20,000 cost little memory.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::fields::Name;
use super::{Meeting, kind};
use crate::json;

/// More than fit into a reply of 32 MiB with all their fields; a bound for what a hostile list of crumbs can grow into.
const MOST: usize = 200_000;

/// A list in which every meeting was read and found sound.
pub struct Meetings<'a> {
    items: Vec<&'a RawValue>,
    /// As the host gets it: written while it is read, for a long list is read only once that way.
    json: Zeroizing<String>,
}

impl<'a> Meetings<'a> {
    /// A list as PHP sends it: an array; an object with numeric keys, ordered by them; `{}` or `null` for none.
    /// An error says in English, without text of the reply, what is wrong.
    pub fn read(text: &'a str) -> Result<Meetings<'a>, String> {
        let mut list = List { items: Vec::new(), json: Zeroizing::default(), flaw: None };
        let enough_for_most = text.len() / 4 * 5;
        let read = list.make_room(enough_for_most).and_then(|()| {
            list.json.push('[');
            let mut json = serde_json::Deserializer::from_str(text);
            json.deserialize_any(&mut list)?;
            json.end()
        });
        match read {
            Ok(()) => {
                list.json.push(']');
                Ok(Meetings { items: list.items, json: list.json })
            }
            Err(_) => Err(list.flaw.unwrap_or_else(|| {
                let came = json::read(text).map_or("broken JSON", kind);
                format!("{came} where a list of meetings is promised")
            })),
        }
    }

    /// The meetings, each read again when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Meeting<'a>> {
        self.items.iter().filter_map(|raw| Meeting::read_again(raw))
    }

    /// The JSON array that the host gets.
    pub fn into_json(mut self) -> String {
        std::mem::take(&mut *self.json)
    }
}

impl fmt::Debug for Meetings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meetings({})", self.items.len())
    }
}

/// A list that is being read. Each item is checked as it comes: a hostile list of a million scraps ends at the first.
struct List<'a> {
    items: Vec<&'a RawValue>,
    json: Zeroizing<String>,
    flaw: Option<String>,
}

impl<'a> List<'a> {
    fn take<E: serde::de::Error>(&mut self, raw: &'a RawValue) -> Result<(), E> {
        let before = self.items.len();
        if before == MOST {
            return Err(self.end(format!("a list of more than {MOST} meetings")));
        }
        let meeting = Meeting::read(raw).map_err(|flaw| self.end(format!("a list whose item {before} (from 0) is {flaw}")))?;
        const ADDED: usize = 400; // the documented texts that are missing and `meet_start`
        self.make_room(raw.get().len() * 2 + ADDED)?; // numbers become texts
        if before > 0 {
            self.json.push(',');
        }
        meeting.write_json(&mut self.json);
        self.items.push(raw);
        Ok(())
    }

    /// A text that grew by itself would leave patients behind in the memory that it leaves.
    fn make_room<E: serde::de::Error>(&mut self, wanted: usize) -> Result<(), E> {
        if self.json.capacity() - self.json.len() < wanted {
            let mut larger = Zeroizing::new(String::new());
            let doubled = self.json.capacity().saturating_mul(2);
            larger
                .try_reserve_exact(doubled.max(self.json.len() + wanted))
                .map_err(|_| self.end("a list too large for the memory".to_owned()))?;
            larger.push_str(&self.json);
            self.json = larger;
        }
        Ok(())
    }

    fn end<E: serde::de::Error>(&mut self, flaw: String) -> E {
        self.flaw = Some(flaw);
        E::custom("not a list of meetings")
    }
}

impl<'de> Visitor<'de> for &mut List<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of meetings")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element()? {
            self.take(raw)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut items = BTreeMap::new();
        while let Some(Name(key)) = list.next_key()? {
            let number = Some(&key).filter(|key| key.bytes().all(|b| b.is_ascii_digit())).and_then(|key| key.parse::<u64>().ok());
            let Some(number) = number else {
                return Err(self.end("an object where a list of meetings is promised".to_owned()));
            };
            items.insert(number, list.next_value()?);
            if items.len() > MOST {
                break; // `take` says so
            }
        }
        items.into_values().try_for_each(|raw| self.take(raw))
    }
}
