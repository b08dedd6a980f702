//! Making a connection: name look-up, TCP, proxy, TLS.
//!
//! Each of these can block beyond any time-out (a resolver, the Windows verifier), so all of it happens on a thread of its own,
//! and the call waits for that thread no longer than its deadline or an interrupt. A thread that nobody waits for any more ends by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Instant as UreqInstant;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, ShutdownHandle, SocksConnector, Transport,
};
use ureq::{Proxy, ProxyProtocol, Timeout};

use super::punctual::Punctual;
use super::tcp::TcpTransport;
use super::tls::{self, TlsTransport, Trust};
use crate::error::{Error, Result, Step};
use crate::in_flight::{InFlight, Slot};
use crate::status::Status;

/// How long a step of the last connection took.
pub type Taken = (Step, Duration);

/// How far a connection has come: written down as it goes, for its thread may not come back in time.
#[derive(Default)]
struct Progress {
    taken: Vec<Taken>,
    under_way: Option<(Step, Instant)>,
}

/// What the connection and the call that uses it tell each other.
#[derive(Default)]
pub struct Seat {
    call: Mutex<Option<Arc<InFlight>>>,
    /// Of the last connection. One that was given up may still write down its own.
    progress: Mutex<Arc<Mutex<Progress>>>,
    transmitted: AtomicBool,
    received: AtomicBool,
    dialled: AtomicBool,
}

impl Seat {
    pub fn take_place(&self, call: Option<Arc<InFlight>>) {
        *locked(&self.call) = call;
    }

    /// A new request starts: nothing of it is on the line yet.
    pub fn begin_request(&self) {
        self.transmitted.store(false, Ordering::Relaxed);
        self.received.store(false, Ordering::Relaxed);
        self.dialled.store(false, Ordering::Relaxed);
    }

    /// Whether any byte of the request may have left this machine.
    pub fn has_transmitted(&self) -> bool {
        self.transmitted.load(Ordering::Relaxed)
    }

    /// Whether the request went out on a connection kept from an earlier one, and nothing came back.
    pub fn met_a_stale_connection(&self) -> bool {
        !self.dialled.load(Ordering::Relaxed) && !self.received.load(Ordering::Relaxed)
    }

    /// The steps of the last connection, the one that it is at included.
    pub fn steps(&self) -> Vec<Taken> {
        let progress = Arc::clone(&locked(&self.progress));
        let progress = locked(&progress);
        let under_way = progress.under_way.map(|(step, since)| (step, since.elapsed()));
        progress.taken.iter().copied().chain(under_way).collect()
    }

    fn call(&self) -> Option<Arc<InFlight>> {
        locked(&self.call).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries our own error through ureq.
#[derive(Debug)]
pub struct Failed(pub Error);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for Failed {}

fn failed(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(Failed(error)))
}

/// ureq's connector: hands the work to a thread and waits for it.
pub struct Dial {
    pub trust: Arc<Trust>,
    pub seat: Arc<Seat>,
    pub timeout: Duration,
}

impl Connector for Dial {
    type Out = Watched;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> std::result::Result<Option<Watched>, ureq::Error> {
        let call = self.seat.call().ok_or_else(|| failed(Error::client(Status::ERR_INTERNAL, "a connection without a call")))?;
        let limit = Instant::now() + self.timeout;
        let slot = Slot::new();
        let progress = Arc::new(Mutex::new(Progress::default()));
        *locked(&self.seat.progress) = Arc::clone(&progress);
        let job = Job::of(details, self, Arc::clone(&progress));
        let (for_thread, waiting) = (Arc::clone(&slot), Arc::clone(&call));
        std::thread::Builder::new()
            .name("videodoktor-dial".into())
            .spawn(move || {
                let made = catch_unwind(AssertUnwindSafe(|| job.run()));
                let made = made.unwrap_or_else(|_| Err(Error::client(Status::ERR_INTERNAL, "connecting failed by a bug")));
                for_thread.put(made, &waiting);
            })
            .map_err(|error| failed(Error::client(Status::ERR_INTERNAL, format!("no thread could be started: {}", error.kind()))))?;
        let came_in_time = call
            .wait_until(limit, || slot.take())
            .and_then(|made| made.ok_or_else(|| Error::network(Status::ERR_TIMEOUT, "no connection within connect_timeout_ms")));
        let made = came_in_time.map_err(|error| Error { step: locked(&progress).under_way.map(|(step, _)| step), ..error });
        let transport = made.and_then(|made| made).map_err(failed)?;
        self.seat.dialled.store(true, Ordering::Relaxed);
        Ok(Some(Watched { transport, seat: Arc::clone(&self.seat) }))
    }
}

impl std::fmt::Debug for Dial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dial")
    }
}

/// ureq's own name for this type is private.
type RegisterShutdown = dyn Fn(Weak<dyn ShutdownHandle>) -> std::result::Result<(), ureq::Error> + Send + Sync;

/// Everything the thread needs, owned.
struct Job {
    uri: Uri,
    config: Config,
    trust: Arc<Trust>,
    timeout: NextTimeout,
    current_time: Arc<dyn Fn() -> UreqInstant + Send + Sync>,
    register_shutdown: Arc<RegisterShutdown>,
    progress: Arc<Mutex<Progress>>,
}

impl Job {
    fn of(details: &ConnectionDetails, dial: &Dial, progress: Arc<Mutex<Progress>>) -> Job {
        let timeout = NextTimeout {
            after: (*details.timeout.after).min(dial.timeout).into(),
            reason: Timeout::Connect,
            per_read: None,
            per_write: None,
        };
        Job {
            uri: details.uri.clone(),
            config: details.config.clone(),
            trust: Arc::clone(&dial.trust),
            timeout,
            current_time: Arc::clone(&details.current_time),
            register_shutdown: Arc::clone(&details.register_shutdown),
            progress,
        }
    }

    fn run(&self) -> Result<Box<dyn Transport>> {
        let is_secure = self.uri.scheme_str() == Some("https");
        if is_secure {
            self.trust.prepare();
        }
        let proxy = self.config.proxy().cloned();
        let plain = match &proxy {
            None => self.direct()?,
            Some(proxy) => self.step(Step::Proxy, |job| job.through(proxy))?,
        };
        if !is_secure {
            return Ok(plain);
        }
        let secure = self.step(Step::Tls, |job| {
            #[cfg(feature = "test-hooks")]
            crate::test_hooks::block_as_a_verifier();
            let addresses = Lookup.empty();
            TlsTransport::handshake(job.trust.config()?, &job.details(&job.uri, addresses), plain).map_err(|error| tls_failure(&error))
        })?;
        Ok(Box::new(secure))
    }

    fn direct(&self) -> Result<Box<dyn Transport>> {
        let addresses =
            self.step(Step::Dns, |job| Lookup.resolve(&job.uri, &job.config, job.timeout).map_err(|error| lookup_failure(&error)))?;
        self.step(Step::Connect, |job| {
            let connected = TcpTransport::connect(&job.details(&job.uri, addresses)).map_err(|error| connect_failure(&error))?;
            Ok(Box::new(connected) as Box<dyn Transport>)
        })
    }

    fn through(&self, proxy: &Proxy) -> Result<Box<dyn Transport>> {
        let details = self.details(&self.uri, Lookup.empty());
        match proxy.protocol() {
            ProxyProtocol::Http | ProxyProtocol::Https => open(&ConnectProxyConnector::default(), &details),
            _ => open(&SocksConnector::default(), &details).map(|line| Box::new(Punctual(line)) as Box<dyn Transport>),
        }
        .map_err(|error| proxy_failure(&error))
    }

    fn step<T>(&self, step: Step, act: impl FnOnce(&Job) -> Result<T>) -> Result<T> {
        let started = Instant::now();
        locked(&self.progress).under_way = Some((step, started));
        let done = act(self).map_err(|error| Error { step: Some(step), ..error });
        let mut progress = locked(&self.progress);
        progress.under_way = None;
        progress.taken.push((step, started.elapsed()));
        done
    }

    fn details<'a>(&'a self, uri: &'a Uri, addrs: ResolvedSocketAddrs) -> ConnectionDetails<'a> {
        ConnectionDetails {
            uri,
            addrs,
            config: &self.config,
            request_level: false,
            resolver: &Lookup,
            now: (self.current_time)(),
            timeout: self.timeout,
            current_time: Arc::clone(&self.current_time),
            // Only a CONNECT proxy asks for this: the plain connection to the proxy itself.
            run_connector: Arc::new(|details| Ok(Box::new(TcpTransport::connect(details)?))),
            register_shutdown: Arc::clone(&self.register_shutdown),
        }
    }
}

fn open<C: Connector>(connector: &C, details: &ConnectionDetails) -> std::result::Result<Box<dyn Transport>, ureq::Error> {
    Ok(Box::new(connector.connect(details, None)?.ok_or(ureq::Error::ConnectionFailed)?))
}

/// The system's name look-up, without ureq's own detached thread: we are on one already.
#[derive(Debug)]
struct Lookup;

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, _: NextTimeout) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(uri, config, NextTimeout::default())
    }
}

/// For the agent: look-up is part of `Dial`, and a kept connection needs none.
#[derive(Debug)]
pub struct Later;

impl Resolver for Later {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

fn lookup_failure(error: &ureq::Error) -> Error {
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, "the name look-up took too long"),
        _ => Error::network(Status::ERR_DNS, "the service's host name was not found"),
    }
}

fn connect_failure(error: &ureq::Error) -> Error {
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, "no connection within connect_timeout_ms"),
        ureq::Error::Io(error) => Error::network(Status::ERR_CONNECT, format!("no connection: {}", error.kind())),
        _ => Error::network(Status::ERR_CONNECT, "no connection"),
    }
}

fn proxy_failure(error: &ureq::Error) -> Error {
    match error {
        ureq::Error::Timeout(_) => Error::network(Status::ERR_TIMEOUT, "the proxy did not answer in time"),
        ureq::Error::ConnectProxyFailed(reason) if reason.contains("407") => {
            Error::network(Status::ERR_PROXY_AUTH, "the proxy asks for a login (407)")
        }
        ureq::Error::ConnectProxyFailed(reason) => Error::network(Status::ERR_PROXY, refusal(reason)),
        ureq::Error::HostNotFound => Error::network(Status::ERR_PROXY, "the proxy's host name was not found"),
        // What ureq's SOCKS client says when the proxy wants a login that we lack, or refuses the one we have.
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied || error.to_string().contains("acceptable auth") => {
            Error::network(Status::ERR_PROXY_AUTH, "the proxy asks for a login")
        }
        ureq::Error::Io(error) => Error::network(Status::ERR_PROXY, format!("no connection through the proxy: {}", error.kind())),
        _ => Error::network(Status::ERR_PROXY, "no connection through the proxy"),
    }
}

/// The number in "proxy server responded 403/403".
fn refusal(reason: &str) -> String {
    let number: String = reason.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if number.is_empty() { "the proxy did not answer".into() } else { format!("the proxy refused with HTTP {number}") }
}

fn tls_failure(error: &std::io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(ureq::Error::Timeout(_)) => Error::network(Status::ERR_TIMEOUT, "the TLS handshake took too long"),
        _ => tls::failure(error),
    }
}

/// The finished connection; notes whether a request has left and whether anything came back.
#[derive(Debug)]
pub struct Watched {
    transport: Box<dyn Transport>,
    seat: Arc<Seat>,
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> std::result::Result<(), ureq::Error> {
        self.seat.transmitted.store(true, Ordering::Relaxed);
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> std::result::Result<bool, ureq::Error> {
        let progress = self.transport.await_input(timeout)?;
        self.seat.received.fetch_or(progress, Ordering::Relaxed);
        Ok(progress)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seat")
    }
}
