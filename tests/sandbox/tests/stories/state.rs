//! The state file: what was answered is still there after a restart, however the sandbox ended.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use videodoktor_sandbox::Sandbox;

use crate::command_line::{Running, refused};
use crate::control::Control;
use crate::practice::{PracticeProgram, START, but, jana};

fn on(state: &Path) -> Running {
    Running::start(&["--no-https", "--state", state.to_str().expect("Unicode")])
}

fn practice_of(running: &Running) -> PracticeProgram {
    PracticeProgram::at(&running.addresses[0], running.value("api_app_key"), running.value("api_key"))
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|meeting| meeting["meet_id"].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_killed_sandbox_loses_nothing_that_was_answered() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let mut answered: Vec<String> = Vec::new();
    for run in 0..4 {
        let mut running = on(&state);
        let practice = practice_of(&running);
        let known = ids(&practice.list());
        assert!(answered.iter().all(|meet_id| known.contains(meet_id)), "run {run}: {answered:?} but {known:?}");
        let (tell, told) = std::sync::mpsc::channel();
        let inviting = std::thread::spawn(move || {
            for minute in 0..60 {
                let start = format!("{}.11.2030.1{run}.{minute:02}", 20 + run);
                let Ok(reply) = practice.try_call("/api_meet_add/", &jana(&start)) else { return };
                tell.send(reply.meet_id()).expect("somebody listens");
            }
        });
        let first: Vec<String> = told.iter().take(5).collect();
        running.kill(); // in the midst of its work
        inviting.join().unwrap_or_default(); // its program may have been cut off in a token request
        answered.extend(first.into_iter().chain(told.iter()));
    }
    let running = on(&state);
    let known = ids(&practice_of(&running).list());
    assert!(answered.len() >= 20 && answered.iter().all(|meet_id| known.contains(meet_id)));
    let control = Control::at(&running.addresses[0]);
    let invitations = control.get("/mails").as_array().expect("a list").iter().filter(|mail| mail["letter"] == "invitation").count();
    assert_eq!(invitations, known.len(), "one invitation each");
}

#[test]
fn a_token_clock_settings_and_faults_outlive_a_kill() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let mut running = on(&state);
    let control = Control::at(&running.addresses[0]);
    control.ask("PUT", "/clock", Some(json!({ "set": "2030-11-22 09:15", "frozen": true })));
    control.ask("PATCH", "/settings", Some(json!({ "error_shape": "chyba", "habits": { "bom": true } })));
    control.ask("POST", "/faults", Some(json!({ "path": "/api_time/", "code": "X005", "times": 3 })));
    let (token, spent) = (practice_of(&running).token(), practice_of(&running).token());
    practice_of(&running).post("/api_echo/", &[("token", &spent)]).expect("an answer");
    let before = control.get("/state");
    running.kill();

    let running = on(&state);
    let after = Control::at(&running.addresses[0]).get("/state");
    for part in ["clock", "settings", "faults", "practices", "app_key", "seed", "requests", "meetings", "mails"] {
        assert_eq!(after[part], before[part], "{part}");
    }
    let practice = practice_of(&running);
    assert_eq!(practice.post("/api_meet_list/", &[("token", &token)]).expect("an answer").status, 200);
    let refused = practice.post("/api_meet_list/", &[("token", &spent)]).expect("an answer");
    assert!(refused.text().contains("X003"), "{}", refused.text());
}

/// No file may grow beyond three megabytes, as on a full disk.
#[cfg(unix)]
#[test]
fn what_cannot_be_kept_is_not_answered() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let mut running = Running::begin(&mut full_disk(&state));
    let practice = practice_of(&running);
    let mut answered = Vec::new();
    for minute in 0..600 {
        let start = format!("23.11.2030.{}.{:02}", 10 + minute / 60, minute % 60);
        let Ok(token) =
            practice.post("/api_verify/", &[("api_key", running.value("api_key")), ("api_app_key", running.value("api_app_key"))])
        else {
            break;
        };
        let token = token.json()["token"].as_str().expect("a token").to_owned();
        let fields: Vec<_> = [("token", token.as_str())].into_iter().chain(jana(&start)).collect();
        let Ok(reply) = practice.post("/api_meet_add/", &fields) else { break };
        answered.push(reply.meet_id());
    }
    assert!((20..600).contains(&answered.len()), "{}", answered.len());
    running.kill();
    let known = ids(&practice_of(&on(&state)).list());
    assert!(answered.iter().all(|meet_id| known.contains(meet_id)));
}

#[cfg(unix)]
fn full_disk(state: &Path) -> std::process::Command {
    let plain = crate::command_line::sandbox(&["--no-https", "--state", state.to_str().expect("Unicode")]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 6000; exec \"$@\"", "sh"]).arg(plain.get_program()).args(plain.get_args());
    shell
}

#[test]
fn a_second_sandbox_on_the_same_file_is_refused_and_told_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let mut first = on(&state);
    let words = refused(&["--state", state.to_str().expect("Unicode")]);
    assert!(words.contains("in use by another sandbox") && words.contains("sandbox.db"), "{words}");
    first.kill();
    on(&state);
}

#[test]
fn a_file_that_is_no_state_file_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let refused_for = |name: &str| refused(&["--state", directory.path().join(name).to_str().expect("Unicode")]);
    std::fs::write(directory.path().join("letter.txt"), "Dear practice, ".repeat(300)).expect("writable");
    assert!(refused_for("letter.txt").contains("not a state file"));
    assert!(std::fs::read_to_string(directory.path().join("letter.txt")).expect("readable").starts_with("Dear"));
    let foreign = rusqlite::Connection::open(directory.path().join("foreign.db")).expect("a database");
    foreign.execute_batch("CREATE TABLE patient (name TEXT)").expect("a table");
    drop(foreign);
    assert!(refused_for("foreign.db").contains("not a sandbox's"));
    assert!(refused_for("no/such/folder.db").contains("folder"));

    on(&directory.path().join("newer.db")).kill();
    let newer = rusqlite::Connection::open(directory.path().join("newer.db")).expect("a database");
    newer.pragma_update(None, "user_version", 99).expect("a newer schema");
    drop(newer);
    assert!(refused_for("newer.db").contains("newer sandbox"));
}

#[test]
fn it_begins_anew_when_it_is_told_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let sandbox = Sandbox::builder().state(&state).start();
    PracticeProgram::of(&sandbox).add(&jana(START));
    drop(sandbox);
    assert_eq!(Sandbox::builder().state(&state).start().meetings().len(), 1);
    assert_eq!(Sandbox::builder().state(&state).forget_state().start().meetings().len(), 0);
    let sandbox = Sandbox::builder().state(&state).start();
    PracticeProgram::of(&sandbox).add(&jana(START));
    sandbox.reset();
    drop(sandbox);
    assert_eq!(Sandbox::builder().state(&state).start().invitations().len(), 0);
}

#[test]
fn ids_of_an_earlier_run_do_not_come_up_again_and_its_starts_stay_taken() {
    let directory = tempfile::tempdir().expect("a directory");
    let begin = || Sandbox::builder().state(directory.path().join("sandbox.db")).start();
    let sandbox = begin();
    let practice = PracticeProgram::of(&sandbox);
    let (kept, removed) = (practice.add(&jana(START)).meet_id(), practice.add(&jana("24.11.2030.10.00")).meet_id());
    practice.remove(&removed);
    drop(sandbox);

    let sandbox = begin();
    let practice = PracticeProgram::of(&sandbox);
    assert_eq!(practice.add(&jana(START)).code(), "X024");
    assert_eq!(practice.remove(&removed).code(), "X004");
    let again = practice.add(&jana("24.11.2030.10.00")).meet_id();
    assert!(again != kept && again != removed);
    assert_eq!(sandbox.invitations(), [kept, removed, again]);
}

#[test]
fn options_that_are_given_count_over_what_the_file_holds() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("sandbox.db");
    let path = state.to_str().expect("Unicode");
    Running::start(&["--state", path, "--meetings", "3", "--rate-limit", "100"]).kill();
    let running = Running::start(&[
        "--no-https",
        "--state",
        path,
        "--meetings",
        "3",
        "--api-key",
        "sandbox-third",
        "--clock",
        "2031-01-02 03:04",
        "--frozen",
    ]);
    let state = Control::at(&running.addresses[0]).get("/state");
    assert_eq!(running.values["api_key"], ["sandbox-practice-1", "sandbox-practice-2", "sandbox-third"]);
    assert_eq!(state["meetings"].as_array().expect("a list").len(), 3);
    assert!(state["clock"]["now"].as_str().expect("text").starts_with("2031-01-02T03:04"));
    assert_eq!(state["settings"]["rate_limit"], 100);
}

#[test]
fn the_journal_in_the_file_stays_as_short_as_the_one_in_memory() {
    let directory = tempfile::tempdir().expect("a directory");
    let begin = || Sandbox::builder().http_only().clock("2030-11-23 10:00").state(directory.path().join("sandbox.db")).start();
    let sandbox = begin();
    let mut stream = TcpStream::connect(sandbox.http_address()).expect("a connection");
    let mut writer = stream.try_clone().expect("a second handle");
    // All in one go: a request and an answer at a time would take ten times as long.
    let asking = std::thread::spawn(move || {
        let ask = |more: &str| format!("POST /api_time/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n{more}\r\n");
        writer.write_all(ask("").repeat(10_002).as_bytes())?;
        writer.write_all(ask("Connection: close\r\n").as_bytes())
    });
    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("answers");
    asking.join().expect("a thread").expect("all sent");
    assert_eq!(answers.matches("{\"time\":").count(), 10_003);
    drop(sandbox);
    let requests = begin().requests();
    assert_eq!((requests.len(), requests[0].number), (10_000, 4));
}

#[test]
fn a_long_name_in_every_script_comes_back_as_it_was() {
    let directory = tempfile::tempdir().expect("a directory");
    let begin = || Sandbox::builder().state(directory.path().join("sandbox.db")).start();
    let name = "Žofie '); DROP TABLE meeting;-- \" 患者 🙂";
    let sandbox = begin();
    PracticeProgram::of(&sandbox).add(&but(jana(START), "pacient_jmeno", name));
    drop(sandbox);
    assert_eq!(begin().meetings()[0].pacient_jmeno, name);
}
