//! `VideoDoktor.Client`: the members that need no network, and may be called before `Open`.

use crate::client::{Answer, Client, answered, asked};
use crate::dispatch::Arguments;
use crate::failure::Failure;
use crate::library::{CText, Library, library, static_text};
use crate::messages::Lang;
use crate::objects::Reply;
use crate::value::Value;
use crate::variant;

/// Width and height of a QR code where the host gives none: large enough for each address, small enough for a form.
const PIXELS: i32 = 512;

impl Client {
    pub fn check(&self, call: &Arguments) -> Answer {
        let library = library(self.lang())?;
        let [name, email, phone, born, start] = self.fields(call)?;
        // SAFETY: NUL-terminated texts, and a place that is written to.
        let (status, json) = asked(&library, |out| unsafe {
            (library.vd_check_invitation)(name.as_ptr(), email.as_ptr(), phone.as_ptr(), born.as_ptr(), start.as_ptr(), out)
        });
        if status != 0 && json.get("valid").is_none() { Err(Failure::told(json)) } else { Ok(Value::object(Reply::of(json))) }
    }

    pub fn birth_year(&self, call: &Arguments) -> Answer {
        let library = library(self.lang())?;
        let number = CText::of(Some(&self.required(call, 0, "RodneCislo")?));
        let mut year = 0;
        // SAFETY: NUL-terminated text, and a place that is written to.
        match unsafe { (library.vd_birth_year)(number.as_ptr(), &raw mut year) } {
            0 => Ok(Value::Number(year)),
            status => Err(self.of_status(&library, status, "rodne_cislo", "")),
        }
    }

    pub fn changes(&self, call: &Arguments) -> Answer {
        let library = library(self.lang())?;
        let (before, after) = (self.document(call, 0, "Before")?, self.document(call, 1, "After")?);
        // SAFETY: NUL-terminated texts or NULL, and a place that is written to.
        let changes = answered(&library, |out| unsafe { (library.vd_meet_changes)(before.as_ptr(), after.as_ptr(), out) })?;
        Ok(Value::object(Reply::of(changes)))
    }

    pub fn calendar(&self, call: &Arguments) -> Answer {
        let library = library(self.lang())?;
        let meeting = self.document(call, 0, "Meeting")?;
        let options = self.object(call, 1, "Options", |item| item.map_or(Ok(serde_json::Value::Null), variant::json))?;
        let mut out = std::ptr::null_mut();
        // SAFETY: NUL-terminated texts or NULL, and a place that is written to.
        let status = unsafe { (library.vd_meet_ics)(meeting.as_ptr(), options.as_ptr(), &raw mut out) };
        let text = library.take(out);
        let detail = "the meeting has no meet_id or no start, or an option is unknown, not valid or missing";
        if status == 0 { Ok(Value::Text(text)) } else { Err(self.of_status(&library, status, "", detail)) }
    }

    pub fn qr_code(&self, call: &Arguments) -> Answer {
        let library = library(self.lang())?;
        let text = call.get(0).map(|given| variant::property_or_text(given, "MeetUrl")).transpose().map_err(self.wrong("Text"))?;
        let path = call.text(1).map_err(self.wrong("Path"))?.filter(|path| !path.trim().is_empty());
        let pixels = call.get(2).map(variant::whole_number).transpose().map_err(self.wrong("Pixels"))?;
        let pixels = pixels.map_or(PIXELS, |pixels| i32::try_from(pixels).unwrap_or(0)); // 0: the library refuses it
        let (text, path) = (CText::of(text.as_deref()), CText::of(path.as_deref()));
        // SAFETY: NUL-terminated texts or NULL, and a place that is written to.
        let drawn = answered(&library, |out| unsafe { (library.vd_qr)(text.as_ptr(), path.as_ptr(), pixels, out) })?;
        Ok(Value::object(Reply::of(drawn)))
    }

    /// JSON: that of an object of ours, or a text; NULL if it is not given.
    fn document(&self, call: &Arguments, index: usize, name: &str) -> Result<CText, Failure> {
        let given = call.get(index).map(|given| variant::property_or_text(given, "Json")).transpose().map_err(self.wrong(name))?;
        Ok(CText::of(given.as_deref()))
    }

    /// The error of a function that gives a status only.
    fn of_status(&self, library: &Library, status: i32, field: &str, detail: &str) -> Failure {
        let lang = CText::of(Some(if self.lang() == Lang::English { "en" } else { "cs" }));
        // SAFETY: both take a number, and NUL-terminated text.
        let (name, message) = unsafe { ((library.vd_status_name)(status), (library.vd_status_text)(status, lang.as_ptr())) };
        let code = (status > 1000).then(|| format!("X{:03}", status - 1000));
        Failure::told(serde_json::json!({"error": {
            "status": status, "name": static_text(name), "code": code, "field": field, "source": "client",
            "message": static_text(message), "detail": detail, "retryable": false, "http_status": null, "attempts": 0,
        }}))
    }
}
