//! What `For Each` asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use windows::Win32::Foundation::{E_POINTER, S_FALSE, S_OK};
use windows::Win32::System::Ole::{IEnumVARIANT, IEnumVARIANT_Impl};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{HRESULT, Result, implement};

use crate::floating_point::Masked;
use crate::value::Value;

#[implement(IEnumVARIANT, Agile = false)]
pub struct Enumeration {
    values: Arc<[Value]>,
    next: AtomicUsize,
}

impl Enumeration {
    pub fn of(values: Arc<[Value]>) -> Enumeration {
        Enumeration { values, next: AtomicUsize::new(0) }
    }

    fn take(&self) -> Option<Value> {
        self.values.get(self.next.fetch_add(1, Ordering::Relaxed)).cloned()
    }
}

impl IEnumVARIANT_Impl for Enumeration_Impl {
    fn Next(&self, wanted: u32, variants: *mut VARIANT, fetched: *mut u32) -> HRESULT {
        let _masked = Masked::enter();
        if variants.is_null() {
            return E_POINTER;
        }
        let mut count = 0;
        while count < wanted {
            let Some(value) = self.take() else { break };
            // SAFETY: the caller gives room for `wanted` VARIANTs, whose former content counts as none.
            unsafe { variants.add(count as usize).write(value.into_variant()) };
            count += 1;
        }
        if !fetched.is_null() {
            // SAFETY: the caller gives room for a number, or NULL.
            unsafe { fetched.write(count) };
        }
        if count == wanted { S_OK } else { S_FALSE }
    }

    fn Skip(&self, count: u32) -> HRESULT {
        let before = self.next.fetch_add(count as usize, Ordering::Relaxed);
        if before + count as usize <= self.values.len() { S_OK } else { S_FALSE }
    }

    fn Reset(&self) -> Result<()> {
        self.next.store(0, Ordering::Relaxed);
        Ok(())
    }

    fn Clone(&self) -> Result<IEnumVARIANT> {
        let copy = Enumeration { values: Arc::clone(&self.values), next: AtomicUsize::new(self.next.load(Ordering::Relaxed)) };
        Ok(copy.into())
    }
}
