//! What replies look like: shapes of errors, habits of PHP, methods and slashes.

use serde_json::{Value, json};
use videodoktor_sandbox::{EmptyList, ErrorShape, Habits, MissingSlash, Sandbox};

use crate::practice::{PracticeProgram, START, but, jana};

#[test]
fn a_refusal_comes_in_each_shape_at_each_status() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let bodies = [
        r#"{"error":"X003"}"#,
        r#"{"error":{"code":"X003"}}"#,
        r#"{"chyba":"X003"}"#,
        r#"{"code":"X003"}"#,
        r#"{"error_code":"X003"}"#,
        r#"{"err":"X003"}"#,
        r#"["X003"]"#,
        r#""X003""#,
        "X003",
        "X003 token nebyl odeslán nebo není platný.",
    ];
    for (shape, body) in ErrorShape::ALL.into_iter().zip(bodies) {
        for status in [200, 403, 500] {
            sandbox.error_shape(shape);
            sandbox.error_status(status);
            let reply = practice.post("/api_meet_list/", &[]).unwrap();
            assert_eq!((reply.status, reply.text().as_str()), (status, body), "{shape:?}");
        }
    }
}

fn list_under(habits: Habits) -> (Vec<u8>, String) {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&but(jana(START), "pacient_email", ""));
    practice.add(&jana("24.11.2030.10.00"));
    sandbox.habits(habits);
    let reply = practice.call("/api_meet_list/", &[]);
    let content_type = reply.header("content-type").to_owned();
    (reply.bytes, content_type)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn each_habit_shows_in_a_list() {
    let (plain, content_type) = list_under(Habits::default());
    assert!(content_type.starts_with("application/json"));
    assert_eq!(json(&plain)[0]["pacient_email"], "");

    assert!(list_under(Habits { bom: true, ..Habits::default() }).0.starts_with(b"\xef\xbb\xbf["));
    assert!(list_under(Habits { leading_space: true, ..Habits::default() }).0.starts_with(b"\r\n"));
    assert!(list_under(Habits { html_content_type: true, ..Habits::default() }).1.starts_with("text/html"));

    let (swapped, _) = list_under(Habits { swapped_numbers: true, ..Habits::default() });
    assert_eq!(json(&swapped)[0]["meet_active"], "0");
    assert_eq!(json(&swapped)[0]["pacient_telefon"], 777_123_456);
    assert_eq!(json(&swapped)[0]["pacient_narozen"], 1980);

    let (nulls, _) = list_under(Habits { nulls: true, ..Habits::default() });
    assert_eq!(json(&nulls)[0]["pacient_email"], Value::Null);

    let (keyed, _) = list_under(Habits { numeric_keys: true, ..Habits::default() });
    assert_eq!(json(&keyed).as_object().unwrap().keys().collect::<Vec<_>>(), ["0", "2"]);
    assert_eq!(json(&keyed)["2"]["meet_time"], "24.11.2030 10:00");

    let (escaped, _) = list_under(Habits { escaped_slashes: true, unicode_escapes: true, ..Habits::default() });
    let text = String::from_utf8(escaped.clone()).unwrap();
    assert!(text.contains(r"http:\/\/") && text.contains(r"Nov\u00e1kov\u00e1"), "{text}");
    assert_eq!(json(&escaped)[0]["pacient_jmeno"], "Jana Nováková");

    let (extra, _) = list_under(Habits { extra_fields: true, ..Habits::default() });
    assert_eq!(json(&extra)[0].as_object().unwrap().len(), 11);
}

#[test]
fn an_empty_list_has_three_faces() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    for (empty_list, expected) in [(EmptyList::Array, json!([])), (EmptyList::Object, json!({})), (EmptyList::Null, Value::Null)] {
        sandbox.habits(Habits { empty_list, ..Habits::default() });
        assert_eq!(practice.list(), expected);
    }
}

#[test]
fn a_path_without_its_slash_is_redirected_or_served() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let redirect = practice.post("/api_time", &[]).unwrap();
    assert_eq!((redirect.status, redirect.header("location")), (301, format!("{}/api_time/", sandbox.http_url()).as_str()));
    sandbox.change(|settings| settings.missing_slash = MissingSlash::Serve);
    assert!(practice.post("/api_time", &[]).unwrap().json()["time"].is_string());
}

#[test]
fn only_posted_forms_are_calls() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let got = practice.get(&format!("{}/api_time/", sandbox.http_url()));
    assert_eq!((got.status, got.header("allow")), (405, "POST"));
    assert_eq!(practice.post("/api_unknown/", &[]).unwrap().status, 404);
}
