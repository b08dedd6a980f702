//! The patient's fields of an invitation: what is accepted, what is sent, and whether a listed meeting is the same patient's.

use std::borrow::Cow;
use std::fmt;

use chrono::Datelike;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::prague::{self, Start};
use crate::status::Status;

/// What the host passed. `None` is NULL, which only e-mail and phone may be. Not `Debug`: it holds a patient.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    pub pacient_jmeno: &'a str,
    pub pacient_email: Option<&'a str>,
    pub pacient_telefon: Option<&'a str>,
    pub pacient_narozen: &'a str,
    pub meet_start: &'a str,
}

/// What is sent. The texts are wiped when it is dropped.
pub struct Invitation {
    pacient_jmeno: Zeroizing<String>,
    pacient_email: Zeroizing<String>,
    pacient_telefon: Zeroizing<String>,
    pacient_narozen: Zeroizing<String>,
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
        let checked = (
            name(draft.pacient_jmeno),
            email(given(draft.pacient_email)),
            phone(given(draft.pacient_telefon)),
            contact(draft),
            birth_year(draft.pacient_narozen, now_unix_s),
            start(draft.meet_start, now_unix_s),
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
        let own = |text: &str| Zeroizing::new(text.to_owned());
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

    /// Whether a listed meeting is this patient's: name and year agree, and e-mail and phone where both sides have one.
    ///
    /// The service may write things its own way, so case, blanks, Unicode form and the phone's prefix do not matter.
    pub fn same_patient(&self, pacient_jmeno: &str, pacient_email: &str, pacient_telefon: &str, pacient_narozen: &str) -> bool {
        let phones = (digits_of(&self.pacient_telefon), digits_of(pacient_telefon));
        folded(&self.pacient_jmeno).eq(folded(pacient_jmeno))
            && self.pacient_narozen.trim() == pacient_narozen.trim()
            && (is_blank(&self.pacient_email) || is_blank(pacient_email) || folded(&self.pacient_email).eq(folded(pacient_email)))
            && (is_no_phone(&phones.0) || is_no_phone(&phones.1) || phones.0 == phones.1)
    }
}

/// NULL, "" and blanks all mean that there is none.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn is_blank(text: &str) -> bool {
    given(Some(text)).is_none()
}

fn name(text: &str) -> Result<Zeroizing<String>, Error> {
    let refuse = |why: String| Error::client(Status::X010_NAME, format!("pacient_jmeno {why}"));
    let name = composed(text.trim(), 64).map_err(refuse)?;
    if name.chars().any(char::is_control) {
        return Err(refuse("has a control character".into()));
    }
    Ok(name)
}

fn email(text: Option<&str>) -> Result<Zeroizing<String>, Error> {
    let Some(text) = text else { return Ok(Zeroizing::default()) };
    let refuse = |why: String| Error::client(Status::X011_EMAIL, format!("pacient_email {why}"));
    let email = composed(text, 256).map_err(refuse)?;
    match wrong_with_address(&email) {
        None => Ok(email),
        Some(why) => Err(refuse(why.into())),
    }
}

/// What keeps an address from ever working. No more than that: the service and the mail servers judge the rest.
fn wrong_with_address(email: &str) -> Option<&'static str> {
    if email.chars().any(|c| c.is_whitespace() || c.is_control() || is_invisible(c)) {
        return Some("has a blank, a control character or an invisible character inside");
    }
    let Some((local, domain)) = email.split_once('@').filter(|(_, domain)| !domain.contains('@')) else {
        return Some("needs exactly one @");
    };
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-');
    if local.is_empty() {
        Some("has nothing before the @")
    } else if !domain.contains('.') || !domain.split('.').all(is_label) {
        Some("has no domain such as example.cz after the @")
    } else {
        None
    }
}

/// Marks that come along unseen when an address is copied from a web page or a dialog; mail to it gets lost.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn phone(text: Option<&str>) -> Result<Zeroizing<String>, Error> {
    let Some(text) = text else { return Ok(Zeroizing::default()) };
    let number = digits_of(text);
    if number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(number);
    }
    Err(Error::client(Status::X012_PHONE, "pacient_telefon is not 9 digits, with or without +420 before them"))
}

/// A phone number without what people write between its digits, and without the Czech prefix where nine digits follow.
fn digits_of(text: &str) -> Zeroizing<String> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let mut number = Zeroizing::new(String::with_capacity(text.len()));
    number.extend(text.chars().filter(|c| !is_between(*c)));
    let national = ["+420", "00420", "420"].into_iter().find_map(|prefix| number.strip_prefix(prefix)).filter(|rest| rest.len() == 9);
    match national {
        Some(rest) => Zeroizing::new(rest.to_owned()),
        None => number,
    }
}

/// A service that keeps the phone as a number shows a missing one as 0.
fn is_no_phone(number: &str) -> bool {
    number.bytes().all(|b| b == b'0')
}

fn contact(draft: &Draft) -> Result<(), Error> {
    match (given(draft.pacient_email), given(draft.pacient_telefon)) {
        (None, None) => Err(Error::client(Status::X013_CONTACT, "both pacient_email and pacient_telefon are empty")),
        _ => Ok(()),
    }
}

fn birth_year(text: &str, now_unix_s: i64) -> Result<Zeroizing<String>, Error> {
    let refuse = |why: String| Error::client(Status::X014_BIRTH_YEAR, format!("pacient_narozen {why}"));
    let text = text.trim();
    let year = text.parse::<i32>().ok().filter(|_| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()));
    let this_year = prague::today(now_unix_s).year();
    match year {
        None => Err(refuse("is not exactly 4 digits".into())),
        Some(year) if !(1850..=this_year).contains(&year) => Err(refuse(format!("lies outside the years 1850 to {this_year}"))),
        Some(_) => Ok(Zeroizing::new(text.to_owned())),
    }
}

fn start(text: &str, now_unix_s: i64) -> Result<Start, Error> {
    let start = Start::parse(text).map_err(|why| Error::client(Status::X020_START, why))?;
    if start.is_past(now_unix_s) {
        return Err(Error::client(Status::X021_START_PAST, "meet_start is before the present minute of the service's clock"));
    }
    if start.in_outage() {
        return Err(Error::client(Status::X022_START_OUTAGE, "meet_start lies between 3:00 and 4:00"));
    }
    Ok(start)
}

/// The fewest characters of a name and of an e-mail address.
const FEWEST: usize = 6;

/// The text in NFC if it has 6 to `most` characters then; otherwise which limit it breaks.
fn composed(text: &str, most: usize) -> Result<Zeroizing<String>, String> {
    // One composed character stands for at most four, so no more need to be looked at, however long the text.
    let counted = text.chars().take(4 * most + 1).nfc().count();
    if counted > most {
        return Err(format!("has more than {most} characters"));
    }
    if counted < FEWEST {
        return Err(format!("has {counted} characters, at least {FEWEST} are needed"));
    }
    // Room for all of it from the start: a string that grows leaves unwiped copies behind.
    let mut composed = Zeroizing::new(String::with_capacity(text.nfc().map(char::len_utf8).sum()));
    composed.extend(text.nfc());
    Ok(composed)
}

/// The text for comparison: lower case, blanks collapsed, NFC.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.split_whitespace().flat_map(|word| std::iter::once(' ').chain(word.chars())).flat_map(char::to_lowercase).nfc()
}
