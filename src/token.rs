//! A token is good for one call. It is a value that sending takes, so using one twice does not compile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::error::Result;
use crate::in_flight::InFlight;
use crate::log;
use crate::status::Status;

/// The service forgets a token after 10 to 15 minutes; past this age we do not try.
const MAX_AGE: Duration = Duration::from_secs(8 * 60);

/// The two clocks of a machine that slept, or whose clock was set, disagree by more than this.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5);

/// After X000 nothing is fetched ahead for this long.
const RATE_LIMIT_REST: Duration = Duration::from_secs(60);

/// A kept token that is refused weighs so much, one that is taken a unit against it. Past the bound the service is one that honours only its
/// newest token: there, which of two arrives first is a matter of luck, so that not every kept one is refused.
const REFUSED: u32 = 5;
const TOO_MANY_REFUSED: u32 = 10;

/// A token that has not been used.
pub struct Token {
    value: SecretString,
    born: Instant,
    born_by_calendar: SystemTime,
}

impl Token {
    pub fn new(value: String) -> Token {
        Token { value: value.into(), born: Instant::now(), born_by_calendar: SystemTime::now() }
    }

    /// Hands the text over to the one request that may carry it.
    pub fn spend(self) -> SecretString {
        self.value
    }

    fn is_fresh(&self) -> bool {
        // Before it was born: the clock was set back.
        let Ok(by_calendar) = self.born_by_calendar.elapsed() else { return false };
        is_fresh_at(self.born.elapsed(), by_calendar)
    }

    fn is_same(&self, other: &Token) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}

/// Whether a token is still worth trying, by its age on the steady clock and on the calendar's.
fn is_fresh_at(age: Duration, by_calendar: Duration) -> bool {
    age < MAX_AGE && by_calendar < MAX_AGE && age.abs_diff(by_calendar) < CLOCK_TOLERANCE
}

/// Tokens kept ready for later calls of one client. Each is handed to one call alone.
#[derive(Default)]
pub struct TokenPool(Mutex<State>);

#[derive(Default)]
struct State {
    ready: Vec<Token>,
    /// Tokens that a thread is fetching ahead now.
    coming: usize,
    waiting: Vec<Arc<InFlight>>,
    refused: u32,
    /// Nothing is fetched ahead any more.
    is_off: bool,
    resting_until: Option<Instant>,
}

impl TokenPool {
    /// The oldest token that is still fresh; or the one that is being fetched ahead, if no other call waits for it. Otherwise none.
    pub fn take(&self, call: &Arc<InFlight>) -> Result<Option<Token>> {
        let mut state = self.lock();
        if let Some(token) = state.pop() {
            return Ok(Some(token));
        }
        if state.waiting.len() >= state.coming {
            return Ok(None);
        }
        state.waiting.push(Arc::clone(call));
        drop(state);
        // A fetch that stalls must leave this call the time for one of its own.
        let longest = call.remaining().map(|left| left / 4);
        let found = longest.and_then(|longest| {
            call.wait_until(Instant::now() + longest, || {
                let mut state = self.lock();
                let token = state.pop();
                if token.is_none() && state.coming > 0 { None } else { Some(token) }
            })
        });
        self.lock().waiting.retain(|other| !Arc::ptr_eq(other, call));
        found.map(Option::flatten)
    }

    /// Keeps an unused token, if there is room for it.
    pub fn put(&self, token: Token, room: usize) {
        let mut state = self.lock();
        if state.ready.len() < room && !state.ready.iter().any(|other| other.is_same(&token)) {
            state.ready.push(token);
        }
    }

    /// Learns from how the service took a token: of one that was kept ready, or any.
    pub fn judge(&self, was_kept: bool, refused: Option<Status>) {
        let mut state = self.lock();
        match refused {
            Some(Status::X000_RATE_LIMIT) => state.resting_until = Some(Instant::now() + RATE_LIMIT_REST),
            Some(Status::X003_TOKEN) if was_kept => {
                state.ready.clear();
                state.refused += REFUSED;
                if state.refused >= TOO_MANY_REFUSED && !std::mem::replace(&mut state.is_off, true) {
                    log::info(|| "kept tokens are refused: no more are fetched ahead for this client".into());
                }
            }
            None if was_kept => state.refused = state.refused.saturating_sub(1),
            _ => {}
        }
    }

    /// Announces that one more token will be fetched ahead, if that is wanted and wise now.
    pub fn expect_one(&self, wanted: usize) -> bool {
        let mut state = self.lock();
        state.ready.retain(Token::is_fresh);
        let resting = state.resting_until.is_some_and(|until| Instant::now() < until);
        let may = state.ready.len() + state.coming < wanted && !state.is_off && !resting;
        state.coming += usize::from(may);
        may
    }

    /// The announced token has come, or will not.
    pub fn arrived(&self, token: Option<Token>) {
        let mut state = self.lock();
        state.coming = state.coming.saturating_sub(1);
        state.ready.extend(token);
        let waiting = state.waiting.clone();
        drop(state);
        waiting.iter().for_each(|call| call.notify());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pop(&mut self) -> Option<Token> {
        self.ready.retain(Token::is_fresh);
        if self.ready.is_empty() { None } else { Some(self.ready.remove(0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Arc<InFlight> {
        InFlight::new(Duration::from_secs(60))
    }

    fn texts(pool: &TokenPool) -> Vec<String> {
        std::iter::from_fn(|| pool.take(&call()).unwrap()).map(|token| token.spend().expose_secret().to_string()).collect()
    }

    #[test]
    fn a_token_is_kept_for_eight_minutes_and_not_across_a_sleep() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert!(is_fresh_at(minutes(7), minutes(7)));
        assert!(!is_fresh_at(minutes(8), minutes(8)));
        assert!(!is_fresh_at(minutes(1), minutes(6)), "asleep for five minutes, or the clock was set");
        assert!(!is_fresh_at(minutes(1), minutes(0)), "the clock was set back");
    }

    #[test]
    fn each_token_is_handed_out_once_and_a_double_is_not_kept() {
        let pool = TokenPool::default();
        for text in ["a", "a", "b", "c"] {
            pool.put(Token::new(text.into()), 2);
        }
        assert_eq!(texts(&pool), ["a", "b"]);
    }

    #[test]
    fn no_more_are_fetched_ahead_than_wanted() {
        let pool = TokenPool::default();
        assert!(pool.expect_one(2) && pool.expect_one(2) && !pool.expect_one(2));
        pool.arrived(None);
        assert!(pool.expect_one(2));
    }

    #[test]
    fn a_call_waits_for_the_token_that_is_on_its_way_but_only_one_does() {
        let pool = Arc::new(TokenPool::default());
        assert!(pool.expect_one(1));
        let waiting = Arc::clone(&pool);
        let first = std::thread::spawn(move || waiting.take(&call()).unwrap().is_some());
        while pool.lock().waiting.is_empty() {
            std::thread::yield_now();
        }
        assert!(pool.take(&call()).unwrap().is_none(), "the second fetches its own");
        pool.arrived(Some(Token::new("a".into())));
        assert!(first.join().unwrap());
    }

    #[test]
    fn a_service_that_honours_only_the_newest_switches_prefetch_off() {
        let pool = TokenPool::default();
        pool.judge(true, Some(Status::X003_TOKEN));
        assert!(pool.expect_one(1), "one may have died, as after a restart of the service");
        pool.arrived(None);
        pool.judge(true, None);
        for _ in 0..2 {
            pool.judge(true, Some(Status::X003_TOKEN));
        }
        (0..100).for_each(|_| pool.judge(true, None));
        assert!(!pool.expect_one(1));
    }

    #[test]
    fn a_rate_limit_stops_prefetch() {
        let pool = TokenPool::default();
        pool.judge(false, Some(Status::X000_RATE_LIMIT));
        assert!(!pool.expect_one(1));
    }
}
