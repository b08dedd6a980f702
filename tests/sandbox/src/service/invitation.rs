//! The fields of `api_meet_add` and their limits, judged in the order of the service's list of codes.

use chrono::{NaiveDateTime, Timelike};

use super::{Circumstances, Form, NIGHTLY_OUTAGE};
use crate::clock;
use crate::code::{Code, Refused};

/// An invitation whose fields are all as the service wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub pacient_jmeno: String,
    pub pacient_email: String,
    pub pacient_telefon: String,
    pub pacient_narozen: String,
    pub start: NaiveDateTime,
}

impl Invitation {
    pub fn read(form: &Form, circumstances: &Circumstances) -> Result<Invitation, Refused> {
        let jmeno = name(form.get("pacient_jmeno"))?;
        let email = email(form.get("pacient_email"))?;
        let telefon = digits(form.get("pacient_telefon"), 9, true, Code::PHONE, "pacient_telefon")?;
        if email.is_empty() && telefon.is_empty() {
            let english = "neither pacient_email nor pacient_telefon was sent";
            return Err(Refused::new(Code::CONTACT, english, "chybí pacient_email i pacient_telefon; zadejte aspoň jeden z nich"));
        }
        let narozen = digits(form.get("pacient_narozen"), 4, false, Code::BIRTH_YEAR, "pacient_narozen")?;
        let start = start(form.get("meet_start"), circumstances)?;
        Ok(Invitation { pacient_jmeno: jmeno, pacient_email: email, pacient_telefon: telefon, pacient_narozen: narozen, start })
    }
}

fn name(sent: &str) -> Result<String, Refused> {
    let name = sent.trim();
    match name.chars().count() {
        0 => Err(missing(Code::NAME, "pacient_jmeno")),
        letters @ (..6 | 65..) => Err(wrong_length(Code::NAME, "pacient_jmeno", letters, "6 to 64", "6 až 64")),
        _ if is_garbled(name) => Err(Refused::new(Code::NAME, "pacient_jmeno is not UTF-8 text", "pacient_jmeno není text v UTF-8")),
        _ => Ok(name.to_owned()),
    }
}

fn email(sent: &str) -> Result<String, Refused> {
    let email = sent.trim();
    match email.chars().count() {
        0 => Ok(String::new()),
        letters @ (..6 | 257..) => Err(wrong_length(Code::EMAIL, "pacient_email", letters, "6 to 256", "6 až 256")),
        _ if is_garbled(email) || !is_address(email) => {
            Err(Refused::new(Code::EMAIL, "pacient_email is not an e-mail address", "pacient_email není e-mailová adresa"))
        }
        _ => Ok(email.to_owned()),
    }
}

/// One `@`, something before it, a domain with a dot after it, no spaces.
fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else {
        return false;
    };
    let labels_filled = domain.split('.').all(|label| !label.is_empty());
    !local.is_empty() && domain.contains('.') && labels_filled && !email.contains(char::is_whitespace) && !domain.contains('@')
}

/// Control characters, or what is left of bytes that were not UTF-8.
fn is_garbled(text: &str) -> bool {
    text.contains(|letter: char| letter.is_control() || letter == char::REPLACEMENT_CHARACTER)
}

fn digits(sent: &str, count: usize, optional: bool, code: Code, field: &str) -> Result<String, Refused> {
    let all_digits = sent.len() == count && sent.bytes().all(|byte| byte.is_ascii_digit());
    match sent {
        "" if optional => Ok(String::new()),
        "" => Err(missing(code, field)),
        _ if all_digits => Ok(sent.to_owned()),
        _ => Err(Refused::new(code, format!("{field} is not exactly {count} digits"), format!("{field} nemá přesně {count} číslic"))),
    }
}

fn missing(code: Code, field: &str) -> Refused {
    Refused::new(code, format!("{field} was not sent"), format!("{field} chybí"))
}

fn wrong_length(code: Code, field: &str, letters: usize, limits: &str, meze: &str) -> Refused {
    Refused::new(
        code,
        format!("{field} has {letters} characters, not {limits}"),
        format!("{field} má délku {letters}, povoleno je {meze} znaků"),
    )
}

fn start(sent: &str, circumstances: &Circumstances) -> Result<NaiveDateTime, Refused> {
    let pattern = &circumstances.settings.meet_start_format;
    if sent.is_empty() {
        return Err(missing(Code::START, "meet_start"));
    }
    // chrono also reads `1.1.2030.9.5` and years of any length; written back, only the exact form is the same.
    let wall = NaiveDateTime::parse_from_str(sent, pattern).ok();
    let Some(wall) = wall.filter(|wall| wall.format(pattern).to_string() == sent) else {
        let english = format!("meet_start is not in the format {pattern}");
        return Err(Refused::new(Code::START, english, format!("meet_start nemá formát {pattern}")));
    };
    let Some(at) = clock::instant(wall) else {
        let english = "meet_start does not exist: the clocks go forward over it";
        return Err(Refused::new(Code::START, english, "meet_start neexistuje: změna na letní čas ho přeskočí"));
    };
    if at < circumstances.now {
        let english = "meet_start is past by the sandbox's clock";
        return Err(Refused::new(Code::START_PAST, english, "meet_start podle hodin sandboxu už byl"));
    }
    if wall.hour() == NIGHTLY_OUTAGE {
        return Err(Refused::new(Code::START_OUTAGE, "meet_start is between 3:00 and 4:00", "meet_start je mezi 3:00 a 4:00"));
    }
    Ok(wall)
}
