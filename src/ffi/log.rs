//! The log callback.

use std::ffi::{CString, c_char, c_void};

use super::floating_point::in_host_state;
use super::{boundary, vd_status};
use crate::error::Error;
use crate::log;
use crate::status::Status;

/// What receives log messages: `level` 1 error, 2 warning, 3 info, 4 debug; `message` UTF-8, valid until the callback returns; `user_data`
/// as it was set. It is called in the threads that are in a call of the library, in several at once, and never in a thread that the library
/// started: what such a thread has to say comes with a later call. It must not throw or raise.
pub type vd_log_fn = Option<unsafe extern "C" fn(level: i32, message: *const c_char, user_data: *mut c_void)>;

/// Sets the one log callback of the process; NULL switches the log off.
///
/// Messages never hold a key, a token, a patient's data, an address of a call or text of the server. `max_level` is 1 (errors) to 4 (debug).
/// A client that was freed logs nothing more. The callback may call any function of the library; what such calls would log is dropped.
///
/// Once this returns VD_OK no earlier callback runs any more. It waits at most 2 seconds for those that are running, such as one that waits
/// for the thread that calls this, and then returns VD_ERR_TIMEOUT: no new message reaches an earlier callback, but one still runs in it.
/// Keep its code and its `user_data` and call this again. Called from inside a callback this returns VD_OK at once, and what runs goes on
/// until it returns.
///
/// Switch the log off, and wait for VD_OK, before what the callback needs is gone: before a runtime such as Python's or .NET's ends, and
/// before a plug-in is unloaded.
/// Returns VD_OK; VD_ERR_TIMEOUT; VD_ERR_INVALID_ARGUMENT for a callback with another `max_level`, and nothing is changed.
///
/// Example:
///
///     vd_set_log(on_log, NULL, VD_LOG_INFO);
///     if (vd_set_log(NULL, NULL, VD_LOG_ERROR) != VD_OK) { puts("the callback still runs"); }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_set_log(callback: vd_log_fn, user_data: *mut c_void, max_level: i32) -> vd_status {
    let host = HostLog { callback, user_data };
    boundary::status(move || {
        if host.callback.is_some() && !(1..=4).contains(&max_level) {
            return Err(Error::argument("max_level", "max_level is not 1 to 4"));
        }
        let write = host.callback.map(|_| Box::new(move |level, message: &str| host.write(level, message)) as Box<log::Write>);
        log::set(write, max_level).map_err(|_| Error::client(Status::ERR_TIMEOUT, "an earlier callback still runs"))
    })
}

/// The callback with its argument.
struct HostLog {
    callback: vd_log_fn,
    user_data: *mut c_void,
}

// SAFETY: the header says that the callback is called from any thread and several at once; `user_data` is only handed back.
unsafe impl Send for HostLog {}
// SAFETY: as above.
unsafe impl Sync for HostLog {}

impl HostLog {
    fn write(&self, level: i32, message: &str) {
        let (Some(callback), Ok(message)) = (self.callback, CString::new(message)) else { return };
        // SAFETY: the host set this callback and keeps it until `vd_set_log` has returned; the message lives until it returns.
        in_host_state(|| unsafe { callback(level, message.as_ptr(), self.user_data) });
    }
}
