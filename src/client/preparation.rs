//! Keeps a client ready for a call that will follow soon: a connection open and a token at hand, so that the call costs one round trip.
//!
//! A thread sees to it for two minutes after the last announcement. Opening a connection is no request; requests are for tokens only, and few.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::client::prefetch;
use crate::client::prepared_until::Keeping;
use crate::client::session::Session;
use crate::error::Source;
use crate::http::ConnectionLease;
use crate::log;

/// How often the connection is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// A connection that the service has closed is not opened again sooner.
const BETWEEN_CONNECTIONS: Duration = Duration::from_secs(5);

/// No more requests than one in this time.
const BETWEEN_TOKENS: Duration = Duration::from_secs(60);

/// The host announces a call. Returns at once.
pub fn start(session: &Arc<Session>) {
    if session.calls.is_closed() {
        return;
    }
    if let Some(keeping) = session.prepared_until.extend() {
        let session = Arc::downgrade(session);
        // Without a thread the call costs what it costs unannounced.
        drop(std::thread::Builder::new().name("videodoktor-prepare".into()).spawn(move || maintain(&session, &keeping)));
    }
}

fn maintain(session: &Weak<Session>, keeping: &Keeping) {
    let _scope = log::Scope::enter(session.clone());
    let mut preparation = Preparation::default();
    while keeping.goes_on() {
        let Some(session) = session.upgrade().filter(|session| !session.calls.is_closed()) else { return };
        collect(&session);
        preparation.bring_token(&session);
        preparation.open_connection(&session);
        drop(session);
        std::thread::park_timeout(BETWEEN_LOOKS);
    }
}

/// Takes in a token that was asked for behind an earlier call: it lies unread on its connection, which cannot be judged until then.
fn collect(session: &Session) {
    const SURELY_THERE: Duration = Duration::from_secs(2);
    let call = session.calls.begin(session.options.timeout);
    ConnectionLease::new(&session.pool, &call).collect(SURELY_THERE);
}

/// What has been done to keep the client ready.
#[derive(Default)]
struct Preparation {
    opened: Option<Instant>,
    asked: Option<Instant>,
    /// The service has refused a token: it is not asked again.
    is_refused: bool,
}

impl Preparation {
    fn bring_token(&mut self, session: &Session) {
        if self.is_refused || !is_due(self.asked, BETWEEN_TOKENS) {
            return;
        }
        let Some(expected) = session.tokens.reserve(1) else { return };
        let expected = expected.by_thread();
        self.asked = Some(Instant::now());
        match prefetch::fetch_token(session) {
            Ok(token) => expected.brought(token),
            Err(error) => self.is_refused = error.source == Source::Server,
        }
    }

    fn open_connection(&mut self, session: &Session) {
        // The connection of a call under way comes back.
        if session.calls.under_way() > 0 || session.pool.is_ready() || !is_due(self.opened, BETWEEN_CONNECTIONS) {
            return;
        }
        self.opened = Some(Instant::now());
        let call = session.calls.begin(session.options.connect_timeout);
        if let Err(error) = ConnectionLease::new(&session.pool, &call).open() {
            log::debug(|| format!("a connection opened ahead: {}, {}", error.status.name().to_string_lossy(), error.detail));
        }
    }
}

fn is_due(last: Option<Instant>, between: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= between)
}
