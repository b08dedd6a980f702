//! The service's code in any of the shapes in which it may come. Source: the vendor's text lists the codes but shows no error reply.

use videodoktor_reading::json::{Json, Scan};

use crate::model::Fields;
use crate::status::Status;

/// Under which a code is looked for, whatever the case of their letters.
const NAMES: [&str; 7] = ["error", "errors", "err", "chyba", "code", "error_code", "errorcode"];

/// `{"error":{"errors":[{"code":…}]}}` is as deep as anyone goes.
const DEEPEST: u8 = 4;

/// The code that a reply without the success fields of its call holds.
pub fn code(raw: Json<'_>) -> Option<Status> {
    match first_item(raw) {
        // A list of objects is data: an object in it may well have a `code` of its own.
        Some(item) => text_code(item),
        None => code_in(raw, DEEPEST),
    }
}

fn code_in(raw: Json<'_>, levels: u8) -> Option<Status> {
    let levels = levels.checked_sub(1)?;
    if let Some(item) = first_item(raw) {
        return code_in(item, levels);
    }
    if let Ok(fields) = Fields::read(raw) {
        let named = fields.iter().filter(|(name, _)| NAMES.iter().any(|own| own.eq_ignore_ascii_case(name)));
        return named.filter_map(|(_, value)| code_in(value, levels)).next();
    }
    text_code(raw)
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
    let mut scan = Scan::from(raw.get().as_bytes(), 0);
    if raw.first_byte() != Some(b'[') || !scan.first_item().ok()? {
        return None;
    }
    Json::at(scan.value().ok()?, raw.get())
}
