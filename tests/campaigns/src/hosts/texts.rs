//! Texts that no host should pass, among some that it should.

use std::ffi::{CString, c_char};
use std::ptr::null;

use fastrand::Rng;

const SAMPLES: &[&[u8]] = &[
    b"",
    b" ",
    "Jana Nováková".as_bytes(),
    b"Jana Nov\xe1kov\xe1", // CP1250
    b"jana@example.cz",
    b"777123456",
    b"+420 777 123 456",
    b"1980",
    b"805512/1239",
    b"23.11.2030 10:00",
    b"2030-11-23T09:00:00Z",
    b"99.99.9999 99:99",
    b"demo",
    b"https://localhost:1",
    b"http://127.0.0.1:9",
    b"sandbox-app-key",
    b"api_echo",
    b"api_meet_list",
    b"../../../etc/passwd",
    b"%s%s%n%x",
    b"\xc0\xaf",
    b"\xed\xa0\x80", // half of a surrogate pair
    b"\xff\xfe",
    b"{}",
    b"{\"timeout_ms\":50}",
    b"{\"timeout_ms\":1e999}",
    b"{\"retries\":-1,\"lang\":null}",
    b"{\"proxy\":\"http://127.0.0.1:9\"}",
    b"{\"ascii_json\":true,\"lang\":\"en\"}",
    b"{\"a\":[1,{\"b\":\"\\u017eena\"},null]}",
    b"[17976931348623157000000e300,-0.0,1e-400]",
    b"{\"a\":{\"a\":{\"a\":",
    b"\"\\ud800\"",
    b"/a/1/b",
    b"/a/~2",
    b"/0/meet_id",
    b"/99999999999999999999",
    b"cs",
    b"en",
    b"\x01\x02\x1b[2J",
    "\u{feff}\u{202e}\u{0}".as_bytes(),
];

/// A text to pass, alive until it is dropped; or NULL.
pub struct Text(Option<CString>);

impl Text {
    pub fn draw(dice: &mut Rng) -> Text {
        let bytes = match dice.u8(0..16) {
            0 => return Text(None),
            1 => (0..dice.usize(0..64)).map(|_| dice.u8(..)).collect(),
            2 => damaged(dice),
            3 if dice.u8(0..8) == 0 => dice.choice(SAMPLES).copied().unwrap_or_default().repeat(10_000),
            4 => [b"[".repeat(dice.usize(0..5_000)), b"]".repeat(10)].concat(),
            _ => dice.choice(SAMPLES).copied().unwrap_or_default().to_vec(),
        };
        Text::of(bytes)
    }

    pub fn of(bytes: impl Into<Vec<u8>>) -> Text {
        let mut bytes: Vec<u8> = bytes.into();
        bytes.retain(|byte| *byte != 0);
        Text(CString::new(bytes).ok())
    }

    pub fn ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(null(), |text| text.as_ptr())
    }
}

/// A sample with one byte changed.
fn damaged(dice: &mut Rng) -> Vec<u8> {
    let mut bytes = dice.choice(SAMPLES).copied().unwrap_or_default().to_vec();
    if !bytes.is_empty() {
        let place = dice.usize(0..bytes.len());
        bytes[place] = dice.u8(..);
    }
    bytes
}
