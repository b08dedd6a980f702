//! What is different between two lists.

use std::ffi::c_char;

use super::{arguments, boundary, vd_status};
use crate::service::changes;

/// Compares two lists of video calls, as a program does that shows what has changed since it last asked. No network.
///
/// `before_json` and `after_json` are arrays as `vd_meet_list` gives them; `before_json` NULL or "" means that there was none, and all are
/// added. Rows are told apart by `meet_id`; of several rows with one `meet_id` the last counts. The time grows with the length of the lists.
///
/// On success `*out_json` is {"added":[…],"removed":[…],"changed":[{"before":{…},"after":{…},"fields":["meet_active"]}],"unchanged":12,
/// "skipped":0}: the rows as they stand in the lists, `fields` the names of what differs, `skipped` the rows without a `meet_id` in both
/// lists. A patient who opens the call is a change of `meet_active` from 0 to 1. The service may leave past calls out of its list: a removed
/// row need not be a cancelled one.
/// Returns VD_OK; VD_ERR_INVALID_ARGUMENT if a text is no JSON array; VD_ERR_TOO_LARGE if there is no memory for the answer;
/// VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     char *changes = NULL;
///     status = vd_meet_list(client, &json);
///     if (status == VD_OK) { status = vd_meet_changes("[]", json, &changes); }
///     vd_string_free(changes);
///     vd_string_free(json);
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_changes(before_json: *const c_char, after_json: *const c_char, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: `out_json` may be written or is NULL; the texts are C strings or NULL.
    unsafe {
        boundary::json(out_json, |_| {
            let before = arguments::optional_text("before_json", before_json)?;
            changes::between(before, arguments::text("after_json", after_json)?)
        })
    }
}
