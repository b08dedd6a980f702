//! The connection of one call: taken when it is needed, given back when the call is over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Uri;

use super::connect::{ConnectTarget, ConnectTimings, Taken};
use super::connection::{Connection, Question, Reached, Reply};
use super::history::{Expects, Kind, hash};
use super::pool::{BUFFER, Broken, Choice, ConnectionPool, Liveness, Post, SURELY_ALIVE};
use super::tls::TlsConfigCache;
use crate::cancellation::InFlight;
use crate::error::{Error, Result};
use crate::http::origin::Origin;
use crate::http::tls_roots::TlsRoots;
use crate::log;
use crate::status::Status;

pub struct ConnectionLease<'t> {
    pool: &'t ConnectionPool,
    connection: Option<Connection>,
    /// Still waits for the reply to a request that was given up.
    waiting: Option<Connection>,
    /// Without a connection.
    choice: Choice,
    call: Arc<InFlight>,
    /// Of the last connection that was made here.
    timings: ConnectTimings,
}

impl<'t> ConnectionLease<'t> {
    /// Connects lazily, so that idle connections stay free for the token request.
    pub fn new(pool: &'t ConnectionPool, call: &Arc<InFlight>) -> ConnectionLease<'t> {
        ConnectionLease {
            pool,
            connection: None,
            waiting: None,
            choice: Choice::Any,
            call: Arc::clone(call),
            timings: ConnectTimings::default(),
        }
    }

    /// Takes a connection for the next request, if this lease has none. One that must not get lost goes out on a connection that is known to live,
    /// or on a new one; `expects` as in `History::is_doubtful`.
    pub fn acquire(&mut self, must_not_get_lost: bool, expects: Expects) {
        self.ensure_pooled();
        let is_good = match self.liveness() {
            Some(Liveness::Proven) => true,
            Some(Liveness::Unknown) => !must_not_get_lost,
            Some(Liveness::Lost) | None => false,
        };
        if !is_good {
            self.renew();
        } else if self.connection.as_ref().is_some_and(|connection| connection.is_doubtful(expects)) {
            self.give_back();
            self.renew();
        }
    }

    /// What the last reply was.
    pub fn note(&mut self, kind: Kind) {
        if let Some(connection) = &mut self.connection {
            connection.note(kind);
        }
    }

    /// The connection of a request that timed out and may still be answered.
    pub fn take_waiting(&mut self) -> Option<Connection> {
        self.waiting.take()
    }

    /// Whether the connection of this lease has answered a moment ago, as where calls follow each other.
    pub fn has_just_answered(&self) -> bool {
        let is_recent = |connection: &Connection| connection.idle_for().is_some_and(|idle| idle < SURELY_ALIVE);
        self.liveness() == Some(Liveness::Proven) && self.connection.as_ref().is_some_and(is_recent)
    }

    /// A pooled connection of which nothing is known shows by the answer to `ask` that it lives: one round trip, where a new connection costs two
    /// or three. Without an answer it is left, and the next request makes a new one. `None` if there was nothing to prove.
    pub fn prove<T>(&mut self, ask: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.ensure_pooled();
        if self.connection.as_mut().is_some_and(|connection| !connection.is_open()) {
            self.renew(); // there is nothing to prove any more
        }
        if self.liveness() != Some(Liveness::Unknown) || !self.pool.is_proven_by_an_answer() {
            return None;
        }
        let answer = ask(self);
        if answer.is_none() {
            self.renew();
        }
        answer
    }

    /// Makes a connection before it is needed.
    pub fn open(&mut self) -> Result<()> {
        let address = self.pool.origin.address("/").ok_or_else(|| Error::client(Status::ERR_INTERNAL, "a path that is none"))?;
        self.connection = Some(self.connect(&address, self.call.remaining()?)?);
        Ok(())
    }

    /// Leaves the connection, so that the next request makes a new one.
    pub fn renew(&mut self) {
        self.connection = None;
        if self.choice == Choice::Any {
            self.choice = Choice::New;
        }
    }

    fn liveness(&self) -> Option<Liveness> {
        self.connection.as_ref().map(|connection| self.pool.liveness(connection))
    }

    /// Has the answer to what was asked for ahead handed over, if that is as long ago, and takes its connection.
    pub fn collect(&mut self, age: Duration) {
        if let Some(connection) = self.pool.take_pooled(|idle| idle.pipelined().is_some_and(|since| since >= age)) {
            self.give_back();
            self.take(connection);
        }
    }

    /// Posts a form; `limit` bounds the exchange, a redirect included. One to the same path with or without its slash is followed, once.
    pub fn post(&mut self, post: Post, limit: Duration) -> std::result::Result<Reply, Broken> {
        let end = Instant::now() + limit;
        let question = self.pool.question(post).ok_or_else(no_path)?;
        let reply = self.exchange(question, limit)?;
        if !matches!(reply.http_status, 301 | 307 | 308) {
            return Ok(reply);
        }
        let Some(path) = slash_redirect(&reply, &self.pool.origin, post.path) else { return Ok(reply) };
        let question = self.pool.question(Post { path: &path, ..post }).ok_or_else(no_path)?;
        let second = self.exchange(Question { is_redirected: true, ..question }, end.saturating_duration_since(Instant::now()));
        // The server that redirected may have acted all the same.
        second.map_err(|broken| Broken { reached: Reached::Sent, ..broken })
    }

    /// Fetches a report. Its address may lie on another host. A redirect to the address with its slash is followed, once.
    pub fn download(&mut self, address: &Uri, largest_reply: usize, limit: Duration) -> std::result::Result<Reply, Broken> {
        let reply = self.download_once(address, largest_reply, limit)?;
        match slash_address(&reply, address) {
            Some(address) => self.download_once(&address, largest_reply, limit),
            None => Ok(reply),
        }
    }

    fn download_once(&mut self, address: &Uri, largest_reply: usize, limit: Duration) -> std::result::Result<Reply, Broken> {
        let is_elsewhere = !self.pool.origin.owns(address);
        if is_elsewhere {
            self.give_back();
            self.renew();
        } else {
            self.acquire(false, Expects::Proof);
        }
        let head = self.pool.get(address.clone());
        let reply = self.exchange(Question { head, body: &[], largest_reply, hash: hash(address), is_redirected: false }, limit);
        if is_elsewhere {
            self.leave();
        }
        reply
    }

    /// How long each step of the last connection took.
    pub fn timings(&self) -> Vec<Taken> {
        self.timings.taken()
    }

    /// Who chose the way of the last connection, and through which proxy it went.
    pub fn route(&self) -> Option<String> {
        self.timings.route()
    }

    fn ensure_pooled(&mut self) {
        if self.connection.is_some() || self.choice != Choice::Any {
            return;
        }
        let free = self.pool.take_pooled(|idle| idle.pipelined().is_none());
        if let Some(pooled) = free.or_else(|| self.pool.take_pooled(|_| true)) {
            self.take(pooled);
        }
    }

    fn take(&mut self, mut pooled: Connection) {
        if self.call.uses(pooled.shutdown()).is_err() {
            return self.pool.put_back(pooled); // the call was cancelled, as it will find out
        }
        if let Some(age) = pooled.pipelined() {
            let came = pooled.drain(self.longest_wait(age));
            if !came && !self.call.is_cancelled() {
                self.pool.learn_loses_answers();
            }
        }
        if pooled.stays() {
            self.connection = Some(pooled);
        } else {
            self.renew();
        }
    }

    /// How long to wait for an answer that was asked for so long ago. One that stalls must leave this call the time for a request of its own; one that
    /// is not there after seconds is not worth a wait.
    fn longest_wait(&self, age: Duration) -> Duration {
        const A_LOOK: Duration = Duration::from_millis(20);
        let left = self.call.remaining().unwrap_or_default();
        if age < SURELY_ALIVE { left / 4 } else { A_LOOK.min(left) }
    }

    fn exchange(&mut self, question: Question, limit: Duration) -> std::result::Result<Reply, Broken> {
        self.waiting = None; // an earlier request's, whose answer must not be taken for this one's
        let end = Instant::now() + self.call.remaining().map_err(not_sent)?.min(limit);
        let left = || end.saturating_duration_since(Instant::now());
        let mut connection = match self.standing() {
            Some(connection) => connection,
            None => self.connect(question.head.uri(), left()).map_err(not_sent)?,
        };
        let idle = connection.idle_for();
        match connection.exchange(question, left()).and_then(|reply| self.unless_cancelled(reply)) {
            Ok(reply) => {
                self.connection = Some(connection).filter(Connection::stays);
                if let Some(idle) = reply.idle_timeout {
                    self.pool.learn_announced_end(idle);
                }
                Ok(reply)
            }
            Err(error) => {
                let broken = self.broken(&connection, idle, error);
                self.waiting = Some(connection).filter(|connection| connection.is_waiting() && !self.call.is_cancelled());
                Err(broken)
            }
        }
    }

    /// An interrupt shuts the socket down, which may look like a reply that ended early.
    fn unless_cancelled(&self, reply: Reply) -> Result<Reply> {
        if self.call.is_cancelled() { self.call.remaining().map(|_| reply) } else { Ok(reply) }
    }

    /// A request got no reply on a connection that had been idle for so long.
    fn broken(&mut self, connection: &Connection, idle: Option<Duration>, error: Error) -> Broken {
        let reached = connection.reached();
        if reached == Reached::SentOnReused {
            self.choice = Choice::OnlyNew;
        }
        if self.call.is_cancelled() {
            return Broken { error: self.call.remaining().err().unwrap_or(error), reached };
        }
        if let Some(idle) = idle.filter(|_| reached == Reached::SentOnReused && error.status == Status::ERR_NETWORK) {
            self.pool.learn_broke_after(idle);
        }
        Broken { error, reached }
    }

    fn standing(&mut self) -> Option<Connection> {
        let standing = self.connection.take();
        self.renew(); // unless this one comes back
        standing.and_then(|mut connection| connection.is_open().then_some(connection))
    }

    /// Whether Mozilla's roots, which the library brings along, trust the service where the system's do not. For the diagnosis alone: nothing is sent,
    /// and no call trusts more than it was told to.
    pub fn is_trusted_by_bundled_roots(&mut self) -> bool {
        let roots = TlsConfigCache::new(TlsRoots::Bundled, None);
        let (Some(address), Ok(roots), Ok(left)) = (self.pool.origin.address("/"), roots, self.call.remaining()) else { return false };
        self.pool.options.tls_roots == TlsRoots::System && self.connect_trusting(&address, left, roots, ConnectTimings::default()).is_ok()
    }

    fn connect(&mut self, address: &Uri, left: Duration) -> Result<Connection> {
        self.timings = ConnectTimings::default();
        let connected = self.connect_trusting(address, left, Arc::clone(&self.pool.tls_configs), self.timings.clone());
        log::debug(|| format!("new connection; proxy: {}", self.timings.route().unwrap_or_default()));
        connected
    }

    fn connect_trusting(
        &self,
        address: &Uri,
        left: Duration,
        tls_configs: Arc<TlsConfigCache>,
        timings: ConnectTimings,
    ) -> Result<Connection> {
        let options = &self.pool.options;
        let config = Agent::config_builder()
            .proxy(None) // connect.rs finds the way itself
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .timeout_connect(Some(options.connect_timeout))
            .build();
        let target = ConnectTarget {
            uri: address.clone(),
            config,
            options: Arc::clone(options),
            user_agent: self.pool.user_agent.clone(),
            tls_configs,
            within: left.min(options.connect_timeout),
            timings,
        };
        target.connect(&self.call)
    }

    /// Unless the call was cancelled, which ended the connection.
    fn give_back(&mut self) {
        self.call.leaves_connection();
        if let Some(connection) = self.leave()
            && !self.call.is_cancelled()
        {
            self.pool.put_back(connection);
        }
    }

    fn leave(&mut self) -> Option<Connection> {
        if self.choice == Choice::New {
            self.choice = Choice::Any;
        }
        self.connection.take()
    }
}

impl Drop for ConnectionLease<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn not_sent(error: Error) -> Broken {
    Broken { error, reached: Reached::NotSent }
}

fn no_path() -> Broken {
    not_sent(Error::client(Status::ERR_INTERNAL, "a path that is none"))
}

/// The one redirect that is followed: to the same path of the same origin with its slash, or without it.
fn slash_redirect(reply: &Reply, origin: &Origin, path: &str) -> Option<String> {
    let location = reply.location.as_deref()?;
    let target = if location.starts_with('/') && !location.starts_with("//") {
        location.to_string()
    } else {
        let uri: Uri = location.parse().ok()?;
        origin.owns(&uri).then(|| uri.path_and_query().map(ToString::to_string))??
    };
    let ((target_path, query), (path, own_query)) = (at_query(&target), at_query(path));
    let is_same = target_path.trim_end_matches('/') == path.trim_end_matches('/') && target_path != path;
    (is_same && (query.is_none() || query == own_query)).then_some(target)
}

/// The same for an address that is fetched.
fn slash_address(reply: &Reply, address: &Uri) -> Option<Uri> {
    if !(300..400).contains(&reply.http_status) {
        return None;
    }
    let origin = Origin::of_address(address)?;
    let path = slash_redirect(reply, &origin, address.path_and_query()?.as_str())?;
    origin.address(&path)
}

/// The path, and what follows the question mark. A server that adds a slash passes the query on (Apache's `mod_dir`).
fn at_query(target: &str) -> (&str, Option<&str>) {
    target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(http_status: u16, location: &str) -> Reply {
        Reply {
            http_status,
            body: Vec::new(),
            date: None,
            retry_after: None,
            idle_timeout: None,
            location: Some(location.to_owned()),
            content_type: None,
            is_cut: false,
            is_doubled: false,
            is_redirected: false,
        }
    }

    #[test]
    fn a_redirect_is_followed_to_the_same_path_with_its_slash_or_without() {
        let origin = Origin::parse("https://a.cz", false).unwrap();
        for (path, location, followed) in [
            ("/api_time/", "/api_time", Some("/api_time")),
            ("/api_time", "https://A.cz:443/api_time/", Some("/api_time/")),
            ("/api_time/", "/api_time/", None),
            ("/api_time/", "/api_meet_add", None),
            ("/api_time/", "/api_time?x=1", None),
            ("/api_time/", "//b.cz/api_time", None),
            ("/api_time/", "https://b.cz/api_time", None),
            ("/api_time/", "http://a.cz/api_time", None),
        ] {
            assert_eq!(slash_redirect(&redirect(301, location), &origin, path).as_deref(), followed, "{path} {location}");
        }
    }

    #[test]
    fn a_report_is_followed_to_its_slash_with_its_query() {
        let address: Uri = "https://a.cz/report?key=1".parse().unwrap();
        for (status, location, followed) in [
            (301, "https://a.cz/report/?key=1", Some("https://a.cz/report/?key=1")),
            (302, "/report/?key=1", Some("https://a.cz/report/?key=1")),
            (301, "/report/", Some("https://a.cz/report/")),
            (301, "/report/?key=2", None),
            (301, "/report?key=1", None),
            (200, "/report/?key=1", None),
        ] {
            let address = slash_address(&redirect(status, location), &address).map(|address| address.to_string());
            assert_eq!(address.as_deref(), followed, "{status} {location}");
        }
    }
}
