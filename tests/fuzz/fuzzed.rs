//! What the targets share: the C ABI with any bytes. A panic inside is caught at the boundary, so each target asserts that there was none.

use std::ffi::{CStr, CString, c_char};
use std::ptr::null_mut;

use serde_json::Value;
use videodoktor::ffi::offline::vd_check_invitation;
use videodoktor::ffi::json::vd_string_free;

/// What a bug in the library is reported as.
const VD_ERR_INTERNAL: i32 = 99;

/// The status, which must not be that of a bug.
pub fn sound(status: i32) -> i32 {
    assert_ne!(status, VD_ERR_INTERNAL, "a panic was caught at the boundary");
    status
}

/// The bytes up to the first NUL.
pub fn c_string(bytes: &[u8]) -> CString {
    CString::new(bytes.split(|byte| *byte == 0).next().unwrap_or_default()).expect("no NUL is left")
}

/// Takes over a text of the library, which must be UTF-8 and its own.
pub fn taken(text: *mut c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the library hands out NUL-terminated text.
    let copy = unsafe { CStr::from_ptr(text) }.to_str().expect("text of the library is UTF-8").to_owned();
    assert_eq!(vd_string_free(text), 0);
    Some(copy)
}

/// The five fields of an invitation; `None` is NULL.
pub type Fields = [Option<CString>; 5];

pub const NAMES: [&str; 5] = ["pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen", "meet_start"];

/// Checks an invitation. One that is accepted must be accepted again as it would be sent, and sent the same.
pub fn check(fields: &Fields) {
    let (status, told) = checked(fields);
    if status == 0 {
        let sent = &told["fields"];
        let again = NAMES.map(|name| sent[name].as_str().map(|text| c_string(text.as_bytes())));
        let (status, told_again) = checked(&again);
        assert_eq!((status, &told_again["fields"]), (0, sent), "what is sent must stay as it is");
    } else if let Some(errors) = told["errors"].as_array() {
        assert_eq!(errors[0]["status"], status);
    }
}

fn checked(fields: &Fields) -> (i32, Value) {
    let [a, b, c, d, e] = fields.each_ref().map(|text| text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr()));
    let mut json = null_mut();
    // SAFETY: NULL or NUL-terminated texts, and a place of ours.
    let status = sound(unsafe { vd_check_invitation(a, b, c, d, e, &mut json) });
    let json = taken(json).expect("there is always JSON");
    (status, serde_json::from_str(&json).expect("it is JSON"))
}
