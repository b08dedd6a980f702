//! Changes of which nobody knows whether they were carried out, remembered over starts of the program: what the library remembers within a process
//! (README.md of the library, "Changes"). The file holds HMACs under the practice's key, no patient's data.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use ring::hmac;
use serde_json::{Value, json};
use videodoktor::recognition::{Patient, Start, normalized};

use crate::fields::Invitation;
use crate::files;

/// For so long after the first sending a change is looked for and not sent.
const LOOK_ONLY_S: u64 = 120;
/// After so long nobody repeats an invitation by mistake.
const FORGOTTEN_AFTER_S: u64 = 30 * 24 * 3600;
const MOST: usize = 1_000;

pub struct Memory {
    path: PathBuf,
    key: hmac::Key,
}

/// What makes two changes the same, as HMACs.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Origin, practice, and start or `meet_id`.
    target: String,
    /// Name and year; empty for a removal.
    person: String,
    email: Option<String>,
    phone: Option<String>,
}

impl Identity {
    /// One of e-mail and phone may differ if the other one agrees: it was mistyped.
    fn is_same(&self, other: &Identity) -> bool {
        let contacts = [(&self.email, &other.email), (&self.phone, &other.phone)];
        let agrees = contacts.iter().any(|(one, other)| one.is_some() && one == other);
        let differs = contacts.iter().any(|(one, other)| one.is_some() && other.is_some() && one != other);
        self.target == other.target && self.person == other.person && (agrees || !differs)
    }

    fn as_json(&self, first_sent: u64, looks_only: bool) -> Value {
        json!({"target": self.target, "person": self.person, "email": self.email, "phone": self.phone,
            "first_sent": first_sent, "looks_only": looks_only})
    }

    fn of_json(row: &Value) -> Option<Identity> {
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Identity { target: text("target")?, person: text("person")?, email: text("email"), phone: text("phone") })
    }
}

/// What may be done about a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    Send,
    /// An earlier sending, at this time, may have been carried out: look once, and send what is not there.
    LookThenSend {
        earlier: u64,
    },
    /// It was sent so recently that it may still be carried out.
    LookOnly,
}

impl Memory {
    pub fn new(path: PathBuf, url: &str, practice_key: &str) -> Memory {
        let key = format!("{}\n{practice_key}", url.trim().trim_end_matches('/'));
        Memory { path, key: hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()) }
    }

    pub fn identity_of_invitation(&self, invitation: &Invitation) -> Identity {
        let patient = normalized(&patient(invitation));
        let start = Start::parse(&invitation.meet_start).map_or_else(|_| invitation.meet_start.clone(), |start| start.iso());
        Identity {
            target: self.hash("add", &start),
            person: self.hash("person", &format!("{}\n{}", patient.name, patient.year)),
            email: patient.email.map(|email| self.hash("email", &email)),
            phone: patient.phone.map(|phone| self.hash("phone", &phone)),
        }
    }

    pub fn identity_of_removal(&self, meet_id: &str) -> Identity {
        Identity { target: self.hash("remove", meet_id.trim()), person: String::new(), email: None, phone: None }
    }

    fn hash(&self, kind: &str, text: &str) -> String {
        let tag = hmac::sign(&self.key, format!("{kind}\n{text}").as_bytes());
        tag.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Asks what may be done about a change, or about all of those that one call makes; what may be sent is written down as sent first, because
    /// this process may not live to tell.
    pub fn admit(&self, identities: &[Identity]) -> io::Result<Admission> {
        self.update(|rows| {
            let now = now();
            let recent = |row: &Value| row["looks_only"] != Value::Bool(false) && now.saturating_sub(first_sent(row)) < LOOK_ONLY_S;
            let found: Vec<&Value> = rows.iter().filter(|row| is_one_of(row, identities)).collect();
            if found.iter().any(|row| recent(row)) {
                return Admission::LookOnly;
            }
            let earlier = found.iter().map(|row| first_sent(row)).min();
            let admission = earlier.map_or(Admission::Send, |earlier| Admission::LookThenSend { earlier });
            rows.retain(|row| !is_one_of(row, identities));
            rows.extend(identities.iter().map(|identity| identity.as_json(now, true)));
            admission
        })
    }

    /// Whether its outcome is unknown.
    pub fn remembers(&self, identity: &Identity) -> io::Result<bool> {
        self.update(|rows| rows.iter().any(|row| is_one_of(row, std::slice::from_ref(identity))))
    }

    /// The outcome is known.
    pub fn record_outcome(&self, identities: &[Identity]) -> io::Result<()> {
        self.update(|rows| rows.retain(|row| !is_one_of(row, identities)))
    }

    /// The service failed (X005): the next call looks once and sends it, however soon it comes.
    pub fn settle_as_system_error(&self, identity: &Identity) -> io::Result<()> {
        self.replace(std::slice::from_ref(identity), now())
    }

    /// Nothing was sent after all: the earlier sending is what counts.
    pub fn take_back(&self, identities: &[Identity], earlier: u64) -> io::Result<()> {
        self.replace(identities, earlier)
    }

    fn replace(&self, identities: &[Identity], first_sent: u64) -> io::Result<()> {
        self.update(|rows| {
            rows.retain(|row| !is_one_of(row, identities));
            rows.extend(identities.iter().map(|identity| identity.as_json(first_sent, false)));
        })
    }

    /// Reads, changes and writes the file while no other process does. A file that cannot be read as ours is no reason to send twice: it is an error.
    fn update<T>(&self, change: impl FnOnce(&mut Vec<Value>) -> T) -> io::Result<T> {
        let lock = files::open_lock(&self.path.with_extension("lock"))?;
        lock.lock()?;
        let mut rows = match fs::read(&self.path) {
            Ok(text) => serde_json::from_slice::<Vec<Value>>(&text).map_err(io::Error::other)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let before = rows.clone();
        let oldest = now().saturating_sub(FORGOTTEN_AFTER_S);
        rows.retain(|row| first_sent(row) >= oldest);
        let done = change(&mut rows);
        let excess = rows.len().saturating_sub(MOST);
        rows.drain(..excess);
        if rows != before {
            files::write_whole(&self.path, &serde_json::to_vec(&rows).map_err(io::Error::other)?)?;
        }
        Ok(done)
    }
}

pub fn patient(invitation: &Invitation) -> Patient<'_> {
    Patient {
        pacient_jmeno: &invitation.pacient_jmeno,
        pacient_email: &invitation.pacient_email,
        pacient_telefon: &invitation.pacient_telefon,
        pacient_narozen: &invitation.pacient_narozen,
    }
}

fn is_one_of(row: &Value, identities: &[Identity]) -> bool {
    Identity::of_json(row).is_some_and(|known| identities.iter().any(|identity| known.is_same(identity)))
}

fn first_sent(row: &Value) -> u64 {
    row["first_sent"].as_u64().unwrap_or(0)
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jana(email: &str, start: &str) -> Invitation {
        Invitation {
            pacient_jmeno: "Jana Nováková".into(),
            pacient_email: email.into(),
            pacient_telefon: String::new(),
            pacient_narozen: "1980".into(),
            meet_start: start.into(),
        }
    }

    #[test]
    fn the_same_invitation_is_looked_for_until_its_outcome_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unknown.json");
        let memory = Memory::new(path.clone(), "demo", "key");
        let sent = memory.identity_of_invitation(&jana("jana@example.cz", "23.11.2030 10:00"));
        assert_eq!(memory.admit(std::slice::from_ref(&sent)).expect("written"), Admission::Send);
        let again = Memory::new(path.clone(), "demo", "key").identity_of_invitation(&jana(" Jana@example.cz", "2030-11-23T10:00"));
        assert_eq!(memory.admit(std::slice::from_ref(&again)).expect("written"), Admission::LookOnly);
        let other = memory.identity_of_invitation(&jana("jana@example.cz", "24.11.2030 10:00"));
        assert_eq!(memory.admit(std::slice::from_ref(&other)).expect("written"), Admission::Send);
        let kept = fs::read_to_string(&path).expect("the file");
        assert!(!kept.to_lowercase().contains("jana") && !kept.contains("2030"), "{kept}");
        memory.record_outcome(std::slice::from_ref(&sent)).expect("written");
        assert_eq!(memory.admit(std::slice::from_ref(&again)).expect("written"), Admission::Send);
    }

    #[test]
    fn after_two_minutes_it_is_looked_for_and_sent_and_so_it_is_after_a_system_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let memory = Memory::new(folder.path().join("unknown.json"), "demo", "key");
        let sent = memory.identity_of_invitation(&jana("jana@example.cz", "23.11.2030 10:00"));
        memory.update(|rows| rows.push(sent.as_json(now() - LOOK_ONLY_S, true))).expect("written");
        assert!(matches!(memory.admit(std::slice::from_ref(&sent)).expect("written"), Admission::LookThenSend { .. }));
        assert_eq!(memory.admit(std::slice::from_ref(&sent)).expect("written"), Admission::LookOnly);
        memory.settle_as_system_error(&sent).expect("written");
        assert!(matches!(memory.admit(std::slice::from_ref(&sent)).expect("written"), Admission::LookThenSend { .. }));
    }

    #[test]
    fn a_file_that_is_not_ours_keeps_everything_from_being_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unknown.json");
        fs::write(&path, "torn").expect("written");
        let memory = Memory::new(path, "demo", "key");
        assert!(memory.admit(&[memory.identity_of_removal("m1")]).is_err());
    }

    #[test]
    fn what_one_call_makes_of_two_changes_is_held_up_by_either() {
        let folder = tempfile::tempdir().expect("a folder");
        let memory = Memory::new(folder.path().join("unknown.json"), "demo", "key");
        let removal = memory.identity_of_removal("m1");
        let both = [memory.identity_of_invitation(&jana("jana@example.cz", "23.11.2030 10:00")), removal.clone()];
        assert!(!memory.remembers(&removal).expect("read"));
        assert_eq!(memory.admit(&both).expect("written"), Admission::Send);
        assert!(memory.remembers(&removal).expect("read"));
        memory.record_outcome(&both[..1]).expect("written");
        assert_eq!(memory.admit(&both).expect("written"), Admission::LookOnly);
        memory.settle_as_system_error(&removal).expect("written");
        assert!(matches!(memory.admit(&both).expect("written"), Admission::LookThenSend { .. }));
        memory.record_outcome(&both).expect("written");
        assert_eq!(memory.admit(&both).expect("written"), Admission::Send);
    }
}
