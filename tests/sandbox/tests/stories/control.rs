//! The control API: what a web page or a test in another language can see and do.

use serde_json::{Value, json};
use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, START, jana, plain_agent};

pub struct Control {
    agent: ureq::Agent,
    origin: String,
}

impl Control {
    pub fn of(sandbox: &Sandbox) -> Control {
        Control::at(&sandbox.http_url())
    }

    pub fn at(origin: &str) -> Control {
        Control { agent: plain_agent(), origin: origin.to_owned() }
    }

    pub fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}/_control{path}", self.origin));
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut response = self.agent.run(request.header("content-type", "application/json").body(body).unwrap()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None).1
    }
}

#[test]
fn every_request_is_in_the_journal_with_its_reason_and_without_its_token() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&jana(START));
    practice.add(&jana(START));
    let journal = Control::of(&sandbox).get("/requests");
    let refused = &journal[3];
    assert_eq!(refused["path"], "/api_meet_add/");
    assert_eq!(refused["code"], "X024");
    assert_eq!(refused["reason"], "this practice has a call at this start");
    assert_eq!(refused["practice"], 0);
    assert_eq!((refused["number"].as_u64(), refused["connection"].as_u64(), refused["status"].as_u64()), (Some(4), Some(1), Some(200)));
    assert_eq!(refused["carried_out"], false);
    let fields = refused["fields"].as_array().unwrap();
    let token = fields[0][1].as_str().unwrap();
    assert!(token.chars().count() == 5 && token.ends_with('…'), "{token}");
    assert_eq!(fields[1], json!(["pacient_jmeno", "Jana Nováková"]));
}

#[test]
fn state_holds_everything_that_the_single_addresses_show() {
    let sandbox = Sandbox::builder().frozen().start();
    PracticeProgram::of(&sandbox).add(&jana(START));
    sandbox.next("/api_time/").code("X005");
    let control = Control::of(&sandbox);
    let state = control.get("/state");
    for part in ["meetings", "mails", "requests", "clock", "settings", "faults"] {
        assert_eq!(state[part], control.get(&format!("/{part}")), "{part}");
    }
    assert_eq!(state["app_key"], sandbox.app_key());
    assert_eq!(state["counters"]["requests"]["/api_meet_add/"], 1);
    assert_eq!(state["practices"][1]["api_key"], sandbox.practice_two().api_key);
}

#[test]
fn the_clock_is_set_frozen_moved_and_let_go() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let (_, clock) = control.ask("PUT", "/clock", Some(json!({ "set": "2030-11-23 10:00", "frozen": true })));
    assert_eq!(clock["frozen"], true);
    assert!(clock["now"].as_str().unwrap().starts_with("2030-11-23T10:00:00"), "{clock}");
    let (_, clock) = control.ask("PUT", "/clock", Some(json!({ "advance_s": 86_400 })));
    assert!(clock["now"].as_str().unwrap().starts_with("2030-11-24T10:00:0"), "{clock}");
    let (_, clock) = control.ask("PUT", "/clock", Some(json!({ "real": true })));
    assert_eq!(clock["frozen"], false);
    assert_eq!(control.ask("PUT", "/clock", Some(json!({ "set": "31.3.2030" }))).0, 400);
}

#[test]
fn settings_change_one_by_one_and_wrong_ones_are_refused_with_a_word_about_why() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let (status, settings) = control.ask(
        "PATCH",
        "/settings",
        Some(json!({ "error_shape": "chyba", "habits": { "bom": true }, "overloaded": ["2030-11-23T10:00:00"] })),
    );
    assert_eq!(status, 200, "{settings}");
    assert_eq!(settings["habits"]["bom"], true);
    assert_eq!(settings["habits"]["nulls"], false);
    assert_eq!(PracticeProgram::of(&sandbox).add(&jana(START)).text(), "\u{feff}{\"chyba\":\"X023\"}");
    for (wrong, named) in [
        (json!({ "refuse_tokens": 2 }), "refuse_tokens"),
        (json!({ "rate_limt": 2 }), "rate_limt"),
        (json!({ "error_shape": "none" }), "none"),
        (json!({ "meet_start_format": "%!" }), "meet_start_format"),
    ] {
        let (status, answer) = control.ask("PATCH", "/settings", Some(wrong));
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().contains(named), "{answer}");
    }
}

#[test]
fn a_fault_is_set_and_taken_back() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let practice = PracticeProgram::of(&sandbox);
    let fault = json!({ "path": "/api_time/", "status": 503, "body": { "text": "pauza" }, "headers": [["Retry-After", "1"]], "times": 2 });
    assert_eq!(control.ask("POST", "/faults", Some(fault)).0, 201);
    let reply = practice.post("/api_time/", &[]).unwrap();
    assert_eq!((reply.status, reply.text().as_str(), reply.header("retry-after")), (503, "pauza", "1"));
    assert_eq!(control.get("/faults")[0]["times"], 1);
    assert_eq!(control.ask("DELETE", "/faults", None).0, 204);
    assert_eq!(practice.post("/api_time/", &[]).unwrap().status, 200);
    for wrong in
        [json!({ "path": "api_time" }), json!({ "path": "*", "status": 99 }), json!({ "path": "*", "code": "X5" }), json!({ "pfad": "*" })]
    {
        assert_eq!(control.ask("POST", "/faults", Some(wrong.clone())).0, 400, "{wrong}");
    }
}

#[test]
fn meetings_are_made_up_and_a_reset_clears_everything() {
    let sandbox = Sandbox::builder().clock("2030-11-23 10:00").frozen().start();
    let control = Control::of(&sandbox);
    assert_eq!(control.ask("POST", "/meetings", Some(json!({ "count": 5 }))).1["meetings"], 5);
    control.ask("PATCH", "/settings", Some(json!({ "error_status": 500 })));
    control.ask("PUT", "/clock", Some(json!({ "advance_s": 60 })));
    assert_eq!(control.ask("POST", "/reset", None).0, 204);
    let state = control.get("/state");
    assert_eq!(state["meetings"], json!([]));
    assert_eq!(state["settings"]["error_status"], 200);
    assert!(state["clock"]["now"].as_str().unwrap().starts_with("2030-11-23T10:00"));
    assert_eq!(state["counters"]["requests"], json!({}));
}

#[test]
fn a_restart_forgets_tokens() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let token = practice.token();
    assert_eq!(Control::of(&sandbox).ask("POST", "/restart", None).0, 204);
    assert_eq!(practice.post("/api_meet_list/", &[("token", &token)]).unwrap().code(), "X003");
}

#[test]
fn the_index_names_every_address() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let made = PracticeProgram::of(&sandbox).add(&jana(START)).meet_id();
    let addresses = control.get("/")["addresses"].clone();
    assert!(addresses.as_object().unwrap().len() > 20, "{addresses}");
    for address in addresses.as_object().unwrap().keys().filter(|address| !address.ends_with("/reset")) {
        let (method, path) = address.split_once(' ').unwrap();
        let path = path.trim_start_matches("/_control").replace("{meet_id}", &made).replace("{number}", "1");
        let status = control.ask(method, &path, Some(json!({}))).0;
        assert!(![404, 405].contains(&status), "{address}: {status}");
    }
}

#[test]
fn its_description_leaves_no_reference_open_and_names_what_the_index_names() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    let description = control.get("/openapi.json");
    assert!(description["openapi"].as_str().unwrap().starts_with("3."), "{}", description["openapi"]);
    let text = description.to_string();
    let references: Vec<&str> = text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(references.len() > 30);
    for reference in references {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
    let operations = description["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum::<usize>();
    assert_eq!(operations + 1, control.get("/")["addresses"].as_object().unwrap().len(), "and itself");
}

#[test]
fn whole_numbers_may_be_written_with_a_point_and_arrays_are_no_orders() {
    let sandbox = Sandbox::start();
    let control = Control::of(&sandbox);
    assert_eq!(control.ask("PATCH", "/settings", Some(json!({ "rate_limit": 60.0, "refuse_tokens": 1.0 }))).0, 200);
    assert_eq!(sandbox.settings().rate_limit, Some(60));
    for (path, wrong) in [
        ("/meetings", json!([3])),
        ("/seed", json!([3])),
        ("/faults", json!({ "path": "*", "slow": [1, 2] })),
        ("/faults", json!({ "path": "*", "delay_ms": 9_007_199_254_740_992_u64 })),
        ("/invitations", json!(null)),
    ] {
        let method = if path == "/seed" { "PUT" } else { "POST" };
        assert_eq!(control.ask(method, path, Some(wrong.clone())).0, 400, "{wrong}");
    }
}
