//! A door for `tests/fuzz`, built by cargo-fuzz alone: the reader of replies stands behind no export.

use crate::service::response::{self, Promise};
use crate::status::Lang;

const PROMISES: [Promise; 8] =
    [Promise::Token, Promise::Time, Promise::Made, Promise::Meetings, Promise::Meeting, Promise::Removed, Promise::Export, Promise::Any];

/// Reads a reply to the call with this number: the JSON that the host would get, of a success or of an error.
pub fn read_reply(promise: u8, http_status: u16, body: &[u8]) -> Result<String, String> {
    let promise = PROMISES.iter().cycle().nth(promise.into()).copied().unwrap_or(Promise::Any);
    response::read(promise, http_status, body).map(response::Success::into_json).map_err(|error| error.to_json(Lang::En).to_string())
}
