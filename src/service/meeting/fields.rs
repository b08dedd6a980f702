//! The members of one JSON object as they stand in the service's text, read without building a tree.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::json::value::{Json, Text};

/// More members than any reply has, few enough that a hostile one costs no memory worth speaking of.
const MOST_MEMBERS: usize = 1_000;

/// The members of an object in the service's order. Of a name that comes twice, the last value holds, at the place of the first.
pub struct Fields<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Fields<'a> {
    /// The members of `json`, or what is wrong with it: not an object, a name that is no Unicode text, too many members.
    pub fn read(json: Json<'a>) -> Result<Fields<'a>, String> {
        if json.first_byte() != Some(b'{') {
            return Err(format!("{} where an object is promised", kind(json)));
        }
        serde_json::from_str(json.get()).map_err(|_| "an object with a broken name".to_owned()).and_then(Fields::of)
    }

    pub(super) fn of(Members(members): Members<'a>) -> Result<Fields<'a>, String> {
        match members.len() {
            0..=MOST_MEMBERS if !has_a_name_twice(&members) => Ok(Fields(members)),
            0..=MOST_MEMBERS => Ok(Fields(members.into_iter().collect::<IndexMap<_, _>>().into_iter().collect())),
            _ => Err(format!("an object of more than {MOST_MEMBERS} members")),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Cow<'a, str>, Json<'a>)> {
        self.0.iter().map(|(name, value)| (name, *value))
    }

    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The value of a field that says something: a text that is not empty, or a number.
    pub fn stated(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.get(name)?;
        let says = matches!(value.first_byte(), Some(b'"' | b'-' | b'0'..=b'9'));
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
}

/// The members of an object as they stand there, of too many the first: one more than there may be.
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Members<'a>, D::Error> {
        const OF_A_MEETING: usize = 12;
        reader.deserialize_map(Members(Vec::with_capacity(OF_A_MEETING)))
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Members<'a> {
    type Value = Members<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Members<'a>, A::Error> {
        while let Some(Text(name)) = members.next_key()? {
            if self.0.len() <= MOST_MEMBERS {
                self.0.push((name, members.next_value()?));
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(self)
    }
}

/// Quick for the dozen members of a meeting; where there are many, "perhaps" is answer enough.
fn has_a_name_twice(members: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    const FEW: usize = 32;
    let is_among = |(at, (name, _)): (usize, &(Cow<'_, str>, Json<'_>))| members.iter().take(at).any(|(earlier, _)| earlier == name);
    members.len() > FEW || members.iter().enumerate().any(is_among)
}

/// A documented text in whatever scalar the service put it: a number as its digits, without a fraction that is zero; `null`, and `true` and
/// `false` as PHP prints them.
/// `None` for an object, an array and a text that is no Unicode.
pub fn as_text(json: Json<'_>) -> Option<Cow<'_, str>> {
    match json.first_byte()? {
        b'"' => json.unquoted(),
        b'{' | b'[' => None,
        b'n' | b'f' => Some(Cow::Borrowed("")),
        b't' => Some(Cow::Borrowed("1")),
        _ => Some(Cow::Borrowed(without_zero_fraction(json.get()))),
    }
}

/// As `as_text`, where half a surrogate pair becomes U+FFFD, and an object or an array `""`.
pub(super) fn as_text_at_best(json: Json<'_>) -> Cow<'_, str> {
    as_text(json).or_else(|| json.unquoted_with_replacements().map(Cow::Owned)).unwrap_or_default()
}

/// Of `777123456.0`, `777123456`.
fn without_zero_fraction(number: &str) -> &str {
    match number.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => number,
    }
}

/// A documented whole number in whatever scalar the service put it; nothing said counts as 0, as in PHP.
pub fn as_whole_number(json: Json<'_>) -> Option<i64> {
    let text = as_text(json)?;
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    match without_zero_fraction(text.trim()) {
        "" | "false" => Some(0),
        "true" => Some(1),
        digits => digits.parse().ok(),
    }
}

/// What a value is, for an error's detail.
pub fn kind(json: Json<'_>) -> &'static str {
    match json.first_byte() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') if json.unquoted().is_none() => "a text with half a surrogate pair",
        Some(b'"') => "a text",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a truth value",
        _ => "a number",
    }
}
