//! Which proxies a script (PAC) or automatic detection (WPAD) names: asked on a thread of its own, and remembered.
//!
//! WinHTTP keeps no time-out against a script's host that accepts and stays silent. So nobody waits for its thread beyond a limit, and while it hangs
//! everybody who has the same question waits for the same thread: calls one after another do not leave one each behind.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::hop::Hop;
use super::script_result;
use crate::locking::lock;

/// How long a look-up that found nothing holds.
const FAILED_FOR: Duration = Duration::from_secs(120);

/// Questions that are remembered.
const MOST: usize = 16;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// The script's address; `None` has it detected.
    pub script: Option<String>,
    /// Of the service, without a path: a script has no business with more.
    pub url: String,
}

/// Asks the system. An error is Windows' number.
pub type Finder = fn(&Query) -> Result<String, u32>;

/// What came of it.
#[derive(Clone)]
pub enum Found {
    Hops(Vec<Hop>),
    /// Windows' number, or that what came back names no way.
    Nothing(String),
}

/// A question that is being asked, or has been.
pub struct Lookup {
    query: Query,
    found: Mutex<Option<(Found, Instant)>>,
    changed: Condvar,
}

static LOOKUPS: Mutex<Vec<Arc<Lookup>>> = Mutex::new(Vec::new());

/// The look-up of this question: the one that is under way or whose answer still holds, or a new one. `None` without a thread for it.
pub fn start(query: &Query, finder: Finder) -> Option<Arc<Lookup>> {
    let mut lookups = lock(&LOOKUPS);
    lookups.retain(|lookup| lookup.holds());
    if let Some(lookup) = lookups.iter().find(|lookup| lookup.query == *query) {
        return Some(Arc::clone(lookup));
    }
    let lookup = Arc::new(Lookup { query: query.clone(), found: Mutex::default(), changed: Condvar::new() });
    let asking = Arc::clone(&lookup);
    let ask = move || {
        asking.put(match finder(&asking.query) {
            Ok(list) => script_result::parse(&list).map_or_else(|why| Found::Nothing(why.into()), Found::Hops),
            Err(number) => Found::Nothing(format!("Windows' error {number}")),
        })
    };
    std::thread::Builder::new().name("videodoktor-proxy".into()).spawn(ask).ok()?;
    if lookups.len() == MOST {
        lookups.remove(0);
    }
    lookups.push(Arc::clone(&lookup));
    Some(lookup)
}

/// What was found has led nowhere: the next call asks again.
pub fn forget(query: &Query) {
    lock(&LOOKUPS).retain(|lookup| lookup.query != *query || lock(&lookup.found).is_none());
}

impl Lookup {
    /// The answer, if it comes by then.
    pub fn wait(&self, end: Instant) -> Option<Found> {
        let mut found = lock(&self.found);
        loop {
            if let Some((found, _)) = found.as_ref() {
                return Some(found.clone());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            found = self.changed.wait_timeout(found, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn put(&self, found: Found) {
        *lock(&self.found) = Some((found, Instant::now()));
        self.changed.notify_all();
    }

    /// Under way, found, or failed a short time ago.
    fn holds(&self) -> bool {
        !matches!(lock(&self.found).as_ref(), Some((Found::Nothing(_), at)) if at.elapsed() >= FAILED_FOR)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn query(name: &str) -> Query {
        Query { script: Some(format!("http://{name}.example/proxy.pac")), url: "https://demo.videodoktor.cz/".into() }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn what_was_found_is_remembered_until_it_leads_nowhere() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let finder: Finder = |_| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            Ok("a.example:1".into())
        };
        let query = query("found");
        for _ in 0..3 {
            assert!(matches!(start(&query, finder).unwrap().wait(soon()), Some(Found::Hops(hops)) if hops.len() == 1));
        }
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
        forget(&query);
        start(&query, finder).unwrap().wait(soon()).unwrap();
        assert_eq!(ASKED.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_failure_is_remembered_for_two_minutes() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let finder: Finder = |_| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            Err(12180)
        };
        let query = query("failed");
        for _ in 0..2 {
            assert!(matches!(start(&query, finder).unwrap().wait(soon()), Some(Found::Nothing(why)) if why.contains("12180")));
        }
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
        let lookup = start(&query, finder).unwrap();
        lock(&lookup.found).as_mut().unwrap().1 = Instant::now().checked_sub(FAILED_FOR).unwrap();
        start(&query, finder).unwrap().wait(soon()).unwrap();
        assert_eq!(ASKED.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_look_up_that_hangs_costs_a_caller_no_more_than_its_limit_and_has_one_thread() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        static GATE: Mutex<bool> = Mutex::new(false);
        static OPENED: Condvar = Condvar::new();
        let finder: Finder = |_| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            drop(OPENED.wait_while(lock(&GATE), |is_open| !*is_open));
            Ok("a.example:1".into())
        };
        let query = query("hangs");
        for _ in 0..3 {
            assert!(start(&query, finder).unwrap().wait(Instant::now() + Duration::from_millis(20)).is_none());
            forget(&query); // does not start a second one either
        }
        *lock(&GATE) = true;
        OPENED.notify_all();
        assert!(start(&query, finder).unwrap().wait(soon()).is_some());
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    }
}
