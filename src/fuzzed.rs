//! A door for `tests/fuzz`, built by cargo-fuzz alone: the reader of replies stands behind no export.

use crate::service::response::{self, ResponseKind};
use crate::status::Lang;

const KINDS: [ResponseKind; 8] = [
    ResponseKind::Token,
    ResponseKind::Time,
    ResponseKind::Made,
    ResponseKind::Meetings,
    ResponseKind::Meeting,
    ResponseKind::Removed,
    ResponseKind::Export,
    ResponseKind::Any,
];

/// Reads a reply to the call with this number: the JSON that the host would get, of a success or of an error.
pub fn read_reply(kind: u8, http_status: u16, body: &[u8]) -> Result<String, String> {
    let kind = KINDS.iter().cycle().nth(kind.into()).copied().unwrap_or(ResponseKind::Any);
    response::read(kind, http_status, body).map(response::Success::into_json).map_err(|error| error.to_json(Lang::En).to_string())
}
