//! A change is sent once, however often the program is started for it: what may have been carried out is looked for.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use videodoktor::recognition::{Match, Start, compare};

use crate::fields::Invitation;
use crate::memory::{self, Admission, Identity, Memory};
use crate::service::{self, Answer, Service};

pub enum Change {
    Invite(Invitation),
    Remove(String),
    /// A field of the patient that is empty stays as it is.
    Move {
        meet_id: String,
        to: Invitation,
    },
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

/// What a look at the service shows of a change.
pub enum Looked {
    /// It was carried out; the changes of which that is known.
    Found(Answer, Vec<Identity>),
    /// Of a move: the new call, a row of the list, is there, and the old one still is.
    Half(Value),
    Absent,
    Unseen,
}

impl Sender<'_> {
    /// Carries it out. `about_to_send` runs immediately before the call that may send; if it fails, nothing is sent.
    pub fn execute(&self, change: &Change, about_to_send: impl FnOnce() -> io::Result<()>) -> io::Result<Answer> {
        match change {
            Change::Invite(invitation) => {
                let identity = self.memory.identity_of_invitation(invitation);
                self.send_once(change, identity, about_to_send, || self.service.invite(invitation))
            }
            Change::Remove(meet_id) => {
                let identity = self.memory.identity_of_removal(meet_id);
                self.send_once(change, identity, about_to_send, || self.service.remove(meet_id))
            }
            Change::Move { meet_id, to } => self.move_meeting(meet_id, to, about_to_send),
            Change::Call { name, fields } => {
                about_to_send()?;
                Ok(self.service.call(name, fields))
            }
        }
    }

    fn send_once(
        &self,
        change: &Change,
        identity: Identity,
        about_to_send: impl FnOnce() -> io::Result<()>,
        send: impl FnOnce() -> Answer,
    ) -> io::Result<Answer> {
        let identity = [identity];
        let earlier = match self.memory.admit(&identity)? {
            Admission::Send => None,
            Admission::LookOnly => return self.look_only(change),
            Admission::LookThenSend { earlier } => match self.look(change) {
                Looked::Found(answer, settled) => {
                    self.memory.record_outcome(&settled)?;
                    return Ok(answer);
                }
                Looked::Absent | Looked::Half(_) => Some(earlier),
                Looked::Unseen => {
                    self.memory.take_back(&identity, earlier)?;
                    return Ok(self.not_asked());
                }
            },
        };
        // Connects and fetches the token, so that little but the change itself lies between `about_to_send` and its end.
        let ready = self.service.verify();
        if !ready.is_success() {
            match earlier {
                Some(earlier) => self.memory.take_back(&identity, earlier)?,
                None => self.memory.record_outcome(&identity)?,
            }
            return Ok(ready);
        }
        about_to_send()?;
        let answer = send();
        let [identity] = identity;
        self.record_outcome(identity, answer)
    }

    /// What was sent by a process that has died: it is looked for, and never sent.
    pub fn look_only(&self, change: &Change) -> io::Result<Answer> {
        let until = Instant::now() + self.look_for;
        let mut pause = Duration::from_millis(250);
        loop {
            let looked = self.look(change);
            if let Looked::Found(answer, settled) = looked {
                self.memory.record_outcome(&settled)?;
                return Ok(answer);
            }
            if Instant::now() + pause > until || matches!(change, Change::Call { .. }) {
                return Ok(match (looked, change) {
                    (Looked::Half(new), Change::Move { meet_id, .. }) => {
                        self.old_remains(&new, meet_id, "it was sent a short time ago, and the old call is still there")
                    }
                    _ => self.unknown("it was sent a short time ago, and is not to be seen"),
                });
            }
            thread::sleep(pause);
            pause = pause.mul_f32(1.5);
        }
    }

    /// Remembers what its answer leaves open.
    pub fn record_outcome(&self, identity: Identity, answer: Answer) -> io::Result<Answer> {
        if answer.status == service::X005_SYSTEM {
            self.memory.settle_as_system_error(&identity)?;
        } else if !answer.may_have_acted() {
            self.memory.record_outcome(&[identity])?;
        }
        Ok(answer)
    }

    fn look(&self, change: &Change) -> Looked {
        match change {
            Change::Invite(invitation) => self.look_for_invitation(invitation),
            Change::Remove(meet_id) => self.look_for_removal(meet_id),
            Change::Move { meet_id, to } => self.look_for_move(meet_id, to, &self.service.detail(meet_id)),
            Change::Call { .. } => Looked::Unseen,
        }
    }

    fn look_for_invitation(&self, invitation: &Invitation) -> Looked {
        let Ok(start) = Start::parse(&invitation.meet_start) else { return Looked::Unseen };
        let list = self.service.list();
        let Some(rows) = list.rows() else { return Looked::Unseen };
        let start = start.iso();
        let is_ours = |row: &&Value| row["meet_start"] == start.as_str() && of_patient(invitation, row) == Match::Same;
        let ours: Vec<&Value> = rows.iter().filter(is_ours).collect();
        let Some((first, duplicates)) = ours.split_first() else { return Looked::Absent };
        let mut made =
            json!({"meet_id": first["meet_id"], "meet_url": first["meet_url"], "reconciled": true, "meet_start": first["meet_start"]});
        if !duplicates.is_empty() {
            made["duplicates"] = duplicates.iter().map(|row| row["meet_id"].clone()).collect();
        }
        Looked::Found(Answer::success(made), vec![self.memory.identity_of_invitation(invitation)])
    }

    /// It is gone if the service does not know it, or if it lies ahead and the list lacks it: a service may keep the detail of what was cancelled.
    fn look_for_removal(&self, meet_id: &str) -> Looked {
        let detail = self.service.detail(meet_id);
        let gone = || {
            let answer = Answer::success(json!({"meet_id": meet_id, "reconciled": true}));
            Looked::Found(answer, vec![self.memory.identity_of_removal(meet_id)])
        };
        match detail.status {
            service::X004_MEET_ID => return gone(),
            service::OK => {}
            _ => return Looked::Unseen,
        }
        let list = self.service.list();
        let Some(rows) = list.rows() else { return Looked::Unseen };
        if is_gone(&detail.json, rows) { gone() } else { Looked::Absent }
    }

    pub fn unknown(&self, detail: &str) -> Answer {
        let mut answer = Answer::error(service::OUTCOME_UNKNOWN, &service::status_text(service::OUTCOME_UNKNOWN, self.lang), detail);
        answer.json["error"]["may_have_acted"] = true.into();
        answer
    }

    pub fn not_asked(&self) -> Answer {
        self.unknown("an earlier sending may have been carried out, and the service could not be asked")
    }
}

/// Whether a call that lies ahead is missing in the list.
pub fn is_gone(detail: &Value, rows: &[Value]) -> bool {
    let is_listed = rows.iter().any(|row| row["meet_id"] == detail["meet_id"]);
    let start = Start::parse(detail["meet_start"].as_str().unwrap_or_default());
    !is_listed && start.is_ok_and(|start| !start.is_past(memory::now().cast_signed()))
}

/// Whether a row of the list is this patient's.
pub fn of_patient(invitation: &Invitation, row: &Value) -> Match {
    compare(&memory::patient(invitation), &memory::patient(&Invitation::of_row(row)))
}
