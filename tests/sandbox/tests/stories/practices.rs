//! Several practices, each with a key of its own and a view of its own.

use serde_json::json;
use videodoktor_sandbox::Sandbox;

use crate::control::Control;
use crate::practice::{PracticeProgram, START, jana};

#[test]
fn a_practice_that_is_added_has_its_key_at_once_and_sees_only_its_own_meetings() {
    let sandbox = Sandbox::start();
    let first = PracticeProgram::of(&sandbox);
    let made = first.add(&jana(START)).meet_id();
    let (status, added) = Control::of(&sandbox).ask("POST", "/practices", Some(json!({ "name": "MUDr. Nová" })));
    assert_eq!((status, added["number"].as_u64(), added["api_key"].as_str()), (201, Some(2), Some("sandbox-practice-3")));
    let third = PracticeProgram::at(&sandbox.http_url(), sandbox.app_key(), "sandbox-practice-3");
    assert_eq!(third.list(), json!([]));
    assert_eq!(third.detail(&made).code(), "X004");
    third.add(&jana(START)).meet_id();
    assert_eq!(third.list().as_array().map(Vec::len), Some(1));
    assert_eq!(sandbox.mails().last().map(|mail| mail.address.clone()).as_deref(), Some("ordinace3@sandbox.example"));
    assert_eq!(first.list().as_array().map(Vec::len), Some(1));
}

#[test]
fn a_key_that_is_changed_leaves_the_old_one_unknown() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let practice = PracticeProgram::of(&sandbox);
    assert_eq!(control.ask("PATCH", "/practices/0", Some(json!({ "api_key": "another-key" }))).0, 200);
    assert_eq!(practice.verify().code(), "X002");
    assert_eq!(control.ask("PUT", "/app_key", Some(json!({ "app_key": "another-program" }))).1["app_key"], "another-program");
    assert_eq!(PracticeProgram::at(&sandbox.http_url(), sandbox.app_key(), "another-key").verify().code(), "X001");
    assert_eq!(PracticeProgram::at(&sandbox.http_url(), "another-program", "another-key").verify().status, 200);
    control.ask("POST", "/reset", None);
    assert_eq!(practice.verify().code(), "");
}

#[test]
fn what_cannot_be_a_practice_is_refused_with_a_word_about_why() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    for (wrong, status, named) in [
        (json!({ "api_key": "sandbox-practice-1" }), 409, "another practice"),
        (json!({ "api_key": "X005" }), 400, "6 to 128"),
        (json!({ "api_key": "with a space" }), 400, "6 to 128"),
        (json!({ "name": "" }), 400, "1 to 64"),
        (json!({ "email": "info@some-real-practice.cz" }), 400, "sandbox.example"),
        (json!({ "nmae": "x" }), 400, "nmae"),
        (json!(["MUDr. Nová", null, "key-of-nova"]), 400, "object"),
    ] {
        let (answered, told) = control.ask("POST", "/practices", Some(wrong.clone()));
        assert_eq!(answered, status, "{wrong}");
        assert!(told["error"].as_str().unwrap().contains(named), "{told}");
    }
    assert_eq!(control.ask("PATCH", "/practices/9", Some(json!({ "name": "x" }))).0, 404);
    assert_eq!(control.get("/practices").as_array().map(Vec::len), Some(2));
}

#[test]
fn an_invitation_by_hand_follows_the_services_rules_and_leaves_faults_to_programs() {
    let sandbox = Sandbox::builder().clock("2030-11-22 09:15").frozen().start();
    sandbox.next("*").code("X005");
    let control = Control::of(&sandbox);
    let wish = json!({ "practice": 1, "pacient_jmeno": "Jana Nováková", "pacient_telefon": "777123456", "pacient_narozen": "1980", "meet_start": "2030-11-23 10:00" });
    let (status, made) = control.ask("POST", "/invitations", Some(wish.clone()));
    assert_eq!((status, made["start"].as_str()), (201, Some("2030-11-23T10:00:00")));
    let (status, refused) = control.ask("POST", "/invitations", Some(wish));
    assert_eq!((status, refused["code"].as_str()), (409, Some("X024")));
    assert_eq!(sandbox.requests(), []);
    assert_eq!(sandbox.waiting_faults().len(), 1);
    sandbox.clear_faults();
    assert_eq!(PracticeProgram::two(&sandbox).list()[0]["meet_id"], made["meet_id"]);

    let address = format!("/meetings/{}", made["meet_id"].as_str().unwrap());
    assert_eq!(control.ask("DELETE", &address, None).0, 204);
    assert_eq!(control.ask("DELETE", &address, None).0, 404);
    let letters: Vec<String> = sandbox.mails().iter().map(|mail| format!("{:?} to {:?}", mail.letter, mail.to)).collect();
    assert_eq!(letters, ["Invitation to Patient", "Confirmation to Practice", "Cancellation to Patient", "Cancellation to Practice"]);
}

#[test]
fn a_seed_that_is_set_twice_draws_other_ids_the_second_time() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let practice = PracticeProgram::of(&sandbox);
    let mut made = Vec::new();
    for start in ["23.11.2030.10.00", "23.11.2030.11.00"] {
        assert_eq!(control.ask("PUT", "/seed", Some(json!({ "seed": 5 }))).1["seed"], 5);
        made.push(practice.add(&jana(start)).meet_id());
    }
    assert_ne!(made[0], made[1]);
    let other = Sandbox::start();
    Control::of(&other).ask("PUT", "/seed", Some(json!({ "seed": 5 })));
    assert_eq!(PracticeProgram::of(&other).add(&jana(START)).meet_id(), made[0]);
}
