//! Strings of ours, and a reader of JSON for hosts without one.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use super::{arguments, boundary, strings, vd_status};
use crate::error::Result;
use crate::json::{self, Bookmark};
use crate::options;

/// Frees a string that the library handed out; its memory is wiped first.
///
/// Returns VD_OK, also for NULL; VD_ERR_INVALID_HANDLE for text that is not ours or was freed already, and nothing is touched. The address
/// of a text of up to 64 KiB is not handed out again before the next 1,000 such texts, or 1 MiB of them, were freed: until then a second
/// free is found out.
///
/// Example:
///
///     vd_string_free(json);
#[unsafe(no_mangle)]
pub extern "C" fn vd_string_free(text: *mut c_char) -> vd_status {
    boundary::status(|| if text.is_null() { Ok(()) } else { strings::free(text) })
}

/// Takes one value out of a JSON text, for hosts without a JSON parser.
///
/// `pointer` is an RFC 6901 pointer: "/meet_id", "/0/pacient_jmeno", "" for the whole. On success `*out_text` is the value: a string without
/// its quotes and escapes, any other value as it stands there (12, true, null, {…}); free it with `vd_string_free`. On error it is NULL.
/// Reading a list from first to last takes time in proportion to its length, if the text is one that the library handed out.
/// Returns VD_OK; VD_ERR_NOT_FOUND if there is nothing; VD_ERR_INVALID_ARGUMENT if the text is not JSON up to there, the pointer is
/// malformed, or the string holds a NUL; VD_ERR_TOO_LARGE if there is no memory for the value; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     if (vd_json_get(json, "/meet_id", &text) == VD_OK) { puts(text); }
///     vd_string_free(text);
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_json_get(json: *const c_char, pointer: *const c_char, out_text: *mut *mut c_char) -> vd_status {
    boundary::status(|| {
        if out_text.is_null() {
            return Err(arguments::null("out_text"));
        }
        // SAFETY: `out_text` is not NULL and may be written; the texts are C strings or NULL.
        unsafe {
            *out_text = null_mut();
            let pointer = arguments::text("pointer", pointer)?;
            *out_text = strings::hand_out(look(json, |json, bookmark| json::get_from(json, pointer, bookmark))?)?;
        }
        Ok(())
    })
}

/// Counts the items of the array, or the members of the object, at `pointer` in a JSON text.
///
/// `*out_length` is their number; 0 on error.
/// Returns as `vd_json_get` does; VD_ERR_INVALID_ARGUMENT also if neither an array nor an object is there.
///
/// Example:
///
///     status = vd_json_length(json, "", &count);
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_json_length(json: *const c_char, pointer: *const c_char, out_length: *mut i32) -> vd_status {
    boundary::status(|| {
        if out_length.is_null() {
            return Err(arguments::null("out_length"));
        }
        // SAFETY: `out_length` is not NULL and may be written; the texts are C strings or NULL.
        unsafe {
            *out_length = 0;
            let pointer = arguments::text("pointer", pointer)?;
            *out_length = look(json, |json, bookmark| json::length_from(json, pointer, bookmark))?;
        }
        Ok(())
    })
}

/// Looks into a JSON text. One of ours is known to be UTF-8, how long it is, and where the last look ended.
///
/// # Safety
/// `json` is NULL or a C string.
unsafe fn look<T>(json: *const c_char, find: impl FnOnce(&[u8], &mut Bookmark) -> Result<T>) -> Result<T> {
    if json.is_null() {
        return Err(arguments::null("json"));
    }
    if let Some(ours) = strings::get(json) {
        return find(ours.bytes(), &mut ours.bookmark());
    }
    // SAFETY: not NULL, so by our contract a C string.
    let bytes = unsafe { CStr::from_ptr(json) }.to_bytes();
    options::utf8("json", bytes)?;
    find(bytes, &mut Bookmark::default())
}
