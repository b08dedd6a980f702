//! A request to the service: path, fields, and the form that carries them.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::client::retry_policy::Effect;
use crate::error::{Error, Result};
use crate::http::{Post, hash};
use crate::options::{self, Keys};
use crate::service::response::ResponseKind;

/// One request as the service's text describes it.
pub struct Request<'a> {
    /// `/api_meet_add/`
    pub path: Cow<'static, str>,
    pub response_kind: ResponseKind,
    pub effect: Effect,
    pub fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub with_token: bool,
}

impl<'a> Request<'a> {
    /// A call that reads.
    pub fn reading(path: &'static str, response_kind: ResponseKind) -> Request<'a> {
        Request { path: Cow::Borrowed(path), response_kind, effect: Effect::Reads, fields: Vec::new(), with_token: true }
    }

    /// A call that invites or removes.
    pub fn changing(path: &'static str, response_kind: ResponseKind) -> Request<'a> {
        Request { effect: Effect::Changes, ..Request::reading(path, response_kind) }
    }

    pub fn field(mut self, name: &'a str, value: impl Into<Cow<'a, str>>) -> Request<'a> {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The value of the field `meet_id`.
    pub fn meet_id(&self) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == "meet_id").map(|(_, value)| value.as_ref())
    }

    /// Stands for path and fields: two requests with one hash ask for the same.
    fn hash(&self) -> u64 {
        hash((&self.path, &self.fields))
    }

    /// The form with which it goes out.
    pub fn post<'f>(&'f self, form: &'f [u8]) -> Post<'f> {
        Post { path: &self.path, form, largest_reply: self.response_kind.largest_reply(), question: self.hash() }
    }

    /// The path may be one that the host made up; the log names only those of the service's text.
    pub fn name_for_log(&self) -> &str {
        match &self.path {
            Cow::Borrowed(path) => path.trim_matches('/'),
            Cow::Owned(_) => "a call of the vendor's",
        }
    }
}

/// The request for a token.
pub fn token_request(keys: &Keys) -> Request<'_> {
    Request { with_token: false, ..Request::reading("/api_verify/", ResponseKind::Token) }
        .field("api_key", keys.api_key.expose_secret())
        .field("api_app_key", keys.api_app_key.expose_secret())
}

/// A request that the vendor added for one implementation, with fields as the host passed them.
pub fn vendor_call<'a>(call_name: &str, fields_json: Option<&str>) -> Result<Request<'a>> {
    let is_name = call_name.strip_prefix("api_").is_some_and(|rest| (1..=60).contains(&rest.len()));
    if !is_name || !call_name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(Error::argument("call_name", "call_name is not api_ and letters a to z, digits or _"));
    }
    let fields = options::object("fields_json", fields_json.unwrap_or("{}"))?;
    let fields = fields.into_iter().map(|(name, value)| Ok((name.into(), form_value(value)?.into()))).collect::<Result<Vec<_>>>()?;
    if fields.iter().any(|(name, _)| name == "token") {
        return Err(Error::argument("fields_json", "fields_json holds a token; the library adds that itself"));
    }
    Ok(Request {
        path: format!("/{call_name}/").into(),
        response_kind: ResponseKind::Any,
        effect: Effect::Unforeseen,
        fields,
        with_token: true,
    })
}

/// A field of a form is text; numbers and truth values are written as JSON writes them.
fn form_value(value: Value) -> Result<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err(Error::argument("fields_json", "a field of fields_json is neither text nor number")),
    }
}

/// The form's bytes.
pub fn form(token: Option<&SecretString>, fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> Vec<u8> {
    let token = token.map(|token| ("token", token.expose_secret()));
    let fields = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(token.into_iter().chain(fields));
    form.finish().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_name_survives_the_form() {
        let fields = [("pacient_jmeno".into(), Cow::Borrowed("Žofie & Ivo+Müller=50 %"))];
        let form = form(None, &fields);
        assert_eq!(std::str::from_utf8(&form).unwrap(), "pacient_jmeno=%C5%BDofie+%26+Ivo%2BM%C3%BCller%3D50+%25");
    }
}
