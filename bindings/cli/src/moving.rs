//! A move is two changes, an invitation to the new start and the removal of the old call. The library makes both in one call, each once; over starts
//! of the program the two are remembered as if they had been made one by one.

use std::io;

use serde_json::{Value, json};
use videodoktor::recognition::{Match, Start};

use crate::change::{Change, Looked, Sender, is_gone, of_patient};
use crate::fields::Invitation;
use crate::memory::{Admission, Identity};
use crate::service::{self, Answer};

impl Sender<'_> {
    pub fn move_meeting(&self, meet_id: &str, to: &Invitation, about_to_send: impl FnOnce() -> io::Result<()>) -> io::Result<Answer> {
        let removal = self.memory.identity_of_removal(meet_id);
        // It also connects, so that little but the move itself lies between `about_to_send` and its end.
        let old = self.service.detail(meet_id);
        if !old.is_success() {
            return self.moved_before(meet_id, to, old, &removal);
        }
        let both = [self.memory.identity_of_invitation(&to.over(&old.json)), removal];
        match self.memory.admit(&both)? {
            Admission::Send => {}
            Admission::LookOnly => return self.look_only(&Change::Move { meet_id: meet_id.into(), to: to.clone() }),
            Admission::LookThenSend { earlier } => match self.look_for_move(meet_id, to, &old) {
                Looked::Found(answer, settled) => {
                    self.memory.record_outcome(&settled)?;
                    return Ok(answer);
                }
                Looked::Half(new) => {
                    about_to_send()?;
                    return self.remove_old(meet_id, &new, both);
                }
                Looked::Absent => {}
                Looked::Unseen => {
                    self.memory.take_back(&both, earlier)?;
                    return Ok(self.not_asked());
                }
            },
        }
        about_to_send()?;
        self.settle_move(both, self.service.move_meeting(meet_id, to))
    }

    /// The old call cannot be read. If it is gone, an earlier start that did not live to tell may have moved it.
    fn moved_before(&self, meet_id: &str, to: &Invitation, old: Answer, removal: &Identity) -> io::Result<Answer> {
        if old.status == service::X004_MEET_ID
            && self.memory.remembers(removal)?
            && let Looked::Found(answer, settled) = self.look_for_move(meet_id, to, &old)
        {
            self.memory.record_outcome(&settled)?;
            return Ok(answer);
        }
        Ok(old)
    }

    /// The second half of a move whose first half was seen in the list.
    fn remove_old(&self, meet_id: &str, new: &Value, both: [Identity; 2]) -> io::Result<Answer> {
        let removed = self.service.remove(meet_id);
        if removed.is_success() || removed.status == service::X004_MEET_ID {
            return self.settle_move(both, moved(new, meet_id));
        }
        let mut answer = self.old_remains(new, meet_id, removed.text("detail"));
        answer.json["error"]["source"] = removed.text("source").into();
        self.settle_move(both, answer)
    }

    /// Remembers what the answer to a move leaves open.
    fn settle_move(&self, both: [Identity; 2], answer: Answer) -> io::Result<Answer> {
        let [invitation, removal] = both;
        if answer.status != service::OLD_REMAINS {
            self.memory.record_outcome(&[removal])?; // not sent while the outcome of the invitation is open
            return self.record_outcome(invitation, answer);
        }
        self.memory.record_outcome(&[invitation])?;
        // Refused by the service: a look tells whether it is to be sent again. All else may still be carried out.
        if answer.text("source") == "server" {
            self.memory.settle_as_system_error(&removal)?;
        }
        Ok(answer)
    }

    /// `old` is the answer when the old call's detail was asked for.
    pub fn look_for_move(&self, meet_id: &str, to: &Invitation, old: &Answer) -> Looked {
        let is_unknown = match old.status {
            service::X004_MEET_ID => true,
            service::OK => false,
            _ => return Looked::Unseen,
        };
        let Ok(start) = Start::parse(&to.meet_start) else { return Looked::Unseen };
        let list = self.service.list();
        let Some(rows) = list.rows() else { return Looked::Unseen };
        let invitation = if is_unknown { to.clone() } else { to.over(&old.json) };
        // Without the old call, what was given has to do: a practice has one call at one start.
        let fits = |row: &Value| match of_patient(&invitation, row) {
            Match::Same => true,
            Match::Unclear => is_unknown,
            Match::Other => false,
        };
        let start = start.iso();
        let new = rows.iter().find(|row| row["meet_start"] == start.as_str() && row["meet_id"] != meet_id && fits(row));
        match new {
            None => Looked::Absent,
            Some(new) if is_unknown || is_gone(&old.json, rows) => {
                let invitation = self.memory.identity_of_invitation(&Invitation::of_row(new));
                Looked::Found(moved(new, meet_id), vec![invitation, self.memory.identity_of_removal(meet_id)])
            }
            Some(new) => Looked::Half(new.clone()),
        }
    }

    pub fn old_remains(&self, new: &Value, meet_id: &str, detail: &str) -> Answer {
        let mut answer = Answer::error(service::OLD_REMAINS, &service::status_text(service::OLD_REMAINS, self.lang), detail);
        let error = &mut answer.json["error"];
        error["meet_id"] = new["meet_id"].clone();
        error["meet_url"] = new["meet_url"].clone();
        error["old_meet_id"] = meet_id.into();
        answer
    }
}

fn moved(new: &Value, old_meet_id: &str) -> Answer {
    Answer::success(json!({"meet_id": new["meet_id"], "meet_url": new["meet_url"], "old_meet_id": old_meet_id, "moved": true,
        "reconciled": true, "meet_start": new["meet_start"]}))
}
