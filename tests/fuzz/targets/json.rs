//! Any bytes as JSON, and as a pointer into it: pointer, NUL, JSON. Where serde_json reads it too, both must find the same.
#![no_main]

use std::ptr::null_mut;

use fuzzed::{c_string, sound, taken};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use videodoktor::ffi::json::{vd_json_get, vd_json_length};

fuzz_target!(|input: &[u8]| {
    let Some(nul) = input.iter().position(|byte| *byte == 0) else { return };
    let (pointer, json) = (c_string(&input[..nul]), c_string(&input[nul + 1..]));
    let (mut found, mut length) = (null_mut(), -1);
    // SAFETY: NUL-terminated texts, and places of ours.
    let (got, counted) = unsafe {
        let got = sound(vd_json_get(json.as_ptr(), pointer.as_ptr(), &mut found));
        (got, sound(vd_json_length(json.as_ptr(), pointer.as_ptr(), &mut length)))
    };
    let found = taken(found);
    assert_eq!(got == 0, found.is_some());
    assert!(if counted == 0 { length >= 0 } else { length == 0 });
    if is_malformed(pointer.as_bytes()) {
        return; // an error here, while serde_json looks for it as it stands
    }
    let (Ok(pointer), Ok(whole)) = (pointer.to_str(), serde_json::from_slice::<Value>(json.as_bytes())) else { return };
    if whole.to_string().matches('"').count() != json.as_bytes().iter().filter(|byte| **byte == b'"').count() {
        return; // the same name twice in one object, of which serde_json keeps the last; or an escaped quote
    }
    match (whole.pointer(pointer), found) {
        (Some(Value::String(text)), Some(found)) => assert_eq!(text, &found),
        (Some(Value::String(text)), None) => assert!(text.contains('\0'), "{got} for a text"),
        (Some(value), Some(found)) => assert_eq!(serde_json::from_str::<Value>(&found).ok().as_ref(), Some(value)),
        (None, None) => {}
        (expected, found) => panic!("serde_json finds {expected:?}, we find {found:?}"),
    }
});

/// RFC 6901: an empty pointer or one that begins with /, and in it ~ as ~0 or ~1 only.
fn is_malformed(pointer: &[u8]) -> bool {
    let lone_tilde =
        pointer.iter().zip(pointer.iter().skip(1).chain([&b' '])).any(|(byte, next)| *byte == b'~' && !matches!(next, b'0' | b'1'));
    lone_tilde || !(pointer.is_empty() || pointer.starts_with(b"/"))
}
