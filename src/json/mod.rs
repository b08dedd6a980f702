//! JSON for hosts without a parser: one value out of a text, found by its RFC 6901 pointer without building a tree.
//!
//! A look-up reads strictly up to the value and the value itself; what stands after it is not looked at. Of a name that comes twice in one
//! object the first is found.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::status::Status;

pub mod cursor;
mod pointer;
pub mod value;

use cursor::Broken;
pub use pointer::Bookmark;
use pointer::{broken, find};
use value::unquoted;

/// The value at `pointer` (RFC 6901: `""` is the whole text, `/0/meet_id` a field of the first item): a string unquoted, any other value as
/// its JSON stands there.
///
/// `bookmark` remembers where a look-up found its item of an array, so that reading a list from first to last takes one pass. It belongs to
/// one text that does not change: in another it would lead to the wrong value. `json` is taken as bytes so that a text known to be UTF-8 need
/// not be checked again for every look-up; the value found is checked.
///
/// `VD_ERR_NOT_FOUND` if nothing is there; `VD_ERR_INVALID_ARGUMENT` naming `pointer` if it is no pointer, and naming `json` if the text is
/// no JSON as far as it was read, or the string there holds what a C string cannot: a NUL, or half a surrogate pair; `VD_ERR_TOO_LARGE` if
/// there is no memory for the value.
pub fn get_from(json: &[u8], pointer: &str, bookmark: &mut Bookmark) -> Result<String> {
    let mut found = find(json, pointer, bookmark)?;
    let span = found.value().map_err(broken)?;
    if pointer.is_empty() {
        found.end().map_err(broken)?;
    }
    let start = span.start;
    let value = json.get(span).and_then(|value| std::str::from_utf8(value).ok()).ok_or_else(|| broken(Broken { at: start }))?;
    if !value.starts_with('"') {
        return owned(value);
    }
    if value.contains('\\') {
        // serde_json's own text, which it grows without asking, takes at most so much.
        Vec::<u8>::new().try_reserve_exact(value.len() * 4).map_err(too_large)?;
    }
    match unquoted(value) {
        Some(text) if text.contains('\0') => Err(Error::argument("json", "the text at the pointer holds a NUL, which a C string cannot")),
        Some(Cow::Borrowed(text)) => owned(text),
        Some(Cow::Owned(text)) => Ok(text),
        None => Err(Error::argument("json", "the text at the pointer holds half a surrogate pair")),
    }
}

fn owned(text: &str) -> Result<String> {
    let mut own = String::new();
    own.try_reserve_exact(text.len() + 1).map_err(too_large)?; // with the NUL of a string that is handed out
    own.push_str(text);
    Ok(own)
}

/// The number of members or items of the object or array at `pointer`; the statuses of [`get_from`], and `VD_ERR_INVALID_ARGUMENT` naming
/// `pointer` if another type is there.
pub fn length_from(json: &[u8], pointer: &str, bookmark: &mut Bookmark) -> Result<i32> {
    let mut found = find(json, pointer, bookmark)?;
    let length = found.length().map_err(broken)?;
    if pointer.is_empty() {
        found.end().map_err(broken)?;
    }
    let Some(length) = length else {
        return Err(Error::argument("pointer", "the value there is neither an array nor an object"));
    };
    i32::try_from(length).map_err(|_| Error::argument("json", "more items than an int32_t can count"))
}

/// The same JSON with every non-ASCII character as `\uXXXX`, for hosts that treat text as their ANSI code page. JSON holds such characters
/// in strings only, where the escape means the same. `VD_ERR_TOO_LARGE` if there is no memory for it.
pub fn to_ascii(json: String) -> Result<String> {
    if json.is_ascii() {
        return Ok(json);
    }
    // Six bytes a unit; one more for the NUL of a string that is handed out.
    let length: usize = json.chars().map(|c| if c.is_ascii() { 1 } else { c.len_utf16() * r"\u017e".len() }).sum();
    let mut ascii = String::new();
    ascii.try_reserve_exact(length + 1).map_err(too_large)?;
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    Ok(ascii)
}

/// There is no memory for a text of this size.
pub fn too_large(_: TryReserveError) -> Error {
    Error::client(Status::ERR_TOO_LARGE, "there is not enough memory for the reply")
}

#[cfg(test)]
mod tests;
