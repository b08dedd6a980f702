//! The README against the program, in both languages: what it must name is taken from the program itself.

use serde_json::{Value, json};
use videodoktor_sandbox::{Fault, Place, Sandbox, Settings, WorksOn};

use crate::practice::PracticeProgram;

/// With its word for what is carried out.
const READMES: [(&str, &str); 2] = [(include_str!("../../README.md"), "yes"), (include_str!("../../README.cs.md"), "ano")];

fn both_hold(part: &str) -> bool {
    READMES.iter().all(|(text, _)| text.contains(part))
}

fn names(of: &impl serde::Serialize) -> Vec<String> {
    serde_json::to_value(of).unwrap().as_object().unwrap().keys().cloned().collect()
}

#[test]
fn it_names_every_setting_habit_and_property_of_a_fault() {
    let settings = Settings::default();
    for name in names(&settings).into_iter().chain(names(&settings.habits)).chain(names(&settings.shown)) {
        assert!(both_hold(&format!("`{name}`")), "setting {name}");
    }
    let parts = names(&WorksOn::default()).into_iter().chain(Place::ALL.map(|place| json!(place).as_str().unwrap().to_owned()));
    for part in parts {
        assert!(both_hold(&format!("`{part}`")), "part {part}");
    }
    for name in names(&Fault::default()) {
        assert!(both_hold(&format!("`{name}`")) || both_hold(&format!("\"{name}\"")), "property {name}");
    }
}

#[test]
fn it_names_every_address_of_the_control_api() {
    let sandbox = Sandbox::start();
    let index: Value = PracticeProgram::of(&sandbox).get(&format!("{}/_control/", sandbox.http_url())).json();
    for address in index["addresses"].as_object().unwrap().keys() {
        let path = address.split_once(' ').unwrap().1;
        assert!(both_hold(&format!("{path}`")), "{address}");
    }
}

#[test]
fn its_table_of_faults_can_be_sent_as_it_stands_and_says_what_is_carried_out() {
    for (text, yes) in READMES {
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `\"") && line.ends_with(" |")).collect();
        assert!(rows.len() >= 12, "{rows:?}");
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let example = cells[0].split('`').nth(1).unwrap();
            let fault: Fault = serde_json::from_str(&format!("{{{example}}}")).unwrap_or_else(|error| panic!("{error} in {example}"));
            let expected = cells[2].trim_end_matches('|').trim() == yes;
            // A code is the service's own answer; that the call is not carried out is its doing.
            let acts = fault.lets_act() && fault.code.is_none();
            assert_eq!(acts, expected, "{example}");
        }
    }
}
