//! The e-mails that patient and practice would get. Nothing leaves the sandbox; they are kept for tests and for people to read.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Prague;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Circumstances, Meeting, Practice};
use crate::clock;

/// One message that the service would have sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Mail {
    /// Counted from 1 in the order of sending.
    pub number: usize,
    #[serde(deserialize_with = "clock::read_prague")]
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: DateTime<Tz>,
    pub letter: Letter,
    pub to: Recipient,
    pub channel: Channel,
    /// E-mail address, or phone number where the channel is a text message.
    pub address: String,
    pub meet_id: String,
    /// Number of the practice, from 0.
    pub practice: usize,
    pub subject: String,
    pub body: String,
}

/// Why it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// To the patient, when a call is made.
    Invitation,
    /// To the practice, when a call is made.
    Confirmation,
    /// To both, when a call is removed.
    Cancellation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    Patient,
    Practice,
}

/// The text speaks of e-mails only, yet lets a patient have nothing but a phone; that patient gets a text message here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Sms,
}

/// Everything sent so far.
#[derive(Default)]
pub struct Post {
    sent: Vec<Mail>,
}

impl Post {
    pub fn resume(sent: Vec<Mail>) -> Post {
        Post { sent }
    }

    pub fn sent(&self) -> &[Mail] {
        &self.sent
    }

    pub fn invite(&mut self, practice: &Practice, meeting: &Meeting, circumstances: &Circumstances) {
        let (when, url, now) = (when(meeting), meeting.url(circumstances.origin), circumstances.now);
        let invitation = format!("Dobrý den,\n\n{} Vás zve na videohovor {when}.\nPřipojíte se zde: {url}\n", practice.name);
        let name = &meeting.pacient_jmeno;
        let confirmation =
            format!("Dobrý den,\n\npozvánka na videohovor {when} byla odeslána. Pacient: {name}.\nHovor otevřete zde: {url}\n");
        self.send(Letter::Invitation, patient(meeting), "Pozvánka na videohovor", invitation, meeting, now);
        self.send(Letter::Confirmation, staff(practice), "Potvrzení videohovoru", confirmation, meeting, now);
    }

    pub fn cancel(&mut self, practice: &Practice, meeting: &Meeting, circumstances: &Circumstances) {
        let (when, subject, now) = (when(meeting), "Zrušení videohovoru", circumstances.now);
        let to_patient = format!("Dobrý den,\n\nvideohovor {when} ({}) je zrušen.\n", practice.name);
        let to_practice = format!("Dobrý den,\n\nvideohovor {when} ({}) je zrušen.\n", meeting.pacient_jmeno);
        self.send(Letter::Cancellation, patient(meeting), subject, to_patient, meeting, now);
        self.send(Letter::Cancellation, staff(practice), subject, to_practice, meeting, now);
    }

    fn send(&mut self, letter: Letter, addressee: Addressee, subject: &str, body: String, meeting: &Meeting, now: DateTime<Utc>) {
        let (to, channel, address) = addressee;
        self.sent.push(Mail {
            number: self.sent.len() + 1,
            sent_at: now.with_timezone(&Prague),
            letter,
            to,
            channel,
            address,
            meet_id: meeting.meet_id.clone(),
            practice: meeting.practice,
            subject: subject.to_owned(),
            body,
        });
    }
}

type Addressee = (Recipient, Channel, String);

fn patient(meeting: &Meeting) -> Addressee {
    match meeting.pacient_email.as_str() {
        "" => (Recipient::Patient, Channel::Sms, meeting.pacient_telefon.clone()),
        email => (Recipient::Patient, Channel::Email, email.to_owned()),
    }
}

fn staff(practice: &Practice) -> Addressee {
    (Recipient::Practice, Channel::Email, practice.email.clone())
}

fn when(meeting: &Meeting) -> String {
    meeting.start.format("%-d. %-m. %Y v %-H:%M").to_string()
}
