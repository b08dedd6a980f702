//! Every call of the service over HTTPS on its good path, and what it says where it is refused.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::fs;

use serde_json::{Value, json};
use videodoktor_abi_client::*;
use videodoktor_sandbox::{Letter, Recipient, Sandbox};

const START: &str = "23.11.2030 10:00";

/// A sandbox with Jana's call at `START`.
fn with_jana() -> (Sandbox, Client, String) {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&Invitation::jana(START)).text("meet_id");
    (sandbox, client, meet_id)
}

#[test]
fn the_library_says_which_it_is() {
    let raw = library();
    // SAFETY: both ask for nothing; the text is static.
    let (abi, version) = unsafe { ((raw.vd_abi_version)(), CStr::from_ptr((raw.vd_version)())) };
    assert_eq!((abi, version.to_str().unwrap()), (1, env!("CARGO_PKG_VERSION")));
}

#[test]
fn good_keys_are_good_and_bad_ones_are_named() {
    let sandbox = Sandbox::start();
    assert_eq!(Client::of(&sandbox).verify().ok(), json!({"valid": true}));
    let with_keys = |app_key: &str, key: &str| {
        let options = json!({"ca_file": sandbox.ca_file()});
        Client::new(&sandbox.url(), app_key, key, &options).unwrap().verify()
    };
    let error = with_keys("sandbox-another-program", sandbox.api_key()).error(VD_X001_APP_KEY);
    assert_eq!((&error["code"], &error["field"], &error["source"]), (&json!("X001"), &json!("api_app_key"), &json!("server")));
    let error = with_keys(sandbox.app_key(), "sandbox-nobody").error(VD_X002_API_KEY);
    assert_eq!((&error["code"], &error["field"], &error["retryable"]), (&json!("X002"), &json!("api_key"), &json!(false)));
}

#[test]
fn the_service_tells_its_time_and_how_far_this_machine_is_off() {
    let sandbox = Sandbox::builder().clock("2030-07-01 12:34:56").frozen().start();
    let time = Client::with(&sandbox, json!({"prefetch_tokens": 0})).time().ok();
    assert_eq!((&time["time"], &time["iso"]), (&json!("01.07.2030.12.34"), &json!("2030-07-01T12:34:00+02:00")));
    let skew = time["clock_skew_s"].as_i64().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().cast_signed();
    let expected = 1_909_132_496 - now; // 2030-07-01 12:34:56 in Prague
    assert!((skew - expected).abs() <= 60, "{skew} s, expected {expected} s");
    assert!(sandbox.requests_to("/api_verify/").is_empty(), "the time needs no token");
}

#[test]
fn an_invitation_reaches_patient_and_practice_once() {
    let (sandbox, _client, meet_id) = with_jana();
    let letters = |to| sandbox.mails().iter().filter(|mail| mail.to == to && mail.letter == Letter::Invitation).count();
    assert_eq!(sandbox.invitations(), [meet_id]);
    assert_eq!(letters(Recipient::Patient), 1);
    let request = &sandbox.requests_to("/api_meet_add/")[0];
    assert_eq!((request.method.as_str(), request.field("meet_start")), ("POST", "23.11.2030.10.00"));
    assert_eq!((request.field("pacient_telefon"), request.field("pacient_narozen")), ("777123456", "1980"));
}

#[test]
fn an_answer_of_an_invitation_holds_what_the_service_said_and_the_start() {
    let sandbox = Sandbox::start();
    let made = Client::of(&sandbox).meet_add(&Invitation::jana(START)).ok();
    let names: BTreeSet<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["meet_id", "meet_start", "meet_url"]));
    assert_eq!(made["meet_url"], format!("{}/meet/{}", sandbox.url(), made["meet_id"].as_str().unwrap()));
}

#[test]
fn names_with_every_sign_arrive_unchanged() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let names = [
        "Žofie Čápová-Ďuríčková",
        "Müller & syn + 100 % = x",
        "O'Neil \"Nela\" <b>;/\\?#",
        "Nguyễn Thị Hoa",
        "Оксана 田中 🙂",
        "a%20b+c%2Bd&e=f",
    ];
    for (day, name) in names.iter().enumerate() {
        let invitation = Invitation::jana(&format!("{}.11.2030 10:00", day + 1)).named(name).with_email("jana+a&b=c%d@example.cz");
        let meet_id = client.meet_add(&invitation).text("meet_id");
        assert_eq!(client.meet_detail(&meet_id).ok()["pacient_jmeno"], *name);
    }
    let arrived: Vec<_> = sandbox.meetings().into_iter().map(|meeting| meeting.pacient_jmeno).collect();
    assert_eq!(arrived, names);
    assert!(sandbox.meetings().iter().all(|meeting| meeting.pacient_email == "jana+a&b=c%d@example.cz"));
}

#[test]
fn phone_and_start_are_sent_as_the_service_wants_them_however_they_were_typed() {
    let sandbox = Sandbox::start();
    let invitation = Invitation { pacient_telefon: Some("+420 777-123/456".into()), ..Invitation::jana("2030-11-23T09:00:00Z") };
    Client::of(&sandbox).meet_add(&Invitation { pacient_email: None, ..invitation }).ok();
    let sent = &sandbox.requests_to("/api_meet_add/")[0];
    assert_eq!(
        (sent.field("pacient_telefon"), sent.field("meet_start"), sent.field("pacient_email")),
        ("777123456", "23.11.2030.10.00", "")
    );
}

#[test]
fn the_list_and_the_detail_show_the_same_meeting() {
    let (_sandbox, client, meet_id) = with_jana();
    let list = client.meet_list().ok();
    let detail = client.meet_detail(&meet_id).ok();
    assert_eq!(list, json!([detail]));
    let expected = json!({"meet_time": "23.11.2030 10:00", "meet_time_imd": "2030-11-23 10:00:00", "meet_start": "2030-11-23T10:00:00+01:00",
        "meet_active": 0, "pacient_jmeno": "Jana Nováková", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456", "pacient_narozen": "1980"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&detail[name], value, "{name}");
    }
}

#[test]
fn a_practice_without_calls_has_an_empty_list() {
    let sandbox = Sandbox::start();
    assert_eq!(Client::of(&sandbox).meet_list().ok(), json!([]));
}

#[test]
fn a_removed_call_is_gone_and_both_sides_are_told() {
    let (sandbox, client, meet_id) = with_jana();
    assert_eq!(client.meet_remove(&meet_id).ok(), json!({"meet_id": meet_id}));
    assert!(sandbox.meetings().is_empty());
    let told: Vec<_> = sandbox.mails().into_iter().filter(|mail| mail.letter != Letter::Invitation).map(|mail| mail.to).collect();
    assert!(told.contains(&Recipient::Patient) && told.contains(&Recipient::Practice), "{told:?}");
    let error = client.meet_remove(&meet_id).error(VD_X004_MEET_ID);
    assert_eq!((&error["field"], &error["source"]), (&json!("meet_id"), &json!("server")));
    client.meet_detail(&meet_id).error(VD_X004_MEET_ID);
}

#[test]
fn a_report_is_there_from_the_next_day_on() {
    let (sandbox, client, meet_id) = with_jana();
    client.meet_export(&meet_id).error(VD_X004_MEET_ID);
    sandbox.set_clock("2030-11-23 23:59");
    client.meet_export(&meet_id).error(VD_X004_MEET_ID);
    sandbox.set_clock("2030-11-24 00:00");
    let url = client.meet_export(&meet_id).text("export_url");
    assert!(url.starts_with(&format!("{}/report/", sandbox.url())), "{url}");
}

/// A report that can be fetched, and a folder for it.
fn with_report() -> (Sandbox, Client, String, tempfile::TempDir) {
    let (sandbox, client, meet_id) = with_jana();
    sandbox.set_clock("2030-11-24 08:00");
    (sandbox, client, meet_id, tempfile::tempdir().unwrap())
}

fn files_in(folder: &std::path::Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_report_is_saved_whole_under_any_name_and_leaves_nothing_beside_it() {
    let (_sandbox, client, meet_id, folder) = with_report();
    let path = folder.path().join("výkaz Nováková, žlutý kůň.pdf");
    let saved = client.meet_export_save(&meet_id, &path).ok();
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(saved, json!({"path": path, "bytes": bytes.len(), "content_type": "application/pdf"}));
    assert_eq!(files_in(folder.path()), ["výkaz Nováková, žlutý kůň.pdf"]);
}

#[test]
fn an_earlier_report_is_replaced() {
    let (_sandbox, client, meet_id, folder) = with_report();
    let path = folder.path().join("vykaz.pdf");
    fs::write(&path, "old ".repeat(100_000)).unwrap();
    client.meet_export_save(&meet_id, &path).ok();
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && !bytes.windows(4).any(|four| four == b"old "));
    assert_eq!(files_in(folder.path()), ["vykaz.pdf"]);
}

#[test]
fn a_report_that_breaks_off_replaces_nothing() {
    let (sandbox, client, meet_id, folder) = with_report();
    let path = folder.path().join("vykaz.pdf");
    fs::write(&path, "the earlier one").unwrap();
    sandbox.next("/report/").cut_reply_after(400).times(3);
    client.meet_export_save(&meet_id, &path).error(VD_ERR_NETWORK);
    assert_eq!(fs::read_to_string(&path).unwrap(), "the earlier one");
    assert_eq!(files_in(folder.path()), ["vykaz.pdf"]);
}

#[test]
fn a_report_without_a_place_to_go_says_that_the_path_is_at_fault() {
    let (_sandbox, client, meet_id, folder) = with_report();
    for path in [folder.path().join("missing").join("vykaz.pdf"), folder.path().to_path_buf()] {
        let error = client.meet_export_save(&meet_id, &path).error(VD_ERR_FILE);
        assert_eq!((&error["field"], &error["source"], &error["code"]), (&json!("path"), &json!("client"), &Value::Null));
    }
    assert_eq!(files_in(folder.path()), [] as [&str; 0]);
    client.meet_export_save(&meet_id, "".as_ref()).error(VD_ERR_INVALID_ARGUMENT);
}

#[test]
fn a_second_invitation_at_the_same_start_names_the_first() {
    let (sandbox, client, meet_id) = with_jana();
    let error = client.meet_add(&Invitation::jana(START)).error(VD_X024_START_TAKEN);
    assert_eq!(error["existing"], json!({"meet_id": meet_id, "same_patient": true}));
    let error = client.meet_add(&Invitation::jana(START).named("Petr Svoboda")).error(VD_X024_START_TAKEN);
    assert_eq!(error["existing"], json!({"meet_id": meet_id, "same_patient": false}));
    assert_eq!(sandbox.invitations().len(), 1);
}

#[test]
fn a_code_that_nobody_has_documented_is_passed_on() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.next("/api_meet_add/").code("X042");
    let error = client.meet_add(&Invitation::jana(START)).error(1042);
    assert_eq!(
        (&error["name"], &error["code"], &error["source"], &error["field"]),
        (&json!("VD_X042"), &json!("X042"), &json!("server"), &Value::Null)
    );
    // SAFETY: the text is static.
    assert_eq!(unsafe { CStr::from_ptr((library().vd_status_name)(1042)) }, c"VD_X042");
    assert_eq!(sandbox.requests_to("/api_meet_add/").len(), 1, "what it means is unknown, so it is not repeated");
}

#[test]
fn every_code_that_fields_can_cause_comes_from_the_service_when_it_is_to_judge() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"validate": "server", "retries": 0}));
    for code in ["X000", "X004", "X005", "X010", "X011", "X012", "X013", "X014", "X020", "X021", "X022", "X023", "X024"] {
        let email = format!("{}@sandbox.example", code.to_lowercase());
        let error =
            client.meet_add(&Invitation::jana("23.11.2030.10.00").with_email(&email)).error(1000 + code[1..].parse::<i32>().unwrap());
        assert_eq!((&error["code"], &error["source"]), (&json!(code), &json!("server")), "{error}");
    }
    assert!(sandbox.invitations().is_empty());
}

#[test]
fn fields_go_out_untouched_when_the_service_is_to_judge() {
    let sandbox = Sandbox::start();
    let client = Client::with(&sandbox, json!({"validate": "server"}));
    let jana = Invitation { pacient_telefon: Some(" +420 777".into()), ..Invitation::jana("zítra").named("J ") };
    client.meet_add(&jana).error(VD_X010_NAME);
    let sent = &sandbox.requests_to("/api_meet_add/")[0];
    assert_eq!((sent.field("pacient_jmeno"), sent.field("pacient_telefon"), sent.field("meet_start")), ("J ", " +420 777", "zítra"));
}

#[test]
fn what_the_service_would_refuse_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::start();
    let error = Client::of(&sandbox).meet_add(&Invitation::jana(START).with_email("jana")).error(VD_X011_EMAIL);
    assert_eq!(
        (&error["source"], &error["field"], &error["http_status"], &error["attempts"]),
        (&json!("client"), &json!("pacient_email"), &Value::Null, &json!(0))
    );
    assert_eq!(sandbox.requests().len(), 0);
}

#[test]
fn a_call_that_the_vendor_added_goes_out_with_a_token_and_its_fields() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.next("/api_meet_note/").body(r#"{"ok":true,"n":1.0000000000000000000001,"meet_active":"1"}"#);
    let answer = client.call("api_meet_note", &json!({"meet_id": "abc", "note": "žluťoučký & spol.", "n": 7, "on": true, "none": null}));
    assert_eq!(answer.ok().to_string(), r#"{"ok":true,"n":1.0000000000000000000001,"meet_active":"1"}"#);
    let sent = &sandbox.requests_to("/api_meet_note/")[0];
    let fields: Vec<_> = ["note", "n", "on", "none"].iter().map(|name| sent.field(name)).collect();
    assert_eq!((fields, sent.field("token").len() > 1), (vec!["žluťoučký & spol.", "7", "true", ""], true));
}

#[test]
fn a_call_of_the_vendors_is_refused_by_code_like_any_other_and_never_repeated() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    sandbox.next("/api_new/").code("X005").times(3);
    client.call("api_new", &Value::Null).error(VD_X005_SYSTEM);
    sandbox.next("/api_newer/").cut_reply_after(0);
    client.call("api_newer", &json!({})).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((sandbox.requests_to("/api_new/").len(), sandbox.requests_to("/api_newer/").len()), (1, 1));
}

#[test]
fn a_vendors_call_that_is_none_is_not_made() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    for name in ["", "meet_add", "api_/../x", "api_Meet", "api_a b", "api_háček", "api_x/"] {
        assert_eq!(client.call(name, &Value::Null).error(VD_ERR_INVALID_ARGUMENT)["field"], "call_name", "{name}");
    }
    for fields in [json!([1]), json!("x"), json!({"token": "mine"}), json!({"a": {"b": 1}}), json!({"a": [1]})] {
        assert_eq!(client.call("api_x", &fields).error(VD_ERR_INVALID_ARGUMENT)["field"], "fields_json", "{fields}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[test]
fn a_diagnosis_passes_every_step_of_a_good_way() {
    let sandbox = Sandbox::start();
    let report = Client::of(&sandbox).diagnose().ok();
    let steps: Vec<_> = report["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["proxy", "dns", "connect", "tls", "time", "clock", "keys"]);
    assert!(report["steps"].as_array().unwrap().iter().all(|step| step["ok"] == true && step["ms"].is_u64() && step["detail"].is_string()));
    assert_eq!((&report["ok"], &report["abi"]), (&json!(true), &json!(1)));
}

#[test]
fn a_diagnosis_ends_at_the_step_that_fails() {
    let sandbox = Sandbox::start();
    let options = json!({"ca_file": sandbox.ca_file()});
    let report = Client::new(&sandbox.url(), sandbox.app_key(), "sandbox-nobody", &options).unwrap().diagnose();
    assert_eq!(report.status, VD_X002_API_KEY);
    let last = report.json["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["step"], &last["ok"], &report.json["ok"], &last["name"]),
        (&json!("keys"), &json!(false), &json!(false), &json!("VD_X002_API_KEY"))
    );
    sandbox.turn_back(std::time::Duration::from_secs(3600));
    let off = Client::of(&sandbox).diagnose();
    assert_eq!((off.status, &off.json["steps"].as_array().unwrap().last().unwrap()["step"]), (VD_ERR_TLS, &json!("clock")));
}

#[test]
fn results_for_an_ansi_host_are_ascii_and_mean_the_same() {
    let (sandbox, client, meet_id) = with_jana();
    let plain = client.meet_detail(&meet_id).ok();
    let ansi = Client::with(&sandbox, json!({"ascii_json": true}));
    let mut text = std::ptr::null_mut();
    let id = c_string(&meet_id);
    // SAFETY: the text outlives the call; `text` is ours.
    assert_eq!(unsafe { (library().vd_meet_detail)(ansi.handle(), id.as_ptr(), &mut text) }, VD_OK);
    // SAFETY: the library has filled it in.
    let text = unsafe { library().take(text) }.unwrap();
    assert!(text.is_ascii() && text.contains("\\u00e1"), "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain);
}

#[test]
fn the_message_is_in_the_language_of_the_client() {
    let sandbox = Sandbox::start();
    let message =
        |lang: &str| Client::with(&sandbox, json!({"lang": lang})).meet_detail("nobody").error(VD_X004_MEET_ID)["message"].clone();
    // SAFETY: both texts are NUL-terminated, the answer is static.
    let text = |lang: &CStr| unsafe { CStr::from_ptr((library().vd_status_text)(VD_X004_MEET_ID, lang.as_ptr())) }.to_str().unwrap();
    assert_eq!((message("cs"), message("en")), (json!(text(c"cs")), json!(text(c"en"))));
    assert_ne!(text(c"cs"), text(c"en"));
}
