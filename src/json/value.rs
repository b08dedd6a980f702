//! JSON as it stands in a text, and a place in it that moves forward, reading strictly what it passes.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

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

/// The text as bytes: one that a host may have written into is known to be UTF-8 only where it was looked at.
pub struct Scan<'a> {
    json: &'a [u8],
    at: usize,
}

/// Where a value stands in the text.
#[derive(Clone, Copy)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    /// It is a string in which nothing is escaped.
    pub is_plain: bool,
}

/// The text is no JSON from this byte on.
#[derive(Debug)]
pub struct Broken {
    pub at: usize,
}

type Read<T> = Result<T, Broken>;

impl<'a> Scan<'a> {
    pub fn from(json: &'a [u8], at: usize) -> Scan<'a> {
        Scan { json, at }
    }

    /// How much of the text was passed.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space, without passing it.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.json.get(self.at) {
            self.at += 1;
        }
        self.json.get(self.at).copied()
    }

    /// Passes a value.
    pub fn value(&mut self) -> Read<Span> {
        let is_string = self.peek() == Some(b'"');
        let start = self.at;
        let plain = if is_string { self.end_of_plain_string() } else { None };
        self.at = plain.map_or_else(|| self.end_of_value(), Ok)?;
        Ok(Span { start, end: self.at, is_plain: plain.is_some() })
    }

    fn end_of_plain_string(&self) -> Option<usize> {
        let inside = self.json.get(self.at + 1..)?;
        let length = plain_length(inside);
        (inside.get(length) == Some(&b'"')).then_some(self.at + length + 2)
    }

    /// `serde_json` passes over nesting without recursion, so that no depth harms the stack.
    #[inline(never)]
    fn end_of_value(&self) -> Read<usize> {
        let mut values = serde_json::Deserializer::from_slice(self.json.get(self.at..).unwrap_or_default()).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => Ok(self.at + values.byte_offset()),
            _ => self.broken(),
        }
    }

    pub fn end(&mut self) -> Read<()> {
        if self.peek().is_none() { Ok(()) } else { self.broken() }
    }

    /// Moves to the value of the member `name` of the object here; `false` if it has none.
    pub fn member(&mut self, name: &str) -> Read<bool> {
        let mut more = self.enter(b'{', b'}')?;
        while more {
            let own = self.name()?;
            if self.is_name(own, name)? {
                return Ok(true);
            }
            self.value()?;
            more = self.goes_on(b'}')?;
        }
        Ok(false)
    }

    /// Passes the name of a member, and the colon.
    pub fn name(&mut self) -> Read<Span> {
        if self.peek() != Some(b'"') {
            return self.broken();
        }
        let name = self.value()?;
        self.expect(b':')?;
        Ok(name)
    }

    fn is_name(&self, own: Span, name: &str) -> Read<bool> {
        if own.is_plain {
            return Ok(self.json.get(own.start + 1..own.end - 1) == Some(name.as_bytes()));
        }
        let unquoted = Json::from_utf8(own, self.json).and_then(Json::unquoted);
        unquoted.map_or(Err(Broken { at: own.start }), |text| Ok(text == name))
    }

    /// Moves into the array here, to its first item; `false` if it is empty.
    pub fn first_item(&mut self) -> Read<bool> {
        self.enter(b'[', b']')
    }

    /// Moves from an item to the `count`-th after it; `false` if the array ends before.
    pub fn later_item(&mut self, count: usize) -> Read<bool> {
        for _ in 0..count {
            self.value()?;
            if !self.goes_on(b']')? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many members or items the value here has; `None` for a scalar.
    pub fn length(&mut self) -> Read<Option<usize>> {
        match self.peek() {
            Some(b'{') => self.count(b'{', b'}').map(Some),
            Some(b'[') => self.count(b'[', b']').map(Some),
            _ => self.value().map(|_| None),
        }
    }

    fn count(&mut self, open: u8, close: u8) -> Read<usize> {
        let mut count = 0_usize;
        let mut more = self.enter(open, close)?;
        while more {
            if open == b'{' {
                self.name()?;
            }
            self.value()?;
            count += 1;
            more = self.goes_on(close)?;
        }
        Ok(count)
    }

    /// Past the bracket that opens. If there is nothing inside, past the one that closes too, and `false`.
    pub fn enter(&mut self, open: u8, close: u8) -> Read<bool> {
        self.expect(open)?;
        let is_empty = self.peek() == Some(close);
        self.at += usize::from(is_empty);
        Ok(!is_empty)
    }

    /// Past a comma: there is more. Past the closing bracket: there is not.
    pub fn goes_on(&mut self, close: u8) -> Read<bool> {
        let next = self.peek();
        if next != Some(close) && next != Some(b',') {
            return self.broken();
        }
        self.at += 1;
        Ok(next != Some(close))
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.peek() != Some(byte) {
            return self.broken();
        }
        self.at += 1;
        Ok(())
    }

    fn broken<T>(&self) -> Read<T> {
        Err(Broken { at: self.at })
    }
}

/// How many bytes stand before the first quote, backslash or control character. Most of a reply is passed here, a word of bytes at a time.
fn plain_length(bytes: &[u8]) -> usize {
    const EACH: usize = usize::MAX / 0xff; // 0x0101…01
    let (words, rest) = bytes.as_chunks();
    for (passed, word) in words.iter().enumerate() {
        let word = usize::from_le_bytes(*word);
        let (quotes, backslashes) = (word ^ (EACH * 0x22), word ^ (EACH * 0x5c));
        // False positives occur only above the first hit.
        let too_small = quotes.wrapping_sub(EACH) | backslashes.wrapping_sub(EACH) | word.wrapping_sub(EACH * 0x20);
        let found = too_small & !word & (EACH * 0x80);
        if found != 0 {
            return passed * size_of::<usize>() + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_plain = |byte: &&u8| **byte >= b' ' && !matches!(byte, b'"' | b'\\');
    bytes.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

#[cfg(test)]
mod tests {
    use super::plain_length;

    #[test]
    fn what_is_plain_ends_at_the_same_byte_as_when_it_is_looked_for_byte_by_byte() {
        let mut random = fastrand::Rng::with_seed(8_259);
        for _ in 0..200_000 {
            let bytes: Vec<u8> =
                (0..random.usize(..40)).map(|_| if random.u8(..10) == 0 { random.u8(..) } else { random.u8(b' '..) }).collect();
            let expected = bytes.iter().position(|byte| matches!(byte, 0..b' ' | b'"' | b'\\')).unwrap_or(bytes.len());
            assert_eq!(plain_length(&bytes), expected, "{bytes:?}");
        }
    }
}
