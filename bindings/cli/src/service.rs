//! The library, through its C ABI: one safe method for each of its functions.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

use serde_json::Value;
use videodoktor::ffi::{calendar, changes, client, json, library, meetings, move_meeting, offline, qr_code, vd_client};

use crate::fields::Invitation;

pub const OK: i32 = 0;
pub const INVALID_ARGUMENT: i32 = 4;
pub const OUTCOME_UNKNOWN: i32 = 50;
pub const OLD_REMAINS: i32 = 51;
pub const X004_MEET_ID: i32 = 1004;
pub const X005_SYSTEM: i32 = 1005;

/// What a call of the library came to: its status, and its JSON (`{"error":{…}}` where the status is not 0).
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: i32,
    pub json: Value,
    /// Of `changes`: the list that was compared, to be kept for the next time.
    pub list: Option<String>,
}

impl Answer {
    pub fn success(json: Value) -> Answer {
        Answer { status: OK, json, list: None }
    }

    /// An error that this program found, in the form of the library's.
    pub fn error(status: i32, message: &str, detail: &str) -> Answer {
        let json = serde_json::json!({"error": {"status": status, "name": status_name(status), "code": null, "field": null, "source": "client",
            "message": message, "detail": detail, "retryable": false, "http_status": null, "attempts": 0}});
        Answer { status, json, list: None }
    }

    pub fn is_success(&self) -> bool {
        self.status == OK
    }

    /// The change that was asked for may have been carried out, or may still be.
    pub fn may_have_acted(&self) -> bool {
        self.status == OUTCOME_UNKNOWN || self.json.pointer("/error/may_have_acted") == Some(&Value::Bool(true))
    }

    /// The rows of a list.
    pub fn rows(&self) -> Option<&[Value]> {
        self.json.as_array().filter(|_| self.is_success()).map(Vec::as_slice)
    }

    /// For the person at the screen.
    pub fn message(&self) -> &str {
        self.text("message")
    }

    /// A member of the error.
    pub fn text(&self, member: &str) -> &str {
        self.json.get("error").and_then(|error| error.get(member)).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A client of the library: one practice at one service.
pub struct Service {
    client: *mut vd_client,
}

impl Service {
    pub fn connect(url: &str, app_key: &str, practice_key: &str, options: &Value) -> Result<Service, Answer> {
        let mut made = null_mut();
        let (url, app_key, practice_key, options) = (c(url), c(app_key), c(practice_key), c(options.to_string()));
        // SAFETY: C strings that outlive the call, and places to write to.
        let answer = answered(|out| unsafe {
            client::vd_client_new(url.as_ptr(), app_key.as_ptr(), practice_key.as_ptr(), options.as_ptr(), &raw mut made, out)
        });
        if answer.is_success() { Ok(Service { client: made }) } else { Err(answer) }
    }

    pub fn invite(&self, invitation: &Invitation) -> Answer {
        let [name, email, phone, born, start] = invitation.in_order().map(c);
        // SAFETY: the client is ours, the texts are C strings that outlive the call; so it is in all that follow.
        answered(|out| unsafe {
            meetings::vd_meet_add(self.client, name.as_ptr(), email.as_ptr(), phone.as_ptr(), born.as_ptr(), start.as_ptr(), out)
        })
    }

    pub fn remove(&self, meet_id: &str) -> Answer {
        let meet_id = c(meet_id);
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_meet_remove(self.client, meet_id.as_ptr(), out) })
    }

    /// A field of the patient that is empty stays as it is.
    pub fn move_meeting(&self, meet_id: &str, to: &Invitation) -> Answer {
        let meet_id = c(meet_id);
        let [name, email, phone, born, start] = to.in_order().map(c);
        // SAFETY: see invite.
        answered(|out| unsafe {
            let [name, email, phone, born] = [&name, &email, &phone, &born].map(given);
            move_meeting::vd_meet_move(self.client, meet_id.as_ptr(), name, email, phone, born, start.as_ptr(), out)
        })
    }

    pub fn detail(&self, meet_id: &str) -> Answer {
        let meet_id = c(meet_id);
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_meet_detail(self.client, meet_id.as_ptr(), out) })
    }

    pub fn save_report(&self, meet_id: &str, path: &str) -> Answer {
        let (meet_id, path) = (c(meet_id), c(path));
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_meet_export_save(self.client, meet_id.as_ptr(), path.as_ptr(), out) })
    }

    pub fn list(&self) -> Answer {
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_meet_list(self.client, out) })
    }

    pub fn time(&self) -> Answer {
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_time(self.client, out) })
    }

    pub fn verify(&self) -> Answer {
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_verify(self.client, out) })
    }

    pub fn diagnose(&self) -> Answer {
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_diagnose(self.client, out) })
    }

    pub fn call(&self, name: &str, fields: &Value) -> Answer {
        let (name, fields) = (c(name), c(fields.to_string()));
        // SAFETY: see invite.
        answered(|out| unsafe { meetings::vd_call(self.client, name.as_ptr(), fields.as_ptr(), out) })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        client::vd_client_free(self.client);
    }
}

/// Checks an invitation's fields without the network.
pub fn check(invitation: &Invitation) -> Answer {
    let [name, email, phone, born, start] = invitation.in_order().map(c);
    // SAFETY: C strings that outlive the call.
    answered(|out| unsafe {
        offline::vd_check_invitation(name.as_ptr(), email.as_ptr(), phone.as_ptr(), born.as_ptr(), start.as_ptr(), out)
    })
}

/// What is different between two lists, JSON; `before` may be "".
pub fn changes(before: &str, after: &str) -> Answer {
    let (before, after) = (c(before), c(after));
    // SAFETY: C strings that outlive the call.
    answered(|out| unsafe { changes::vd_meet_changes(before.as_ptr(), after.as_ptr(), out) })
}

/// A call as iCalendar text, or the status of the error.
pub fn calendar(meeting: &Value, options: &Value) -> Result<String, i32> {
    let (meeting, options, mut out) = (c(meeting.to_string()), c(options.to_string()), null_mut());
    // SAFETY: C strings that outlive the call, and a place to write to.
    let status = unsafe { calendar::vd_meet_ics(meeting.as_ptr(), options.as_ptr(), &raw mut out) };
    if out.is_null() {
        return Err(status);
    }
    // SAFETY: the library wrote a C string there, which is ours until it is freed.
    let text = unsafe { CStr::from_ptr(out) }.to_string_lossy().into_owned();
    json::vd_string_free(out);
    Ok(text)
}

pub fn qr(text: &str, path: &str, pixels: i32) -> Answer {
    let (text, path) = (c(text), c(path));
    // SAFETY: C strings that outlive the call.
    answered(|out| unsafe { qr_code::vd_qr(text.as_ptr(), path.as_ptr(), pixels, out) })
}

/// The year of birth that a Czech birth number tells.
pub fn birth_year(birth_number: &str) -> Option<i32> {
    let (birth_number, mut year) = (c(birth_number), 0);
    // SAFETY: a C string, and a place to write to.
    let status = unsafe { offline::vd_birth_year(birth_number.as_ptr(), &raw mut year) };
    (status == OK).then_some(year)
}

pub fn status_name(status: i32) -> String {
    // SAFETY: a static C string, never NULL.
    unsafe { CStr::from_ptr(library::vd_status_name(status)) }.to_string_lossy().into_owned()
}

pub fn status_text(status: i32, lang: &str) -> String {
    let lang = c(lang);
    // SAFETY: the language is a C string; the result a static one, never NULL.
    unsafe { CStr::from_ptr(library::vd_status_text(status, lang.as_ptr())) }.to_string_lossy().into_owned()
}

/// A C string. NUL cannot stand in one: it becomes another control character, which the library refuses as it would refuse NUL.
fn c(text: impl AsRef<str>) -> CString {
    CString::new(text.as_ref().replace('\0', "\u{1}")).unwrap_or_default()
}

/// NULL for an empty text.
fn given(text: &CString) -> *const c_char {
    if text.is_empty() { null() } else { text.as_ptr() }
}

fn answered(call: impl FnOnce(*mut *mut c_char) -> i32) -> Answer {
    let mut out = null_mut();
    let status = call(&raw mut out);
    if out.is_null() {
        return Answer { status, json: Value::Null, list: None };
    }
    // SAFETY: the library wrote a C string there, which is ours until it is freed.
    let json = serde_json::from_slice(unsafe { CStr::from_ptr(out) }.to_bytes()).unwrap_or(Value::Null);
    json::vd_string_free(out);
    Answer { status, json, list: None }
}
