//! The one COM object: IDispatch before any set of members, usable from every apartment, errors by EXCEPINFO and IErrorInfo.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use windows::Win32::Foundation::{
    DISP_E_BADINDEX, DISP_E_EXCEPTION, DISP_E_MEMBERNOTFOUND, DISP_E_PARAMNOTFOUND, E_NOTIMPL, E_POINTER, S_FALSE,
};
use windows::Win32::System::Com::Marshal::{IMarshal, IMarshal_Impl};
use windows::Win32::System::Com::{
    DISPATCH_FLAGS, DISPATCH_PROPERTYPUT, DISPATCH_PROPERTYPUTREF, DISPPARAMS, EXCEPINFO, IDispatch, IDispatch_Impl, IStream,
    ISupportErrorInfo, ISupportErrorInfo_Impl, ITypeInfo,
};
use windows::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows::Win32::System::Ole::DISPID_PROPERTYPUT;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{GUID, HRESULT, IUnknown, Interface, PCWSTR, Ref, Result, implement, s, w};

use crate::failure::Failure;
use crate::floating_point::Masked;
use crate::type_library;
use crate::value::Value;
use crate::variant::{self, Wrong};

/// What an object is for: members by the numbers of videodoktor.idl.
pub trait Members: Send + Sync + 'static {
    /// The dispinterface that describes the members.
    fn interface(&self) -> GUID;
    fn invoke(&self, member: i32, call: &Arguments) -> std::result::Result<Value, Failure>;
    /// Whether a member is a property that can be set.
    fn can_be_set(&self, _member: i32) -> bool {
        false
    }
}

/// The arguments of one call in the order of the type library, each given or not.
pub struct Arguments {
    values: Vec<Option<VARIANT>>,
    /// A property is set; the last argument is its new value.
    pub sets: bool,
}

impl Arguments {
    pub fn get(&self, index: usize) -> Option<&VARIANT> {
        self.values.get(index)?.as_ref()
    }

    /// As text; None if it is not given.
    pub fn text(&self, index: usize) -> std::result::Result<Option<String>, Wrong> {
        self.get(index).map(variant::text).transpose()
    }
}

#[implement(IDispatch, ISupportErrorInfo, IMarshal, Agile = false)]
pub struct Automation {
    members: Arc<dyn Members>,
}

impl Automation {
    pub fn of(members: Arc<dyn Members>) -> Automation {
        Automation { members }
    }
}

impl IDispatch_Impl for Automation_Impl {
    fn GetTypeInfoCount(&self) -> Result<u32> {
        Ok(1)
    }

    fn GetTypeInfo(&self, index: u32, _locale: u32) -> Result<ITypeInfo> {
        if index != 0 {
            return Err(DISP_E_BADINDEX.into());
        }
        type_library::interface(self.members.interface())
    }

    fn GetIDsOfNames(&self, _reserved: *const GUID, names: *const PCWSTR, count: u32, _locale: u32, numbers: *mut i32) -> Result<()> {
        if names.is_null() || numbers.is_null() {
            return Err(E_POINTER.into());
        }
        let info = type_library::interface(self.members.interface())?;
        // SAFETY: the caller passes `count` names, and room for as many numbers.
        unsafe { info.GetIDsOfNames(names, count, numbers) }
    }

    fn Invoke(
        &self,
        member: i32,
        _reserved: *const GUID,
        _locale: u32,
        flags: DISPATCH_FLAGS,
        parameters: *const DISPPARAMS,
        result: *mut VARIANT,
        exception: *mut EXCEPINFO,
        _wrong: *mut u32,
    ) -> Result<()> {
        let _masked = Masked::enter();
        // SAFETY: the caller passes its parameters, valid during the call.
        let Some(parameters) = (unsafe { parameters.as_ref() }) else { return Err(E_POINTER.into()) };
        let done = catch_unwind(AssertUnwindSafe(|| {
            let arguments = arguments(parameters, flags)?;
            if arguments.sets && !self.members.can_be_set(member) {
                return Err(Failure::Call(DISP_E_MEMBERNOTFOUND));
            }
            self.members.invoke(member, &arguments).map(Value::into_variant)
        }));
        match done.unwrap_or_else(|_| Err(Failure::internal())) {
            Ok(value) => {
                if !result.is_null() {
                    // SAFETY: the caller gives room for a VARIANT, whose former content counts as none.
                    unsafe { result.write(value) };
                }
                Ok(())
            }
            Err(Failure::Call(code)) => Err(code.into()),
            Err(Failure::Told(error)) => {
                error.fill_in(exception);
                Err(DISP_E_EXCEPTION.into())
            }
        }
    }
}

/// Automation passes arguments from the last to the first, and the named ones before all others.
fn arguments(parameters: &DISPPARAMS, flags: DISPATCH_FLAGS) -> std::result::Result<Arguments, Failure> {
    // SAFETY: DISPPARAMS holds as many as it says.
    let (all, names) = unsafe { (slice(parameters.rgvarg, parameters.cArgs), slice(parameters.rgdispidNamedArgs, parameters.cNamedArgs)) };
    let sets = flags.0 & (DISPATCH_PROPERTYPUT.0 | DISPATCH_PROPERTYPUTREF.0) != 0;
    let named = all.get(..names.len()).ok_or(Failure::Call(DISP_E_PARAMNOTFOUND))?;
    let positional = all.get(names.len()..).unwrap_or_default();
    let mut values: Vec<Option<VARIANT>> = positional.iter().rev().map(variant::given).collect();
    let mut new_value = None;
    for (number, argument) in names.iter().zip(named) {
        if *number == DISPID_PROPERTYPUT {
            new_value = Some(variant::given(argument));
            continue;
        }
        let place = usize::try_from(*number).ok().filter(|place| *place < 32).ok_or(Failure::Call(DISP_E_PARAMNOTFOUND))?;
        if values.len() <= place {
            values.resize_with(place + 1, || None);
        }
        if let Some(value) = values.get_mut(place) {
            *value = variant::given(argument);
        }
    }
    values.extend(new_value);
    Ok(Arguments { values, sets })
}

/// # Safety
/// `first` leads to `count` values that live as long as the call, or is NULL.
unsafe fn slice<'a, T>(first: *const T, count: u32) -> &'a [T] {
    if first.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: the caller's word.
    unsafe { std::slice::from_raw_parts(first, count as usize) }
}

impl ISupportErrorInfo_Impl for Automation_Impl {
    fn InterfaceSupportsErrorInfo(&self, interface: *const GUID) -> Result<()> {
        // SAFETY: the caller passes a GUID or NULL.
        let asked = unsafe { interface.as_ref() };
        if asked == Some(&IDispatch::IID) { Ok(()) } else { Err(S_FALSE.into()) }
    }
}

type CreateMarshaler = unsafe extern "system" fn(*mut core::ffi::c_void, *mut *mut core::ffi::c_void) -> HRESULT;

/// The system's marshaler that hands the object itself to another apartment of the process. Asked for by its name: whoever links to it by the
/// windows crate gets it from combase.dll, which Windows 7 lacks. ole32.dll is there in every process that has a COM object.
fn free_threaded() -> Result<IMarshal> {
    // SAFETY: a static name; the function has had this signature since Windows NT 4.
    let create = unsafe {
        let found = GetProcAddress(GetModuleHandleW(w!("ole32.dll"))?, s!("CoCreateFreeThreadedMarshaler")).ok_or(E_NOTIMPL)?;
        std::mem::transmute::<unsafe extern "system" fn() -> isize, CreateMarshaler>(found)
    };
    let mut made = std::ptr::null_mut();
    // SAFETY: without an outer object the marshaler is one of its own.
    let marshaler = unsafe { create(std::ptr::null_mut(), &raw mut made).ok().map(|()| IUnknown::from_raw(made)) }?;
    marshaler.cast()
}

/// Every object may be used in every apartment, so that `Interrupt` reaches a call from a second thread without waiting for the first.
impl IMarshal_Impl for Automation_Impl {
    fn GetUnmarshalClass(
        &self,
        interface: *const GUID,
        object: *const core::ffi::c_void,
        context: u32,
        of_context: *const core::ffi::c_void,
        flags: u32,
    ) -> Result<GUID> {
        // SAFETY: here and below, the caller's own arguments go on to the system's marshaler.
        unsafe { free_threaded()?.GetUnmarshalClass(interface, Some(object), context, Some(of_context), flags) }
    }

    fn GetMarshalSizeMax(
        &self,
        interface: *const GUID,
        object: *const core::ffi::c_void,
        context: u32,
        of_context: *const core::ffi::c_void,
        flags: u32,
    ) -> Result<u32> {
        // SAFETY: see above.
        unsafe { free_threaded()?.GetMarshalSizeMax(interface, Some(object), context, Some(of_context), flags) }
    }

    fn MarshalInterface(
        &self,
        stream: Ref<IStream>,
        interface: *const GUID,
        object: *const core::ffi::c_void,
        context: u32,
        of_context: *const core::ffi::c_void,
        flags: u32,
    ) -> Result<()> {
        // SAFETY: see above.
        unsafe { free_threaded()?.MarshalInterface(stream.ok()?, interface, Some(object), context, Some(of_context), flags) }
    }

    fn UnmarshalInterface(&self, stream: Ref<IStream>, interface: *const GUID, object: *mut *mut core::ffi::c_void) -> Result<()> {
        let marshaler = free_threaded()?;
        let stream = stream.ok()?;
        // SAFETY: see above. The method of the windows crate asks for a type that only the caller knows.
        unsafe { (Interface::vtable(&marshaler).UnmarshalInterface)(marshaler.as_raw(), stream.as_raw(), interface, object).ok() }
    }

    fn ReleaseMarshalData(&self, stream: Ref<IStream>) -> Result<()> {
        // SAFETY: see above.
        unsafe { free_threaded()?.ReleaseMarshalData(stream.ok()?) }
    }

    fn DisconnectObject(&self, reserved: u32) -> Result<()> {
        if reserved != 0 {
            return Err(E_NOTIMPL.into());
        }
        Ok(())
    }
}
