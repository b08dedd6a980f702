//! What the host passes in, turned into Rust values; each error names the argument.

use std::cell::Cell;
use std::ffi::{CStr, c_char};
use std::sync::Arc;

use crate::json::value::is_deeper_than;

use super::{handles, vd_client};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::options;
use crate::service::invitation::Draft;
use crate::status::{Lang, Status};

/// The host of one call: its language and the form of its JSON are known once its client is.
#[derive(Default)]
pub struct Host {
    lang: Cell<Lang>,
    wants_ascii: Cell<bool>,
}

impl Host {
    /// Looks the client up; from here on, errors are in its language.
    pub fn client(&self, handle: *mut vd_client) -> Result<Arc<Client>> {
        if handle.is_null() {
            return Err(Error { field: Some("client"), ..Error::client(Status::ERR_INVALID_HANDLE, "client is NULL") });
        }
        let client = handles::get(handle)?;
        self.is_told(client.options().lang, client.options().ascii_json);
        Ok(client)
    }

    /// From here on, errors are in this language, and JSON is in ASCII if so.
    pub fn is_told(&self, lang: Lang, in_ascii: bool) {
        self.lang.set(lang);
        self.wants_ascii.set(in_ascii);
    }

    pub fn lang(&self) -> Lang {
        self.lang.get()
    }

    pub fn wants_ascii(&self) -> bool {
        self.wants_ascii.get()
    }
}

/// A text that must be there.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that stays as it is until this call returns.
pub unsafe fn text<'a>(name: &'static str, text: *const c_char) -> Result<&'a str> {
    // SAFETY: passed on.
    unsafe { optional_text(name, text) }?.ok_or_else(|| null(name))
}

/// A text that may be NULL.
///
/// # Safety
/// As for `text`.
pub unsafe fn optional_text<'a>(name: &'static str, text: *const c_char) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so by our contract a string.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    options::utf8(name, bytes).map(Some)
}

/// A JSON object that may be NULL. One that is nested deeper than any option or field is refused before it is read, for reading it would
/// take stack in proportion.
///
/// # Safety
/// As for `text`.
pub unsafe fn optional_json<'a>(name: &'static str, json: *const c_char) -> Result<Option<&'a str>> {
    const DEEPEST: usize = 8;
    // SAFETY: passed on.
    let json = unsafe { optional_text(name, json) }?;
    match json {
        Some(json) if is_deeper_than(DEEPEST, json) => Err(Error::argument(name, format!("{name} is nested deeper than {DEEPEST} levels"))),
        _ => Ok(json),
    }
}

/// How a text is read that must be there for one export and may be NULL for another.
pub trait Argument<'a>: Sized {
    /// # Safety
    /// As for `text`.
    unsafe fn read(name: &'static str, argument: *const c_char) -> Result<Self>;
}

impl<'a> Argument<'a> for &'a str {
    unsafe fn read(name: &'static str, argument: *const c_char) -> Result<Self> {
        // SAFETY: passed on.
        unsafe { text(name, argument) }
    }
}

impl<'a> Argument<'a> for Option<&'a str> {
    unsafe fn read(name: &'static str, argument: *const c_char) -> Result<Self> {
        // SAFETY: passed on.
        unsafe { optional_text(name, argument) }
    }
}

/// The five fields of an invitation.
///
/// # Safety
/// As for `text`, each.
pub unsafe fn draft<'a, Mandatory: Argument<'a>>(
    pacient_jmeno: *const c_char,
    pacient_email: *const c_char,
    pacient_telefon: *const c_char,
    pacient_narozen: *const c_char,
    meet_start: *const c_char,
) -> Result<Draft<'a, Mandatory>> {
    // SAFETY: passed on.
    unsafe {
        Ok(Draft {
            pacient_jmeno: Mandatory::read("pacient_jmeno", pacient_jmeno)?,
            pacient_email: optional_text("pacient_email", pacient_email)?,
            pacient_telefon: optional_text("pacient_telefon", pacient_telefon)?,
            pacient_narozen: Mandatory::read("pacient_narozen", pacient_narozen)?,
            meet_start: text("meet_start", meet_start)?,
        })
    }
}

pub fn null(name: &'static str) -> Error {
    Error { field: Some(name), ..Error::client(Status::ERR_NULL_POINTER, format!("{name} is NULL")) }
}
