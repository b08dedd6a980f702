//! Tokens: good for one call, dead 10 to 15 minutes after they were given out.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use super::Circumstances;
use crate::code::{Code, Refused};

/// A spent or dead token is remembered for this long, so that the journal can tell it from one never given out.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
const SWEEP_EVERY: usize = 1024;

/// One token that was given out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    pub practice: usize,
    pub dies: DateTime<Utc>,
    pub spent: bool,
    pub number: u64,
}

impl Token {
    /// Whether it is still remembered.
    pub fn is_remembered(&self, now: DateTime<Utc>) -> bool {
        now < self.dies + REMEMBERED
    }
}

/// The tokens that this service has given out.
pub struct Tokens {
    given: HashMap<String, Token>,
    newest: HashMap<usize, u64>,
    count: u64,
    /// Draws texts and lives; refusals have their own dice, so that switching them on leaves the tokens as they were.
    dice: StdRng,
    refusals: StdRng,
    touched: Touched,
}

/// Which tokens have changed since somebody last asked.
#[derive(Default)]
pub struct Touched {
    /// All that were known before those below are forgotten.
    pub forgotten: bool,
    pub texts: Vec<String>,
}

impl Tokens {
    pub fn new(seed: u64) -> Tokens {
        Tokens {
            given: HashMap::new(),
            newest: HashMap::new(),
            count: 0,
            dice: dice(seed),
            refusals: refusals(seed),
            touched: Touched::default(),
        }
    }

    /// Goes on with tokens that were given out before.
    pub fn resume(given: Vec<(String, Token)>, seed: u64) -> Tokens {
        let mut tokens = Tokens::new(seed);
        tokens.count = given.iter().map(|(_, token)| token.number).max().unwrap_or(0);
        for (text, token) in given {
            let newest = tokens.newest.entry(token.practice).or_default();
            *newest = token.number.max(*newest);
            tokens.given.insert(text, token);
        }
        tokens
    }

    /// From here on, chance is drawn from this seed.
    pub fn draw_from(&mut self, seed: u64) {
        (self.dice, self.refusals) = (dice(seed), refusals(seed));
    }

    pub fn forget(&mut self) {
        self.given.clear();
        self.newest.clear();
        self.touched = Touched { forgotten: true, texts: Vec::new() };
    }

    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    pub fn texts(&self) -> Vec<String> {
        self.given.keys().cloned().collect()
    }

    pub fn get(&self, text: &str) -> Option<&Token> {
        self.given.get(text)
    }

    pub fn issue(&mut self, practice: usize, now: DateTime<Utc>) -> String {
        if self.given.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.given.retain(|_, token| token.is_remembered(now));
        }
        self.count += 1;
        let text = self.fresh_text();
        let life = TimeDelta::seconds(self.dice.random_range(10 * 60..=15 * 60));
        let token = Token { practice, dies: now + life, spent: false, number: self.count };
        self.newest.insert(practice, token.number);
        self.given.insert(text.clone(), token);
        self.touched.texts.push(text.clone());
        text
    }

    /// A seed that is set twice draws the same texts twice.
    fn fresh_text(&mut self) -> String {
        loop {
            let text = Alphanumeric.sample_string(&mut self.dice, 24);
            if !self.given.contains_key(&text) {
                return text;
            }
        }
    }

    /// Uses a token up and says whose it was.
    pub fn spend(&mut self, text: &str, circumstances: &Circumstances) -> Result<usize, Refused> {
        let refuse = |english, czech| Err(Refused::new(Code::TOKEN, english, czech));
        if text.is_empty() {
            return refuse("token was not sent", "token chybí");
        }
        let Some(token) = self.given.get_mut(text) else {
            return refuse("this token was never given out, or before a restart", "tento token nebyl vydán, nebo ho restart zapomněl");
        };
        if token.spent {
            return refuse("this token has been used already", "token už byl použit");
        }
        if circumstances.now >= token.dies {
            return refuse("this token has expired", "platnost tokenu vypršela");
        }
        if circumstances.settings.newest_token_only && self.newest.get(&token.practice) != Some(&token.number) {
            return refuse("a newer token has replaced this one", "token nahradil novější");
        }
        token.spent = true;
        self.touched.texts.push(text.to_owned());
        let refused_share = circumstances.settings.refuse_tokens;
        if refused_share > 0.0 && self.refusals.random::<f64>() < refused_share {
            return refuse("a valid token, refused by chance as the settings ask", "platný token, odmítnut náhodou podle přepínače");
        }
        Ok(token.practice)
    }
}

fn dice(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ 0x70_6b_65_6e)
}

fn refusals(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ 0x58_30_30_33)
}
