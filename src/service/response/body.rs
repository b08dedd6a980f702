//! What kind of thing came, before anyone asks what it says.

use crate::json::value::{DEEPEST, Json, is_deeper_than};

use super::error_code::{code, code_at_start};
use crate::status::Status;

pub enum BodyKind<'a> {
    /// The code as plain text.
    Code(Status),
    /// What may be JSON, and is yet to be read.
    Json(&'a str),
    /// No reply: what it is, without a word of it.
    Other(String),
}

pub fn what(body: &[u8]) -> BodyKind<'_> {
    let bytes = trimmed(body);
    match bytes.first() {
        None => return BodyKind::Other("an empty reply".to_owned()),
        Some(b'<') => return BodyKind::Other(before_json(bytes).unwrap_or_else(|| format!("{} of {}", markup(bytes), size(body)))),
        Some(_) => {}
    }
    if let Some(status) = plain_code(bytes) {
        return BodyKind::Code(status);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let other = || BodyKind::Other(format!("invalid UTF-8 in a reply of {}", size(body)));
        return code_in_another_encoding(bytes).map_or_else(other, BodyKind::Code);
    };
    if !text.starts_with(['{', '[', '"']) && Json::read(text).is_err() {
        let what = before_json(bytes).unwrap_or_else(|| format!("text that is not JSON, of {}", size(body)));
        return BodyKind::Other(what);
    }
    BodyKind::Json(text)
}

/// The words beside a code may be CP1250; a code is ASCII in every encoding.
fn code_in_another_encoding(bytes: &[u8]) -> Option<Status> {
    const LONGEST: usize = 64 << 10; // no refusal is longer
    if bytes.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    read(&text, bytes).ok().and_then(code)
}

/// What stands before JSON that is sound by itself, as where PHP prints its warnings into a reply.
fn before_json(bytes: &[u8]) -> Option<String> {
    const FURTHEST: usize = 16 << 10;
    let text = std::str::from_utf8(bytes).ok()?;
    let is_start =
        |at: &usize| *at < FURTHEST && ["{\"", "[{", "[]"].iter().any(|start| text.get(*at..).is_some_and(|rest| rest.starts_with(start)));
    let starts = text.match_indices(['{', '[']).map(|(at, _)| at).filter(is_start).take(8);
    let start = starts.into_iter().find(|at| text.get(*at..).is_some_and(|rest| Json::read(rest).is_ok()))?;
    let words = text.get(..start).unwrap_or_default();
    let is_php = ["Warning", "Notice", "Deprecated", "Fatal error"].iter().any(|word| words.contains(word));
    let what = if is_php { "a message of PHP" } else { "text" };
    Some(format!("{what} of {} before the JSON", size(words.as_bytes())))
}

/// The JSON that came, not nested too deep; or what came where it broke off, or was none.
pub fn read<'a>(text: &'a str, body: &[u8]) -> Result<Json<'a>, String> {
    if is_deeper_than(DEEPEST, text) {
        return Err(format!("JSON nested deeper than {DEEPEST} levels"));
    }
    Json::read(text).map_err(|error| match error.is_eof() {
        true => format!("JSON that ends early, after {}", size(body)),
        false => format!("broken JSON of {}", size(body)),
    })
}

/// Without byte-order marks (PHP sends one for each file that begins with it) and white space around.
fn trimmed(body: &[u8]) -> &[u8] {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let mut rest = body.trim_ascii();
    while let Some(shorter) = rest.strip_prefix(MARK).or_else(|| rest.strip_suffix(MARK)) {
        rest = shorter.trim_ascii();
    }
    rest
}

/// `X011`, or `X011` and some words. A longer text is a page that happens to begin so. Not yet checked to be UTF-8: the words may be CP1250.
fn plain_code(bytes: &[u8]) -> Option<Status> {
    const LONGEST: usize = 300;
    if bytes.len() <= LONGEST { code_at_start(bytes) } else { None }
}

fn markup(bytes: &[u8]) -> &'static str {
    let is_xml = bytes.starts_with(b"<?xml") && !bytes.windows(5).take(1_000).any(|window| window.eq_ignore_ascii_case(b"<html"));
    if is_xml { "an XML document" } else { "an HTML page" }
}

/// `"1,234 bytes"`.
fn size(body: &[u8]) -> String {
    let digits = body.len().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let unit = if body.len() == 1 { "byte" } else { "bytes" };
    format!("{grouped} {unit}")
}
