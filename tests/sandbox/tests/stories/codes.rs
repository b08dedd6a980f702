//! All 16 codes by the service's own rules, and each on demand.

use videodoktor_sandbox::{Sandbox, Settings};

use crate::practice::{PracticeProgram, START, but, jana};

#[test]
fn an_invitation_is_made_listed_shown_and_removed() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let made = practice.add(&jana(START)).json();
    let meet_id = made["meet_id"].as_str().unwrap();
    let listed = &practice.list()[0];
    assert_eq!(listed["meet_id"], meet_id);
    assert_eq!(listed["meet_url"], made["meet_url"]);
    assert_eq!(listed["meet_time"], "23.11.2030 10:00");
    assert_eq!(listed["meet_time_imd"], "2030-11-23 10:00:00");
    assert_eq!(listed["meet_active"], 0);
    assert_eq!(listed["pacient_jmeno"], "Jana Nováková");
    assert_eq!(listed["pacient_email"], "jana.novakova@example.com");
    assert_eq!(listed["pacient_telefon"], "777123456");
    assert_eq!(listed["pacient_narozen"], "1980");
    assert_eq!(practice.detail(meet_id).json(), *listed);
    assert_eq!(practice.remove(meet_id).meet_id(), meet_id);
    assert_eq!(practice.list().as_array().unwrap().len(), 0);
    assert_eq!(practice.detail(meet_id).code(), "X004");
    assert_eq!(sandbox.invitations(), [meet_id]);
    assert!(sandbox.meetings().is_empty());
}

#[test]
fn patient_and_practice_hear_of_each_invitation_and_each_removal() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let made = practice.add(&jana(START)).meet_id();
    practice.remove(&made);
    let mails = serde_json::to_value(sandbox.mails()).unwrap();
    let told: Vec<(&str, &str, &str)> = mails
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| (mail["letter"].as_str().unwrap(), mail["to"].as_str().unwrap(), mail["address"].as_str().unwrap()))
        .collect();
    let (jana, ordinace) = ("jana.novakova@example.com", "ordinace1@sandbox.example");
    assert_eq!(
        told,
        [
            ("invitation", "patient", jana),
            ("confirmation", "practice", ordinace),
            ("cancellation", "patient", jana),
            ("cancellation", "practice", ordinace),
        ]
    );
    assert!(sandbox.mails()[0].body.contains(&format!("/meet/{made}")));
}

#[test]
fn a_patient_without_an_e_mail_address_gets_a_text_message() {
    let sandbox = Sandbox::start();
    PracticeProgram::of(&sandbox).add(&but(jana(START), "pacient_email", ""));
    let invitation = &serde_json::to_value(sandbox.mails()).unwrap()[0];
    assert_eq!((invitation["channel"].as_str(), invitation["address"].as_str()), (Some("sms"), Some("777123456")));
}

#[test]
fn each_field_has_its_limits_and_its_code() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let letters = |count: usize| "ř".repeat(count);
    let address = |length: usize| format!("{}@example.com", "a".repeat(length - "@example.com".len()));
    let cases: [(&str, String, &str); 30] = [
        ("pacient_jmeno", String::new(), "X010"),
        ("pacient_jmeno", letters(5), "X010"),
        ("pacient_jmeno", letters(6), ""),
        ("pacient_jmeno", letters(64), ""),
        ("pacient_jmeno", letters(65), "X010"),
        ("pacient_jmeno", "Jana\u{7}Nováková".to_owned(), "X010"),
        ("pacient_jmeno", "X011 Nováková & +%= \"syn\"".to_owned(), ""),
        ("pacient_email", "a@b.c".to_owned(), "X011"),
        ("pacient_email", "a@b.cz".to_owned(), ""),
        ("pacient_email", address(256), ""),
        ("pacient_email", address(257), "X011"),
        ("pacient_email", "jana.example.com".to_owned(), "X011"),
        ("pacient_email", "jana@example".to_owned(), "X011"),
        ("pacient_email", "jana@@example.com".to_owned(), "X011"),
        ("pacient_email", "ja na@example.com".to_owned(), "X011"),
        ("pacient_telefon", "77712345".to_owned(), "X012"),
        ("pacient_telefon", "7771234567".to_owned(), "X012"),
        ("pacient_telefon", "+420777123456".to_owned(), "X012"),
        ("pacient_telefon", "77712345a".to_owned(), "X012"),
        ("pacient_telefon", String::new(), ""),
        ("pacient_narozen", String::new(), "X014"),
        ("pacient_narozen", "80".to_owned(), "X014"),
        ("pacient_narozen", "19800".to_owned(), "X014"),
        ("pacient_narozen", "198o".to_owned(), "X014"),
        ("meet_start", String::new(), "X020"),
        ("meet_start", "2030-11-23 10:00".to_owned(), "X020"),
        ("meet_start", "31.11.2030.10.00".to_owned(), "X020"),
        ("meet_start", "1.2.2030.9.05".to_owned(), "X020"),
        ("meet_start", "31.03.2030.02.30".to_owned(), "X020"),
        ("meet_start", "27.10.2030.02.30".to_owned(), ""),
    ];
    for (field, value, code) in cases {
        let reply = practice.add(&but(jana(START), field, &value));
        assert_eq!(reply.code(), code, "{field} = {value:?}");
        if code.is_empty() {
            practice.remove(&reply.meet_id());
        }
    }
}

#[test]
fn a_name_arrives_letter_for_letter() {
    let sandbox = Sandbox::start();
    let name = "Žofie Šťastná-Říhová & +%=;\"'/\\ Ł 😀";
    PracticeProgram::of(&sandbox).add(&but(jana(START), "pacient_jmeno", name));
    assert_eq!(sandbox.meetings()[0].pacient_jmeno, name);
}

#[test]
fn a_name_in_cp1250_is_refused() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let body =
        format!("token={}&pacient_jmeno=Jan+Nov%E1k&pacient_telefon=777123456&pacient_narozen=1980&meet_start={START}", practice.token());
    let agent = crate::practice::plain_agent();
    let mut reply =
        agent.post(format!("{}/api_meet_add/", sandbox.http_url())).content_type("application/x-www-form-urlencoded").send(body).unwrap();
    assert_eq!(reply.body_mut().read_to_string().unwrap(), r#"{"error":"X010"}"#);
}

#[test]
fn a_patient_needs_an_e_mail_address_or_a_phone() {
    let sandbox = Sandbox::start();
    let nobody = but(but(jana(START), "pacient_email", ""), "pacient_telefon", "");
    assert_eq!(PracticeProgram::of(&sandbox).add(&nobody).code(), "X013");
}

#[test]
fn a_start_is_judged_by_the_clock_the_outage_the_load_and_the_other_calls() {
    let sandbox = Sandbox::builder().clock("2030-11-23 10:00").frozen().start();
    sandbox.overload("2030-11-24 12:00");
    let practice = PracticeProgram::of(&sandbox);
    for (start, code) in [
        ("23.11.2030.09.59", "X021"),
        ("23.11.2030.10.00", ""),
        ("24.11.2030.02.59", ""),
        ("24.11.2030.03.00", "X022"),
        ("24.11.2030.03.59", "X022"),
        ("24.11.2030.04.00", ""),
        ("24.11.2030.12.00", "X023"),
        ("24.11.2030.04.00", "X024"),
    ] {
        assert_eq!(practice.add(&jana(start)).code(), code, "{start}");
    }
    assert_eq!(PracticeProgram::two(&sandbox).add(&jana("24.11.2030.04.00")).code(), "", "another practice has its own calendar");
}

#[test]
fn a_removed_call_leaves_its_start_free() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let first = practice.add(&jana(START)).meet_id();
    assert_eq!(practice.add(&jana(START)).code(), "X024");
    practice.remove(&first);
    let second = practice.add(&jana(START)).meet_id();
    assert_eq!(sandbox.invitations(), [first, second]);
}

#[test]
fn a_start_is_overloaded_when_all_practices_together_reach_its_capacity() {
    let sandbox = Sandbox::builder().settings(Settings { capacity_per_start: Some(1), ..Settings::default() }).start();
    PracticeProgram::of(&sandbox).add(&jana(START));
    assert_eq!(PracticeProgram::two(&sandbox).add(&jana(START)).code(), "X023");
}

#[test]
fn wrong_keys_are_told_apart() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let verify = |fields: &[(&str, &str)]| practice.post("/api_verify/", fields).unwrap().code();
    let (app, api) = (("api_app_key", sandbox.app_key()), ("api_key", sandbox.api_key()));
    assert_eq!(verify(&[]), "X001");
    assert_eq!(verify(&[api, ("api_app_key", "wrong")]), "X001");
    assert_eq!(verify(&[app]), "X002");
    assert_eq!(verify(&[app, ("api_key", "wrong")]), "X002");
    assert_eq!(verify(&[app, api]), "");
}

#[test]
fn a_practice_sees_its_own_calls_only() {
    let sandbox = Sandbox::start();
    let made = PracticeProgram::of(&sandbox).add(&jana(START)).meet_id();
    let other = PracticeProgram::two(&sandbox);
    assert_eq!(other.list().as_array().unwrap().len(), 0);
    assert_eq!(other.detail(&made).code(), "X004");
    assert_eq!(other.remove(&made).code(), "X004");
    assert_eq!(other.detail("").code(), "X004");
    assert_eq!(sandbox.meetings().len(), 1);
}

#[test]
fn an_address_that_asks_too_often_is_refused_until_a_minute_has_passed() {
    let sandbox = Sandbox::builder().frozen().start();
    sandbox.rate_limit(3);
    let practice = PracticeProgram::of(&sandbox);
    let ask = || practice.post("/api_time/", &[]).unwrap().code();
    assert_eq!([ask(), ask(), ask(), ask(), ask()], ["", "", "", "X000", "X000"]);
    sandbox.advance(std::time::Duration::from_secs(60));
    assert_eq!(ask(), "");
}

#[test]
fn magic_values_ask_for_any_code() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    for code in ["X000", "X003", "X005", "X023", "X024", "X099"] {
        let address = format!("{}@sandbox.example", code.to_lowercase());
        assert_eq!(practice.add(&but(jana(START), "pacient_email", &address)).code(), code);
        assert_eq!(practice.detail(code).code(), code);
        assert_eq!(practice.remove(code).code(), code);
        assert_eq!(practice.export(code).code(), code);
        assert_eq!(practice.post("/api_verify/", &[("api_key", code)]).unwrap().code(), code);
    }
    assert!(sandbox.invitations().is_empty());
}

#[test]
fn a_call_that_the_vendor_adds_for_one_implementation_is_answered_with_its_fields() {
    let sandbox = Sandbox::start();
    let reply = PracticeProgram::of(&sandbox).call("/api_echo/", &[("pole", "hodnota")]);
    assert_eq!(reply.text(), r#"{"pole":"hodnota"}"#);
}
