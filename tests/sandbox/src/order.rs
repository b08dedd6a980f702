//! What one may order the sandbox to do besides calling the service. The JSON of the control API and the forms of the page both end here.

use std::net::IpAddr;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::{self, Clock};
use crate::code::{Code, Refused};
use crate::fault::Fault;
use crate::service::{Circumstances, Form, Meeting, Practice};
use crate::settings::Settings;
use crate::world::World;

/// Why an order is not carried out, for a program and for a person.
#[derive(Debug, PartialEq)]
pub struct Complaint {
    pub status: StatusCode,
    pub english: String,
    pub czech: String,
    /// Where the service's own rules refuse it.
    pub code: Option<Code>,
}

impl Complaint {
    pub fn new(status: StatusCode, english: impl Into<String>, czech: impl Into<String>) -> Complaint {
        Complaint { status, english: english.into(), czech: czech.into(), code: None }
    }

    /// The order cannot be understood; only its sender can mend it.
    pub fn unclear(why: impl Into<String>) -> Complaint {
        let why = why.into();
        let czech = format!("Neplatné zadání: {why}");
        Complaint::new(StatusCode::BAD_REQUEST, why, czech)
    }
}

impl From<Refused> for Complaint {
    fn from(Refused { code, reason }: Refused) -> Complaint {
        Complaint { code: Some(code), ..Complaint::new(StatusCode::CONFLICT, reason.english, reason.czech) }
    }
}

/// Who gives an order, as far as the service's rules ask.
pub struct Giver {
    pub ip: IpAddr,
    /// Scheme and host under which the giver knows us.
    pub origin: String,
}

/// Made-up meetings of the first practice, a quarter of an hour apart from tomorrow on; nobody is e-mailed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeedMeetings {
    #[schema(maximum = 100_000)]
    pub count: usize,
}

const MOST_SEEDED: usize = 100_000;

impl SeedMeetings {
    pub fn obey(self, world: &mut World) -> Result<usize, Complaint> {
        if self.count > MOST_SEEDED {
            return Err(Complaint::unclear(format!("count: at most {MOST_SEEDED} meetings can be made up at once")));
        }
        let now = world.clock.now();
        world.service.seed_meetings(self.count, now);
        Ok(world.service.meetings().len())
    }
}

/// An invitation by hand: the same fields and rules as `api_meet_add`, but no token and no entry among the requests.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Number of the practice, from 0.
    #[serde(default)]
    #[schema(maximum = 999)]
    pub practice: usize,
    pub pacient_jmeno: String,
    #[serde(default)]
    pub pacient_email: String,
    #[serde(default)]
    pub pacient_telefon: String,
    pub pacient_narozen: String,
    /// Czech wall-clock time.
    #[schema(example = "2030-11-23 10:00")]
    pub meet_start: String,
}

impl Invite {
    pub fn obey(self, giver: &Giver, world: &mut World) -> Result<Meeting, Complaint> {
        has_practice(self.practice, world)?;
        // What is no time at all goes on as it is: the service's own rules have the word for it.
        let pattern = &world.settings.meet_start_format;
        let start = clock::parse_wall(&self.meet_start).map_or(self.meet_start, |wall| wall.format(pattern).to_string());
        let form = Form(vec![
            ("pacient_jmeno".to_owned(), self.pacient_jmeno),
            ("pacient_email".to_owned(), self.pacient_email),
            ("pacient_telefon".to_owned(), self.pacient_telefon),
            ("pacient_narozen".to_owned(), self.pacient_narozen),
            ("meet_start".to_owned(), start),
        ]);
        let made = with_circumstances(giver, world, |service, circumstances| service.add(self.practice, &form, circumstances))?;
        let meet_id = made["meet_id"].as_str().unwrap_or_default();
        let meeting = world.service.meetings().iter().rev().find(|meeting| meeting.meet_id == meet_id);
        Ok(meeting.cloned().expect("it has just been made"))
    }
}

/// A meeting taken back as its practice would: patient and practice are told.
pub fn remove(meet_id: &str, giver: &Giver, world: &mut World) -> Result<(), Complaint> {
    let owner = world.meetings().find(|meeting| meeting.meet_id == meet_id).map(|meeting| meeting.practice);
    let Some(practice) = owner else {
        return Err(Complaint::new(StatusCode::NOT_FOUND, "no meeting has this meet_id", "Hovor s tímto meet_id neexistuje."));
    };
    let form = Form(vec![("meet_id".to_owned(), meet_id.to_owned())]);
    with_circumstances(giver, world, |service, circumstances| service.remove(practice, &form, circumstances))?;
    Ok(())
}

fn with_circumstances(
    giver: &Giver,
    world: &mut World,
    act: impl FnOnce(&mut crate::service::Service, &Circumstances) -> Result<Value, Refused>,
) -> Result<Value, Refused> {
    let now = world.clock.now();
    let circumstances = Circumstances { ip: giver.ip, origin: &giver.origin, now, settings: &world.settings, forced: None };
    act(&mut world.service, &circumstances)
}

fn has_practice(number: usize, world: &World) -> Result<(), Complaint> {
    match number < world.service.practices().len() {
        true => Ok(()),
        false => Err(Complaint::new(StatusCode::NOT_FOUND, format!("there is no practice {number}"), "Taková ordinace tu není.")),
    }
}

/// Where the clock is to stand. Done in this order: real, frozen, set, advance.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetClock {
    /// Back to the machine's time, running.
    #[serde(default)]
    pub real: bool,
    /// Czech wall-clock time; it runs on from there unless it is frozen.
    #[schema(
        example = "2030-11-23 10:00",
        pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
    )]
    pub set: Option<String>,
    /// Moves by so many seconds, backwards if negative.
    #[schema(minimum = -3_162_240_000_i64, maximum = 3_162_240_000_i64)]
    pub advance_s: Option<i64>,
    /// Stops or runs on.
    pub frozen: Option<bool>,
}

/// A hundred years: farther, dates have no place in their type.
const FARTHEST_STEP: i64 = 100 * 366 * 86_400;

impl SetClock {
    pub fn obey(self, world: &mut World) -> Result<(), Complaint> {
        let at = self.set.as_deref().map(clock::parse_instant).transpose().map_err(|why| {
            let czech = "Tomuto času nerozumím: zapište ho jako 2030-11-23 10:00 (a ne do hodiny, kterou přeskakuje letní čas).";
            Complaint::new(StatusCode::BAD_REQUEST, format!("set: {why}"), czech)
        })?;
        if self.advance_s.is_some_and(|seconds| !(-FARTHEST_STEP..=FARTHEST_STEP).contains(&seconds)) {
            return Err(Complaint::unclear(format!("advance_s is at most {FARTHEST_STEP}, a hundred years")));
        }
        if self.real {
            world.clock = Clock::real();
        }
        match self.frozen {
            Some(true) => world.clock.freeze(),
            Some(false) => world.clock.run(),
            None => {}
        }
        at.into_iter().for_each(|at| world.clock.set(at));
        self.advance_s.map(TimeDelta::seconds).into_iter().for_each(|step| world.clock.advance(step));
        Ok(())
    }
}

/// Settings that change; the others stay.
pub fn change_settings(changes: Value, world: &mut World) -> Result<(), Complaint> {
    let mut merged = serde_json::to_value(&world.settings).map_err(|error| Complaint::unclear(error.to_string()))?;
    merge(&mut merged, changes);
    let settings: Settings = serde_json::from_value(merged).map_err(|error| Complaint::unclear(error.to_string()))?;
    settings.check().map_err(Complaint::unclear)?;
    world.settings = settings;
    Ok(())
}

/// RFC 7396, but for `null`: here it is a value (no limit), because no setting can be left out.
fn merge(target: &mut Value, changes: Value) {
    match (target, changes) {
        (Value::Object(target), Value::Object(changes)) => {
            for (name, value) in changes {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, changes) => *target = changes,
    }
}

pub fn add_fault(fault: Fault, world: &mut World) -> Result<(), Complaint> {
    fault.check().map_err(Complaint::unclear)?;
    world.faults.push(fault);
    Ok(())
}

/// A practice as it is to be; what is left out stays, or is made up for a new one.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribePractice {
    #[schema(min_length = 1, max_length = 64)]
    pub name: Option<String>,
    #[schema(pattern = r"^[a-z0-9.-]{1,40}@sandbox\.example$")]
    pub email: Option<String>,
    /// Another than every other practice's.
    #[schema(pattern = r"^[!-~]{6,128}$")]
    pub api_key: Option<String>,
}

impl DescribePractice {
    /// A new practice; says its number.
    pub fn register(self, world: &mut World) -> Result<usize, Complaint> {
        let number = world.service.practices().len();
        if number == MOST_PRACTICES {
            let english = format!("there are {MOST_PRACTICES} practices already");
            return Err(Complaint::new(StatusCode::CONFLICT, english, "Víc ordinací se sem nevejde."));
        }
        let made_up = Practice {
            name: format!("Ordinace {}", number + 1),
            email: format!("ordinace{}@sandbox.example", number + 1),
            api_key: free_key(number + 1, world.service.practices()),
        };
        let practice = self.described(made_up, number, world)?;
        world.service.practices_mut().push(practice);
        Ok(number)
    }

    /// Another name, address or key for a practice that is there.
    pub fn change(self, number: usize, world: &mut World) -> Result<(), Complaint> {
        has_practice(number, world)?;
        let practice = self.described(world.service.practices()[number].clone(), number, world)?;
        world.service.practices_mut()[number] = practice;
        Ok(())
    }

    fn described(self, before: Practice, number: usize, world: &World) -> Result<Practice, Complaint> {
        let DescribePractice { name, email, api_key } = self;
        if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 64) {
            return Err(Complaint::new(StatusCode::BAD_REQUEST, "name has 1 to 64 characters", "Název má 1 až 64 znaků."));
        }
        if email.as_ref().is_some_and(|email| !is_made_up(email)) {
            let english = "email is made up, at sandbox.example: 1 to 40 small letters, digits, dots and hyphens stand before the @";
            let czech = "E-mail je smyšlený, v doméně sandbox.example; před zavináčem 1 až 40 malých písmen, číslic, teček a pomlček.";
            return Err(Complaint::new(StatusCode::BAD_REQUEST, english, czech));
        }
        api_key.as_deref().map(check_key).transpose()?;
        let others = world.service.practices().iter().enumerate().filter(|(other, _)| *other != number);
        if others.into_iter().any(|(_, other)| Some(&other.api_key) == api_key.as_ref()) {
            return Err(Complaint::new(StatusCode::CONFLICT, "api_key belongs to another practice", "Tento klíč už má jiná ordinace."));
        }
        Ok(Practice { name: name.unwrap_or(before.name), email: email.unwrap_or(before.email), api_key: api_key.unwrap_or(before.api_key) })
    }
}

const MOST_PRACTICES: usize = 1000;

fn free_key(number: usize, practices: &[Practice]) -> String {
    let keys = std::iter::once(format!("sandbox-practice-{number}")).chain((2..).map(|n| format!("sandbox-practice-{number}-{n}")));
    let mut free = keys.filter(|key| practices.iter().all(|practice| practice.api_key != *key));
    free.next().expect("there are fewer practices than numbers")
}

/// An address that can never be anybody's.
fn is_made_up(email: &str) -> bool {
    let name = email.strip_suffix("@sandbox.example").unwrap_or_default();
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-';
    (1..=40).contains(&name.len()) && name.bytes().all(allowed)
}

/// Six characters at the least, so that no magic value (`X005`) becomes a key.
fn check_key(key: &str) -> Result<(), Complaint> {
    match (6..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Complaint::new(
            StatusCode::BAD_REQUEST,
            "a key has 6 to 128 letters, digits and marks of ASCII, no spaces",
            "Klíč má 6 až 128 znaků ASCII bez mezer.",
        )),
    }
}

/// The implementation's key.
#[derive(Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppKey {
    #[schema(pattern = r"^[!-~]{6,128}$")]
    pub app_key: String,
}

impl AppKey {
    pub fn obey(self, world: &mut World) -> Result<(), Complaint> {
        check_key(&self.app_key)?;
        world.service.set_app_key(self.app_key);
        Ok(())
    }
}

/// What chance is drawn from: ids, tokens, refusals, faults.
#[derive(Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub seed: u64,
}

impl Seed {
    pub fn obey(self, world: &mut World) -> Result<(), Complaint> {
        if self.seed > crate::settings::MOST {
            return Err(Complaint::unclear(format!("seed is at most {}", crate::settings::MOST)));
        }
        world.draw_from(self.seed);
        Ok(())
    }
}
