//! Bytes of a reply that have come and are not read yet.

use std::io;

/// So much is taken at once from what has come: most replies whole.
const PIECE: usize = 1 << 10;

/// The bytes from `start` to `end`.
#[derive(Default)]
pub struct Input {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Input {
    pub fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    pub fn unread_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..self.end).unwrap_or_default()
    }

    /// Reads once. The readers of head and body bound how many bytes may lie unread, so the buffer grows rarely.
    pub fn fill(&mut self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        if self.bytes.len() - self.end < PIECE {
            let end = self.unread().len();
            let mut larger = Vec::with_capacity(end * 2 + PIECE);
            larger.extend_from_slice(self.unread());
            larger.resize(end * 2 + PIECE, 0);
            *self = Input { bytes: larger, start: 0, end };
        }
        let filled = read(self.bytes.get_mut(self.end..).unwrap_or_default())?;
        self.end += filled;
        Ok(filled)
    }

    pub fn consume(&mut self, amount: usize) {
        self.start = self.end.min(self.start + amount);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }
}
