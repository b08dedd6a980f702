//! What stands behind every export: the host's floating-point state is kept, a panic is caught, out-parameters are filled.

use std::cell::Cell;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::ptr::null_mut;
use std::sync::Once;

use super::arguments::Host;
use super::floating_point::Masked;
use super::{strings, vd_status};
use crate::error::{Error, Result};
use crate::json;
use crate::log;
use crate::status::{Lang, Status};

/// An export that answers with JSON, on success and on error alike.
///
/// # Safety
/// `out_json` is NULL or points to a `char *` that this call may write.
pub unsafe fn json(out_json: *mut *mut c_char, body: impl FnOnce(&Host) -> Result<String>) -> vd_status {
    // SAFETY: passed on.
    unsafe { report(out_json, |host| body(host).map(|json| (Status::OK, json))) }
}

/// An export whose JSON may come with a status other than `VD_OK` and still be no error.
///
/// # Safety
/// As for `json`.
pub unsafe fn report(out_json: *mut *mut c_char, body: impl FnOnce(&Host) -> Result<(Status, String)>) -> vd_status {
    let answered = enter(|| {
        if !out_json.is_null() {
            // SAFETY: as above.
            unsafe { *out_json = null_mut() };
        }
        let host = Host::default();
        let answer = body(&host);
        // SAFETY: passed on.
        unsafe { write_result(out_json, &host, answer) }
    });
    // SAFETY: passed on.
    let told = answered.or_else(|bug| enter(|| unsafe { write_result(out_json, &Host::default(), Err(bug)) }));
    told.unwrap_or(Status::ERR_INTERNAL).0
}

/// More than a call that changes something ever answers.
const LONG: usize = 64 << 10;

/// Gives the host its JSON, and the status that goes with it. Where there is no memory for a long answer, that is an error: whoever read it
/// can read it again. For a short one the status stays and the JSON is NULL: it tells that a patient was invited.
///
/// # Safety
/// As for `json`.
unsafe fn write_result(out_json: *mut *mut c_char, host: &Host, answer: Result<(Status, String)>) -> Status {
    let (status, json) = answer.unwrap_or_else(|error| (error.status, error_json(&error, host.lang())));
    if out_json.is_null() {
        return status;
    }
    let is_long = json.len() > LONG;
    let (status, text) = match in_the_hosts_form(host, json) {
        Ok(text) => (status, text),
        Err(error) if is_long => (error.status, strings::hand_out(error_json(&error, host.lang())).unwrap_or(null_mut())),
        Err(_) => (status, null_mut()),
    };
    // SAFETY: not NULL, so by our contract it may be written.
    unsafe { *out_json = text };
    status
}

fn in_the_hosts_form(host: &Host, json: String) -> Result<*mut c_char> {
    strings::hand_out(if host.wants_ascii() { json::to_ascii(json)? } else { json })
}

/// An export that answers with its status alone.
pub fn status(body: impl FnOnce() -> Result<()>) -> vd_status {
    let done = enter(|| body().map_or_else(|error| error.status, |()| Status::OK).0);
    done.unwrap_or(Status::ERR_INTERNAL.0)
}

/// An export that cannot fail.
pub fn value<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    enter(body).unwrap_or(fallback)
}

fn error_json(error: &Error, lang: Lang) -> String {
    let mut outer = serde_json::Map::new();
    outer.insert("error".into(), error.to_json(lang));
    serde_json::Value::Object(outer).to_string()
}

/// Runs the body with traps masked; a panic becomes `VD_ERR_INTERNAL` with the place in our source, which is all that is known of it.
fn enter<T>(body: impl FnOnce() -> T) -> std::result::Result<T, Error> {
    let mut body = Some(body);
    let mut answer = None;
    enter_once(&mut || answer = body.take().map(|body| body()))?;
    answer.ok_or_else(|| Error::client(Status::ERR_INTERNAL, "an export without an answer"))
}

/// Not generic and not inlined: one copy serves every export, and no floating-point work of the body can move in front of the masking.
#[inline(never)]
fn enter_once(body: &mut dyn FnMut()) -> Result<()> {
    let _masked = Masked::enter();
    FIRST.call_once(prepare);
    let outer = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(outer);
    done.map_err(|payload| {
        std::mem::forget(payload); // its destructor could panic again
        let place = PLACE.get();
        let error = Error::client(Status::ERR_INTERNAL, format!("a bug in videodoktor, caught at {}:{}", place.file(), place.line));
        log::error(|| error.detail.clone());
        error
    })
}

static FIRST: Once = Once::new();

/// Once a process, in its first call rather than when it is loaded: nothing of ours runs under the loader's lock.
fn prepare() {
    pin();
    let host_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| if INSIDE.get() || log::is_our_thread() { note(panic) } else { host_hook(panic) }));
}

/// Threads of ours may outlive the call that started them, so the library must stay where it is. On Linux it is linked with `-z nodelete`.
#[cfg(windows)]
fn pin() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };
    let mut module = null_mut();
    let here: *const u16 = (pin as fn() as *const ()).cast();
    // SAFETY: an address inside this module, as the flag FROM_ADDRESS wants it. Failing changes nothing.
    unsafe { GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, here, &raw mut module) };
}

#[cfg(not(windows))]
fn pin() {}

thread_local! {
    /// This thread is inside an export.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static PLACE: Cell<Place> = const { Cell::new(Place::NOWHERE) };
}

/// Where the last panic of this thread came from, kept without allocating: the heap may be what broke.
#[derive(Clone, Copy)]
struct Place {
    tail: [u8; 48],
    line: u32,
}

impl Place {
    const NOWHERE: Place = Place { tail: [b' '; 48], line: 0 };

    fn file(&self) -> &str {
        std::str::from_utf8(&self.tail).unwrap_or("?").trim()
    }
}

/// Never the payload: it may hold what a patient wrote.
fn note(panic: &PanicHookInfo) {
    let Some(location) = panic.location() else { return };
    let mut place = Place { line: location.line(), ..Place::NOWHERE };
    for (to, from) in place.tail.iter_mut().rev().zip(location.file().bytes().rev()) {
        *to = if from.is_ascii_graphic() { from } else { b'?' };
    }
    PLACE.set(place);
}
