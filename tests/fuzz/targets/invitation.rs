//! Any bytes as the five fields of an invitation, a NUL between them; a field that begins with 0xFF is NULL.
#![no_main]

use fuzzed::{c_string, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut fields = input.splitn(5, |byte| *byte == 0);
    check(&[(); 5].map(|()| match fields.next() {
        None | Some([0xff, ..]) => None,
        Some(field) => Some(c_string(field)),
    }));
});
