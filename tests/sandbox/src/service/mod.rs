//! The service itself: what its text says, and nothing of HTTP. One request goes in as form fields, an answer or a refusal comes out.

mod invitation;
mod magic;
mod mail;
mod meeting;
mod rate;
mod token;

pub use magic::fault_for;
pub use mail::{Channel, Letter, Mail, Recipient};
pub use meeting::Meeting;
pub use token::{Token, Touched as TouchedTokens};

use std::net::IpAddr;

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use chrono_tz::Europe::Prague;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::code::{Code, Refused};
use crate::settings::Settings;
use invitation::Invitation;
use mail::Post;
use meeting::Meetings;
use rate::RateLimit;
use token::Tokens;

/// The hour of the night, 3:00 to 4:00, in which the service is down and accepts no starts.
const NIGHTLY_OUTAGE: u32 = 3;

/// A call of the service, one per path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Verify,
    Time,
    Add,
    List,
    Detail,
    Remove,
    Export,
    /// Not in the vendor's text: stands for the calls that the vendor adds for one implementation. Answers with the fields it was sent.
    Echo,
}

impl Call {
    const PATHS: [(Call, &str); 8] = [
        (Call::Verify, "/api_verify/"),
        (Call::Time, "/api_time/"),
        (Call::Add, "/api_meet_add/"),
        (Call::List, "/api_meet_list/"),
        (Call::Detail, "/api_meet_detail/"),
        (Call::Remove, "/api_meet_remove/"),
        (Call::Export, "/api_meet_export/"),
        (Call::Echo, "/api_echo/"),
    ];

    /// Where the calls are.
    pub fn paths() -> impl Iterator<Item = &'static str> {
        Call::PATHS.iter().map(|(_, path)| *path)
    }

    pub fn at(path: &str) -> Option<Call> {
        Call::PATHS.iter().find(|(_, known)| *known == path).map(|(call, _)| *call)
    }
}

/// A practice that is registered with the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Practice {
    pub name: String,
    pub email: String,
    pub api_key: String,
}

/// The fields of one request, in the order in which they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The field's text, the last one if it was sent twice (as PHP reads it), "" if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// What the service knows about a request besides its fields.
pub struct Circumstances<'a> {
    pub ip: IpAddr,
    /// `https://localhost:4433`: what the addresses in replies start with.
    pub origin: &'a str,
    pub now: DateTime<Utc>,
    pub settings: &'a Settings,
    /// A code that a test wants instead of the call being carried out.
    pub forced: Option<Code>,
}

/// What became of a call, or (after the check) what is going to.
pub struct Outcome<T> {
    /// Number of the practice, where the caller showed who it is.
    pub practice: Option<usize>,
    pub result: Result<T, Refused>,
}

/// What a call that has passed the check is going to do.
pub enum Work {
    /// Make this meeting, which nobody sees yet.
    Add(Meeting),
    Remove(Meeting),
    /// Nothing but to answer so.
    Answer(Value),
}

impl Work {
    /// What the caller is told.
    pub fn answer(&self, circumstances: &Circumstances) -> Value {
        match self {
            Work::Add(meeting) => json!({ "meet_id": meeting.meet_id, "meet_url": meeting.url(circumstances.origin) }),
            Work::Remove(meeting) => json!({ "meet_id": meeting.meet_id }),
            Work::Answer(answer) => answer.clone(),
        }
    }
}

/// What a service remembers from an earlier run.
#[derive(Default)]
pub struct Past {
    pub meetings: Vec<Meeting>,
    pub mails: Vec<Mail>,
    pub tokens: Vec<(String, Token)>,
}

/// One service host with all that it remembers.
pub struct Service {
    app_key: String,
    practices: Vec<Practice>,
    tokens: Tokens,
    meetings: Meetings,
    post: Post,
    rate: RateLimit,
}

impl Service {
    pub fn new(app_key: &str, practices: &[Practice], seed: u64) -> Service {
        Service {
            app_key: app_key.to_owned(),
            practices: practices.to_vec(),
            tokens: Tokens::new(seed),
            meetings: Meetings::new(StdRng::seed_from_u64(seed)),
            post: Post::default(),
            rate: RateLimit::default(),
        }
    }

    /// Goes on with what was made before; only the counts of the rate limit begin anew.
    pub fn resume(app_key: &str, practices: &[Practice], seed: u64, past: Past) -> Service {
        Service {
            app_key: app_key.to_owned(),
            practices: practices.to_vec(),
            tokens: Tokens::resume(past.tokens, seed),
            meetings: Meetings::resume(past.meetings, StdRng::seed_from_u64(seed)),
            post: Post::resume(past.mails),
            rate: RateLimit::default(),
        }
    }

    /// From here on, ids, tokens and their refusals are drawn from this seed.
    pub fn draw_from(&mut self, seed: u64) {
        self.meetings.draw_from(StdRng::seed_from_u64(seed));
        self.tokens.draw_from(seed);
    }

    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    pub fn set_app_key(&mut self, app_key: String) {
        self.app_key = app_key;
    }

    pub fn practices_mut(&mut self) -> &mut Vec<Practice> {
        &mut self.practices
    }

    pub fn token_texts(&self) -> Vec<String> {
        self.tokens.texts()
    }

    pub fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.get(text)
    }

    /// Indexes of the meetings, and texts of the tokens, that have changed since this was last asked.
    pub fn take_touched(&mut self) -> (Vec<usize>, TouchedTokens) {
        (self.meetings.take_touched(), self.tokens.take_touched())
    }

    pub fn practices(&self) -> &[Practice] {
        &self.practices
    }

    /// Every meeting ever made, in order, removed ones too.
    pub fn meetings(&self) -> &[Meeting] {
        self.meetings.all()
    }

    /// Whether a practice has a call at this start.
    pub fn is_taken(&self, practice: usize, start: NaiveDateTime) -> bool {
        self.meetings.is_taken(practice, start)
    }

    pub fn mails(&self) -> &[Mail] {
        self.post.sent()
    }

    /// What a restart of the service's machine loses: tokens and the counts of the rate limit.
    pub fn restart(&mut self) {
        self.tokens.forget();
        self.rate = RateLimit::default();
    }

    /// Puts `count` made-up meetings into the first practice's list, as if they had been there for long: nobody is e-mailed.
    pub fn seed_meetings(&mut self, count: usize, now: DateTime<Utc>) {
        self.meetings.seed(count, now);
    }

    /// Carries a call out, or says why not.
    pub fn answer(&mut self, call: Call, form: &Form, circumstances: &Circumstances) -> Outcome<Value> {
        let Outcome { practice, result } = self.check(call, form, circumstances);
        Outcome { practice, result: result.map(|work| self.complete(&work, circumstances)) }
    }

    /// Judges a call, which uses its token up; what it is going to do is left to [`Service::mail`] and [`Service::show`].
    pub fn check(&mut self, call: Call, form: &Form, circumstances: &Circumstances) -> Outcome<Work> {
        let mut practice = None;
        let result = self.examine(call, form, circumstances, &mut practice);
        Outcome { practice, result }
    }

    fn complete(&mut self, work: &Work, circumstances: &Circumstances) -> Value {
        self.show(work, circumstances, false);
        self.mail(work, circumstances);
        work.answer(circumstances)
    }

    /// What a call would have answered for another meeting of the practice; `None` where it answers of no meeting, or there is no other.
    pub fn answer_of_another(&self, call: Call, practice: usize, meet_id: &str, circumstances: &Circumstances) -> Option<Value> {
        let other = self.meetings.another(practice, meet_id)?;
        match call {
            Call::Add => Some(Work::Add(other.clone()).answer(circumstances)),
            Call::Detail => Some(other.fields(circumstances)),
            Call::Remove => Some(Work::Remove(other.clone()).answer(circumstances)),
            Call::Export => Some(export_url(other, circumstances)),
            Call::Verify | Call::Time | Call::List | Call::Echo => None,
        }
    }

    /// Tells patient and practice by e-mail.
    pub fn mail(&mut self, work: &Work, circumstances: &Circumstances) {
        match work {
            Work::Add(meeting) => self.post.invite(&self.practices[meeting.practice], meeting, circumstances),
            Work::Remove(meeting) => self.post.cancel(&self.practices[meeting.practice], meeting, circumstances),
            Work::Answer(_) => {}
        }
    }

    /// Puts a meeting into the list, or takes it out.
    pub fn show(&mut self, work: &Work, circumstances: &Circumstances, keeps_detail: bool) {
        match work {
            Work::Add(meeting) => self.meetings.place(meeting.clone()),
            Work::Remove(meeting) => self.meetings.remove(&meeting.meet_id, circumstances.now, keeps_detail),
            Work::Answer(_) => {}
        }
    }

    fn examine(&mut self, call: Call, form: &Form, circumstances: &Circumstances, practice: &mut Option<usize>) -> Result<Work, Refused> {
        self.rate.admit(circumstances)?;
        is_up(circumstances)?;
        match call {
            Call::Time => {
                forced(circumstances)?;
                return Ok(Work::Answer(self.time(circumstances)));
            }
            Call::Verify => return self.verify(form, circumstances, practice).map(Work::Answer),
            _ => {}
        }
        let caller = self.tokens.spend(form.get("token"), circumstances)?;
        *practice = Some(caller);
        forced(circumstances)?;
        match call {
            Call::Add => self.plan_add(caller, form, circumstances),
            Call::List => Ok(Work::Answer(self.list(caller, circumstances))),
            Call::Detail => {
                let meeting = self.meetings.find_for_detail(caller, meet_id(form)?)?;
                Ok(Work::Answer(meeting.fields(circumstances)))
            }
            Call::Remove => self.plan_remove(caller, form),
            Call::Export => self.export(caller, form, circumstances).map(Work::Answer),
            Call::Echo => Ok(Work::Answer(echo(form))),
            Call::Time | Call::Verify => unreachable!("answered above: they need no token"),
        }
    }

    /// "Získání tokenu"
    fn verify(&mut self, form: &Form, circumstances: &Circumstances, practice: &mut Option<usize>) -> Result<Value, Refused> {
        forced(circumstances)?;
        if let Some(code) = Code::parse(form.get("api_key")) {
            return Err(asked_for(code, "the magic api_key", "testovací hodnota api_key"));
        }
        if form.get("api_app_key") != self.app_key {
            return Err(unknown(Code::APP_KEY, "api_app_key", form));
        }
        let api_key = form.get("api_key");
        let Some(caller) = self.practices.iter().position(|known| known.api_key == api_key) else {
            return Err(unknown(Code::API_KEY, "api_key", form));
        };
        *practice = Some(caller);
        let token = self.tokens.issue(caller, circumstances.now);
        Ok(json!({ "token": token }))
    }

    /// "Datum a čas"
    fn time(&self, circumstances: &Circumstances) -> Value {
        let wall = circumstances.now.with_timezone(&Prague).naive_local();
        let time = wall.format(&circumstances.settings.meet_start_format).to_string();
        json!({ "time": time })
    }

    /// The same as the call, by an order of the control API.
    pub fn add(&mut self, practice: usize, form: &Form, circumstances: &Circumstances) -> Result<Value, Refused> {
        let work = self.plan_add(practice, form, circumstances)?;
        Ok(self.complete(&work, circumstances))
    }

    /// The same as the call, by an order of the control API.
    pub fn remove(&mut self, practice: usize, form: &Form, circumstances: &Circumstances) -> Result<Value, Refused> {
        let work = self.plan_remove(practice, form)?;
        Ok(self.complete(&work, circumstances))
    }

    /// "Vytvoření video hovoru / pozvánky"
    fn plan_add(&mut self, caller: usize, form: &Form, circumstances: &Circumstances) -> Result<Work, Refused> {
        if let Some(code) = magic::code_in_email(form.get("pacient_email")) {
            return Err(asked_for(code, "the magic e-mail address", "testovací e-mailová adresa"));
        }
        let invitation = Invitation::read(form, circumstances)?;
        self.has_room(caller, invitation.start, circumstances.settings)?;
        Ok(Work::Add(self.meetings.plan(caller, invitation, circumstances.now)))
    }

    fn has_room(&self, caller: usize, start: NaiveDateTime, settings: &Settings) -> Result<(), Refused> {
        if settings.overloaded.contains(&start) {
            let english = "this start is set as overloaded";
            return Err(Refused::new(Code::START_OVERLOADED, english, "tento začátek je nastaven jako přetížený"));
        }
        let full = |most| self.meetings.count_at(start) >= most as usize;
        if !self.meetings.is_taken(caller, start) && settings.capacity_per_start.is_some_and(full) {
            let english = "as many calls as the capacity have this start";
            return Err(Refused::new(Code::START_OVERLOADED, english, "na tento čas je už tolik hovorů, kolik dovoluje kapacita"));
        }
        if settings.exclusive_starts && self.meetings.is_taken(caller, start) {
            let english = "this practice has a call at this start";
            return Err(Refused::new(Code::START_TAKEN, english, "ordinace už má na tento čas jiný hovor"));
        }
        Ok(())
    }

    /// "Seznam video hovorů"
    fn list(&self, caller: usize, circumstances: &Circumstances) -> Value {
        let rows = self.meetings.of(caller).map(|meeting| meeting.fields(circumstances)).collect();
        circumstances.settings.shown.list(rows)
    }

    /// "Odstranění video hovoru"
    fn plan_remove(&self, caller: usize, form: &Form) -> Result<Work, Refused> {
        Ok(Work::Remove(self.meetings.find(caller, meet_id(form)?)?.clone()))
    }

    /// "Výkaz video hovoru". The text is silent about asking too early; X004 is our choice, because it is not worth repeating today.
    fn export(&self, caller: usize, form: &Form, circumstances: &Circumstances) -> Result<Value, Refused> {
        let meeting = self.meetings.find(caller, meet_id(form)?)?;
        if !meeting.has_report(circumstances.now) {
            let english = "the report is available from the day after the call";
            return Err(Refused::new(Code::MEET_ID, english, "výkaz je k dispozici až den po hovoru"));
        }
        Ok(export_url(meeting, circumstances))
    }
}

fn export_url(meeting: &Meeting, circumstances: &Circumstances) -> Value {
    json!({ "export_url": format!("{}{}", circumstances.origin, meeting.report_path()) })
}

fn is_up(circumstances: &Circumstances) -> Result<(), Refused> {
    let hour = circumstances.now.with_timezone(&Prague).hour();
    if circumstances.settings.nightly_outage && hour == NIGHTLY_OUTAGE {
        let english = "the service is down between 3:00 and 4:00";
        return Err(Refused::new(Code::SYSTEM, english, "služba má mezi 3:00 a 4:00 odstávku"));
    }
    Ok(())
}

fn forced(circumstances: &Circumstances) -> Result<(), Refused> {
    match circumstances.forced {
        Some(code) => Err(asked_for(code, "a fault", "porucha na přání")),
        None => Ok(()),
    }
}

/// The `meet_id` of a request, unless it is one of the magic ones (`X005`) that ask for a code.
fn meet_id(form: &Form) -> Result<&str, Refused> {
    let meet_id = form.get("meet_id");
    match Code::parse(meet_id) {
        Some(code) => Err(asked_for(code, "the magic meet_id", "testovací hodnota meet_id")),
        None if meet_id.is_empty() => Err(Refused::new(Code::MEET_ID, "meet_id was not sent", "meet_id chybí")),
        None => Ok(meet_id),
    }
}

fn unknown(code: Code, field: &str, form: &Form) -> Refused {
    match form.get(field) {
        "" => Refused::new(code, format!("{field} was not sent"), format!("{field} chybí")),
        _ => Refused::new(code, format!("{field} is unknown"), format!("{field} služba nezná")),
    }
}

/// A refusal that somebody wanted to see.
pub fn asked_for(code: Code, by: &str, kdo: &str) -> Refused {
    Refused::new(code, format!("asked for by {by}"), format!("vyvolala to {kdo}"))
}

fn echo(form: &Form) -> Value {
    let sent = form.0.iter().filter(|(name, _)| name != "token");
    Value::Object(sent.map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>())
}
