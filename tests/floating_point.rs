//! Delphi before 12 and C++Builder run with floating-point traps on. Every export works in that state, and leaves it as it was to the bit.
#![cfg(target_arch = "x86_64")]

use std::arch::asm;
use std::ffi::{c_char, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;

/// x87 control word and MXCSR of Delphi up to 11.3 (its $1332 reads back as 1372: one bit is always set), of mORMot's hosts, and a state
/// in which everything is rounded towards zero.
const STATES: [(u16, u32); 3] = [(0x1372, 0x1900), (0x1372, 0x1920), (0x0F7F, 0xFF80)];

/// 17976931348623157000000e300 makes a careless reader overflow.
const ODD_NUMBER: &str = r#"{"x":17976931348623157000000e300,"y":1e-400,"z":[0.1,-0.0,1e308]}"#;

fn state() -> (u16, u32) {
    let (mut control, mut mxcsr) = (0_u16, 0_u32);
    // SAFETY: both store into places of ours.
    unsafe { asm!("fnstcw [{}]", "stmxcsr [{}]", in(reg) &raw mut control, in(reg) &raw mut mxcsr, options(nostack)) };
    (control, mxcsr)
}

fn set(state: (u16, u32)) {
    // SAFETY: both load what they are given; `within` puts the test's own state back before any calculation.
    unsafe { asm!("fnclex", "fldcw [{}]", "ldmxcsr [{}]", in(reg) &raw const state.0, in(reg) &raw const state.1, options(nostack)) };
}

/// Calls with the host's traps on; nothing but the call happens meanwhile. Says what state it left.
#[inline(never)]
fn within(host: (u16, u32), call: &mut dyn FnMut() -> i32) -> (i32, (u16, u32)) {
    let own = state();
    set(host);
    let status = call();
    let left = state();
    set(own);
    (status, left)
}

/// An export, the status it is to return, and the call.
type Call<'a> = (&'a str, i32, Box<dyn FnMut() -> i32 + 'a>);

#[test]
fn every_export_keeps_the_hosts_floating_point_state() {
    let sandbox = Sandbox::start();
    let client = Client::at(&sandbox.http_url(), &sandbox, json!({}));
    let raw = *library();
    let handle = client.handle();
    let (url, keys) = (c_string(&sandbox.http_url()), [sandbox.app_key(), sandbox.api_key()].map(c_string));
    let odd = c_string(ODD_NUMBER);
    let [name, email, year, start] = ["Jana Nováková", "jana@example.cz", "1980", "23.11.2030 10:00"].map(c_string);
    for (round, host) in STATES.into_iter().enumerate() {
        let start_of_round = c_string(&format!("{}.11.2030 10:00", round + 1));
        sandbox.next("/api_odd/").body(ODD_NUMBER);
        let mut number = 0;
        let mut text: *mut c_char = null_mut();
        let mut made: Handle = null_mut();
        let mut calendar = null_mut();
        // SAFETY: texts are NUL-terminated, places are ours.
        let mut calls: Vec<Call> = unsafe {
            vec![
                ("vd_abi_version", 1, Box::new(|| (raw.vd_abi_version)().cast_signed())),
                (
                    "vd_client_new",
                    VD_OK,
                    Box::new(|| {
                        let status = (raw.vd_client_new)(url.as_ptr(), keys[0].as_ptr(), keys[1].as_ptr(), null(), &mut made, null_mut());
                        status | (raw.vd_client_free)(made)
                    }),
                ),
                ("vd_verify", VD_OK, Box::new(|| (raw.vd_verify)(handle, null_mut()))),
                ("vd_time", VD_OK, Box::new(|| (raw.vd_time)(handle, null_mut()))),
                (
                    "vd_meet_add",
                    VD_OK,
                    Box::new(|| {
                        (raw.vd_meet_add)(handle, name.as_ptr(), email.as_ptr(), null(), year.as_ptr(), start_of_round.as_ptr(), null_mut())
                    }),
                ),
                ("vd_meet_list", VD_OK, Box::new(|| (raw.vd_meet_list)(handle, null_mut()))),
                ("vd_meet_detail", VD_X004_MEET_ID, Box::new(|| (raw.vd_meet_detail)(handle, c"a".as_ptr(), null_mut()))),
                (
                    "vd_call with an odd field",
                    VD_ERR_INVALID_ARGUMENT,
                    Box::new(|| (raw.vd_call)(handle, c"api_odd".as_ptr(), odd.as_ptr(), null_mut())),
                ),
                ("vd_call of an odd number", VD_OK, Box::new(|| (raw.vd_call)(handle, c"api_odd".as_ptr(), null(), null_mut()))),
                ("vd_diagnose", VD_OK, Box::new(|| (raw.vd_diagnose)(handle, null_mut()))),
                (
                    "vd_check_invitation",
                    VD_OK,
                    Box::new(|| {
                        (raw.vd_check_invitation)(name.as_ptr(), email.as_ptr(), null(), year.as_ptr(), start.as_ptr(), null_mut())
                    }),
                ),
                (
                    "vd_meet_move",
                    VD_X004_MEET_ID,
                    Box::new(|| (raw.vd_meet_move)(handle, c"a".as_ptr(), null(), null(), null(), null(), start.as_ptr(), null_mut())),
                ),
                ("vd_meet_changes", VD_OK, Box::new(|| (raw.vd_meet_changes)(null(), c"[{\"meet_id\":1e999}]".as_ptr(), null_mut()))),
                ("vd_qr", VD_OK, Box::new(|| (raw.vd_qr)(c"https://demo.videodoktor.cz".as_ptr(), null(), 300, null_mut()))),
                (
                    "vd_meet_ics",
                    VD_ERR_INVALID_ARGUMENT,
                    Box::new(|| (raw.vd_meet_ics)(odd.as_ptr(), c"{\"duration_min\":1e999}".as_ptr(), &mut calendar)),
                ),
                ("vd_birth_year", VD_X014_BIRTH_YEAR, Box::new(|| (raw.vd_birth_year)(c"1".as_ptr(), &mut number))),
                (
                    "vd_json_get",
                    VD_OK,
                    Box::new(|| (raw.vd_json_get)(odd.as_ptr(), c"/x".as_ptr(), &mut text) | (raw.vd_string_free)(text)),
                ),
                ("vd_client_prepare", VD_OK, Box::new(|| (raw.vd_client_prepare)(handle))),
                ("vd_client_interrupt", VD_OK, Box::new(|| (raw.vd_client_interrupt)(handle))),
                ("an error", VD_ERR_INVALID_HANDLE, Box::new(|| (raw.vd_verify)(null_mut(), null_mut()))),
            ]
        };
        for (name, expected, call) in &mut calls {
            let (status, left) = within(host, call);
            assert_eq!((status, left), (*expected, host), "{name} with {host:x?}");
        }
    }
}

static SEEN: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn on_log(_: i32, _: *const c_char, _: *mut c_void) {
    let (control, mxcsr) = state();
    SEEN.store(u32::from(control) << 16 | (mxcsr & 0xFFFF), Ordering::SeqCst);
}

#[test]
fn a_callback_runs_in_the_hosts_own_state() {
    let raw = *library();
    // SAFETY: the callback stays.
    unsafe { (raw.vd_set_log)(Some(on_log), null_mut(), 4) };
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"prefetch_tokens": 0}));
    let host = STATES[0];
    // SAFETY: a place may be NULL.
    let (status, left) = within(host, &mut || unsafe { (raw.vd_meet_detail)(client.handle(), c"a".as_ptr(), null_mut()) });
    // SAFETY: no callback.
    unsafe { (raw.vd_set_log)(None, null_mut(), 4) };
    assert_eq!((status, left), (VD_X004_MEET_ID, host));
    let seen = SEEN.load(Ordering::SeqCst);
    assert_eq!((seen >> 16, seen & 0xFFFF), (u32::from(host.0), host.1), "the last line is logged on the host's own thread");
}

#[test]
fn loading_the_library_changes_no_state() {
    let before = state();
    let (raw, _loaded) = Raw::load();
    // SAFETY: it asks for nothing.
    unsafe { (raw.vd_abi_version)() };
    assert_eq!(state(), before);
}
