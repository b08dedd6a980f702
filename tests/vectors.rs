//! Every case of `tests/vectors/` through the C ABI: the same table that the bindings run.

use std::path::Path;

use serde_json::{Value, json};
use videodoktor_abi_client::*;
use videodoktor_sandbox::{Practice, Sandbox};

fn cases(table: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(table);
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.len() >= 10, "{table} has hardly any cases");
    cases
}

fn status_of(case: &Value) -> i32 {
    case["status"].as_i64().unwrap().try_into().unwrap()
}

/// A table about one field: its text goes into the first invitation of `invitations.json`.
fn every_case_of_a_field(table: &str, field: &str) {
    let whole = cases("invitations.json").remove(0);
    for case in cases(table) {
        let mut fields = whole.clone();
        fields[field] = case[field].clone();
        let checked = Invitation::of_json(&fields).check();
        assert_eq!(checked.status, status_of(&case), "{}: {}", case["why"], checked.json);
        if checked.status == VD_OK {
            assert_eq!(checked.json["fields"][field], case["sent"], "{}", case["why"]);
        } else {
            assert_eq!(checked.json["errors"][0]["status"], checked.status, "{}", case["why"]);
        }
    }
}

#[test]
fn starts() {
    every_case_of_a_field("starts.json", "meet_start");
}

#[test]
fn phones() {
    every_case_of_a_field("phones.json", "pacient_telefon");
}

#[test]
fn names() {
    every_case_of_a_field("names.json", "pacient_jmeno");
}

#[test]
fn emails() {
    every_case_of_a_field("emails.json", "pacient_email");
}

#[test]
fn changes_between_two_lists() {
    for case in cases("changes.json") {
        let told = meet_changes(case["before_json"].as_str(), case["after_json"].as_str().unwrap());
        match status_of(&case) {
            VD_OK => assert_eq!(told.ok(), case["changes"], "{}", case["why"]),
            status => assert_eq!(told.error(status)["field"], case["field"], "{}", case["why"]),
        }
    }
}

#[test]
fn calendars() {
    for case in cases("calendars.json") {
        let (status, text) = meet_ics(case["meeting_json"].as_str().unwrap(), case["options_json"].as_str());
        assert_eq!((status, text.is_some()), (status_of(&case), status == VD_OK), "{}", case["why"]);
        let unfolded = text.unwrap_or_default().replace("\r\n ", "");
        for line in case["lines"].as_array().into_iter().flatten() {
            assert!(unfolded.lines().any(|own| line == own), "{line}: {}", case["why"]);
        }
    }
}

#[test]
fn invitations_with_all_their_violations_at_once() {
    for case in cases("invitations.json") {
        let checked = Invitation::of_json(&case).check();
        assert_eq!(checked.status, status_of(&case), "{}: {}", case["why"], checked.json);
        if checked.status == VD_OK {
            assert_eq!(checked.json, json!({"valid": true, "fields": case["fields"]}), "{}", case["why"]);
        } else {
            let errors = checked.json["errors"].as_array().unwrap();
            let statuses: Vec<_> = errors.iter().map(|error| error["status"].clone()).collect();
            assert_eq!((&checked.json["valid"], json!(statuses)), (&json!(false), case["errors"].clone()), "{}", case["why"]);
            if let Some(detail) = case.get("detail") {
                assert_eq!(errors[0]["detail"], *detail, "{}", case["why"]);
            }
            assert!(errors.iter().all(|error| error["source"] == "client" && error["field"].is_string()), "{}", case["why"]);
        }
    }
}

/// `vd_birth_year` has no JSON: what it knows of a number that is none goes to the log.
#[test]
fn birth_numbers() {
    let log = Log::listen(3);
    for case in cases("birth_numbers.json") {
        let (why, rodne_cislo) = (&case["why"], case["rodne_cislo"].as_str().unwrap());
        let year = case["year"].as_i64().unwrap_or(0).try_into().unwrap();
        let before = log.lines().len();
        assert_eq!(birth_year(rodne_cislo), (status_of(&case), year), "{why}");
        let said: String = log.lines()[before..].iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(said.contains("a foreigner's insurance number"), case["foreigner"] == true, "{why}: {said}");
        assert!(rodne_cislo.len() < 5 || !said.contains(rodne_cislo), "{why}: {said}");
    }
}

#[test]
fn json_pointers() {
    for case in cases("json_pointers.json") {
        let (json, pointer) = (case["json"].as_str().unwrap(), case["pointer"].as_str().unwrap());
        if case["text"].is_string() || case["status"].is_i64() {
            let status = case["status"].as_i64().unwrap_or(0).try_into().unwrap();
            let text = case["text"].as_str().map(str::to_owned);
            assert_eq!(json_get(json, pointer), (status, text), "{}", case["why"]);
        }
        if case["length"].is_i64() || case["length_status"].is_i64() {
            let status = case["length_status"].as_i64().unwrap_or(0).try_into().unwrap();
            let length = case["length"].as_i64().unwrap_or(0).try_into().unwrap();
            assert_eq!(json_length(json, pointer), (status, length), "{}", case["why"]);
        }
    }
}

/// The call that promises what a case of `replies.json` is about.
fn ask(client: &Client, promise: &str, meet_id: &str) -> Answer {
    match promise {
        "token" => client.verify(),
        "time" => client.time(),
        "made" => client.meet_add(&Invitation::jana("23.11.2090 10:00")),
        "meetings" => client.meet_list(),
        "meeting" => client.meet_detail(meet_id),
        "removed" => client.meet_remove(meet_id),
        "export" => client.meet_export(meet_id),
        "any" => client.call("api_any", &Value::Null),
        other => panic!("no promise is called {other}"),
    }
}

fn path(promise: &str) -> &'static str {
    match promise {
        "token" => "/api_verify/",
        "time" => "/api_time/",
        "made" => "/api_meet_add/",
        "meetings" => "/api_meet_list/",
        "meeting" => "/api_meet_detail/",
        "removed" => "/api_meet_remove/",
        "export" => "/api_meet_export/",
        _ => "/api_any/",
    }
}

fn body(case: &Value) -> Vec<u8> {
    match case["body_hex"].as_str() {
        Some(hex) => hex.as_bytes().chunks(2).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 16).unwrap()).collect(),
        None => case["body"].as_str().unwrap().repeat(case["times"].as_u64().unwrap_or(1).try_into().unwrap()).into_bytes(),
    }
}

/// An answer adds nothing to the service's own that a reader of the table would not expect.
fn without_additions(promise: &str, answer: Value) -> Value {
    match (promise, answer) {
        ("time", Value::Object(mut time)) => {
            time.remove("iso");
            time.remove("clock_skew_s");
            Value::Object(time)
        }
        ("made", Value::Object(mut made)) => {
            made.remove("meet_start");
            Value::Object(made)
        }
        (_, answer) => answer,
    }
}

#[test]
fn replies_as_they_come_over_a_real_connection() {
    // Each case has a practice of its own: a change of unknown outcome is not sent again by the same one.
    let cases = cases("replies.json");
    let practice = |number: usize| Practice {
        name: format!("Ordinace {number}"),
        email: format!("ordinace{number}@sandbox.example"),
        api_key: format!("sandbox-practice-{number}"),
    };
    let sandbox = Sandbox::builder().practices((0..cases.len()).map(practice).collect()).start();
    for (number, case) in cases.into_iter().enumerate() {
        let (why, promise) = (&case["why"], case["promise"].as_str().unwrap());
        let http_status: u16 = case["http_status"].as_u64().unwrap().try_into().unwrap();
        // A refused token is replaced eight times, so the reply comes more often than that.
        sandbox.next(path(promise)).status(http_status).body(body(&case)).header("content-type", "text/html").times(10);
        // What cannot be found is looked for until the time is over.
        let timeout_ms = if is_lost(&case, promise) { 600 } else { 20_000 };
        let options = json!({"retries": 0, "prefetch_tokens": 0, "timeout_ms": timeout_ms});
        let key = &sandbox.practices()[number].api_key;
        let client = Client::new(&sandbox.http_url(), sandbox.app_key(), key, &options).unwrap();
        // An answer about another meeting would be none.
        let expected: Value = serde_json::from_str(case["answer"].as_str().unwrap_or("{}")).unwrap();
        let answer = ask(&client, promise, expected["meet_id"].as_str().unwrap_or("a"));
        sandbox.clear_faults();
        match case["answer"].as_str() {
            Some(_) if promise == "token" => assert_eq!(answer.ok(), json!({"valid": true}), "{why}"),
            Some(expected) => {
                let expected: Value = serde_json::from_str(expected).unwrap();
                assert_eq!(without_additions(promise, answer.ok()), without_additions(promise, expected), "{why}");
            }
            None => judge_error(&case, promise, answer),
        }
    }
}

/// Whether the reply says nothing about what became of a request that may have changed something. A 4xx without a code refuses it.
fn is_lost(case: &Value, promise: &str) -> bool {
    let http_status = case["http_status"].as_u64().unwrap();
    let is_refusal = (400..500).contains(&http_status) && !matches!(http_status, 408 | 499);
    let says_nothing = match case["status"].as_i64().and_then(|status| status.try_into().ok()) {
        Some(VD_ERR_BAD_REPLY | VD_ERR_REDIRECT | VD_ERR_TOO_LARGE) => true,
        Some(VD_ERR_HTTP) => !is_refusal,
        _ => false,
    };
    says_nothing && matches!(promise, "made" | "removed" | "any")
}

fn judge_error(case: &Value, promise: &str, answer: Answer) {
    let why = &case["why"];
    match promise {
        // The sandbox has no such meeting, so that a removal counts as done.
        "removed" if is_lost(case, promise) => assert_eq!(answer.ok()["reconciled"], true, "{why}"),
        _ if is_lost(case, promise) => drop(answer.error(VD_ERR_OUTCOME_UNKNOWN)),
        _ => judge_plain_error(case, answer),
    }
}

fn judge_plain_error(case: &Value, answer: Answer) {
    let why = &case["why"];
    let error = answer.error(status_of(case));
    assert_eq!(error["http_status"], case["http_status"], "{why}");
    if let Some(detail) = case["detail"].as_str() {
        assert_eq!(error["detail"], detail, "{why}");
    }
}
