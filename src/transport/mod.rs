//! HTTP to one service host: lines that are kept alive, the deadline, and what is known of a request that failed.

mod cryptography;
pub mod dial;
pub mod proxy;
mod punctual;
mod tcp;
mod tls;

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::in_flight::InFlight;
use crate::log;
use crate::options::{Options, Origin, is_loopback};
use crate::status::Status;
use dial::{Dial, Failed, Later, Seat, Taken};
use proxy::Route;
use tls::Trust;

/// The limit on a reply's size: 32 MiB.
pub const LARGEST_REPLY: usize = 32 << 20;

/// Small, because each request clears them and a client keeps them for as long as its connection lives.
const BUFFER: usize = 4 << 10;

/// Idle lines kept for later calls; a practice needs one or two, a server with many threads more.
const MOST_IDLE: usize = 32;

/// Servers close idle connections after 5 to 75 s; a longer one is hardly ever alive.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

/// Servers keep a connection for at least 5 s (Apache's default), so one that answered so recently is not about to be closed.
const SURELY_ALIVE: Duration = Duration::from_secs(2);

/// The way to one service host. Any number of threads may use it; each call has a line of its own.
pub struct Transport {
    origin: Origin,
    options: Arc<Options>,
    trust: Arc<Trust>,
    idle: Mutex<Vec<Idle>>,
    /// A connection died soon after it had answered: this server closes without saying so.
    closes_early: AtomicBool,
}

/// An agent that holds at most one connection, between two calls.
struct Idle {
    agent: Agent,
    seat: Arc<Seat>,
    answered: Option<Instant>,
}

impl Idle {
    fn is_surely_alive(&self) -> bool {
        self.answered.is_some_and(|at| at.elapsed() < SURELY_ALIVE)
    }
}

/// A reply as it came: any HTTP status.
pub struct Reply {
    pub http_status: u16,
    pub body: Vec<u8>,
    /// The `Date` header: the service's clock.
    pub date: Option<String>,
    /// The `Retry-After` header, where it is a number of seconds.
    pub retry_after: Option<Duration>,
}

/// A request that got no reply.
#[derive(Debug)]
pub struct Broken {
    pub error: Error,
    pub reached: Reached,
}

/// How far a request without a reply got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reached {
    /// Not a byte of it left this machine: the service cannot have acted.
    NotSent,
    /// It was sent, at least in part, on a connection kept from an earlier request, and not a byte came back.
    SentOnKept,
    /// It was sent, at least in part: the service may have acted.
    Sent,
}

impl Transport {
    pub fn new(origin: Origin, options: Arc<Options>) -> Result<Transport> {
        let trust = Trust::new(options.tls_roots, options.ca_file.as_deref())?;
        Ok(Transport { origin, options, trust, idle: Mutex::default(), closes_early: AtomicBool::new(false) })
    }

    /// How the next connection will go.
    pub fn route(&self) -> Route {
        Route::find(&self.options.proxy, &self.origin)
    }

    /// A line for one call. It takes no connection before its first request: a call that waits for a token leaves it to who fetches that.
    pub fn line(&self, call: &Arc<InFlight>) -> Line<'_> {
        Line { transport: self, idle: None, call: Arc::clone(call), trusts_none: false }
    }

    /// The connection used last is the most likely to be alive.
    fn kept_agent(&self) -> Option<Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn new_agent(&self) -> Idle {
        let route = self.route();
        log::debug(|| format!("new connection; proxy: {}", route.chosen_by));
        let seat = Arc::new(Seat::default());
        let dial = Dial { trust: Arc::clone(&self.trust), seat: Arc::clone(&seat), timeout: self.options.connect_timeout };
        // Every default of ureq that matters to us is set here; the tests go through each.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(false) // decided by Origin; the address of a report by `download`
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(route.proxy)
            .user_agent(self.user_agent())
            .accept("application/json")
            .accept_encoding("")
            .max_idle_connections(1)
            .max_idle_connections_per_host(1)
            .max_idle_age(LONGEST_IDLE)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .timeout_connect(Some(self.options.connect_timeout))
            .build();
        Idle { agent: Agent::with_parts(config, dial, Later), seat, answered: None }
    }

    fn user_agent(&self) -> String {
        let own = concat!("videodoktor/", env!("CARGO_PKG_VERSION"));
        self.options.user_agent.as_ref().map_or(own.into(), |host| format!("{host} {own}"))
    }
}

/// One call's connection. Given back when dropped, unless the call was cancelled.
pub struct Line<'t> {
    transport: &'t Transport,
    idle: Option<Idle>,
    call: Arc<InFlight>,
    /// A kept connection has died under this call. What comes after it, above all the look-up of what was lost, trusts none.
    trusts_none: bool,
}

impl Line<'_> {
    fn hold(&mut self, idle: Idle) -> Result<()> {
        self.call.uses(&idle.agent)?;
        idle.seat.take_place(Some(Arc::clone(&self.call)));
        self.idle = Some(idle);
        Ok(())
    }

    /// Takes a connection for the next request, if this line has none. One that must not get lost goes out on a connection that has just answered,
    /// or on a new one.
    pub fn prepare(&mut self, must_not_get_lost: bool) -> Result<()> {
        if self.idle.is_none() {
            self.hold(self.transport.kept_agent().unwrap_or_else(|| self.transport.new_agent()))?;
        }
        let is_sure = self.idle.as_ref().is_some_and(Idle::is_surely_alive) && !self.transport.closes_early.load(Ordering::Relaxed);
        if self.trusts_none || (must_not_get_lost && !is_sure) { self.renew() } else { Ok(()) }
    }

    /// Whether the connection of this line was kept for so long that it may have died. Takes one, if there is one to take.
    pub fn is_in_doubt(&mut self) -> bool {
        if self.idle.is_none()
            && let Some(kept) = self.transport.kept_agent()
            && self.hold(kept).is_err()
        {
            return false; // the call was cancelled, as it will find out
        }
        let may_live = |idle: &Idle| idle.answered.is_some_and(|at| (SURELY_ALIVE..LONGEST_IDLE).contains(&at.elapsed()));
        !self.trusts_none && !self.transport.closes_early.load(Ordering::Relaxed) && self.idle.as_ref().is_some_and(may_live)
    }

    /// Leaves the kept connection, so that the next request makes a new one.
    pub fn renew(&mut self) -> Result<()> {
        self.hold(self.transport.new_agent())
    }

    /// Posts a form; `limit` bounds this one exchange. Keys and tokens are in the body only, never in the address.
    pub fn post(&mut self, path: &str, form: &Zeroizing<Vec<u8>>, limit: Duration) -> std::result::Result<Reply, Broken> {
        let address = self.transport.origin.address(path);
        let reply = self.exchange(limit, |agent, left| send_form(agent, &address, form, left))?;
        match reply.slash_redirect(&self.transport.origin, path) {
            Some(path) => {
                let address = self.transport.origin.address(&path);
                self.exchange(limit, |agent, left| send_form(agent, &address, form, left)).map(Exchanged::into_reply)
            }
            None => Ok(reply.into_reply()),
        }
    }

    /// Fetches a report. Its address may lie on another host: no key or token is in the request.
    pub fn download(&mut self, address: &str, limit: Duration) -> std::result::Result<Reply, Broken> {
        let refused = |detail: &str| Broken { error: Error::network(Status::ERR_BAD_REPLY, detail), reached: Reached::NotSent };
        let uri: Uri = address.parse().map_err(|_| refused("export_url is not an address"))?;
        let plain_is_fine = self.transport.options.allow_http || is_loopback(uri.host().unwrap_or_default());
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if plain_is_fine => {}
            _ => return Err(refused("export_url is not https://")),
        }
        self.exchange(limit, |agent, left| {
            let request = agent.get(&uri).header(header::ACCEPT, "*/*");
            request.config().timeout_global(Some(left)).build().call()
        })
        .map(Exchanged::into_reply)
    }

    /// How long each step of the last connection took.
    pub fn steps(&self) -> Vec<Taken> {
        self.idle.as_ref().map(|idle| idle.seat.steps()).unwrap_or_default()
    }

    fn exchange(
        &mut self,
        limit: Duration,
        send: impl FnOnce(&Agent, Duration) -> std::result::Result<Response<Body>, ureq::Error>,
    ) -> std::result::Result<Exchanged, Broken> {
        let not_sent = |error| Broken { error, reached: Reached::NotSent };
        let left = self.call.remaining().map_err(not_sent)?.min(limit);
        let idle = self.idle.as_mut().ok_or_else(|| not_sent(Error::client(Status::ERR_INTERNAL, "a line without an agent")))?;
        idle.seat.begin_request();
        let exchanged = send(&idle.agent, left).map_err(|error| failure(&error)).and_then(Exchanged::read);
        // An interrupt shuts the socket down, which may look like a reply that ended early.
        let checked = exchanged.and_then(|reply| if self.call.is_cancelled() { self.call.remaining().map(|_| reply) } else { Ok(reply) });
        match checked {
            Ok(reply) => {
                idle.answered = Some(Instant::now());
                Ok(reply)
            }
            Err(error) => {
                let reached = match (idle.seat.has_transmitted(), idle.seat.met_a_stale_connection()) {
                    (false, _) => Reached::NotSent,
                    (true, true) => Reached::SentOnKept,
                    (true, false) => Reached::Sent,
                };
                self.trusts_none |= reached == Reached::SentOnKept;
                if reached == Reached::SentOnKept
                    && error.status == Status::ERR_NETWORK
                    && idle.is_surely_alive()
                    && !self.call.is_cancelled()
                {
                    self.transport.closes_early.store(true, Ordering::Relaxed);
                }
                idle.answered = None;
                let error = if self.call.is_cancelled() { self.call.remaining().err().unwrap_or(error) } else { error };
                Err(Broken { error, reached })
            }
        }
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let Some(idle) = self.idle.take() else { return };
        idle.seat.take_place(None);
        self.call.leaves_agent();
        if idle.answered.is_none() || self.call.is_cancelled() {
            return; // nothing worth keeping, or an agent that was shut down
        }
        let mut kept = self.transport.idle.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.answered.is_some_and(|at| at.elapsed() < LONGEST_IDLE));
        if kept.len() < MOST_IDLE {
            kept.push(idle);
        }
    }
}

fn send_form(agent: &Agent, address: &str, form: &[u8], left: Duration) -> std::result::Result<Response<Body>, ureq::Error> {
    let request = agent.post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.config().timeout_global(Some(left)).build().send(form)
}

/// A reply and where it wants to send us.
struct Exchanged {
    reply: Reply,
    location: Option<String>,
}

impl Exchanged {
    fn read(response: Response<Body>) -> Result<Exchanged> {
        let (head, body) = response.into_parts();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(String::from);
        let retry_after = text(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        let reply = Reply { http_status: head.status.as_u16(), date: text(header::DATE), retry_after, body: read_body(body)? };
        Ok(Exchanged { reply, location: text(header::LOCATION) })
    }

    fn into_reply(self) -> Reply {
        self.reply
    }

    /// The one redirect that is followed: to the same path of the same origin with its slash.
    fn slash_redirect(&self, origin: &Origin, path: &str) -> Option<String> {
        if !(300..400).contains(&self.reply.http_status) {
            return None;
        }
        let location = self.location.as_deref()?;
        let target = if location.starts_with('/') && !location.starts_with("//") {
            location.to_string()
        } else {
            let uri: Uri = location.parse().ok()?;
            origin.owns(&uri).then(|| uri.path_and_query().map(ToString::to_string))??
        };
        let same = target.trim_end_matches('/') == path.trim_end_matches('/') && target != path;
        same.then_some(target)
    }
}

fn read_body(mut body: Body) -> Result<Vec<u8>> {
    let too_large = || Error::network(Status::ERR_TOO_LARGE, "the reply is larger than 32 MiB");
    let announced = body.content_length().unwrap_or(0);
    if announced > LARGEST_REPLY as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let mut reader = body.as_reader();
    let mut room = usize::try_from(announced).unwrap_or(0).clamp(512, LARGEST_REPLY);
    loop {
        // The server chooses the size: running out of memory must be an error, not the end of the host.
        bytes.try_reserve(room).map_err(|_| Error::network(Status::ERR_TOO_LARGE, "no memory for the reply"))?;
        let before = bytes.len();
        let limit = room.min(LARGEST_REPLY + 1 - before);
        let read = (&mut reader).take(limit as u64).read_to_end(&mut bytes).map_err(|error| body_failure(&error))?;
        match read {
            _ if bytes.len() > LARGEST_REPLY => return Err(too_large()),
            short if short < limit => return Ok(bytes),
            _ => room = bytes.len().max(512),
        }
    }
}

/// What broke, from ureq's point of view, once a connection stood.
fn failure(error: &ureq::Error) -> Error {
    match error {
        ureq::Error::Other(other) => match other.downcast_ref::<Failed>() {
            Some(Failed(error)) => error.clone(),
            None => Error::network(Status::ERR_NETWORK, "the exchange failed"),
        },
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, "no reply in time"),
        ureq::Error::Io(error) => body_failure(error),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(_, _) | ureq::Error::Http(_) => {
            Error::network(Status::ERR_BAD_REPLY, "what came is not an HTTP reply")
        }
        _ => Error::network(Status::ERR_NETWORK, "the exchange failed"),
    }
}

fn body_failure(error: &std::io::Error) -> Error {
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return failure(inner);
    }
    match error.kind() {
        std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => Error::network(Status::ERR_TIMEOUT, "no reply in time"),
        kind => Error::network(Status::ERR_NETWORK, format!("the connection broke: {kind}")),
    }
}
