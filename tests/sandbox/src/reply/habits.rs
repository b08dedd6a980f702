//! Habits of PHP services that a caller has to live with, each a switch of its own.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{HTML, JSON, Reply};

/// How replies deviate from plain compact JSON in UTF-8. The default deviates nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// A UTF-8 byte-order mark before everything.
    pub bom: bool,
    /// Blank lines before the JSON, as a PHP include with stray line ends leaves them.
    pub leading_space: bool,
    /// Numbers where texts were promised and the reverse: `"meet_active":"1"`, `"pacient_telefon":777123456`.
    pub swapped_numbers: bool,
    /// `null` for a text that is empty.
    pub nulls: bool,
    /// What an empty list looks like.
    pub empty_list: EmptyList,
    /// A list as an object with numeric keys, one of them missing: `{"0":{…},"2":{…}}`.
    pub numeric_keys: bool,
    /// `\/` for `/`.
    pub escaped_slashes: bool,
    /// `\u` escapes for everything outside ASCII.
    pub unicode_escapes: bool,
    /// `text/html` as the content type of JSON.
    pub html_content_type: bool,
    /// Fields that the service's text does not name.
    pub extra_fields: bool,
}

/// What an empty list looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmptyList {
    /// `[]`
    #[default]
    Array,
    /// `{}`
    Object,
    /// `null`
    Null,
}

impl Habits {
    /// What `echo json_encode($x)` of a PHP page without a content type does.
    pub fn php() -> Habits {
        Habits { escaped_slashes: true, unicode_escapes: true, html_content_type: true, ..Habits::default() }
    }

    /// Every habit at once.
    pub fn all() -> Habits {
        Habits {
            bom: true,
            leading_space: true,
            swapped_numbers: true,
            nulls: true,
            empty_list: EmptyList::Null,
            numeric_keys: true,
            escaped_slashes: true,
            unicode_escapes: true,
            html_content_type: true,
            extra_fields: true,
        }
    }

    /// What a call that was carried out answers: one object, or the array of a list.
    pub(crate) fn reply(&self, answer: Value) -> Reply {
        let json = match answer {
            Value::Array(rows) if rows.is_empty() => self.nothing(),
            Value::Array(rows) => self.list(rows),
            Value::Object(fields) => self.object(fields),
            other => other,
        };
        Reply::new(200, self.content_type(JSON), self.frame(self.write(&json)))
    }

    pub(crate) fn content_type(&self, plain: &'static str) -> &'static str {
        if self.html_content_type { HTML } else { plain }
    }

    /// Puts before the body what stands before it.
    pub(crate) fn frame(&self, body: Vec<u8>) -> Vec<u8> {
        let mut framed = Vec::with_capacity(body.len() + 8);
        if self.bom {
            framed.extend_from_slice("\u{feff}".as_bytes());
        }
        if self.leading_space {
            framed.extend_from_slice(b"\r\n \t\n");
        }
        framed.extend_from_slice(&body);
        framed
    }

    pub(crate) fn write(&self, json: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        let escapes = Escapes { slashes: self.escaped_slashes, unicode: self.unicode_escapes };
        json.serialize(&mut Serializer::with_formatter(&mut out, escapes)).expect("a reply is always valid JSON");
        out
    }

    fn nothing(&self) -> Value {
        match self.empty_list {
            EmptyList::Array => json!([]),
            EmptyList::Object => json!({}),
            EmptyList::Null => Value::Null,
        }
    }

    fn list(&self, rows: Vec<Value>) -> Value {
        let rows = rows.into_iter().map(|row| match row {
            Value::Object(fields) => self.object(fields),
            other => other,
        });
        if !self.numeric_keys {
            return rows.collect();
        }
        // PHP writes an object as soon as one index is missing, here 1.
        let keys = (0..).filter(|index| *index != 1).map(|index: u32| index.to_string());
        Value::Object(keys.zip(rows).collect())
    }

    fn object(&self, fields: Map<String, Value>) -> Value {
        let mut fields: Map<String, Value> = fields
            .into_iter()
            .map(|(name, value)| {
                let value = self.value(&name, value);
                (name, value)
            })
            .collect();
        if self.extra_fields {
            fields.insert("sandbox_verze".to_owned(), json!(2));
            fields.insert("sandbox_poznamka".to_owned(), json!("pole navíc"));
        }
        Value::Object(fields)
    }

    fn value(&self, name: &str, value: Value) -> Value {
        match value {
            Value::String(text) if self.nulls && text.is_empty() => Value::Null,
            Value::String(text) if self.swapped_numbers && name.starts_with("pacient_") => number(text),
            Value::Number(number) if self.swapped_numbers => Value::from(number.to_string()),
            other => other,
        }
    }
}

/// A text of digits as the number it spells, where no leading zero is lost by that.
fn number(text: String) -> Value {
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => Value::from(number),
        _ => Value::from(text),
    }
}

/// Writes JSON compactly with the escapes of PHP's `json_encode`.
struct Escapes {
    slashes: bool,
    unicode: bool,
}

impl Formatter for Escapes {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !self.slashes && !self.unicode {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        for letter in fragment.chars() {
            let mut units = [0; 2];
            match letter {
                '/' if self.slashes => writer.write_all(b"\\/")?,
                _ if self.unicode && !letter.is_ascii() => {
                    for unit in letter.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
                _ => write!(writer, "{letter}")?,
            }
        }
        Ok(())
    }
}
