//! What a member answers, before it becomes a VARIANT.

use std::sync::Arc;

use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Ole::IEnumVARIANT;
use windows::Win32::System::Variant::{VARIANT, VT_DATE, VT_NULL};
use windows_core::{BSTR, IUnknown};

use crate::dispatch::{Automation, Members};
use crate::enumeration::Enumeration;
use crate::objects::Reply;

#[derive(Clone)]
pub enum Value {
    /// VT_EMPTY: no value.
    Empty,
    Null,
    Text(String),
    Number(i32),
    Double(f64),
    Bool(bool),
    Date(f64),
    Object(Arc<dyn Members>),
    Enumeration(Arc<[Value]>),
}

impl Value {
    pub fn object(members: impl Members) -> Value {
        Value::Object(Arc::new(members))
    }

    /// Objects and arrays become a `Reply`; a number that no type of VB6 holds exactly stays text.
    pub fn of_json(value: &serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(*flag),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Number(number) => of_number(&number.to_string()),
            other => Value::object(Reply::of(other.clone())),
        }
    }

    pub fn into_variant(self) -> VARIANT {
        match self {
            Value::Empty => VARIANT::default(),
            Value::Null => with_type(VARIANT::default(), VT_NULL),
            Value::Text(text) => BSTR::from(text.as_str()).into(),
            Value::Number(number) => number.into(),
            Value::Double(number) => number.into(),
            Value::Bool(flag) => flag.into(),
            // a DATE is a double of another type
            Value::Date(date) => with_type(date.into(), VT_DATE),
            Value::Object(members) => IDispatch::from(Automation::of(members)).into(),
            Value::Enumeration(values) => IUnknown::from(IEnumVARIANT::from(Enumeration::of(values))).into(),
        }
    }
}

fn with_type(mut variant: VARIANT, vt: windows::Win32::System::Variant::VARENUM) -> VARIANT {
    // SAFETY: every VARIANT has this part, and the two types have the same value (VT_NULL has none).
    unsafe { (*variant.Anonymous.Anonymous).vt = vt };
    variant
}

fn of_number(digits: &str) -> Value {
    if let Ok(number) = digits.parse() {
        return Value::Number(number);
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() && number.to_string() == digits => Value::Double(number),
        _ => Value::Text(digits.into()),
    }
}
