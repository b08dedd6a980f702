//! Chunked transfer coding (RFC 9112, 7.1), each byte looked at once and nothing without a bound.
//!
//! ureq-proto's own decoder refuses chunk extensions of more than some bytes, which a client must ignore, and waits without a bound for a line to end.

use crate::error::{Error, Result};
use crate::status::Status;

/// Maximum length of the line before a chunk, extensions included.
const LONGEST_LINE: usize = 4 << 10;

/// Maximum size of the fields behind the last chunk.
const LARGEST_TRAILER: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// In the hexadecimal size, of which so many digits have come.
    Size {
        digits: u8,
    },
    /// In the rest of the size's line.
    Extension,
    Data,
    /// Before the line break behind a chunk's data.
    DataEnd,
    /// At the start of a line behind the last chunk.
    TrailerStart,
    Trailer,
    Ended,
}

/// Where in a chunked body the reader stands.
#[derive(Debug)]
pub struct Dechunker {
    state: State,
    /// Of the chunk: the size so far, then what is left of its data.
    left: u64,
    /// Bytes of the line, or of the trailer.
    passed: usize,
}

impl Default for Dechunker {
    fn default() -> Dechunker {
        Dechunker { state: State::Size { digits: 0 }, left: 0, passed: 0 }
    }
}

impl Dechunker {
    /// Whether the last chunk and its end have come.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Whether the last chunk has come; some servers close the connection right behind its line.
    pub fn has_all_data(&self) -> bool {
        matches!(self.state, State::TrailerStart | State::Trailer | State::Ended)
    }

    /// Reads from `input` and hands on the data in pieces. Returns how many bytes were used: all, unless the body ended.
    pub fn read(&mut self, input: &[u8], mut data: impl FnMut(&[u8]) -> Result<()>) -> Result<usize> {
        let mut used = 0;
        while let Some(byte) = input.get(used).copied().filter(|_| !self.is_ended()) {
            if self.state == State::Data {
                let rest = input.get(used..).unwrap_or_default();
                let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                data(rest.get(..length).unwrap_or_default())?;
                used += length;
                self.left -= length as u64;
                if self.left == 0 {
                    self.enter(State::DataEnd);
                }
                continue;
            }
            used += 1;
            self.step(byte)?;
        }
        Ok(used)
    }

    fn step(&mut self, byte: u8) -> Result<()> {
        self.passed += 1;
        let longest = if self.has_all_data() { LARGEST_TRAILER } else { LONGEST_LINE };
        if self.passed > longest {
            return Err(broken("a chunk's line or trailer that does not end"));
        }
        match (self.state, byte) {
            (State::Size { digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') if digits < 16 => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                self.left = self.left << 4 | u64::from(digit);
                self.state = State::Size { digits: digits + 1 };
            }
            (State::Size { digits: 1.. }, b'\n') | (State::Extension, b'\n') => {
                self.enter(if self.left == 0 { State::TrailerStart } else { State::Data });
            }
            (State::Size { digits: 1.. }, b';' | b' ' | b'\t' | b'\r') => self.state = State::Extension,
            (State::Extension, _) | (State::DataEnd | State::TrailerStart, b'\r') => {}
            (State::DataEnd, b'\n') => self.enter(State::Size { digits: 0 }),
            (State::TrailerStart, b'\n') => self.state = State::Ended,
            (State::TrailerStart | State::Trailer, _) => {
                self.state = if byte == b'\n' { State::TrailerStart } else { State::Trailer };
            }
            (State::Size { .. }, _) => return Err(broken("a chunk whose size is no number")),
            (State::DataEnd | State::Data | State::Ended, _) => return Err(broken("a chunk longer than it said")),
        }
        Ok(())
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.passed = 0;
    }
}

fn broken(what: &str) -> Error {
    Error::network(Status::ERR_BAD_REPLY, format!("what came is not an HTTP reply: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], piece: usize) -> Result<(String, bool, usize)> {
        let (mut dechunker, mut body, mut used) = (Dechunker::default(), Vec::new(), 0);
        for piece in bytes.chunks(piece) {
            used += dechunker.read(piece, |data| {
                body.extend_from_slice(data);
                Ok(())
            })?;
        }
        Ok((String::from_utf8(body).unwrap(), dechunker.is_ended(), used))
    }

    #[test]
    fn chunks_are_put_together_however_they_come() {
        let whole = |body: &str, used: usize| Ok((body.to_owned(), true, used));
        for piece in [1, 2, 5, 1000] {
            assert_eq!(decoded(b"2\r\n{\"\r\n3\r\na\":\r\n0\r\n\r\n", piece), whole("{\"a\":", 20), "{piece}");
            assert_eq!(decoded(b"2;name=\"value of an extension that is long\"\r\nab\r\n0;x\r\n\r\n", piece).unwrap().0, "ab");
            assert_eq!(decoded(b"1 \nA\n00\nTrailer: x\nAnother: y\n\n", piece).unwrap(), ("A".into(), true, 31));
            assert_eq!(decoded(b"A\r\n0123456789\r\n0\r\n", piece).unwrap(), ("0123456789".into(), false, 18));
        }
        let (body, is_ended, used) = decoded(b"1\r\na\r\n0\r\n\r\nHTTP/1.1", 1000).unwrap();
        assert_eq!((body.as_str(), is_ended, used), ("a", true, 11), "what follows is not part of it");
    }

    #[test]
    fn what_is_no_chunk_or_never_ends_is_an_error() {
        for bytes in [
            "x\r\n".to_owned(),
            "\r\n".into(),
            "-1\r\n".into(),
            "11111111111111111\r\n".into(),
            "1\r\nab\r\n".into(),
            format!("1;{}", "a".repeat(5_000)),
            format!("0\r\n{}", "A: b\r\n".repeat(20_000)),
        ] {
            assert_eq!(decoded(bytes.as_bytes(), 700).unwrap_err().status, Status::ERR_BAD_REPLY, "{bytes:.20}");
        }
    }

    #[test]
    fn a_body_that_ends_early_is_told_from_a_whole_one() {
        for (bytes, has_all_data) in [("5\r\nab", false), ("5\r\nabcde\r\n", false), ("0", false), ("0\r\n", true), ("0\r\nA: b\r\n", true)]
        {
            let mut dechunker = Dechunker::default();
            dechunker.read(bytes.as_bytes(), |_| Ok(())).unwrap();
            assert_eq!((dechunker.has_all_data(), dechunker.is_ended()), (has_all_data, false), "{bytes}");
        }
    }
}
