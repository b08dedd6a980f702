//! videodoktor_com.dll: `VideoDoktor.Client` for hosts that call by COM automation (IDispatch): VBA, VB6, Access, Visual FoxPro, PowerBuilder,
//! 1C, JScript, PowerShell.
//!
//! The DLL holds no second copy of the library: it loads videodoktor.dll from its own folder. Every member is called by name or number; the
//! names stand in videodoktor.idl. What needs no Windows (`date`, `json`, `messages`) is compiled and tested everywhere.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented
    )
)]

pub mod date;
pub mod json;
pub mod messages;

#[cfg(windows)]
mod client;
#[cfg(windows)]
mod dispatch;
#[cfg(windows)]
mod enumeration;
#[cfg(windows)]
mod exports;
#[cfg(windows)]
mod failure;
#[cfg(windows)]
#[path = "../../../src/ffi/floating_point.rs"]
#[allow(dead_code)] // the core's callbacks
mod floating_point;
#[cfg(windows)]
mod library;
#[cfg(windows)]
mod objects;
#[cfg(windows)]
mod offline;
#[cfg(windows)]
mod registration;
#[cfg(windows)]
mod type_library;
#[cfg(windows)]
mod value;
#[cfg(windows)]
mod variant;

/// Numbers and GUIDs of videodoktor.idl.
pub mod members {
    include!(concat!(env!("OUT_DIR"), "/members.rs"));
}
