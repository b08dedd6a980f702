//! The C ABI: the only unsafe code of the library. Every export enters the guard, converts, and calls one method.
//!
//! Read in this order: `library`, `client`, `calls`, `offline`, `text`, `log_callback` are the ABI; `guard` is what stands behind each of them,
//! with `handles` (clients), `texts` (strings handed out), `arguments` (strings handed in) and `floating_point`.

#![allow(unsafe_code)]
#![allow(clippy::missing_safety_doc)] // the comments become the header, whose conventions say what a pointer must be
#![allow(non_camel_case_types, non_upper_case_globals)] // the ABI's names

pub mod library;
pub mod client;
pub mod meetings;
pub mod move_meeting;
pub mod changes;
pub mod calendar;
pub mod qr_code;
pub mod offline;
pub mod json;
pub mod log;

mod arguments;
mod floating_point;
pub(crate) mod boundary;
mod handles;
mod strings;

/// The status of a call: 0 is success, the others are listed above as `VD_…`.
pub type vd_status = i32;

/// A client: an opaque value, not an address. It is looked up in a table, so a stale, doubled or random one is an error and never a crash.
pub struct vd_client(());

#[cfg(test)]
pub fn text_for_test(text: String) -> *mut std::ffi::c_char {
    strings::hand_out(text).unwrap_or(std::ptr::null_mut())
}
