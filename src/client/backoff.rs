//! How often and after what pause a call is repeated, once the decision says that it may be.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::client::retry_policy::Next;

/// Tokens that one call may take in the place of refused ones.
const MOST_NEW_TOKENS: u32 = 8;
/// The first pause lies between nothing and this; the bound doubles with each repeat.
const FIRST_BACK_OFF: Duration = Duration::from_millis(200);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);
/// Before the one more try where the service limits us.
const RATE_LIMIT_PAUSE: Duration = Duration::from_secs(2);

/// What is left of one call's backoff.
pub struct Backoff {
    back_offs: u32,
    back_offs_left: u32,
    new_tokens_left: u32,
    rests_left: u32,
    new_connections_left: u32,
}

impl Backoff {
    pub fn new(retries: u32) -> Backoff {
        Backoff {
            back_offs: 0,
            back_offs_left: retries,
            new_tokens_left: MOST_NEW_TOKENS,
            rests_left: retries.min(1),
            new_connections_left: 1,
        }
    }

    pub fn may_back_off(&self) -> bool {
        self.back_offs_left > 0
    }

    /// The pause before the repeat; `None` if there is to be none.
    pub fn grant(&mut self, next: Next, retry_after: Option<Duration>, budget: &RetryBudget) -> Option<Duration> {
        match next {
            Next::WithNewToken => take(&mut self.new_tokens_left).then_some(Duration::ZERO),
            // A kept connection that died is not the service's trouble: no budget, no pause.
            Next::OnNewConnection if take(&mut self.new_connections_left) => Some(Duration::ZERO),
            Next::AfterBackOff | Next::OnNewConnection => self.back_off(budget).map(|pause| pause.max(retry_after.unwrap_or_default())),
            Next::RateLimited => {
                let may = take(&mut self.rests_left) && budget.spend();
                may.then(|| retry_after.unwrap_or(RATE_LIMIT_PAUSE).saturating_add(jitter(RATE_LIMIT_PAUSE / 2)))
            }
            Next::GiveUp | Next::Reconcile | Next::ReconcileElseCode | Next::Unknown => None,
        }
    }

    fn back_off(&mut self, budget: &RetryBudget) -> Option<Duration> {
        let may = take(&mut self.back_offs_left) && budget.spend();
        may.then(|| {
            let bound = FIRST_BACK_OFF.saturating_mul(1 << self.back_offs.min(10)).min(LONGEST_BACK_OFF);
            self.back_offs += 1;
            jitter(bound)
        })
    }
}

fn take(left: &mut u32) -> bool {
    let may = *left > 0;
    *left = left.saturating_sub(1);
    may
}

/// Full jitter: a hundred practices that lost the service at one moment come back at a hundred others.
fn jitter(bound: Duration) -> Duration {
    let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(fastrand::u64(0..=micros))
}

/// Repeats that a client may still make: spent by each, refilled by each success, so that an outage is not made worse.
pub struct RetryBudget(AtomicU32);

const FULL_BUDGET: u32 = 20;

impl Default for RetryBudget {
    fn default() -> RetryBudget {
        RetryBudget(AtomicU32::new(FULL_BUDGET))
    }
}

impl RetryBudget {
    fn spend(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    pub fn refill(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left < FULL_BUDGET).then_some(left + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_with_the_retries() {
        let budget = RetryBudget::default();
        let mut backoff = Backoff::new(2);
        for bound in [200, 400] {
            let pause = backoff.grant(Next::AfterBackOff, None, &budget).unwrap();
            assert!(pause <= Duration::from_millis(bound), "{pause:?}");
        }
        assert_eq!(backoff.grant(Next::AfterBackOff, None, &budget), None);
    }

    #[test]
    fn the_server_s_own_wish_is_a_lower_bound() {
        let wish = Duration::from_secs(7);
        let pause = Backoff::new(1).grant(Next::AfterBackOff, Some(wish), &RetryBudget::default());
        assert!(pause >= Some(wish));
    }

    #[test]
    fn a_limit_is_tried_once_more_and_with_retries_off_not_at_all() {
        let budget = RetryBudget::default();
        let mut backoff = Backoff::new(5);
        assert!(backoff.grant(Next::RateLimited, None, &budget) >= Some(RATE_LIMIT_PAUSE));
        assert_eq!(backoff.grant(Next::RateLimited, None, &budget), None);
        assert_eq!(Backoff::new(0).grant(Next::RateLimited, None, &budget), None);
    }

    #[test]
    fn eight_new_tokens_are_counted_apart_from_retries() {
        let budget = RetryBudget::default();
        let mut backoff = Backoff::new(0);
        let granted = (0..20).filter(|_| backoff.grant(Next::WithNewToken, None, &budget).is_some()).count();
        assert_eq!(granted, 8);
    }

    #[test]
    fn an_outage_empties_the_budget_and_success_refills_it() {
        let budget = RetryBudget::default();
        let retries = |budget: &RetryBudget| (0..30).filter(|_| Backoff::new(1).grant(Next::AfterBackOff, None, budget).is_some()).count();
        assert_eq!(retries(&budget), 20);
        budget.refill();
        assert_eq!(retries(&budget), 1);
    }
}
