//! The host's floating-point state.
//!
//! Delphi before 12 and C++Builder run with floating-point traps on, and Rust code then dies of a signal that no `catch_unwind` sees
//! (rust-lang/unsafe-code-guidelines, issue 471). So every export works with all exceptions masked, and gives the host's state back to the bit.

use std::cell::Cell;

/// x87 environment and MXCSR of the host; nothing on other processors.
#[derive(Clone, Copy)]
struct State {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    x87: [u32; 7],
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    mxcsr: u32,
}

/// All exceptions masked, 64-bit precision: what the C runtime and Rust expect.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
const X87_CONTROL: u16 = 0x037F;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
const MXCSR: u32 = 0x1F80;

thread_local! {
    /// Of the host that called into this thread; callbacks run in it.
    static HOST: Cell<Option<State>> = const { Cell::new(None) };
}

/// Between entering and leaving an export: the library's own state is in force.
pub struct Masked {
    outer: Option<State>,
    host: State,
}

impl Masked {
    pub fn enter() -> Masked {
        let host = State::save_and_mask();
        Masked { outer: HOST.replace(Some(host)), host }
    }
}

impl Drop for Masked {
    fn drop(&mut self) {
        HOST.set(self.outer);
        self.host.restore();
    }
}

/// Runs a callback of the host in the host's own state. A thread of the library's has none of the host's: the default stays in force there.
pub fn in_host_state(callback: impl FnOnce()) {
    let Some(host) = HOST.get() else { return callback() };
    host.restore();
    callback();
    State::save_and_mask();
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
impl State {
    #[inline(always)]
    fn save_and_mask() -> State {
        let mut state = State { x87: [0; 7], mxcsr: 0 };
        // SAFETY: `fnstenv` writes 28 bytes and `stmxcsr` 4 to places that are as large; `fnstenv` also masks all x87 exceptions, so that a
        // pending one of the host cannot fire at `fldcw`. Only control and status registers change, and `restore` undoes that.
        unsafe {
            std::arch::asm!(
                "fnstenv [{x87}]",
                "fldcw [{control}]",
                "stmxcsr [{mxcsr}]",
                "ldmxcsr [{default}]",
                x87 = in(reg) &raw mut state.x87,
                control = in(reg) &X87_CONTROL,
                mxcsr = in(reg) &raw mut state.mxcsr,
                default = in(reg) &MXCSR,
                options(nostack)
            );
        }
        state
    }

    #[inline(always)]
    fn restore(self) {
        // SAFETY: both read a state that `save_and_mask` has stored on this thread. `fldenv` brings back control and status word together, so
        // that an exception flag which our own work raised cannot trap in the host.
        unsafe {
            std::arch::asm!(
                "fldenv [{x87}]",
                "ldmxcsr [{mxcsr}]",
                x87 = in(reg) &raw const self.x87,
                mxcsr = in(reg) &raw const self.mxcsr,
                options(nostack)
            );
        }
    }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
impl State {
    fn save_and_mask() -> State {
        State {}
    }

    fn restore(self) {}
}
