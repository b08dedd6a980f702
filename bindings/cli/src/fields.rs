//! What a request consists of: fields with the service's names, read from JSON, `key=value` lines or CSV.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::service;

pub type Fields = BTreeMap<String, String>;

/// The five fields of an invitation, in the order in which the library takes them.
const OF_INVITATION: [&str; 5] = ["pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen", "meet_start"];

/// In the place of `pacient_narozen`; it is not sent.
const BIRTH_NUMBER: &str = "rodne_cislo";

/// An invitation as it was given; the library checks it.
#[derive(Clone)]
pub struct Invitation {
    pub pacient_jmeno: String,
    pub pacient_email: String,
    pub pacient_telefon: String,
    pub pacient_narozen: String,
    pub meet_start: String,
}

impl Invitation {
    /// The error names a field that an invitation does not have.
    pub fn of(fields: &Fields) -> Result<Invitation, String> {
        let allowed = |name: &str| OF_INVITATION.contains(&name) || name == BIRTH_NUMBER || name == "command";
        if let Some(unknown) = fields.keys().find(|name| !allowed(name)) {
            return Err(format!("unknown field {unknown}; an invitation has {}, {BIRTH_NUMBER}", OF_INVITATION.join(", ")));
        }
        let [pacient_jmeno, pacient_email, pacient_telefon, mut pacient_narozen, meet_start] =
            OF_INVITATION.map(|name| fields.get(name).cloned().unwrap_or_default());
        let birth_number = fields.get(BIRTH_NUMBER).filter(|number| !number.trim().is_empty());
        if let (true, Some(number)) = (pacient_narozen.trim().is_empty(), birth_number) {
            let year = service::birth_year(number).ok_or_else(|| format!("{BIRTH_NUMBER} is no Czech birth number"))?;
            pacient_narozen = year.to_string();
        }
        Ok(Invitation { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start })
    }

    /// A row of a list, or a detail, as the invitation that would make it.
    pub fn of_row(row: &Value) -> Invitation {
        let [pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start] =
            OF_INVITATION.map(|name| row[name].as_str().unwrap_or_default().to_owned());
        Invitation { pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start }
    }

    /// What is empty is taken from a detail.
    pub fn over(&self, detail: &Value) -> Invitation {
        let old = Invitation::of_row(detail);
        let either = |new: &str, old: String| if new.trim().is_empty() { old } else { new.to_owned() };
        Invitation {
            pacient_jmeno: either(&self.pacient_jmeno, old.pacient_jmeno),
            pacient_email: either(&self.pacient_email, old.pacient_email),
            pacient_telefon: either(&self.pacient_telefon, old.pacient_telefon),
            pacient_narozen: either(&self.pacient_narozen, old.pacient_narozen),
            meet_start: self.meet_start.clone(),
        }
    }

    pub fn in_order(&self) -> [&str; 5] {
        [&self.pacient_jmeno, &self.pacient_email, &self.pacient_telefon, &self.pacient_narozen, &self.meet_start]
    }
}

/// Reads one request. JSON begins with `{`; CSV has a `;` or `,` in its first line and no `=` there; else each line is `key=value`, blank lines and
/// those that begin with `#` aside.
pub fn read(text: &str) -> Result<Fields, String> {
    let first = text.trim_start().lines().next().unwrap_or_default();
    if first.starts_with('{') {
        from_json(text)
    } else if !first.contains('=') && first.contains([';', ',']) {
        from_csv(text, if first.contains(';') { b';' } else { b',' })
    } else {
        from_lines(text)
    }
}

fn from_json(text: &str) -> Result<Fields, String> {
    let read: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: line {}, column {}", error.line(), error.column()))?;
    let object = read.as_object().ok_or("JSON, but no object")?;
    object.iter().map(|(name, value)| Ok((name.clone(), as_text(name, value)?))).collect()
}

fn as_text(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err(format!("{name} is neither text nor number")),
    }
}

fn from_lines(text: &str) -> Result<Fields, String> {
    let mut fields = Fields::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end_matches(['\r', '\u{1a}']); // programs of DOS end a file with Ctrl+Z
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(|| format!("line {} has no =", number + 1))?;
        if fields.insert(name.trim().to_owned(), value.trim().to_owned()).is_some() {
            return Err(format!("{} stands there twice", name.trim()));
        }
    }
    Ok(fields)
}

fn from_csv(text: &str, delimiter: u8) -> Result<Fields, String> {
    let text = text.trim_start().trim_end_matches('\u{1a}');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| "the first line is no CSV")?.clone();
    let mut rows = reader.records();
    let row = rows.next().ok_or("CSV without a second line")?.map_err(|_| "the second line is not as long as the first")?;
    if rows.next().is_some() {
        return Err("CSV with more than one request".into());
    }
    Ok(names.iter().zip(row.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_formats_say_the_same() {
        let json = read(r#"{"pacient_jmeno":"Jana Nováková","pacient_narozen":1980,"pacient_telefon":null}"#).expect("JSON");
        assert_eq!(
            read("# from the cash desk\r\npacient_jmeno = Jana Nováková\r\npacient_narozen=1980\r\n\r\npacient_telefon=\r\n\u{1a}"),
            Ok(json.clone())
        );
        assert_eq!(read("pacient_jmeno;pacient_narozen;pacient_telefon\r\n\"Jana Nováková\";1980;\r\n"), Ok(json.clone()));
        assert_eq!(read("pacient_jmeno,pacient_narozen,pacient_telefon\nJana Nováková,1980,\n"), Ok(json));
    }

    #[test]
    fn a_value_may_hold_what_separates() {
        let fields = read("pacient_jmeno=A=B;C").expect("one line");
        assert_eq!(fields.get("pacient_jmeno").map(String::as_str), Some("A=B;C"));
    }

    #[test]
    fn what_is_no_request_is_refused_with_the_place() {
        assert_eq!(read("pacient_jmeno=Jana\nnonsense"), Err("line 2 has no =".into()));
        assert_eq!(read("{\"a\":"), Err("no JSON: line 1, column 5".into()));
        assert_eq!(read("a=1\na=2"), Err("a stands there twice".into()));
        assert_eq!(read("a;b\n1;2\n3;4\n"), Err("CSV with more than one request".into()));
    }

    #[test]
    fn a_birth_number_gives_the_year_and_is_not_sent() {
        let fields = read("rodne_cislo=8055010007\npacient_jmeno=Jana Nováková").expect("lines");
        assert_eq!(Invitation::of(&fields).map(|invitation| invitation.pacient_narozen).ok().as_deref(), Some("1980"));
        assert!(Invitation::of(&read("meet_strat=1").expect("a line")).is_err());
    }
}
