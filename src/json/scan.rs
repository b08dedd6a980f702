//! A place in a JSON text that moves forward, reading strictly what it passes.

use serde::de::IgnoredAny;

use super::value::Json;

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
        // What is too small for the subtraction gets its top bit set, unless it had it before: the lowest that is found is none other.
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
