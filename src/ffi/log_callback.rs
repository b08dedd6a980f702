//! The log callback.

use std::ffi::{CString, c_char, c_void};

use super::floating_point::in_host_state;
use super::{guard, vd_status};
use crate::error::Error;
use crate::log;

/// What receives log messages: `level` 1 error, 2 warning, 3 info, 4 debug; `message` UTF-8, valid until the callback returns; `user_data` as
/// it was set. It may be called from any thread, several at once. It must not throw or raise.
pub type vd_log_fn = Option<unsafe extern "C" fn(level: i32, message: *const c_char, user_data: *mut c_void)>;

/// Sets the one log callback of the process; NULL switches the log off.
///
/// Messages never hold a key, a token, a patient's data, an address of a call or text of the server. `max_level` is 1 (errors) to 4 (debug).
/// Once this returns the old callback runs no more; called from inside the callback itself, it returns at once. The callback may call any
/// function of the library; what such calls would log is dropped. Do not hold a lock here that the callback waits for.
/// Returns VD_OK; VD_ERR_INVALID_ARGUMENT for a callback with another `max_level`.
///
/// Example:
///
///     vd_set_log(on_log, NULL, VD_LOG_INFO);
///     vd_set_log(NULL, NULL, VD_LOG_ERROR);
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_set_log(callback: vd_log_fn, user_data: *mut c_void, max_level: i32) -> vd_status {
    let host = HostLog { callback, user_data };
    guard::status(move || {
        if host.callback.is_some() && !(1..=4).contains(&max_level) {
            return Err(Error::argument("max_level", "max_level is not 1 to 4"));
        }
        let write = host.callback.map(|_| Box::new(move |level, message: &str| host.write(level, message)) as Box<log::Write>);
        log::set(write, max_level);
        Ok(())
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
