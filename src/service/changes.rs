//! What is different between two lists of meetings. Rows are compared as they stand in the text first, so that only a changed row is taken apart
//! twice: the work grows with the length of the lists, not with their product.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::json::cursor::{Broken, Cursor};
use crate::json::too_large;
use crate::json::value::{self as json, DEEPEST, Json};
use crate::service::meeting::{Fields, LONGEST_ROW, TEXTS, as_text};

/// Compares two lists as `vd_meet_list` gives them; a blank or missing `before` is an empty list. The JSON is that of `vd_meet_changes`.
pub fn between(before_json: Option<&str>, after_json: &str) -> Result<String> {
    let before = List::read("before_json", before_json.filter(|json| !json.trim().is_empty()).unwrap_or("[]"))?;
    let after = List::read("after_json", after_json)?;
    let (mut added, mut removed, mut changed, mut unchanged) = (Items::default(), Items::default(), Items::default(), 0_usize);
    for (meet_id, row) in after.rows() {
        match before.row(meet_id) {
            None => added.push(&[row.get()])?,
            Some(earlier) => match changed_fields(earlier, row) {
                None => unchanged += 1,
                Some(names) => {
                    changed.push(&["{\"before\":", earlier.get(), ",\"after\":", row.get(), ",\"fields\":", &names_json(&names)?, "}"])?
                }
            },
        }
    }
    for (_, row) in before.rows().filter(|(meet_id, _)| after.row(meet_id).is_none()) {
        removed.push(&[row.get()])?;
    }
    let skipped = before.skipped + after.skipped;
    let counts = format!("\"unchanged\":{unchanged},\"skipped\":{skipped}}}");
    let mut all = String::new();
    append(&mut all, &["{\"added\":[", &added.0, "],\"removed\":[", &removed.0, "],\"changed\":[", &changed.0, "],", &counts])?;
    Ok(all)
}

/// The rows of one list by their `meet_id`, in the list's order. Of rows with one `meet_id` the last counts, at the place of the first.
struct List<'a> {
    rows: Vec<(Cow<'a, str>, Json<'a>)>,
    places: HashMap<Cow<'a, str>, usize>,
    /// Rows without a `meet_id`.
    skipped: usize,
}

impl<'a> List<'a> {
    fn read(argument: &'static str, text: &'a str) -> Result<List<'a>> {
        if json::is_deeper_than(DEEPEST, text) {
            return Err(Error::argument(argument, format!("{argument} is nested deeper than {DEEPEST} levels")));
        }
        let broken = |Broken { at }| Error::argument(argument, format!("{argument} is no valid list from byte {at} on"));
        let mut list = List { rows: Vec::new(), places: HashMap::new(), skipped: 0 };
        let mut cursor = Cursor::from(text.as_bytes(), 0);
        let mut more = cursor.first_item().map_err(broken)?;
        while more {
            let (row, _) = cursor.read(text).map_err(broken)?;
            list.take(row)?;
            more = cursor.goes_on(b']').map_err(broken)?;
        }
        cursor.end().map_err(broken)?;
        Ok(list)
    }

    fn take(&mut self, row: Json<'a>) -> Result<()> {
        let Some(meet_id) = meet_id_of(row) else {
            self.skipped += 1;
            return Ok(());
        };
        match self.places.get(&meet_id).and_then(|place| self.rows.get_mut(*place)) {
            Some((_, earlier)) => *earlier = row,
            None => {
                self.rows.try_reserve(1).map_err(too_large)?;
                self.places.try_reserve(1).map_err(too_large)?;
                self.places.insert(meet_id.clone(), self.rows.len());
                self.rows.push((meet_id, row));
            }
        }
        Ok(())
    }

    fn rows(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.rows.iter().map(|(meet_id, row)| (meet_id.as_ref(), *row))
    }

    fn row(&self, meet_id: &str) -> Option<Json<'a>> {
        self.places.get(meet_id).and_then(|place| self.rows.get(*place)).map(|(_, row)| *row)
    }
}

/// The `meet_id` of a row, if it is an object that says one.
fn meet_id_of(row: Json<'_>) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::from(row.get().as_bytes(), 0);
    if row.get().len() > LONGEST_ROW || !cursor.member("meet_id").ok()? {
        return None;
    }
    let (value, _) = cursor.read(row.get()).ok()?;
    as_text(value).filter(|meet_id| !meet_id.is_empty())
}

/// Names of the fields whose values differ, in the order of the later row; those that only the earlier row has come last. `None` if none does.
/// Rows that differ and have too many members to be taken apart get no names.
fn changed_fields(earlier: Json<'_>, later: Json<'_>) -> Option<Vec<String>> {
    if earlier.get() == later.get() {
        return None;
    }
    let (Ok(earlier), Ok(later)) = (Fields::read(earlier), Fields::read(later)) else { return Some(Vec::new()) };
    let differs = |name: &str| value_of(&earlier, name) != value_of(&later, name);
    let only_before = earlier.iter().filter(|(name, _)| later.get(name).is_none());
    let names = later.iter().chain(only_before).map(|(name, _)| name.as_ref());
    Some(names.filter(|name| differs(name)).map(str::to_owned).collect()).filter(|names: &Vec<_>| !names.is_empty())
}

/// A value in the form in which it is compared: a documented text whatever scalar it is and "" where it is missing, any other value as its text or,
/// if it is no text, as it stands.
fn value_of<'a>(fields: &Fields<'a>, name: &str) -> Option<(bool, Cow<'a, str>)> {
    let value = fields.get(name);
    if TEXTS.contains(&name) {
        return Some((true, value.and_then(as_text).unwrap_or_default()));
    }
    let value = value?;
    Some(value.unquoted().map_or_else(|| (false, Cow::Borrowed(value.get())), |text| (true, text)))
}

fn names_json(names: &[String]) -> Result<String> {
    serde_json::to_string(names).map_err(|_| Error::argument("after_json", "a name that cannot be written"))
}

/// The items of a JSON array.
#[derive(Default)]
struct Items(String);

impl Items {
    fn push(&mut self, pieces: &[&str]) -> Result<()> {
        if !self.0.is_empty() {
            append(&mut self.0, &[","])?;
        }
        append(&mut self.0, pieces)
    }
}

fn append(out: &mut String, pieces: &[&str]) -> Result<()> {
    out.try_reserve(pieces.iter().map(|piece| piece.len()).sum::<usize>() + 1).map_err(too_large)?;
    pieces.iter().for_each(|piece| out.push_str(piece));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::time::Instant;

    fn changes(before: &Value, after: &Value) -> Value {
        serde_json::from_str(&between(Some(&before.to_string()), &after.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn the_shared_cases() {
        let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/vectors/changes.json")).unwrap();
        for case in cases {
            let text = |name: &str| case[name].as_str();
            let answer = between(text("before_json"), text("after_json").unwrap());
            match case["status"].as_i64().unwrap() {
                0 => assert_eq!(serde_json::from_str::<Value>(&answer.unwrap()).unwrap(), case["changes"], "{case}"),
                status => {
                    let error = answer.unwrap_err();
                    assert_eq!(
                        (i64::from(error.status.0), error.field),
                        (status, text("field").map(|name| &*name.to_owned().leak())),
                        "{case}"
                    );
                }
            }
        }
    }

    fn row(number: usize, is_active: u8) -> Value {
        json!({"meet_id": format!("m{number:06}"), "meet_url": format!("https://demo.videodoktor.cz/meet/{number:032}"),
            "meet_time": "23.11.2030 10:00", "meet_time_imd": "2030-11-23 10:00:00", "meet_active": is_active,
            "pacient_jmeno": "Jana Nováková", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456",
            "pacient_narozen": "1980", "meet_start": "2030-11-23T10:00:00+01:00"})
    }

    /// The list of 20,000 and itself with every tenth row changed, in another order.
    #[test]
    fn long_lists_take_no_more_than_three_readings_of_one() {
        let before = Value::Array((0..20_000).map(|n| row(n, 0)).collect());
        let after = Value::Array((0..20_000).rev().map(|n| row(n, u8::from(n % 10 == 0))).collect());
        let (before_text, after_text) = (before.to_string(), after.to_string());
        let fastest = |act: &dyn Fn()| {
            let timed = || {
                let started = Instant::now();
                act();
                started.elapsed()
            };
            (0..7).map(|_| timed()).min().unwrap()
        };
        let reading = fastest(&|| drop(serde_json::from_str::<Value>(&after_text).unwrap()));
        let comparing = fastest(&|| drop(between(Some(&before_text), &after_text).unwrap()));
        assert!(comparing <= 3 * reading, "{comparing:?}, one list is read in {reading:?}");
        let told = changes(&before, &after);
        let count = |name: &str| told[name].as_array().unwrap().len();
        assert_eq!((count("added"), count("removed"), count("changed"), &told["unchanged"]), (0, 0, 2_000, &json!(18_000)));
        assert_eq!(told["changed"][0]["fields"], json!(["meet_active"]));
    }

    #[test]
    fn what_was_added_to_a_list_and_removed_again_is_told_both_times() {
        let mut random = fastrand::Rng::with_seed(16);
        for _ in 0..200 {
            let list = |random: &mut fastrand::Rng| -> Vec<Value> {
                let numbers: std::collections::BTreeSet<usize> = (0..random.usize(..8)).map(|_| random.usize(..8)).collect();
                numbers.into_iter().map(|n| row(n, random.u8(..2))).collect()
            };
            let (before, after) = (list(&mut random), list(&mut random));
            let told = changes(&before.clone().into(), &after.clone().into());
            let mut patched: Vec<Value> = before.into_iter().filter(|row| !told["removed"].as_array().unwrap().contains(row)).collect();
            for change in told["changed"].as_array().unwrap() {
                let place = patched.iter().position(|row| *row == change["before"]).unwrap();
                patched[place] = change["after"].clone();
            }
            patched.extend(told["added"].as_array().unwrap().iter().cloned());
            patched.sort_by_key(|row| row["meet_id"].as_str().unwrap().to_owned());
            assert_eq!(patched, after);
        }
    }
}
