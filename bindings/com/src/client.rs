//! `VideoDoktor.Client`: the members that ask the service. Those that need no network stand in `offline`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value as Json};
use windows::Win32::Foundation::{DISP_E_MEMBERNOTFOUND, DISP_E_PARAMNOTFOUND};
use windows::Win32::System::Variant::VARIANT;
use windows_core::GUID;

use crate::dispatch::{Arguments, Members};
use crate::failure::{Failure, Told};
use crate::json;
use crate::library::{CText, Handle, Library, library, static_text};
use crate::members::client as member;
use crate::messages::{Cause, Lang};
use crate::objects::{LastError, Meeting, Meetings, Reply};
use crate::value::Value;
use crate::variant::{self, Wrong};

pub type Answer = Result<Value, Failure>;

/// Values set by the member `Options`; then an open client. No lock is held during a call.
pub struct Client {
    options: Mutex<Map<String, Json>>,
    open: Mutex<Option<Arc<Open>>>,
    last_error: Mutex<Arc<Told>>,
}

/// A client of the library, freed with the last call that uses it.
struct Open {
    library: Library,
    handle: Handle,
}

// SAFETY: the handle is a number to the library, which takes it from any thread.
unsafe impl Send for Open {}
// SAFETY: the same.
unsafe impl Sync for Open {}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: any handle may be passed, one that was freed too.
        unsafe { (self.library.vd_client_free)(self.handle) };
    }
}

/// The fields of an invitation as they were given, in their order.
const FIELDS: [&str; 5] = ["PacientJmeno", "PacientEmail", "PacientTelefon", "PacientNarozen", "MeetStart"];
const YEAR_OF_BIRTH: usize = 3;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    pub fn new() -> Client {
        Client { options: Mutex::default(), open: Mutex::default(), last_error: Mutex::new(Arc::new(Told::none())) }
    }

    pub fn lang(&self) -> Lang {
        locked(&self.options).get("lang").and_then(Json::as_str).map_or(Lang::Czech, Lang::of)
    }

    pub fn wrong(&self, argument: &str) -> impl FnOnce(Wrong) -> Failure {
        let (lang, argument) = (self.lang(), argument.to_owned());
        move |why| Failure::of(Cause::WrongArgument, lang, Some(&argument), &format!("{argument}: {why}"))
    }

    /// A text that must be given.
    pub fn required(&self, call: &Arguments, index: usize, name: &str) -> Result<String, Failure> {
        call.text(index).map_err(self.wrong(name))?.ok_or_else(|| self.wrong(name)("not given".into()))
    }

    fn opened(&self) -> Result<Arc<Open>, Failure> {
        let open = locked(&self.open).clone();
        open.ok_or_else(|| Failure::of(Cause::NotOpen, self.lang(), None, "Open was not called, or Close was"))
    }

    fn dispatch(&self, number: i32, call: &Arguments) -> Answer {
        match number {
            member::OPEN => self.open(call),
            member::CLOSE => Ok(self.close()),
            member::OPTIONS => self.option(call),
            member::INTERRUPT => Ok(self.interrupt()),
            member::PREPARE => Ok(self.prepare()),
            member::VERIFY => self.ask(|library, client, out| unsafe { (library.vd_verify)(client, out) }).map(|_| Value::Bool(true)),
            member::TIME => self.reply(|library, client, out| unsafe { (library.vd_time)(client, out) }),
            member::INVITE => self.invite(call),
            member::MEETINGS => {
                let list = self.ask(|library, client, out| unsafe { (library.vd_meet_list)(client, out) })?;
                Ok(Value::object(Meetings::of(list)))
            }
            member::DETAIL => {
                let id = self.meet_id(call)?;
                let meeting = self.ask(|library, client, out| unsafe { (library.vd_meet_detail)(client, id.as_ptr(), out) })?;
                Ok(Value::object(Meeting::of(meeting)))
            }
            member::REMOVE => {
                let id = self.meet_id(call)?;
                self.reply(|library, client, out| unsafe { (library.vd_meet_remove)(client, id.as_ptr(), out) })
            }
            member::EXPORT => {
                let id = self.meet_id(call)?;
                self.reply(|library, client, out| unsafe { (library.vd_meet_export)(client, id.as_ptr(), out) })
            }
            member::SAVE_REPORT => {
                let (id, path) = (self.meet_id(call)?, CText::of(Some(&self.required(call, 1, "Path")?)));
                self.reply(|library, client, out| unsafe { (library.vd_meet_export_save)(client, id.as_ptr(), path.as_ptr(), out) })
            }
            member::MOVE => self.move_meeting(call),
            member::CALL => self.call(call),
            member::DIAGNOSE => self.diagnose(),
            member::CHECK_INVITATION => self.check(call),
            member::BIRTH_YEAR => self.birth_year(call),
            member::CHANGES => self.changes(call),
            member::CALENDAR => self.calendar(call),
            member::QR_CODE => self.qr_code(call),
            member::LAST_ERROR => Ok(Value::object(LastError::of(locked(&self.last_error).clone()))),
            _ => self.of_the_library(number, call),
        }
    }

    /// What needs no client.
    fn of_the_library(&self, number: i32, call: &Arguments) -> Answer {
        let status = || {
            let given = call.get(0).ok_or(Failure::Call(DISP_E_PARAMNOTFOUND))?;
            variant::whole_number(given)
                .and_then(|status| i32::try_from(status).map_err(|_| "too large".into()))
                .map_err(self.wrong("Status"))
        };
        let library = || library(self.lang());
        // SAFETY, of the calls below: they take numbers and NUL-terminated text.
        match number {
            member::VERSION => Ok(Value::Text(static_text(unsafe { (library()?.vd_version)() }))),
            member::ABI_VERSION => Ok(Value::Number(unsafe { (library()?.vd_abi_version)() }.cast_signed())),
            member::STATUS_NAME => Ok(Value::Text(static_text(unsafe { (library()?.vd_status_name)(status()?) }))),
            member::STATUS_TEXT => {
                let lang = call.text(1).map_err(self.wrong("Lang"))?;
                let lang = CText::of(Some(lang.as_deref().unwrap_or(if self.lang() == Lang::English { "en" } else { "cs" })));
                Ok(Value::Text(static_text(unsafe { (library()?.vd_status_text)(status()?, lang.as_ptr()) })))
            }
            _ => Err(Failure::Call(DISP_E_MEMBERNOTFOUND)),
        }
    }

    /// The answer of a function, as JSON; the error that it tells.
    fn ask(&self, function: impl FnOnce(&Library, Handle, *mut *mut std::ffi::c_char) -> i32) -> Result<Json, Failure> {
        let open = self.opened()?;
        answered(&open.library, |out| function(&open.library, open.handle, out))
    }

    fn reply(&self, function: impl FnOnce(&Library, Handle, *mut *mut std::ffi::c_char) -> i32) -> Answer {
        self.ask(function).map(|json| Value::object(Reply::of(json)))
    }

    fn open(&self, call: &Arguments) -> Answer {
        let mut texts = Vec::new();
        for (index, name) in ["AppUrl", "AppKey", "PracticeKey"].into_iter().enumerate() {
            let given = call.get(index).map(variant::secret_text).transpose().map_err(self.wrong(name))?;
            texts.push(CText::of(given.as_ref().map(|text| text.as_str())));
        }
        let options = self.options_json(call)?;
        let library = library(self.lang())?;
        let mut handle = std::ptr::null_mut();
        let [url, app_key, key] = texts.as_slice() else { return Err(Failure::internal()) };
        answered(&library, |out| {
            // SAFETY: NUL-terminated texts or NULL, and places that are written to.
            unsafe { (library.vd_client_new)(url.as_ptr(), app_key.as_ptr(), key.as_ptr(), options.as_ptr(), &raw mut handle, out) }
        })?;
        let former = locked(&self.open).replace(Arc::new(Open { library, handle }));
        end(former);
        Ok(Value::Empty)
    }

    /// Those that were set one by one, and over them those of the argument.
    fn options_json(&self, call: &Arguments) -> Result<CText, Failure> {
        let mut options = locked(&self.options).clone();
        if let Some(text) = call.text(3).map_err(self.wrong("OptionsJson"))?.filter(|text| !text.trim().is_empty()) {
            match serde_json::from_str::<Map<String, Json>>(&text) {
                Ok(more) => options.extend(more),
                // the library says what is wrong with it
                Err(_) => return Ok(CText::of(Some(&text))),
            }
        }
        if let Some(lang) = options.get("lang") {
            locked(&self.options).insert("lang".into(), lang.clone());
        }
        Ok(CText::of(Some(&Json::Object(options).to_string())))
    }

    fn close(&self) -> Value {
        let former = locked(&self.open).take();
        end(former);
        Value::Empty
    }

    fn interrupt(&self) -> Value {
        if let Some(open) = locked(&self.open).clone() {
            // SAFETY: any handle may be passed.
            unsafe { (open.library.vd_client_interrupt)(open.handle) };
        }
        Value::Empty
    }

    fn prepare(&self) -> Value {
        if let Some(open) = locked(&self.open).clone() {
            // SAFETY: any handle may be passed.
            unsafe { (open.library.vd_client_prepare)(open.handle) };
        }
        Value::Empty
    }

    fn option(&self, call: &Arguments) -> Answer {
        let name = self.required(call, 0, "Name")?;
        if !call.sets {
            return Ok(locked(&self.options).get(&name).map_or(Value::Empty, Value::of_json));
        }
        if locked(&self.open).is_some() {
            return Err(Failure::of(Cause::OptionAfterOpen, self.lang(), Some(&name), &format!("option {name} is set before Open")));
        }
        match call.get(1) {
            Some(value) => {
                let value = variant::json(value).map_err(self.wrong(&name))?;
                locked(&self.options).insert(name, value);
            }
            None => {
                locked(&self.options).remove(&name);
            }
        }
        Ok(Value::Empty)
    }

    fn meet_id(&self, call: &Arguments) -> Result<CText, Failure> {
        Ok(CText::of(Some(&self.required(call, 0, "MeetId")?)))
    }

    fn field(&self, call: &Arguments, index: usize, name: &str, is_year_of_birth: bool) -> Result<Option<String>, Failure> {
        let read = if is_year_of_birth { variant::year } else { variant::text };
        call.get(index).map(read).transpose().map_err(self.wrong(name))
    }

    pub fn fields(&self, call: &Arguments) -> Result<[CText; 5], Failure> {
        let mut made = [const { None }; 5];
        for (index, (name, place)) in FIELDS.iter().zip(&mut made).enumerate() {
            *place = self.field(call, index, name, index == YEAR_OF_BIRTH)?;
        }
        // "" is what was not filled in, and the library names the field
        Ok(made.map(|text: Option<String>| CText::of(Some(text.as_deref().unwrap_or_default()))))
    }

    fn invite(&self, call: &Arguments) -> Answer {
        let [name, email, phone, born, start] = self.fields(call)?;
        let made = self.ask(|library, client, out| unsafe {
            (library.vd_meet_add)(client, name.as_ptr(), email.as_ptr(), phone.as_ptr(), born.as_ptr(), start.as_ptr(), out)
        })?;
        Ok(Value::object(Meeting::of(made)))
    }

    /// The patient's fields that are not given are NULL: they stay as they are.
    fn move_meeting(&self, call: &Arguments) -> Answer {
        let id = self.meet_id(call)?;
        let start = CText::of(Some(&self.required(call, 1, "MeetStart")?));
        let mut kept_or_new = [const { None }; 4];
        for (index, (name, place)) in FIELDS.iter().zip(&mut kept_or_new).enumerate() {
            let text = self.field(call, index + 2, name, index == YEAR_OF_BIRTH)?;
            *place = text.filter(|text| !text.trim().is_empty());
        }
        let [name, email, phone, born] = kept_or_new.map(|text: Option<String>| CText::of(text.as_deref()));
        let moved = self.ask(|library, client, out| unsafe {
            let (name, email, phone) = (name.as_ptr(), email.as_ptr(), phone.as_ptr());
            (library.vd_meet_move)(client, id.as_ptr(), name, email, phone, born.as_ptr(), start.as_ptr(), out)
        })?;
        Ok(Value::object(Meeting::of(moved)))
    }

    fn call(&self, call: &Arguments) -> Answer {
        let name = CText::of(Some(&self.required(call, 0, "CallName")?));
        let as_text = |item: Option<&VARIANT>| item.map_or_else(|| Ok(String::new()), variant::text).map(Json::String);
        let fields = self.object(call, 1, "Fields", as_text)?;
        self.reply(|library, client, out| unsafe { (library.vd_call)(client, name.as_ptr(), fields.as_ptr(), out) })
    }

    /// JSON as text, or an array of names and values in turn; NULL if it is not given.
    pub fn object(
        &self,
        call: &Arguments,
        index: usize,
        name: &str,
        item: fn(Option<&VARIANT>) -> Result<Json, Wrong>,
    ) -> Result<CText, Failure> {
        let Some(given) = call.get(index) else { return Ok(CText::of(None)) };
        let Ok(items) = variant::items(given) else {
            return Ok(CText::of(Some(&variant::text(given).map_err(self.wrong(name))?)));
        };
        let parts: Result<Vec<Json>, Wrong> = items.iter().map(|each| item(each.as_ref())).collect();
        let object = parts.and_then(|parts| json::object(parts).map_err(Into::into)).map_err(self.wrong(name))?;
        Ok(CText::of(Some(&object)))
    }

    /// The steps, also where one of them fails.
    fn diagnose(&self) -> Answer {
        let open = self.opened()?;
        // SAFETY: a handle, and a place that is written to.
        let (status, json) = asked(&open.library, |out| unsafe { (open.library.vd_diagnose)(open.handle, out) });
        if status != 0 && json.get("steps").is_none() { Err(Failure::told(json)) } else { Ok(Value::object(Reply::of(json))) }
    }
}

/// Ends the calls of a client that is closed; it is freed with the last of them.
fn end(former: Option<Arc<Open>>) {
    if let Some(open) = former {
        // SAFETY: any handle may be passed.
        unsafe { (open.library.vd_client_free)(open.handle) };
    }
}

pub fn asked(library: &Library, function: impl FnOnce(*mut *mut std::ffi::c_char) -> i32) -> (i32, Json) {
    let mut out = std::ptr::null_mut();
    let status = function(&raw mut out);
    let text = library.take(out);
    (status, serde_json::from_str(&text).unwrap_or(Json::Null))
}

pub fn answered(library: &Library, function: impl FnOnce(*mut *mut std::ffi::c_char) -> i32) -> Result<Json, Failure> {
    match asked(library, function) {
        (0, json) => Ok(json),
        (_, json) if json.get("error").is_some() => Err(Failure::told(json)),
        _ => Err(Failure::internal()), // no memory for the answer
    }
}

impl Members for Client {
    fn interface(&self) -> GUID {
        GUID::from_u128(member::GUID)
    }

    fn invoke(&self, number: i32, call: &Arguments) -> Answer {
        let answer = self.dispatch(number, call);
        if let Err(Failure::Told(error)) = &answer {
            *locked(&self.last_error) = Arc::clone(error);
        }
        answer
    }

    fn can_be_set(&self, number: i32) -> bool {
        number == member::OPTIONS
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close();
    }
}
