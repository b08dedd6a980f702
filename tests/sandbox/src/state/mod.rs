//! What a sandbox keeps in its state file, and how a change finds its way there.

mod file;

pub use file::StateFile;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::fault::Fault;
use crate::journal::{Counters, Request};
use crate::service::{Mail, Meeting, Practice, Token, TouchedTokens};
use crate::settings::Settings;
use crate::world::World;

/// The small things, kept as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handles {
    pub app_key: String,
    pub practices: Vec<Practice>,
    pub seed: u64,
    pub lives: u64,
    pub clock: Clock,
    pub settings: Settings,
    pub faults: Vec<Fault>,
}

/// Everything that a state file holds.
pub struct Saved {
    pub handles: Handles,
    pub counters: Counters,
    pub meetings: Vec<Meeting>,
    pub mails: Vec<Mail>,
    pub tokens: Vec<(String, Token)>,
    pub requests: Vec<Request>,
}

/// How far the world was when it was last looked at.
pub struct Known {
    pub handles: Handles,
    pub mails: usize,
    pub requests: u64,
}

impl Known {
    pub fn of(world: &World) -> Known {
        Known { handles: world.handles(), mails: world.service.mails().len(), requests: world.journal.count() }
    }
}

/// What has changed since then.
pub struct Changes<'a> {
    pub world: &'a World,
    pub handles_differ: bool,
    /// Whether everything that was kept is to be forgotten first.
    pub anew: bool,
    /// Indexes of the meetings that are new or other than before.
    pub meetings: Vec<usize>,
    pub tokens: TouchedTokens,
    /// How many mails and requests are kept already.
    pub mails: usize,
    pub requests: u64,
    /// Numbers of requests whose entry has changed.
    pub amended: Vec<u64>,
}

impl Changes<'_> {
    /// Connections that bring no request change nothing worth a word.
    pub fn are_none(&self) -> bool {
        !self.handles_differ
            && !self.tokens.forgotten
            && self.tokens.texts.is_empty()
            && self.meetings.is_empty()
            && self.amended.is_empty()
            && self.mails == self.world.service.mails().len()
            && self.requests == self.world.journal.count()
    }
}
