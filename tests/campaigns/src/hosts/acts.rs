//! What a hostile host does, one act at a time.

use std::ffi::{c_char, c_void};
use std::ptr::{null_mut, without_provenance_mut};

use fastrand::Rng;
use videodoktor_abi_client::{Handle, Raw, library};

use super::hostile::Host;
use super::texts::Text;

type Callback = unsafe extern "C" fn(i32, *const c_char, *mut c_void);

/// A place for a text, or none; what is put there is abandoned.
fn with_out(host: &Host, dice: &mut Rng, call: impl FnOnce(&Raw, *mut *mut c_char) -> i32) {
    let mut out = without_provenance_mut(dice.usize(..)); // what a host forgot to initialise
    if dice.u8(0..5) == 0 {
        call(library(), null_mut());
        return;
    }
    call(library(), &mut out);
    if !out.is_null() {
        host.abandon(out);
    }
}

pub fn one(host: &Host, dice: &mut Rng, callback: Callback, user_data: *mut c_void) {
    match dice.u8(0..32) {
        0..4 => make_a_client(host, dice),
        4..6 => free_a_client(host, dice),
        6 => interrupt(host, dice),
        7 => prepare(host, dice),
        8..16 => call_the_service(host, dice),
        16..19 => check(host, dice),
        19..22 => read_json(dice),
        22..25 => read_our_own(host, dice),
        25..28 => free_texts(host, dice),
        28 => set_log(dice, callback, user_data),
        29 => diagnose(host, dice),
        _ => names(dice),
    }
}

/// From inside the log callback: anything but what takes the host's own lock, which the thread may hold.
pub fn one_of_a_callback(host: &Host, dice: &mut Rng) {
    match dice.u8(0..12) {
        0 => free_a_client(host, dice),
        1 => interrupt(host, dice),
        2 => call_the_service(host, dice),
        3 => read_json(dice),
        // SAFETY: takes the callback away; from inside it, that returns at once.
        4 => drop(unsafe { (library().vd_set_log)(None, null_mut(), 1) }),
        5 => check(host, dice),
        _ => names(dice),
    }
}

fn make_a_client(host: &Host, dice: &mut Rng) {
    let is_sane = dice.u8(0..4) > 0;
    let timeout = dice.u32(1..400);
    let options = format!(r#"{{"proxy":"none","timeout_ms":{timeout},"retries":{},"prefetch_tokens":{}}}"#, dice.u8(0..3), dice.u8(0..9));
    let [url, app_key, key, options] = match is_sane {
        true => [&host.url, &host.app_key, &host.key, &options].map(|text| Text::of(text.as_bytes())),
        false => [(); 4].map(|()| Text::draw(dice)),
    };
    let mut made: Handle = null_mut();
    let out = if dice.u8(0..20) == 0 { null_mut() } else { &raw mut made };
    // SAFETY: NULL or NUL-terminated texts, NULL or places to write to.
    with_out(host, dice, |raw, json| unsafe { (raw.vd_client_new)(url.ptr(), app_key.ptr(), key.ptr(), options.ptr(), out, json) });
    if !made.is_null() {
        host.put(made, dice);
    }
}

fn free_a_client(host: &Host, dice: &mut Rng) {
    // SAFETY: here and below, a handle may be anything.
    unsafe { (library().vd_client_free)(host.any_handle(dice)) };
}

fn interrupt(host: &Host, dice: &mut Rng) {
    // SAFETY: see above.
    unsafe { (library().vd_client_interrupt)(host.any_handle(dice)) };
}

fn prepare(host: &Host, dice: &mut Rng) {
    // SAFETY: see above.
    unsafe { (library().vd_client_prepare)(host.any_handle(dice)) };
}

fn call_the_service(host: &Host, dice: &mut Rng) {
    let client = host.any_handle(dice);
    let [a, b, c, d, e] = [(); 5].map(|()| Text::draw(dice));
    let nowhere = Text::of("/nonexistent/vykaz.pdf");
    let which = dice.u8(0..11);
    // SAFETY: any handle; NULL or NUL-terminated texts; NULL or a place to write to.
    with_out(host, dice, |raw, out| unsafe {
        match which {
            0 => (raw.vd_verify)(client, out),
            1 => (raw.vd_time)(client, out),
            2 => (raw.vd_meet_list)(client, out),
            3 => (raw.vd_meet_detail)(client, a.ptr(), out),
            4 => (raw.vd_meet_remove)(client, a.ptr(), out),
            5 => (raw.vd_meet_export)(client, a.ptr(), out),
            6 => (raw.vd_meet_export_save)(client, a.ptr(), nowhere.ptr(), out),
            7 => (raw.vd_call)(client, a.ptr(), b.ptr(), out),
            8 => (raw.vd_meet_move)(client, a.ptr(), b.ptr(), c.ptr(), d.ptr(), e.ptr(), a.ptr(), out),
            _ => (raw.vd_meet_add)(client, a.ptr(), b.ptr(), c.ptr(), d.ptr(), e.ptr(), out),
        }
    });
}

fn diagnose(host: &Host, dice: &mut Rng) {
    let client = host.any_handle(dice);
    // SAFETY: see above.
    with_out(host, dice, |raw, out| unsafe { (raw.vd_diagnose)(client, out) });
}

fn check(host: &Host, dice: &mut Rng) {
    let [a, b, c, d, e] = [(); 5].map(|()| Text::draw(dice));
    // SAFETY: see above.
    with_out(host, dice, |raw, out| unsafe { (raw.vd_check_invitation)(a.ptr(), b.ptr(), c.ptr(), d.ptr(), e.ptr(), out) });
    // SAFETY: see above.
    with_out(host, dice, |raw, out| unsafe { (raw.vd_meet_changes)(a.ptr(), b.ptr(), out) });
    // SAFETY: see above.
    with_out(host, dice, |raw, out| unsafe { (raw.vd_meet_ics)(a.ptr(), b.ptr(), out) });
    let pixels = dice.i32(0..5_000);
    // SAFETY: see above.
    with_out(host, dice, |raw, out| unsafe { (raw.vd_qr)(a.ptr(), null_mut(), pixels, out) });
    let mut year = 7;
    let out = if dice.u8(0..5) == 0 { null_mut() } else { &raw mut year };
    // SAFETY: see above.
    unsafe { (library().vd_birth_year)(a.ptr(), out) };
}

/// JSON of the host's own, read and freed at once.
fn read_json(dice: &mut Rng) {
    let (json, pointer) = (Text::draw(dice), Text::draw(dice));
    let mut length = 7;
    // SAFETY: see above.
    unsafe { (library().vd_json_length)(json.ptr(), pointer.ptr(), if dice.u8(0..5) == 0 { null_mut() } else { &mut length }) };
}

/// A text of the library's, read and freed while nobody frees what is not theirs.
fn read_our_own(host: &Host, dice: &mut Rng) {
    let texts = [(); 5].map(|()| Text::draw(dice));
    let [a, b, c, d, e] = &texts;
    let _reading = host.reading.read();
    let raw = library();
    let (mut json, mut found) = (null_mut(), null_mut());
    // SAFETY: see above; `json` is read before it is freed.
    unsafe {
        (raw.vd_check_invitation)(a.ptr(), b.ptr(), c.ptr(), d.ptr(), e.ptr(), &mut json);
        for pointer in [c"/error/field", c"/error", c"", c"/fields/pacient_jmeno"] {
            (raw.vd_json_get)(json, pointer.as_ptr(), &mut found);
            drop(raw.take(found));
        }
        drop(raw.take(json));
    }
}

/// Texts that are somebody's, nobody's, or were freed before.
fn free_texts(host: &Host, dice: &mut Rng) {
    let _alone = host.reading.write();
    for _ in 0..dice.u8(1..6) {
        let text = match dice.u8(0..6) {
            0 => null_mut(),
            1 => without_provenance_mut(dice.usize(..)),
            2 => (&raw mut *dice).cast(), // an address of the host's own
            _ => host.abandoned(dice).unwrap_or(null_mut()),
        };
        // SAFETY: any pointer may be passed.
        unsafe { (library().vd_string_free)(text) };
    }
    host.tidy();
}

fn set_log(dice: &mut Rng, callback: Callback, user_data: *mut c_void) {
    let level = if dice.u8(0..5) == 0 { dice.i32(..) } else { dice.i32(1..5) };
    let callback = (dice.u8(0..3) > 0).then_some(callback);
    // SAFETY: the callback and what it is given outlive the threads, and are taken away before the host ends.
    unsafe { (library().vd_set_log)(callback, user_data, level) };
}

fn names(dice: &mut Rng) {
    let (status, lang) = (if dice.bool() { dice.i32(..) } else { dice.i32(0..1_100) }, Text::draw(dice));
    let raw = library();
    // SAFETY: see above; what these return is static.
    let told = unsafe {
        (raw.vd_abi_version)();
        [(raw.vd_version)(), (raw.vd_status_name)(status), (raw.vd_status_text)(status, lang.ptr())]
    };
    assert!(told.iter().all(|text| !text.is_null()), "a static text is never NULL");
}
