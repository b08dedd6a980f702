//! A place in a text that moves forward; what it passes it reads strictly. For the look-up by a pointer and for long lists.
//!
//! Values are read by `serde_json`; the brackets, commas and colons around them are read here, because no visitor of `serde_json` can do what is
//! needed:
//!
//! - A look-up starts at an item in the middle of an array, stops at a value of which the end, and what follows, may be no JSON, and goes down a
//!   hundred thousand levels without recursion.
//! - Of a row of a list both the members and how it stands in the text are needed. `serde_json` gives either; to read every row twice takes a third
//!   more than one parse into fields.
//! - Rows are taken as they come, so that a hostile list of a million scraps ends at the first, and where a text breaks is told by its byte.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::json::value::unquoted;

/// The text as bytes: one that a host may have written into is known to be UTF-8 only where it was looked at.
pub struct Cursor<'a> {
    json: &'a [u8],
    at: usize,
}

/// The text is no JSON from this byte on.
#[derive(Debug)]
pub struct Broken {
    pub at: usize,
}

type Read<T> = Result<T, Broken>;

impl<'a> Cursor<'a> {
    pub fn from(json: &'a [u8], at: usize) -> Cursor<'a> {
        Cursor { json, at }
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

    /// Passes a value. `serde_json` does so without recursion, so that no depth harms the stack.
    pub fn value(&mut self) -> Read<Range<usize>> {
        self.peek();
        let start = self.at;
        let mut values = serde_json::Deserializer::from_slice(self.json.get(start..).unwrap_or_default()).into_iter::<IgnoredAny>();
        let Some(Ok(_)) = values.next() else { return self.broken() };
        self.at += values.byte_offset();
        Ok(start..self.at)
    }

    /// Passes a value of `text`, which is this cursor's, and reads it as a `T`; with the value as it stands there.
    pub fn read<T: Deserialize<'a>>(&mut self, text: &'a str) -> Read<(T, &'a str)> {
        self.peek();
        let rest = text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let Some(Ok(value)) = values.next() else { return self.broken() };
        let length = values.byte_offset();
        self.at += length;
        Ok((value, rest.get(..length).unwrap_or_default()))
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
    pub fn name(&mut self) -> Read<Range<usize>> {
        if self.peek() != Some(b'"') {
            return self.broken();
        }
        let name = self.value()?;
        self.expect(b':')?;
        Ok(name)
    }

    fn is_name(&self, own: Range<usize>, name: &str) -> Read<bool> {
        let broken = Broken { at: own.start };
        let own = self.json.get(own).unwrap_or_default();
        if !own.contains(&b'\\') {
            return Ok(own.get(1..own.len() - 1) == Some(name.as_bytes()));
        }
        std::str::from_utf8(own).ok().and_then(unquoted).map_or(Err(broken), |own| Ok(own == name))
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
