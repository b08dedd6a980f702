//! The request limit of an IP address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::Circumstances;
use crate::code::{Code, Refused};

const WINDOW: TimeDelta = TimeDelta::seconds(60);

/// When each address was admitted during the last minute. Refused requests do not count, so that waiting always helps.
#[derive(Default)]
pub struct RateLimit {
    admitted: HashMap<IpAddr, VecDeque<DateTime<Utc>>>,
}

impl RateLimit {
    pub fn admit(&mut self, circumstances: &Circumstances) -> Result<(), Refused> {
        let Some(most) = circumstances.settings.rate_limit else {
            return Ok(());
        };
        let now = circumstances.now;
        let admitted = self.admitted.entry(circumstances.ip).or_default();
        admitted.retain(|at| (now - *at).abs() < WINDOW);
        if admitted.len() >= most as usize {
            let english = format!("{} has had its {most} requests of this minute", circumstances.ip);
            let czech = format!("počet volání adresy {} za minutu ({most}) je vyčerpán", circumstances.ip);
            return Err(Refused::new(Code::RATE_LIMIT, english, czech));
        }
        admitted.push_back(now);
        Ok(())
    }
}
