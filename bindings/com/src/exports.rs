//! The four functions that COM and regsvr32 call, and DllInstall for registration per user.

use std::ffi::c_void;
use std::sync::Arc;

use windows::Win32::Foundation::{CLASS_E_CLASSNOTAVAILABLE, CLASS_E_NOAGGREGATION, E_INVALIDARG, E_POINTER, E_UNEXPECTED, S_FALSE, S_OK};
use windows::Win32::System::Com::{IClassFactory, IClassFactory_Impl, IDispatch};
use windows_core::{BOOL, GUID, HRESULT, IUnknown, Interface, PCWSTR, Ref, Result, implement};

use crate::client::Client;
use crate::dispatch::Automation;
use crate::floating_point::Masked;
use crate::members::class_client;
use crate::registration::{Scope, register, unregister};

#[implement(IClassFactory, Agile = false)]
struct Factory;

impl IClassFactory_Impl for Factory_Impl {
    fn CreateInstance(&self, outer: Ref<IUnknown>, interface: *const GUID, object: *mut *mut c_void) -> Result<()> {
        let _masked = Masked::enter();
        if object.is_null() || interface.is_null() {
            return Err(E_POINTER.into());
        }
        // SAFETY: the caller gives room for a pointer.
        unsafe { object.write(std::ptr::null_mut()) };
        if !outer.is_null() {
            return Err(CLASS_E_NOAGGREGATION.into());
        }
        let client: IDispatch = Automation::of(Arc::new(Client::new())).into();
        // SAFETY: both were checked.
        unsafe { client.query(interface, object).ok() }
    }

    fn LockServer(&self, _lock: BOOL) -> Result<()> {
        Ok(()) // the DLL stays anyhow
    }
}

/// A panic of ours must not cross into the host.
fn guarded(work: impl FnOnce() -> HRESULT + std::panic::UnwindSafe) -> HRESULT {
    let _masked = Masked::enter();
    std::panic::catch_unwind(work).unwrap_or(E_UNEXPECTED)
}

/// # Safety
/// COM's own: GUIDs and room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DllGetClassObject(class: *const GUID, interface: *const GUID, object: *mut *mut c_void) -> HRESULT {
    if class.is_null() || interface.is_null() || object.is_null() {
        return E_POINTER;
    }
    guarded(|| {
        // SAFETY: all three were checked.
        unsafe {
            object.write(std::ptr::null_mut());
            if *class != GUID::from_u128(class_client::GUID) {
                return CLASS_E_CLASSNOTAVAILABLE;
            }
            IClassFactory::from(Factory).query(interface, object)
        }
    })
}

/// Never: videodoktor.dll stays for the life of the process, and calls may still run in it.
#[unsafe(no_mangle)]
pub extern "system" fn DllCanUnloadNow() -> HRESULT {
    S_FALSE
}

/// `regsvr32 videodoktor_com.dll`: for every user, with administrator rights.
#[unsafe(no_mangle)]
pub extern "system" fn DllRegisterServer() -> HRESULT {
    guarded(|| registered(Scope::Machine, true))
}

#[unsafe(no_mangle)]
pub extern "system" fn DllUnregisterServer() -> HRESULT {
    guarded(|| registered(Scope::Machine, false))
}

/// `regsvr32 /n /i:user videodoktor_com.dll`: for this user, without administrator rights; with /u, the reverse. `/i:machine` and `/i` are
/// for every user.
///
/// # Safety
/// `command` is NULL or NUL-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DllInstall(install: BOOL, command: PCWSTR) -> HRESULT {
    guarded(move || {
        // SAFETY: the caller's word.
        let command = if command.is_null() { String::new() } else { unsafe { command.to_string() }.unwrap_or_default() };
        match command.to_ascii_lowercase().trim() {
            "user" => registered(Scope::User, install.as_bool()),
            "" | "machine" => registered(Scope::Machine, install.as_bool()),
            _ => E_INVALIDARG,
        }
    })
}

/// What was half registered is taken back.
fn registered(scope: Scope, install: bool) -> HRESULT {
    let done = if install { register(scope) } else { unregister(scope) };
    match done {
        Ok(()) => S_OK,
        Err(error) => {
            if install {
                let _ = unregister(scope);
            }
            error.code()
        }
    }
}
