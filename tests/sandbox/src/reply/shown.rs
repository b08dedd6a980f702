//! How list and detail show what a meeting was made with: masked, escaped, cut or odd, as services and the databases behind them do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// How values in list and detail deviate from what was sent. The default deviates nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Shown {
    /// What stands for the year of birth.
    pub years: ShownYears,
    /// `j***@example.cz`
    pub masked_emails: bool,
    /// `777***456`
    pub masked_phones: bool,
    /// `777123456.0`, a number
    pub float_phones: bool,
    /// Names and e-mails as PHP's `htmlspecialchars` leaves them: `O&#039;Brien`
    pub html_escaped: bool,
    /// Names end before the first letter that MySQL's `utf8` has no place for, such as an emoji.
    pub cut_at_emoji: bool,
    /// Names end after so many characters.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    pub cut_after: Option<u32>,
    /// Letters of names that Latin-1 lacks are question marks: `?t?pánka Nováková`.
    pub latin1: bool,
    /// `JANA NOVÁKOVÁ`
    pub upper_case: bool,
    /// `Nováková Jana`
    pub surname_first: bool,
    /// `MUDr. Jana Nováková, Ph.D.`
    pub titles: bool,
    /// The row of the list with this number (from 0) has `"meet_active":"A"`, `"pacient_email":{}` and `"meet_id":null`.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    pub odd_row: Option<u32>,
}

/// What stands for the year of birth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownYears {
    /// The year.
    #[default]
    Plain,
    /// `"0000"`, as in the sample of the service's text
    Zeros,
    /// `0`
    Zero,
    /// `null`
    Null,
    /// `""`
    Empty,
}

impl ShownYears {
    pub const ALL: [ShownYears; 5] = [ShownYears::Plain, ShownYears::Zeros, ShownYears::Zero, ShownYears::Null, ShownYears::Empty];
}

impl Shown {
    /// One meeting as list and detail show it.
    pub(crate) fn meeting(&self, mut fields: Map<String, Value>) -> Value {
        if *self == Shown::default() {
            return Value::Object(fields);
        }
        for (name, value) in &mut fields {
            let Value::String(text) = value else { continue };
            match name.as_str() {
                "pacient_jmeno" => *value = json!(self.name(text)),
                "pacient_email" if !text.is_empty() => *value = json!(self.email(text)),
                "pacient_telefon" if !text.is_empty() => *value = self.phone(text),
                "pacient_narozen" => *value = self.year(text),
                _ => {}
            }
        }
        Value::Object(fields)
    }

    /// The rows of a list, the odd one made odd.
    pub(crate) fn list(&self, mut rows: Vec<Value>) -> Value {
        let odd = self.odd_row.and_then(|number| rows.get_mut(number as usize));
        if let Some(Value::Object(fields)) = odd {
            fields["meet_active"] = json!("A");
            fields["pacient_email"] = json!({});
            fields["meet_id"] = Value::Null;
        }
        Value::Array(rows)
    }

    fn name(&self, sent: &str) -> String {
        let mut name = sent.to_owned();
        if let Some((first, last)) = name.rsplit_once(' ').filter(|_| self.surname_first) {
            name = format!("{last} {first}");
        }
        if self.titles {
            name = format!("MUDr. {name}, Ph.D.");
        }
        if self.upper_case {
            name = name.to_uppercase();
        }
        if self.cut_at_emoji {
            name = name.chars().take_while(|letter| letter.len_utf8() < 4).collect();
        }
        if self.latin1 {
            name = name.chars().map(|letter| if u32::from(letter) < 0x100 { letter } else { '?' }).collect();
        }
        if self.html_escaped {
            name = escaped(&name);
        }
        match self.cut_after {
            Some(most) => name.chars().take(most as usize).collect(),
            None => name,
        }
    }

    fn email(&self, sent: &str) -> String {
        let masked = match sent.split_once('@').filter(|_| self.masked_emails) {
            Some((local, domain)) => format!("{}***@{domain}", local.chars().take(1).collect::<String>()),
            None => sent.to_owned(),
        };
        if self.html_escaped { escaped(&masked) } else { masked }
    }

    fn phone(&self, sent: &str) -> Value {
        match sent.get(..3).zip(sent.get(6..)).filter(|_| self.masked_phones) {
            Some((first, last)) => json!(format!("{first}***{last}")),
            None if self.float_phones => sent.parse::<f64>().map_or_else(|_| json!(sent), |number| json!(number)),
            None => json!(sent),
        }
    }

    fn year(&self, sent: &str) -> Value {
        match self.years {
            ShownYears::Plain => json!(sent),
            ShownYears::Zeros => json!("0000"),
            ShownYears::Zero => json!(0),
            ShownYears::Null => Value::Null,
            ShownYears::Empty => json!(""),
        }
    }
}

/// As PHP's `htmlspecialchars` with its default flags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#039;").replace('<', "&lt;").replace('>', "&gt;")
}
