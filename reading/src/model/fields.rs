//! The members of one JSON object as they stand in the service's text, read without building a tree.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::unquoted;

/// More members than any reply has, few enough that a hostile one costs no memory worth speaking of.
const MOST_MEMBERS: usize = 1_000;

/// The members of an object in the service's order. Of a name that comes twice, the last value holds, at the place of the first.
pub struct Fields<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Fields<'a> {
    /// The members of `raw`, or what is wrong with it: not an object, a name that is no Unicode text, too many members.
    pub fn read(raw: &'a RawValue) -> Result<Fields<'a>, String> {
        if !raw.get().starts_with('{') {
            return Err(format!("{} where an object is promised", kind(raw)));
        }
        match serde_json::from_str::<Fields<'a>>(raw.get()) {
            Ok(fields) if fields.members.len() <= MOST_MEMBERS => Ok(fields.each_name_once()),
            Ok(_) => Err(format!("an object of more than {MOST_MEMBERS} members")),
            Err(_) => Err("an object with a broken name".to_owned()),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Cow<'a, str>, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (name, *value))
    }

    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The value of a field that says something: a text that is not empty, or a number.
    pub fn stated(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.get(name)?;
        let says = value.get().starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
        says.then(|| as_text(value)).flatten().filter(|text| !text.is_empty())
    }

    /// How a field that should say something fails to, as the end of "an object …"; `None` if it does say something.
    pub fn lack(&self, name: &str) -> Option<String> {
        match (self.get(name), self.stated(name)) {
            (_, Some(_)) => None,
            (None, None) => Some(format!("without {name}")),
            (Some(value), None) if value.get() == "\"\"" => Some(format!("whose {name} is empty")),
            (Some(value), None) => Some(format!("whose {name} is {}", kind(value))),
        }
    }

    fn each_name_once(self) -> Fields<'a> {
        if !self.has_a_name_twice() {
            return self;
        }
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
        let mut members: Vec<(Cow<'a, str>, &'a RawValue)> = Vec::with_capacity(self.members.len());
        for (name, value) in self.members {
            match places.get(&name).and_then(|place| members.get_mut(*place)) {
                Some(member) => member.1 = value,
                None => {
                    places.insert(name.clone(), members.len());
                    members.push((name, value));
                }
            }
        }
        Fields { members }
    }

    /// Quick for the dozen members of a meeting; where there are many, "perhaps" is answer enough.
    fn has_a_name_twice(&self) -> bool {
        const FEW: usize = 32;
        let mut rest = self.members.as_slice();
        while let Some(((name, _), others)) = rest.split_first() {
            if others.len() > FEW || others.iter().any(|(other, _)| other == name) {
                return true;
            }
            rest = others;
        }
        false
    }
}

/// A documented text in whatever scalar the service put it: a number as its digits; `null`, and `true` and `false` as PHP prints them.
/// `None` for an object, an array and a text that is no Unicode.
pub fn as_text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes().first()? {
        b'"' => unquoted(json),
        b'{' | b'[' => None,
        b'n' | b'f' => Some(Cow::Borrowed("")),
        b't' => Some(Cow::Borrowed("1")),
        _ => Some(Cow::Borrowed(json)),
    }
}

/// A documented whole number in whatever scalar the service put it; nothing said counts as 0, as in PHP.
pub fn as_whole_number(raw: &RawValue) -> Option<i64> {
    let text = as_text(raw)?;
    let whole = match text.trim().split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text.trim(),
    };
    match whole {
        "" | "false" => Some(0),
        "true" => Some(1),
        digits => digits.parse().ok(),
    }
}

/// What a value is, for an error's detail.
pub fn kind(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') if unquoted(raw.get()).is_none() => "a text with half a surrogate pair",
        Some(b'"') => "a text",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a truth value",
        _ => "a number",
    }
}

/// The name of a member, borrowed where it needs no unescaping.
pub(super) struct Name<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        const OF_A_MEETING: usize = 12;
        let mut members = Vec::with_capacity(OF_A_MEETING);
        while let Some(Name(name)) = map.next_key()? {
            if members.len() > MOST_MEMBERS {
                map.next_value::<IgnoredAny>()?;
            } else {
                members.push((name, map.next_value()?));
            }
        }
        Ok(Fields { members })
    }
}
