//! A JSON value as it stands in a text, found and unescaped by `serde_json`.
//!
//! Our own is how deep it is nested: `serde_json` passes over a value of any depth when it is not asked for its contents, and its own bound, 128, is
//! not ours.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

/// Objects and arrays in each other: more than any reply has, few enough for every reader that recurses.
pub const DEEPEST: usize = 100;

/// A value as it stands in a text.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct Json<'a>(#[serde(borrow)] &'a RawValue);

/// A string's text; borrowed where nothing in it is escaped.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<'a> Json<'a> {
    /// The one value that a text is.
    pub fn read(text: &'a str) -> serde_json::Result<Json<'a>> {
        serde_json::from_str(text)
    }

    pub fn get(self) -> &'a str {
        self.0.get()
    }

    pub fn first_byte(self) -> Option<u8> {
        self.get().as_bytes().first().copied()
    }

    /// Whether it is a string in which nothing is escaped.
    pub fn is_plain(self) -> bool {
        self.first_byte() == Some(b'"') && !self.get().contains('\\')
    }

    /// The text of a string; `None` if it is no string, or holds half a surrogate pair.
    pub fn unquoted(self) -> Option<Cow<'a, str>> {
        unquoted(self.get())
    }

    /// The text of a string, U+FFFD in the place of each half of a surrogate pair that stands alone. `None` if it is no string.
    pub fn unquoted_with_replacements(self) -> Option<String> {
        Deserializer::from_str(self.get()).deserialize_bytes(WithReplacements).ok()
    }
}

/// As `Json::unquoted`, of a value that was found already.
pub fn unquoted(value: &str) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(value).ok().map(|Text(text)| text) } else { Some(Cow::Borrowed(inner)) }
}

/// `serde_json` gives a string as bytes with half a surrogate pair encoded as if it were a character: in three bytes, of which the first is ED.
struct WithReplacements;

impl Visitor<'_> for WithReplacements {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if chunk.invalid().first() == Some(&0xed) {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok(text)
    }
}

/// Whether objects and arrays lie in each other more than `most` deep.
pub fn is_deeper_than(most: usize, json: &str) -> bool {
    let (mut depth, mut rest) = (0_usize, json.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => rest = after_string(after),
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}

/// What follows the string whose inside begins here.
fn after_string(mut rest: &[u8]) -> &[u8] {
    loop {
        let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else { return &[] };
        let (sign, after) = rest.get(at..).and_then(<[u8]>::split_first).unwrap_or((&b'"', &[]));
        match sign {
            b'"' => return after,
            _ => rest = after.get(1..).unwrap_or_default(), // past what is escaped
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_half_of_a_surrogate_pair_that_stands_alone_is_one_replacement() {
        for (json, text) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\ude00b""#, "a\u{fffd}b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\uD83D\n\u0000\\ud83d""#, "\u{fffd}\n\0\\ud83d"),
            (r#""Žofie �\u017d\ud83d""#, "Žofie �Ž\u{fffd}"),
            (r#""plain""#, "plain"),
        ] {
            assert_eq!(Json::read(json).unwrap().unquoted_with_replacements().as_deref(), Some(text), "{json}");
        }
        assert_eq!(Json::read("[1]").unwrap().unquoted_with_replacements(), None);
    }
}
