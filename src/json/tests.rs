use serde_json::Value;

use super::*;

fn get(json: &str, pointer: &str) -> Result<String> {
    get_from(json.as_bytes(), pointer, &mut Bookmark::default())
}

fn length(json: &str, pointer: &str) -> Result<i32> {
    length_from(json.as_bytes(), pointer, &mut Bookmark::default())
}

#[test]
fn every_pointer_of_the_table_finds_what_it_says() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/json_pointers.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(table).unwrap()).unwrap();
    for case in cases {
        let (why, json, pointer) = (&case["why"], case["json"].as_str().unwrap(), case["pointer"].as_str().unwrap());
        match (get(json, pointer), case["text"].as_str()) {
            (Ok(text), expected) => assert_eq!(Some(text.as_str()), expected, "{why}"),
            (Err(error), None) => {
                assert_eq!(i64::from(error.status.0), case["status"].as_i64().unwrap(), "{why}");
                assert_eq!(error.field, case["field"].as_str(), "{why}");
            }
            (Err(error), Some(_)) => panic!("{error:?}: {why}"),
        }
        match length(json, pointer) {
            Ok(length) => assert_eq!(Some(i64::from(length)), case["length"].as_i64(), "{why}"),
            Err(error) if !case["length_status"].is_null() => {
                assert_eq!((Some(i64::from(error.status.0)), error.field), (case["length_status"].as_i64(), Some("pointer")), "{why}");
            }
            Err(error) => {
                assert!(case["length"].is_null(), "{error:?}: {why}");
                assert!(case["status"] != 61 || error.status == Status::ERR_NOT_FOUND, "{error:?}: {why}");
            }
        }
    }
}

#[test]
fn no_depth_harms_the_stack() {
    const DEEP: usize = 100_000;
    let nested = format!("{}1{}", "[".repeat(DEEP), "]".repeat(DEEP));
    assert_eq!(get(&nested, "").unwrap(), nested);
    assert_eq!(get(&nested, &"/0".repeat(DEEP)).unwrap(), "1");
    assert_eq!(length(&nested, &"/0".repeat(DEEP - 1)).unwrap(), 1);
    assert_eq!(get(&nested, "/1").unwrap_err().status, Status::ERR_NOT_FOUND);
    let open = r#"{"a":"#.repeat(DEEP);
    for broken in
        [get(&open, "").map(drop), get(&open, "/b").map(drop), get(&open, &"/a".repeat(DEEP)).map(drop), length(&open, "").map(drop)]
    {
        assert_eq!(broken.unwrap_err().field, Some("json"));
    }
}

fn list(meetings: usize) -> String {
    let items: Vec<_> = (0..meetings).map(|n| format!(r#"{{"meet_id":"m{n}","tags":["a","b{n}"], "meet_active":1}}"#)).collect();
    format!(r#"{{"items": [{}]}}"#, items.join(" , "))
}

#[test]
fn a_bookmark_finds_the_same_as_a_search_from_the_start() {
    let json = list(300);
    let mut bookmark = Bookmark::default();
    let mut chance = fastrand::Rng::with_seed(7);
    for _ in 0..3_000 {
        let end = *chance.choice(&["", "/meet_id", "/tags", "/tags/1", "/tags/2", "/none", "/meet_active/0"]).unwrap();
        let pointer = format!("/items/{}{end}", chance.usize(..310));
        assert_eq!(get_from(json.as_bytes(), &pointer, &mut bookmark), get(&json, &pointer), "{pointer}");
        assert_eq!(length_from(json.as_bytes(), &pointer, &mut bookmark), length(&json, &pointer), "{pointer}");
        assert_eq!(length_from(json.as_bytes(), "/items", &mut bookmark).unwrap(), 300);
    }
}

#[test]
fn a_bookmark_spares_what_was_passed_before() {
    let json = list(1_000);
    let mut bookmark = Bookmark::default();
    assert_eq!(get_from(json.as_bytes(), "/items/500/meet_id", &mut bookmark).unwrap(), "m500");
    let mut damaged = json.into_bytes();
    damaged[..100].fill(b'?');
    for n in [500, 501, 999] {
        assert_eq!(get_from(&damaged, &format!("/items/{n}/meet_id"), &mut bookmark).unwrap(), format!("m{n}"));
    }
}

#[test]
fn bytes_that_are_no_utf8_are_no_text() {
    let json = b"[\"Nov\xe1k\",\"Jana\"]";
    assert_eq!(get_from(json, "/0", &mut Bookmark::default()).unwrap_err().field, Some("json"));
}

#[test]
fn a_long_list_is_counted() {
    assert_eq!(length(&format!("[{}0]", "0,".repeat(99_999)), "").unwrap(), 100_000);
}

#[test]
fn an_error_says_where_the_text_breaks_and_shows_none_of_it() {
    let error = get(r#"{"pacient_jmeno":"Jana", oops}"#, "/meet_id").unwrap_err();
    assert_eq!(error.detail, "the text is no valid JSON from byte 25 on");
}

#[test]
fn ascii_json_means_the_same() {
    assert_eq!(to_ascii(r#"{"a":"b\n"}"#.to_owned()).unwrap(), r#"{"a":"b\n"}"#);
    let json = r#"{"č":"Žofie 😀 \u017d\\é"}"#;
    let ascii = to_ascii(json.to_owned()).unwrap();
    assert_eq!(ascii, r#"{"\u010d":"\u017dofie \ud83d\ude00 \u017d\\\u00e9"}"#);
    assert_eq!(serde_json::from_str::<Value>(&ascii).unwrap(), serde_json::from_str::<Value>(json).unwrap());
}

#[test]
fn no_damaged_text_panics() {
    let whole = list(5).into_bytes();
    let mut chance = fastrand::Rng::with_seed(6901);
    for _ in 0..if cfg!(debug_assertions) { 3_000 } else { 200_000 } {
        let mut damaged = whole.clone();
        damaged.truncate(chance.usize(..=whole.len()));
        for _ in 0..chance.usize(..3) {
            let at = chance.usize(..=damaged.len());
            damaged.insert(at, *chance.choice(b"{}[]\",:\\u0 \xc5\xffn-").unwrap());
        }
        let pointer = *chance.choice(&["", "/items", "/items/0", "/items/3/tags/1", "/items/4/meet_id", "/~", "/items/-"]).unwrap();
        let mut bookmark = Bookmark::default();
        for _ in 0..2 {
            let _ = (get_from(&damaged, pointer, &mut bookmark), length_from(&damaged, pointer, &mut bookmark));
        }
        if let Ok(text) = get_from(&damaged, pointer, &mut bookmark) {
            assert!(!text.contains('\0'));
        }
    }
}
