//! Idle connections to one service host, and what is known of their liveness.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use ureq::http::{HeaderValue, Method, Request, Uri, header};

use super::connection::{Callback, Connection, Question, Reached};
use super::history::Expects;
use super::tls::TlsConfigCache;
use crate::error::{Error, Result};
use crate::http::origin::Origin;
use crate::locking::lock;
use crate::options::Options;

/// Of the sockets. Small, because a client keeps them for as long as its connection lives.
pub const BUFFER: usize = 4 << 10;

/// Idle connections kept for later calls; a practice needs one or two, a server with many threads more.
const MOST_IDLE: usize = 32;

/// Servers close idle connections after 5 to 75 s; one of which nothing else is known hardly ever lives longer.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

/// Servers keep a connection for at least 5 s (Apache's default), so one that answered so recently is not about to be closed.
pub const SURELY_ALIVE: Duration = Duration::from_secs(2);

/// Shortly before the service closes a connection, a request and the close may cross.
const CLOSING: Duration = Duration::from_secs(1);

/// What is known of an idle connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Liveness {
    /// It lives: it was opened or has answered a moment ago, or the service's machine has just acknowledged a probe.
    Proven,
    /// It may have died; only an answer to a request tells.
    Unknown,
    /// It hardly lives: it is old and unproven, the service closes such by now, or the machine slept.
    Lost,
}

/// Which connection the next request of a lease may go out on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    Any,
    /// This one on a new connection.
    New,
    /// None from the pool: one has died under this call, and above all the look-up of what was lost trusts none.
    OnlyNew,
}

/// The way to one service host. Any number of threads may use it; each call has a lease of its own.
pub struct ConnectionPool {
    pub(super) origin: Origin,
    pub(super) options: Arc<Options>,
    pub(super) user_agent: HeaderValue,
    pub(super) tls_configs: Arc<TlsConfigCache>,
    pub(super) idle: Mutex<Vec<Connection>>,
    /// In milliseconds: after so long without a request the service closes a connection, as it says.
    announced_end: AtomicU64,
    /// In milliseconds: the shortest time without a request after which a connection broke when it was used. The service closes without saying so.
    broke_after: AtomicU64,
    /// What was asked for ahead did not come: nothing more is.
    loses_answers: AtomicBool,
}

/// A request that got no reply.
#[derive(Debug)]
pub struct Broken {
    pub error: Error,
    pub reached: Reached,
}

/// A form on its way to the service.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    pub path: &'a str,
    pub form: &'a [u8],
    pub largest_reply: usize,
    /// Stands for path and fields, the token apart.
    pub question: u64,
}

impl ConnectionPool {
    pub fn new(origin: Origin, options: Arc<Options>) -> Result<ConnectionPool> {
        let tls_configs = TlsConfigCache::new(options.tls_roots, options.ca_file.as_deref())?;
        let own = concat!("videodoktor/", env!("CARGO_PKG_VERSION"));
        let user_agent = options.user_agent.as_ref().map_or(own.into(), |host| format!("{host} {own}"));
        let user_agent = user_agent.try_into().map_err(|_| Error::argument("options_json", "option user_agent cannot be a header"))?;
        Ok(ConnectionPool {
            origin,
            options,
            user_agent,
            tls_configs,
            idle: Mutex::default(),
            announced_end: AtomicU64::new(u64::MAX),
            broke_after: AtomicU64::new(u64::MAX),
            loses_answers: AtomicBool::default(),
        })
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What is known of a connection now.
    pub(super) fn liveness(&self, connection: &Connection) -> Liveness {
        let Some(age) = connection.idle_for() else { return Liveness::Lost };
        let (announced_end, broke_after) = (millis(&self.announced_end), millis(&self.broke_after));
        if age >= announced_end {
            Liveness::Lost
        } else if age + CLOSING < announced_end.min(broke_after) && (age < SURELY_ALIVE || connection.is_acknowledged()) {
            Liveness::Proven
        } else if age < LONGEST_IDLE {
            Liveness::Unknown
        } else {
            Liveness::Lost
        }
    }

    /// Whether an answer proves that the connection can take another request; not where the service closes without saying so.
    pub(super) fn is_proven_by_an_answer(&self) -> bool {
        millis(&self.broke_after) > CLOSING
    }

    /// The service says that it closes connections after so long without a request.
    pub(super) fn learn_announced_end(&self, idle: Duration) {
        self.announced_end.fetch_min(u64::try_from(idle.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A pooled connection broke without an answer when it was used after so long.
    pub(super) fn learn_broke_after(&self, idle: Duration) {
        self.broke_after.fetch_min(u64::try_from(idle.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What was asked for ahead on a connection did not come.
    pub(super) fn learn_loses_answers(&self) {
        self.loses_answers.store(true, Ordering::Relaxed);
    }

    /// Whether the next request finds a connection, as far as can be known. Idle ones that have died are closed.
    pub fn is_ready(&self) -> bool {
        let mut idle = self.lock();
        idle.retain_mut(|idle| idle.pipelined().is_some() || (self.liveness(idle) != Liveness::Lost && idle.is_open()));
        // Behind a proxy, and where the service closes without saying so, there is no proof.
        let is_good = |idle: &Connection| !idle.is_direct() || !self.is_proven_by_an_answer() || self.liveness(idle) == Liveness::Proven;
        idle.iter().any(|idle| idle.pipelined().map_or_else(|| is_good(idle), |age| age < SURELY_ALIVE))
    }

    /// An idle connection that has just answered, good for asking ahead.
    pub fn spare(&self) -> Option<Connection> {
        if self.loses_answers.load(Ordering::Relaxed) {
            return None;
        }
        let mut spare = self.take_pooled(|idle| {
            idle.pipelined().is_none() && self.liveness(idle) == Liveness::Proven && !idle.is_doubtful(Expects::Proof)
        })?;
        spare.is_open().then_some(spare)
    }

    /// Asks for something without waiting for the answer, which `callback` gets when the connection is used next.
    pub fn pipeline(&self, mut connection: Connection, post: Post, callback: Callback) {
        const LONGEST: Duration = Duration::from_millis(100); // it all fits into the socket's buffer
        let Some(question) = self.question(post) else { return };
        if connection.pipeline(question, LONGEST, callback).is_ok() {
            self.put_back(connection);
        }
    }

    /// The idle connection that was used last, for it is the most likely to be alive, among those that will do.
    pub(super) fn take_pooled(&self, will_do: impl Fn(&Connection) -> bool) -> Option<Connection> {
        let mut idle = self.lock();
        let last = idle.iter().rposition(will_do)?;
        let mut taken = idle.remove(last);
        drop(idle);
        taken.rests(false); // a call of the system, for which no other thread shall wait
        Some(taken)
    }

    pub(super) fn put_back(&self, mut connection: Connection) {
        connection.rests(true);
        let mut idle = self.lock();
        idle.retain(|idle| idle.pipelined().is_some() || self.liveness(idle) != Liveness::Lost);
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
    }

    /// The request of a form. Keys and tokens are in the body only, never in the address.
    pub(super) fn question<'a>(&self, post: Post<'a>) -> Option<Question<'a>> {
        let head = self.form(self.origin.address(post.path)?, post.form);
        Some(Question { head, body: post.form, largest_reply: post.largest_reply, hash: post.question, is_redirected: false })
    }

    fn form(&self, address: Uri, form: &[u8]) -> Request<()> {
        let mut head = Request::new(());
        *head.method_mut() = Method::POST;
        *head.uri_mut() = address;
        let headers = head.headers_mut();
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(header::CONTENT_LENGTH, form.len().into());
        head
    }

    /// Asks for a report: no key and no token is in it.
    pub(super) fn get(&self, address: Uri) -> Request<()> {
        let mut head = Request::new(());
        *head.uri_mut() = address;
        head.headers_mut().insert(header::USER_AGENT, self.user_agent.clone());
        head.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        head.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        head
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        lock(&self.idle)
    }
}

fn millis(value: &AtomicU64) -> Duration {
    Duration::from_millis(value.load(Ordering::Relaxed))
}
