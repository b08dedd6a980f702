//! A list, and a detail, that shows values masked, escaped, cut or odd.

use serde_json::{Value, json};
use videodoktor_sandbox::{Habits, Sandbox, Shown, ShownYears};

use crate::control::Control;
use crate::practice::{PracticeProgram, START, but, jana};

/// How one patient looks in the list; the detail must show the same.
fn look(shown: Shown, name: &str) -> Value {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let fields = but(but(jana(START), "pacient_jmeno", name), "pacient_email", "o'brien@example.cz");
    let meet_id = practice.add(&fields).meet_id();
    sandbox.shown(shown);
    let row = practice.list()[0].clone();
    assert_eq!(practice.detail(&meet_id).json(), row);
    assert_eq!((row["meet_id"].as_str(), sandbox.meetings()[0].pacient_jmeno.as_str()), (Some(meet_id.as_str()), name));
    row
}

#[test]
fn a_year_has_five_faces() {
    for (years, shown) in [ShownYears::Plain, ShownYears::Zeros, ShownYears::Zero, ShownYears::Null, ShownYears::Empty].into_iter().zip([
        json!("1980"),
        json!("0000"),
        json!(0),
        Value::Null,
        json!(""),
    ]) {
        assert_eq!(look(Shown { years, ..Shown::default() }, "Jana Nováková")["pacient_narozen"], shown);
    }
}

#[test]
fn contacts_are_masked_escaped_or_odd_numbers() {
    let row = look(Shown { masked_emails: true, masked_phones: true, ..Shown::default() }, "Jana Nováková");
    assert_eq!((&row["pacient_email"], &row["pacient_telefon"]), (&json!("o***@example.cz"), &json!("777***456")));
    let row = look(Shown { html_escaped: true, float_phones: true, ..Shown::default() }, "Jana Nováková");
    assert_eq!(row["pacient_email"], "o&#039;brien@example.cz");
    assert!(row.to_string().contains(r#""pacient_telefon":777123456.0"#), "{row}");
}

#[test]
fn an_absent_contact_stays_absent() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&but(jana(START), "pacient_email", ""));
    practice.add(&but(jana("23.11.2030.10.15"), "pacient_telefon", ""));
    sandbox.shown(Shown { masked_emails: true, masked_phones: true, float_phones: true, html_escaped: true, ..Shown::default() });
    let list = practice.list();
    assert_eq!((&list[0]["pacient_email"], &list[1]["pacient_telefon"]), (&json!(""), &json!("")));
}

#[test]
fn names_are_escaped_cut_turned_and_dressed() {
    let plain = Shown::default;
    for (shown, sent, expected) in [
        (plain(), "Jana Nováková", "Jana Nováková"),
        (Shown { html_escaped: true, ..plain() }, "Seán O'Brien <\"&>", "Seán O&#039;Brien &lt;&quot;&amp;&gt;"),
        (Shown { cut_at_emoji: true, ..plain() }, "Jana 🌷 Nováková", "Jana "),
        (Shown { cut_after: Some(7), ..plain() }, "Žofie Příhodová", "Žofie P"),
        (Shown { latin1: true, ..plain() }, "Štěpánka Nováková", "?t?pánka Nováková"),
        (Shown { upper_case: true, ..plain() }, "Žofie Nováková", "ŽOFIE NOVÁKOVÁ"),
        (Shown { surname_first: true, ..plain() }, "Jana Marie Nováková", "Nováková Jana Marie"),
        (Shown { titles: true, ..plain() }, "Jana Nováková", "MUDr. Jana Nováková, Ph.D."),
        (Shown { surname_first: true, upper_case: true, cut_after: Some(10), ..plain() }, "Jana Nováková", "NOVÁKOVÁ J"),
    ] {
        assert_eq!(look(shown.clone(), sent)["pacient_jmeno"], expected, "{shown:?}");
    }
}

#[test]
fn one_row_is_odd_and_the_others_are_not() {
    let sandbox = Sandbox::start();
    sandbox.seed_meetings(50);
    sandbox.shown(Shown { odd_row: Some(7), ..Shown::default() });
    let list = PracticeProgram::of(&sandbox).list();
    for (number, row) in list.as_array().unwrap().iter().enumerate() {
        let odd = (row["meet_active"].as_str(), row["pacient_email"].is_object(), row["meet_id"].is_null());
        assert_eq!(odd == (Some("A"), true, true), number == 7, "{row}");
    }
    sandbox.shown(Shown { odd_row: Some(50), ..Shown::default() });
    assert!(PracticeProgram::of(&sandbox).list().as_array().unwrap().iter().all(|row| row["meet_id"].is_string()));
}

#[test]
fn it_goes_together_with_habits_and_is_a_setting() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&jana(START));
    sandbox.habits(Habits { numeric_keys: true, nulls: true, ..Habits::default() });
    let control = Control::of(&sandbox);
    let (status, settings) = control.ask("PATCH", "/settings", Some(json!({ "shown": { "years": "empty", "cut_after": 4 } })));
    assert_eq!((status, &settings["shown"]["cut_after"], &settings["shown"]["titles"]), (200, &json!(4), &json!(false)));
    let list = practice.list();
    assert_eq!((&list["0"]["pacient_jmeno"], &list["0"]["pacient_narozen"]), (&json!("Jana"), &Value::Null));
    for wrong in [json!({ "years": "1980" }), json!({ "cut_after": -1 }), json!({ "mask": true }), json!([true])] {
        assert_eq!(control.ask("PATCH", "/settings", Some(json!({ "shown": wrong.clone() }))).0, 400, "{wrong}");
    }
}
