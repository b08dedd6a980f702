//! Video calls on VideoDoktor.cz for practice software. The product is the C ABI in `ffi`; the road of a call is told in `call`.

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

// The road, from the host to the service.
pub mod ffi;
mod client;
mod call;
mod decision;
mod patience;
mod prefetch;
mod reconcile;
mod late_answer;
mod looking;
mod pending_changes;
mod correlation;
mod token;
mod in_flight;
mod transport;
mod reply;

// What it carries and what it knows, each a leaf.
mod status;
mod error;
mod options;
mod invitation;
#[doc(hidden)]
pub mod patient_match; // bindings/cli compares by the same rule
mod report_address;
mod clock;
mod birth_number;
mod json_text;
mod report_file;
mod diagnose;
mod locking;
mod log;

mod wiping;

/// What the service says.
use videodoktor_reading::{model, prague};

#[cfg(feature = "test-hooks")]
mod test_hooks;
#[cfg(fuzzing)]
pub mod fuzzed;
#[cfg(test)]
mod wiped;

/// `vd_abi_version`: a binding refuses to work with another.
pub const ABI_VERSION: u32 = 1;
