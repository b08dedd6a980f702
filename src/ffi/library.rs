//! Which library this is, and what its statuses mean.

use std::ffi::{CStr, c_char};

use super::{boundary, vd_status};
use crate::ABI_VERSION;
use crate::status::{Lang, Status};

/// The version of this interface: 1. A binding refuses to work with another.
///
/// It only changes if something that a program was linked to would change or go; new functions, statuses, options and JSON fields leave it.
///
/// Example:
///
///     if (vd_abi_version() != VD_ABI_VERSION) { puts("another videodoktor is needed"); }
#[unsafe(no_mangle)]
pub extern "C" fn vd_abi_version() -> u32 {
    boundary::value(ABI_VERSION, || ABI_VERSION)
}

/// The version of the library, such as "1.1.0". Static ASCII text, never freed, never NULL.
///
/// Example:
///
///     printf("videodoktor %s\n", vd_version());
#[unsafe(no_mangle)]
pub extern "C" fn vd_version() -> *const c_char {
    const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"?",
    };
    boundary::value(VERSION.as_ptr(), || VERSION.as_ptr())
}

/// The name of a status, such as "VD_X011_EMAIL". Static ASCII text, never freed, never NULL.
///
/// A code that the service invents later has a name too: 1042 is "VD_X042". A number that is no status is "VD_UNKNOWN_STATUS".
///
/// Example:
///
///     puts(vd_status_name(VD_ERR_TIMEOUT));
#[unsafe(no_mangle)]
pub extern "C" fn vd_status_name(status: vd_status) -> *const c_char {
    boundary::value(c"VD_UNKNOWN_STATUS".as_ptr(), || Status(status).name().as_ptr())
}

/// What a status means and what to do now, for the person at the screen. Static UTF-8 text, never freed, never NULL.
///
/// `lang` is "cs" or "en"; NULL and any other text mean "cs".
///
/// Example:
///
///     puts(vd_status_text(VD_ERR_TIMEOUT, "en"));
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_status_text(status: vd_status, lang: *const c_char) -> *const c_char {
    boundary::value(c"".as_ptr(), || {
        // SAFETY: the host passes NULL or a C string.
        let lang = if lang.is_null() { None } else { unsafe { CStr::from_ptr(lang) }.to_str().ok() };
        Status(status).text(lang.and_then(Lang::parse).unwrap_or_default()).as_ptr()
    })
}
