//! Libraries of Windows that are loaded when they are needed: a program that needs no proxy never has them.

use std::ffi::CStr;
use std::ffi::c_void;

use windows_sys::Win32::Foundation::HMODULE;
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;

/// A library of the system's own folder; the program's folder, where anybody may have put another, is not searched. It is never unloaded.
#[derive(Clone, Copy)]
pub struct SystemLibrary(HMODULE);

impl SystemLibrary {
    pub fn load(name: &str) -> Option<SystemLibrary> {
        let mut path = vec![0; 512];
        // SAFETY: the buffer has the length that is told.
        let length = unsafe { GetSystemDirectoryW(path.as_mut_ptr(), 512) } as usize;
        if length == 0 || length >= 512 {
            return None;
        }
        path.truncate(length);
        path.extend("\\".encode_utf16().chain(name.encode_utf16()).chain([0]));
        // SAFETY: a text with its end. An initialiser of the system's own library may run in any program.
        let module = unsafe { LoadLibraryW(path.as_ptr()) };
        (!module.is_null()).then_some(SystemLibrary(module))
    }

    /// A function's address.
    pub fn address(self, name: &CStr) -> Option<*const c_void> {
        // SAFETY: the library stays loaded, the name has its end.
        unsafe { GetProcAddress(self.0, name.as_ptr().cast()) }.map(|function| function as *const c_void)
    }
}

/// UTF-16 with its end.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
