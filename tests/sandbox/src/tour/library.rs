//! The built library as a practice program holds it: loaded at run time, its exports found by name, its texts copied and freed. The only unsafe code of
//! the sandbox; the signatures are those of `include/videodoktor.h`.

use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr;

use libloading::Library as Loaded;
use serde_json::Value;

type Text = *const c_char;
type OutText = *mut *mut c_char;

/// `vd_client`: an opaque value.
#[repr(C)]
struct Handle {
    _opaque: [u8; 0],
}

type Plain = unsafe extern "C" fn(*mut Handle, OutText) -> i32;
type WithId = unsafe extern "C" fn(*mut Handle, Text, OutText) -> i32;

/// The exports that the tour calls.
pub struct Library {
    version: unsafe extern "C" fn() -> Text,
    status_name: unsafe extern "C" fn(i32) -> Text,
    client_new: unsafe extern "C" fn(Text, Text, Text, Text, *mut *mut Handle, OutText) -> i32,
    client_free: unsafe extern "C" fn(*mut Handle) -> i32,
    string_free: unsafe extern "C" fn(*mut c_char) -> i32,
    verify: Plain,
    time: Plain,
    meet_add: unsafe extern "C" fn(*mut Handle, Text, Text, Text, Text, Text, OutText) -> i32,
    meet_list: Plain,
    meet_detail: WithId,
    meet_remove: WithId,
    meet_export: WithId,
    meet_export_save: unsafe extern "C" fn(*mut Handle, Text, Text, OutText) -> i32,
    /// Last, because it must outlive what points into it.
    _loaded: Loaded,
}

/// What a call returned.
pub struct Answer {
    pub status: i32,
    pub json: Value,
}

impl Library {
    pub fn load(path: &Path) -> Result<Library, String> {
        // SAFETY: loading runs the library's initialisers; it promises to have none.
        let loaded = unsafe { Loaded::new(path) }.map_err(|error| format!("{} cannot be loaded: {error}", path.display()))?;
        let library = Library {
            version: export(&loaded, "vd_version")?,
            status_name: export(&loaded, "vd_status_name")?,
            client_new: export(&loaded, "vd_client_new")?,
            client_free: export(&loaded, "vd_client_free")?,
            string_free: export(&loaded, "vd_string_free")?,
            verify: export(&loaded, "vd_verify")?,
            time: export(&loaded, "vd_time")?,
            meet_add: export(&loaded, "vd_meet_add")?,
            meet_list: export(&loaded, "vd_meet_list")?,
            meet_detail: export(&loaded, "vd_meet_detail")?,
            meet_remove: export(&loaded, "vd_meet_remove")?,
            meet_export: export(&loaded, "vd_meet_export")?,
            meet_export_save: export(&loaded, "vd_meet_export_save")?,
            _loaded: loaded,
        };
        let abi_version: unsafe extern "C" fn() -> u32 = export(&library._loaded, "vd_abi_version")?;
        // SAFETY: the signature is the header's.
        match unsafe { abi_version() } {
            1 => Ok(library),
            other => Err(format!("{} speaks ABI version {other}; this tour knows version 1", path.display())),
        }
    }

    pub fn version(&self) -> String {
        // SAFETY: a static text that is never freed.
        unsafe { CStr::from_ptr((self.version)()) }.to_string_lossy().into_owned()
    }

    pub fn status_name(&self, status: i32) -> String {
        // SAFETY: a static text that is never freed and never NULL.
        unsafe { CStr::from_ptr((self.status_name)(status)) }.to_string_lossy().into_owned()
    }

    pub fn client(&self, url: &str, app_key: &str, api_key: &str, options: &str) -> Result<Client<'_>, Answer> {
        let [url, app_key, api_key, options] = [url, app_key, api_key, options].map(c_text);
        let mut handle = ptr::null_mut();
        // SAFETY: four NUL-terminated texts and two places to write to, as the header asks.
        let answer = self.answer(|out| unsafe {
            (self.client_new)(url.as_ptr(), app_key.as_ptr(), api_key.as_ptr(), options.as_ptr(), &raw mut handle, out)
        });
        if answer.status == 0 { Ok(Client { library: self, handle }) } else { Err(answer) }
    }

    /// Calls with a place for the JSON, copies it and gives it back.
    fn answer(&self, call: impl FnOnce(OutText) -> i32) -> Answer {
        let mut out = ptr::null_mut();
        let status = call(&raw mut out);
        if out.is_null() {
            return Answer { status, json: Value::Null };
        }
        // SAFETY: a NUL-terminated text that is ours until `vd_string_free`.
        let text = unsafe { CStr::from_ptr(out) }.to_string_lossy().into_owned();
        // SAFETY: it came from this library and is freed once.
        unsafe { (self.string_free)(out) };
        Answer { status, json: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }
}

/// One practice's client; freed when it is dropped.
pub struct Client<'a> {
    library: &'a Library,
    handle: *mut Handle,
}

// SAFETY, for every block below: the handle is alive until `drop`, texts are NUL-terminated and outlive the call, the out-parameter is a place to write to.
impl Client<'_> {
    pub fn verify(&self) -> Answer {
        self.library.answer(|out| unsafe { (self.library.verify)(self.handle, out) })
    }

    pub fn time(&self) -> Answer {
        self.library.answer(|out| unsafe { (self.library.time)(self.handle, out) })
    }

    /// Name, e-mail, phone, year of birth, start.
    pub fn meet_add(&self, invitation: [&str; 5]) -> Answer {
        let [name, email, phone, born, start] = &invitation.map(c_text);
        let add = self.library.meet_add;
        self.library
            .answer(|out| unsafe { add(self.handle, name.as_ptr(), email.as_ptr(), phone.as_ptr(), born.as_ptr(), start.as_ptr(), out) })
    }

    pub fn meet_list(&self) -> Answer {
        self.library.answer(|out| unsafe { (self.library.meet_list)(self.handle, out) })
    }

    pub fn meet_detail(&self, meet_id: &str) -> Answer {
        let meet_id = c_text(meet_id);
        self.library.answer(|out| unsafe { (self.library.meet_detail)(self.handle, meet_id.as_ptr(), out) })
    }

    pub fn meet_remove(&self, meet_id: &str) -> Answer {
        let meet_id = c_text(meet_id);
        self.library.answer(|out| unsafe { (self.library.meet_remove)(self.handle, meet_id.as_ptr(), out) })
    }

    pub fn meet_export(&self, meet_id: &str) -> Answer {
        let meet_id = c_text(meet_id);
        self.library.answer(|out| unsafe { (self.library.meet_export)(self.handle, meet_id.as_ptr(), out) })
    }

    pub fn meet_export_save(&self, meet_id: &str, path: &str) -> Answer {
        let (meet_id, path) = (c_text(meet_id), c_text(path));
        self.library.answer(|out| unsafe { (self.library.meet_export_save)(self.handle, meet_id.as_ptr(), path.as_ptr(), out) })
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        // SAFETY: alive until now, and freed once.
        unsafe { (self.library.client_free)(self.handle) };
    }
}

fn export<Function: Copy>(loaded: &Loaded, name: &str) -> Result<Function, String> {
    // SAFETY: every caller names the type that the header gives this export.
    let symbol = unsafe { loaded.get::<Function>(name) };
    symbol.map(|symbol| *symbol).map_err(|error| format!("the library lacks {name}: {error}"))
}

fn c_text(text: &str) -> CString {
    CString::new(text).expect("the tour's own texts hold no NUL")
}
