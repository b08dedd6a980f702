//! Figures that do not depend on the way to the service.

use std::time::{Duration, Instant};

use serde_json::json;
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::RawServer;

fn reply(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A list of so many meetings as the service writes it.
fn list(count: usize) -> String {
    let meeting = |n: usize| {
        format!(
            r#"{{"meet_id":"m{n}","meet_url":"https:\/\/demo.videodoktor.cz\/meet\/m{n}","meet_time":"23.11.2030 10:00","meet_time_imd":"2030-11-23 10:00:00","meet_active":"0","pacient_jmeno":"\u017dofie \u010c\u00e1pov\u00e1 {n}","pacient_email":"pacient{n}@example.cz","pacient_telefon":777123456,"pacient_narozen":"1980"}}"#
        )
    };
    format!("[{}]", (0..count).map(meeting).collect::<Vec<_>>().join(","))
}

#[test]
fn twenty_thousand_meetings_in_one_list_take_less_than_a_second() {
    const COUNT: usize = 20_000;
    let (token, meetings) = (reply(r#"{"token":"t"}"#), reply(&list(COUNT)));
    let server =
        RawServer::keeping(move |request| if request.starts_with(b"POST /api_verify/") { token.clone() } else { meetings.clone() });
    let client = Client::new(&server.http_url(), "app", "practice", &json!({"prefetch_tokens": 0})).unwrap();
    let mut text = std::ptr::null_mut();
    let started = Instant::now();
    // SAFETY: `text` is ours.
    let status = unsafe { (library().vd_meet_list)(client.handle(), &mut text) };
    let listed = started.elapsed();
    assert_eq!(status, VD_OK);
    let read = every_name(text);
    println!("{COUNT} meetings: listed in {listed:?}, each name read by vd_json_get in {:?}", started.elapsed() - listed);
    assert_eq!(read, COUNT);
    // SAFETY: the library has filled it in.
    assert_eq!(unsafe { library().take(text) }.map(|json| json.len() > COUNT * 300), Some(true));
    if library_path().components().any(|part| part.as_os_str() == "release") {
        assert!(started.elapsed() < Duration::from_secs(1), "{:?} in a release build", started.elapsed());
    }
}

/// What a host without a JSON parser does: one `vd_json_get` for each meeting, on the library's own text.
fn every_name(list: *mut std::ffi::c_char) -> usize {
    let raw = library();
    let mut length = 0;
    // SAFETY: `list` is a text of the library, the pointer is NUL-terminated, `length` is ours.
    assert_eq!(unsafe { (raw.vd_json_length)(list, c"".as_ptr(), &mut length) }, VD_OK);
    for n in 0..length {
        let pointer = c_string(&format!("/{n}/pacient_jmeno"));
        let mut name = std::ptr::null_mut();
        // SAFETY: as above; `name` is ours.
        assert_eq!(unsafe { (raw.vd_json_get)(list, pointer.as_ptr(), &mut name) }, VD_OK);
        // SAFETY: as above.
        assert_eq!(unsafe { raw.take(name) }, Some(format!("Žofie Čápová {n}")));
    }
    length.try_into().unwrap()
}
