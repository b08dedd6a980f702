//! JSON as it stands in a text.

use std::borrow::Cow;

use serde_json::value::RawValue;

pub use crate::json::scan::{Broken, Scan, Span};

/// Objects and arrays in each other: more than any reply has, few enough for every reader that recurses.
pub const DEEPEST: usize = 100;

/// A value as it stands in a text.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    text: &'a str,
    /// Found to be a string in which nothing is escaped.
    is_plain: bool,
}

impl<'a> Json<'a> {
    /// The one value that a text is.
    #[inline(never)] // into code that is compiled for size
    pub fn read(text: &'a str) -> serde_json::Result<Json<'a>> {
        serde_json::from_str::<&RawValue>(text).map(|raw| Json { text: raw.get(), is_plain: false })
    }

    /// The value that a scan of `text` has passed; `None` where the span is no part of it.
    pub fn at(span: Span, text: &'a str) -> Option<Json<'a>> {
        text.get(span.start..span.end).map(|text| Json { text, is_plain: span.is_plain })
    }

    /// The same from a text of which no more than the span is known to be UTF-8.
    pub fn from_utf8(span: Span, json: &'a [u8]) -> Option<Json<'a>> {
        let text = std::str::from_utf8(json.get(span.start..span.end)?).ok()?;
        Some(Json { text, is_plain: span.is_plain })
    }

    pub fn get(self) -> &'a str {
        self.text
    }

    pub fn first_byte(self) -> Option<u8> {
        self.text.as_bytes().first().copied()
    }

    /// Whether it is known, without looking again, to be a string in which nothing is escaped.
    pub fn is_plain(self) -> bool {
        self.is_plain
    }

    /// The text of a string; borrowed where nothing in it is escaped. `None` if it is no string, or holds half a surrogate pair.
    pub fn unquoted(self) -> Option<Cow<'a, str>> {
        if self.is_plain { self.text.get(1..self.text.len() - 1).map(Cow::Borrowed) } else { unescaped(self.text) }
    }

    /// The text of a string, U+FFFD in the place of each half of a surrogate pair that stands alone. `None` if it is no string.
    pub fn unquoted_with_replacements(self) -> Option<String> {
        let mut sound = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
            let next = escape.get(6..).and_then(utf16_unit);
            let (length, is_half) = match utf16_unit(escape) {
                Some(0xd800..0xdc00) if matches!(next, Some(0xdc00..0xe000)) => (12, false),
                Some(unit) => (6, matches!(unit, 0xd800..0xe000)),
                None => (2, false),
            };
            let (escape, after) = escape.split_at_checked(length)?;
            sound.push_str(before);
            sound.push_str(if is_half { "\\ufffd" } else { escape });
            rest = after;
        }
        sound.push_str(rest);
        serde_json::from_str(&sound).ok()
    }
}

/// The unit that `\uXXXX` at the start of `escape` stands for.
fn utf16_unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[inline(never)]
fn unescaped(string: &str) -> Option<Cow<'_, str>> {
    let inner = string.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(string).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// Whether objects and arrays lie in each other more than `most` deep. Counted here because `serde_json` passes over a value of any depth when
/// it is not asked for its contents.
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
