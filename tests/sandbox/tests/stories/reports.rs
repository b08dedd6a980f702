//! The report: from the day after the call on, a real PDF.

use std::time::Duration;

use videodoktor_sandbox::Sandbox;

use crate::practice::{PracticeProgram, but, jana};

#[test]
fn a_report_is_available_from_the_day_after_the_call() {
    let sandbox = Sandbox::builder().clock("2030-11-23 09:00").frozen().start();
    let practice = PracticeProgram::of(&sandbox);
    let made = practice.add(&but(jana("23.11.2030.10.00"), "pacient_jmeno", "Žofie Šťastná-Říhová")).meet_id();
    sandbox.set_clock("2030-11-23 23:59");
    assert_eq!(practice.export(&made).code(), "X004");
    sandbox.advance(Duration::from_secs(60));
    let url = practice.export(&made).json()["export_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&sandbox.http_url()), "{url}");
    let report = practice.get(&url);
    assert_eq!((report.status, report.header("content-type")), (200, "application/pdf"));
    assert!(report.bytes.starts_with(b"%PDF-1.") && report.bytes.ends_with(b"%%EOF"));
    for glyph in ["/Zcaron", "/Scaron", "/tcaron", "/Rcaron", "/aacute", "/yacute"] {
        assert!(contains(&report.bytes, glyph.as_bytes()), "{glyph}");
    }
    practice.remove(&made);
    assert_eq!(practice.get(&url).status, 404);
}

#[test]
fn a_meet_url_leads_to_a_page_without_patient_data() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let url = practice.add(&jana("23.11.2030.10.00")).json()["meet_url"].as_str().unwrap().to_owned();
    let page = practice.get(&url);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("SANDBOX") && !page.text().contains("Nováková"));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
