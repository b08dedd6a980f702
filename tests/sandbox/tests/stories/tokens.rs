//! One token, one call, ten to fifteen minutes.

use std::time::Duration;

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, START, jana};

fn list_with(practice: &PracticeProgram, token: &str) -> String {
    practice.post("/api_meet_list/", &[("token", token)]).unwrap().text()
}

const REFUSED: &str = r#"{"error":"X003"}"#;

#[test]
fn a_token_is_good_for_one_call() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let token = practice.token();
    assert_eq!(list_with(&practice, &token), "[]");
    assert_eq!(list_with(&practice, &token), REFUSED);
    assert_eq!(list_with(&practice, "made-up"), REFUSED);
    assert_eq!(list_with(&practice, ""), REFUSED);
    let reasons: Vec<String> = sandbox.requests_to("/api_meet_list/").into_iter().filter_map(|request| request.reason).collect();
    assert_eq!(reasons, ["this token has been used already", "this token was never given out, or before a restart", "token was not sent"]);
}

#[test]
fn a_refused_call_uses_its_token_up_too() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let token = practice.token();
    assert_eq!(practice.post("/api_meet_detail/", &[("token", &token), ("meet_id", "none")]).unwrap().code(), "X004");
    assert_eq!(list_with(&practice, &token), REFUSED);
}

#[test]
fn a_token_lives_between_ten_and_fifteen_minutes_each_its_own_time() {
    let sandbox = Sandbox::builder().frozen().start();
    let practice = PracticeProgram::of(&sandbox);
    let tokens: Vec<String> = (0..40).map(|_| practice.token()).collect();
    sandbox.advance(Duration::from_secs(10 * 60 - 1));
    assert_eq!(list_with(&practice, &tokens[0]), "[]");
    sandbox.advance(Duration::from_secs(150));
    let alive = tokens[1..].iter().filter(|token| list_with(&practice, token) == "[]").count();
    assert!((5..35).contains(&alive), "{alive} of 39 tokens live at twelve and a half minutes");
    let late = practice.token();
    sandbox.advance(Duration::from_secs(15 * 60));
    assert_eq!(list_with(&practice, &late), REFUSED);
}

#[test]
fn the_same_seed_gives_the_same_tokens_and_ids() {
    let run = |seed| {
        let sandbox = Sandbox::builder().seed(seed).start();
        let practice = PracticeProgram::of(&sandbox);
        (practice.token(), practice.add(&jana(START)).meet_id())
    };
    assert_eq!(run(11), run(11));
    assert_ne!(run(11), run(12));
}

#[test]
fn a_share_of_valid_tokens_can_be_refused() {
    let sandbox = Sandbox::start();
    sandbox.refuse_tokens(0.5);
    let practice = PracticeProgram::of(&sandbox);
    let refused = (0..200).filter(|_| list_with(&practice, &practice.token()) == REFUSED).count();
    assert!((70..130).contains(&refused), "{refused} of 200 were refused");
}

#[test]
fn a_service_that_keeps_only_the_newest_token_refuses_the_older_one() {
    let sandbox = Sandbox::start();
    sandbox.newest_token_only(true);
    let practice = PracticeProgram::of(&sandbox);
    let (older, newer) = (practice.token(), practice.token());
    let other_practice = PracticeProgram::two(&sandbox).token();
    assert_eq!(list_with(&practice, &older), REFUSED);
    assert_eq!(list_with(&practice, &newer), "[]");
    assert_eq!(list_with(&practice, &other_practice), "[]");
}

#[test]
fn a_restart_forgets_tokens_and_keeps_meetings_and_ports() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&jana(START));
    let token = practice.token();
    sandbox.restart();
    let reconnected = PracticeProgram::of(&sandbox);
    assert_eq!(list_with(&reconnected, &token), REFUSED);
    assert_eq!(reconnected.list().as_array().unwrap().len(), 1);
}
