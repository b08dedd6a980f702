//! The patient's fields of an invitation: what is accepted, what is sent, and whether a listed meeting is the same patient's.

use std::borrow::Cow;
use std::fmt;

use crate::error::Error;
use crate::service::patient_match::Patient;
use crate::service::prague_time::Start;
use crate::status::Status;

mod validate;

pub use validate::wrong_with_address;

/// What the host passed. `None` is NULL, which only e-mail and phone may be; of a move also name and year, which are `Mandatory` otherwise.
/// Not `Debug`: it holds a patient.
#[derive(Clone, Copy)]
pub struct Draft<'a, Mandatory = &'a str> {
    pub pacient_jmeno: Mandatory,
    pub pacient_email: Option<&'a str>,
    pub pacient_telefon: Option<&'a str>,
    pub pacient_narozen: Mandatory,
    pub meet_start: &'a str,
}

/// What is sent.
pub struct Invitation {
    pacient_jmeno: String,
    pacient_email: String,
    pacient_telefon: String,
    pacient_narozen: String,
    meet_start: MeetStart,
}

enum MeetStart {
    Checked(Start),
    /// For the service to judge (option `validate` = "server").
    AsGiven(String),
}

/// A patient is never shown.
impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation").finish_non_exhaustive()
    }
}

impl Invitation {
    /// Checks and normalises the fields; `now_unix_s` is the service's clock. The errors are all there are, in the order of the fields.
    pub fn check(draft: &Draft, now_unix_s: i64) -> Result<Invitation, Vec<Error>> {
        let email = validate::given(draft.pacient_email);
        let phone = validate::given(draft.pacient_telefon);
        let has_contact = email.is_some() || phone.is_some();
        let checked = (
            validate::name(draft.pacient_jmeno),
            validate::email(email.as_deref()),
            validate::phone(phone.as_deref()),
            contact(has_contact),
            validate::birth_year(draft.pacient_narozen, now_unix_s),
            validate::start(draft.meet_start, now_unix_s),
        );
        match checked {
            (Ok(pacient_jmeno), Ok(pacient_email), Ok(pacient_telefon), Ok(()), Ok(pacient_narozen), Ok(start)) => {
                Ok(Invitation { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start: MeetStart::Checked(start) })
            }
            (name, email, phone, contact, year, start) => {
                Err([name.err(), email.err(), phone.err(), contact.err(), year.err(), start.err()].into_iter().flatten().collect())
            }
        }
    }

    /// The fields exactly as the host passed them, for the service to judge.
    pub fn unchecked(draft: &Draft) -> Invitation {
        let own = |text: &str| text.to_owned();
        Invitation {
            pacient_jmeno: own(draft.pacient_jmeno),
            pacient_email: own(draft.pacient_email.unwrap_or_default()),
            pacient_telefon: own(draft.pacient_telefon.unwrap_or_default()),
            pacient_narozen: own(draft.pacient_narozen),
            meet_start: MeetStart::AsGiven(draft.meet_start.to_owned()),
        }
    }

    /// Name and value of the five fields as they are sent; `pattern` is the option `meet_start_format`.
    pub fn fields(&self, pattern: &str) -> [(&'static str, Cow<'_, str>); 5] {
        let meet_start = match &self.meet_start {
            MeetStart::Checked(start) => Cow::Owned(start.format(pattern)),
            MeetStart::AsGiven(text) => Cow::Borrowed(text.as_str()),
        };
        [
            ("pacient_jmeno", Cow::Borrowed(self.pacient_jmeno.as_str())),
            ("pacient_email", Cow::Borrowed(self.pacient_email.as_str())),
            ("pacient_telefon", Cow::Borrowed(self.pacient_telefon.as_str())),
            ("pacient_narozen", Cow::Borrowed(self.pacient_narozen.as_str())),
            ("meet_start", meet_start),
        ]
    }

    /// The start to look for in the list; `None` if it was passed on unchecked and only the service can read it.
    pub fn start(&self, pattern: &str) -> Option<Start> {
        match &self.meet_start {
            MeetStart::Checked(start) => Some(*start),
            MeetStart::AsGiven(text) => Start::read(text, pattern).or_else(|| Start::parse(text).ok()),
        }
    }

    pub fn patient(&self) -> Patient<'_> {
        Patient {
            pacient_jmeno: &self.pacient_jmeno,
            pacient_email: &self.pacient_email,
            pacient_telefon: &self.pacient_telefon,
            pacient_narozen: &self.pacient_narozen,
        }
    }
}

fn contact(is_given: bool) -> Result<(), Error> {
    if is_given { Ok(()) } else { Err(Error::client(Status::X013_CONTACT, "both pacient_email and pacient_telefon are empty")) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::options::SERVICE_FORMAT;
    use crate::service::patient_match::{self, Match};
    use serde_json::Value;

    /// A text of up to 40 pieces of what such texts are made of, more often short: for tests that no text makes the library fall.
    pub(crate) fn scrambled(random: &mut fastrand::Rng, pieces: &[&str]) -> String {
        let most = random.usize(1..=40);
        (0..random.usize(..=most)).map(|_| pieces[random.usize(..pieces.len())]).collect()
    }

    const NOW: i64 = 1_767_222_000; // 2026-01-01 in Prague
    const NONE: [i32; 0] = [];
    const JANA: Draft = Draft {
        pacient_jmeno: "Jana Nováková",
        pacient_email: Some("jana@example.cz"),
        pacient_telefon: Some("777123456"),
        pacient_narozen: "1980",
        meet_start: "23.11.2090 10:00",
    };

    fn cases(json: &str) -> Vec<Value> {
        let cases: Vec<Value> = serde_json::from_str(json).unwrap();
        let reasons: std::collections::BTreeSet<_> = cases.iter().map(|case| case["why"].as_str().unwrap()).collect();
        assert_eq!(reasons.len(), cases.len(), "each case has a reason of its own");
        cases
    }

    /// Jana's invitation with the fields that the case sets in place of hers.
    fn draft(case: &Value) -> Draft<'_> {
        let text = |name: &str, otherwise: Option<&'static str>| case.get(name).map_or(otherwise, Value::as_str);
        Draft {
            pacient_jmeno: text("pacient_jmeno", Some(JANA.pacient_jmeno)).unwrap(),
            pacient_email: text("pacient_email", JANA.pacient_email),
            pacient_telefon: text("pacient_telefon", JANA.pacient_telefon),
            pacient_narozen: text("pacient_narozen", Some(JANA.pacient_narozen)).unwrap(),
            meet_start: text("meet_start", Some(JANA.meet_start)).unwrap(),
        }
    }

    fn statuses(checked: &Result<Invitation, Vec<Error>>) -> Vec<i32> {
        checked.as_ref().err().into_iter().flatten().map(|error| error.status.0).collect()
    }

    fn sent(checked: &Result<Invitation, Vec<Error>>, field: &str) -> Option<String> {
        let invitation = checked.as_ref().ok()?;
        invitation.fields(SERVICE_FORMAT).into_iter().find(|(name, _)| *name == field).map(|(_, value)| value.into_owned())
    }

    #[test]
    fn the_shared_cases_of_one_field() {
        for (field, json) in [
            ("meet_start", include_str!("../../tests/vectors/starts.json")),
            ("pacient_telefon", include_str!("../../tests/vectors/phones.json")),
            ("pacient_jmeno", include_str!("../../tests/vectors/names.json")),
            ("pacient_email", include_str!("../../tests/vectors/emails.json")),
        ] {
            for case in cases(json) {
                assert!(case[field].is_string(), "{case}");
                let checked = Invitation::check(&draft(&case), NOW);
                let status = statuses(&checked).first().copied().unwrap_or(0);
                assert_eq!(
                    (Value::from(status), Value::from(sent(&checked, field))),
                    (case["status"].clone(), case["sent"].clone()),
                    "{case}"
                );
            }
        }
    }

    #[test]
    fn the_shared_cases_of_whole_invitations() {
        for case in cases(include_str!("../../tests/vectors/invitations.json")) {
            let checked = Invitation::check(&draft(&case), NOW);
            assert_eq!(Value::from(statuses(&checked)), case.get("errors").cloned().unwrap_or_else(|| Value::Array(vec![])), "{case}");
            assert_eq!(statuses(&checked).first().copied().unwrap_or(0), case["status"], "{case}");
            if let Some(detail) = case.get("detail") {
                assert_eq!(checked.as_ref().unwrap_err()[0].detail, *detail, "{case}");
            }
            let fields = checked.ok().map(|invitation| {
                invitation.fields(SERVICE_FORMAT).into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect::<Value>()
            });
            assert_eq!(fields.as_ref(), case.get("fields"), "{case}");
        }
    }

    #[test]
    fn an_error_names_the_limit_and_never_the_patient() {
        let wrong = Draft { pacient_jmeno: "Jan L", pacient_email: Some("jana@nova@k.cz"), pacient_narozen: "2027", ..JANA };
        let errors = Invitation::check(&wrong, NOW).unwrap_err();
        let told: Vec<_> = errors.iter().map(|error| (error.field.unwrap(), error.detail.as_str())).collect();
        assert_eq!(
            told,
            [
                ("pacient_jmeno", "pacient_jmeno has 5 characters, at least 6 are needed"),
                ("pacient_email", "pacient_email needs exactly one @"),
                ("pacient_narozen", "pacient_narozen lies outside the years 1850 to 2026"),
            ]
        );
        for case in cases(include_str!("../../tests/vectors/invitations.json")) {
            let Draft { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start } = draft(&case);
            let given = [pacient_jmeno, pacient_email.unwrap_or(""), pacient_telefon.unwrap_or(""), pacient_narozen, meet_start];
            for error in Invitation::check(&draft(&case), NOW).err().into_iter().flatten() {
                assert!(given.iter().all(|text| text.len() < 3 || !error.detail.contains(text)), "{error:?}");
            }
        }
    }

    #[test]
    fn the_year_of_birth_may_be_this_one_in_prague() {
        let newborn = Draft { pacient_narozen: "2026", ..JANA };
        assert_eq!(statuses(&Invitation::check(&newborn, NOW)), NONE);
        assert_eq!(statuses(&Invitation::check(&newborn, NOW - 1)), [1014], "a second before midnight in Prague");
    }

    #[test]
    fn past_is_judged_by_the_clock_that_is_passed() {
        let start = Draft { meet_start: "1.1.2026 0:30", ..JANA };
        assert_eq!(statuses(&Invitation::check(&start, NOW)), NONE);
        assert_eq!(statuses(&Invitation::check(&start, NOW + 1860)), [1021]);
    }

    #[test]
    fn unchecked_fields_are_sent_as_they_are() {
        let raw =
            Draft { pacient_jmeno: " J ", pacient_email: None, pacient_telefon: Some("+421 1"), pacient_narozen: "", meet_start: " 10:00" };
        let fields = Invitation::unchecked(&raw).fields(SERVICE_FORMAT).map(|(name, value)| (name, value.into_owned()));
        let expected = [
            ("pacient_jmeno", " J "),
            ("pacient_email", ""),
            ("pacient_telefon", "+421 1"),
            ("pacient_narozen", ""),
            ("meet_start", " 10:00"),
        ];
        assert_eq!(fields, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn an_unchecked_start_is_understood_as_the_service_does() {
        let start = |meet_start, pattern| Invitation::unchecked(&Draft { meet_start, ..JANA }).start(pattern);
        assert_eq!(start("03.04.2090 10:00", "%m.%d.%Y %H:%M"), Start::parse("2090-03-04 10:00").ok());
        assert_eq!(start("2090-03-04 10:00", SERVICE_FORMAT), Start::parse("2090-03-04 10:00").ok());
        assert_eq!(start("tomorrow", SERVICE_FORMAT), None);
        assert_eq!(Invitation::check(&JANA, NOW).unwrap().start("%Q"), Start::parse(JANA.meet_start).ok());
    }

    #[test]
    fn debug_shows_nobody() {
        assert_eq!(format!("{:?}", Invitation::check(&JANA, NOW).unwrap()), "Invitation { .. }");
    }

    #[test]
    fn a_text_of_megabytes_is_refused_at_once() {
        let marks = &*format!("Jana {}", "\u{301}".repeat(5_000_000));
        let all = Draft {
            pacient_jmeno: marks,
            pacient_email: Some(marks),
            pacient_telefon: Some(marks),
            pacient_narozen: marks,
            meet_start: marks,
        };
        let before = std::time::Instant::now();
        assert_eq!(statuses(&Invitation::check(&all, NOW)), [1010, 1011, 1012, 1014, 1020]);
        assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
    }

    #[test]
    fn no_text_makes_it_fall_and_what_is_sent_is_accepted_again() {
        let mut random = fastrand::Rng::with_seed(777_123_456);
        let pieces = [
            "Jan", "a", " ", "@", "b.cz", "777", "123", "+420", "1980", "\u{301}", "\u{a0}", "č", "\0", "\n", "🙂", "Å", "\u{1161}",
            "\u{2126}", "\u{200b}", "\u{feff}", "\u{202d}", "(", ".",
        ];
        let mut accepted = 0;
        for _ in 0..10_000 {
            let text = &*scrambled(&mut random, &pieces);
            for draft in [
                Draft { pacient_jmeno: text, ..JANA },
                Draft { pacient_email: Some(text), ..JANA },
                Draft { pacient_telefon: Some(text), ..JANA },
                Draft { pacient_narozen: text, ..JANA },
            ] {
                let Ok(invitation) = Invitation::check(&draft, NOW) else { continue };
                accepted += 1;
                let once = invitation.fields(SERVICE_FORMAT).map(|(_, value)| value.into_owned());
                let [pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start] = once.each_ref().map(String::as_str);
                let listed = Patient { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen };
                assert_eq!(patient_match::compare(&invitation.patient(), &listed), Match::Same, "{text:?}");
                let again = Draft {
                    pacient_jmeno,
                    pacient_email: Some(pacient_email),
                    pacient_telefon: Some(pacient_telefon),
                    pacient_narozen,
                    meet_start,
                };
                let twice = Invitation::check(&again, NOW).unwrap().fields(SERVICE_FORMAT).map(|(_, value)| value.into_owned());
                assert_eq!(twice, once, "{text:?}");
            }
        }
        assert!(accepted > 1_000, "the loop has accepted {accepted} invitations");
    }
}
