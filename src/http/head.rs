//! The head of a reply: where it ends, and what a client must make of it before it is parsed (RFC 9112).
//!
//! ureq-proto parses a head from its start each time, refuses `100 Continue` with header fields (RFC 9110, 15.2 allows them) and header lines that are
//! continued on the next one (RFC 9112, 5.2 asks for blanks in their place). So a head is parsed once, when it is complete, and without either.

use super::input::Input;
use crate::error::{Error, Result};
use crate::status::Status;

/// Maximum size of a head.
const LARGEST: usize = 64 << 10;

/// Maximum number of interim replies (1xx) before the one that counts.
const MOST_INTERIM: u32 = 32;

/// Finds the end of a head. Each byte is looked at once, however it comes.
#[derive(Default)]
pub struct HeadScanner {
    /// Up to where the unread bytes were looked at.
    scanned: usize,
    line_start: usize,
    interim: u32,
}

impl HeadScanner {
    /// The length of the head that counts, once all of it lies at the start of the input.
    pub fn find(&mut self, input: &mut Input) -> Result<Option<usize>> {
        while let Some(length) = self.end(input.unread()) {
            let head = input.unread_mut().get_mut(..length).unwrap_or_default();
            if !is_interim(head) {
                unfold(head);
                return Ok(Some(length));
            }
            self.interim += 1;
            if self.interim > MOST_INTERIM {
                return Err(bad("more than 32 interim replies (1xx)".into()));
            }
            input.consume(length);
            (self.scanned, self.line_start) = (0, 0);
        }
        if !is_http(input.unread()) {
            return Err(bad("another protocol".into()));
        }
        if input.unread().len() > LARGEST {
            return Err(bad("a head of more than 64 KiB".into()));
        }
        Ok(None)
    }

    /// Behind the first empty line.
    fn end(&mut self, unread: &[u8]) -> Option<usize> {
        while let Some(at) = unread.get(self.scanned..)?.iter().position(|byte| *byte == b'\n') {
            let end = self.scanned + at;
            let line = unread.get(self.line_start..end).unwrap_or_default();
            let is_empty = matches!(line, [] | [b'\r']);
            let is_first = self.line_start == 0;
            (self.scanned, self.line_start) = (end + 1, end + 1);
            if is_empty && !is_first {
                return Some(end + 1);
            }
        }
        self.scanned = unread.len();
        None
    }
}

/// Whether it may become an HTTP reply: the banner of another protocol would keep the call until its time-out.
fn is_http(unread: &[u8]) -> bool {
    const START: &[u8] = b"HTTP/";
    let start = unread.trim_ascii_start();
    start.starts_with(START) || START.starts_with(start)
}

/// `HTTP/1.1 103 …`. 101 is none: a switch of protocols that nobody asked for.
fn is_interim(head: &[u8]) -> bool {
    let status = head.splitn(3, |byte| *byte == b' ').nth(1).unwrap_or_default();
    matches!(status, [b'1', b'0'..=b'9', b'0'..=b'9', ..]) && !status.starts_with(b"101")
}

/// A line that begins with a blank continues the one before: the line break between them becomes blanks.
fn unfold(head: &mut [u8]) {
    let mut from = 0;
    while let Some(at) = head.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let end = from + at;
        from = end + 1;
        if matches!(head.get(end + 1), Some(b' ' | b'\t')) {
            for byte in head.get_mut(end.saturating_sub(1)..=end).unwrap_or_default() {
                if matches!(byte, b'\r' | b'\n') {
                    *byte = b' ';
                }
            }
        }
    }
}

fn bad(what: String) -> Error {
    Error::network(Status::ERR_BAD_REPLY, format!("what came is not an HTTP reply: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head that counts, read in pieces of so many bytes.
    fn head(bytes: &[u8], piece: usize) -> Result<Option<String>> {
        let (mut input, mut scanner) = (Input::default(), HeadScanner::default());
        for piece in bytes.chunks(piece) {
            let mut rest = piece;
            while !rest.is_empty() {
                let read = input.fill(|room| std::io::Read::read(&mut rest, room)).unwrap();
                assert!(read > 0);
            }
            if let Some(length) = scanner.find(&mut input)? {
                return Ok(Some(String::from_utf8_lossy(&input.unread()[..length]).into_owned()));
            }
        }
        Ok(None)
    }

    #[test]
    fn interim_replies_and_folded_lines_are_read_as_rfc_9112_says() {
        for piece in [1, 2, 3, 7, 1000] {
            for (bytes, expected) in [
                ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
                ("\r\nHTTP/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"),
                ("HTTP/1.1 200 OK\nA: b\n\n{}", "HTTP/1.1 200 OK\nA: b\n\n"),
                ("HTTP/1.1 100 Continue\r\nServer: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"),
                ("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 404 No\r\n\r\n", "HTTP/1.1 404 No\r\n\r\n"),
                ("HTTP/1.1 101 Switching\r\nA: b\r\n\r\n", "HTTP/1.1 101 Switching\r\nA: b\r\n\r\n"),
                ("HTTP/1.1 200 OK\r\nS: a=1;\r\n path=/\r\n\r\n", "HTTP/1.1 200 OK\r\nS: a=1;   path=/\r\n\r\n"),
                ("HTTP/1.1 200 OK\nS: a\n\tb\n c\n\n", "HTTP/1.1 200 OK\nS: a \tb  c\n\n"),
            ] {
                assert_eq!(head(bytes.as_bytes(), piece).unwrap().as_deref(), Some(expected), "{bytes:?} by {piece}");
            }
        }
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nA: b\r\n", 5), Ok(None));
    }

    #[test]
    fn what_never_ends_is_given_up() {
        assert_eq!(head(b"SSH-2.0-OpenSSH_9.2\r\n", 3).unwrap_err().status, Status::ERR_BAD_REPLY);
        let endless = |line: &str| ["HTTP/1.1 200 OK\r\n", &line.repeat(80_000 / line.len())].concat();
        for bytes in [endless("a"), endless("A: b\r\n"), endless(" folded\r\n"), "HTTP/1.1 100 C\r\n\r\n".repeat(33)] {
            assert_eq!(head(bytes.as_bytes(), 1000).unwrap_err().status, Status::ERR_BAD_REPLY);
        }
    }
}
