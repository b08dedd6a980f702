//! Any bytes as `options_json`.
#![no_main]

use std::ptr::null_mut;

use fuzzed::{c_string, sound, taken};
use libfuzzer_sys::fuzz_target;
use videodoktor::ffi::client::{vd_client_free, vd_client_new};

fuzz_target!(|input: &[u8]| {
    if input.windows(7).any(|part| part == b"ca_file") {
        return; // which files there are is not ours to try
    }
    let options = c_string(input);
    let (mut client, mut json) = (null_mut(), null_mut());
    // SAFETY: NUL-terminated texts, and places of ours.
    let status =
        unsafe { sound(vd_client_new(c"demo".as_ptr(), c"app".as_ptr(), c"key".as_ptr(), options.as_ptr(), &mut client, &mut json)) };
    let told = taken(json).expect("there is always JSON");
    assert_eq!(status == 0, !client.is_null());
    assert_eq!(status == 0, told == "{}", "{told}");
    assert_eq!(status == 0, vd_client_free(client) == 0 && !client.is_null());
});
