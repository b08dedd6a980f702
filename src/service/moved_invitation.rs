//! The invitation that a moved meeting gets: what the host gives, and for the rest what the detail of the old meeting tells. Source: abi.md, "Moving".

use html_escape::decode_html_entities;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::invisible::visible;
use crate::options::Validate;
use crate::service::invitation::{Draft, Invitation};
use crate::service::patient_match::{is_masked, is_masked_name};
use crate::status::Status;

/// What the host passed to `vd_meet_move`. `None` takes the value of the old meeting.
pub type NewFields<'a> = Draft<'a, Option<&'a str>>;

/// The patient's fields of the new invitation, unchecked.
pub struct Merged {
    pacient_jmeno: String,
    pacient_email: String,
    pacient_telefon: String,
    pacient_narozen: String,
    meet_start: String,
    /// Names of the fields that come from the old meeting.
    taken: Vec<&'static str>,
}

impl Merged {
    /// Puts the fields together. One that the service masks has to be given.
    pub fn of(detail: &Map<String, Value>, given: &NewFields) -> Result<Merged> {
        let mut taken = Vec::new();
        let mut field = |name: &'static str, own: Option<&str>| match own {
            Some(own) => own.to_owned(),
            None => {
                taken.push(name);
                let text = detail.get(name).and_then(Value::as_str).unwrap_or_default();
                visible(&decode_html_entities(text))
            }
        };
        let merged = Merged {
            pacient_jmeno: field("pacient_jmeno", given.pacient_jmeno),
            pacient_email: field("pacient_email", given.pacient_email),
            pacient_telefon: field("pacient_telefon", given.pacient_telefon),
            pacient_narozen: field("pacient_narozen", given.pacient_narozen),
            meet_start: given.meet_start.to_owned(),
            taken,
        };
        match merged.masked_field() {
            Some(name) => Err(to_be_given(name, "is masked in the detail of the meeting")),
            None => Ok(merged),
        }
    }

    pub fn draft(&self) -> Draft<'_> {
        Draft {
            pacient_jmeno: &self.pacient_jmeno,
            pacient_email: Some(&self.pacient_email),
            pacient_telefon: Some(&self.pacient_telefon),
            pacient_narozen: &self.pacient_narozen,
            meet_start: &self.meet_start,
        }
    }

    /// The invitation, if it can be sent. What the old meeting tells has to pass the checks whoever judges the fields that the host gave.
    pub fn check(&self, validate: Validate, now_unix_s: i64) -> Result<Invitation> {
        let errors = match Invitation::check(&self.draft(), now_unix_s) {
            Ok(invitation) if validate == Validate::Strict => return Ok(invitation),
            Ok(_) => Vec::new(),
            Err(errors) => errors,
        };
        for error in errors {
            match self.taken_field_of(&error) {
                Some(name) => return Err(to_be_given(name, "cannot be taken from the meeting")),
                None if validate == Validate::Strict => return Err(error),
                None => {}
            }
        }
        Ok(Invitation::unchecked(&self.draft()))
    }

    fn masked_field(&self) -> Option<&'static str> {
        let is_unusable = |name: &str| match name {
            "pacient_jmeno" => is_masked_name(&self.pacient_jmeno),
            "pacient_email" => is_masked(&self.pacient_email),
            "pacient_telefon" => is_masked(&self.pacient_telefon) || self.pacient_telefon.contains(['x', 'X']),
            _ => is_masked(&self.pacient_narozen),
        };
        self.taken.iter().find(|name| is_unusable(name)).copied()
    }

    /// The field that the error is about, if it comes from the old meeting; of a missing contact, either one.
    fn taken_field_of(&self, error: &Error) -> Option<&'static str> {
        let contacts: &[&str] = &["pacient_email", "pacient_telefon"];
        let about = match (error.status, error.field.as_slice()) {
            (Status::X013_CONTACT, _) => contacts,
            (_, field) => field,
        };
        self.taken.iter().find(|name| about.contains(name)).copied()
    }
}

fn to_be_given(name: &'static str, why: &str) -> Error {
    Error::argument(name, format!("{name} {why}: pass it to vd_meet_move"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_767_222_000; // 2026-01-01 in Prague
    const NOTHING: NewFields = NewFields {
        pacient_jmeno: None,
        pacient_email: None,
        pacient_telefon: None,
        pacient_narozen: None,
        meet_start: "23.11.2090 10:00",
    };

    fn detail(changed: Value) -> Map<String, Value> {
        let mut detail = json!({"pacient_jmeno": "Jana O&#039;Brien", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456",
            "pacient_narozen": "1980"});
        detail.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        detail.as_object().unwrap().clone()
    }

    /// The fields that would be sent, or status and field of the error.
    fn sent(changed: Value, given: &NewFields) -> std::result::Result<Vec<String>, (Status, &'static str)> {
        let merged = Merged::of(&detail(changed), given).and_then(|merged| merged.check(Validate::Strict, NOW));
        let fields = |invitation: Invitation| invitation.fields("%d.%m.%Y.%H.%M").map(|(_, value)| value.into_owned()).to_vec();
        merged.map(fields).map_err(|error| (error.status, error.field.unwrap()))
    }

    #[test]
    fn what_is_not_given_is_that_of_the_old_meeting_without_its_html() {
        let all = ["Jana O'Brien", "jana@example.cz", "777123456", "1980", "23.11.2090.10.00"].map(str::to_owned);
        assert_eq!(sent(json!({}), &NOTHING).unwrap(), all);
        let other = sent(json!({}), &NewFields { pacient_email: Some("jana@example.org"), ..NOTHING }).unwrap();
        assert_eq!((other[1].as_str(), other[2].as_str()), ("jana@example.org", "777123456"));
    }

    #[test]
    fn what_is_masked_or_not_valid_has_to_be_given() {
        for (name, value) in [
            ("pacient_jmeno", "J*** N***"),
            ("pacient_jmeno", "Jana Nov?kov?"),
            ("pacient_jmeno", ""),
            ("pacient_email", "j***@example.cz"),
            ("pacient_email", "jana"),
            ("pacient_telefon", "777 *** 456"),
            ("pacient_telefon", "777xxx456"),
            ("pacient_narozen", "0"),
            ("pacient_narozen", "0000"),
            ("pacient_narozen", ""),
        ] {
            assert_eq!(sent(json!({ name: value }), &NOTHING), Err((Status::ERR_INVALID_ARGUMENT, name)), "{name} {value}");
        }
        let given = NewFields { pacient_jmeno: Some("Jana Nová"), ..NOTHING };
        assert!(sent(json!({"pacient_jmeno": "J***"}), &given).is_ok());
    }

    #[test]
    fn an_empty_contact_is_none_if_the_other_one_is_plain() {
        assert_eq!(sent(json!({"pacient_email": ""}), &NOTHING).unwrap()[1], "");
        assert_eq!(sent(json!({"pacient_telefon": ""}), &NOTHING).unwrap()[2], "");
        let masked = Err((Status::ERR_INVALID_ARGUMENT, "pacient_telefon"));
        assert_eq!(sent(json!({"pacient_email": "", "pacient_telefon": "***"}), &NOTHING), masked);
        let none = Err((Status::ERR_INVALID_ARGUMENT, "pacient_email"));
        assert_eq!(sent(json!({"pacient_email": "", "pacient_telefon": ""}), &NOTHING), none);
        assert!(
            sent(json!({"pacient_email": "", "pacient_telefon": ""}), &NewFields { pacient_telefon: Some("777123456"), ..NOTHING }).is_ok()
        );
    }

    #[test]
    fn what_the_host_gives_is_refused_with_its_own_code() {
        assert_eq!(sent(json!({}), &NewFields { pacient_email: Some("jana"), ..NOTHING }), Err((Status::X011_EMAIL, "pacient_email")));
        assert_eq!(sent(json!({}), &NewFields { meet_start: "1.1.2020 10:00", ..NOTHING }), Err((Status::X021_START_PAST, "meet_start")));
        let merged = Merged::of(&detail(json!({})), &NewFields { pacient_email: Some("jana"), ..NOTHING }).unwrap();
        assert!(merged.check(Validate::Server, NOW).is_ok(), "there the service judges");
    }
}
