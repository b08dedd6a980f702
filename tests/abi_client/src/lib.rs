//! The shared library as a host program holds it: loaded at run time, called through the C ABI and in no other way, with a safe Rust face for tests.
//!
//! Read on with [`Client`] (one practice's calls), [`Answer`] (a status and its JSON), [`Raw`] (the exports themselves, for calls that no well-behaved
//! host makes), [`host`] (the patient, the clock and the second process that tests share).

pub mod host;

mod answer;
mod client;
mod library;
mod log;
mod status;

pub use answer::Answer;
pub use client::{Client, Invitation, birth_year, json_get, json_length, meet_changes, meet_ics, qr};
pub use library::{Handle, LogFn, Raw, c_string, library, library_path};
pub use log::Log;
pub use status::*;
