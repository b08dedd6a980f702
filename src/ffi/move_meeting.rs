//! Moves a video call to another start.

use std::ffi::c_char;

use super::{arguments, boundary, vd_client, vd_status};

/// Moves a video call: makes a new one at `meet_start`, then removes the old one. Each of the two requests is sent once (see "Changes" above).
/// The service has no request that moves, so the new call has a `meet_id` and a `meet_url` of its own, and the patient gets the service's two
/// e-mails: an invitation and a cancellation.
///
/// Patient's fields as in `vd_meet_add`; NULL takes the old call's value. One that the service masks or that is not valid there has to be
/// passed: VD_ERR_INVALID_ARGUMENT, and "field" names it. Of e-mail and phone one may be empty there.
///
/// On success `*out_json` is {"meet_id":"…","meet_url":"https…","old_meet_id":"…","moved":true} of the new call: note both. If the call starts
/// at `meet_start` already, "moved" is false and nothing was sent. "old_was_gone":true: somebody else has cancelled or moved the old call
/// meanwhile, look at the list. "reconciled" and "duplicates" as in `vd_meet_add`; also where an earlier move of this call broke off and had
/// made the new call, which then is not made again.
/// Returns VD_OK, or
/// - VD_ERR_OLD_REMAINS: the new call is made, and the old one may still be there, whatever kept it from being removed: an error, an
///   interrupt, the time-out. The error holds "meet_id", "meet_url" and "old_meet_id". Show message; note the new call; the same call of
///   vd_meet_move may be made again, and removes what is left.
/// - VD_X004_MEET_ID: the service does not know the call, and nothing was done. Look at the list: it may have been moved already.
/// - VD_ERR_OUTCOME_UNKNOWN: nobody can tell whether the new call was made; the old one stands. Do not repeat it before somebody has looked.
/// - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false: the same of the new call.
/// - another status of `vd_meet_add`: nothing was made, and the old call stands.
/// - VD_ERR_INVALID_ARGUMENT, VD_ERR_NULL_POINTER (`meet_id`, `meet_start`), VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     status = vd_meet_move(client, meet_id, NULL, NULL, NULL, NULL, "24.11.2090 10:00", &json);
///     if (status == VD_OK || status == VD_ERR_OLD_REMAINS) { puts(json); }
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky", "Zrušení video hovoru".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_move(
    client: *mut vd_client,
    meet_id: *const c_char,
    pacient_jmeno: *const c_char,
    pacient_email: *const c_char,
    pacient_telefon: *const c_char,
    pacient_narozen: *const c_char,
    meet_start: *const c_char,
    out_json: *mut *mut c_char,
) -> vd_status {
    // SAFETY: see vd_verify; the texts are C strings or NULL.
    unsafe {
        boundary::json(out_json, |host| {
            let client = host.client(client)?;
            let meet_id = arguments::text("meet_id", meet_id)?;
            client.meet_move(meet_id, &arguments::draft(pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start)?)
        })
    }
}
