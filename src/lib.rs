//! Video calls on VideoDoktor.cz for practice software. The product is the C ABI in `ffi`; `client::executor` carries out its requests.

#![deny(unsafe_code)]
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
#![deny(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]

#[cfg(all(panic = "abort", not(test)))]
compile_error!("videodoktor catches panics at its boundary: build it with panic = \"unwind\"");

// The layers: each knows those below it only.
pub mod ffi;
mod client;
mod service;
mod http;
mod json;

// Beside the layers; these know none of them.
mod cancellation;
mod error;
mod invisible;
mod locking;
mod log;
mod moment;
mod nfc;
mod options;
mod status;
mod wiping;

#[cfg(feature = "test-hooks")]
mod test_hooks;
#[cfg(fuzzing)]
pub mod fuzzed;

/// By what an invitation is recognised in the list. For the program in bindings/cli, which looks for what an earlier start of it has sent.
#[doc(hidden)]
pub mod recognition {
    pub use crate::service::patient_match::{Match, Patient, compare, normalized};
    pub use crate::service::prague_time::Start;
}

/// `vd_abi_version`: a binding refuses to work with another.
pub const ABI_VERSION: u32 = 1;
