//! Nothing that a host does crashes or hangs it: wrong handles and texts, many threads, callbacks, unloading, ending in the middle of a call.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::{null, null_mut, without_provenance_mut};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::{end_of, second_process, task, wait_for};
use videodoktor_abi_client::*;
use videodoktor_sandbox::Sandbox;
use videodoktor_sandbox::wire::{BlackHole, Odd, OddServer};

const START: &str = "23.11.2030 10:00";

/// Every export that takes a client, called with this one.
fn every_call_with(handle: Handle) -> Vec<Answer> {
    let raw = library();
    let id = c"a".as_ptr();
    let calls: [&dyn Fn(*mut *mut c_char) -> i32; 11] = [
        // SAFETY: a handle may be anything; the texts are NUL-terminated; `out` is a place of ours. So for each below.
        &|out| unsafe { (raw.vd_verify)(handle, out) },
        &|out| unsafe { (raw.vd_time)(handle, out) },
        &|out| unsafe { (raw.vd_meet_add)(handle, id, id, id, id, id, out) },
        &|out| unsafe { (raw.vd_meet_list)(handle, out) },
        &|out| unsafe { (raw.vd_meet_detail)(handle, id, out) },
        &|out| unsafe { (raw.vd_meet_remove)(handle, id, out) },
        &|out| unsafe { (raw.vd_meet_move)(handle, id, null(), null(), null(), null(), id, out) },
        &|out| unsafe { (raw.vd_meet_export)(handle, id, out) },
        &|out| unsafe { (raw.vd_meet_export_save)(handle, id, id, out) },
        &|out| unsafe { (raw.vd_call)(handle, c"api_x".as_ptr(), null(), out) },
        &|out| unsafe { (raw.vd_diagnose)(handle, out) },
    ];
    calls.iter().map(answered).collect()
}

fn answered(call: impl FnOnce(*mut *mut c_char) -> i32) -> Answer {
    let mut text = without_provenance_mut(0x1234); // what a host forgot to set to NULL
    let status = call(&mut text);
    // SAFETY: the export has filled it in.
    let text = unsafe { library().take(text) };
    Answer { status, json: text.map_or(Value::Null, |json| serde_json::from_str(&json).unwrap()) }
}

#[test]
fn a_handle_that_is_none_is_told_by_every_call() {
    let freed = {
        let client = Client::new("demo", "app", "practice", &json!({})).unwrap();
        client.handle()
    };
    let local = 7_u64;
    let addresses = [0, 1, 2, 3, 0x8000_0001, usize::MAX, usize::MAX - 1, freed.addr() ^ 2, (&raw const local).addr(), freed.addr()];
    for address in addresses {
        let handle: Handle = without_provenance_mut(address);
        for answer in every_call_with(handle) {
            assert_eq!(answer.error(VD_ERR_INVALID_HANDLE)["field"], "client", "{address:#x}");
        }
        // SAFETY: a handle may be anything.
        let [freed, interrupted, prepared] = unsafe {
            let raw = library();
            [(raw.vd_client_free)(handle), (raw.vd_client_interrupt)(handle), (raw.vd_client_prepare)(handle)]
        };
        assert_eq!(freed, if address == 0 { VD_OK } else { VD_ERR_INVALID_HANDLE }, "{address:#x}");
        assert_eq!([interrupted, prepared], [VD_ERR_INVALID_HANDLE; 2], "{address:#x}");
    }
}

#[test]
fn a_handle_never_comes_back_to_life() {
    let first = Client::new("demo", "app", "practice", &json!({})).unwrap();
    let stale = first.handle();
    drop(first);
    for _ in 0..5_000 {
        let client = Client::new("demo", "app", "practice", &json!({})).unwrap();
        assert_ne!(client.handle(), stale);
    }
    // SAFETY: a handle may be anything.
    assert_eq!(unsafe { (library().vd_client_free)(stale) }, VD_ERR_INVALID_HANDLE);
}

#[test]
fn a_string_is_freed_once_and_only_if_it_is_ours() {
    let raw = library();
    let free = |text: *mut c_char| {
        // SAFETY: any pointer may be passed.
        unsafe { (raw.vd_string_free)(text) }
    };
    let mut text = null_mut();
    // SAFETY: a handle may be anything; `text` is ours.
    unsafe { (raw.vd_verify)(null_mut(), &mut text) };
    let mut local = [0_u8; 64];
    // SAFETY: static texts.
    let (version, name) = unsafe { ((raw.vd_version)(), (raw.vd_status_name)(0)) };
    let foreign = [
        local.as_mut_ptr().cast(),
        version.cast_mut(),
        name.cast_mut(),
        text.wrapping_add(1),
        without_provenance_mut(1),
        without_provenance_mut(usize::MAX),
    ];
    for pointer in foreign {
        assert_eq!(free(pointer), VD_ERR_INVALID_HANDLE);
    }
    assert_eq!((free(text), free(text), free(null_mut())), (VD_OK, VD_ERR_INVALID_HANDLE, VD_OK));
    assert_eq!(local, [0; 64]);
}

#[test]
fn of_sixteen_threads_that_free_one_thing_exactly_one_succeeds() {
    for _ in 0..50 {
        let mut text = null_mut();
        // SAFETY: a handle may be anything; `text` is ours.
        unsafe { (library().vd_verify)(null_mut(), &mut text) };
        let client = Client::new("demo", "app", "practice", &json!({})).unwrap();
        let (text, freed, closed) = (text.addr(), AtomicI32::new(0), AtomicI32::new(0));
        thread::scope(|threads| {
            for _ in 0..16 {
                threads.spawn(|| {
                    // SAFETY: any pointer may be passed; nothing else is handed out here meanwhile.
                    let status = unsafe { (library().vd_string_free)(without_provenance_mut(text)) };
                    freed.fetch_add(i32::from(status == VD_OK), Ordering::SeqCst);
                    closed.fetch_add(i32::from(client.free() == VD_OK), Ordering::SeqCst);
                });
            }
        });
        assert_eq!(closed.into_inner(), 1);
        assert!(freed.into_inner() >= 1);
    }
}

#[test]
fn a_missing_argument_is_named() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let jana = Invitation::jana(START);
    for (name, broken) in [
        ("pacient_jmeno", Invitation { pacient_jmeno: None, ..jana.clone() }),
        ("pacient_narozen", Invitation { pacient_narozen: None, ..jana.clone() }),
        ("meet_start", Invitation { meet_start: None, ..jana.clone() }),
    ] {
        assert_eq!(client.meet_add(&broken).error(VD_ERR_NULL_POINTER)["field"], name);
        assert_eq!(broken.check().status, VD_ERR_NULL_POINTER);
    }
    let raw = library();
    // SAFETY: NULL where the header says that it is an error; the rest as it wants it.
    unsafe {
        let handle = client.handle();
        assert_eq!(answered(|out| (raw.vd_meet_detail)(handle, null(), out)).error(VD_ERR_NULL_POINTER)["field"], "meet_id");
        assert_eq!(
            answered(|out| (raw.vd_meet_export_save)(handle, c"a".as_ptr(), null(), out)).error(VD_ERR_NULL_POINTER)["field"],
            "path"
        );
        assert_eq!(answered(|out| (raw.vd_call)(handle, null(), null(), out)).error(VD_ERR_NULL_POINTER)["field"], "call_name");
        let nothing = answered(|out| (raw.vd_client_new)(c"demo".as_ptr(), c"a".as_ptr(), c"b".as_ptr(), null(), null_mut(), out));
        assert_eq!(nothing.error(VD_ERR_NULL_POINTER)["field"], "out_client");
        assert_eq!((raw.vd_birth_year)(c"805512/1239".as_ptr(), null_mut()), VD_ERR_NULL_POINTER);
        assert_eq!((raw.vd_json_get)(c"{}".as_ptr(), c"".as_ptr(), null_mut()), VD_ERR_NULL_POINTER);
        assert_eq!(answered(|out| (raw.vd_meet_changes)(null(), null(), out)).error(VD_ERR_NULL_POINTER)["field"], "after_json");
        assert_eq!(answered(|out| (raw.vd_qr)(null(), null(), 256, out)).error(VD_ERR_NULL_POINTER)["field"], "text");
        assert_eq!((raw.vd_meet_ics)(c"{}".as_ptr(), null(), null_mut()), VD_ERR_NULL_POINTER);
        assert_eq!((raw.vd_verify)(handle, null_mut()), VD_OK, "the host may want the status only");
    }
    assert_eq!(sandbox.requests_to("/api_meet_add/").len(), 0);
}

#[test]
fn text_in_another_code_page_is_named_with_what_to_do() {
    let cp1250 = CString::new(b"\x8Eofie \xC8\xE1pov\xE1".to_vec()).unwrap();
    let good = CString::new("x").unwrap();
    let (raw, bad, ok) = (library(), cp1250.as_ptr(), good.as_ptr());
    let client = Client::new("demo", "app", "practice", &json!({})).unwrap();
    let mut made: Handle = null_mut();
    // SAFETY: all texts are NUL-terminated.
    let cases: Vec<(&str, Answer)> = unsafe {
        vec![
            ("pacient_jmeno", answered(|out| (raw.vd_meet_add)(client.handle(), bad, ok, ok, ok, ok, out))),
            ("pacient_email", answered(|out| (raw.vd_meet_add)(client.handle(), ok, bad, ok, ok, ok, out))),
            ("pacient_telefon", answered(|out| (raw.vd_meet_add)(client.handle(), ok, ok, bad, ok, ok, out))),
            ("pacient_narozen", answered(|out| (raw.vd_check_invitation)(ok, ok, ok, bad, ok, out))),
            ("meet_start", answered(|out| (raw.vd_check_invitation)(ok, ok, ok, ok, bad, out))),
            ("meet_id", answered(|out| (raw.vd_meet_remove)(client.handle(), bad, out))),
            ("path", answered(|out| (raw.vd_meet_export_save)(client.handle(), ok, bad, out))),
            ("call_name", answered(|out| (raw.vd_call)(client.handle(), bad, null(), out))),
            ("fields_json", answered(|out| (raw.vd_call)(client.handle(), c"api_x".as_ptr(), bad, out))),
            ("app_url", answered(|out| (raw.vd_client_new)(bad, ok, ok, null(), &mut made, out))),
            ("api_key", answered(|out| (raw.vd_client_new)(ok, ok, bad, null(), &mut made, out))),
            ("options_json", answered(|out| (raw.vd_client_new)(ok, ok, ok, bad, &mut made, out))),
        ]
    };
    for (argument, answer) in cases {
        let error = answer.error(VD_ERR_INVALID_UTF8);
        let detail = error["detail"].as_str().unwrap();
        assert!(error["field"] == argument && detail.starts_with(argument) && detail.contains("CP1250"), "{argument}: {error}");
    }
    assert!(made.is_null());
}

#[test]
fn an_option_that_is_wrong_is_named() {
    let wrong = [
        json!({"timeout": 1}),
        json!({"timeout_ms": 0}),
        json!({"timeout_ms": "5"}),
        json!({"timeout_ms": 1e3}),
        json!({"timeout_ms": -1}),
        json!({"retries": 11}),
        json!({"prefetch_tokens": -1}),
        json!({"validate": "no"}),
        json!({"lang": "de"}),
        json!({"ascii_json": 1}),
        json!({"tls_roots": "none"}),
        json!({"ca_file": 1}),
        json!({"meet_start_format": "%"}),
        json!({"user_agent": "a\r\nX: y"}),
        json!({"allow_http": "yes"}),
        json!({"proxy": null}),
        json!({"verify_tls": false}),
    ];
    for options in wrong {
        let name = options.as_object().unwrap().keys().next().unwrap().clone();
        let error = Client::new("demo", "app", "practice", &options).err().unwrap_or_else(|| panic!("{options} was taken"));
        let error = error.error(VD_ERR_INVALID_ARGUMENT);
        assert!(error["field"] == "options_json" && error["detail"].as_str().unwrap().contains(&name), "{options}: {error}");
    }
    for options in [json!([]), json!("x"), json!(null), json!(1)] {
        assert!(Client::new("demo", "app", "practice", &options).is_err(), "{options}");
    }
    for (app_key, key, field) in
        [("", "b", "api_app_key"), ("a", " ", "api_key"), ("a b", "c", "api_app_key"), ("sandbox-x", "c", "api_app_key")]
    {
        let error = Client::new("demo", app_key, key, &json!({})).err().unwrap().error(VD_ERR_INVALID_ARGUMENT);
        assert_eq!(error["field"], field, "{error}");
    }
}

/// `vd_client_new` with these texts as they are; whether a client was made, and the answer.
fn made_of(app_url: Option<&CStr>, api_key: &CStr, options_json: Option<&CStr>) -> (bool, Answer) {
    let mut made: Handle = null_mut();
    let pointer = |text: Option<&CStr>| text.map_or(null(), CStr::as_ptr);
    // SAFETY: each text is NULL or NUL-terminated; `made` is ours.
    let answer = answered(|out| unsafe {
        (library().vd_client_new)(pointer(app_url), c"app".as_ptr(), api_key.as_ptr(), pointer(options_json), &mut made, out)
    });
    // SAFETY: any handle may be freed.
    unsafe { (library().vd_client_free)(made) };
    (!made.is_null(), answer)
}

#[test]
fn a_client_that_cannot_be_made_says_so_in_the_language_of_the_options() {
    let english = |app_url, api_key, options| {
        let (made, answer) = made_of(app_url, api_key, Some(options));
        let message = answer.json["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(!made && message.starts_with("The program"), "{options:?}: {}", answer.json);
    };
    english(Some(c"demo"), c"key", c"{\"timeout\":1,\"lang\":\"en\"}");
    english(Some(c"demo"), c"key", c"{\"lang\":\"en\",\"proxy\":\"direct\"}");
    english(Some(c"demo"), c"key", c"{\"ca_file\":\"/no/such/file\",\"lang\":\"en\"}");
    english(Some(c"ftp://demo"), c"key", c"{\"lang\":\"en\"}");
    english(Some(c"demo"), c"", c"{\"lang\":\"en\"}");
    english(Some(c"demo"), c"\xe8", c"{\"lang\":\"en\"}");
    english(None, c"key", c"{\"lang\":\"en\"}");
    for options in [None, Some(c"{\"lang\":\"de\"}"), Some(c"{\"lang\":\"en\"")] {
        let (_, answer) = made_of(None, c"key", options);
        assert!(answer.json["error"]["message"].as_str().unwrap().starts_with("Program nepředal"), "{options:?}: {}", answer.json);
    }
}

#[test]
fn what_copying_brings_along_unseen_is_no_part_of_a_key_or_an_address() {
    let sandbox = Sandbox::start();
    let (url, key) = (format!("\u{feff}{}\u{200b}", sandbox.url()), format!("\u{202a}{}\u{202c}\u{a0}", sandbox.api_key()));
    let client = Client::new(&url, &format!("{}\u{ad}", sandbox.app_key()), &key, &json!({"ca_file": sandbox.ca_file()})).unwrap();
    client.verify().ok();
}

#[test]
fn blank_options_are_none() {
    for options in [None, Some(c""), Some(c" \r\n\t"), Some(c"{}")] {
        let (made, answer) = made_of(Some(c"demo"), c"key", options);
        assert!(made && answer.ok() == json!({}), "{options:?}");
    }
}

#[test]
fn past_is_what_the_services_clock_says() {
    let sandbox = Sandbox::builder().clock("2040-01-01 10:00").start();
    let client = Client::of(&sandbox);
    let error = client.meet_add(&Invitation::jana(START)).error(VD_X021_START_PAST);
    assert_eq!((&error["source"], sandbox.requests_to("/api_meet_add/").len()), (&json!("client"), 0));
    client.meet_add(&Invitation::jana("1.1.2040 10:30")).ok();
    let earlier = Sandbox::builder().clock("2020-01-01 10:00").start();
    Client::of(&earlier).meet_add(&Invitation { pacient_narozen: Some("1980".into()), ..Invitation::jana("1.6.2020 10:00") }).ok();
    assert_eq!((sandbox.invitations().len(), earlier.invitations().len()), (1, 1));
}

#[test]
fn a_clock_that_was_put_right_is_believed_at_once() {
    let sandbox = Sandbox::builder().clock("2031-01-01 10:00").start();
    let client = Client::of(&sandbox);
    client.meet_add(&Invitation::jana(START)).error(VD_X021_START_PAST);
    sandbox.set_clock("2030-11-23 09:00");
    client.meet_add(&Invitation::jana(START)).ok();
    sandbox.set_clock("2030-11-25 09:00");
    let error = client.meet_add(&Invitation::jana("24.11.2030 10:00")).error(VD_X021_START_PAST);
    assert_eq!((&error["source"], sandbox.invitations().len()), (&json!("server"), 1));
}

/// Runs the body in a second process, and expects it to end well within the time.
#[track_caller]
fn in_a_process_of_its_own(test: &str, body: impl FnOnce()) {
    if task().is_some() {
        return body();
    }
    let output = end_of(second_process(test, "go").spawn().unwrap(), Duration::from_secs(60));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}{}", output.status, String::from_utf8_lossy(&output.stdout));
}

/// A client of `raw` for a server that never answers, and a thread that is inside a call of it.
fn call_under_way(raw: Raw, url: &str, options: &CStr) -> thread::JoinHandle<i32> {
    let url = c_string(url);
    let mut handle: Handle = null_mut();
    // SAFETY: the texts are NUL-terminated, `handle` is ours.
    let status = unsafe { (raw.vd_client_new)(url.as_ptr(), c"a".as_ptr(), c"b".as_ptr(), options.as_ptr(), &mut handle, null_mut()) };
    assert_eq!(status, VD_OK);
    let handle = handle.addr();
    // SAFETY: as above.
    thread::spawn(move || unsafe { (raw.vd_verify)(without_provenance_mut(handle), null_mut()) })
}

#[test]
fn the_library_may_be_unloaded_while_a_call_is_under_way() {
    in_a_process_of_its_own("the_library_may_be_unloaded_while_a_call_is_under_way", || {
        let (raw, loaded) = Raw::load();
        let (server, hole) = (OddServer::start(Odd::Silent), BlackHole::open());
        let options = c"{\"timeout_ms\":1500,\"retries\":0}";
        let calls = [call_under_way(raw, &server.http_url(), options), call_under_way(raw, &hole.url(), options)];
        wait_for("a call under way", || server.connections() == 1);
        drop(loaded);
        for call in calls {
            assert_eq!(call.join().unwrap(), VD_ERR_TIMEOUT);
        }
        let (again, _loaded) = Raw::load();
        // SAFETY: it asks for nothing.
        assert_eq!(unsafe { (again.vd_abi_version)() }, 1);
    });
}

#[test]
fn a_host_may_end_while_calls_are_under_way() {
    in_a_process_of_its_own("a_host_may_end_while_calls_are_under_way", || {
        let (raw, _) = (*library(), Log::listen(4));
        let (server, hole) = (OddServer::start(Odd::Silent), BlackHole::open());
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        client.meet_list().ok();
        wait_for("the token fetched ahead", || sandbox.requests_to("/api_verify/").len() == 2);
        sandbox.next("/api_verify/").delay(Duration::from_secs(300));
        client.meet_list().ok();
        wait_for("a token that never comes", || sandbox.requests_to("/api_verify/").len() == 3);
        for url in [server.url(), hole.url()] {
            drop(call_under_way(raw, &url, c"{}"));
        }
        wait_for("a call under way", || server.connections() == 1);
        std::process::exit(0);
    });
}

#[test]
fn the_log_callback_may_call_the_library_and_even_free_its_client() {
    in_a_process_of_its_own("the_log_callback_may_call_the_library_and_even_free_its_client", || {
        static CLIENT: AtomicUsize = AtomicUsize::new(0);
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        unsafe extern "C" fn on_log(_: i32, message: *const c_char, _: *mut c_void) {
            // SAFETY: the message is NUL-terminated; handles may be anything.
            unsafe {
                assert!(!CStr::from_ptr(message).is_empty());
                CALLS.fetch_add(1, Ordering::SeqCst);
                let handle: Handle = without_provenance_mut(CLIENT.load(Ordering::SeqCst));
                (library().vd_meet_list)(handle, null_mut());
                (library().vd_set_log)(Some(on_log), null_mut(), 4);
                (library().vd_client_free)(handle);
            }
        }
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        CLIENT.store(client.handle().addr(), Ordering::SeqCst);
        // SAFETY: the callback is there for as long as the program runs.
        assert_eq!(unsafe { (library().vd_set_log)(Some(on_log), null_mut(), 4) }, VD_OK);
        client.meet_list().error(VD_ERR_CANCELLED);
        assert_eq!(client.meet_list().status, VD_ERR_INVALID_HANDLE);
        assert!(CALLS.load(Ordering::SeqCst) >= 1);
    });
}

#[test]
fn once_the_log_is_off_the_callback_runs_no_more() {
    in_a_process_of_its_own("once_the_log_is_off_the_callback_runs_no_more", || {
        static LATE: AtomicUsize = AtomicUsize::new(0);
        static SEEN: AtomicUsize = AtomicUsize::new(0);
        unsafe extern "C" fn on_log(level: i32, _: *const c_char, user_data: *mut c_void) {
            // SAFETY: as set below; what it points to outlives every callback, which is what this test is about.
            let is_on = unsafe { &*user_data.cast::<AtomicBool>() };
            for _ in 0..20 {
                thread::yield_now();
                LATE.fetch_add(usize::from(!is_on.load(Ordering::SeqCst)), Ordering::SeqCst);
            }
            assert!((1..=4).contains(&level));
            SEEN.fetch_add(1, Ordering::SeqCst);
        }
        let sandbox = Sandbox::start();
        let (client, is_over) = (Client::at(&sandbox.http_url(), &sandbox, json!({})), AtomicBool::new(false));
        thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        client.meet_list().ok();
                    }
                });
            }
            for round in 0..50 {
                let is_on = Box::leak(Box::new(AtomicBool::new(true)));
                // SAFETY: `is_on` lives for ever.
                unsafe { (library().vd_set_log)(Some(on_log), (&raw mut *is_on).cast(), 4) };
                wait_for("some messages", || SEEN.load(Ordering::SeqCst) > round);
                // SAFETY: as above.
                unsafe { (library().vd_set_log)(None, null_mut(), 4) };
                is_on.store(false, Ordering::SeqCst);
            }
            is_over.store(true, Ordering::SeqCst);
        });
        assert_eq!(LATE.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn a_log_level_that_is_none_is_refused_and_switching_off_needs_none() {
    unsafe extern "C" fn on_log(_: i32, _: *const c_char, _: *mut c_void) {}
    for level in [0, 5, -1, i32::MAX] {
        // SAFETY: the callback is a function of this program.
        assert_eq!(unsafe { (library().vd_set_log)(Some(on_log), null_mut(), level) }, VD_ERR_INVALID_ARGUMENT);
        // SAFETY: no callback.
        assert_eq!(unsafe { (library().vd_set_log)(None, null_mut(), level) }, VD_OK);
    }
}
