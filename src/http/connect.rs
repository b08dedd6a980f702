//! Making a connection: name look-up, TCP, proxy, TLS.
//!
//! Each of these can block beyond any time-out (a resolver, the Windows verifier), so all of it happens on a thread of its own,
//! and the call waits for that thread no longer than its deadline or an interrupt. A thread that nobody waits for any more ends by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Instant as UreqInstant;
use ureq::unversioned::transport::{ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, Transport, TransportAdapter};
use ureq::{Proxy, ProxyProtocol, Timeout};

use super::connection::{Connection, Wire};
use super::socks;
use super::tcp::TcpTransport;
use super::tls::{self, TlsConfigCache};
use crate::cancellation::ConnectionShutdown;
use crate::cancellation::{InFlight, Oneshot};
use crate::error::{Error, Result, Step};
use crate::locking::lock;
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
}

impl ConnectTimings {
    /// The steps so far, the one that it is at included.
    pub fn taken(&self) -> Vec<Taken> {
        let progress = self.lock();
        let under_way = progress.under_way.map(|(step, since)| (step, since.elapsed()));
        progress.taken.iter().copied().chain(under_way).collect()
    }

    fn under_way(&self) -> Option<Step> {
        self.lock().under_way.map(|(step, _)| step)
    }

    fn time<T>(&self, step: Step, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        self.lock().under_way = Some((step, started));
        let done = act().map_err(|error| Error { step: Some(step), ..error });
        let mut progress = self.lock();
        progress.under_way = None;
        progress.taken.push((step, started.elapsed()));
        done
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        lock(&self.0)
    }
}

/// A connection to be made; everything that its thread needs, owned.
pub struct ConnectTarget {
    pub uri: Uri,
    /// Holds the proxy, if there is one.
    pub config: Config,
    pub tls_configs: Arc<TlsConfigCache>,
    pub within: Duration,
    pub steps: ConnectTimings,
}

impl ConnectTarget {
    /// Hands the work to a thread and waits for it, but not past the call's deadline or an interrupt.
    pub fn connect(self, call: &Arc<InFlight>) -> Result<Connection> {
        let shutdown = Arc::new(ConnectionShutdown::default());
        call.uses(&shutdown)?;
        let limit = Instant::now() + self.within;
        let steps = self.steps.clone();
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
        let wire = came_in_time.map_err(|error| {
            let step = steps.under_way();
            // The thread may be reading from a peer that sends a byte now and then: without its socket it ends.
            shutdown.end();
            Error { step, ..error }
        })??;
        Ok(Connection::new(wire, shutdown))
    }
}

struct Job {
    target: ConnectTarget,
    shutdown: Arc<ConnectionShutdown>,
}

impl Job {
    fn run(&self) -> Result<Wire> {
        let is_secure = self.target.uri.scheme_str() == Some("https");
        if is_secure {
            self.target.tls_configs.prepare();
        }
        let plain = match self.target.config.proxy() {
            None => self.direct()?,
            Some(proxy) => self.target.steps.time(Step::Proxy, || self.through(proxy))?,
        };
        let plain = TransportAdapter::new(plain, Arc::new(UreqInstant::now));
        if !is_secure {
            return Ok(Wire::Plain(plain));
        }
        self.target.steps.time(Step::Tls, || {
            #[cfg(feature = "test-hooks")]
            crate::test_hooks::block_as_a_verifier();
            let host = self.target.uri.host().unwrap_or_default();
            let session = tls::handshake(self.target.tls_configs.config()?, host, plain, self.timeout());
            session.map(|session| Wire::Secure(Box::new(session))).map_err(|error| tls_failure(&error))
        })
    }

    fn direct(&self) -> Result<Box<dyn Transport>> {
        let ConnectTarget { uri, config, steps, .. } = &self.target;
        let addresses = steps.time(Step::Dns, || {
            Lookup.resolve(uri, config, self.timeout()).map_err(|error| lookup_failure(&error, uri.host().unwrap_or_default()))
        })?;
        steps.time(Step::Connect, || {
            let connected = TcpTransport::connect(&self.details(addresses)).map_err(|error| connect_failure(&error, uri))?;
            Ok(Box::new(connected) as Box<dyn Transport>)
        })
    }

    fn through(&self, proxy: &Proxy) -> Result<Box<dyn Transport>> {
        match proxy.protocol() {
            ProxyProtocol::Http | ProxyProtocol::Https => {
                let tunnel = ConnectProxyConnector::default().connect(&self.details(Lookup.empty()), None::<TcpTransport>);
                match tunnel.map_err(|error| proxy_failure(&error, proxy))? {
                    Some(tunnel) => Ok(Box::new(tunnel)),
                    None => Err(Error::client(Status::ERR_INTERNAL, "a proxy that is passed over")),
                }
            }
            _ => self.through_socks(proxy),
        }
    }

    fn through_socks(&self, proxy: &Proxy) -> Result<Box<dyn Transport>> {
        let uri = &self.target.uri;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let addresses = Lookup.resolve(proxy.uri(), &self.target.config, self.timeout()).map_err(|error| proxy_failure(&error, proxy))?;
        let connected = TcpTransport::connect(&self.details(addresses)).map_err(|error| proxy_failure(&error, proxy))?;
        let mut adapter = TransportAdapter::new(Box::new(connected) as Box<dyn Transport>, Arc::new(UreqInstant::now));
        adapter.set_timeout(self.timeout());
        let login = proxy.username().map(|name| (name, proxy.password().unwrap_or_default()));
        socks::handshake(&mut adapter, uri.host().unwrap_or_default(), port, login)?;
        Ok(adapter.into_inner())
    }

    fn timeout(&self) -> NextTimeout {
        NextTimeout { after: self.target.within.into(), reason: Timeout::Connect, per_read: None, per_write: None }
    }

    fn details(&self, addrs: ResolvedSocketAddrs) -> ConnectionDetails<'_> {
        let shutdown = Arc::clone(&self.shutdown);
        ConnectionDetails {
            uri: &self.target.uri,
            addrs,
            config: &self.target.config,
            request_level: false,
            resolver: &Lookup,
            now: UreqInstant::now(),
            timeout: self.timeout(),
            current_time: Arc::new(UreqInstant::now),
            // Only a CONNECT proxy asks for this: the plain connection to the proxy itself.
            run_connector: Arc::new(|details| Ok(Box::new(TcpTransport::connect(details)?))),
            register_shutdown: Arc::new(move |socket| {
                shutdown.takes(socket);
                Ok(())
            }),
        }
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

/// Support has to see who refused: host and port, never a login.
fn place(uri: &Uri) -> String {
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    format!("{}:{port}", uri.host().unwrap_or_default())
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
    let place = format!("{}:{}", proxy.host(), proxy.port());
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, format!("the proxy {place} did not answer in time")),
        ureq::Error::ConnectProxyFailed(reason) if reason.contains("407") => {
            Error::network(Status::ERR_PROXY_AUTH, format!("the proxy {place} asks for a login (407)"))
        }
        ureq::Error::ConnectProxyFailed(reason) => Error::network(Status::ERR_PROXY, refusal(reason, &place)),
        ureq::Error::HostNotFound => Error::network(Status::ERR_PROXY, format!("the proxy's host name was not found: {place}")),
        ureq::Error::Io(error) => Error::network(Status::ERR_PROXY, format!("no connection through the proxy {place}: {}", error.kind())),
        _ => Error::network(Status::ERR_PROXY, format!("no connection through the proxy {place}")),
    }
}

/// The number in "proxy server responded 403/403".
fn refusal(reason: &str, place: &str) -> String {
    let number: String = reason.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if number.is_empty() { format!("the proxy {place} did not answer") } else { format!("the proxy {place} refused with HTTP {number}") }
}

fn tls_failure(error: &std::io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(ureq::Error::Timeout(_)) => Error::network(Status::ERR_TIMEOUT, "the TLS handshake took too long"),
        _ => tls::failure(error),
    }
}
