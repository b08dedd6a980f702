//! A place in a JSON text that moves forward, reading strictly what it passes.

use std::borrow::Cow;

use serde::de::{Deserialize, IgnoredAny};
use serde_json::value::RawValue;
use videodoktor_reading::json::unquoted;

use crate::error::Error;

/// What is left of the text.
pub struct Scan<'a> {
    pub rest: &'a [u8],
}

/// The text is no JSON; so much of it was left.
pub struct Broken {
    left: usize,
}

impl Broken {
    pub fn into_error(self, json: &[u8]) -> Error {
        let at = json.len().saturating_sub(self.left);
        Error::argument("json", format!("the text is no valid JSON from byte {at} on"))
    }
}

type Read<T> = Result<T, Broken>;

impl<'a> Scan<'a> {
    pub fn offset_in(&self, json: &[u8]) -> usize {
        json.len().saturating_sub(self.rest.len())
    }

    pub fn value(&mut self) -> Read<&'a RawValue> {
        self.take()
    }

    pub fn skip(&mut self) -> Read<()> {
        self.take::<IgnoredAny>().map(drop)
    }

    /// The next byte that is no white space, without passing it.
    pub fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    pub fn end(&mut self) -> Read<()> {
        if self.peek().is_none() { Ok(()) } else { self.broken() }
    }

    /// Moves to the value of the member `name` of the object here; `false` if it has none.
    pub fn member(&mut self, name: &str) -> Read<bool> {
        self.expect(b'{')?;
        if self.peek() == Some(b'}') {
            return Ok(false);
        }
        loop {
            let is_it = self.name()? == name;
            self.expect(b':')?;
            if is_it {
                return Ok(true);
            }
            self.skip()?;
            if !self.goes_on(b'}')? {
                return Ok(false);
            }
        }
    }

    /// Moves into the array here, to its first item; `false` if it is empty.
    pub fn first_item(&mut self) -> Read<bool> {
        self.expect(b'[')?;
        Ok(self.peek() != Some(b']'))
    }

    /// Moves from an item to the `count`-th after it; `false` if the array ends before.
    pub fn later_item(&mut self, count: usize) -> Read<bool> {
        for _ in 0..count {
            self.skip()?;
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
            _ => self.skip().map(|()| None),
        }
    }

    fn count(&mut self, open: u8, close: u8) -> Read<usize> {
        self.expect(open)?;
        if self.peek() == Some(close) {
            self.expect(close)?;
            return Ok(0);
        }
        let mut count = 0_usize;
        loop {
            if open == b'{' {
                self.name()?;
                self.expect(b':')?;
            }
            self.skip()?;
            count = count.saturating_add(1);
            if !self.goes_on(close)? {
                return Ok(count);
            }
        }
    }

    /// Past a comma: there is more. Past the closing bracket: there is not.
    fn goes_on(&mut self, close: u8) -> Read<bool> {
        if self.peek() == Some(close) {
            return self.expect(close).map(|()| false);
        }
        self.expect(b',').map(|()| true)
    }

    fn name(&mut self) -> Read<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return self.broken();
        }
        let name: &'a RawValue = self.take()?;
        unquoted(name.get()).map_or_else(|| self.broken(), Ok)
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        match (self.peek(), self.rest) {
            (Some(next), [_, rest @ ..]) if next == byte => {
                self.rest = rest;
                Ok(())
            }
            _ => self.broken(),
        }
    }

    /// One value of JSON. `serde_json` passes over nesting without recursion, so that no depth harms the stack.
    fn take<T: Deserialize<'a>>(&mut self) -> Read<T> {
        let mut values = serde_json::Deserializer::from_slice(self.rest).into_iter::<T>();
        let Some(Ok(value)) = values.next() else {
            return self.broken();
        };
        self.rest = self.rest.get(values.byte_offset()..).unwrap_or_default();
        Ok(value)
    }

    fn broken<T>(&self) -> Read<T> {
        Err(Broken { left: self.rest.len() })
    }
}
