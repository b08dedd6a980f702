//! A video call as an entry of a calendar.

use std::ffi::c_char;
use std::ptr::null_mut;

use super::{arguments, boundary, strings, vd_status};
use crate::client::clock::machine_now;
use crate::log;
use crate::service::calendar;

/// Writes a video call as iCalendar text (RFC 5545), to be saved as a .ics file or sent by e-mail. No network.
///
/// `meeting_json` is one object as `vd_meet_add`, `vd_meet_detail` or a row of `vd_meet_list` gives it. `options_json` is NULL or blank for
/// none, or a JSON object:
/// - duration_min (15): length in minutes, 1 to 1440; the service knows the start only
/// - method ("PUBLISH"): "PUBLISH" for a calendar file; "REQUEST" invites and "CANCEL" cancels, both need organizer
/// - organizer: a bare e-mail address. A request is addressed to the meeting's pacient_email, if it has one
/// - sequence (0): a higher number for each later version of the same entry
/// - uid: the entry's identity, where it is to be kept over `vd_meet_move`; else it is made from `meet_id`
/// - summary: title of the entry; reminder_min: an alarm so many minutes before; lang ("cs"): "cs" or "en"
/// - start: the start, in the forms of `vd_meet_add`, for a meeting that tells none
///
/// The times are Czech wall-clock times with their time zone. The text holds the address of the call, so it is the patient's: whoever has it
/// can open the call. On success `*out_text` is the text, UTF-8 with CRLF; free it with `vd_string_free`. On error it is NULL, and the log
/// says why (level 3).
/// Returns VD_OK; VD_ERR_INVALID_ARGUMENT if the meeting has no start or no `meet_id`, an option is unknown or not valid, or organizer is
/// missing; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     const char *meeting = "{\"meet_id\":\"abc\",\"meet_start\":\"2090-11-23T10:00:00+01:00\"}";
///     status = vd_meet_ics(meeting, "{\"duration_min\":20,\"reminder_min\":60}", &text);
///     vd_string_free(text);
///
/// Source: RFC 5545, RFC 5546.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_ics(meeting_json: *const c_char, options_json: *const c_char, out_text: *mut *mut c_char) -> vd_status {
    boundary::status(|| {
        if out_text.is_null() {
            return Err(arguments::null("out_text"));
        }
        // SAFETY: `out_text` is not NULL and may be written; the texts are C strings or NULL.
        unsafe {
            *out_text = null_mut();
            let meeting = arguments::text("meeting_json", meeting_json)?;
            let options = arguments::optional_json("options_json", options_json)?;
            let event = calendar::event(meeting, options, machine_now());
            let event = event.inspect_err(|error| log::info(|| format!("vd_meet_ics: {}", error.detail)))?;
            *out_text = strings::hand_out(event)?;
        }
        Ok(())
    })
}
