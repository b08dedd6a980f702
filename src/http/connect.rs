//! Making a connection: name look-up, TCP, proxy, TLS.
//!
//! Each of these can block beyond any time-out (a resolver, the Windows verifier), so all of it happens on a thread of its own,
//! and the call waits for that thread no longer than its deadline or an interrupt. A thread that nobody waits for any more ends by itself.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::{HeaderValue, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Instant as UreqInstant;
use ureq::unversioned::transport::{ConnectionDetails, NextTimeout, Transport, TransportAdapter};
use ureq::{Proxy, ProxyProtocol, Timeout};

use super::connection::{Connection, Wire};
use super::proxy::{self, ChosenBy, Found, Hop, Login, Route, Tunnel, Winner};
use super::socket::Socket;
use super::socks;
use super::tcp::TcpTransport;
use super::tls::{self, TlsConfigCache};
use crate::cancellation::ConnectionShutdown;
use crate::cancellation::{InFlight, Oneshot};
use crate::error::{Error, Result, Step};
use crate::http::origin::Origin;
use crate::locking::lock;
use crate::options::Options;
use crate::status::Status;

/// How long a step of a connection took.
pub type Taken = (Step, Duration);

/// How far a connection has come: written down as it goes, for its thread may not come back in time.
#[derive(Clone, Default)]
pub struct ConnectTimings(Arc<Mutex<Progress>>);

#[derive(Default)]
struct Progress {
    taken: Vec<Taken>,
    under_way: Option<(Step, Instant)>,
    route: Option<String>,
}

impl ConnectTimings {
    /// The steps so far, the one that it is at included.
    pub fn taken(&self) -> Vec<Taken> {
        let progress = self.lock();
        let mut taken = progress.taken.clone();
        if let Some((step, since)) = progress.under_way {
            add(&mut taken, step, since.elapsed());
        }
        taken
    }

    /// Who chose the route, and host and port of the proxy that is or was tried last; no login.
    pub fn route(&self) -> Option<String> {
        self.lock().route.clone()
    }

    fn take_route(&self, route: &Route, hop: &Hop) {
        let place = hop.place().map(|place| format!(": {place}")).unwrap_or_default();
        let note = route.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        self.lock().route = Some(format!("{}{note}{place}", route.chosen_by));
    }

    fn under_way(&self) -> Option<Step> {
        self.lock().under_way.map(|(step, _)| step)
    }

    fn time<T>(&self, step: Step, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        self.lock().under_way = Some((step, started));
        let done = act().map_err(|error| Error { step: error.step.or(Some(step)), ..error });
        let mut progress = self.lock();
        progress.under_way = None;
        add(&mut progress.taken, step, started.elapsed());
        done
    }

    /// The steps of a connection that was made apart from this.
    fn take_timings_of(&self, other: &ConnectTimings) {
        let taken = other.taken();
        self.forget_direct();
        self.lock().taken.extend(taken);
    }

    /// A way that failed is not the one that the connection went.
    fn forget_direct(&self) {
        self.lock().taken.retain(|(step, _)| !matches!(step, Step::Dns | Step::Connect));
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        lock(&self.0)
    }
}

/// A step may come in parts: finding a proxy, then reaching it.
fn add(taken: &mut Vec<Taken>, step: Step, length: Duration) {
    match taken.iter_mut().find(|(other, _)| *other == step) {
        Some((_, so_far)) => *so_far += length,
        None => taken.push((step, length)),
    }
}

/// A connection to be made; everything that its thread needs, owned.
#[derive(Clone)]
pub struct ConnectTarget {
    pub uri: Uri,
    /// Of the sockets.
    pub config: Config,
    pub options: Arc<Options>,
    pub user_agent: HeaderValue,
    pub tls_configs: Arc<TlsConfigCache>,
    pub within: Duration,
    pub timings: ConnectTimings,
}

impl ConnectTarget {
    /// Hands the work to a thread and waits for it, but not past the call's deadline or an interrupt.
    pub fn connect(self, call: &Arc<InFlight>) -> Result<Connection> {
        let shutdown = Arc::new(ConnectionShutdown::default());
        call.uses(&shutdown)?;
        let limit = Instant::now() + self.within;
        let timings = self.timings.clone();
        let oneshot = Oneshot::new();
        let job = Job { target: self, shutdown: Arc::clone(&shutdown) };
        let (for_thread, waiting) = (Arc::clone(&oneshot), Arc::clone(call));
        std::thread::Builder::new()
            .name("videodoktor-dial".into())
            .spawn(move || {
                let made = catch_unwind(AssertUnwindSafe(|| job.run()));
                let made = made.unwrap_or_else(|_| Err(Error::client(Status::ERR_INTERNAL, "connecting failed by a bug")));
                for_thread.put(made, &waiting);
            })
            .map_err(|error| Error::client(Status::ERR_INTERNAL, format!("no thread could be started: {}", error.kind())))?;
        let came_in_time = call
            .wait_until(limit, || oneshot.take())
            .and_then(|made| made.ok_or_else(|| Error::network(Status::ERR_TIMEOUT, "no connection within connect_timeout_ms")));
        let (wire, direct) = came_in_time.map_err(|error| {
            let step = timings.under_way();
            // The thread may be reading from a peer that sends a byte now and then: without its socket it ends.
            shutdown.end();
            Error { step, ..error }
        })??;
        Ok(Connection::new(wire, shutdown, direct))
    }
}

/// What TLS or plain HTTP goes over.
struct Plain {
    transport: Box<dyn Transport>,
    /// Its socket, if the other end of that is the service's and not a proxy's.
    direct: Option<Arc<Socket>>,
}

struct Job {
    target: ConnectTarget,
    shutdown: Arc<ConnectionShutdown>,
}

impl Job {
    /// The connection, and the socket of one that goes through no proxy.
    fn run(&self) -> Result<(Wire, Option<Arc<Socket>>)> {
        let is_secure = self.target.uri.scheme_str() == Some("https");
        if is_secure {
            self.target.tls_configs.prepare();
        }
        let Plain { transport, direct } = self.plain()?;
        let plain = TransportAdapter::new(transport, Arc::new(UreqInstant::now));
        if !is_secure {
            return Ok((Wire::Plain(plain), direct));
        }
        self.target.timings.time(Step::Tls, || {
            #[cfg(feature = "test-hooks")]
            crate::test_hooks::block_as_a_verifier();
            let host = self.target.uri.host().unwrap_or_default();
            let session = tls::handshake(self.target.tls_configs.config()?, host, plain, timeout(self.target.within));
            session.map(|session| (Wire::Secure(Box::new(session)), direct)).map_err(|error| tls_failure(&error))
        })
    }

    /// The connection below TLS: over the first way of the route that leads there.
    fn plain(&self) -> Result<Plain> {
        let ConnectTarget { uri, options, timings, within, .. } = &self.target;
        let origin = Origin::of_address(uri).ok_or_else(|| Error::client(Status::ERR_INTERNAL, "an address that is none"))?;
        let end = Instant::now() + *within;
        // A script's host that stays silent leaves half of the time to the connection.
        let mut route = timings.time(Step::Proxy, || Route::find(&options.proxy, &origin, Instant::now() + *within / 2))?;
        if let Some(detection) = route.detection() {
            timings.take_route(&route, &Hop::Direct);
            match detection.wait(Instant::now()) {
                Some(Found::Hops(hops)) => route = route.detected(hops),
                Some(Found::Nothing(_)) => {}
                None => match self.race(detection, end) {
                    Winner::Direct(made) => return made,
                    Winner::Detected(hops) => route = route.detected(hops),
                },
            }
        }
        self.over(&route, end)
    }

    /// A direct connection, unless a proxy is detected before it is made.
    fn race(&self, detection: Arc<proxy::Lookup>, end: Instant) -> Winner<Plain> {
        let (timings, apart) = (&self.target.timings, ConnectTimings::default());
        let target = ConnectTarget { timings: apart.clone(), ..self.target.clone() };
        let job = Job { target, shutdown: Arc::clone(&self.shutdown) };
        let mut winner = None;
        let raced = timings.time(Step::Connect, || match proxy::race(detection, end, move || job.direct(job.target.within)) {
            Winner::Direct(Err(error)) => Err(error),
            other => {
                winner = Some(other);
                Ok(())
            }
        });
        match (raced, winner) {
            (Err(error), _) => Winner::Direct(Err(error)),
            (Ok(()), Some(Winner::Direct(made))) => {
                timings.take_timings_of(&apart);
                Winner::Direct(made)
            }
            (Ok(()), Some(detected)) => {
                timings.forget_direct();
                detected
            }
            (Ok(()), None) => Winner::Direct(Err(Error::client(Status::ERR_INTERNAL, "a race that nobody has won"))),
        }
    }

    /// The first way of the route that leads there.
    fn over(&self, route: &Route, end: Instant) -> Result<Plain> {
        let timings = &self.target.timings;
        let mut hops = proxy::live_first(&route.hops);
        while !hops.is_empty() {
            let hop = hops.remove(0);
            timings.take_route(route, &hop);
            // A way that swallows everything leaves the others their share of the time.
            let share = end.saturating_duration_since(Instant::now()) / u32::try_from(hops.len() + 1).unwrap_or(1);
            let made = match &hop {
                Hop::Direct => self.direct(share),
                Hop::Through(proxy) => {
                    let made = timings.time(Step::Proxy, || self.through(proxy, route.chosen_by, share));
                    made.map(|transport| Plain { transport, direct: None })
                }
            };
            match made {
                Ok(made) => {
                    proxy::remember_live(&hop);
                    return Ok(made);
                }
                // A proxy that asks for a login works: going past it would be going past the network's rules.
                Err(error) if hops.is_empty() || error.status == Status::ERR_PROXY_AUTH => {
                    route.drop_answer();
                    return Err(error);
                }
                Err(_) => {
                    proxy::remember_dead(&hop);
                    timings.forget_direct();
                }
            }
        }
        Err(Error::client(Status::ERR_INTERNAL, "a route without a way"))
    }

    fn direct(&self, within: Duration) -> Result<Plain> {
        let ConnectTarget { uri, config, timings, .. } = &self.target;
        let addresses = timings.time(Step::Dns, || {
            Lookup.resolve(uri, config, timeout(within)).map_err(|error| lookup_failure(&error, uri.host().unwrap_or_default()))
        })?;
        timings.time(Step::Connect, || {
            let connected = TcpTransport::connect(&self.details(addresses, within)).map_err(|error| connect_failure(&error, uri))?;
            let direct = Some(Arc::clone(connected.socket()));
            Ok(Plain { transport: Box::new(connected), direct })
        })
    }

    fn through(&self, proxy: &Proxy, chosen_by: ChosenBy, within: Duration) -> Result<Box<dyn Transport>> {
        let ConnectTarget { uri, options, user_agent, .. } = &self.target;
        let (host, port) = (uri.host().unwrap_or_default(), port(uri));
        let end = Instant::now() + within;
        if !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
            let mut timed = self.reach(proxy, end)?;
            let login = proxy.username().map(|name| (name, proxy.password().unwrap_or_default()));
            let named = |error: Error| Error { detail: format!("{}; proxy {}", error.detail, proxy::place(proxy)), ..error };
            socks::handshake(&mut timed, host, port, login).map_err(named)?;
            return Ok(timed.adapter.into_inner());
        }
        let target = &format!("{host}:{port}");
        let tunnel = Tunnel { target, user_agent: user_agent.to_str().unwrap_or_default(), proxy };
        let opened = proxy::open_tunnel(&tunnel, Login::new(proxy, options.proxy_auth, chosen_by), || self.reach(proxy, end))?;
        Ok(opened.adapter.into_inner())
    }

    /// The plain connection to the proxy itself.
    fn reach(&self, proxy: &Proxy, end: Instant) -> Result<Timed> {
        let left = end.saturating_duration_since(Instant::now());
        let addresses = Lookup.resolve(proxy.uri(), &self.target.config, timeout(left)).map_err(|error| proxy_failure(&error, proxy))?;
        let connected = TcpTransport::connect(&self.details(addresses, left)).map_err(|error| proxy_failure(&error, proxy))?;
        let connected: Box<dyn Transport> = Box::new(connected);
        Ok(Timed { adapter: TransportAdapter::new(connected, Arc::new(UreqInstant::now)), end })
    }

    fn details(&self, addrs: ResolvedSocketAddrs, within: Duration) -> ConnectionDetails<'_> {
        let shutdown = Arc::clone(&self.shutdown);
        ConnectionDetails {
            uri: &self.target.uri,
            addrs,
            config: &self.target.config,
            request_level: false,
            resolver: &Lookup,
            now: UreqInstant::now(),
            timeout: timeout(within),
            current_time: Arc::new(UreqInstant::now),
            // Only ureq's own client of a proxy asks for this.
            run_connector: Arc::new(|details| Ok(Box::new(TcpTransport::connect(details)?))),
            register_shutdown: Arc::new(move |socket| {
                shutdown.takes(socket);
                Ok(())
            }),
        }
    }
}

fn timeout(within: Duration) -> NextTimeout {
    NextTimeout { after: within.into(), reason: Timeout::Connect, per_read: None, per_write: None }
}

/// A connection to a proxy, all of whose reading and writing has one end.
struct Timed {
    adapter: TransportAdapter,
    end: Instant,
}

impl Timed {
    fn limit(&mut self) {
        self.adapter.set_timeout(timeout(self.end.saturating_duration_since(Instant::now())));
    }
}

impl Read for Timed {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        self.limit();
        self.adapter.read(room)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.limit();
        self.adapter.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.adapter.flush()
    }
}

/// The system's name look-up, without ureq's own detached thread: we are on one already.
#[derive(Debug)]
struct Lookup;

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, _: NextTimeout) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(uri, config, NextTimeout::default())
    }
}

fn lookup_failure(error: &ureq::Error, host: &str) -> Error {
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, "the name look-up took too long"),
        _ => Error::network(Status::ERR_DNS, format!("the host name {host} was not found")),
    }
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 })
}

/// Support has to see who refused: host and port, never a login.
fn place(uri: &Uri) -> String {
    format!("{}:{}", uri.host().unwrap_or_default(), port(uri))
}

fn connect_failure(error: &ureq::Error, uri: &Uri) -> Error {
    let place = place(uri);
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, format!("no connection to {place} within connect_timeout_ms")),
        ureq::Error::Io(error) => Error::network(Status::ERR_CONNECT, format!("no connection to {place}: {}", error.kind())),
        _ => Error::network(Status::ERR_CONNECT, format!("no connection to {place}")),
    }
}

fn proxy_failure(error: &ureq::Error, proxy: &Proxy) -> Error {
    let place = proxy::place(proxy);
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, format!("the proxy {place} did not answer in time")),
        ureq::Error::HostNotFound => Error::network(Status::ERR_PROXY, format!("the proxy's host name was not found: {place}")),
        ureq::Error::Io(error) => Error::network(Status::ERR_PROXY, format!("no connection through the proxy {place}: {}", error.kind())),
        _ => Error::network(Status::ERR_PROXY, format!("no connection through the proxy {place}")),
    }
}

fn tls_failure(error: &std::io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(ureq::Error::Timeout(_)) => Error::network(Status::ERR_TIMEOUT, "the TLS handshake took too long"),
        _ => tls::failure(error),
    }
}

#[cfg(test)]
mod tests;
