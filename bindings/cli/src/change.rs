//! A change is sent once, however often the program is started for it: what may have been carried out is looked for.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor::recognition::{Match, Patient, Start, compare};

use crate::fields::Invitation;
use crate::memory::{self, Admission, Identity, Memory};
use crate::service::{self, Answer, Service};

pub enum Change {
    Invite(Invitation),
    Remove(String),
    /// A call that the vendor added: nothing tells whether it was carried out.
    Call {
        name: String,
        fields: Value,
    },
}

pub struct Sender<'a> {
    pub service: &'a Service,
    pub memory: &'a Memory,
    pub lang: &'a str,
    /// For so long a change is looked for.
    pub look_for: Duration,
}

impl Sender<'_> {
    /// Carries it out. `about_to_send` runs immediately before the call that may send; if it fails, nothing is sent.
    pub fn execute(&self, change: &Change, about_to_send: impl FnOnce() -> io::Result<()>) -> io::Result<Answer> {
        let Some(identity) = self.identity_of(change) else {
            about_to_send()?;
            return Ok(self.send(change));
        };
        let earlier = match self.memory.admit(&identity)? {
            Admission::Send => None,
            Admission::LookOnly => return self.look_only(change),
            Admission::LookThenSend { earlier } => match self.look(change) {
                Looked::Found(answer) => return self.settle(&identity, answer),
                Looked::Absent => Some(earlier),
                Looked::Unseen => {
                    self.memory.take_back(&identity, earlier)?;
                    return Ok(self.unknown("an earlier sending may have been carried out, and the service could not be asked"));
                }
            },
        };
        // Connects and fetches the token, so that little but the change itself lies between `about_to_send` and its end.
        let ready = self.service.verify();
        if !ready.is_success() {
            match earlier {
                Some(earlier) => self.memory.take_back(&identity, earlier)?,
                None => self.memory.settle(&identity)?,
            }
            return Ok(ready);
        }
        about_to_send()?;
        let answer = self.send(change);
        self.settle(&identity, answer)
    }

    /// What was sent by a process that has died: it is looked for, and never sent.
    pub fn look_only(&self, change: &Change) -> io::Result<Answer> {
        let until = Instant::now() + self.look_for;
        let mut pause = Duration::from_millis(250);
        loop {
            if let Looked::Found(answer) = self.look(change) {
                return match self.identity_of(change) {
                    Some(identity) => self.settle(&identity, answer),
                    None => Ok(answer),
                };
            }
            if Instant::now() + pause > until || matches!(change, Change::Call { .. }) {
                return Ok(self.unknown("it was sent a short time ago, and is not to be seen"));
            }
            thread::sleep(pause);
            pause = pause.mul_f32(1.5);
        }
    }

    fn identity_of(&self, change: &Change) -> Option<Identity> {
        match change {
            Change::Invite(invitation) => Some(self.memory.identity_of_invitation(invitation)),
            Change::Remove(meet_id) => Some(self.memory.identity_of_removal(meet_id)),
            Change::Call { .. } => None,
        }
    }

    fn send(&self, change: &Change) -> Answer {
        match change {
            Change::Invite(invitation) => self.service.invite(invitation),
            Change::Remove(meet_id) => self.service.remove(meet_id),
            Change::Call { name, fields } => self.service.call(name, fields),
        }
    }

    fn settle(&self, identity: &Identity, answer: Answer) -> io::Result<Answer> {
        if answer.status == service::X005_SYSTEM {
            self.memory.settle_as_system_error(identity)?;
        } else if !answer.may_have_acted() {
            self.memory.settle(identity)?;
        }
        Ok(answer)
    }

    fn look(&self, change: &Change) -> Looked {
        match change {
            Change::Invite(invitation) => self.look_for_invitation(invitation),
            Change::Remove(meet_id) => self.look_for_removal(meet_id),
            Change::Call { .. } => Looked::Unseen,
        }
    }

    fn look_for_invitation(&self, invitation: &Invitation) -> Looked {
        let Ok(start) = Start::parse(&invitation.meet_start) else { return Looked::Unseen };
        let list = self.service.list();
        let Some(rows) = list.json.as_array().filter(|_| list.is_success()) else { return Looked::Unseen };
        let start = start.iso();
        let is_ours = |row: &&Value| row["meet_start"] == start.as_str() && is_patient_of(invitation, row);
        let ours: Vec<&Value> = rows.iter().filter(is_ours).collect();
        let Some((first, duplicates)) = ours.split_first() else { return Looked::Absent };
        let mut made =
            json!({"meet_id": first["meet_id"], "meet_url": first["meet_url"], "reconciled": true, "meet_start": first["meet_start"]});
        if !duplicates.is_empty() {
            made["duplicates"] = duplicates.iter().map(|row| row["meet_id"].clone()).collect();
        }
        Looked::Found(Answer::success(made))
    }

    /// It is gone if the service does not know it, or if it lies ahead and the list lacks it: a service may keep the detail of what was cancelled.
    fn look_for_removal(&self, meet_id: &str) -> Looked {
        let gone = || Looked::Found(Answer::success(json!({"meet_id": meet_id, "reconciled": true})));
        let detail = self.service.detail(meet_id);
        match detail.status {
            service::X004_MEET_ID => return gone(),
            service::OK => {}
            _ => return Looked::Unseen,
        }
        let list = self.service.list();
        let Some(rows) = list.json.as_array().filter(|_| list.is_success()) else { return Looked::Unseen };
        let is_listed = rows.iter().any(|row| row["meet_id"] == detail.json["meet_id"]);
        let start = Start::parse(detail.json["meet_start"].as_str().unwrap_or_default());
        if !is_listed && start.is_ok_and(|start| !start.is_past(memory::now().cast_signed())) { gone() } else { Looked::Absent }
    }

    fn unknown(&self, detail: &str) -> Answer {
        let mut answer = Answer::error(service::OUTCOME_UNKNOWN, &service::status_text(service::OUTCOME_UNKNOWN, self.lang), detail);
        answer.json["error"]["may_have_acted"] = true.into();
        answer
    }
}

enum Looked {
    Found(Answer),
    Absent,
    Unseen,
}

fn is_patient_of(invitation: &Invitation, row: &Value) -> bool {
    let shown = |name: &str| row[name].as_str().unwrap_or_default();
    let of_row = Patient {
        pacient_jmeno: shown("pacient_jmeno"),
        pacient_email: shown("pacient_email"),
        pacient_telefon: shown("pacient_telefon"),
        pacient_narozen: shown("pacient_narozen"),
    };
    compare(&memory::patient(invitation), &of_row) == Match::Same
}
