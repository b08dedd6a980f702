//! The strings that the host holds. Each is listed here until it is freed, so a foreign or doubled one is found out and never touches memory.

use std::collections::HashMap;
use std::ffi::c_char;
use std::ptr::null_mut;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use videodoktor_reading::Wiped;

use crate::error::{Error, Result};
use crate::json_text::Bookmark;
use crate::locking::lock;
use crate::status::Status;

/// A string of ours: UTF-8, its NUL last. Wiped when freed, for it may hold a patient.
pub struct Text {
    bytes: Wiped<Vec<u8>>,
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

static TEXTS: LazyLock<Mutex<HashMap<usize, Arc<Text>>>> = LazyLock::new(Mutex::default);

/// Gives a string to the host; NULL if there is no memory for it.
pub fn hand_out(text: String) -> *mut c_char {
    let mut bytes = Wiped::new(text.into_bytes());
    if bytes.try_reserve_exact(1).is_err() {
        return null_mut();
    }
    bytes.push(0);
    let address = bytes.as_mut_ptr();
    let mut texts = lock(&TEXTS);
    if texts.try_reserve(1).is_err() {
        return null_mut();
    }
    texts.insert(address.addr(), Arc::new(Text { bytes, bookmark: Mutex::default() }));
    address.cast()
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
