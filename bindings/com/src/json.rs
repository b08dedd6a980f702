//! The library's answers, read once and shared by the objects that show them.

use serde_json::Value;

/// The value at an RFC 6901 pointer; the pointer may be written without its first slash.
#[must_use]
pub fn at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() || pointer.starts_with('/') { value.pointer(pointer) } else { value.pointer(&format!("/{pointer}")) }
}

/// A member as text: a string as it is, a number in its digits, "" for null and for none.
#[must_use]
pub fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A member as a whole number; 0 for none and for what is too large.
#[must_use]
pub fn number(value: &Value, pointer: &str) -> i32 {
    text(value, pointer).parse().unwrap_or_default()
}

#[must_use]
pub fn is_true(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer) == Some(&Value::Bool(true))
}

/// An object of the names and values that come in turn.
///
/// # Errors
/// A name that is no text, or has no value.
pub fn object(parts: Vec<Value>) -> Result<String, &'static str> {
    let mut fields = serde_json::Map::new();
    let mut parts = parts.into_iter();
    while let Some(name) = parts.next() {
        let Value::String(name) = name else { return Err("a name that is no text") };
        let value = parts.next().ok_or("the last name has no value")?;
        fields.insert(name, value);
    }
    Ok(Value::Object(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_whatever_their_type() {
        let value: Value = serde_json::from_str(r#"{"a":{"b":["x",12345678901234567890]},"n":null,"t":true,"i":1011}"#).unwrap();
        assert_eq!((text(&value, "/a/b/0"), text(&value, "/a/b/1")), ("x".into(), "12345678901234567890".into()));
        assert_eq!((text(&value, "/n"), text(&value, "/none")), (String::new(), String::new()));
        assert_eq!((number(&value, "/i"), number(&value, "/a/b/1"), is_true(&value, "/t"), is_true(&value, "/i")), (1011, 0, true, false));
        assert_eq!(at(&value, "a/b/0"), at(&value, "/a/b/0"));
    }

    #[test]
    fn names_and_values_make_an_object() {
        let made = object(["poznámka", "\"Řeka\"\n", "meet_id", "1"].map(Value::from).into());
        assert_eq!(made.as_deref(), Ok(r#"{"poznámka":"\"Řeka\"\n","meet_id":"1"}"#));
        assert_eq!(object(vec!["duration_min".into(), 20.into()]).as_deref(), Ok(r#"{"duration_min":20}"#));
        assert!(object(vec!["meet_id".into()]).is_err());
        assert!(object(vec![1.into(), 2.into()]).is_err());
    }
}
