//! Errors on their way to the host: a sentence for a person, a number for the program, the whole of it in `LastError`.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use windows::Win32::System::Com::{EXCEPINFO, IDispatch, IErrorInfo, SetErrorInfo};
use windows::Win32::System::Ole::CreateErrorInfo;
use windows_core::{BSTR, HRESULT, Interface};

use crate::json;
use crate::messages::{Cause, Lang};

/// vbObjectError: where the numbers of a component's own errors begin.
const OBJECT_ERROR: i32 = 0x8004_0000_u32.cast_signed();
/// Beyond what Windows and Visual Basic use themselves.
const OURS: i32 = 10_000;
const SOURCE: &str = "VideoDoktor.Client";

pub enum Failure {
    /// A fault of the way in which the host calls: no such member, a wrong index.
    Call(HRESULT),
    Told(Arc<Told>),
}

/// An error as the library tells it: `{"error":{…}}`.
pub struct Told {
    pub json: Json,
}

impl Told {
    pub fn none() -> Told {
        Told { json: json!({}) }
    }

    pub fn status(&self) -> i32 {
        json::number(&self.json, "/error/status")
    }

    /// As the host's error object shows it; 0 if there was no error.
    pub fn number(&self) -> i32 {
        match self.status() {
            0 => 0,
            status => OBJECT_ERROR + OURS + status,
        }
    }

    pub fn text(&self, member: &str) -> String {
        json::text(&self.json, &format!("/error/{member}"))
    }

    /// Into the caller's EXCEPINFO, which late-bound hosts read, and into the thread's IErrorInfo.
    pub fn fill_in(&self, exception: *mut EXCEPINFO) {
        let (message, source) = (BSTR::from(self.text("message")), BSTR::from(SOURCE));
        self.set_error_info(&message, &source);
        if exception.is_null() {
            return;
        }
        let told = EXCEPINFO {
            bstrSource: ManuallyDrop::new(source),
            bstrDescription: ManuallyDrop::new(message),
            scode: self.number(),
            ..EXCEPINFO::default()
        };
        // SAFETY: the caller gives room for an EXCEPINFO, whose texts are his from here on.
        unsafe { exception.write(told) };
    }

    fn set_error_info(&self, message: &BSTR, source: &BSTR) {
        // SAFETY: the texts live during the calls. What fails leaves the EXCEPINFO, which says the same.
        unsafe {
            let Ok(info) = CreateErrorInfo() else { return };
            let filled = info
                .SetGUID(&IDispatch::IID)
                .and_then(|()| info.SetSource(source))
                .and_then(|()| info.SetDescription(message))
                .and_then(|()| info.cast::<IErrorInfo>());
            if let Ok(info) = filled {
                let _ = SetErrorInfo(0, &info);
            }
        }
    }
}

impl Failure {
    /// An error that this DLL finds itself. `detail` is for the log: no patient's data, no key.
    pub fn of(cause: Cause, lang: Lang, field: Option<&str>, detail: &str) -> Failure {
        Failure::told(json!({"error": {
            "status": cause.status(), "name": cause.name(), "code": null, "field": field, "source": "client",
            "message": cause.message(lang), "detail": detail, "retryable": false, "http_status": null, "attempts": 0,
        }}))
    }

    pub fn told(json: Json) -> Failure {
        Failure::Told(Arc::new(Told { json }))
    }

    /// A bug of ours, caught. The words are those of VD_ERR_INTERNAL, in both languages: whose it is is not known here.
    pub fn internal() -> Failure {
        Failure::told(json!({"error": {
            "status": 99, "name": "VD_ERR_INTERNAL", "code": null, "field": null, "source": "client",
            "message": "V knihovně pro videohovory nastala vnitřní chyba. Zkontrolujte seznam videohovorů a ohlaste chybu dodavateli programu. / \
                        An internal error happened in the video call library. Check the list of video calls and report the error to the program's vendor.",
            "detail": "a panic in videodoktor_com.dll", "retryable": false, "http_status": null, "attempts": 0,
        }}))
    }
}
