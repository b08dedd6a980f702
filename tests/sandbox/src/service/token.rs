//! Tokens: good for one call, dead 10 to 15 minutes after they were given out.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Circumstances;
use crate::code::{Code, Refusal};

/// A spent or dead token is remembered for this long, so that the journal can tell it from one never given out.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
const SWEEP_EVERY: usize = 1024;

struct Token {
    practice: usize,
    dies: DateTime<Utc>,
    spent: bool,
    number: u64,
}

/// The tokens that this service has given out.
pub struct Tokens {
    given: HashMap<String, Token>,
    newest: HashMap<usize, u64>,
    count: u64,
    /// Draws texts and lives; refusals have their own dice, so that switching them on leaves the tokens as they were.
    dice: StdRng,
    refusals: StdRng,
}

impl Tokens {
    pub fn new(seed: u64) -> Tokens {
        Tokens {
            given: HashMap::new(),
            newest: HashMap::new(),
            count: 0,
            dice: StdRng::seed_from_u64(seed ^ 0x70_6b_65_6e),
            refusals: StdRng::seed_from_u64(seed ^ 0x58_30_30_33),
        }
    }

    pub fn forget(&mut self) {
        self.given.clear();
        self.newest.clear();
    }

    pub fn issue(&mut self, practice: usize, now: DateTime<Utc>) -> String {
        if self.given.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.given.retain(|_, token| now < token.dies + REMEMBERED);
        }
        self.count += 1;
        let text = Alphanumeric.sample_string(&mut self.dice, 24);
        let life = TimeDelta::seconds(self.dice.random_range(10 * 60..=15 * 60));
        let token = Token { practice, dies: now + life, spent: false, number: self.count };
        self.newest.insert(practice, token.number);
        self.given.insert(text.clone(), token);
        text
    }

    /// Uses a token up and says whose it was.
    pub fn spend(&mut self, text: &str, circumstances: &Circumstances) -> Result<usize, Refusal> {
        let refuse = |reason| Err(Refusal::new(Code::TOKEN, reason));
        if text.is_empty() {
            return refuse("token was not sent");
        }
        let Some(token) = self.given.get_mut(text) else {
            return refuse("this token was never given out, or before a restart");
        };
        if token.spent {
            return refuse("this token has been used already");
        }
        if circumstances.now >= token.dies {
            return refuse("this token has expired");
        }
        if circumstances.settings.newest_token_only && self.newest.get(&token.practice) != Some(&token.number) {
            return refuse("a newer token has replaced this one");
        }
        token.spent = true;
        let refused_share = circumstances.settings.refuse_tokens;
        if refused_share > 0.0 && self.refusals.random::<f64>() < refused_share {
            return refuse("a valid token, refused by chance as the settings ask");
        }
        Ok(token.practice)
    }
}
