//! What the service did, change by change, as the sandbox's mails, meetings and journal tell it.

use std::collections::HashMap;

use videodoktor_sandbox::{Code, Letter, Recipient, Sandbox};

use super::told::{ADD, Act, REMOVE, VENDOR, VENDOR_FIELD};

/// A request that the service carried out, in part at least.
pub struct CarriedOut {
    /// When it arrived, in milliseconds since 1970.
    pub at: i64,
    /// The code that the service answered all the same.
    pub code: Option<Code>,
}

#[derive(Default)]
pub struct Journal {
    /// Address of a patient → the ids of the invitations that were mailed there.
    invited: HashMap<String, Vec<String>>,
    /// Id → how many cancellations were mailed.
    cancelled: HashMap<String, usize>,
    /// Address of a patient → the ids of the rows.
    rows: HashMap<String, Vec<String>>,
    carried_out: HashMap<(&'static str, String), Vec<CarriedOut>>,
}

impl Journal {
    /// Of a sandbox in which nothing happens any more.
    pub fn of(sandbox: &Sandbox) -> Journal {
        let mut journal = Journal::default();
        for mail in sandbox.mails().into_iter().filter(|mail| mail.to == Recipient::Patient) {
            match mail.letter {
                Letter::Cancellation => *journal.cancelled.entry(mail.meet_id).or_default() += 1,
                _ => journal.invited.entry(mail.address).or_default().push(mail.meet_id),
            }
        }
        for meeting in sandbox.meetings() {
            journal.rows.entry(meeting.pacient_email).or_default().push(meeting.meet_id);
        }
        let changes = [(ADD, "pacient_email"), (REMOVE, "meet_id"), (VENDOR, VENDOR_FIELD)];
        for request in sandbox.requests().into_iter().filter(|request| request.carried_out) {
            if let Some((path, field)) = changes.iter().find(|(path, _)| *path == request.path) {
                let carried_out = CarriedOut { at: request.at.timestamp_millis(), code: request.code };
                journal.carried_out.entry((path, request.field(field).to_owned())).or_default().push(carried_out);
            }
        }
        journal
    }

    /// E-mails that the patient got for this change; of a vendor call, how often it was carried out.
    pub fn mails(&self, act: &Act) -> usize {
        match act {
            Act::Add(_) => self.invited(act).len(),
            Act::Remove(meet_id) => self.cancelled.get(meet_id).copied().unwrap_or(0),
            Act::Vendor(_) => self.carried_out(act).len(),
        }
    }

    /// The ids that the patient was sent.
    pub fn invited(&self, act: &Act) -> &[String] {
        self.invited.get(act.key()).map_or(&[], Vec::as_slice)
    }

    /// The ids of the patient's rows.
    pub fn rows(&self, act: &Act) -> &[String] {
        self.rows.get(act.key()).map_or(&[], Vec::as_slice)
    }

    pub fn exists(&self, meet_id: &str) -> bool {
        self.rows.values().flatten().any(|row| row == meet_id)
    }

    pub fn carried_out(&self, act: &Act) -> &[CarriedOut] {
        self.carried_out.get(&(act.path(), act.key().to_owned())).map_or(&[], Vec::as_slice)
    }
}
