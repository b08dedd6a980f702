//! A token is good for one call. It is a value that sending takes, so using one twice does not compile.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use crate::cancellation::InFlight;
use crate::error::Result;
use crate::locking::lock;
use crate::log;
use crate::moment::Moment;
use crate::status::Status;

/// The service forgets a token after 10 to 15 minutes; past this age we do not try.
const MAX_AGE: Duration = Duration::from_secs(8 * 60);

/// After X000 nothing is fetched ahead for this long.
const RATE_LIMIT_REST: Duration = Duration::from_secs(60);

/// +5 for each stored token that is refused, -1 for each that is accepted; at 10 prefetching stops: the service honours its newest token only.
/// Not every stored token is refused there, because either of two requests may arrive first.
const REFUSED: u32 = 5;
const TOO_MANY_REFUSED: u32 = 10;

/// A token that has not been used.
pub struct Token {
    value: SecretString,
    requested_at: Moment,
}

impl Token {
    pub fn new(value: String, requested_at: Moment) -> Token {
        Token { value: value.into(), requested_at }
    }

    /// Hands the text over to the one request that may carry it.
    pub fn spend(self) -> SecretString {
        self.value
    }

    /// Whether it is still worth trying.
    fn is_fresh(&self) -> bool {
        self.requested_at.age().is_some_and(|age| age < MAX_AGE)
    }

    fn is_same(&self, other: &Token) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}

/// Tokens kept ready for later calls of one client. Each is handed to one call alone.
#[derive(Default)]
pub struct TokenPool(Mutex<State>);

#[derive(Default)]
struct State {
    ready: Vec<Token>,
    /// Tokens that a thread is fetching ahead now.
    coming: usize,
    /// Token requests that were pipelined and are not answered yet.
    asked_for: usize,
    waiting: Vec<Arc<InFlight>>,
    refused: u32,
    /// Nothing is fetched ahead any more.
    is_off: bool,
    resting_until: Option<Instant>,
}

impl TokenPool {
    /// The oldest token that is still fresh.
    pub fn take(&self) -> Option<Token> {
        self.lock().pop()
    }

    /// The token that a thread is fetching ahead, if no other call waits for it.
    pub fn wait(&self, call: &Arc<InFlight>) -> Result<Option<Token>> {
        let mut state = self.lock();
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
        if state.ready.len() + state.coming + state.asked_for < room && !state.ready.iter().any(|other| other.is_same(&token)) {
            state.ready.push(token);
        }
    }

    /// Learns from how the service took a token: of one that was kept ready, or any.
    pub fn record_outcome(&self, was_stored: bool, refused: Option<Status>) {
        let mut is_switched_off = false;
        let mut state = self.lock();
        match refused {
            Some(Status::X000_RATE_LIMIT) => state.resting_until = Some(Instant::now() + RATE_LIMIT_REST),
            Some(Status::X003_TOKEN) if was_stored => {
                state.ready.clear();
                state.refused += REFUSED;
                is_switched_off = state.refused >= TOO_MANY_REFUSED && !std::mem::replace(&mut state.is_off, true);
            }
            None if was_stored => state.refused = state.refused.saturating_sub(1),
            _ => {}
        }
        drop(state); // the callback may make a call that needs it
        if is_switched_off {
            log::info(|| "kept tokens are refused: no more are fetched ahead for this client".into());
        }
    }

    /// Announces that one more token will be asked for ahead, if that is wanted and wise now.
    pub fn reserve(self: &Arc<TokenPool>, wanted: usize) -> Option<Reservation> {
        let mut state = self.lock();
        state.ready.retain(Token::is_fresh);
        let resting = state.resting_until.is_some_and(|until| Instant::now() < until);
        let may = state.ready.len() + state.coming + state.asked_for < wanted && !state.is_off && !resting;
        state.asked_for += usize::from(may);
        may.then(|| Reservation { pool: Arc::clone(self), requested_at: Moment::now(), by_thread: false, token: None })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// A token that was announced. When this is dropped the token has come, or nobody waits for it any longer.
pub struct Reservation {
    pool: Arc<TokenPool>,
    requested_at: Moment,
    by_thread: bool,
    token: Option<Token>,
}

impl Reservation {
    /// A thread will fetch it: a call may wait for that.
    pub fn by_thread(mut self) -> Reservation {
        let mut state = self.pool.lock();
        state.asked_for = state.asked_for.saturating_sub(1);
        state.coming += 1;
        drop(state);
        self.by_thread = true;
        self
    }

    /// The answer to a question that was asked when this was announced.
    pub fn came(self, text: String) {
        let token = Token::new(text, self.requested_at);
        self.brought(token);
    }

    pub fn brought(mut self, token: Token) {
        self.token = Some(token);
    }

    pub fn refused(self, status: Status) {
        self.pool.record_outcome(false, Some(status));
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        let expected = if self.by_thread { &mut state.coming } else { &mut state.asked_for };
        *expected = expected.saturating_sub(1);
        state.ready.extend(self.token.take());
        let waiting = state.waiting.clone();
        drop(state);
        waiting.iter().for_each(|call| call.notify());
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
        std::iter::from_fn(|| pool.take()).map(|token| token.spend().expose_secret().to_string()).collect()
    }

    #[test]
    fn a_token_is_kept_for_eight_minutes() {
        let pool = TokenPool::default();
        for (minutes, text) in [(7, "a"), (8, "b")] {
            pool.put(Token::new(text.into(), Moment::now().earlier(Duration::from_secs(60 * minutes))), 2);
        }
        assert_eq!(texts(&pool), ["a"]);
    }

    #[test]
    fn each_token_is_handed_out_once_and_a_double_is_not_kept() {
        let pool = TokenPool::default();
        for text in ["a", "a", "b", "c"] {
            pool.put(Token::new(text.into(), Moment::now()), 2);
        }
        assert_eq!(texts(&pool), ["a", "b"]);
    }

    #[test]
    fn no_more_are_asked_for_ahead_than_wanted() {
        let pool = Arc::new(TokenPool::default());
        let (first, second) = (pool.reserve(2).unwrap(), pool.reserve(2).unwrap().by_thread());
        assert!(pool.reserve(2).is_none());
        pool.put(Token::new("a".into(), Moment::now()), 2);
        assert_eq!(texts(&pool), [""; 0], "with those that come it would be one too many");
        drop(first);
        second.came("b".into());
        assert!(pool.reserve(2).is_some());
        assert_eq!(texts(&pool), ["b"]);
    }

    #[test]
    fn a_token_is_as_old_as_the_question_for_it() {
        let pool = Arc::new(TokenPool::default());
        let mut expected = pool.reserve(1).unwrap();
        expected.requested_at = expected.requested_at.earlier(MAX_AGE);
        expected.came("a".into());
        assert_eq!(texts(&pool), [""; 0]);
    }

    #[test]
    fn a_call_waits_for_the_token_that_is_on_its_way_but_only_one_does() {
        let pool = Arc::new(TokenPool::default());
        let expected = pool.reserve(1).unwrap().by_thread();
        let waiting = Arc::clone(&pool);
        let first = std::thread::spawn(move || waiting.wait(&call()).unwrap().is_some());
        while pool.lock().waiting.is_empty() {
            std::thread::yield_now();
        }
        assert!(pool.wait(&call()).unwrap().is_none(), "the second fetches its own");
        expected.came("a".into());
        assert!(first.join().unwrap());
    }

    #[test]
    fn a_service_that_honours_only_the_newest_switches_prefetch_off() {
        let pool = Arc::new(TokenPool::default());
        pool.record_outcome(true, Some(Status::X003_TOKEN));
        assert!(pool.reserve(1).is_some(), "one may have died, as after a restart of the service");
        pool.record_outcome(true, None);
        for _ in 0..2 {
            pool.record_outcome(true, Some(Status::X003_TOKEN));
        }
        (0..100).for_each(|_| pool.record_outcome(true, None));
        assert!(pool.reserve(1).is_none());
    }

    #[test]
    fn a_rate_limit_stops_prefetch() {
        let pool = Arc::new(TokenPool::default());
        pool.reserve(1).unwrap().refused(Status::X000_RATE_LIMIT);
        assert!(pool.reserve(1).is_none());
    }
}
