//! The loaded library: where it is, and its exports with the signatures of the header.

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A `vd_client *`.
pub type Handle = *mut c_void;

/// A `vd_log_fn`.
pub type LogFn = Option<unsafe extern "C" fn(i32, *const c_char, *mut c_void)>;

type Text = *const c_char;
type OutText = *mut *mut c_char;

macro_rules! exports {
    ($($name:ident: fn($($argument:ty),*) -> $answer:ty;)*) => {
        /// The exports under their own names.
        ///
        /// # Safety
        /// Each function asks for what the header asks for: NULL or NUL-terminated text, NULL or a place that it may write to.
        #[derive(Clone, Copy)]
        pub struct Raw {
            $(pub $name: unsafe extern "C" fn($($argument),*) -> $answer,)*
        }

        impl Raw {
            /// # Safety
            /// The library must be videodoktor: the signatures cannot be checked.
            unsafe fn of(library: &libloading::Library) -> Result<Raw, libloading::Error> {
                // SAFETY: the caller's word.
                Ok(Raw { $($name: *unsafe { library.get(concat!(stringify!($name), "\0").as_bytes()) }?,)* })
            }
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
    vd_json_get: fn(Text, Text, OutText) -> i32;
    vd_json_length: fn(Text, Text, *mut i32) -> i32;
    vd_set_log: fn(LogFn, *mut c_void, i32) -> i32;
}

/// The library of this process, loaded with the first call.
///
/// # Panics
/// If it cannot be loaded.
pub fn library() -> &'static Raw {
    static LIBRARY: OnceLock<Raw> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let (raw, loaded) = Raw::load();
        std::mem::forget(loaded); // stays for good, for `Raw` is handed out
        raw
    })
}

impl Raw {
    /// Loads the library. Dropping the second value unloads it, as far as the system lets it.
    ///
    /// # Panics
    /// If it cannot be loaded.
    pub fn load() -> (Raw, libloading::Library) {
        let path = library_path();
        // SAFETY: the path leads to videodoktor, which runs no code when it is loaded.
        let loaded = unsafe { libloading::Library::new(&path).and_then(|library| Ok((Raw::of(&library)?, library))) };
        loaded.unwrap_or_else(|error| panic!("{} cannot be loaded: {error}", path.display()))
    }

    /// Takes over a text that the library handed out: copied and freed.
    ///
    /// # Safety
    /// `text` is NULL or what the library has filled in, not freed yet.
    ///
    /// # Panics
    /// If it is not UTF-8.
    pub unsafe fn take(&self, text: *mut c_char) -> Option<String> {
        if text.is_null() {
            return None;
        }
        // SAFETY: by our contract NUL-terminated text that is ours until we free it.
        let copy = unsafe { CStr::from_ptr(text) }.to_str().expect("text of the library is UTF-8").to_owned();
        // SAFETY: any pointer may be passed.
        assert_eq!(unsafe { (self.vd_string_free)(text) }, 0, "a text that the library handed out is its own");
        Some(copy)
    }
}

/// `VIDEODOKTOR_LIBRARY`, or what cargo has built for this very test: the tests of a package are built after its library, into the same folder.
pub fn library_path() -> PathBuf {
    if let Some(path) = std::env::var_os("VIDEODOKTOR_LIBRARY") {
        return path.into();
    }
    let program = std::env::current_exe().expect("a program knows where it is");
    let name = libloading::library_filename("videodoktor");
    let beside = program.ancestors().skip(1).take(2).flat_map(|folder| [folder.join("deps").join(&name), folder.join(&name)]);
    let found = beside.into_iter().find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("no {} near {}: build it, or set VIDEODOKTOR_LIBRARY to its path", name.display(), program.display()))
}

/// Text as C wants it.
///
/// # Panics
/// If it holds a NUL.
pub fn c_string(text: &str) -> CString {
    CString::new(text).expect("text without NUL")
}
