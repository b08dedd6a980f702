//! The service's code in any of the shapes in which it may come. Source: the vendor's text lists the codes but shows no error reply.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use videodoktor_reading::json::unquoted;

use crate::model::Fields;
use crate::status::Status;

/// Under which a code is looked for, whatever the case of their letters.
const NAMES: [&str; 7] = ["error", "errors", "err", "chyba", "code", "error_code", "errorcode"];

/// `{"error":{"errors":[{"code":…}]}}` is as deep as anyone goes.
const DEEPEST: u8 = 4;

/// The code that a reply without the success fields of its call holds.
pub fn code(raw: &RawValue) -> Option<Status> {
    match first_item(raw) {
        // A list of objects is data: an object in it may well have a `code` of its own.
        Some(item) => text_code(item),
        None => code_in(raw, DEEPEST),
    }
}

fn code_in(raw: &RawValue, levels: u8) -> Option<Status> {
    let levels = levels.checked_sub(1)?;
    if let Some(item) = first_item(raw) {
        return code_in(item, levels);
    }
    if let Ok(fields) = Fields::read(raw) {
        let named = fields.iter().filter(|(name, _)| NAMES.iter().any(|own| own.eq_ignore_ascii_case(name)));
        return named.filter_map(|(_, value)| code_in(value, levels)).next();
    }
    text_code(raw)
}

fn text_code(raw: &RawValue) -> Option<Status> {
    code_at_start(unquoted(raw.get())?.trim().as_bytes())
}

/// `X011` alone or followed by something that is no part of a longer word.
pub fn code_at_start(text: &[u8]) -> Option<Status> {
    let (code, after) = text.split_at_checked(4)?;
    let next: Vec<u8> = after.iter().copied().take(4).collect();
    let goes_on = String::from_utf8_lossy(&next).starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if goes_on { None } else { Status::from_code(std::str::from_utf8(code).ok()?) }
}

fn first_item(raw: &RawValue) -> Option<&RawValue> {
    if !raw.get().starts_with('[') {
        return None;
    }
    serde_json::Deserializer::from_str(raw.get()).deserialize_seq(First).ok().flatten()
}

struct First;

impl<'de> Visitor<'de> for First {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let first = list.next_element()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
}
