//! The judge: compares what hosts were told with what the sandbox's journal says happened.

use std::collections::{HashMap, HashSet};

use videodoktor_abi_client::{Answer, VD_ERR_CANCELLED, VD_ERR_OUTCOME_UNKNOWN, VD_OK, VD_X024_START_TAKEN};
use videodoktor_sandbox::{Letter, Recipient, Sandbox};

use super::Campaign;
use super::world::{Act, Told};
use crate::tally::Tally;

pub const TWICE: &str = "patients invited twice";
pub const LOST: &str = "reported as failed though carried out";
pub const PHANTOM: &str = "reported as done though not";
pub const LATE: &str = "late returns";
const UNKNOWN: &str = "outcome unknown";
const CANCELLED: &str = "cancelled";
const LATEST: &str = "ms past the deadline at the latest";
const ALLOWED: &str = "ms that this machine kept a call waiting for a processor";
const RECONCILED: &str = "reconciled";

/// What the service did, patient by patient.
struct Journal {
    /// Address → the ids that the patient was sent.
    invited: HashMap<String, Vec<String>>,
    exists: HashSet<String>,
}

impl Journal {
    fn of(sandbox: &Sandbox) -> Journal {
        let mut invited: HashMap<String, Vec<String>> = HashMap::new();
        for mail in sandbox.mails() {
            if mail.letter == Letter::Invitation && mail.to == Recipient::Patient {
                invited.entry(mail.address).or_default().push(mail.meet_id);
            }
        }
        Journal { invited, exists: sandbox.meetings().into_iter().map(|meeting| meeting.meet_id).collect() }
    }

    fn invited(&self, address: &str) -> &[String] {
        self.invited.get(address).map_or(&[], Vec::as_slice)
    }
}

/// Judges all calls of a world in which nothing happens any more.
pub fn judge(campaign: &Campaign, sandbox: &Sandbox, told: &[Told]) {
    let journal = Journal::of(sandbox);
    for told in told {
        let mut wrongs = of_the_outcome(&journal, told);
        wrongs.extend(of_the_time(campaign, told));
        for (kind, _) in &wrongs {
            campaign.tally.count(kind, 1);
        }
        campaign.tally.count(UNKNOWN, usize::from(told.answer.status == VD_ERR_OUTCOME_UNKNOWN));
        campaign.tally.count(CANCELLED, usize::from(told.answer.status == VD_ERR_CANCELLED));
        campaign.tally.count(RECONCILED, usize::from(told.answer.json["reconciled"] == true));
        let wrongs: Vec<String> = wrongs.into_iter().map(|(kind, how)| format!("{kind}: {how}")).collect();
        campaign.tally.judged(&told.run, &wrongs);
    }
}

type Wrong = (&'static str, String);

fn of_the_outcome(journal: &Journal, told: &Told) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let status = told.answer.status;
    let is_open = matches!(status, VD_ERR_OUTCOME_UNKNOWN | VD_ERR_CANCELLED);
    match &told.act {
        Act::Add(invitation) => {
            let invited = journal.invited(invitation.pacient_email.as_deref().unwrap_or_default());
            if invited.len() > 1 {
                wrongs.push((TWICE, format!("status {status}, {} invitations", invited.len())));
            }
            match status {
                VD_OK if !invited.iter().any(|id| told.answer.json["meet_id"] == **id) => {
                    wrongs.push((PHANTOM, told.answer.json.to_string()))
                }
                VD_OK => {}
                _ if !is_open && told.asked_again.is_none() && !invited.is_empty() => wrongs.push((LOST, told.answer.json.to_string())),
                _ => {}
            }
            wrongs.extend(told.asked_again.as_ref().and_then(|second| of_the_second_answer(second, invited)));
        }
        Act::Remove(meet_id) => match (status, journal.exists.contains(meet_id)) {
            (VD_OK, true) => wrongs.push((PHANTOM, "removed, but it is there".into())),
            (VD_OK, false) | (_, true) => {}
            (_, false) if is_open => {}
            (_, false) => wrongs.push((LOST, told.answer.json.to_string())),
        },
    }
    wrongs
}

/// Who asks again, with nothing in the way, learns of the one invitation that there is.
fn of_the_second_answer(second: &Answer, invited: &[String]) -> Option<Wrong> {
    let [only] = invited else { return Some((LOST, format!("asked again: {}, invited {} times", second.json, invited.len()))) };
    let existing = &second.json["error"]["existing"];
    let is_told = match second.status {
        VD_OK => second.json["meet_id"] == **only,
        VD_X024_START_TAKEN => existing["same_patient"] == true && existing["meet_id"] == **only,
        _ => false,
    };
    (!is_told).then(|| (LOST, format!("asked again: {}", second.json)))
}

fn of_the_time(campaign: &Campaign, told: &Told) -> Option<Wrong> {
    let over = told.returned.saturating_duration_since(told.promised);
    let allowed = campaign.scheduling.worst_between(told.started, told.returned) + told.starved;
    let millis = |duration: std::time::Duration| usize::try_from(duration.as_millis()).unwrap_or(usize::MAX);
    let past_deadline = told.returned.saturating_duration_since(told.promised - videodoktor_abi_client::host::PROMISE);
    campaign.tally.most(LATEST, millis(past_deadline));
    campaign.tally.most(ALLOWED, millis(allowed));
    (over > allowed).then(|| {
        (LATE, format!("status {}, {over:?} past the promise, where this machine was {allowed:?} late itself", told.answer.status))
    })
}

pub fn figures(tally: &Tally) -> String {
    let figures = [TWICE, LOST, PHANTOM, LATE, UNKNOWN, CANCELLED, RECONCILED, LATEST, ALLOWED];
    figures.map(|what| format!("{} {what}", tally.figure(what))).join(", ")
}
