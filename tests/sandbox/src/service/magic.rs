//! Values that ask for a behaviour on purpose, so that a practice program can be tried without the control API.
//!
//! | where | value | what happens |
//! |---|---|---|
//! | `pacient_email` | `x023@sandbox.example` (any `x0nn`) | `api_meet_add` is refused with that code |
//! | `pacient_email` | `slow@sandbox.example` | invited, but the reply comes after 5 seconds |
//! | `pacient_email` | `cut@sandbox.example` | invited, but the connection closes without a reply |
//! | `pacient_email` | `http502@sandbox.example` | not invited; an HTML page with status 502 |
//! | `meet_id` | `X005` (any `X0nn`) | detail, remove and export are refused with that code |
//! | `api_key` | `X000` (any `X0nn`) | `api_verify` is refused with that code |

use super::Form;
use crate::code::Code;
use crate::fault::Fault;

const DOMAIN: &str = "@sandbox.example";

/// The code that a magic e-mail address asks for.
pub fn code_in_email(email: &str) -> Option<Code> {
    Code::parse(email.trim().strip_suffix(DOMAIN)?)
}

/// The fault that a magic e-mail address asks for.
pub fn fault_for(form: &Form) -> Option<Fault> {
    match form.get("pacient_email").trim().strip_suffix(DOMAIN)? {
        "slow" => Some(Fault { delay_ms: 5_000, ..Fault::default() }),
        "cut" => Some(Fault { cut_reply_after: Some(0), ..Fault::default() }),
        "http502" => Some(Fault { status: Some(502), ..Fault::default() }),
        _ => None,
    }
}
