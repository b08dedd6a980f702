//! The calls of the service. Each blocks until it has an answer, an error, its time-out or an interrupt.

use std::ffi::c_char;

use super::{arguments, boundary, vd_client, vd_status};

/// Asks whether the service accepts the keys.
///
/// On success `*out_json` is {"valid":true}.
/// Returns VD_OK, VD_X001_APP_KEY, VD_X002_API_KEY, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED, or a status of the network (20 to 43) or the
/// service (1000 and up).
///
/// Example:
///
///     if (vd_verify(client, NULL) == VD_OK) { puts("the keys are good"); }
///
/// Source: VideoDoktor API, "Získání tokenu".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_verify(client: *mut vd_client, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: `out_json` is what the header asks for; so it is in every export below.
    unsafe { boundary::json(out_json, |host| host.client(client)?.verify()) }
}

/// Asks for the service's clock.
///
/// On success `*out_json` is {"time":"21.11.2020.01.18","iso":"2020-11-21T01:18:00+01:00","clock_skew_s":…}: Czech wall-clock time as the
/// service writes it, the same in ISO 8601, and how many seconds the service is ahead of this machine.
/// Returns VD_OK, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED, or a status of the network or the service.
///
/// Example:
///
///     status = vd_time(client, &json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Datum a čas".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_time(client: *mut vd_client, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify.
    unsafe { boundary::json(out_json, |host| host.client(client)?.time()) }
}

/// Creates a video call; the service e-mails the invitation to the patient and a confirmation to the practice.
///
/// `pacient_jmeno`: 6 to 64 characters. `pacient_email` (one bare address of 6 to 256 characters) and `pacient_telefon` (Czech mobile
/// number, 9 digits; spaces, dots, brackets, dashes, slashes and +420 are taken off): one of them may be NULL or "". `pacient_narozen`: year
/// of birth, 4 digits; see `vd_birth_year`.
/// `meet_start`: Czech wall-clock time, see "Time" above. The fields are checked before anything is sent, unless option validate is
/// "server"; `vd_check_invitation` does the same without a network.
///
/// The invitation is sent once. If no answer to it comes, or one that says nothing, it is looked for in the list, so that such a call takes
/// up to 10 s longer, never beyond timeout_ms. See "Changes" above, also for a second call with the same patient and start.
///
/// On success `*out_json` is {"meet_id":"…","meet_url":"https…","meet_start":"2090-11-23T10:00:00+01:00"}; `meet_start` is added by the
/// library. If it was found in the list after a lost answer, it also holds
/// "reconciled":true, and if the list shows the patient more than once at this start, "duplicates":["…"] with each further meet_id: show
/// them, for the patient has several invitations.
/// Returns VD_OK, or
/// - VD_X010_NAME to VD_X024_START_TAKEN for a field. With VD_X024_START_TAKEN the error holds
///   "existing":{"meet_id":"…","same_patient":true|false}, if the list tells: the call that holds the start. If it is the same patient's,
///   the patient is invited already.
/// - VD_ERR_OUTCOME_UNKNOWN if nobody can tell whether the patient was invited. Show message, offer to open the list, and do not invite
///   again before somebody has looked. With "existing" (then "same_patient":false) another patient's call was found at the start.
/// - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, do as after VD_ERR_OUTCOME_UNKNOWN.
/// - VD_X005_SYSTEM if the service failed and the invitation is not in the list. It may be repeated: the next call for the same looks once
///   before it sends.
/// - another status of the service or VD_ERR_HTTP: it refused, and nobody was invited. A status of the network (20 to 43): nobody was
///   invited.
/// - VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     status = vd_meet_add(client, "Jana Nováková", "jana@example.cz", NULL, "1980", "23.11.2090 10:00", &json);
///     puts(json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_add(
    client: *mut vd_client,
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
            client.meet_add(&arguments::draft(pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start)?)
        })
    }
}

/// Lists the practice's video calls.
///
/// On success `*out_json` is an array, empty if there are none, of {"meet_id","meet_url","meet_time":"23.11.2020 10:00",
/// "meet_time_imd":"2020-11-23 10:00:00","meet_active":0,"pacient_jmeno","pacient_email","pacient_telefon","pacient_narozen",
/// "meet_start":"2020-11-23T10:00:00+01:00"}: texts but for the number `meet_active`; `meet_start` is added by the library. Where the
/// service wrote something else, such as null or an object, the text is "" and the number 0; `meet_id` too may be "" then.
/// Returns VD_OK; VD_ERR_TOO_LARGE if the list is larger than 32 MiB or there is no memory for it; VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED,
/// or a status of the network or the service.
///
/// Example:
///
///     status = vd_meet_list(client, &json);
///     if (status == VD_OK) { vd_json_length(json, "", &count); }
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Seznam video hovorů".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_list(client: *mut vd_client, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify.
    unsafe { boundary::json(out_json, |host| host.client(client)?.meet_list()) }
}

/// Reads one video call.
///
/// On success `*out_json` is one object as in `vd_meet_list`.
/// Returns VD_OK; VD_X004_MEET_ID if the service does not know it; VD_ERR_INVALID_ARGUMENT if `meet_id` is empty; VD_ERR_NULL_POINTER,
/// VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED; or a status of the network or the service.
///
/// Example:
///
///     status = vd_meet_detail(client, meet_id, &json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Detail video hovoru".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_detail(client: *mut vd_client, meet_id: *const c_char, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify; `meet_id` is a C string or NULL.
    unsafe { boundary::json(out_json, |host| host.client(client)?.meet_detail(arguments::text("meet_id", meet_id)?)) }
}

/// Removes a video call; the service tells the patient and the practice by e-mail.
///
/// The removal is sent once. If no answer to it comes, or one that says nothing, the library looks whether the call is gone, so that such a
/// call takes up to 10 s longer, never beyond timeout_ms. See "Changes" above, also for a second removal of the same call.
///
/// On success `*out_json` is {"meet_id":"…"}, with "reconciled":true if the answer was lost and the call was then found gone.
/// Returns VD_OK, or
/// - VD_X004_MEET_ID if the service does not know it.
/// - VD_ERR_OUTCOME_UNKNOWN if nobody can tell whether it was removed. Show message, offer to open the list, and do not remove it again
///   before somebody has looked.
/// - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, do as after VD_ERR_OUTCOME_UNKNOWN.
/// - VD_X005_SYSTEM if the service failed and the call is still there. It may be repeated: the next call for the same looks once before it
///   sends.
/// - another status of the service, VD_ERR_HTTP, or a status of the network (20 to 43): it was not removed.
/// - VD_ERR_INVALID_ARGUMENT if `meet_id` is empty; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     status = vd_meet_remove(client, meet_id, NULL);
///
/// Source: VideoDoktor API, "Odstranění video hovoru".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_remove(client: *mut vd_client, meet_id: *const c_char, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify; `meet_id` is a C string or NULL.
    unsafe { boundary::json(out_json, |host| host.client(client)?.meet_remove(arguments::text("meet_id", meet_id)?)) }
}

/// Asks for the address of a video call's report (výkaz). The service has it from the day after the call's date.
///
/// On success `*out_json` is {"export_url":"https…"}. The address opens a patient's report: treat it like the report.
/// Returns as `vd_meet_detail` does, and VD_ERR_REPORT_NOT_READY if there is no report yet (the service names no address): the day after the
/// call at the earliest, so that repeating it today does not help.
///
/// Example:
///
///     status = vd_meet_export(client, meet_id, &json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Výkaz video hovoru".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_export(client: *mut vd_client, meet_id: *const c_char, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify; `meet_id` is a C string or NULL.
    unsafe { boundary::json(out_json, |host| host.client(client)?.meet_export(arguments::text("meet_id", meet_id)?)) }
}

/// Fetches a video call's report (výkaz) and saves it under `path`, UTF-8 on Windows too. A file that is there already is replaced.
///
/// It is written to a temporary file in the same folder and then renamed, so that the report is there whole or not at all. A new file can be
/// read by its owner alone; one that is replaced keeps its permissions and owner. (On Windows both have the permissions of their folder.)
/// The report is fetched only from the service's own origin, from https hosts under videodoktor.cz and from those of option report_hosts; an
/// address elsewhere is VD_ERR_BAD_REPLY, and `detail` names its host. If the service answers a code in the report's place, that is the
/// status.
///
/// On success `*out_json` is {"path":"…","bytes":…,"content_type":"application/pdf"}: `content_type` is what the server said of the
/// report, "" if nothing; a program that offers to open the file can check it.
/// Returns as `vd_meet_export` does, VD_ERR_REPORT_NOT_READY included; VD_ERR_TOO_LARGE beyond 32 MiB; VD_ERR_FILE if the report cannot be
/// written, or if something other than a file is at `path`.
///
/// Example:
///
///     status = vd_meet_export_save(client, meet_id, "vykaz.pdf", NULL);
///
/// Source: VideoDoktor API, "Výkaz video hovoru".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_meet_export_save(
    client: *mut vd_client,
    meet_id: *const c_char,
    path: *const c_char,
    out_json: *mut *mut c_char,
) -> vd_status {
    // SAFETY: see vd_verify; the texts are C strings or NULL.
    unsafe {
        boundary::json(out_json, |host| {
            host.client(client)?.meet_export_save(arguments::text("meet_id", meet_id)?, arguments::text("path", path)?)
        })
    }
}

/// Makes a call that the vendor has added for one implementation.
///
/// `call_name` is its last part of the address, such as "api_meet_note": api_ and letters a to z, digits and _. `fields_json` is NULL or a
/// JSON object of texts, numbers and truth values, sent as form fields; the token is added by the library. What such a call does is not
/// known, so it is sent once, not even repeated after VD_X003_TOKEN, and nothing can be looked for. The same call made again is sent again:
/// whether that is right only the program can know.
///
/// On success `*out_json` is the service's JSON as it came.
/// Returns VD_OK, or
/// - VD_ERR_OUTCOME_UNKNOWN, which is not retryable, if it was sent and what came says nothing: no answer, half of one, HTTP 5xx, 408 or
///   499, a page, another redirect, an answer to another request.
/// - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, it may have been carried out.
/// - a status of the service, which refused it (VD_X005_SYSTEM may come after the service has acted), or VD_ERR_HTTP for another HTTP 4xx.
/// - a status of the network (20 to 43): it was not sent.
/// - VD_ERR_INVALID_ARGUMENT, VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     status = vd_call(client, "api_meet_note", "{\"meet_id\":\"abc\",\"note\":\"ok\"}", &json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Základní informace": the API of each implementation may be adapted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_call(
    client: *mut vd_client,
    call_name: *const c_char,
    fields_json: *const c_char,
    out_json: *mut *mut c_char,
) -> vd_status {
    // SAFETY: see vd_verify; the texts are C strings or NULL.
    unsafe {
        boundary::json(out_json, |host| {
            host.client(client)?.call(arguments::text("call_name", call_name)?, arguments::optional_json("fields_json", fields_json)?)
        })
    }
}

/// Finds out how far the way to the service goes: what a support desk asks for first.
///
/// `*out_json` is, on failure too,
/// {"ok":…,"steps":[{"step":"proxy|dns|connect|tls|time|clock|keys","ok":…,"ms":…,"detail":"…"}],"version":"…","abi":1}.
/// A step that failed is the last one, and also holds "status", "name" and a "message" for the person at the screen.
/// Returns VD_OK, or the status of that step; VD_ERR_TLS where only this computer's clock is wrong; VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     vd_diagnose(client, &json);
///     puts(json);
///     vd_string_free(json);
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_diagnose(client: *mut vd_client, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: see vd_verify.
    unsafe {
        boundary::report(out_json, |host| {
            let report = host.client(client)?.diagnose();
            Ok((report.status, report.json))
        })
    }
}
