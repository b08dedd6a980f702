//! The page: what people see, in both languages, and the forms by which they order.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use videodoktor_sandbox::{Sandbox, Shown, ShownYears};

use crate::practice::{PracticeProgram, START, but, jana, plain_agent};

struct Browser {
    agent: ureq::Agent,
    origin: String,
}

struct Seen {
    status: u16,
    text: String,
    headers: ureq::http::HeaderMap,
}

impl Browser {
    fn of(sandbox: &Sandbox) -> Browser {
        Browser { agent: plain_agent(), origin: sandbox.http_url() }
    }

    fn see(&self, path: &str, accepted: &str) -> Seen {
        let request = self.agent.get(format!("{}{path}", self.origin)).header("accept-language", accepted);
        Browser::seen(request.call().unwrap())
    }

    fn page(&self) -> String {
        self.see("/?lang=en", "").text
    }

    /// Sends a form and goes where it leads; says where.
    fn send(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let reply =
            Browser::seen(self.agent.post(format!("{}/sandbox/{path}?lang=en", self.origin)).send_form(fields.iter().copied()).unwrap());
        match reply.headers.get("location") {
            Some(to) => self.see(to.to_str().unwrap().split('#').next().unwrap(), ""),
            None => reply,
        }
    }

    fn seen(mut response: ureq::http::Response<ureq::Body>) -> Seen {
        let text = response.body_mut().read_to_string().unwrap();
        Seen { status: response.status().as_u16(), text, headers: response.headers().clone() }
    }
}

const INVITATION: [(&str, &str); 6] = [
    ("practice", "1"),
    ("pacient_jmeno", "Zdeňka Ježková"),
    ("pacient_email", "zdenka@sandbox.example"),
    ("pacient_telefon", ""),
    ("pacient_narozen", "1955"),
    ("meet_start", "2030-11-23T10:00"),
];

#[test]
fn it_is_czech_unless_the_browser_or_the_address_wants_english() {
    let sandbox = Sandbox::start();
    let browser = Browser::of(&sandbox);
    for (path, accepted, language, word) in [
        ("/", "", "cs", "Pozvat pacienta"),
        ("/", "en-GB,en;q=0.8", "en", "Invite a patient"),
        ("/?lang=en", "cs", "en", "Invite a patient"),
        ("/?lang=cs", "en", "cs", "Pozvat pacienta"),
    ] {
        let page = browser.see(path, accepted);
        assert!(page.text.contains(&format!("<html lang=\"{language}\">")) && page.text.contains(word), "{path} {accepted}");
    }
}

#[test]
fn names_stay_names_wherever_they_are_shown() {
    let sandbox = Sandbox::start();
    let nasty = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>";
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&but(jana(START), "pacient_jmeno", nasty)).meet_id();
    practice.call("/api_echo/", &[(nasty, nasty)]);
    let browser = Browser::of(&sandbox);
    browser.send("practice", &[("name", "<script>alert(3)</script>"), ("api_key", "\"><script>alert(4)")]);
    browser.send("fault", &[("path", "/<script>alert(5)</script>"), ("kind", "malformed")]);
    let refused = browser.send("invite", &[("pacient_jmeno", "\"><script>alert(6)</script>"), ("meet_start", "<script>")]);
    assert_eq!(refused.status, 409);
    for page in [browser.see("/", "").text, browser.page(), refused.text] {
        assert_eq!(page.matches("<script").count(), 1, "its own only");
        assert!(!page.contains("<img") && !page.contains("=alert(2)>"));
        assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    }
}

#[test]
fn every_page_says_that_it_is_the_sandbox_and_lets_nothing_foreign_in() {
    let sandbox = Sandbox::start();
    let made = PracticeProgram::of(&sandbox).add(&jana(START)).meet_id();
    let browser = Browser::of(&sandbox);
    for (path, status) in [("/", 200), (&*format!("/meet/{made}"), 200), ("/meet/none", 404), ("/report/none.pdf", 404)] {
        let page = browser.see(path, "");
        assert_eq!(page.status, status, "{path}");
        assert!(page.text.contains("<strong>SANDBOX</strong>"), "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
        assert!(!page.text.contains(" style=") && !page.text.contains("onclick"), "{path}");
        assert!(!page.text.contains("src=\"http") && !page.text.contains("href=\"http"), "{path}");
    }
}

#[test]
fn a_patient_is_invited_removed_and_reported_on_by_hand() {
    let sandbox = Sandbox::builder().clock("2030-11-22 09:15").frozen().start();
    let browser = Browser::of(&sandbox);
    let page = browser.send("invite", &INVITATION);
    assert!(page.text.contains("role=\"status\"") && page.text.contains("Zdeňka Ježková") && page.text.contains("23 Nov 2030, 10:00"));
    assert!(page.text.contains("Pozvánka na videohovor") && page.text.contains("zdenka@sandbox.example"));
    let meeting = sandbox.meetings()[0].clone();
    assert!(!page.text.contains(&meeting.report_path()) && page.text.contains("report from 24 Nov 2030"));
    browser.send("clock", &[("advance_s", "86400")]);
    assert!(!browser.page().contains(&meeting.report_path()));
    browser.send("clock", &[("advance_s", "86400")]);
    assert!(browser.page().contains(&meeting.report_path()));
    let gone = browser.send("remove", &[("meet_id", &meeting.meet_id)]);
    assert!(gone.text.contains("Cancelled calls") && gone.text.contains("Zrušení videohovoru"));
    assert_eq!(browser.send("remove", &[("meet_id", &meeting.meet_id)]).status, 404);
}

#[test]
fn a_refused_invitation_keeps_what_was_written_and_names_the_field() {
    let sandbox = Sandbox::start();
    let browser = Browser::of(&sandbox);
    let fields = but(INVITATION.to_vec(), "pacient_email", "no address");
    let page = browser.send("invite", &fields);
    assert_eq!(page.status, 409);
    assert!(
        page.text.contains("role=\"alert\"") && page.text.contains("X011") && page.text.contains("pacient_email is not an e-mail address")
    );
    assert!(
        page.text.contains("value=\"Zdeňka Ježková\"")
            && page.text.contains("value=\"no address\" autocomplete=\"off\" aria-invalid=\"true\"")
    );
    let czech = Browser::seen(browser.agent.post(format!("{}/sandbox/invite?lang=cs", browser.origin)).send_form(fields).unwrap());
    assert!(czech.text.contains("pacient_email není e-mailová adresa"));
}

/// The fault that seven seconds on the page make.
fn works_on(order: &str, end: &str) -> String {
    format!(r#"works_on={{"check_ms":0,"mail_ms":7000,"row_ms":7000,"order":"{order}","end":{end},"keeps_detail":false}}"#)
}

#[test]
fn every_switch_of_the_page_reaches_the_service() {
    let sandbox = Sandbox::start();
    let browser = Browser::of(&sandbox);
    let switches = [
        ("rate_limit", "9"),
        ("refuse_tokens", "25"),
        ("error_shape", "chyba"),
        ("error_status", "422"),
        ("newest_token_only", "on"),
        ("nightly_outage", "on"),
        ("shown_years", "zeros"),
        ("shown_cut_after", "12"),
        ("shown_odd_row", ""),
        ("shown_masked_emails", "on"),
        ("shown_titles", "on"),
    ];
    assert_eq!(browser.send("settings", &switches).status, 200);
    let settings = sandbox.settings();
    assert_eq!((settings.rate_limit, settings.refuse_tokens, settings.error_status), (Some(9), 0.25, 422));
    let shown = Shown { years: ShownYears::Zeros, cut_after: Some(12), masked_emails: true, titles: true, ..Shown::default() };
    assert_eq!(settings.shown, shown);
    for chosen in
        ["value=\"zeros\" selected", "name=\"shown_masked_emails\" checked", "type=\"number\" min=\"0\" max=\"1000\" value=\"12\""]
    {
        assert!(browser.page().contains(chosen), "{chosen}");
    }
    assert!(settings.newest_token_only && settings.nightly_outage && !settings.exclusive_starts);
    for (kind, expected) in [
        ("code", "code=\"X023\""),
        ("delay", "delay_ms=7000"),
        ("cut", "cut_reply_after=0"),
        ("cut_before", "cut_before_acting=true"),
        ("page", "status=502"),
        ("portal", "redirect=\"http://wifi.example/login\""),
        ("malformed", "body=\"malformed\""),
        ("works_on", &works_on("mail_first", "null")),
        ("works_on_row_first", &works_on("row_first", "null")),
        ("works_on_x005", &works_on("mail_first", "\"X005\"")),
        ("gateway", &format!("{} gateway={{\"gives_up_after_ms\":3500,\"answers\":504}}", works_on("mail_first", "null"))),
        ("gateway_reset", &format!("{} gateway={{\"gives_up_after_ms\":3500,\"answers\":\"reset\"}}", works_on("mail_first", "null"))),
        ("again", "again_after_ms=0"),
        ("late", "late={\"when\":\"instead\",\"of\":null,\"after_us\":0}"),
        ("other_meeting", "other_meeting=true"),
        ("endless", "endless={\"place\":\"body_of_length\",\"bytes\":1,\"every_ms\":200,\"ends_after\":null}"),
    ] {
        browser.send("fault", &[("path", "*"), ("kind", kind), ("code", "X023"), ("seconds", "7"), ("times", "2")]);
        let fault = sandbox.waiting_faults().pop().unwrap();
        assert_eq!((fault.summary().unwrap_or_default().as_str(), fault.times), (expected, Some(2)));
    }
    browser.send("faults/clear", &[]);
    assert_eq!(sandbox.waiting_faults(), []);
    browser.send("clock", &[("set", "2030-11-23T10:00")]);
    browser.send("clock", &[("frozen", "true")]);
    assert_eq!(sandbox.now().format("%Y-%m-%d %H:%M").to_string(), "2030-11-23 10:00");
    browser.send("seed", &[("seed", "99")]);
    assert_eq!(sandbox.seed(), 99);
    browser.send("make-up", &[("count", "4")]);
    assert_eq!(sandbox.meetings().len(), 4);
    let refused = browser.send("settings", &[("error_status", "7"), ("rate_limit", "33"), ("shown_titles", "on")]);
    assert!(refused.status == 400 && refused.text.contains("HTTP status of a refusal: enter a number from 200 to 599, not `7`"));
    for typed in ["max=\"599\" value=\"7\"", "max=\"100000\" value=\"33\"", "name=\"shown_titles\" checked", "data-typed"] {
        assert!(refused.text.contains(typed), "{typed}");
    }
    assert_eq!(browser.send("clock", &[("set", "yesterday")]).status, 400);
    browser.send("reset", &[]);
    assert_eq!((sandbox.meetings().len(), sandbox.settings().rate_limit), (0, None));
}

#[test]
fn the_log_tells_what_came_and_why_it_was_refused_in_both_languages() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    practice.add(&jana(START));
    practice.add(&jana(START));
    sandbox.next("/api_time/").cut_reply_after(0);
    drop(practice.post("/api_time/", &[]));
    let browser = Browser::of(&sandbox);
    let (english, czech) = (browser.page(), browser.see("/", "").text);
    assert!(english.contains("this practice has a call at this start") && czech.contains("ordinace už má na tento čas jiný hovor"));
    assert!(english.contains("carried out, reply lost") && czech.contains("provedeno, odpověď se ztratila"));
    assert!(czech.contains("Už existuje jiná pozvánka tohoto uživatele"), "the vendor's own words");
    assert_eq!(sandbox.requests_to("/").len(), 0, "looking at the page is no request to the service");
}

#[test]
fn the_log_groups_a_call_with_its_token_and_leaves_the_browser_out() {
    let sandbox = Sandbox::start();
    let practice = PracticeProgram::of(&sandbox);
    let spare = practice.token();
    let made = practice.add(&jana(START)).meet_id();
    drop(practice.post("/api_meet_list/", &[("token", &spare)]));
    let browser = Browser::of(&sandbox);
    let looked = browser.agent.get(format!("{}/meet/{made}", browser.origin)).header("accept", "text/html,*/*");
    assert_eq!(looked.call().unwrap().status(), 200);
    let page = browser.page();
    let (list, add) = (page.find("id=\"request-4\"").unwrap(), page.find("id=\"request-3\"").unwrap());
    let (of_list, of_add) = (page.find("id=\"request-1\"").unwrap(), page.find("id=\"request-2\"").unwrap());
    assert!(list < of_list && of_list < add && add < of_add, "each call is followed by the request that got its token");
    assert_eq!(page.matches("class=\"entry\"").count(), 2);
    assert!(
        !page.contains("/meet/</code>") && !page.contains("id=\"request-5\""),
        "a look into the waiting room is no request of a program"
    );
    let journal = sandbox.requests();
    assert_eq!(journal[0].token.as_deref(), Some(journal[3].field("token")));
    assert!(journal[4].browser && journal[4].path.starts_with("/meet/") && !journal[3].browser);
}

#[test]
fn calls_stand_in_the_order_of_their_starts_and_those_that_are_over_come_last() {
    let sandbox = Sandbox::builder().clock("2030-11-22 09:15").frozen().start();
    let practice = PracticeProgram::of(&sandbox);
    for start in ["23.11.2030.11.00", "22.11.2030.09.30", "23.11.2030.10.00"] {
        practice.add(&jana(start)).meet_id();
    }
    let browser = Browser::of(&sandbox);
    let order = |page: &str| {
        let starts = page.split("<p class=\"when\"><strong>").skip(1).map(|rest| rest.split("</strong>").next().unwrap().to_owned());
        starts.collect::<Vec<_>>()
    };
    assert_eq!(order(&browser.page()), ["22 Nov 2030, 09:30", "23 Nov 2030, 10:00", "23 Nov 2030, 11:00"]);
    sandbox.set_clock("2030-11-23 08:00");
    assert_eq!(order(&browser.page()), ["23 Nov 2030, 10:00", "23 Nov 2030, 11:00", "22 Nov 2030, 09:30"]);
}

#[test]
fn a_form_s_address_that_is_opened_without_the_form_leads_to_the_page() {
    let sandbox = Sandbox::start();
    let browser = Browser::of(&sandbox);
    for form in
        ["invite", "remove", "clock", "scenario", "fault", "faults/clear", "settings", "seed", "make-up", "practice", "restart", "reset"]
    {
        let led = browser.see(&format!("/sandbox/{form}?lang=en"), "");
        assert_eq!((led.status, led.headers["location"].to_str().unwrap()), (303, "/?lang=en"), "{form}");
    }
}

#[test]
fn every_form_tells_beside_itself_what_became_of_the_order() {
    let sandbox = Sandbox::start();
    let browser = Browser::of(&sandbox);
    // What stands before the word about the order: a form of its own part of the page.
    for (form, fields, before, after) in [
        ("clock", vec![("set", "yesterday")], "id=\"clock\"", "id=\"switches\""),
        ("seed", vec![("seed", "-1")], "action=\"/sandbox/seed", "action=\"/sandbox/make-up"),
        ("make-up", vec![("count", "0")], "action=\"/sandbox/make-up", "id=\"scenarios\""),
        ("fault", vec![("path", "*"), ("kind", "cut"), ("times", "0")], "id=\"fault-form\"", "id=\"faults-live\""),
        ("practice", vec![("api_key", "short")], "action=\"/sandbox/practice", "action=\"/sandbox/restart"),
        ("scenario", vec![("name", "slow")], "id=\"scenarios\"", "id=\"faults\""),
        ("restart", vec![], "action=\"/sandbox/restart", "action=\"/sandbox/reset"),
    ] {
        let page = browser.send(form, &fields).text;
        let said = page.find("id=\"said\"").unwrap_or_else(|| panic!("{form} says nothing"));
        assert!(page.find(before).unwrap() < said && said < page.find(after).unwrap(), "{form}");
        assert_eq!(page.matches("id=\"said\"").count(), 1, "{form}");
        for (_, value) in fields.iter().filter(|(name, _)| ["set", "seed", "count", "times", "api_key"].contains(name)) {
            assert!(page.contains(&format!("value=\"{value}\"")), "{form} keeps {value}");
        }
    }
}

#[test]
fn a_scenario_is_set_by_one_click_in_place_of_what_waited() {
    let sandbox = Sandbox::start();
    let (browser, practice) = (Browser::of(&sandbox), PracticeProgram::of(&sandbox));
    let set = |name: &str| browser.send("scenario", &[("name", name)]);
    sandbox.next("*").status(502);
    assert!(set("taken").text.contains("refused with code X024"));
    assert_eq!(practice.add(&jana(START)).code(), "X024");
    assert_eq!(practice.add(&jana(START)).status, 200);
    set("bad_key");
    assert_eq!((practice.verify().code(), practice.verify().code()), ("X002".to_owned(), "X002".to_owned()));
    set("outage");
    assert_eq!(practice.verify().code(), "X005");
    assert!(set("portal").text.contains("until you take it back"));
    let redirected = practice.verify();
    assert_eq!((redirected.status, redirected.header("location")), (302, "http://wifi.example/login"));
    set("slow");
    assert_eq!(sandbox.waiting_faults()[0].delay_ms, 5000);
    set("lost_reply");
    let token = practice.token();
    assert!(practice.post("/api_meet_add/", &but(jana("24.11.2030.10.00"), "token", &token)).is_err(), "the reply is lost");
    assert_eq!(sandbox.meetings().len(), 2);
    browser.send("faults/clear", &[]);
    assert_eq!(browser.send("scenario", &[("name", "none")]).status, 400);
}

#[test]
fn the_page_prints_programs_with_its_own_address_and_keys() {
    let sandbox = Sandbox::builder().app_key("another-\"key\"").start();
    let page = Browser::of(&sandbox).page();
    for part in [sandbox.http_url().as_str(), "another-\\&#34;key\\&#34;", "another-&#34;key&#34;", "FirstInvitation.dpr", "quickstart.cpp"]
    {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("43210"));
}

#[test]
fn news_is_told_as_it_happens() {
    let sandbox = Sandbox::start();
    let mut stream = TcpStream::connect(sandbox.http_address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /sandbox/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut events = BufReader::new(stream).lines().map(Result::unwrap).filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    let first: u64 = events.next().unwrap().parse().unwrap();
    PracticeProgram::of(&sandbox).token();
    assert!(events.next().unwrap().parse::<u64>().unwrap() > first);
}

#[test]
fn a_waiting_room_knows_the_time() {
    let sandbox = Sandbox::builder().clock("2030-11-23 09:00").frozen().start();
    let made = PracticeProgram::of(&sandbox).add(&jana(START)).meet_id();
    let browser = Browser::of(&sandbox);
    let room = || browser.see(&format!("/meet/{made}?lang=en"), "").text;
    assert!(room().contains("You are early") && room().contains("href=\"/?lang=en#calls\""));
    sandbox.set_clock("2030-11-23 09:50");
    assert!(room().contains("The doctor will join"));
    sandbox.set_clock("2030-11-23 12:00");
    assert!(room().contains("This call is over"));
}
