//! JSON as it stands in a text.

use std::borrow::Cow;

use serde_json::value::RawValue;

/// The one value that a text is.
#[inline(never)] // into code that is compiled for size
pub fn read(text: &str) -> serde_json::Result<&RawValue> {
    serde_json::from_str(text)
}

/// The text of a JSON string; borrowed where nothing in it is escaped. `None` if it is no string, or holds half a surrogate pair.
pub fn unquoted(string: &str) -> Option<Cow<'_, str>> {
    let inner = string.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(string).ok().map(Cow::Owned)
}

/// Whether objects and arrays lie in each other more than `most` deep. Counted here because `serde_json` passes over a value of any depth when
/// it is not asked for its contents.
#[inline(never)] // into code that is compiled for size
pub fn is_deeper_than(most: usize, json: &[u8]) -> bool {
    // A list of a practice ends here; counting without a branch takes no time.
    let opened: usize = json.iter().map(|byte| usize::from(matches!(byte, b'[' | b'{'))).sum();
    if opened <= most {
        return false;
    }
    let (mut depth, mut rest) = (0_usize, json);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => rest = after_string(after),
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}

/// What follows the string whose inside begins here.
fn after_string(mut rest: &[u8]) -> &[u8] {
    loop {
        let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else { return &[] };
        let (sign, after) = rest.get(at..).and_then(<[u8]>::split_first).unwrap_or((&b'"', &[]));
        match sign {
            b'"' => return after,
            _ => rest = after.get(1..).unwrap_or_default(), // past what is escaped
        }
    }
}
