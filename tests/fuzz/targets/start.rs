//! Any bytes as `meet_start` of an invitation that is right otherwise.
#![no_main]

use fuzzed::{c_string, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let text = |text: &str| Some(c_string(text.as_bytes()));
    check(&[text("Jana Nováková"), text("jana@example.cz"), text("777123456"), text("1980"), Some(c_string(input))]);
});
