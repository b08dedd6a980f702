//! An answer as a file or as output: JSON, `key=value` lines or CSV, with the same fields in each.

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::encodings::Encoding;
use crate::exit_code;
use crate::service::{Answer, status_name};

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    Json,
    Text,
    Csv,
}

/// The bytes of an answer.
pub fn render(answer: &Answer, format: Format, encoding: Encoding) -> Vec<u8> {
    let end = encoding.line_end();
    let text = match format {
        Format::Json => as_json(answer) + end,
        Format::Text => as_lines(answer).into_iter().map(|(name, value)| format!("{name}={}{end}", on_one_line(&value))).collect(),
        Format::Csv => as_csv(answer, end),
    };
    encoding.encode(&text)
}

fn head(answer: &Answer) -> Map<String, Value> {
    let head = json!({"status": answer.status, "name": status_name(answer.status), "exit_code": exit_code::of(answer.status)});
    head.as_object().cloned().unwrap_or_default()
}

fn as_json(answer: &Answer) -> String {
    let mut whole = head(answer);
    match answer.json.get("error") {
        Some(error) if !answer.is_success() => whole.insert("error".into(), error.clone()),
        _ => whole.insert("result".into(), answer.json.clone()),
    };
    Value::Object(whole).to_string()
}

/// The error's own status and name are those of the answer.
fn content(answer: &Answer) -> Value {
    let Some(error) = answer.json.get("error").and_then(Value::as_object).filter(|_| !answer.is_success()) else {
        return answer.json.clone();
    };
    error
        .iter()
        .filter(|(name, _)| !["status", "name"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn as_lines(answer: &Answer) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    flatten("", &Value::Object(head(answer)), &mut lines);
    flatten("", &content(answer), &mut lines);
    lines
}

/// `existing.meet_id`, and of a list `count`, `1.meet_id`, `2.meet_id`.
fn flatten(path: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(&below(name), value, lines)),
        Value::Array(items) => {
            lines.push((below("count"), items.len().to_string()));
            (1..).zip(items).for_each(|(number, item)| flatten(&below(&number.to_string()), item, lines));
        }
        Value::Null => lines.push((path.to_owned(), String::new())),
        Value::String(text) => lines.push((path.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => lines.push((path.to_owned(), value.to_string())),
    }
}

fn on_one_line(value: &str) -> String {
    value.replace("\r\n", " ").replace(['\r', '\n'], " ")
}

/// One row for each item of a list, else one row; each with the status.
fn as_csv(answer: &Answer, end: &str) -> String {
    let rows: Vec<Vec<(String, String)>> = match content(answer) {
        Value::Array(items) => items.iter().map(|item| row(answer, item)).collect(),
        other => vec![row(answer, &other)],
    };
    let mut names: Vec<String> = head(answer).keys().cloned().collect();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let cell = |row: &[(String, String)], name: &String| {
        row.iter().find(|(each, _)| each == name).map(|(_, value)| on_one_line(value)).unwrap_or_default()
    };
    let lines = rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect());
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let written = std::iter::once(names.clone()).chain(lines).try_for_each(|line| writer.write_record(line));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default().replace('\n', end)
}

fn row(answer: &Answer, item: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    flatten("", &Value::Object(head(answer)), &mut cells);
    flatten("", item, &mut cells);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(answer: &Answer, format: Format) -> String {
        String::from_utf8(render(answer, format, Encoding::Utf8)).expect("UTF-8").replace('\r', "")
    }

    #[test]
    fn a_list_is_shown_in_each_format() {
        let list = Answer::success(json!([{"meet_id": "a", "pacient_jmeno": "Jana; \"N\""}, {"meet_id": "b", "meet_active": 1}]));
        assert_eq!(
            shown(&list, Format::Text),
            "status=0\nname=VD_OK\nexit_code=0\ncount=2\n1.meet_id=a\n1.pacient_jmeno=Jana; \"N\"\n2.meet_id=b\n2.meet_active=1\n"
        );
        assert_eq!(
            shown(&list, Format::Csv),
            "status;name;exit_code;meet_id;pacient_jmeno;meet_active\n0;VD_OK;0;a;\"Jana; \"\"N\"\"\";\n0;VD_OK;0;b;;1\n"
        );
        assert_eq!(
            shown(&list, Format::Json),
            "{\"status\":0,\"name\":\"VD_OK\",\"exit_code\":0,\"result\":[{\"meet_id\":\"a\",\"pacient_jmeno\":\"Jana; \\\"N\\\"\"},{\"meet_id\":\"b\",\"meet_active\":1}]}\n"
        );
    }

    #[test]
    fn an_error_keeps_its_message_on_one_line() {
        let error = Answer::error(50, "Není jisté,\nzda", "lost");
        let text = shown(&error, Format::Text);
        assert!(text.starts_with("status=50\nname=VD_ERR_OUTCOME_UNKNOWN\nexit_code=6\n"), "{text}");
        assert!(text.contains("\nmessage=Není jisté, zda\n"), "{text}");
        assert!(shown(&error, Format::Json).contains("\"error\":{\"status\":50"));
    }
}
