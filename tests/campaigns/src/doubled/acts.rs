//! What a clerk does, and what is to be said of each answer when the journal is read.

use serde_json::json;
use videodoktor_abi_client::{Answer, VD_OK};

use super::Clerk;
use super::strays::{Shows, Stray, disturb_a_token};

/// No meeting has it.
pub const UNKNOWN_ID: &str = "NENI";

/// A call and what it was about.
pub struct Done {
    pub name: String,
    pub asked: Asked,
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A meeting that is there.
    Detail {
        meet_id: String,
    },
    /// A patient's address.
    Add {
        address: String,
    },
    Remove {
        meet_id: String,
    },
    /// A removal of a meeting that there is not: X004.
    Unknown,
    /// A past meeting and the path of its report.
    Export {
        report: String,
    },
    /// The value that the answer repeats.
    Vendor {
        number: String,
    },
    /// A list, of which this meeting is a part.
    List {
        meet_id: String,
    },
    Time,
}

impl Clerk<'_> {
    /// One call, if there is something to do.
    pub fn act(&mut self) -> Option<Done> {
        let sandbox = &self.practice.sandbox;
        self.armed += usize::from(disturb_a_token(sandbox, &mut self.dice));
        let asked = self.draw()?;
        let (path, shows) = match &asked {
            Asked::Detail { .. } => ("/api_meet_detail/", Shows::TheMeeting),
            Asked::Add { .. } => ("/api_meet_add/", Shows::TheMeeting),
            Asked::Remove { .. } => ("/api_meet_remove/", Shows::TheMeeting),
            Asked::Unknown => ("/api_meet_remove/", Shows::Nothing),
            Asked::Export { .. } => ("/api_meet_export/", Shows::Nothing),
            Asked::Vendor { .. } => ("/api_echo/", Shows::Nothing),
            Asked::List { .. } => ("/api_meet_list/", Shows::TheKind),
            Asked::Time => ("/api_time/", Shows::TheKind),
        };
        let stray = Stray::draw(&mut self.dice, path, shows, self.practice.refuses_tokens());
        let alone = &self.practice.adds;
        // An id that its own invitation has not been told yet shows nothing: no client could tell that it is another's.
        let (alone, beside) = match (&asked, stray.tells_an_id()) {
            (_, true) => (Some(alone.write()), None),
            (Asked::Add { .. }, _) => (None, Some(alone.read())),
            _ => (None, None),
        };
        if alone.is_some() {
            self.clear_what_waits();
        }
        let sandbox = &self.practice.sandbox;
        stray.arm(sandbox.next(path));
        self.armed += 1;
        let answer = self.call(&asked);
        if alone.is_some() {
            self.clear_what_waits();
        }
        drop((alone, beside));
        if let (Asked::Add { .. }, VD_OK) = (&asked, answer.status) {
            self.meetings.push(answer.json["meet_id"].as_str().unwrap_or_default().to_owned());
        }
        Some(Done { name: self.name.clone(), asked, answer })
    }

    /// A request that did not arrive leaves its fault behind, which another add must not meet.
    fn clear_what_waits(&mut self) {
        let sandbox = &self.practice.sandbox;
        let waiting = sandbox.waiting_faults().len();
        if waiting > 0 {
            sandbox.clear_faults();
            self.armed = self.armed.saturating_sub(waiting);
        }
    }

    fn draw(&mut self) -> Option<Asked> {
        let meet_id = self.dice.choice(&self.meetings).cloned().unwrap_or_default();
        let is_alone = self.meetings.len() < 4;
        match self.dice.u8(0..24) {
            0..5 => Some(Asked::Add { address: String::new() }),
            _ if is_alone => Some(Asked::Add { address: String::new() }),
            5..11 => Some(Asked::Detail { meet_id }),
            11..13 => {
                let which = self.dice.usize(0..self.meetings.len());
                Some(Asked::Remove { meet_id: self.meetings.swap_remove(which) })
            }
            13..15 => Some(Asked::Unknown),
            15..18 => self.dice.choice(&self.practice.reports).map(|(_, report)| Asked::Export { report: report.clone() }),
            18..22 => {
                self.vendor_calls += 1;
                Some(Asked::Vendor { number: format!("{} {}", self.name, self.vendor_calls) })
            }
            22 => Some(Asked::List { meet_id }),
            _ => Some(Asked::Time),
        }
        .map(|asked| match asked {
            Asked::Add { .. } => Asked::Add { address: self.new_patient().pacient_email.unwrap_or_default() },
            other => other,
        })
    }

    fn call(&mut self, asked: &Asked) -> Answer {
        let client = &self.practice.client;
        match asked {
            Asked::Detail { meet_id } => client.meet_detail(meet_id),
            Asked::Add { .. } => client.meet_add(&crate::patients::patient(self.next_patient)),
            Asked::Remove { meet_id } => client.meet_remove(meet_id),
            Asked::Unknown => client.meet_remove(UNKNOWN_ID),
            Asked::Export { report } => {
                let meeting = self.practice.reports.iter().find(|(_, path)| path == report).map_or("", |(meet_id, _)| meet_id);
                client.meet_export(meeting)
            }
            Asked::Vendor { number } => client.call("api_echo", &json!({ "poradi": number })),
            Asked::List { .. } => client.meet_list(),
            Asked::Time => client.time(),
        }
    }
}
