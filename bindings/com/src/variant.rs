//! Arguments as hosts pass them: by value or by reference, left out, Null or Empty, in whatever type the host's language gives them.

use windows::Win32::Foundation::DISP_E_PARAMNOTFOUND;
use windows::Win32::System::Com::{DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPPARAMS, SAFEARRAY};
use windows::Win32::System::Ole::{SafeArrayGetDim, SafeArrayGetElement, SafeArrayGetLBound, SafeArrayGetUBound, SafeArrayGetVartype};
use windows::Win32::System::Variant::{
    VAR_CHANGE_FLAGS, VARENUM, VARIANT, VT_ARRAY, VT_BOOL, VT_BSTR, VT_BYREF, VT_DATE, VT_DISPATCH, VT_EMPTY, VT_ERROR, VT_NULL, VT_R4,
    VT_R8, VT_VARIANT, VariantChangeTypeEx, VariantCopyInd,
};
use windows_core::{BSTR, GUID, PCWSTR};
use zeroize::Zeroizing;

use crate::date;

/// The locale in which numbers and dates are written without regard to the user's settings (LOCALE_INVARIANT).
const INVARIANT: u32 = 0x7F;

/// Why an argument cannot be taken; for the log.
pub type Wrong = String;

/// One argument, its references followed; None for one that is not given: missing, Null or Empty.
pub fn given(argument: &VARIANT) -> Option<VARIANT> {
    let mut value = VARIANT::default();
    let mut argument = argument;
    // A reference to a VARIANT may lead to one more (Free Pascal's EmptyParam, VB's Variant parameters).
    for _ in 0..4 {
        if argument.vt() != VARENUM(VT_BYREF.0 | VT_VARIANT.0) {
            break;
        }
        // SAFETY: by its type it holds a pointer to a VARIANT of the caller's, valid during the call.
        argument = unsafe { argument.Anonymous.Anonymous.Anonymous.pvarVal.as_ref() }?;
    }
    // SAFETY: both are whole VARIANTs. The copy is ours, and by value.
    unsafe { VariantCopyInd(&raw mut value, argument) }.ok()?;
    let vt = value.vt();
    // SAFETY: VT_ERROR holds an SCODE.
    let missing = vt == VT_ERROR && unsafe { value.Anonymous.Anonymous.Anonymous.scode } == DISP_E_PARAMNOTFOUND.0;
    (vt != VT_EMPTY && vt != VT_NULL && !missing).then_some(value)
}

/// As text: a string as it is, whole numbers in their digits, a date as ISO 8601, an object by its default property.
pub fn text(value: &VARIANT) -> Result<String, Wrong> {
    secret_text(value).map(|text| text.to_string())
}

/// The same, wiped when it is dropped.
pub fn secret_text(value: &VARIANT) -> Result<Zeroizing<String>, Wrong> {
    let vt = value.vt();
    if vt == VT_BSTR {
        // SAFETY: by its type it holds a BSTR.
        return of_bstr(unsafe { &value.Anonymous.Anonymous.Anonymous.bstrVal });
    }
    if vt == VT_DATE {
        // SAFETY: by its type it holds a DATE.
        let date = unsafe { value.Anonymous.Anonymous.Anonymous.date };
        return date::to_text(date).map(Zeroizing::new).ok_or_else(|| "a date out of range".into());
    }
    if vt == VT_R8 || vt == VT_R4 {
        return whole_number(value).map(|number| Zeroizing::new(number.to_string()));
    }
    if vt.0 & VT_ARRAY.0 != 0 || vt == VT_BOOL || vt == VT_ERROR {
        return Err(format!("a value of type {} in place of text", vt.0));
    }
    let converted = changed(value, VT_BSTR)?;
    // SAFETY: the conversion made it a BSTR.
    of_bstr(unsafe { &converted.Anonymous.Anonymous.Anonymous.bstrVal })
}

fn of_bstr(text: &BSTR) -> Result<Zeroizing<String>, Wrong> {
    // Enough for every UTF-16 unit: a text that grew would leave copies behind.
    let mut made = Zeroizing::new(String::with_capacity(text.len() * 3));
    for unit in char::decode_utf16(text.iter().copied()) {
        made.push(unit.map_err(|_| "half of a surrogate pair")?);
    }
    if made.contains('\0') {
        return Err("a NUL within text".into());
    }
    Ok(made)
}

/// Of a type that holds numbers, or of text with digits.
pub fn whole_number(value: &VARIANT) -> Result<i64, Wrong> {
    let number = changed(value, VT_R8)?;
    // SAFETY: the conversion made it a double.
    let number = unsafe { number.Anonymous.Anonymous.Anonymous.dblVal };
    if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_991.0 {
        return Err("a number that is not whole".into());
    }
    #[allow(clippy::cast_possible_truncation)] // whole, and a double holds it to the last digit
    Ok(number as i64)
}

/// A year of birth: of a date, its year.
pub fn year(value: &VARIANT) -> Result<String, Wrong> {
    if value.vt() == VT_DATE {
        // SAFETY: by its type it holds a DATE.
        let date = unsafe { value.Anonymous.Anonymous.Anonymous.date };
        return date::year(date).map(|year| year.to_string()).ok_or_else(|| "a date out of range".into());
    }
    text(value)
}

/// A property of an object by its name, as text; of any other value its own text.
pub fn property_or_text(value: &VARIANT, property: &str) -> Result<String, Wrong> {
    if value.vt() != VT_DISPATCH {
        return text(value);
    }
    // SAFETY: by its type it holds an object, or NULL.
    let object = unsafe { (*value.Anonymous.Anonymous.Anonymous.pdispVal).as_ref() }.ok_or("no object")?;
    let name: Vec<u16> = property.encode_utf16().chain([0]).collect();
    let (mut number, mut answer) = (0, VARIANT::default());
    let none = DISPPARAMS::default();
    // SAFETY: one NUL-terminated name, and room for its number; no arguments, and room for the answer.
    let done = unsafe {
        object.GetIDsOfNames(&GUID::zeroed(), &PCWSTR(name.as_ptr()), 1, INVARIANT, &raw mut number).and_then(|()| {
            let how = DISPATCH_METHOD | DISPATCH_PROPERTYGET;
            object.Invoke(number, &GUID::zeroed(), INVARIANT, how, &raw const none, Some(&raw mut answer), None, None)
        })
    };
    done.map_err(|_| format!("an object without {property}"))?;
    text(&answer)
}

/// As JSON, for an option: a truth value, a whole number, a text, a date as text; an array becomes one of texts.
pub fn json(value: &VARIANT) -> Result<serde_json::Value, Wrong> {
    let vt = value.vt();
    if vt == VT_BOOL {
        // SAFETY: by its type it holds a VARIANT_BOOL.
        return Ok(unsafe { value.Anonymous.Anonymous.Anonymous.boolVal }.as_bool().into());
    }
    if vt == VT_BSTR || vt == VT_DATE {
        return text(value).map(Into::into);
    }
    if vt.0 & VT_ARRAY.0 != 0 {
        return texts(value).map(Into::into);
    }
    whole_number(value).map(Into::into)
}

fn changed(value: &VARIANT, vt: VARENUM) -> Result<VARIANT, Wrong> {
    let mut made = VARIANT::default();
    // SAFETY: both are whole VARIANTs.
    let done = unsafe { VariantChangeTypeEx(&raw mut made, value, INVARIANT, VAR_CHANGE_FLAGS(0), vt) };
    done.map(|()| made).map_err(|_| format!("a value of type {} that cannot be converted", value.vt().0))
}

/// The items of an array, as texts; items that are not given are "".
pub fn texts(value: &VARIANT) -> Result<Vec<String>, Wrong> {
    items(value)?.iter().map(|item| item.as_ref().map_or_else(|| Ok(String::new()), text)).collect()
}

/// The items of an array of one dimension; None for those that are not given.
pub fn items(value: &VARIANT) -> Result<Vec<Option<VARIANT>>, Wrong> {
    // SAFETY: by its type it holds an array.
    let array = unsafe { value.Anonymous.Anonymous.Anonymous.parray };
    if value.vt().0 & VT_ARRAY.0 == 0 || array.is_null() {
        return Err("no array".into());
    }
    // SAFETY: the array belongs to `value`.
    let (first, last, of) = unsafe { (SafeArrayGetLBound(array, 1), SafeArrayGetUBound(array, 1), SafeArrayGetVartype(array)) };
    // SAFETY: the same.
    let dimensions = unsafe { SafeArrayGetDim(array) };
    let (Ok(first), Ok(last), 1) = (first, last, dimensions) else { return Err("an array of other than one dimension".into()) };
    let of = of.unwrap_or(VT_VARIANT);
    (first..=last).map(|index| item(array, index, of).map(|item| given(&item))).collect()
}

fn item(array: *const SAFEARRAY, index: i32, of: VARENUM) -> Result<VARIANT, Wrong> {
    let mut item = VARIANT::default();
    let place = if of == VT_VARIANT {
        (&raw mut item).cast()
    } else if of == VT_BSTR || of.0 <= VT_DATE.0 {
        // SAFETY: every VARIANT has this part; its value is written right below, and has at most eight bytes.
        unsafe {
            (*item.Anonymous.Anonymous).vt = of;
            (&raw mut (*item.Anonymous.Anonymous).Anonymous).cast()
        }
    } else {
        return Err(format!("an array of type {}", of.0));
    };
    // SAFETY: `place` has room for an item of this type, and takes it over as a copy.
    unsafe { SafeArrayGetElement(array, &raw const index, place) }.map_err(|_| "an item that cannot be read")?;
    Ok(item)
}
