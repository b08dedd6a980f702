//! JSON for hosts without a parser: one value out of a text, found by its RFC 6901 pointer without building a tree.
//!
//! A look-up reads strictly up to the value and the value itself; what stands after it is not looked at. Of a name that comes twice in one
//! object the first is found.

use std::fmt::Write as _;

use videodoktor_reading::Wiped;
use videodoktor_reading::json::{Broken, Json};

use crate::error::{Error, Result};
use crate::status::Status;

mod pointer;

pub use pointer::Bookmark;
use pointer::find;

/// The value at `pointer` (RFC 6901: `""` is the whole text, `/0/meet_id` a field of the first item): a string unquoted, any other value as
/// its JSON stands there.
///
/// `bookmark` remembers where a look-up found its item of an array, so that reading a list from first to last takes one pass. It belongs to
/// one text that does not change: in another it would lead to the wrong value. `json` is taken as bytes so that a text known to be UTF-8 need
/// not be checked again for every look-up; the value found is checked.
///
/// `VD_ERR_NOT_FOUND` if nothing is there; `VD_ERR_INVALID_ARGUMENT` naming `pointer` if it is no pointer, and naming `json` if the text is
/// no JSON as far as it was read, or the string there holds what a C string cannot: a NUL, or half a surrogate pair.
pub fn get_from(json: &[u8], pointer: &str, bookmark: &mut Bookmark) -> Result<String> {
    let mut found = find(json, pointer, bookmark)?;
    let span = found.value().map_err(broken)?;
    if pointer.is_empty() {
        found.end().map_err(broken)?;
    }
    let value = Json::from_utf8(span, json).ok_or_else(|| broken(Broken { at: span.start }))?;
    if value.first_byte() != Some(b'"') {
        return Ok(value.get().to_owned());
    }
    match value.unquoted() {
        Some(text) if text.contains('\0') => Err(Error::argument("json", "the text at the pointer holds a NUL, which a C string cannot")),
        Some(text) => Ok(text.into_owned()),
        None => Err(Error::argument("json", "the text at the pointer holds half a surrogate pair")),
    }
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
/// in strings only, where the escape means the same.
pub fn to_ascii(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let json = Wiped::new(json);
    // All the room at once: a text that grew would leave patients behind in the memory that it left.
    let mut ascii = String::with_capacity(json.chars().map(|c| if c.is_ascii() { 1 } else { c.len_utf16() * r"\u017e".len() }).sum());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

fn broken(Broken { at }: Broken) -> Error {
    Error::argument("json", format!("the text is no valid JSON from byte {at} on"))
}

fn not_found() -> Error {
    Error::client(Status::ERR_NOT_FOUND, "nothing at this pointer")
}

#[cfg(test)]
mod tests;
