//! The type library in this DLL's own resources: names and numbers of the members come from it, and what an object browser shows.

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

use once_cell::sync::OnceCell;
use windows::Win32::Foundation::{E_FAIL, HMODULE};
use windows::Win32::System::Com::{ITypeInfo, ITypeLib};
use windows::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, GetModuleFileNameW, GetModuleHandleExW,
};
use windows::Win32::System::Ole::{LoadTypeLibEx, REGKIND_NONE};
use windows_core::{GUID, HSTRING, PCWSTR, Result};

/// Where this DLL lies, however it was found.
pub fn own_path() -> Result<PathBuf> {
    let mut module = HMODULE::default();
    let mut path = vec![0_u16; 32_768];
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    let address = PCWSTR(own_path as *const () as *const u16);
    // SAFETY: the address is one of this DLL's, and the buffer as long as is said.
    let length = unsafe {
        GetModuleHandleExW(flags, address, &raw mut module)?;
        GetModuleFileNameW(Some(module), &mut path)
    };
    let path = path.get(..length as usize).filter(|path| !path.is_empty()).ok_or(E_FAIL)?;
    Ok(OsString::from_wide(path).into())
}

/// A type library is read by any thread, and the DLL is never unloaded.
struct Loaded(ITypeLib);
// SAFETY: oleaut32's type libraries and type infos are free-threaded.
unsafe impl Send for Loaded {}
// SAFETY: the same.
unsafe impl Sync for Loaded {}

pub fn interface(guid: GUID) -> Result<ITypeInfo> {
    static LIBRARY: OnceCell<Loaded> = OnceCell::new();
    let library = LIBRARY.get_or_try_init(|| {
        let path = HSTRING::from(own_path()?.as_os_str());
        // SAFETY: the path is NUL-terminated text.
        unsafe { LoadTypeLibEx(&path, REGKIND_NONE) }.map(Loaded)
    })?;
    // SAFETY: the GUID lives during the call.
    unsafe { library.0.GetTypeInfoOfGuid(&raw const guid) }
}
