//! Whether a row of the service's list is the patient's of an invitation. Source: abi.md, "Whose row it is".
//!
//! The service may mask, escape, cut, re-order or re-encode what it shows, so no field has to be equal. What a row shows either agrees with the
//! invitation, contradicts it, or says nothing.

use html_escape::decode_html_entities;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::invisible::visible;
use crate::nfc::nfc;

/// The patient's fields, of an invitation or of a row of the list. Not `Debug`: it is a patient.
#[derive(Clone, Copy)]
pub struct Patient<'a> {
    pub pacient_jmeno: &'a str,
    pub pacient_email: &'a str,
    pub pacient_telefon: &'a str,
    pub pacient_narozen: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    /// E-mail, phone or name agrees, and nothing contradicts.
    Same,
    /// Something contradicts.
    Other,
    /// The row says too little.
    Unclear,
}

/// What one field of a row says of the invitation's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Says {
    Agrees,
    Differs,
    Nothing,
}

/// Compares the patient of a row with that of an invitation.
pub fn compare(invited: &Patient, row: &Patient) -> Match {
    let name = compare_names(invited.pacient_jmeno, row.pacient_jmeno);
    let email = equal(email(invited.pacient_email), email(row.pacient_email));
    let phone = equal(phone(invited.pacient_telefon), phone(row.pacient_telefon));
    let year = equal(year(invited.pacient_narozen), year(row.pacient_narozen));
    let contradicts = name == Says::Differs || year == Says::Differs || (email == Says::Differs && phone == Says::Differs);
    match contradicts {
        true => Match::Other,
        false if [name, email, phone].contains(&Says::Agrees) => Match::Same,
        false => Match::Unclear,
    }
}

/// An invitation's patient in the form in which two invitations are compared.
pub struct Normalized {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub year: String,
}

pub fn normalized(invited: &Patient) -> Normalized {
    let mut words = words(&visible(invited.pacient_jmeno));
    words.sort_unstable();
    Normalized {
        name: words.join(" "),
        email: email(&visible(invited.pacient_email)),
        phone: phone(&visible(invited.pacient_telefon)),
        year: visible(invited.pacient_narozen),
    }
}

/// A field in the one form in which it is compared; `None` says nothing.
fn equal(invited: Option<String>, row: Option<String>) -> Says {
    match (invited, row) {
        (Some(invited), Some(row)) if invited == row => Says::Agrees,
        (Some(_), Some(_)) => Says::Differs,
        _ => Says::Nothing,
    }
}

/// So much of a field is compared; no patient's is longer, however it is escaped. A row may hold megabytes.
const LONGEST: usize = 1 << 10;

fn beginning(text: &str) -> &str {
    if text.len() <= LONGEST { text } else { (0..=LONGEST).rev().find_map(|end| text.get(..end)).unwrap_or_default() }
}

/// Signs that services put in the place of others.
const MASKS: [char; 6] = ['*', '•', '●', '∗', '＊', '█'];

/// The same in an e-mail or a phone, where these stand for nothing else.
pub fn is_masked(text: &str) -> bool {
    text.contains(MASKS) || text.contains(['…', '#']) || text.contains("xxx") || text.contains("XXX")
}

/// The same in a name, where letters that the service could not store count too.
pub fn is_masked_name(name: &str) -> bool {
    name.contains(MASKS) || name.contains([ANY, '\u{fffd}'])
}

fn email(text: &str) -> Option<String> {
    let text = nfc(&decode_html_entities(beginning(text)).trim().to_lowercase()).into_owned();
    let is_stated = text.contains('@') && !is_masked(&text);
    is_stated.then_some(text)
}

/// Nine digits, whatever stands around and before them; a number that was stored as a float ends in `.0`.
fn phone(text: &str) -> Option<String> {
    let text = beginning(text);
    if is_masked(text) || text.contains(['x', 'X']) {
        return None;
    }
    let text = text.trim().strip_suffix(".0").unwrap_or(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    let national = significant.strip_prefix("420").filter(|rest| rest.len() == 9).unwrap_or(significant);
    (!national.is_empty()).then(|| national.to_owned())
}

/// Four digits, other than 0000.
fn year(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && text != "0000";
    is_year.then(|| text.to_owned())
}

/// Names agree if one holds the other as a set of words.
fn compare_names(invited: &str, row: &str) -> Says {
    if decode_html_entities(beginning(row)).contains(MASKS) {
        return Says::Nothing;
    }
    let (ours, theirs) = (words(invited), words(row));
    let says_something = |words: &[String]| words.iter().any(|word| word.contains(|c| c != ANY));
    if !says_something(&ours) || !says_something(&theirs) {
        return Says::Nothing;
    }
    let last = theirs.len() - 1;
    let is_ours = |(at, word): (usize, &String)| ours.iter().any(|own| is_word(word, own, at == last));
    let is_theirs = |own: &String| theirs.iter().enumerate().any(|(at, word)| is_word(word, own, at == last));
    match theirs.iter().enumerate().all(is_ours) || ours.iter().all(is_theirs) {
        true => Says::Agrees,
        false => Says::Differs,
    }
}

/// Stands for letters that the service could not store.
const ANY: char = '?';

/// Before and behind a name; they may be left out or added.
const TITLES: [&str; 26] = [
    "mudr", "mddr", "mvdr", "judr", "phdr", "rndr", "pharmdr", "thdr", "paeddr", "rsdr", "ing", "mgr", "bc", "bca", "mga", "ph", "phd",
    "d", "csc", "drsc", "doc", "prof", "dis", "mba", "ll", "llm",
];

/// Words of a name in base letters, small, without titles. A name that is nothing but titles keeps them.
fn words(name: &str) -> Vec<String> {
    let folded: String =
        decode_html_entities(beginning(name)).to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).map(base_letter).collect();
    let is_part = |c: char| c.is_alphanumeric() || c == ANY;
    let all: Vec<String> = folded.split(|c| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let named: Vec<String> = all.iter().filter(|word| !TITLES.contains(&word.as_str())).cloned().collect();
    if named.is_empty() { all } else { named }
}

/// Letters that Unicode does not take apart.
fn base_letter(letter: char) -> char {
    match letter {
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ø' => 'o',
        'ı' => 'i',
        '\u{fffd}' => ANY,
        _ => letter,
    }
}

/// Whether a word of the row is this word of ours; the row's last one may have been cut.
fn is_word(row: &str, own: &str, may_be_cut: bool) -> bool {
    let pattern: Vec<char> = row.chars().collect();
    let text: Vec<char> = own.chars().collect();
    // Column by column: which prefixes of our word the pattern read so far can stand for.
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for sign in pattern {
        reached = if sign == ANY {
            // Any number of letters, none included: every longer prefix is reached as well.
            let first = reached.iter().position(|one| *one).unwrap_or(reached.len());
            (0..reached.len()).map(|at| at >= first).collect()
        } else {
            let stepped = reached.iter().zip(&text).map(|(one, letter)| *one && *letter == sign);
            std::iter::once(false).chain(stepped).collect()
        };
    }
    if may_be_cut { reached.contains(&true) } else { reached.last() == Some(&true) }
}

#[cfg(test)]
mod tests {
    use super::Match::{Other, Same, Unclear};
    use super::*;

    const JANA: Patient =
        Patient {
            pacient_jmeno: "Jana Nováková", pacient_email: "jana@example.cz", pacient_telefon: "777123456", pacient_narozen: "1980"
        };

    fn row<'a>(name: &'a str, email: &'a str, phone: &'a str, year: &'a str) -> Patient<'a> {
        Patient { pacient_jmeno: name, pacient_email: email, pacient_telefon: phone, pacient_narozen: year }
    }

    #[test]
    fn whose_row_it_is() {
        let table = [
            // As it was sent, and as services write it.
            (Same, row("Jana Nováková", "jana@example.cz", "777123456", "1980")),
            (Same, row("JANA  NOVÁKOVÁ ", "Jana@Example.CZ", "+420 777 123 456", " 1980")),
            (Same, row("Jana\u{a0}Nova\u{301}kova\u{301}", "jana@example.cz", "420777123456", "1980")),
            (Same, row("Jana Novakova", "", "00420777123456", "")),
            (Same, row("Jana Nov&aacute;kov&#225;", "jana@example.cz", "777123456.0", "1980.0")),
            // Years that say nothing.
            (Same, row("Jana Nováková", "jana@example.cz", "777123456", "0000")),
            (Same, row("Jana Nováková", "jana@example.cz", "777123456", "0")),
            (Same, row("Jana Nováková", "jana@example.cz", "777123456", "")),
            // Masked: one plain field is enough.
            (Same, row("J*** N***", "jana@example.cz", "777***456", "****")),
            (Same, row("Jana Nováková", "j***@example.cz", "***", "0000")),
            (Same, row("", "", "777123456", "")),
            (Unclear, row("J*** N***", "j***@example.cz", "*****3456", "0000")),
            (Unclear, row("J••• N•••", "j•••@example.cz", "•••••3456", "1980")),
            (Unclear, row("J&bull;&bull; N&#8226;", "jxxxx@example.cz", "777…", "")),
            (Same, row("Jana Nováková", "j●●●@example.cz", "#####3456", "")),
            (Unclear, row("", "", "0", "1980")),
            (Unclear, row("???? ????????", "", "", "1980")),
            // Names in another order, with titles, in another encoding, or cut.
            (Same, row("Nováková Jana", "", "", "1980")),
            (Same, row("MUDr. Jana Nováková, Ph.D.", "", "", "1980")),
            (Same, row("NOVÁKOVÁ Jana, Ing.", "", "", "")),
            (Same, row("Jana Nov?kov?", "", "", "1980")),
            (Same, row("Jana Nov??kov??", "", "", "1980")),
            (Same, row("Jana Nov\u{fffd}kov\u{fffd}", "", "", "1980")),
            (Same, row("Jana", "", "", "1980")),
            (Same, row("Jana Nová", "", "", "1980")),
            (Same, row("Jana Marie Nováková", "", "", "1980")),
            // A changed address alone contradicts nothing.
            (Same, row("Jana Nováková", "petr@example.cz", "777123456", "1980")),
            (Same, row("Jana Nováková", "petr@example.cz", "", "1980")),
            (Same, row("Jana Nováková", "jana@example.cz", "777123457", "1980")),
            // Contradictions, whatever else agrees.
            (Other, row("Jana Nováková", "jana@example.cz", "777123456", "1981")),
            (Other, row("Jana Nováková", "petr@example.cz", "777123457", "1980")),
            (Other, row("Petr Novák", "jana@example.cz", "777123456", "1980")),
            (Other, row("Jan Nováková", "jana@example.cz", "777123456", "1980")),
            (Other, row("Eva Nováková", "jana@example.cz", "777123456", "0000")),
            (Other, row("Jan Nov?k", "jana@example.cz", "777123456", "")),
        ];
        for (expected, row) in table {
            let Patient { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen } = row;
            assert_eq!(compare(&JANA, &row), expected, "{pacient_jmeno} {pacient_email} {pacient_telefon} {pacient_narozen}");
        }
    }

    #[test]
    fn names_that_services_spoil_are_recognised() {
        let table = [
            (Same, "Sinéad O'Brien", "Sin&eacute;ad O&#039;Brien"),
            (Same, "Sinéad O'Brien", "Sinéad O&#39;Brien"),
            (Same, "Jana 😀 Nováková", "Jana "),
            (Same, "Łukasz Đoković", "Lukasz Dokovic"),
            (Same, "Jana Nováková-Dvořáková", "Nováková Dvořáková Jana"),
            (Same, "MUDr. Jana Nováková", "Jana Nováková"),
            (Same, "Jana Nováková", "<b>Jana</b> Nováková"),
            (Other, "Jana Nováková", "Janina Nováková"),
            (Other, "Jan Novák", "Jana Nováková"),
            (Other, "Adam Novák", "Eva Nováková"),
        ];
        for (expected, invited, listed) in table {
            let [invited, listed] =
                [invited, listed].map(|name| Patient { pacient_jmeno: name, ..row("", "matka@example.cz", "", "2015") });
            assert_eq!(compare(&invited, &listed), expected, "{} / {}", invited.pacient_jmeno, listed.pacient_jmeno);
        }
    }

    #[test]
    fn siblings_under_one_address_are_two_patients() {
        let adam = row("Adam Novák", "matka@example.cz", "777123456", "2015");
        let eva = row("Eva Nováková", "matka@example.cz", "777123456", "0000");
        assert_eq!((compare(&adam, &eva), compare(&eva, &adam), compare(&adam, &adam)), (Other, Other, Same));
    }

    #[test]
    fn a_name_of_megabytes_is_compared_in_time() {
        let long = "?".repeat(1 << 20);
        assert_eq!(compare(&JANA, &row(&long, "", "", "")), Unclear);
        let long = format!("a{long}");
        assert_eq!(compare(&JANA, &row(&long, "", "", "")), Other);
        let many = "jana ".repeat(6 << 20);
        let before = std::time::Instant::now();
        assert_eq!(compare(&JANA, &row(&many, &many, &many, &many)), Same);
        assert!(before.elapsed().as_secs() < 1, "{:?}", before.elapsed());
    }
}
