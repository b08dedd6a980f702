//! A change is sent once: slow services, gateways that give up, answers that say nothing, second clicks. The sandbox's mails are the judge.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_abi_client::host::{wait_for, within};
use videodoktor_abi_client::*;
use videodoktor_sandbox::{GatewayAnswer, Next, Sandbox, Shown, ShownYears, WorkEnd, WorksOn};

const START: &str = "23.11.2030 10:00";
const ADD: &str = "/api_meet_add/";
const LIST: &str = "/api_meet_list/";
const REMOVE: &str = "/api_meet_remove/";
const ECHO: &str = "/api_echo/";

fn jana() -> Invitation {
    Invitation::jana(START)
}

fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests_to(path).len()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Mails after one second, shows its row after one more.
fn slowly() -> WorksOn {
    WorksOn::mail_first(millis(1_000), millis(1_000))
}

/// What stands between the host and a service that works on.
type Way = (&'static str, fn(Next<'_>));

const GATEWAYS: [Way; 5] = [
    ("a gateway's 502", |next| drop(next.works_on(slowly()).gateway(millis(300), GatewayAnswer::Page(502)))),
    ("a gateway's 504", |next| drop(next.works_on(slowly()).gateway(millis(300), GatewayAnswer::Page(504)))),
    ("Cloudflare's 524", |next| drop(next.works_on(slowly()).gateway(millis(300), GatewayAnswer::Page(524)))),
    ("a gateway that resets", |next| drop(next.works_on(slowly()).gateway(millis(300), GatewayAnswer::Reset))),
    ("the row first", |next| {
        drop(next.works_on(WorksOn::row_first(millis(1_000), millis(1_000))).gateway(millis(300), GatewayAnswer::Page(503)));
    }),
];

#[test]
fn a_service_that_works_on_behind_a_gateway_mails_once_and_the_invitation_is_found() {
    for (why, fault) in GATEWAYS {
        let sandbox = Sandbox::start();
        sandbox.change(|settings| settings.exclusive_starts = false);
        fault(sandbox.next(ADD));
        let made = Client::of(&sandbox).meet_add(&jana()).ok();
        sandbox.wait_until_idle();
        assert_eq!((sandbox.invitations(), count(&sandbox, ADD)), (vec![made["meet_id"].as_str().unwrap().to_owned()], 1), "{why}");
        assert_eq!(made["reconciled"], true, "{why}");
    }
}

#[test]
fn a_removal_behind_a_gateway_tells_the_patient_once() {
    for (why, fault) in GATEWAYS {
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        let meet_id = client.meet_add(&jana()).text("meet_id");
        fault(sandbox.next(REMOVE));
        let removed = client.meet_remove(&meet_id).ok();
        sandbox.wait_until_idle();
        assert_eq!((sandbox.cancellations(), count(&sandbox, REMOVE)), (vec![meet_id.clone()], 1), "{why}");
        assert_eq!(removed, json!({"meet_id": meet_id, "reconciled": true}), "{why}");
    }
}

#[test]
fn a_slow_answer_is_awaited_beside_the_looks_for_the_whole_of_the_time() {
    for work in [WorksOn::mail_first(millis(1_500), millis(1_000)), WorksOn::row_first(millis(1_500), millis(1_000))] {
        let sandbox = Sandbox::start();
        sandbox.next(ADD).works_on(work);
        let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
        let made = within(millis(3_000), || client.meet_add(&jana())).ok();
        sandbox.wait_until_idle();
        assert_eq!((sandbox.invitations(), count(&sandbox, ADD)), (vec![made["meet_id"].as_str().unwrap().to_owned()], 1));
    }
}

#[test]
fn a_slow_answer_counts_although_no_look_succeeds() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(1_500), millis(1_000)));
    sandbox.next(LIST).status(500).times(99);
    let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
    let made = client.meet_add(&jana()).ok();
    assert_eq!((made.get("reconciled"), sandbox.invitations().len()), (None, 1));
}

#[test]
fn a_slow_refusal_is_told_as_it_is() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).code("X010").delay(millis(2_500));
    let client = Client::with(&sandbox, json!({"timeout_ms": 3_000}));
    client.meet_add(&jana()).error(VD_X010_NAME);
    assert_eq!((sandbox.invitations().len(), count(&sandbox, ADD)), (0, 1));
}

#[test]
fn work_that_outlasts_the_time_out_ends_in_unknown_and_is_not_sent_again() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(1_500), millis(1_500)));
    let client = Client::with(&sandbox, json!({"timeout_ms": 2_000}));
    let error = within(millis(2_000), || client.meet_add(&jana())).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!(error["retryable"], false);
    sandbox.wait_until_idle();
    assert_eq!((sandbox.invitations().len(), count(&sandbox, ADD)), (1, 1));
    // The doctor clicks again: it is looked for, from any client of the practice, and not sent.
    let made = Client::of(&sandbox).meet_add(&jana()).ok();
    assert_eq!((&made["reconciled"], sandbox.invitations().len(), count(&sandbox, ADD)), (&json!(true), 1, 1));
}

#[test]
fn within_two_minutes_the_same_change_is_not_sent_again_though_it_is_not_found() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).cut_before_acting();
    let options = json!({"timeout_ms": 1_500});
    Client::with(&sandbox, options.clone()).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    let looks = count(&sandbox, LIST);
    let error = Client::with(&sandbox, options.clone()).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert!(error["detail"].as_str().unwrap().contains("is not sent again"), "{error}");
    assert!(count(&sandbox, ADD) == 1 && count(&sandbox, LIST) > looks);
    // Another patient and another start are other changes.
    Client::with(&sandbox, options.clone()).meet_add(&jana().named("Eva Nováková")).ok();
    Client::with(&sandbox, options).meet_add(&Invitation::jana("23.11.2030 10:15")).ok();
    assert_eq!(count(&sandbox, ADD), 3);
}

#[test]
fn a_call_that_cannot_even_look_does_not_say_that_nothing_was_done() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(100), millis(900)));
    let options = json!({"timeout_ms": 600});
    Client::with(&sandbox, options.clone()).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    sandbox.next("/api_verify/").delay(Duration::from_secs(60)).times(9);
    Client::with(&sandbox, options).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!(sandbox.invitations().len(), 1);
}

#[test]
fn a_double_click_invites_once_and_both_get_the_answer() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(500), millis(500)));
    let made = thread::scope(|threads| {
        let first = threads.spawn(|| Client::of(&sandbox).meet_add(&jana()));
        wait_for("the first click", || count(&sandbox, ADD) == 1);
        let second = threads.spawn(|| Client::of(&sandbox).meet_add(&jana()));
        [first, second].map(|click| click.join().unwrap().text("meet_id"))
    });
    sandbox.wait_until_idle();
    assert_eq!((sandbox.invitations(), count(&sandbox, ADD)), (vec![made[0].clone()], 1));
    assert_eq!(made[0], made[1]);
}

#[test]
fn a_second_click_that_waits_for_its_token_longer_than_the_first_lasts_invites_nobody_again() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.exclusive_starts = false);
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(200), millis(200)));
    let made = thread::scope(|threads| {
        let first = threads.spawn(|| Client::of(&sandbox).meet_add(&jana()));
        wait_for("the first click", || count(&sandbox, ADD) == 1);
        sandbox.next("/api_verify/").delay(millis(1_500)).times(2);
        let second = threads.spawn(|| Client::of(&sandbox).meet_add(&jana()));
        [first, second].map(|click| click.join().unwrap().text("meet_id"))
    });
    assert_eq!((sandbox.invitations(), count(&sandbox, ADD)), (vec![made[0].clone()], 1));
    assert_eq!(made[0], made[1]);
}

#[test]
fn who_interrupts_and_clicks_again_invites_once() {
    for end in [Client::interrupt, Client::free] {
        let sandbox = Sandbox::start();
        sandbox.next(ADD).works_on(slowly());
        let client = Client::of(&sandbox);
        let error = thread::scope(|threads| {
            let call = threads.spawn(|| client.meet_add(&jana()));
            wait_for("the invitation on its way", || count(&sandbox, ADD) == 1);
            end(&client);
            call.join().unwrap().error(VD_ERR_CANCELLED)
        });
        assert_eq!(error["may_have_acted"], true, "{error}");
        let made = Client::of(&sandbox).meet_add(&jana()).ok();
        sandbox.wait_until_idle();
        assert_eq!((sandbox.invitations(), count(&sandbox, ADD)), (vec![made["meet_id"].as_str().unwrap().to_owned()], 1));
    }
}

#[test]
fn a_change_that_never_left_says_so_and_is_free_to_be_made_again() {
    let sandbox = Sandbox::start();
    sandbox.next("/api_verify/").delay(Duration::from_secs(60)).times(9);
    let client = Client::with(&sandbox, json!({"timeout_ms": 600}));
    let error = client.meet_add(&jana()).error(VD_ERR_TIMEOUT);
    assert_eq!(error["may_have_acted"], false, "{error}");
    let error = client.meet_remove("a").error(VD_ERR_TIMEOUT);
    assert_eq!(error["may_have_acted"], false, "{error}");
    let error = client.call("api_echo", &json!({})).error(VD_ERR_TIMEOUT);
    assert_eq!(error["may_have_acted"], false, "{error}");
    let error = client.meet_list().error(VD_ERR_TIMEOUT);
    assert_eq!(error.get("may_have_acted"), None, "{error}");
    sandbox.clear_faults();
    Client::of(&sandbox).meet_add(&jana()).ok();
    assert_eq!(sandbox.invitations().len(), 1);
}

#[test]
fn x005_after_the_mail_is_looked_for_and_the_next_call_looks_before_it_sends() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(50), millis(50)).ends_with(WorkEnd::X005));
    let client = Client::of(&sandbox);
    let error = client.meet_add(&jana()).error(VD_X005_SYSTEM);
    assert_eq!((&error["retryable"], &error["code"], count(&sandbox, ADD)), (&json!(true), &json!("X005"), 1));
    assert!(count(&sandbox, LIST) > 0, "it was looked for");
    let looks = count(&sandbox, LIST);
    client.meet_add(&jana()).ok();
    assert_eq!((count(&sandbox, ADD), count(&sandbox, LIST)), (2, looks + 1));
    // Where the row is there, X005 was a success.
    let start = "24.11.2030 10:00";
    sandbox.next(ADD).works_on(WorksOn::row_first(millis(50), millis(50)).ends_with(WorkEnd::X005));
    assert_eq!(client.meet_add(&Invitation::jana(start)).ok()["reconciled"], true);
}

#[test]
fn an_error_page_after_the_mail_is_an_unknown_outcome() {
    let sandbox = Sandbox::start();
    sandbox.next(ADD).works_on(WorksOn::mail_first(millis(50), millis(50)).ends_with(WorkEnd::Http500));
    let error = Client::with(&sandbox, json!({"timeout_ms": 2_000})).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((&error["http_status"], count(&sandbox, ADD), sandbox.invitations().len()), (&json!(500), 1, 1));
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.contains("HTTP 500") && !detail.contains("the connection broke"), "{detail}");
}

#[test]
fn a_service_that_keeps_the_detail_of_what_was_removed_is_understood() {
    let sandbox = Sandbox::start();
    let client = Client::of(&sandbox);
    let meet_id = client.meet_add(&jana()).text("meet_id");
    sandbox.next(REMOVE).works_on(WorksOn::mail_first(millis(50), millis(50)).keeps_detail()).gateway(millis(10), GatewayAnswer::Reset);
    assert_eq!(client.meet_remove(&meet_id).ok()["reconciled"], true);
    assert_eq!((sandbox.cancellations().len(), count(&sandbox, REMOVE)), (1, 1));
}

#[test]
fn a_code_or_a_refusal_by_http_ends_it_at_once() {
    for (status, fault) in [
        (VD_X000_RATE_LIMIT, (|next| drop(next.code("X000"))) as fn(Next<'_>)),
        (VD_X023_START_OVERLOADED, |next| drop(next.code("X023"))),
        (VD_X010_NAME, |next| drop(next.code("X010"))),
        (VD_X010_NAME, |next| drop(next.redirect("https://elsewhere.example/").body("{\"error\":\"X010\"}"))),
        (1042, |next| drop(next.code("X042"))),
        (VD_ERR_HTTP, |next| drop(next.status(403))),
        (VD_ERR_HTTP, |next| drop(next.status(404))),
        (VD_ERR_HTTP, |next| drop(next.status(429))),
    ] {
        let sandbox = Sandbox::start();
        let client = Client::of(&sandbox);
        fault(sandbox.next(ADD));
        client.meet_add(&jana()).error(status);
        fault(sandbox.next(REMOVE));
        client.meet_remove("a").error(status);
        fault(sandbox.next(ECHO));
        client.call("api_echo", &Value::Null).error(status);
        let looks = count(&sandbox, LIST) + count(&sandbox, "/api_meet_detail/");
        assert_eq!((looks, count(&sandbox, ADD), count(&sandbox, REMOVE), count(&sandbox, ECHO)), (0, 1, 1, 1), "{status}");
    }
}

#[test]
fn a_vendors_call_whose_answer_says_nothing_is_unknown_and_not_to_be_repeated() {
    let answers: [Way; 10] = [
        ("502", |next| drop(next.status(502).carried_out())),
        ("503", |next| drop(next.status(503).carried_out())),
        ("504", |next| drop(next.status(504).carried_out())),
        ("524", |next| drop(next.status(524).carried_out())),
        ("408", |next| drop(next.status(408).carried_out())),
        ("an empty 200", |next| drop(next.empty_body())),
        ("half an object", |next| drop(next.body("{\"ok\":").carried_out())),
        ("a page", |next| drop(next.status(200).carried_out())),
        ("a redirect", |next| drop(next.redirect("https://elsewhere.example/").carried_out())),
        ("no answer", |next| drop(next.cut_reply_after(0))),
    ];
    for (why, fault) in answers {
        let sandbox = Sandbox::start();
        fault(sandbox.next(ECHO));
        let error = Client::of(&sandbox).call("api_echo", &json!({"a": 1})).error(VD_ERR_OUTCOME_UNKNOWN);
        assert_eq!((&error["retryable"], count(&sandbox, ECHO)), (&json!(false), 1), "{why}");
    }
}

#[test]
fn a_redirect_that_acted_before_it_sent_us_on_is_looked_for() {
    for status in [301, 302, 303, 307, 308] {
        let sandbox = Sandbox::start();
        sandbox.next(ADD).status(status).redirect("/api_meet_add").carried_out();
        sandbox.next("/api_meet_add").status(200).body("{\"error\":\"X003\"}").times(9);
        let made = Client::of(&sandbox).meet_add(&jana()).ok();
        assert_eq!((&made["reconciled"], sandbox.invitations().len(), count(&sandbox, ADD)), (&json!(true), 1, 1), "{status}");
        assert!(count(&sandbox, "/api_meet_add") <= 1, "{status}");
    }
}

/// What the service does to what its list shows.
type Spoilt = (&'static str, fn(&mut Shown));

#[test]
fn an_invitation_is_recognised_however_the_list_shows_it() {
    let spoilt: [Spoilt; 16] = [
        ("plain", |_| {}),
        ("years 0000", |shown| shown.years = ShownYears::Zeros),
        ("years 0", |shown| shown.years = ShownYears::Zero),
        ("years null", |shown| shown.years = ShownYears::Null),
        ("no years", |shown| shown.years = ShownYears::Empty),
        ("masked e-mails", |shown| shown.masked_emails = true),
        ("masked phones", |shown| shown.masked_phones = true),
        ("phones as floats", |shown| shown.float_phones = true),
        ("escaped", |shown| shown.html_escaped = true),
        ("cut at an emoji", |shown| shown.cut_at_emoji = true),
        ("cut after 9", |shown| shown.cut_after = Some(9)),
        ("latin 1", |shown| shown.latin1 = true),
        ("capitals", |shown| shown.upper_case = true),
        ("surname first", |shown| shown.surname_first = true),
        ("titles", |shown| shown.titles = true),
        ("an odd row beside it", |shown| shown.odd_row = Some(0)),
    ];
    for name in ["Jana Nováková", "Sinéad O'Brien", "Jana 😀 Nováková"] {
        for (why, spoil) in spoilt {
            let sandbox = Sandbox::start();
            let client = Client::at(&sandbox.http_url(), &sandbox, json!({"timeout_ms": 5_000}));
            client.meet_add(&Invitation::jana("1.11.2030 10:00").named("Petr Svoboda")).ok();
            let mut shown = Shown::default();
            spoil(&mut shown);
            sandbox.shown(shown);
            sandbox.next(ADD).cut_reply_after(0);
            let made = client.meet_add(&jana().named(name)).ok();
            assert_eq!((&made["reconciled"], count(&sandbox, ADD)), (&json!(true), 2), "{name}: {why}");
            assert_eq!(sandbox.invitations().last().unwrap(), made["meet_id"].as_str().unwrap(), "{name}: {why}");
        }
    }
}

#[test]
fn where_everything_is_masked_nobody_knows() {
    let sandbox = Sandbox::start();
    sandbox.shown(Shown { years: ShownYears::Zeros, masked_emails: true, masked_phones: true, cut_after: Some(0), ..Shown::default() });
    sandbox.next(ADD).cut_reply_after(0);
    let error = Client::with(&sandbox, json!({"timeout_ms": 1_500})).meet_add(&jana()).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((error.get("existing"), sandbox.invitations().len()), (None, 1));
}

#[test]
fn siblings_under_one_address_are_two_patients() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.exclusive_starts = false);
    let client = Client::with(&sandbox, json!({"timeout_ms": 1_500}));
    let of_the_mother = |name: &str| jana().named(name).with_email("matka@example.cz");
    client.meet_add(&of_the_mother("Adam Novák")).ok();
    sandbox.next(ADD).cut_before_acting();
    let error = client.meet_add(&of_the_mother("Eva Nováková")).error(VD_ERR_OUTCOME_UNKNOWN);
    assert_eq!((&error["existing"]["same_patient"], sandbox.invitations().len()), (&json!(false), 1));
}

#[test]
fn an_invitation_that_the_list_shows_twice_is_told_with_its_duplicates() {
    let sandbox = Sandbox::start();
    sandbox.change(|settings| settings.exclusive_starts = false);
    let first = Client::of(&sandbox).meet_add(&jana()).text("meet_id");
    sandbox.next(ADD).cut_reply_after(0);
    let made = Client::of(&sandbox).meet_add(&jana()).ok();
    assert_eq!((&made["meet_id"], made["duplicates"].as_array().map(Vec::len)), (&Value::from(first), Some(1)));
}
