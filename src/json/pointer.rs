//! RFC 6901 pointers and how one is followed through a text.

use std::borrow::Cow;

use crate::json::cursor::{Broken, Cursor};

use crate::error::{Error, Result};
use crate::status::Status;

/// Where the last look-up in a text found its item of the outermost array.
#[derive(Default)]
pub struct Bookmark(Option<Item>);

struct Item {
    /// The pointer of the array.
    array: String,
    index: usize,
    /// Of the item's text, in bytes.
    offset: usize,
}

impl Bookmark {
    fn set(&mut self, array: &str, index: usize, offset: usize) {
        self.0 = Some(Item { array: array.to_owned(), index, offset });
    }

    /// The item of the same array that `pointer` leads through, if it is the marked one or stands after it, and the rest of the pointer.
    fn resume<'a, 'p>(&mut self, json: &'a [u8], pointer: &'p str) -> Option<(Cursor<'a>, &'p str)> {
        let item = self.0.as_mut()?;
        let (token, rest) = next_token(pointer.strip_prefix(item.array.as_str())?)?;
        let index = index(token)?;
        let mut cursor = Cursor::from(json, item.offset);
        if !cursor.later_item(index.checked_sub(item.index)?).ok()? {
            return None;
        }
        (item.index, item.offset) = (index, cursor.at());
        Some((cursor, rest))
    }
}

/// The place of the value at `pointer`.
pub fn find<'a>(json: &'a [u8], pointer: &str, bookmark: &mut Bookmark) -> Result<Cursor<'a>> {
    check(pointer)?;
    let resumed = bookmark.resume(json, pointer);
    let mut marked = resumed.is_some();
    let (mut cursor, mut rest) = resumed.unwrap_or((Cursor::from(json, 0), pointer));
    while let Some((token, after)) = next_token(rest) {
        let is_array = cursor.peek() == Some(b'[');
        if !step(&mut cursor, token).map_err(broken)? {
            return Err(not_found());
        }
        if let (true, false, Some(index), Some(array)) = (is_array, marked, index(token), pointer.strip_suffix(rest)) {
            bookmark.set(array, index, cursor.at());
            marked = true;
        }
        rest = after;
    }
    Ok(cursor)
}

/// Moves to the child of the value here that `token` names; `false` if there is none.
fn step(cursor: &mut Cursor<'_>, token: &str) -> std::result::Result<bool, Broken> {
    match (cursor.peek(), index(token)) {
        (Some(b'{'), _) => cursor.member(&unescaped(token)),
        (Some(b'['), Some(index)) => Ok(cursor.first_item()? && cursor.later_item(index)?),
        _ => cursor.value().map(|_| false),
    }
}

fn check(pointer: &str) -> Result<()> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(Error::argument("pointer", "a JSON pointer is empty or starts with a slash"));
    }
    if pointer.split('~').skip(1).any(|after| !after.starts_with(['0', '1'])) {
        return Err(Error::argument("pointer", "in a JSON pointer ~ is followed by 0 (for ~) or 1 (for a slash)"));
    }
    Ok(())
}

/// The first token of a pointer, still escaped, and the pointer from there on.
fn next_token(pointer: &str) -> Option<(&str, &str)> {
    let tokens = pointer.strip_prefix('/')?;
    Some(tokens.find('/').and_then(|end| tokens.split_at_checked(end)).unwrap_or((tokens, "")))
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

/// An index of an array: digits without a leading zero. `-`, the place after the last item, holds nothing.
fn index(token: &str) -> Option<usize> {
    let is_index = token == "0" || (!token.starts_with('0') && token.bytes().all(|digit| digit.is_ascii_digit()));
    is_index.then(|| token.parse().ok()).flatten()
}

pub fn broken(Broken { at }: Broken) -> Error {
    Error::argument("json", format!("the text is no valid JSON from byte {at} on"))
}

pub fn not_found() -> Error {
    Error::client(Status::ERR_NOT_FOUND, "nothing at this pointer")
}
