//! Situations that every practice program must cope with, each set by one click.

use super::kinds::{Kind, Values};
use super::texts::Texts;
use crate::code::Code;
use crate::fault::Fault;

pub struct Scenario {
    pub name: &'static str,
    pub title: fn(&Texts) -> &'static str,
    /// What happens, and what the program should make of it.
    pub story: fn(&Texts) -> &'static str,
    kind: &'static str,
    path: &'static str,
    code: Code,
    /// Until it is ended by hand; else the next request alone meets it.
    lasts: bool,
}

impl Scenario {
    pub fn named(name: &str) -> Option<&'static Scenario> {
        SCENARIOS.iter().find(|scenario| scenario.name == name)
    }

    pub fn fault(&self) -> Fault {
        let values = Values { code: self.code, ms: 5000 };
        let fault = Kind::named(self.kind).map_or_else(|| Fault::at(self.path), |kind| kind.fault(self.path, values));
        match self.lasts {
            true => Fault { probability: Some(1.0), ..fault },
            false => Fault { times: Some(1), ..fault },
        }
    }
}

const ADD: &str = "/api_meet_add/";
const VERIFY: &str = "/api_verify/";
const ANY: &str = "*";

pub const SCENARIOS: [Scenario; 6] = [
    Scenario {
        name: "lost_reply",
        title: |t| t.scenario_lost_reply,
        story: |t| t.story_lost_reply,
        kind: "cut",
        path: ADD,
        code: Code::SYSTEM,
        lasts: false,
    },
    Scenario {
        name: "slow",
        title: |t| t.scenario_slow,
        story: |t| t.story_slow,
        kind: "delay",
        path: ANY,
        code: Code::SYSTEM,
        lasts: true,
    },
    Scenario {
        name: "taken",
        title: |t| t.scenario_taken,
        story: |t| t.story_taken,
        kind: "code",
        path: ADD,
        code: Code::START_TAKEN,
        lasts: false,
    },
    Scenario {
        name: "bad_key",
        title: |t| t.scenario_bad_key,
        story: |t| t.story_bad_key,
        kind: "code",
        path: VERIFY,
        code: Code::API_KEY,
        lasts: true,
    },
    Scenario {
        name: "outage",
        title: |t| t.scenario_outage,
        story: |t| t.story_outage,
        kind: "code",
        path: ANY,
        code: Code::SYSTEM,
        lasts: true,
    },
    Scenario {
        name: "portal",
        title: |t| t.scenario_portal,
        story: |t| t.story_portal,
        kind: "portal",
        path: ANY,
        code: Code::SYSTEM,
        lasts: true,
    },
];

#[cfg(test)]
mod tests {
    use super::SCENARIOS;
    use crate::page::kinds::in_words;
    use crate::page::texts::CZECH;

    #[test]
    fn every_scenario_is_a_fault_that_the_page_has_words_for() {
        for scenario in &SCENARIOS {
            let summary = scenario.fault().summary().unwrap_or_default();
            assert!(in_words(&summary, &CZECH).is_some(), "{}: {summary}", scenario.name);
        }
    }
}
