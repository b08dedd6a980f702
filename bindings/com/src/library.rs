//! videodoktor.dll: loaded from this DLL's own folder with the first call that needs it, and never unloaded.

use std::ffi::{CStr, c_char, c_void};
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::sync::Mutex;

use windows::Win32::Foundation::{ERROR_BAD_EXE_FORMAT, ERROR_INVALID_PARAMETER, HMODULE};
use windows::Win32::System::Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SEM_NOOPENFILEERRORBOX, SetThreadErrorMode, THREAD_ERROR_MODE};
use windows::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_FLAGS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32, LOAD_WITH_ALTERED_SEARCH_PATH,
    LoadLibraryExW,
};
use windows_core::{Error, PCSTR, PCWSTR};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::messages::{Cause, Lang};
use crate::type_library;

/// The version of the interface that this DLL is made for.
const ABI: u32 = 1;

pub type Handle = *mut c_void;
type Text = *const c_char;
type OutText = *mut *mut c_char;

macro_rules! exports {
    ($($name:ident: fn($($argument:ty),*) -> $answer:ty;)*) => {
        /// The exports that this DLL calls, with the signatures of videodoktor.h.
        #[derive(Clone, Copy)]
        pub struct Library {
            $(pub $name: unsafe extern "C" fn($($argument),*) -> $answer,)*
        }

        /// The functions of `module`, or the name of the first that it lacks.
        fn functions(module: HMODULE) -> Result<Library, &'static str> {
            Ok(Library { $($name: {
                let name = concat!(stringify!($name), "\0");
                // SAFETY: the name is NUL-terminated.
                let found = unsafe { GetProcAddress(module, PCSTR(name.as_ptr())) }.ok_or(stringify!($name))?;
                // SAFETY: videodoktor.h's signature of this name, in the version of the interface that is asked for below.
                unsafe { std::mem::transmute::<unsafe extern "system" fn() -> isize, unsafe extern "C" fn($($argument),*) -> $answer>(found) }
            },)* })
        }
    };
}

exports! {
    vd_abi_version: fn() -> u32;
    vd_version: fn() -> Text;
    vd_status_name: fn(i32) -> Text;
    vd_status_text: fn(i32, Text) -> Text;
    vd_client_new: fn(Text, Text, Text, Text, *mut Handle, OutText) -> i32;
    vd_client_free: fn(Handle) -> i32;
    vd_client_interrupt: fn(Handle) -> i32;
    vd_client_prepare: fn(Handle) -> i32;
    vd_verify: fn(Handle, OutText) -> i32;
    vd_time: fn(Handle, OutText) -> i32;
    vd_meet_add: fn(Handle, Text, Text, Text, Text, Text, OutText) -> i32;
    vd_meet_list: fn(Handle, OutText) -> i32;
    vd_meet_detail: fn(Handle, Text, OutText) -> i32;
    vd_meet_remove: fn(Handle, Text, OutText) -> i32;
    vd_meet_export: fn(Handle, Text, OutText) -> i32;
    vd_meet_export_save: fn(Handle, Text, Text, OutText) -> i32;
    vd_call: fn(Handle, Text, Text, OutText) -> i32;
    vd_diagnose: fn(Handle, OutText) -> i32;
    vd_meet_move: fn(Handle, Text, Text, Text, Text, Text, Text, OutText) -> i32;
    vd_meet_changes: fn(Text, Text, OutText) -> i32;
    vd_meet_ics: fn(Text, Text, OutText) -> i32;
    vd_qr: fn(Text, Text, i32, OutText) -> i32;
    vd_check_invitation: fn(Text, Text, Text, Text, Text, OutText) -> i32;
    vd_birth_year: fn(Text, *mut i32) -> i32;
    vd_string_free: fn(*mut c_char) -> i32;
}

/// The library of this process. A failure is not kept: the file may be put right while the host runs.
pub fn library(lang: Lang) -> Result<Library, Failure> {
    static LIBRARY: Mutex<Option<Library>> = Mutex::new(None);
    let mut kept = LIBRARY.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(library) = *kept {
        return Ok(library);
    }
    let loaded = load().map_err(|(cause, detail)| Failure::of(cause, lang, None, &detail))?;
    *kept = Some(loaded);
    Ok(loaded)
}

fn load() -> Result<Library, (Cause, String)> {
    let own = type_library::own_path().map_err(|error| (Cause::LibraryUnusable, format!("own path: {:#x}", error.code().0)))?;
    let path = own.with_file_name("videodoktor.dll");
    let module = open(&path).map_err(|error| {
        let cause = match error {
            _ if error.code() == ERROR_BAD_EXE_FORMAT.to_hresult() => Cause::LibraryOfOtherBitness,
            _ if !path.exists() => Cause::LibraryMissing,
            _ => Cause::LibraryUnusable,
        };
        (cause, format!("{}: Windows error {}", path.display(), error.code().0 & 0xFFFF))
    })?;
    let library = functions(module).map_err(|lacking| (Cause::LibraryUnusable, format!("{} lacks {lacking}", path.display())))?;
    // SAFETY: takes nothing.
    match unsafe { (library.vd_abi_version)() } {
        ABI => Ok(library),
        other => Err((Cause::LibraryUnusable, format!("{} has interface {other}, not {ABI}", path.display()))),
    }
}

/// By its full path, without a message box of the system's. A Windows 7 without its update of 2011 knows only the older flag.
fn open(path: &Path) -> Result<HMODULE, Error> {
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let open = |flags: LOAD_LIBRARY_FLAGS| {
        // SAFETY: NUL-terminated text.
        unsafe { LoadLibraryExW(PCWSTR(wide.as_ptr()), None, flags) }
    };
    let mut former = THREAD_ERROR_MODE::default();
    // SAFETY: `former` is written to.
    let _ = unsafe { SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, Some(&raw mut former)) };
    let opened = open(LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32).or_else(|error| {
        if error.code() == ERROR_INVALID_PARAMETER.to_hresult() { open(LOAD_WITH_ALTERED_SEARCH_PATH) } else { Err(error) }
    });
    // SAFETY: as above.
    let _ = unsafe { SetThreadErrorMode(former, None) };
    opened
}

impl Library {
    /// Takes over a text that the library has filled in; "" for NULL.
    pub fn take(&self, text: *mut c_char) -> String {
        if text.is_null() {
            return String::new();
        }
        // SAFETY: NUL-terminated UTF-8 that is ours until it is freed.
        let copy = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
        // SAFETY: any pointer may be passed.
        unsafe { (self.vd_string_free)(text) };
        copy
    }
}

/// A static text of the library.
pub fn static_text(text: Text) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the library's promise for what it calls static text.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Text as C wants it, wiped when it is dropped; NULL for none.
pub struct CText(Option<Zeroizing<Vec<u8>>>);

impl CText {
    pub fn of(text: Option<&str>) -> CText {
        CText(text.map(|text| {
            let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(0);
            bytes
        }))
    }

    pub fn as_ptr(&self) -> Text {
        self.0.as_ref().map_or(std::ptr::null(), |bytes| bytes.as_ptr().cast())
    }
}
