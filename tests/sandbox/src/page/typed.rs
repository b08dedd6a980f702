//! What somebody typed into a form that was refused, so that nobody has to type it twice.

use std::fmt::Display;

use crate::code::Code;
use crate::service::Form;

/// Empty unless the page answers a refused form.
#[derive(Default)]
pub struct Typed {
    form: &'static str,
    fields: Form,
    /// The field that the service's rules refuse.
    wrong: Option<&'static str>,
}

impl Typed {
    pub fn refused(form: &'static str, fields: Form, code: Option<Code>) -> Typed {
        Typed { form, fields, wrong: code.and_then(field_of) }
    }

    pub fn is_of(&self, form: &str) -> bool {
        self.form == form
    }

    /// What the field of this form shows: what was typed there, else this.
    pub fn value(&self, form: &str, field: &str, otherwise: impl Display) -> String {
        if self.is_of(form) { self.fields.get(field).to_owned() } else { otherwise.to_string() }
    }

    /// Whether the box of this form is ticked. One that is not ticked is not sent.
    pub fn ticked(&self, form: &str, field: &str, otherwise: bool) -> bool {
        if self.is_of(form) { !self.fields.get(field).is_empty() } else { otherwise }
    }

    pub fn is_wrong(&self, field: &str) -> bool {
        self.wrong == Some(field)
    }
}

fn field_of(code: Code) -> Option<&'static str> {
    match code {
        Code::NAME => Some("pacient_jmeno"),
        Code::EMAIL | Code::CONTACT => Some("pacient_email"),
        Code::PHONE => Some("pacient_telefon"),
        Code::BIRTH_YEAR => Some("pacient_narozen"),
        Code::START | Code::START_PAST | Code::START_OUTAGE | Code::START_OVERLOADED | Code::START_TAKEN => Some("meet_start"),
        _ => None,
    }
}
