//! What the library logs, kept line by line.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::library::library;

/// The log of this process while this value lives. Tests that need it wait for one another: there is one callback in a process.
pub struct Log {
    lines: Box<Mutex<Vec<(i32, String)>>>,
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::new(());

impl Log {
    /// Listens up to this level, 1 to 4.
    ///
    /// # Panics
    /// If the library does not take the callback.
    pub fn listen(max_level: i32) -> Log {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let log = Log { lines: Box::default(), _alone: alone };
        let user_data = (&raw const *log.lines).cast_mut().cast();
        // SAFETY: `lines` stays where it is until `drop` has taken the callback away.
        assert_eq!(unsafe { (library().vd_set_log)(Some(write), user_data, max_level) }, 0);
        log
    }

    pub fn lines(&self) -> Vec<(i32, String)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All messages, one a line.
    pub fn text(&self) -> String {
        self.lines().into_iter().map(|(level, line)| format!("{level} {line}\n")).collect()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // SAFETY: once this returns the callback runs no more.
        unsafe { (library().vd_set_log)(None, null_mut(), 1) };
    }
}

unsafe extern "C" fn write(level: i32, message: *const c_char, user_data: *mut c_void) {
    // SAFETY: as `listen` has set it; the message lives until we return.
    let (lines, message) = unsafe { (&*user_data.cast::<Mutex<Vec<(i32, String)>>>(), CStr::from_ptr(message)) };
    lines.lock().unwrap_or_else(PoisonError::into_inner).push((level, message.to_string_lossy().into_owned()));
}
