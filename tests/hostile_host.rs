//! Sixteen threads that do whatever comes into their heads, from a seed: `SEED=7 cargo test --test hostile_host`. The process lives, every status is
//! one of the ABI, and the library works on.

use std::ffi::{CString, c_char};
use std::ptr::{null, null_mut, without_provenance_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;

const THREADS: u64 = 16;
const MOVES: usize = 150;

fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_301_123)
}

/// Handles that all threads use, free and lose.
struct Shared<'s> {
    handles: Vec<AtomicUsize>,
    url: CString,
    sandbox: &'s Sandbox,
}

/// One thread's chance and what it has at hand.
struct Vandal<'s> {
    chance: fastrand::Rng,
    shared: &'s Shared<'s>,
    raw: &'static Raw,
}

impl Vandal<'_> {
    fn cell(&mut self) -> &AtomicUsize {
        &self.shared.handles[self.chance.usize(..self.shared.handles.len())]
    }

    fn handle(&mut self) -> Handle {
        let good = self.cell().load(Ordering::SeqCst);
        without_provenance_mut(match self.chance.u8(..8) {
            0 => 0,
            1 => self.chance.usize(..),
            2 => good ^ (1 << self.chance.u8(..40)),
            _ => good,
        })
    }

    /// NULL, nonsense of any bytes, or something that makes sense.
    fn text(&mut self) -> Option<CString> {
        let sensible = [
            "Jana Nováková",
            "jana@example.cz",
            "777123456",
            "1980",
            "23.11.2030 10:00",
            "a",
            "",
            "api_x",
            "{}",
            "/0/meet_id",
            "[{\"meet_id\":1}]",
        ];
        match self.chance.u8(..6) {
            0 => None,
            1 => {
                let length = self.chance.usize(..300);
                Some(CString::new((0..length).map(|_| self.chance.u8(1..)).collect::<Vec<_>>()).unwrap())
            }
            _ => Some(c_string(sensible[self.chance.usize(..sensible.len())])),
        }
    }

    fn act(&mut self) {
        let texts: [Option<CString>; 5] = std::array::from_fn(|_| self.text());
        let [a, b, c, d, e] = texts.each_ref().map(|text| text.as_ref().map_or(null(), |text| text.as_ptr()));
        let (handle, raw) = (self.handle(), self.raw);
        let mut out: *mut c_char = null_mut();
        let place: *mut *mut c_char = if self.chance.u8(..5) == 0 { null_mut() } else { &mut out };
        let mut number = 0;
        // SAFETY: handles may be anything, texts are NULL or NUL-terminated, places are NULL or ours.
        let status = unsafe {
            match self.chance.u8(..23) {
                22 => (raw.vd_client_prepare)(handle),
                0 | 1 => self.make(),
                2 => (raw.vd_client_free)(handle),
                3 => (raw.vd_client_interrupt)(handle),
                4 => (raw.vd_string_free)(without_provenance_mut(self.chance.usize(..) | 1)),
                5 => (raw.vd_check_invitation)(a, b, c, d, e, place),
                6 => (raw.vd_birth_year)(a, &mut number),
                7 => (raw.vd_json_get)(a, b, place),
                8 => (raw.vd_json_length)(a, b, &mut number),
                9 => (raw.vd_verify)(handle, place),
                10 => (raw.vd_meet_add)(handle, a, b, c, d, e, place),
                11 => (raw.vd_meet_list)(handle, place),
                12 => (raw.vd_meet_detail)(handle, a, place),
                13 => (raw.vd_meet_remove)(handle, a, place),
                14 => (raw.vd_call)(handle, a, b, place),
                15 => (raw.vd_meet_export)(handle, a, place),
                16 => (raw.vd_set_log)(self.chance.bool().then_some(on_log), null_mut(), self.chance.i32(0..6)),
                17 => (raw.vd_meet_move)(handle, a, b, c, d, e, a, place),
                18 => (raw.vd_meet_changes)(a, b, place),
                19 => (raw.vd_meet_ics)(a, b, place),
                20 => (raw.vd_qr)(a, null(), self.chance.i32(-10..300), place),
                _ => (raw.vd_time)(handle, place),
            }
        };
        // SAFETY: an export has filled it in, or it is NULL.
        if let Some(json) = unsafe { raw.take(out) } {
            assert!(!json.contains('\0'));
        }
        // SAFETY: static texts.
        let name = unsafe { std::ffi::CStr::from_ptr((raw.vd_status_name)(status)) };
        assert_ne!(name, c"VD_UNKNOWN_STATUS", "{status}");
        assert_ne!(name, c"VD_ERR_INTERNAL");
    }

    /// A client in the place of another, which is freed or forgotten.
    fn make(&mut self) -> i32 {
        let mut handle: Handle = null_mut();
        let keys = [self.shared.sandbox.app_key(), self.shared.sandbox.api_key()].map(c_string);
        let options = c_string(&json!({"timeout_ms": self.chance.u32(1..2_000), "retries": self.chance.u32(0..3)}).to_string());
        // SAFETY: as in `act`.
        let status = unsafe {
            (self.raw.vd_client_new)(
                self.shared.url.as_ptr(),
                keys[0].as_ptr(),
                keys[1].as_ptr(),
                options.as_ptr(),
                &mut handle,
                null_mut(),
            )
        };
        let earlier = self.cell().swap(handle.addr(), Ordering::SeqCst);
        // SAFETY: as above.
        unsafe { (self.raw.vd_client_free)(without_provenance_mut(earlier)) };
        status
    }
}

unsafe extern "C" fn on_log(level: i32, message: *const c_char, _: *mut std::ffi::c_void) {
    // SAFETY: the message is NUL-terminated.
    let message = unsafe { std::ffi::CStr::from_ptr(message) };
    assert!((1..=4).contains(&level) && message.to_str().is_ok());
}

#[test]
fn sixteen_vandals_break_nothing() {
    let seed = seed();
    println!("SEED={seed}");
    let sandbox = Sandbox::builder().seed(seed).start();
    sandbox.sometimes("*", 0.05).cut_reply_after(50);
    sandbox.sometimes("*", 0.05).code("X005");
    let url = c_string(&sandbox.http_url());
    let shared = Shared { handles: (0..8).map(|_| AtomicUsize::new(0)).collect(), url, sandbox: &sandbox };
    thread::scope(|threads| {
        for number in 0..THREADS {
            let chance = fastrand::Rng::with_seed(seed ^ number << 32);
            let mut vandal = Vandal { chance, shared: &shared, raw: library() };
            threads.spawn(move || (0..MOVES).for_each(|_| vandal.act()));
        }
    });
    // SAFETY: no callback.
    unsafe { (library().vd_set_log)(None, null_mut(), 1) };
    sandbox.clear_faults();
    let client = Client::of(&sandbox);
    client.meet_add(&Invitation::jana("24.12.2030 10:00")).ok();
    let starts = sandbox.meetings().iter().map(|meeting| meeting.start).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(starts.len(), sandbox.meetings().len(), "one start, one invitation");
    println!("{} requests reached the service", sandbox.counters().requests.values().sum::<u64>());
}
