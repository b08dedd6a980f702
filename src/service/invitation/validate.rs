//! The rules of each field by itself: what is accepted, and in which form it is sent.

use chrono::Datelike;

use crate::error::Error;
use crate::invisible::visible;
use crate::nfc::nfc;
use crate::service::birth_number::{self, NoBirthNumber};
use crate::service::prague_time::{self, Start};
use crate::status::Status;

/// The text as it is seen. NULL, "", blanks and invisible characters all mean that there is none.
pub fn given(text: Option<&str>) -> Option<String> {
    text.map(visible).filter(|text| !text.is_empty())
}

/// `pacient_jmeno`, X010: 6 to 64 characters in NFC, no control character; ordinary blanks inside are left as they are.
pub fn name(text: &str) -> Result<String, Error> {
    let refuse = |why: String| Error::client(Status::X010_NAME, format!("pacient_jmeno {why}"));
    let name = composed(&visible(text), 64).map_err(refuse)?;
    if name.chars().any(char::is_control) {
        return Err(refuse("has a control character".into()));
    }
    Ok(name)
}

/// `pacient_email`, X011: 6 to 256 characters in NFC and an address that mail may reach; "" if there is none.
pub fn email(text: Option<&str>) -> Result<String, Error> {
    let Some(text) = text else { return Ok(String::new()) };
    let refuse = |why: String| Error::client(Status::X011_EMAIL, format!("pacient_email {why}"));
    let email = composed(text, 256).map_err(refuse)?;
    match wrong_with_address(&email) {
        None => Ok(email),
        Some(why) => Err(refuse(why.into())),
    }
}

/// What keeps an address from ever working. No more than that: the service and the mail servers judge the rest.
pub fn wrong_with_address(email: &str) -> Option<&'static str> {
    if let Some(why) = more_than_an_address(email) {
        return Some(why);
    }
    if email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("has a blank or a control character inside");
    }
    let Some((local, domain)) = email.split_once('@').filter(|(_, domain)| !domain.contains('@')) else {
        return Some("needs exactly one @");
    };
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-');
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    if local.is_empty() {
        Some("has nothing before the @")
    } else if !is_quoted && local.contains(['(', ')', ',', ':', ';', '[', ']', '\\', '"']) {
        Some("has a sign before the @ that stands in no address")
    } else if !domain.contains('.') || !domain.split('.').all(is_label) {
        Some("has no domain such as example.cz after the @")
    } else {
        None
    }
}

/// Forms in which mail programs and web pages give an address. They are refused: taking the address out would be a guess at what is meant.
fn more_than_an_address(email: &str) -> Option<&'static str> {
    let begins_as_a_link = email.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    if begins_as_a_link {
        Some("is not a bare address: it begins with mailto:")
    } else if email.contains(['<', '>']) {
        Some("is not a bare address: pass only what stands between < and >")
    } else if email.matches('@').count() > 1 && email.contains([',', ';', ' ']) {
        Some("holds more than one address: pass one")
    } else {
        None
    }
}

/// `pacient_telefon`, X012: nine digits; "" if there is none. Whether they are a mobile number the service decides.
pub fn phone(text: Option<&str>) -> Result<String, Error> {
    let Some(text) = text else { return Ok(String::new()) };
    let number = digits_of(text);
    match wrong_with_number(&number) {
        None => Ok(number),
        Some(why) => Err(Error::client(Status::X012_PHONE, format!("pacient_telefon {why}"))),
    }
}

fn wrong_with_number(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some("has signs that stand in no phone number".into());
    }
    match number.strip_prefix('+').or(number.strip_prefix("00")) {
        Some(rest) if rest.starts_with("420") => Some("does not have 9 digits after the prefix 420".into()),
        Some(_) if number.len() != 9 => Some("has a prefix other than that of the Czech Republic (420)".into()),
        _ if number.len() == 9 => None,
        _ => Some(format!("has {} digits, 9 are needed", digits.len())),
    }
}

/// A phone number without what people write between its digits, and without the Czech prefix where nine digits follow.
pub fn digits_of(text: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let text = visible(text);
    let mut number = String::with_capacity(text.len());
    number.extend(text.chars().filter(|c| !is_between(*c)));
    let national = ["+420", "00420", "420"].into_iter().find_map(|prefix| number.strip_prefix(prefix)).filter(|rest| rest.len() == 9);
    match national {
        Some(rest) => rest.to_owned(),
        None => number,
    }
}

/// `pacient_narozen`, X014: a year of four digits that somebody alive may be born in.
pub fn birth_year(text: &str, now_unix_s: i64) -> Result<String, Error> {
    let refuse = |why: String| Error::client(Status::X014_BIRTH_YEAR, format!("pacient_narozen {why}"));
    let text = visible(text);
    let year = text.parse::<i32>().ok().filter(|_| text.len() == 4);
    let today = prague_time::today(now_unix_s);
    match year {
        None => Err(refuse(match birth_number::birth_year(&text, today) {
            Ok(_) => "holds a birth number: pass the year alone, which vd_birth_year tells".into(),
            Err(NoBirthNumber::OfAForeigner) => format!("holds {}", NoBirthNumber::OfAForeigner),
            Err(NoBirthNumber::Otherwise) => "is not exactly 4 digits".into(),
        })),
        Some(year) if !(1850..=today.year()).contains(&year) => Err(refuse(format!("lies outside the years 1850 to {}", today.year()))),
        Some(_) => Ok(text),
    }
}

/// `meet_start`: no start (X020), past (X021) or in the outage (X022), the first of these that holds.
pub fn start(text: &str, now_unix_s: i64) -> Result<Start, Error> {
    let start = Start::parse(&visible(text)).map_err(|why| Error::client(Status::X020_START, why))?;
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
fn composed(text: &str, most: usize) -> Result<String, String> {
    // One composed character stands for at most four, so no more need to be looked at, however long the text.
    let end = text.char_indices().nth(4 * most + 1).map_or(text.len(), |(at, _)| at);
    let composed = nfc(text.get(..end).unwrap_or_default()).into_owned();
    let counted = composed.chars().count();
    if counted > most {
        return Err(format!("has more than {most} characters"));
    }
    if counted < FEWEST {
        return Err(format!("has {counted} characters, at least {FEWEST} are needed"));
    }
    Ok(composed)
}
