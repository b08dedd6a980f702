//! The service's refusal codes, X000 to X024 as its text lists them, and any other `X0nn` that a test asks for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A refusal code such as `X011`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[Xx][0-9]{3}$")]
pub struct Code(u16);

impl Code {
    pub const RATE_LIMIT: Code = Code(0);
    pub const APP_KEY: Code = Code(1);
    pub const API_KEY: Code = Code(2);
    pub const TOKEN: Code = Code(3);
    pub const MEET_ID: Code = Code(4);
    pub const SYSTEM: Code = Code(5);
    pub const NAME: Code = Code(10);
    pub const EMAIL: Code = Code(11);
    pub const PHONE: Code = Code(12);
    pub const CONTACT: Code = Code(13);
    pub const BIRTH_YEAR: Code = Code(14);
    pub const START: Code = Code(20);
    pub const START_PAST: Code = Code(21);
    pub const START_OUTAGE: Code = Code(22);
    pub const START_OVERLOADED: Code = Code(23);
    pub const START_TAKEN: Code = Code(24);

    /// Reads `X011`, the letter in either case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.strip_prefix(['X', 'x'])?;
        let three_digits = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        three_digits.then(|| Code(digits.parse().expect("three digits")))
    }

    /// What the service's own list of codes says about this one.
    pub fn text(self) -> &'static str {
        VENDORS_LIST.iter().find(|(code, _)| *code == self).map_or("Neuvedený kód.", |(_, text)| text)
    }

    /// Every code of the vendor's list, in its order.
    pub fn documented() -> impl Iterator<Item = Code> {
        VENDORS_LIST.iter().map(|(code, _)| *code)
    }
}

/// Source: VideoDoktor API, "Chyby".
const VENDORS_LIST: [(Code, &str); 16] = [
    (Code::RATE_LIMIT, "Překročen maximální limit volání požadavku pro IP adresu."),
    (Code::APP_KEY, "API klíč aplikace api_app_key nebyl odeslán nebo není platný."),
    (Code::API_KEY, "API klíč uživatele api_key nebyl odeslán nebo není platný."),
    (Code::TOKEN, "token nebyl odeslán nebo není platný."),
    (Code::MEET_ID, "Identifikátor hovoru meet_id nebyl odeslán nebo není platný."),
    (Code::SYSTEM, "Systémová chyba nebo odstávka systému, opakujte požadavek."),
    (Code::NAME, "Nebyl odeslán nebo neplatný pacient_jmeno."),
    (Code::EMAIL, "Neplatný pacient_email."),
    (Code::PHONE, "Neplatný pacient_telefon."),
    (Code::CONTACT, "Nebyl odeslán alespoň jeden z povinných pacient_email a pacient_telefon."),
    (Code::BIRTH_YEAR, "Nebyl odeslán nebo neplatný pacient_narozen."),
    (Code::START, "Nebyl odeslán nebo neplatný meet_start."),
    (Code::START_PAST, "Začátek hovoru meet_start už byl."),
    (Code::START_OUTAGE, "Nelze použít meet_start, protože server je v tomto čase v odstávce (mezi 3:00 a 4:00)."),
    (Code::START_OVERLOADED, "Nelze použít meet_start, protože server je v tomto čase přetížen."),
    (Code::START_TAKEN, "Už existuje jiná pozvánka tohoto uživatele ve stejném meet_start čase."),
];

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "X{:03}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Code, String> {
        Code::parse(text).ok_or_else(|| format!("`{text}` is not a code: write X and three digits, such as X005"))
    }
}

impl TryFrom<String> for Code {
    type Error = String;

    fn try_from(text: String) -> Result<Code, String> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.to_string()
    }
}

/// Why a call is refused: the code that the caller gets, and the reason that only the journal tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: Code,
    pub reason: Reason,
}

/// A reason in both languages of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub english: String,
    pub czech: String,
}

impl Refused {
    pub fn new(code: Code, english: impl Into<String>, czech: impl Into<String>) -> Refused {
        Refused { code, reason: Reason { english: english.into(), czech: czech.into() } }
    }
}
