//! The program: what it prints, what it takes, how it stops.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use crate::practice::{PracticeProgram, trusting_agent};

pub fn sandbox(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_videodoktor-sandbox"));
    if !arguments.iter().any(|argument| ["--http", "--no-http", "tour"].contains(argument)) {
        // The usual port is one for the whole machine.
        command.args(["--http", "127.0.0.1:0"]);
    }
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running program and what it said before `ready`.
pub struct Running {
    child: Child,
    pub addresses: Vec<String>,
    pub values: HashMap<String, Vec<String>>,
}

impl Running {
    pub fn start(arguments: &[&str]) -> Running {
        Running::begin(&mut sandbox(arguments))
    }

    pub fn begin(command: &mut Command) -> Running {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.as_mut().expect("a pipe")).lines();
        let said: Vec<String> = lines.map(|line| line.expect("text")).take_while(|line| line != "ready").collect();
        if said.is_empty() {
            panic!("it did not start: {:?}", child.wait_with_output());
        }
        let (values, addresses): (Vec<String>, Vec<String>) = said.into_iter().partition(|line| line.contains('='));
        let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
        for line in values {
            let (name, value) = line.split_once('=').expect("name=value");
            by_name.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        Running { child, addresses, values: by_name }
    }

    /// Gone at once, without a word: SIGKILL, or what Windows has for it.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub fn value(&self, name: &str) -> &str {
        &self.values[name][0]
    }

    fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("a pipe")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = sandbox(arguments).output().expect("the program starts");
    assert!(!status.success());
    String::from_utf8(stderr).expect("text")
}

#[test]
fn it_prints_addresses_keys_and_the_ca_file_that_a_program_needs() {
    let running = Running::start(&["--seed", "5"]);
    let [http, https] = &running.addresses[..] else { panic!("{:?}", running.addresses) };
    assert!(http.starts_with("http://127.0.0.1:") && https.starts_with("https://localhost:"));
    assert_eq!(running.value("seed"), "5");
    assert_eq!(running.values["api_key"], ["sandbox-practice-1", "sandbox-practice-2"]);
    let pem = std::fs::read_to_string(running.value("ca_file")).expect("the CA file");
    let practice = PracticeProgram::with_agent(trusting_agent(&pem), https, running.value("api_app_key"), running.value("api_key"));
    assert_eq!(practice.verify().status, 200);
    assert_eq!(practice.get(&format!("{}clock", running.value("control").replacen(http, https, 1))).status, 200);
}

#[test]
fn how_patients_are_shown_is_an_option() {
    let running = Running::start(&["--shown", "years=zeros,masked_emails,cut_after=3", "--meetings", "1", "--no-https"]);
    let practice = PracticeProgram::at(&running.addresses[0], "sandbox-app-key", "sandbox-practice-1");
    let row = practice.list()[0].clone();
    assert_eq!((row["pacient_narozen"].as_str(), row["pacient_email"].as_str()), (Some("0000"), Some("p***@sandbox.example")));
    assert_eq!(row["pacient_jmeno"].as_str().unwrap().chars().count(), 3);
    let refused = sandbox(&["--shown", "years=odd"]).output().unwrap();
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--shown: unknown variant `odd`"));
}

#[test]
fn its_options_reach_the_service() {
    let options =
        ["--clock", "2030-11-23 10:00", "--frozen", "--rate-limit", "2", "--error-shape", "chyba", "--error-status", "429", "--habits"];
    let running =
        Running::start(&[&options[..], &["php,nulls", "--app-key", "sandbox-a", "--api-key", "sandbox-b", "--no-https"]].concat());
    let [http] = &running.addresses[..] else { panic!("{:?}", running.addresses) };
    let practice = PracticeProgram::at(http, "sandbox-a", "sandbox-b");
    let time = || practice.post("/api_time/", &[]).expect("an answer");
    let first = time();
    assert_eq!((first.text().as_str(), first.header("content-type")), (r#"{"time":"23.11.2030.10.00"}"#, "text/html; charset=UTF-8"));
    assert_eq!(practice.verify().status, 200);
    let limited = time();
    assert_eq!((limited.status, limited.text().as_str()), (429, r#"{"chyba":"X000"}"#));
}

#[test]
fn it_stops_when_its_parent_closes_its_standard_input_and_takes_the_ca_file_along() {
    let mut running = Running::start(&["--stop-with-stdin"]);
    let ca_file = running.value("ca_file").to_owned();
    assert!(std::fs::exists(&ca_file).expect("a readable directory"));
    drop(running.stdin());
    assert!(running.child.wait().expect("it ends").success());
    assert!(!std::fs::exists(&ca_file).expect("a readable directory"));
}

#[cfg(unix)]
#[test]
fn it_stops_cleanly_when_it_is_told_to() {
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(&[]);
        let ca_file = running.value("ca_file").to_owned();
        let told = Command::new("kill").args([signal, &running.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        assert!(running.child.wait().expect("it ends").success(), "{signal}");
        assert!(!std::fs::exists(&ca_file).expect("a readable directory"), "{signal}");
    }
}

#[test]
fn a_ca_file_of_the_users_choice_stays() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("ca.pem");
    let mut running = Running::start(&["--stop-with-stdin", "--ca-file", path.to_str().expect("Unicode")]);
    assert_eq!(running.value("ca_file"), path.to_str().expect("Unicode"));
    drop(running.stdin());
    running.child.wait().expect("it ends");
    assert!(path.exists());
}

/// The port is the machine's only one, and another sandbox may have it while this test runs; so it takes it where it can, and else says what it saw.
#[test]
fn the_usual_port_is_taken_once_and_whoever_comes_later_is_told_what_to_do() {
    let usual = "127.0.0.1:43210";
    let begin = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_videodoktor-sandbox"));
        command.args(["--no-https", "--no-browser"]).stdin(Stdio::null());
        command
    };
    if let Ok(listener) = std::net::TcpListener::bind(usual) {
        let refused = begin().output().expect("the program starts");
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).expect("text");
        assert!(
            said.contains("another program uses port 43210") && said.contains("--http 127.0.0.1:") && said.contains("VIDEODOKTOR_URL=")
        );
        drop(listener);
        let first = Running::begin(&mut begin());
        assert_eq!(first.addresses, ["http://127.0.0.1:43210"]);
        let second = begin().output().expect("the program starts");
        assert!(second.status.success(), "{second:?}");
        let said = String::from_utf8(second.stdout).expect("text");
        assert!(said.contains("is running already; its page is http://127.0.0.1:43210/"), "{said}");
        assert!(said.lines().all(|line| line != "ready"), "{said}");
    } else {
        let told = begin().output().expect("the program starts");
        assert!(String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).contains("43210"));
    }
}

#[test]
fn a_sandbox_that_serves_one_program_alone_leaves_the_usual_port_to_others() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_videodoktor-sandbox"));
    let running = Running::begin(command.args(["--no-https", "--stop-with-stdin"]));
    assert_ne!(running.addresses, ["http://127.0.0.1:43210"]);
}

#[test]
fn what_cannot_be_is_refused_with_a_word_about_what_can() {
    assert!(refused(&["--clock", "tomorrow"]).contains("2030-11-23 10:00"));
    assert!(refused(&["--refuse-tokens", "5"]).contains("from 0 to 1"));
    assert!(refused(&["--habits", "bomb"]).contains("`bom`"));
    assert!(refused(&["--error-shape", "round"]).contains("`chyba`"));
    assert!(refused(&["--ca-file", "/no/such/folder/ca.pem"]).contains("/no/such/folder/ca.pem"));
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = occupied.local_addr().expect("an address").to_string();
    assert!(refused(&["--http", &address]).contains(&address));
    assert!(refused(&["tour", "--library", "/no/such.so"]).contains("/no/such.so"));
}
