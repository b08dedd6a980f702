//! The members of one JSON object as they stand in the service's text, read without building a tree.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::value::{Broken, Json, Scan};

/// More members than any reply has, few enough that a hostile one costs no memory worth speaking of.
const MOST_MEMBERS: usize = 1_000;

/// The members of an object in the service's order. Of a name that comes twice, the last value holds, at the place of the first.
pub struct Fields<'a> {
    members: Vec<Member<'a>>,
}

pub(super) struct Member<'a> {
    pub name: Cow<'a, str>,
    pub value: Json<'a>,
    /// Name and value as they stand in the text, if they do so as one writes them: nothing is escaped in the name, nothing is blank.
    pub as_it_stands: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// The members of `json`, or what is wrong with it: not an object, a name that is no Unicode text, too many members.
    pub fn read(json: Json<'a>) -> Result<Fields<'a>, String> {
        Fields::pass(&mut Scan::from(json.get().as_bytes(), 0), json.get(), usize::MAX)
    }

    /// The members of the object at which the scan of `text` stands, if it has no more than `most` bytes.
    pub(super) fn pass(scan: &mut Scan<'a>, text: &'a str, most: usize) -> Result<Fields<'a>, String> {
        if scan.peek() != Some(b'{') {
            let kind = scan.value().ok().and_then(|value| Json::at(value, text)).map_or("broken JSON", kind);
            return Err(format!("{kind} where an object is promised"));
        }
        let start = scan.at();
        match members(scan, text, most) {
            Err(Broken { at }) if at.saturating_sub(start) > most => Err(format!("an object of more than {most} bytes")),
            Err(Broken { .. }) => Err("an object with a broken name".to_owned()),
            Ok(members) if members.len() <= MOST_MEMBERS => Ok(Fields { members }.each_name_once()),
            Ok(_) => Err(format!("an object of more than {MOST_MEMBERS} members")),
        }
    }

    pub(super) fn members(&self) -> &[Member<'a>] {
        &self.members
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Cow<'a, str>, Json<'a>)> {
        self.members.iter().map(|member| (&member.name, member.value))
    }

    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.members.iter().find(|member| member.name == name).map(|member| member.value)
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

    fn each_name_once(self) -> Fields<'a> {
        if !self.has_a_name_twice() {
            return self;
        }
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
        let mut members: Vec<Member<'a>> = Vec::with_capacity(self.members.len());
        for member in self.members {
            match places.get(&member.name).and_then(|place| members.get_mut(*place)) {
                Some(first) => *first = member,
                None => {
                    places.insert(member.name.clone(), members.len());
                    members.push(member);
                }
            }
        }
        Fields { members }
    }

    /// Quick for the dozen members of a meeting; where there are many, "perhaps" is answer enough.
    fn has_a_name_twice(&self) -> bool {
        const FEW: usize = 32;
        let mut rest = self.members.as_slice();
        while let Some((member, others)) = rest.split_first() {
            if others.len() > FEW || others.iter().any(|other| other.name == member.name) {
                return true;
            }
            rest = others;
        }
        false
    }
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

/// The members of the object at the scan, one more than there may be at the most; the rest are only passed.
fn members<'a>(scan: &mut Scan<'a>, text: &'a str, most: usize) -> Result<Vec<Member<'a>>, Broken> {
    const OF_A_MEETING: usize = 12;
    let mut members = Vec::with_capacity(OF_A_MEETING);
    let start = scan.at();
    let mut more = scan.enter(b'{', b'}')?;
    while more {
        let (name, value) = (scan.name()?, scan.value()?);
        if value.end - start > most {
            return Err(Broken { at: value.end });
        }
        let broken = || Broken { at: name.start };
        let unquoted = Json::at(name, text).and_then(Json::unquoted).ok_or_else(broken)?;
        if members.len() <= MOST_MEMBERS {
            let is_as_one_writes_it = name.is_plain && value.start == name.end + 1;
            let as_it_stands = text.get(name.start..value.end).filter(|_| is_as_one_writes_it);
            members.push(Member { name: unquoted, value: Json::at(value, text).ok_or_else(broken)?, as_it_stands });
        }
        more = scan.goes_on(b'}')?;
    }
    Ok(members)
}
