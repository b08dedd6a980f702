//! What the page shows, as texts that are ready to be put into it.

use askama::Template;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::Language;
use super::kinds::{KINDS, Kind, in_words};
use super::log::{self, LogEntry};
use super::scenarios::{SCENARIOS, Scenario};
use super::snippets::{self, Access, Snippet};
use super::texts::Texts;
use super::typed::Typed;
use crate::code::Code;
use crate::fault::Fault;
use crate::order::{Complaint, Giver};
use crate::reply::{ErrorShape, ShownYears};
use crate::service::{Call, Channel, Mail, Meeting, Practice, Recipient};
use crate::settings::Settings;
use crate::shared::{Addresses, Shared};
use crate::world::World;

/// More than this of anything makes the page slow to read; all of it is in the control API.
const MOST_SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "page.html")]
pub struct Page {
    pub t: &'static Texts,
    here: &'static str,
    message: Option<Message>,
    version: &'static str,
    /// The latest change that the page shows.
    revision: u64,
    addresses: Vec<String>,
    app_key: String,
    ca_file: Option<String>,
    practices: Vec<PracticeRow>,
    snippets: Vec<Snippet>,
    typed: Typed,
    draft: Draft,
    calls: Vec<CallCard>,
    more_calls: usize,
    removed: Vec<CallCard>,
    removed_count: usize,
    mails: Vec<MailCard>,
    more_mails: usize,
    log: Vec<LogEntry>,
    more_log: usize,
    now: String,
    now_machine: String,
    now_input: String,
    frozen: bool,
    paths: Vec<&'static str>,
    kinds: Vec<KindChoice>,
    scenarios: Vec<ScenarioCard>,
    codes: Vec<(String, &'static str)>,
    waiting: Vec<WaitingFault>,
    settings: Settings,
    rate_limit: String,
    refuse_tokens: String,
    error_shapes: Vec<Shape>,
    error_shape: String,
    shown_years: Vec<(&'static str, &'static str)>,
    shown_year: &'static str,
    shown_cut_after: String,
    shown_odd_row: String,
    seed: u64,
}

impl Page {
    pub fn of(shared: &Shared, giver: &Giver, language: Language, message: Option<Message>, typed: Typed) -> Page {
        let revision = *shared.watch().borrow(); // before the world: a change in between is shown and told
        let world = shared.world();
        let t = language.texts();
        let practices: Vec<PracticeRow> = world.service.practices().iter().enumerate().map(PracticeRow::of).collect();
        let (removed, mut present): (Vec<&Meeting>, Vec<&Meeting>) =
            world.service.meetings().iter().rev().partition(|call| call.removed_at.is_some());
        by_start(&mut present, &world);
        let cards = |calls: &[&Meeting]| calls.iter().take(MOST_SHOWN).map(|call| CallCard::of(call, &world, language)).collect();
        let mails = world.service.mails();
        let (log, more_log) = log::entries(&world, MOST_SHOWN, language);
        let now = world.clock.prague();
        let Addresses { urls, ca_file } = shared.addresses();
        let addresses = if urls.is_empty() { vec![giver.origin.clone()] } else { urls };
        let app_key = world.service.app_key().to_owned();
        let snippets = snippets_for(&addresses, &app_key, &practices, ca_file.as_deref());
        Page {
            t,
            here: "/",
            message,
            version: env!("CARGO_PKG_VERSION"),
            revision,
            addresses,
            app_key,
            ca_file,
            practices,
            snippets,
            typed,
            draft: Draft::made_up(&world),
            calls: cards(&present),
            more_calls: present.len().saturating_sub(MOST_SHOWN),
            removed: cards(&removed),
            removed_count: removed.len(),
            mails: mails.iter().rev().take(MOST_SHOWN).map(|mail| MailCard::of(mail, language)).collect(),
            more_mails: mails.len().saturating_sub(MOST_SHOWN),
            log,
            more_log,
            now: seconds(now, language),
            now_machine: now.format("%Y-%m-%dT%H:%M:%S").to_string(),
            now_input: now.format("%Y-%m-%dT%H:%M").to_string(),
            frozen: world.clock.is_frozen(),
            paths: Call::paths().collect(),
            kinds: KINDS.iter().map(|kind| KindChoice::of(kind, t)).collect(),
            scenarios: SCENARIOS.iter().map(|scenario| ScenarioCard::of(scenario, t)).collect(),
            codes: Code::documented().map(|code| (code.to_string(), code.text())).collect(),
            waiting: world.faults.waiting().iter().map(|fault| WaitingFault::of(fault, t)).collect(),
            rate_limit: world.settings.rate_limit.map(|most| most.to_string()).unwrap_or_default(),
            refuse_tokens: (world.settings.refuse_tokens * 100.0).to_string(),
            error_shapes: ErrorShape::ALL.iter().map(|shape| Shape::of(*shape)).collect(),
            error_shape: Shape::of(world.settings.error_shape).name,
            shown_years: ShownYears::ALL.map(|years| year_as_chosen(years, t)).to_vec(),
            shown_year: year_as_chosen(world.settings.shown.years, t).0,
            shown_cut_after: world.settings.shown.cut_after.map(|most| most.to_string()).unwrap_or_default(),
            shown_odd_row: world.settings.shown.odd_row.map(|number| number.to_string()).unwrap_or_default(),
            settings: world.settings.clone(),
            seed: world.seed(),
        }
    }
}

impl Page {
    /// Whether the message belongs to this form.
    fn says(&self, form: &str) -> bool {
        self.message.as_ref().is_some_and(|message| message.form == form)
    }
}

/// What has become of an order, told where it was given.
pub struct Message {
    /// The form that gave it.
    pub form: &'static str,
    pub text: String,
    pub code: Option<String>,
    pub bad: bool,
    pub status: Option<StatusCode>,
}

impl Message {
    /// `form` comes from the address, so it is only a key.
    pub fn done(form: &str, t: &Texts) -> Option<Message> {
        let (form, text) = match form {
            "invite" => ("invite", t.said_invited),
            "remove" => ("remove", t.said_removed),
            "clock" => ("clock", t.said_clock),
            "settings" => ("settings", t.said_settings),
            "fault" => ("fault", t.said_fault),
            "faults_clear" => ("faults_clear", t.said_faults_clear),
            "scenario" => ("scenario", t.said_scenario),
            "seed" => ("seed", t.said_seed),
            "make_up" => ("make_up", t.said_make_up),
            "practice" => ("practice", t.said_practice),
            "restart" => ("restart", t.said_restart),
            "reset" => ("reset", t.said_reset),
            _ => return None,
        };
        Some(Message { form, text: text.to_owned(), code: None, bad: false, status: None })
    }

    pub fn complaint(form: &'static str, complaint: Complaint, language: Language) -> Message {
        let code = complaint.code.map(|code| code.to_string());
        let text = language.choose(complaint.czech, complaint.english);
        Message { form, text, code, bad: true, status: Some(complaint.status) }
    }
}

/// What is to come first, in the order of starts; then what is over, the latest first.
fn by_start(calls: &mut [&Meeting], world: &World) {
    let (now, wall) = (world.clock.now(), world.clock.prague().naive_local());
    calls.sort_by_key(|call| {
        let is_over = call.start < wall && !call.is_active(now);
        let distance = (call.start - wall).num_seconds();
        (is_over, if is_over { -distance } else { distance })
    });
}

/// For the first practice, by plain HTTP where there is any: it needs no certificate.
fn snippets_for(addresses: &[String], app_key: &str, practices: &[PracticeRow], ca_file: Option<&str>) -> Vec<Snippet> {
    let url = addresses.iter().find(|url| url.starts_with("http:")).or(addresses.first()).map_or("", String::as_str);
    let api_key = practices.first().map_or("", |practice| practice.api_key.as_str());
    snippets::of(&Access { url, app_key, api_key, ca_file: ca_file.filter(|_| url.starts_with("https:")) })
}

struct KindChoice {
    name: &'static str,
    words: &'static str,
    class: &'static str,
}

impl KindChoice {
    fn of(kind: &Kind, t: &Texts) -> KindChoice {
        KindChoice { name: kind.name, words: (kind.words)(t), class: kind.class() }
    }
}

struct ScenarioCard {
    name: &'static str,
    title: &'static str,
    story: &'static str,
}

impl ScenarioCard {
    fn of(scenario: &Scenario, t: &Texts) -> ScenarioCard {
        ScenarioCard { name: scenario.name, title: (scenario.title)(t), story: (scenario.story)(t) }
    }
}

struct PracticeRow {
    number: usize,
    name: String,
    email: String,
    api_key: String,
}

impl PracticeRow {
    fn of((number, practice): (usize, &Practice)) -> PracticeRow {
        let Practice { name, email, api_key } = practice.clone();
        PracticeRow { number, name, email, api_key }
    }
}

/// An invitation that is being written.
pub struct Draft {
    pub practice: usize,
    pub jmeno: String,
    pub email: String,
    pub telefon: String,
    pub narozen: String,
    pub start: String,
}

impl Draft {
    /// Somebody to try with, at the next start that is free.
    fn made_up(world: &World) -> Draft {
        let tomorrow = world.clock.prague().date_naive() + TimeDelta::days(1);
        let ten = tomorrow.and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default());
        let mut quarters = (0..).map(|quarter| ten + TimeDelta::minutes(15 * quarter));
        let start = quarters.find(|start| !world.service.is_taken(0, *start)).unwrap_or(ten);
        Draft {
            practice: 0,
            jmeno: "Jana Nováková".to_owned(),
            email: "jana.novakova@sandbox.example".to_owned(),
            telefon: "777123456".to_owned(),
            narozen: "1980".to_owned(),
            start: start.format("%Y-%m-%dT%H:%M").to_string(),
        }
    }
}

struct CallCard {
    meet_id: String,
    start: String,
    state: &'static str,
    /// Its colour.
    mood: &'static str,
    patient: String,
    born: String,
    contact: String,
    practice: String,
    report: Option<String>,
    report_from: String,
}

impl CallCard {
    fn of(call: &Meeting, world: &World, language: Language) -> CallCard {
        let (t, now) = (language.texts(), world.clock.now());
        let (state, mood) = match (call.is_active(now), call.start < world.clock.prague().naive_local()) {
            (true, _) => (t.call_active, "good"),
            (false, false) => (t.call_ahead, "cold"),
            (false, true) => (t.call_over, "plain"),
        };
        let contacts = [call.pacient_email.as_str(), call.pacient_telefon.as_str()];
        CallCard {
            meet_id: call.meet_id.clone(),
            start: day_and_time(call.start, language),
            state,
            mood,
            patient: call.pacient_jmeno.clone(),
            born: call.pacient_narozen.clone(),
            contact: contacts.into_iter().filter(|contact| !contact.is_empty()).collect::<Vec<_>>().join(" · "),
            practice: world.service.practices()[call.practice].name.clone(),
            report: call.has_report(now).then(|| call.report_path()),
            report_from: day(call.start + TimeDelta::days(1), language),
        }
    }
}

struct MailCard {
    number: usize,
    to_patient: bool,
    is_sms: bool,
    recipient: &'static str,
    subject: String,
    address: String,
    sent: String,
    meet_id: String,
    lines: Vec<TextLine>,
}

/// A line of a letter, and the link at its end.
struct TextLine {
    text: String,
    link: Option<String>,
}

impl MailCard {
    fn of(mail: &Mail, language: Language) -> MailCard {
        let t = language.texts();
        let to_patient = mail.to == Recipient::Patient;
        let line = |line: &str| match line.find("http") {
            Some(at) => TextLine { text: line[..at].to_owned(), link: Some(line[at..].to_owned()) },
            None => TextLine { text: line.to_owned(), link: None },
        };
        MailCard {
            number: mail.number,
            to_patient,
            is_sms: mail.channel == Channel::Sms,
            recipient: if to_patient { t.to_patient } else { t.to_practice },
            subject: mail.subject.clone(),
            address: mail.address.clone(),
            sent: seconds(mail.sent_at, language),
            meet_id: mail.meet_id.clone(),
            lines: mail.body.lines().filter(|line| !line.is_empty()).map(line).collect(),
        }
    }
}

struct WaitingFault {
    path: String,
    summary: String,
    times: String,
}

impl WaitingFault {
    fn of(fault: &Fault, t: &Texts) -> WaitingFault {
        let times = fault.times.map(|times| format!("{} {times}", t.times));
        let chance = fault.probability.map(|chance| match chance < 1.0 {
            true => format!("{} {} %", t.by_chance, chance * 100.0),
            false => t.until_cleared.to_owned(),
        });
        let summary = fault.summary().unwrap_or_default();
        WaitingFault {
            path: if fault.path == "*" { t.fault_anywhere.to_owned() } else { fault.path.clone() },
            summary: in_words(&summary, t).unwrap_or(summary),
            times: [times, chance].into_iter().flatten().collect::<Vec<_>>().join(", "),
        }
    }
}

/// A shape of refusals as one chooses it.
struct Shape {
    name: String,
    example: String,
}

impl Shape {
    fn of(shape: ErrorShape) -> Shape {
        let name = serde_json::to_value(shape).ok().and_then(|name| name.as_str().map(str::to_owned));
        let example = shape.reply(Code::EMAIL, 200, &crate::reply::Habits::default()).body;
        Shape { name: name.unwrap_or_default(), example: String::from_utf8_lossy(&example).into_owned() }
    }
}

/// The name of a way to show years, and what it looks like.
fn year_as_chosen(years: ShownYears, t: &Texts) -> (&'static str, &'static str) {
    match years {
        ShownYears::Plain => ("plain", t.shown_as_sent),
        ShownYears::Zeros => ("zeros", "\"0000\""),
        ShownYears::Zero => ("zero", "0"),
        ShownYears::Null => ("null", "null"),
        ShownYears::Empty => ("empty", "\"\""),
    }
}

pub fn day_and_time(at: NaiveDateTime, language: Language) -> String {
    at.format(language.choose("%-d. %-m. %Y %-H:%M", "%-d %b %Y, %H:%M")).to_string()
}

fn day(at: NaiveDateTime, language: Language) -> String {
    at.format(language.choose("%-d. %-m. %Y", "%-d %b %Y")).to_string()
}

fn seconds(at: DateTime<Tz>, language: Language) -> String {
    at.format(language.choose("%-d. %-m. %Y %-H:%M:%S", "%-d %b %Y, %H:%M:%S")).to_string()
}
