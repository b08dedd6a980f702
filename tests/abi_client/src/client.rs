//! One practice at one service, as a host program holds it.

use std::ffi::{CString, c_char};
use std::ptr::{null, null_mut};

use serde_json::{Value, json};
use videodoktor_sandbox::Sandbox;

use crate::library::{Handle, Raw, c_string, library};
use crate::{Answer, VD_OK};

/// The five fields of an invitation. `None` is NULL.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub pacient_jmeno: Option<String>,
    pub pacient_email: Option<String>,
    pub pacient_telefon: Option<String>,
    pub pacient_narozen: Option<String>,
    pub meet_start: Option<String>,
}

impl Invitation {
    /// Jana Nováková, who has both e-mail and phone.
    pub fn jana(meet_start: &str) -> Invitation {
        let text = |text: &str| Some(text.to_owned());
        Invitation {
            pacient_jmeno: text("Jana Nováková"),
            pacient_email: text("jana@example.cz"),
            pacient_telefon: text("777123456"),
            pacient_narozen: text("1980"),
            meet_start: text(meet_start),
        }
    }

    pub fn named(self, pacient_jmeno: &str) -> Invitation {
        Invitation { pacient_jmeno: Some(pacient_jmeno.to_owned()), ..self }
    }

    pub fn with_email(self, pacient_email: &str) -> Invitation {
        Invitation { pacient_email: Some(pacient_email.to_owned()), ..self }
    }

    /// The fields of a JSON object; one that is `null` or missing is NULL.
    pub fn of_json(fields: &Value) -> Invitation {
        let text = |name: &str| fields[name].as_str().map(str::to_owned);
        Invitation {
            pacient_jmeno: text("pacient_jmeno"),
            pacient_email: text("pacient_email"),
            pacient_telefon: text("pacient_telefon"),
            pacient_narozen: text("pacient_narozen"),
            meet_start: text("meet_start"),
        }
    }

    /// `vd_check_invitation`
    pub fn check(&self) -> Answer {
        let [a, b, c, d, e] = self.texts();
        // SAFETY: each text is NULL or NUL-terminated and outlives the call.
        answer(|raw, out| unsafe { (raw.vd_check_invitation)(ptr(&a), ptr(&b), ptr(&c), ptr(&d), ptr(&e), out) })
    }

    fn texts(&self) -> [Option<CString>; 5] {
        [&self.pacient_jmeno, &self.pacient_email, &self.pacient_telefon, &self.pacient_narozen, &self.meet_start]
            .map(|text| text.as_deref().map(c_string))
    }
}

fn ptr(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(null(), |text| text.as_ptr())
}

/// Calls an export that fills in JSON.
pub(crate) fn answer(call: impl FnOnce(&Raw, *mut *mut c_char) -> i32) -> Answer {
    let raw = library();
    let mut json = null_mut();
    let status = call(raw, &mut json);
    // SAFETY: the export has filled it in, or left it NULL.
    let json = unsafe { raw.take(json) }
        .map_or(Value::Null, |json| serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}")));
    Answer { status, json }
}

/// A client of the library, freed when dropped. Any number of threads may use it.
pub struct Client(usize);

impl Client {
    /// `vd_client_new`
    pub fn new(app_url: &str, api_app_key: &str, api_key: &str, options: &Value) -> Result<Client, Answer> {
        let [url, app_key, key, options] = [app_url, api_app_key, api_key, &options.to_string()].map(c_string);
        let mut handle: Handle = null_mut();
        // SAFETY: the texts outlive the call; `handle` is ours.
        let made = answer(|raw, out| unsafe {
            (raw.vd_client_new)(url.as_ptr(), app_key.as_ptr(), key.as_ptr(), options.as_ptr(), &mut handle, out)
        });
        assert_eq!(made.status == VD_OK, !handle.is_null(), "a handle comes with success only: {made:?}");
        if made.status == VD_OK { Ok(Client(handle.addr())) } else { Err(made) }
    }

    /// For the sandbox's first practice, with the sandbox's certificate authority in `ca_file` and these options besides.
    ///
    /// # Panics
    /// If it cannot be made.
    #[track_caller]
    pub fn with(sandbox: &Sandbox, options: Value) -> Client {
        Client::at(&sandbox.url(), sandbox, options)
    }

    /// The same without further options.
    #[track_caller]
    pub fn of(sandbox: &Sandbox) -> Client {
        Client::with(sandbox, json!({}))
    }

    /// The sandbox's keys at another address: a proxy's, or a name that a proxy resolves.
    ///
    /// # Panics
    /// If it cannot be made.
    #[track_caller]
    pub fn at(app_url: &str, sandbox: &Sandbox, mut options: Value) -> Client {
        if options.get("ca_file").is_none() {
            options["ca_file"] = sandbox.ca_file().to_str().expect("a path in UTF-8").into();
        }
        Client::new(app_url, sandbox.app_key(), sandbox.api_key(), &options).unwrap_or_else(|answer| panic!("no client: {}", answer.json))
    }

    /// For [`Raw`].
    pub fn handle(&self) -> Handle {
        std::ptr::without_provenance_mut(self.0)
    }

    pub fn verify(&self) -> Answer {
        // SAFETY: here and below, a handle may be anything, and texts outlive the call.
        answer(|raw, out| unsafe { (raw.vd_verify)(self.handle(), out) })
    }

    pub fn time(&self) -> Answer {
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_time)(self.handle(), out) })
    }

    pub fn meet_add(&self, invitation: &Invitation) -> Answer {
        let [a, b, c, d, e] = invitation.texts();
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_add)(self.handle(), ptr(&a), ptr(&b), ptr(&c), ptr(&d), ptr(&e), out) })
    }

    pub fn meet_list(&self) -> Answer {
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_list)(self.handle(), out) })
    }

    pub fn meet_detail(&self, meet_id: &str) -> Answer {
        let meet_id = c_string(meet_id);
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_detail)(self.handle(), meet_id.as_ptr(), out) })
    }

    pub fn meet_remove(&self, meet_id: &str) -> Answer {
        let meet_id = c_string(meet_id);
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_remove)(self.handle(), meet_id.as_ptr(), out) })
    }

    /// `vd_meet_move`; a field that is `None` is NULL.
    pub fn meet_move(&self, meet_id: &str, new: &Invitation) -> Answer {
        let meet_id = c_string(meet_id);
        let [a, b, c, d, e] = new.texts();
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_move)(self.handle(), meet_id.as_ptr(), ptr(&a), ptr(&b), ptr(&c), ptr(&d), ptr(&e), out) })
    }

    pub fn meet_export(&self, meet_id: &str) -> Answer {
        let meet_id = c_string(meet_id);
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_export)(self.handle(), meet_id.as_ptr(), out) })
    }

    pub fn meet_export_save(&self, meet_id: &str, path: &std::path::Path) -> Answer {
        let [meet_id, path] = [meet_id, path.to_str().expect("a path in UTF-8")].map(c_string);
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_meet_export_save)(self.handle(), meet_id.as_ptr(), path.as_ptr(), out) })
    }

    /// `vd_call`; `fields` that are `null` are NULL.
    pub fn call(&self, call_name: &str, fields: &Value) -> Answer {
        let call_name = c_string(call_name);
        let fields = (!fields.is_null()).then(|| c_string(&fields.to_string()));
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_call)(self.handle(), call_name.as_ptr(), ptr(&fields), out) })
    }

    pub fn diagnose(&self) -> Answer {
        // SAFETY: see above.
        answer(|raw, out| unsafe { (raw.vd_diagnose)(self.handle(), out) })
    }

    /// `vd_client_interrupt`
    pub fn interrupt(&self) -> i32 {
        // SAFETY: see above.
        unsafe { (library().vd_client_interrupt)(self.handle()) }
    }

    /// `vd_client_prepare`
    pub fn prepare(&self) -> i32 {
        // SAFETY: see above.
        unsafe { (library().vd_client_prepare)(self.handle()) }
    }

    /// `vd_client_free`, while other threads may still be inside a call. Dropping frees too; the second time is not an error here.
    pub fn free(&self) -> i32 {
        // SAFETY: see above.
        unsafe { (library().vd_client_free)(self.handle()) }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.free();
    }
}

/// `vd_meet_changes`; `None` is NULL.
pub fn meet_changes(before_json: Option<&str>, after_json: &str) -> Answer {
    let (before, after) = (before_json.map(c_string), c_string(after_json));
    // SAFETY: the texts outlive the call.
    answer(|raw, out| unsafe { (raw.vd_meet_changes)(ptr(&before), after.as_ptr(), out) })
}

/// `vd_meet_ics`: status and text.
pub fn meet_ics(meeting_json: &str, options_json: Option<&str>) -> (i32, Option<String>) {
    let (meeting, options) = (c_string(meeting_json), options_json.map(c_string));
    let mut text = null_mut();
    // SAFETY: as above.
    let status = unsafe { (library().vd_meet_ics)(meeting.as_ptr(), ptr(&options), &mut text) };
    // SAFETY: the export has filled it in, or left it NULL.
    (status, unsafe { library().take(text) })
}

/// `vd_qr`; a path that is `None` is NULL.
pub fn qr(text: &str, path: Option<&str>, pixels: i32) -> Answer {
    let (text, path) = (c_string(text), path.map(c_string));
    // SAFETY: the texts outlive the call.
    answer(|raw, out| unsafe { (raw.vd_qr)(text.as_ptr(), ptr(&path), pixels, out) })
}

/// `vd_birth_year`: status and year.
pub fn birth_year(rodne_cislo: &str) -> (i32, i32) {
    let rodne_cislo = c_string(rodne_cislo);
    let mut year = -1;
    // SAFETY: the text outlives the call; `year` is ours.
    let status = unsafe { (library().vd_birth_year)(rodne_cislo.as_ptr(), &mut year) };
    (status, year)
}

/// `vd_json_get`: status and text.
pub fn json_get(json: &str, pointer: &str) -> (i32, Option<String>) {
    let [json, pointer] = [json, pointer].map(c_string);
    let mut text = null_mut();
    // SAFETY: as above.
    let status = unsafe { (library().vd_json_get)(json.as_ptr(), pointer.as_ptr(), &mut text) };
    // SAFETY: the export has filled it in, or left it NULL.
    (status, unsafe { library().take(text) })
}

/// `vd_json_length`: status and length.
pub fn json_length(json: &str, pointer: &str) -> (i32, i32) {
    let [json, pointer] = [json, pointer].map(c_string);
    let mut length = -1;
    // SAFETY: as above.
    let status = unsafe { (library().vd_json_length)(json.as_ptr(), pointer.as_ptr(), &mut length) };
    (status, length)
}
