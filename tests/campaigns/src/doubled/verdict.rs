//! What was wrong, once nothing happens any more.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use videodoktor_abi_client::{VD_ERR_OUTCOME_UNKNOWN, VD_OK, VD_X003_TOKEN, VD_X004_MEET_ID};
use videodoktor_sandbox::{Letter, Recipient};

use super::acts::{Asked, Done, UNKNOWN_ID};
use super::{Practice, detail};
use crate::counts::{Counts, Figures};

pub const SOMEBODY_ELSES: &str = "times somebody else's data";
pub const DISTURBED: &str = "answers doubled, late or of another meeting";
const REFUSED: &str = "refused though carried out";
const STRAY_CODE: &str = "refused by another request's code";
const TWICE: &str = "e-mailed twice";
const CALLS: &str = "calls";
const UNKNOWN: &str = "ended in VD_ERR_OUTCOME_UNKNOWN";
const FAILED: &str = "ended in another error";
const REPEATS: &str = "requests beyond one a call (repeats, and looking for what was not believed)";

type Wrong = (&'static str, String);

/// What the service did.
struct Journal {
    /// Address → ids of the invitations mailed there.
    invited: HashMap<String, Vec<String>>,
    /// Id → address that was invited.
    patients: HashMap<String, String>,
    cancelled: HashMap<String, usize>,
    /// Address → what the answer to its invitation told.
    told: HashMap<String, String>,
    /// Values of the vendor calls that were carried out.
    vendor_calls: HashSet<String>,
}

impl Journal {
    fn of(practice: &Practice, done: &[Done]) -> Journal {
        let (mut invited, mut cancelled) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, usize>::new());
        for mail in practice.sandbox.mails().into_iter().filter(|mail| mail.to == Recipient::Patient) {
            match mail.letter {
                Letter::Cancellation => *cancelled.entry(mail.meet_id).or_default() += 1,
                _ => invited.entry(mail.address).or_default().push(mail.meet_id),
            }
        }
        let of_each = |(address, ids): (&String, &Vec<String>)| ids.iter().map(|id| (id.clone(), address.clone())).collect::<Vec<_>>();
        let patients = invited.iter().flat_map(of_each).collect();
        let requests = practice.sandbox.requests_to("/api_echo/");
        let vendor_calls = requests.iter().filter(|it| it.carried_out).map(|it| it.field("poradi").to_owned()).collect();
        let told = done.iter().filter_map(|done| match &done.asked {
            Asked::Add { address } => Some((address.clone(), format!("{} {}", done.answer.status, done.answer.json))),
            _ => None,
        });
        let told = told.collect();
        Journal { invited, patients, cancelled, told, vendor_calls }
    }

    /// The meeting that was asked for, with its own patient.
    fn is_detail(&self, json: &Value, meet_id: &str) -> bool {
        json["meet_id"] == *meet_id && self.patients.get(meet_id).is_some_and(|address| json["pacient_email"] == **address)
    }

    /// Whose the meeting is, and what that call was told of it.
    fn owner_of(&self, json: &Value) -> String {
        let owner = json["meet_id"].as_str().and_then(|id| self.patients.get(id));
        owner.map_or("nobody's".to_owned(), |owner| format!("{owner}'s, whose host was told {:?}", self.told.get(owner)))
    }

    fn invited(&self, address: &str) -> &[String] {
        self.invited.get(address).map_or(&[], Vec::as_slice)
    }
}

pub fn assess(practice: &Practice, done: &[Done], counts: &Counts) {
    let (journal, figures) = (Journal::of(practice, done), practice.figures);
    for Done { name, asked, answer } in done {
        let wrong = wrong_about(&journal, asked, answer);
        if let Some((kind, _)) = &wrong {
            figures.count(kind, 1);
        }
        figures.count(CALLS, 1);
        let is_right = wrong.is_none() && (answer.status == VD_OK || *asked == Asked::Unknown);
        figures.count(UNKNOWN, usize::from(answer.status == VD_ERR_OUTCOME_UNKNOWN));
        if !is_right && answer.status != VD_ERR_OUTCOME_UNKNOWN {
            figures.count(&format!("{FAILED}, {}", answer.status), 1);
        }
        let wrongs: Vec<String> = wrong.iter().map(|(kind, how)| format!("{kind}: {how}")).collect();
        counts.judged(&format!("{name} {asked:?}, seed {}", practice.seed), &wrongs);
    }
    let requests: u64 =
        practice.sandbox.counters().requests.iter().filter(|(path, _)| *path != "/api_verify/").map(|(_, count)| count).sum();
    let opening = practice.reports.len();
    figures.count(REPEATS, usize::try_from(requests).unwrap_or(0).saturating_sub(done.len() + opening));
}

fn wrong_about(journal: &Journal, asked: &Asked, answer: &videodoktor_abi_client::Answer) -> Option<Wrong> {
    let (status, json) = (answer.status, &answer.json);
    let is_code = status >= 1_000;
    let told = |what: &str| Some((SOMEBODY_ELSES, format!("{what}: {json}")));
    let code = |is_done: bool| Some((if is_done { REFUSED } else { STRAY_CODE }, detail(json)));
    match asked {
        Asked::Detail { meet_id } if status == VD_OK && !journal.is_detail(json, meet_id) => told("another meeting"),
        Asked::Add { address } if journal.invited(address).len() > 1 => Some((TWICE, format!("status {status}"))),
        Asked::Add { address } if status == VD_OK && !journal.invited(address).iter().any(|id| json["meet_id"] == **id) => {
            told(&format!("another invitation, {}", journal.owner_of(json)))
        }
        Asked::Add { address } if is_code => code(!journal.invited(address).is_empty()),
        Asked::Remove { meet_id } => {
            let mails = journal.cancelled.get(meet_id).copied().unwrap_or(0);
            match status {
                _ if mails > 1 => Some((TWICE, format!("status {status}"))),
                VD_OK if json["meet_id"] != **meet_id || mails == 0 => told("another removal"),
                _ if is_code => code(mails > 0),
                _ => None,
            }
        }
        // Looked for after an answer that was not believed: a meeting that is not there counts as removed.
        Asked::Unknown if status == VD_OK && (json["meet_id"] != UNKNOWN_ID || json["reconciled"] != true) => told("another removal"),
        Asked::Unknown if is_code && status != VD_X004_MEET_ID => code(false),
        Asked::Export { report } if status == VD_OK && !json["export_url"].as_str().is_some_and(|url| url.ends_with(report)) => {
            told("another report")
        }
        Asked::Vendor { number } if status == VD_OK && json["poradi"] != **number => told("another vendor call's answer"),
        // The service itself may have refused the token, which is not asked for again.
        Asked::Vendor { number } if status == VD_X003_TOKEN && !journal.vendor_calls.contains(number) => None,
        Asked::Vendor { number } if is_code => code(journal.vendor_calls.contains(number)),
        Asked::List { meet_id }
            if status == VD_OK && !json.as_array().is_some_and(|rows| rows.iter().any(|row| row["meet_id"] == **meet_id)) =>
        {
            told("no list of this practice")
        }
        Asked::Time if status == VD_OK && !json["time"].is_string() => told("no time"),
        Asked::Detail { .. } | Asked::Export { .. } | Asked::List { .. } | Asked::Time if is_code => code(false),
        _ => None,
    }
}

pub fn figures(figures: &Figures) -> String {
    let names = [DISTURBED, CALLS, SOMEBODY_ELSES, REFUSED, STRAY_CODE, TWICE, UNKNOWN, REPEATS];
    let told = names.map(|what| format!("{} {what}", figures.figure(what))).join(", ");
    format!("{told}; {}", figures.beginning_with(FAILED))
}
