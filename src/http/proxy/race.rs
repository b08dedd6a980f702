//! Automatic detection beside a direct connection: a network without it, as most are, costs nobody the seconds that finding this out takes.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use super::hop::Hop;
use super::lookup::{Found, Lookup};
use crate::error::{Error, Result};
use crate::status::Status;

/// What came first.
pub enum Winner<T> {
    /// The direct connection; or its error, and nothing was detected.
    Direct(Result<T>),
    Detected(Vec<Hop>),
}

enum Event<T> {
    Direct(Result<T>),
    LookedUp(Option<Found>),
}

/// Connects directly and waits for the look-up at once, each on a thread of its own. The loser is left to itself.
pub fn race<T: Send + 'static>(lookup: Arc<Lookup>, end: Instant, direct: impl FnOnce() -> Result<T> + Send + 'static) -> Winner<T> {
    let (tell, told) = channel();
    in_background(&tell, move || Event::Direct(direct()));
    in_background(&tell, move || Event::LookedUp(lookup.wait(end)));
    drop(tell);
    let (mut failure, mut is_looked_up) = (None, false);
    while let Ok(event) = told.recv_timeout(end.saturating_duration_since(Instant::now())) {
        match event {
            Event::Direct(Ok(made)) => return Winner::Direct(Ok(made)),
            Event::LookedUp(Some(Found::Hops(hops))) if hops.iter().any(|hop| hop.place().is_some()) => return Winner::Detected(hops),
            Event::Direct(Err(error)) => failure = Some(error),
            Event::LookedUp(_) => is_looked_up = true,
        }
        if is_looked_up && failure.is_some() {
            break;
        }
    }
    let too_late = || Error::network(Status::ERR_TIMEOUT, "no direct connection and no proxy detected within connect_timeout_ms");
    Winner::Direct(Err(failure.unwrap_or_else(too_late)))
}

/// Without a thread for it the event does not come.
fn in_background<E: Send + 'static>(tell: &Sender<E>, act: impl FnOnce() -> E + Send + 'static) {
    let tell = tell.clone();
    // Nobody listens any more where the other one has won.
    drop(std::thread::Builder::new().name("videodoktor-race".into()).spawn(move || drop(tell.send(act()))));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Receiver;
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    use super::*;
    use crate::http::proxy::lookup::{Finder, Query, start};
    use crate::locking::lock;

    fn lookup(name: &str, finder: Finder) -> Arc<Lookup> {
        start(&Query { script: None, url: format!("https://{name}.example/") }, finder).unwrap()
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    /// A connection that is not made as long as the sender lives.
    fn never(gate: Receiver<()>) -> impl FnOnce() -> Result<u8> {
        move || {
            let _ = gate.recv();
            Ok(7)
        }
    }

    #[test]
    fn a_direct_connection_does_not_wait_for_a_detection_that_hangs() {
        static GATE: Mutex<bool> = Mutex::new(false);
        static OPENED: Condvar = Condvar::new();
        let hanging = lookup("hanging", |_| {
            drop(OPENED.wait_while(lock(&GATE), |is_open| !*is_open));
            Err(12180)
        });
        assert!(matches!(race(hanging, soon(), || Ok(7)), Winner::Direct(Ok(7))));
        *lock(&GATE) = true;
        OPENED.notify_all();
    }

    #[test]
    fn a_detected_proxy_does_not_wait_for_a_connection_that_hangs() {
        let (_gate, closed) = channel();
        let found = lookup("found-first", |_| Ok("a.example:1;b.example:2".into()));
        assert!(matches!(race(found, soon(), never(closed)), Winner::Detected(hops) if hops.len() == 2));
    }

    #[test]
    fn each_waits_for_the_other_where_it_fails() {
        let refused = || Err::<u8, _>(Error::network(Status::ERR_CONNECT, "refused"));
        let nothing = lookup("nothing", |_| Err(12180));
        assert!(matches!(race(Arc::clone(&nothing), soon(), || Ok(7)), Winner::Direct(Ok(7))));
        assert!(matches!(race(nothing, soon(), refused), Winner::Direct(Err(error)) if error.status == Status::ERR_CONNECT));
        let found = lookup("found-later", |_| Ok("a.example:1".into()));
        assert!(matches!(race(found, soon(), refused), Winner::Detected(_)));
        let direct = lookup("direct", |_| Ok("DIRECT".into()));
        assert!(matches!(race(direct, soon(), || Ok(7)), Winner::Direct(Ok(7))));
    }

    #[test]
    fn the_race_ends_when_it_should() {
        let (_gate, closed) = channel();
        let nothing = lookup("nothing-in-time", |_| Err(12180));
        let raced = race(nothing, Instant::now() + Duration::from_millis(50), never(closed));
        assert!(matches!(raced, Winner::Direct(Err(error)) if error.status == Status::ERR_TIMEOUT));
    }
}
