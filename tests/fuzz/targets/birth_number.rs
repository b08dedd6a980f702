//! Any bytes as a birth number: a year, or none.
#![no_main]

use fuzzed::{c_string, sound};
use libfuzzer_sys::fuzz_target;
use videodoktor::ffi::offline::vd_birth_year;

fuzz_target!(|input: &[u8]| {
    let text = c_string(input);
    let mut year = -1;
    // SAFETY: a NUL-terminated text, and a place of ours.
    let status = sound(unsafe { vd_birth_year(text.as_ptr(), &mut year) });
    assert!(if status == 0 { (1854..=2100).contains(&year) } else { year == 0 }, "status {status}, year {year}");
});
