//! The calls that practices have made, removed ones remembered for the journal.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Prague;
use chrono_tz::Tz;
use rand::RngExt;
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Circumstances;
use super::invitation::Invitation;
use crate::clock;
use crate::code::{Code, Refused};

/// One video call of one practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Meeting {
    pub meet_id: String,
    /// Number of the practice, from 0.
    pub practice: usize,
    /// Czech wall-clock time.
    #[schema(value_type = String, example = "2030-11-23T10:00:00")]
    pub start: NaiveDateTime,
    pub pacient_jmeno: String,
    pub pacient_email: String,
    pub pacient_telefon: String,
    pub pacient_narozen: String,
    #[serde(deserialize_with = "clock::read_prague")]
    #[schema(value_type = String, format = DateTime)]
    pub made_at: DateTime<Tz>,
    #[serde(deserialize_with = "clock::read_prague_or_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub removed_at: Option<DateTime<Tz>>,
    /// The detail call goes on telling it although it is removed.
    #[serde(default)]
    pub detail_kept: bool,
    /// Random part of the report's address: who knows a `meet_id` cannot guess it.
    pub report: String,
}

impl Meeting {
    pub fn url(&self, origin: &str) -> String {
        format!("{origin}/meet/{}", self.meet_id)
    }

    pub fn report_path(&self) -> String {
        format!("/report/{}.pdf", self.report)
    }

    /// "Výkaz je dostupný následující den po termínu hovoru."
    pub fn has_report(&self, now: DateTime<Utc>) -> bool {
        now.with_timezone(&Prague).date_naive() > self.start.date()
    }

    /// The text is silent about what makes a call active; ours is from 15 minutes before its start to an hour after it.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        let since_start = now.with_timezone(&Prague).naive_local() - self.start;
        (TimeDelta::minutes(-15)..TimeDelta::hours(1)).contains(&since_start)
    }

    /// As list and detail show it.
    pub(super) fn fields(&self, circumstances: &Circumstances) -> Value {
        match self.sent(circumstances) {
            Value::Object(fields) => circumstances.settings.shown.meeting(fields),
            other => other,
        }
    }

    fn sent(&self, circumstances: &Circumstances) -> Value {
        json!({
            "meet_id": self.meet_id,
            "meet_url": self.url(circumstances.origin),
            "meet_time": self.start.format("%d.%m.%Y %H:%M").to_string(),
            "meet_time_imd": self.start.format("%Y-%m-%d %H:%M:%S").to_string(),
            "meet_active": u8::from(self.is_active(circumstances.now)),
            "pacient_jmeno": self.pacient_jmeno,
            "pacient_email": self.pacient_email,
            "pacient_telefon": self.pacient_telefon,
            "pacient_narozen": self.pacient_narozen,
        })
    }
}

/// All meetings, with the indexes that calls look them up by.
pub struct Meetings {
    all: Vec<Meeting>,
    by_id: HashMap<String, usize>,
    /// How many calls a practice has at a start: two, where both were checked before either was there.
    taken: HashMap<(NaiveDateTime, usize), usize>,
    /// Ids of calls that are worked on and not yet among the others.
    planned: HashSet<String>,
    at_start: HashMap<NaiveDateTime, usize>,
    dice: StdRng,
    /// Made or removed since somebody last asked.
    touched: Vec<usize>,
}

impl Meetings {
    pub fn new(dice: StdRng) -> Meetings {
        let (by_id, taken, planned, at_start) = Default::default();
        Meetings { all: Vec::new(), by_id, taken, planned, at_start, dice, touched: Vec::new() }
    }

    /// Goes on with meetings that were made before.
    pub fn resume(all: Vec<Meeting>, dice: StdRng) -> Meetings {
        let mut meetings = Meetings::new(dice);
        all.into_iter().for_each(|meeting| meetings.index_in(meeting));
        meetings
    }

    /// From here on, ids are drawn from these dice.
    pub fn draw_from(&mut self, dice: StdRng) {
        self.dice = dice;
    }

    pub fn take_touched(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.touched)
    }

    pub fn all(&self) -> &[Meeting] {
        &self.all
    }

    pub fn of(&self, practice: usize) -> impl Iterator<Item = &Meeting> {
        let present = move |meeting: &&Meeting| meeting.practice == practice && meeting.removed_at.is_none();
        self.all.iter().filter(present)
    }

    pub fn is_taken(&self, practice: usize, start: NaiveDateTime) -> bool {
        self.taken.contains_key(&(start, practice))
    }

    pub fn count_at(&self, start: NaiveDateTime) -> usize {
        self.at_start.get(&start).copied().unwrap_or(0)
    }

    /// A call that is going to be, with an id of its own; nobody sees it before it is placed.
    pub fn plan(&mut self, practice: usize, invitation: Invitation, now: DateTime<Utc>) -> Meeting {
        let meeting = Meeting {
            meet_id: self.fresh_id(),
            practice,
            start: invitation.start,
            pacient_jmeno: invitation.pacient_jmeno,
            pacient_email: invitation.pacient_email,
            pacient_telefon: invitation.pacient_telefon,
            pacient_narozen: invitation.pacient_narozen,
            made_at: now.with_timezone(&Prague),
            removed_at: None,
            detail_kept: false,
            report: Alphanumeric.sample_string(&mut self.dice, 32),
        };
        self.planned.insert(meeting.meet_id.clone());
        meeting
    }

    /// Puts a planned call among the others.
    pub fn place(&mut self, meeting: Meeting) {
        self.planned.remove(&meeting.meet_id);
        self.touched.push(self.all.len());
        self.index_in(meeting);
    }

    /// A seed that is set twice draws the same ids twice.
    fn fresh_id(&mut self) -> String {
        loop {
            let meet_id = Alphanumeric.sample_string(&mut self.dice, 18);
            if !self.by_id.contains_key(&meet_id) && !self.planned.contains(&meet_id) {
                return meet_id;
            }
        }
    }

    fn index_in(&mut self, meeting: Meeting) {
        self.by_id.insert(meeting.meet_id.clone(), self.all.len());
        if meeting.removed_at.is_none() {
            *self.taken.entry((meeting.start, meeting.practice)).or_default() += 1;
            *self.at_start.entry(meeting.start).or_default() += 1;
        }
        self.all.push(meeting);
    }

    /// A practice sees its own meetings only; another's is as unknown as one that never was.
    fn index(&self, practice: usize, meet_id: &str) -> Result<usize, Refused> {
        let refuse = |english, czech| Err(Refused::new(Code::MEET_ID, english, czech));
        match self.by_id.get(meet_id).map(|index| (*index, &self.all[*index])) {
            None => refuse("no meeting has this meet_id", "hovor s tímto meet_id neexistuje"),
            Some((_, meeting)) if meeting.practice != practice => refuse("this meeting is another practice's", "hovor patří jiné ordinaci"),
            Some((_, meeting)) if meeting.removed_at.is_some() => refuse("this meeting has been removed", "hovor byl zrušen"),
            Some((index, _)) => Ok(index),
        }
    }

    pub fn find(&self, practice: usize, meet_id: &str) -> Result<&Meeting, Refused> {
        Ok(&self.all[self.index(practice, meet_id)?])
    }

    /// The same for the detail call, which may know a removed call longer than the list.
    pub fn find_for_detail(&self, practice: usize, meet_id: &str) -> Result<&Meeting, Refused> {
        let kept = self.by_id.get(meet_id).map(|index| &self.all[*index]);
        match kept.filter(|meeting| meeting.practice == practice && meeting.detail_kept) {
            Some(kept) => Ok(kept),
            None => self.find(practice, meet_id),
        }
    }

    /// The practice's newest call that is another than this one; a removed one only where there is none besides.
    pub fn another(&self, practice: usize, meet_id: &str) -> Option<&Meeting> {
        let others = || self.all.iter().rev().filter(|meeting| meeting.practice == practice && meeting.meet_id != meet_id);
        others().find(|meeting| meeting.removed_at.is_none()).or_else(|| others().next())
    }

    /// Takes a call out of the list, unless another request has done so meanwhile.
    pub fn remove(&mut self, meet_id: &str, now: DateTime<Utc>, keeps_detail: bool) {
        let Some(index) = self.by_id.get(meet_id).copied().filter(|index| self.all[*index].removed_at.is_none()) else {
            return;
        };
        self.touched.push(index);
        let meeting = &mut self.all[index];
        (meeting.removed_at, meeting.detail_kept) = (Some(now.with_timezone(&Prague)), keeps_detail);
        let start = (meeting.start, meeting.practice);
        match self.taken.get_mut(&start) {
            Some(count @ 2..) => *count -= 1,
            _ => drop(self.taken.remove(&start)),
        }
        if let Some(count) = self.at_start.get_mut(&start.0) {
            *count -= 1;
        }
    }

    /// Every quarter of an hour from tomorrow on, the nightly outage left out.
    pub fn seed(&mut self, count: usize, now: DateTime<Utc>) {
        let tomorrow = now.with_timezone(&Prague).date_naive() + TimeDelta::days(1);
        let first = tomorrow.and_time(NaiveTime::MIN);
        let quarters = (0..).map(|quarter| first + TimeDelta::minutes(15 * quarter));
        // 2:00 to 3:00 is skipped in spring and repeated in autumn.
        let usable = quarters.filter(|start| !(2..4).contains(&start.hour()));
        let free: Vec<NaiveDateTime> = usable.filter(|start| !self.taken.contains_key(&(*start, 0))).take(count).collect();
        for (number, start) in free.into_iter().enumerate() {
            let invitation = self.made_up(number, start);
            let meeting = self.plan(0, invitation, now);
            self.place(meeting);
        }
    }

    fn made_up(&mut self, number: usize, start: NaiveDateTime) -> Invitation {
        let (first_names, surnames) = FIRST_NAMES_AND_SURNAMES;
        let first_name = first_names[self.dice.random_range(0..first_names.len())];
        let surname = surnames[self.dice.random_range(0..surnames.len())];
        Invitation {
            pacient_jmeno: format!("{first_name} {surname}"),
            pacient_email: format!("pacient{number}@sandbox.example"),
            pacient_telefon: format!("777{:06}", number % 1_000_000),
            pacient_narozen: self.dice.random_range(1930..=2020).to_string(),
            start,
        }
    }
}

const FIRST_NAMES_AND_SURNAMES: ([&str; 8], [&str; 8]) = (
    ["Jana", "Jiří", "Šárka", "Řehoř", "Žofie", "Luděk", "Zdeňka", "Ondřej"],
    ["Nováková", "Dvořák", "Říhová", "Šťastný", "Příhodová", "Ježek", "Kučerová", "Čapek"],
);
