//! The kinds of service that a run meets, drawn from the seed.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use videodoktor_sandbox::{GatewayAnswer, Next, WorkEnd, WorksOn};

/// What a service does with a change, as far as it matters to the caller. The table of docs/measurements.md has a row for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Works at once; the way to it breaks, or it answers nonsense.
    Prompt,
    /// Checks, e-mails and shows the row with pauses between, then answers.
    Slow,
    /// The same behind a gateway that gives up before.
    Gateway,
    /// Acts, and then ends in X005 or HTTP 500.
    BreaksOff,
}

impl fmt::Display for Kind {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Kind::Prompt => "prompt",
            Kind::Slow => "slow",
            Kind::Gateway => "slow, gateway gives up",
            Kind::BreaksOff => "fails after acting",
        })
    }
}

/// A service that goes on after its caller has given up.
#[derive(Clone, Debug)]
pub struct SlowService {
    pub kind: Kind,
    work: WorksOn,
    gateway: Option<(Duration, GatewayAnswer)>,
}

impl SlowService {
    /// One whose work takes `longest` at the most; a gateway gives up within `patience`.
    pub fn draw(dice: &mut Rng, longest: Duration, patience: Duration) -> SlowService {
        let kind = [Kind::Slow, Kind::Gateway, Kind::Gateway, Kind::BreaksOff][dice.usize(0..4)];
        let work = draw_work(dice, longest, kind);
        let is_behind_a_gateway = kind == Kind::Gateway || (kind == Kind::BreaksOff && dice.u8(0..3) == 0);
        let gateway = is_behind_a_gateway.then(|| (random_below(dice, patience), draw_answer(dice)));
        SlowService { kind, work, gateway }
    }

    /// Sets the fault; returns how it is named in the description of the run.
    pub fn arm(&self, mut next: Next<'_>) -> String {
        next = next.works_on(self.work);
        if let Some((gives_up_after, answers)) = self.gateway {
            next = next.gateway(gives_up_after, answers);
        }
        let mut told = String::new();
        drop(next.with(|fault| told = fault.summary().unwrap_or_default()));
        told
    }
}

fn draw_work(dice: &mut Rng, longest: Duration, kind: Kind) -> WorksOn {
    let whole = random_below(dice, longest);
    let first = random_below(dice, whole);
    let check = if dice.bool() { random_below(dice, first) } else { Duration::ZERO };
    let (before_first, before_second) = (first - check, whole - first);
    let is_mail_first = dice.u8(0..3) > 0;
    let mut work =
        if is_mail_first { WorksOn::mail_first(before_first, before_second) } else { WorksOn::row_first(before_first, before_second) };
    work = work.checked_after(check);
    if kind == Kind::BreaksOff {
        work = work.ends_with(if dice.bool() { WorkEnd::X005 } else { WorkEnd::Http500 });
    }
    if dice.u8(0..3) == 0 { work.keeps_detail() } else { work }
}

fn draw_answer(dice: &mut Rng) -> GatewayAnswer {
    let answers = [502, 503, 504, 524].map(GatewayAnswer::Page);
    dice.choice(answers).filter(|_| dice.u8(0..5) > 0).unwrap_or(GatewayAnswer::Reset)
}

fn random_below(dice: &mut Rng, duration: Duration) -> Duration {
    Duration::from_millis(dice.u64(0..=u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
}
