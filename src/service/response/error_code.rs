//! The service's code in any of the shapes in which it may come. Source: the vendor's text lists the codes but shows no error reply.

use crate::json::cursor::Cursor;
use crate::json::value::Json;

use crate::service::meeting::Fields;
use crate::status::Status;

/// Under which a code is looked for, whatever the case of their letters. PHP numbers what it gives no name: `{"0":"X011"}`.
const NAMES: [&str; 9] = ["error", "errors", "err", "chyba", "code", "kod", "error_code", "errorcode", "0"];

/// Under which it is looked for where the reply says that it is an error.
const MESSAGES: [&str; 4] = ["message", "msg", "text", "zprava"];

/// `{"error":{"errors":[{"code":…}]}}` is as deep as anyone goes.
const DEEPEST: u8 = 4;

/// The code that a reply without the success fields of its call holds.
pub fn code(raw: Json<'_>) -> Option<Status> {
    match first_item(raw) {
        // A list of objects is data: an object in it may well have a `code` of its own.
        Some(item) => text_code(item),
        None => code_in(raw, DEEPEST, false),
    }
}

/// `is_error`: this value stands under the name of an error, where every member may hold the code: `{"errors":{"pacient_email":["X011"]}}`.
fn code_in(raw: Json<'_>, levels: u8, is_error: bool) -> Option<Status> {
    let levels = levels.checked_sub(1)?;
    if let Some(item) = first_item(raw) {
        return code_in(item, levels, is_error);
    }
    let Ok(fields) = Fields::read(raw) else { return text_code(raw) };
    let is_one_of = |name: &str, names: &[&str]| names.iter().any(|own| own.eq_ignore_ascii_case(name));
    let named = fields.iter().filter(|(name, _)| is_error || is_one_of(name, &NAMES));
    let found = named.filter_map(|(_, value)| code_in(value, levels, true)).next();
    found.or_else(|| {
        let messages = fields.iter().filter(|(name, _)| says_error(&fields) && is_one_of(name, &MESSAGES));
        messages.filter_map(|(_, value)| text_code(value)).next()
    })
}

/// `{"status":"error","message":"X011 …"}`
fn says_error(fields: &Fields) -> bool {
    let status = fields.stated("status").or_else(|| fields.stated("result"));
    status.is_some_and(|status| ["error", "err", "chyba", "fail", "failed", "nok"].iter().any(|word| status.eq_ignore_ascii_case(word)))
}

fn text_code(raw: Json<'_>) -> Option<Status> {
    code_at_start(raw.unquoted()?.trim().as_bytes())
}

/// `X011` alone or followed by something that is no part of a longer word.
pub fn code_at_start(text: &[u8]) -> Option<Status> {
    let (code, after) = text.split_at_checked(4)?;
    let next: Vec<u8> = after.iter().copied().take(4).collect();
    let goes_on = String::from_utf8_lossy(&next).starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if goes_on { None } else { Status::from_code(std::str::from_utf8(code).ok()?) }
}

fn first_item(raw: Json<'_>) -> Option<Json<'_>> {
    let mut cursor = Cursor::from(raw.get().as_bytes(), 0);
    let (item, _) = if cursor.first_item().ok()? { cursor.read(raw.get()).ok()? } else { return None };
    Some(item)
}
