use serde_json::Value;

use super::*;
use crate::service::prague_time;
use crate::status::Lang;

fn cases() -> Vec<Value> {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/replies.json");
    serde_json::from_str(&std::fs::read_to_string(table).unwrap()).unwrap()
}

fn kind(name: &str) -> ResponseKind {
    match name {
        "token" => ResponseKind::Token,
        "time" => ResponseKind::Time,
        "made" => ResponseKind::Made,
        "meetings" => ResponseKind::Meetings,
        "meeting" => ResponseKind::Meeting,
        "removed" => ResponseKind::Removed,
        "export" => ResponseKind::Export,
        "any" => ResponseKind::Any,
        other => panic!("no kind is called {other}"),
    }
}

/// `body`, `times` over, or the bytes of `body_hex`.
fn body(case: &Value) -> Vec<u8> {
    match case["body_hex"].as_str() {
        Some(hex) => hex.as_bytes().chunks(2).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 16).unwrap()).collect(),
        None => case["body"].as_str().unwrap().repeat(usize::try_from(case["times"].as_u64().unwrap_or(1)).unwrap()).into_bytes(),
    }
}

#[test]
fn every_reply_of_the_table_is_read_as_it_says() {
    for case in cases() {
        let why = &case["why"];
        let http_status = u16::try_from(case["http_status"].as_u64().unwrap()).unwrap();
        match (read(kind(case["promise"].as_str().unwrap()), http_status, &body(&case)), case["answer"].as_str()) {
            (Ok(success), Some(answer)) => assert_eq!(success.into_json(), answer, "{why}"),
            (Ok(_), None) => panic!("no error: {why}"),
            (Err(error), Some(_)) => panic!("{error:?}: {why}"),
            (Err(error), None) => {
                assert_eq!(Some(i64::from(error.status.0)), case["status"].as_i64(), "{why}");
                assert_eq!(error.http_status, Some(http_status), "{why}");
                if let Some(detail) = case["detail"].as_str() {
                    assert_eq!(error.detail, detail, "{why}");
                }
            }
        }
    }
}

fn what_came(kind: ResponseKind, body: &[u8]) -> String {
    let error = read(kind, 200, body).unwrap_err();
    assert_eq!(error.status, Status::ERR_BAD_REPLY);
    error.detail
}

#[test]
fn a_hundred_levels_are_read_and_one_more_is_not() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(ResponseKind::Any, 200, nested(100).as_bytes()).unwrap().into_json(), nested(100));
    assert_eq!(what_came(ResponseKind::Any, nested(101).as_bytes()), "JSON nested deeper than 100 levels");
    let in_a_field = format!(r#"{{"meet_id":"a","x":{}}}"#, nested(99));
    assert_eq!(read(ResponseKind::Removed, 200, in_a_field.as_bytes()).unwrap().into_json(), in_a_field);
    let in_a_meeting = format!(r#"[{{"meet_id":"a","x":{}}}]"#, nested(100_000));
    assert_eq!(what_came(ResponseKind::Meetings, in_a_meeting.as_bytes()), "JSON nested deeper than 100 levels");
}

#[test]
fn brackets_in_a_text_are_no_levels() {
    let body = format!(r#"{{"meet_id":"{}\"{}"}}"#, "[".repeat(1_000), "{".repeat(1_000));
    assert_eq!(read(ResponseKind::Removed, 200, body.as_bytes()).unwrap().into_json(), body);
}

#[test]
fn a_reply_of_a_million_scraps_is_refused_before_it_becomes_a_tree() {
    let scraps = "0,".repeat(1_000_000) + "0";
    assert_eq!(
        what_came(ResponseKind::Token, format!(r#"{{"token":"t","x":[{scraps}]}}"#).as_bytes()),
        "an object of more than 50000 values"
    );
    let members = r#""":0,"#.repeat(1_000_000);
    assert_eq!(
        what_came(ResponseKind::Removed, format!(r#"{{{members}"meet_id":"a"}}"#).as_bytes()),
        "an object of more than 1000 members"
    );
    assert!(what_came(ResponseKind::Meetings, format!("[{scraps}]").as_bytes()).starts_with("a list whose item 0"));
    let crumbs = r#"{"meet_id":1},"#.repeat(200_000);
    assert_eq!(what_came(ResponseKind::Meetings, format!("[{crumbs}{{}}]").as_bytes()), "a list of more than 200000 meetings");
    assert!(read(ResponseKind::Any, 200, format!("[{scraps}]").as_bytes()).is_ok());
}

#[test]
fn of_many_members_with_one_name_the_last_holds_too() {
    let others: String = (0..200).map(|n| format!(r#""x{}":{n},"#, n % 100)).collect();
    let json = read(ResponseKind::Removed, 200, format!(r#"{{{others}"meet_id":"a"}}"#).as_bytes()).unwrap().into_json();
    let read: Map<String, Value> = serde_json::from_str(&json).unwrap();
    assert_eq!((read.len(), read["x0"].as_u64(), read["x99"].as_u64()), (101, Some(100), Some(199)));
}

#[test]
fn a_list_gives_its_meetings_for_reconciliation() {
    let body = r#"{"3":{"meet_id":7,"meet_url":"https:\/\/x","meet_time_imd":"2030-11-23 10:00:00","pacient_jmeno":"Jana Nov\u00e1kov\u00e1",
        "pacient_email":null,"pacient_telefon":777123456,"pacient_narozen":1980}}"#;
    let Ok(Success::Meetings(list)) = read(ResponseKind::Meetings, 200, body.as_bytes()) else { panic!() };
    assert_eq!(list.iter().count(), 1);
    let jana = list.iter().next().unwrap();
    assert_eq!((&*jana.meet_id(), &*jana.meet_url(), &*jana.meet_time()), ("7", "https://x", ""));
    assert_eq!((&*jana.meet_time_imd(), &*jana.pacient_jmeno()), ("2030-11-23 10:00:00", "Jana Nováková"));
    assert_eq!((&*jana.pacient_email(), &*jana.pacient_telefon(), &*jana.pacient_narozen()), ("", "777123456", "1980"));
    assert_eq!(prague_time::start_of_meeting(&jana.meet_time_imd()).unwrap().iso(), "2030-11-23T10:00:00+01:00");
}

#[test]
fn no_debug_output_shows_a_patient() {
    let body = br#"[{"meet_id":"m-secret","pacient_jmeno":"Jana"}]"#;
    let Ok(Success::Meetings(list)) = read(ResponseKind::Meetings, 200, body) else { panic!() };
    let shown = format!("{list:?} {:?}", list.iter().next());
    let one = read(ResponseKind::Meeting, 200, body.get(1..body.len() - 1).unwrap()).unwrap();
    let any = read(ResponseKind::Any, 200, body).unwrap();
    for shown in [shown, format!("{one:?} {any:?}")] {
        assert!(!shown.contains("secret") && !shown.contains("Jana"), "{shown}");
    }
}

/// Every word that an error about a reply may say. The last line: the fields that it may name.
const VOCABULARY: &str = "HTTP with an a of or is where whose that be what would at than more deeper levels in after from on the half \
    which holds HTML page XML document empty reply invalid UTF JSON text nested ends early broken byte bytes not no object array number null truth value \
    values members name promised list item before message PHP report there yet network such Wi Fi wants login redirect followed it memory enough meeting meetings without success surrogate pair service answered X \
    token time meet_id meet_url export_url meet_time meet_time_imd meet_active pacient_jmeno pacient_email pacient_telefon pacient_narozen";

#[test]
fn no_damaged_reply_panics_or_shows_up_in_an_error() {
    let vocabulary: Vec<_> = VOCABULARY.split_whitespace().collect();
    let seeds: Vec<_> = cases().iter().filter(|case| case["times"].is_null()).map(|case| (case["promise"].clone(), body(case))).collect();
    let mut chance = fastrand::Rng::with_seed(20_201_123);
    let rounds = if cfg!(debug_assertions) { 3_000 } else { 200_000 };
    for round in 0..rounds {
        let (promised, whole) = &seeds[chance.usize(..seeds.len())];
        let other = &seeds[chance.usize(..seeds.len())].1;
        let mut damaged = whole.clone();
        for _ in 0..chance.usize(1..4) {
            damage(&mut damaged, other, &mut chance);
        }
        let http_status = *chance.choice(&[200, 200, 404, 503]).unwrap();
        match read(kind(promised.as_str().unwrap()), http_status, &damaged) {
            Ok(success) => {
                let json = success.into_json();
                serde_json::from_str::<serde::de::IgnoredAny>(&json).unwrap();
                assert!(!json.contains('\0'), "round {round}");
            }
            Err(error) => {
                let said = error.to_json(Lang::En)["detail"].as_str().unwrap().to_owned();
                let is_known = |word: &str| vocabulary.contains(&word);
                let is_letter = |c: char| c.is_alphanumeric() || c == '_';
                let mut words = said.split(|c| !is_letter(c)).filter(|word| word.contains(|c: char| !c.is_ascii_digit()));
                assert!(words.all(|word| is_known(word) || Status::from_code(word).is_some()), "round {round}: {said}");
            }
        }
    }
}

fn damage(body: &mut Vec<u8>, other: &[u8], chance: &mut fastrand::Rng) {
    let at = chance.usize(..=body.len());
    let end = at + chance.usize(..=(body.len() - at).min(20));
    match chance.u8(..6) {
        0 => body.truncate(at),
        1 => drop(body.drain(at..end)),
        2 => body.insert(at, chance.u8(..)),
        3 => body.insert(at, *chance.choice(b"{}[]\",:\\u0 \n<X").unwrap()),
        4 => drop(body.splice(at..end, other.iter().copied().skip(chance.usize(..=other.len())).take(40))),
        _ => body.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << chance.u8(..8)),
    }
}
