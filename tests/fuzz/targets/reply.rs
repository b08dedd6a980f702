//! Any bytes as a reply: one byte for the call, one for the HTTP status, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const HTTP: [u16; 8] = [200, 201, 302, 400, 404, 429, 500, 502];

fuzz_target!(|reply: &[u8]| {
    let [promise, http, body @ ..] = reply else { return };
    match videodoktor::fuzzed::read_reply(*promise, HTTP[usize::from(http % 8)], body) {
        // A field of the vendor's that no text documents is passed on as it came, half a surrogate pair included: that is JSON, but not to serde_json.
        Ok(json) => {
            assert!(serde_json::from_str::<Value>(&json).is_ok() || json.to_ascii_lowercase().contains("\\ud"), "a success is JSON: {json}")
        }
        Err(json) => {
            let error: Value = serde_json::from_str(&json).expect("an error is JSON");
            assert_ne!(error["status"], 0);
            // Whatever the server wrote may be a patient's; a code is all of it that an error repeats.
            let text = String::from_utf8_lossy(body);
            let text = text.trim();
            let is_code = error["code"].as_str().is_some_and(|code| code.contains(text) || text.contains(code));
            assert!(is_code || text.len() < 24 || !json.contains(text), "the server's text in {json}");
        }
    }
});
