//! The strings that the host holds. Each is listed here until it is freed, so a foreign or doubled one is found out and never touches memory.

use std::collections::{HashMap, VecDeque};
use std::ffi::c_char;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use zeroize::Zeroize as _;

use crate::error::{Error, Result};
use crate::json::{Bookmark, too_large};
use crate::locking::lock;
use crate::status::Status;

/// A string of ours: UTF-8, its NUL last. Wiped when freed, for it may hold a patient.
pub struct Text {
    bytes: Vec<u8>,
    /// Where the host's last look into it ended.
    bookmark: Mutex<Bookmark>,
}

impl Text {
    /// Without the NUL.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.split_last().map_or(&[], |(_, text)| text)
    }

    pub fn bookmark(&self) -> MutexGuard<'_, Bookmark> {
        lock(&self.bookmark)
    }
}

/// Freed, and looked into by nobody any more.
impl Drop for Text {
    fn drop(&mut self) {
        if self.bytes.capacity() > Quarantine::LARGEST {
            return; // freed at once, which wipes it
        }
        self.bytes.clear();
        self.bytes.zeroize(); // all its memory, beyond its end too
        let released = lock(&QUARANTINE).admit(std::mem::take(&mut self.bytes));
        drop(released); // the lock is free again
    }
}

static TEXTS: LazyLock<Mutex<HashMap<usize, Arc<Text>>>> = LazyLock::new(Mutex::default);
static QUARANTINE: Mutex<Quarantine> = Mutex::new(Quarantine { blocks: VecDeque::new(), bytes: 0 });

/// Freed strings, wiped. Their memory is held back so that the next strings get other addresses: a string that is freed twice is then none
/// of ours, and not the one that took its place.
struct Quarantine {
    /// Oldest first.
    blocks: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl Quarantine {
    const MOST_BLOCKS: usize = 1_024;
    const MOST_BYTES: usize = 1 << 20;
    /// A string of more bytes, such as a list of meetings, is not held back: a host that is short of memory needs it.
    const LARGEST: usize = 64 << 10;

    /// Takes a block in; returns those that leave for it.
    fn admit(&mut self, block: Vec<u8>) -> Vec<Vec<u8>> {
        let mut released = Vec::new();
        if self.blocks.try_reserve(1).is_err() {
            released.push(block);
            return released;
        }
        self.bytes += block.capacity();
        self.blocks.push_back(block);
        while self.blocks.len() > Quarantine::MOST_BLOCKS || self.bytes > Quarantine::MOST_BYTES {
            let Some(oldest) = self.blocks.pop_front() else { break };
            self.bytes -= oldest.capacity();
            released.push(oldest);
        }
        released
    }
}

/// Gives a string to the host; `VD_ERR_TOO_LARGE` if there is no memory for it.
pub fn hand_out(text: String) -> Result<*mut c_char> {
    let mut bytes = text.into_bytes();
    bytes.try_reserve_exact(1).map_err(too_large)?;
    bytes.push(0);
    let address = bytes.as_mut_ptr();
    let mut texts = lock(&TEXTS);
    texts.try_reserve(1).map_err(too_large)?;
    texts.insert(address.addr(), Arc::new(Text { bytes, bookmark: Mutex::default() }));
    Ok(address.cast())
}

/// The string behind a pointer, if it is one of ours.
pub fn get(text: *const c_char) -> Option<Arc<Text>> {
    lock(&TEXTS).get(&text.addr()).cloned()
}

/// Takes a string back.
pub fn free(text: *mut c_char) -> Result<()> {
    let taken = lock(&TEXTS).remove(&text.addr());
    let foreign = || Error { field: Some("text"), ..Error::client(Status::ERR_INVALID_HANDLE, "text is not ours, or was freed already") };
    taken.map(drop).ok_or_else(foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarantine() -> Quarantine {
        Quarantine { blocks: VecDeque::new(), bytes: 0 }
    }

    #[test]
    fn blocks_leave_in_the_order_in_which_they_came() {
        let mut quarantine = quarantine();
        let block = |n: usize| n.to_le_bytes().to_vec();
        for n in 0..Quarantine::MOST_BLOCKS {
            assert!(quarantine.admit(block(n)).is_empty(), "{n}");
        }
        for n in 0..10 {
            assert_eq!(quarantine.admit(block(0)), [block(n)]);
        }
    }

    #[test]
    fn what_is_held_back_is_bounded_in_bytes() {
        let mut quarantine = quarantine();
        for _ in 0..100 {
            quarantine.admit(vec![0; 60_000]);
            assert!(quarantine.bytes <= Quarantine::MOST_BYTES);
            assert_eq!(quarantine.bytes, quarantine.blocks.iter().map(Vec::capacity).sum::<usize>());
        }
        assert!(quarantine.bytes > Quarantine::MOST_BYTES / 2);
    }
}
