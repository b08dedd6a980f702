//! A running sandbox as a test holds it: addresses and keys to hand out, what happened, and every handle to turn. Nothing here is `async`.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use rustls::ServerConfig;
use tempfile::TempDir;

use crate::builder::{Builder, ipv6_twin};
use crate::clock::{self, Clock};
use crate::fault::Fault;
use crate::http::certificate::{Authority, LOCAL_NAMES, Validity};
use crate::http::server::{self, Door, Server};
use crate::journal::{Counters, Request};
use crate::next::Next;
use crate::reply::{ErrorShape, Habits, Shown};
use crate::service::{Letter, Mail, Meeting, Practice, Recipient};
use crate::settings::Settings;
use crate::shared::{Addresses, Shared};

/// How long [`Sandbox::wait_until_idle`] waits at the most.
const LONGEST_WORK: Duration = Duration::from_secs(120);

/// The service in a box. Dropping it stops it.
pub struct Sandbox {
    shared: Shared,
    server: Mutex<Option<Server>>,
    http: Option<SocketAddr>,
    https: Option<SocketAddr>,
    ipv6: bool,
    tls: Arc<ServerConfig>,
    app_key: String,
    practices: Vec<Practice>,
    resumed: bool,
    ca_file: PathBuf,
    ca_pem: String,
    _ca_directory: Option<TempDir>,
}

/// Starting and stopping.
impl Sandbox {
    /// Starts on free ports of 127.0.0.1, HTTP and HTTPS.
    ///
    /// # Panics
    /// If it cannot.
    pub fn start() -> Sandbox {
        Sandbox::builder().start()
    }

    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(builder: Builder) -> io::Result<Sandbox> {
        let Builder { http, https, ipv6, names, ca_file, state, forget, setup, insist, .. } = builder;
        setup.settings.check().map_err(io::Error::other)?;
        let hosts = names.clone();
        let (shared, resumed) = Shared::wake(setup, &insist, hosts, state.as_deref(), forget).map_err(io::Error::other)?;
        let authority = Authority::new("VideoDoktor sandbox CA")?;
        let own_address = https.map(|address| address.ip().to_string());
        let names: Vec<String> = LOCAL_NAMES.iter().map(|name| (*name).to_owned()).chain(own_address).chain(names).collect();
        let directory = match ca_file {
            Some(_) => None,
            None => Some(tempfile::Builder::new().prefix("videodoktor-sandbox-").tempdir()?),
        };
        let ca_file = ca_file.or_else(|| directory.as_ref().map(|directory| directory.path().join("ca.pem"))).unwrap_or_default();
        authority.write_pem(&ca_file)?;
        let app_key = shared.world().service.app_key().to_owned();
        let practices = shared.world().service.practices().to_vec();
        let mut sandbox = Sandbox {
            app_key,
            practices,
            shared,
            resumed,
            server: Mutex::new(None),
            http,
            https,
            ipv6,
            tls: authority.server_config(&names, Validity::now())?,
            ca_file,
            ca_pem: authority.pem(),
            _ca_directory: directory,
        };
        sandbox.open()?;
        Ok(sandbox)
    }

    /// Opens the doors and remembers which ports they got.
    fn open(&mut self) -> io::Result<()> {
        let mut doors = Vec::new();
        let http = self.http.map(|address| open_door(address, self.ipv6, None, &mut doors)).transpose()?;
        let https = self.https.map(|address| open_door(address, self.ipv6, Some(&self.tls), &mut doors)).transpose()?;
        (self.http, self.https) = (http, https);
        let urls = [self.https.map(|_| self.url()), self.http.map(|_| self.http_url())].into_iter().flatten().collect();
        let ca_file = self.https.map(|_| self.ca_file.display().to_string());
        self.shared.set_addresses(Addresses { urls, ca_file });
        *self.server.get_mut().unwrap_or_else(PoisonError::into_inner) = Some(Server::start(doors, self.shared.clone())?);
        Ok(())
    }

    /// Closes listeners and connections; what it knows stays. [`Sandbox::restart`] opens it again.
    pub fn stop(&self) {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// As when the service's machine restarts: every connection is cut, tokens and rate counts are forgotten, meetings stay, and so do the ports.
    /// A running sandbox keeps its listeners, so that nobody else can take the ports; a stopped one opens them again.
    ///
    /// # Panics
    /// If a stopped sandbox does not get its ports back.
    pub fn restart(&self) {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.world().service.restart();
        if let Some(running) = server.as_ref() {
            return running.drop_connections();
        }
        let mut doors = Vec::new();
        for (address, tls) in [(self.http, None), (self.https, Some(&self.tls))] {
            if let Some(address) = address {
                open_door(address, self.ipv6, tls, &mut doors).unwrap_or_else(|error| panic!("the sandbox cannot restart: {error}"));
            }
        }
        let started = Server::start(doors, self.shared.clone());
        *server = Some(started.unwrap_or_else(|error| panic!("the sandbox cannot restart: {error}")));
    }

    /// Forgets every token and rate count, as after a restart; connections stay open.
    pub fn forget_tokens(&self) {
        self.shared.world().service.restart();
    }

    /// Cuts every open connection; nothing is forgotten.
    pub fn drop_connections(&self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            server.drop_connections();
        }
    }

    /// Whether it goes on with what a state file held.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Back to how it was at the start: no meetings, mails, requests, tokens or faults; clock and settings as the builder set them.
    pub fn reset(&self) {
        self.shared.world().reset();
    }
}

/// What the code under test needs to know.
impl Sandbox {
    /// `https://localhost:PORT` (or the address that the builder was given), or the HTTP address of a sandbox without HTTPS.
    pub fn url(&self) -> String {
        match self.https {
            None => self.http_url(),
            Some(_) if !self.https_address().ip().is_loopback() => format!("https://{}", self.https_address()),
            Some(address) => format!("https://localhost:{}", address.port()),
        }
    }

    /// `http://127.0.0.1:PORT` (or the address that the builder was given).
    ///
    /// # Panics
    /// If it speaks HTTPS only.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http_address())
    }

    /// The socket of plain HTTP, for a proxy to lead to.
    ///
    /// # Panics
    /// If it speaks HTTPS only.
    pub fn http_address(&self) -> SocketAddr {
        reachable(self.http.expect("this sandbox speaks HTTPS only"))
    }

    /// The socket of HTTPS, for a proxy to lead to.
    ///
    /// # Panics
    /// If it speaks plain HTTP only.
    pub fn https_address(&self) -> SocketAddr {
        reachable(self.https.expect("this sandbox speaks plain HTTP only"))
    }

    /// File with the PEM of the authority that signed the certificate.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The implementation's key, as it was at the start.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The first practice's key.
    pub fn api_key(&self) -> &str {
        &self.practices[0].api_key
    }

    /// The second practice.
    ///
    /// # Panics
    /// If the builder was given one practice only.
    pub fn practice_two(&self) -> &Practice {
        &self.practices[1]
    }

    /// The practices that were there at the start.
    pub fn practices(&self) -> &[Practice] {
        &self.practices
    }
}

/// What happened.
impl Sandbox {
    /// The meetings that exist, of all practices, in the order in which they were made.
    pub fn meetings(&self) -> Vec<Meeting> {
        self.shared.world().meetings().cloned().collect()
    }

    /// The `meet_id` of every invitation that a patient was ever sent, in order; those removed since are among them.
    pub fn invitations(&self) -> Vec<String> {
        let invites = |mail: &&Mail| mail.letter == Letter::Invitation && mail.to == Recipient::Patient;
        self.shared.world().service.mails().iter().filter(invites).map(|mail| mail.meet_id.clone()).collect()
    }

    /// The `meet_id` of every cancellation that a patient was ever sent, in order.
    pub fn cancellations(&self) -> Vec<String> {
        let cancels = |mail: &&Mail| mail.letter == Letter::Cancellation && mail.to == Recipient::Patient;
        self.shared.world().service.mails().iter().filter(cancels).map(|mail| mail.meet_id.clone()).collect()
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.shared.world().service.mails().to_vec()
    }

    /// The latest 10,000 requests to the service, oldest first; fewer if they are long, 16 MiB of text at the most.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.world().journal.requests().cloned().collect()
    }

    /// The latest requests to one path.
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        self.shared.world().journal.requests().filter(|request| request.path == path).cloned().collect()
    }

    /// Requests that are being worked on ([`Next::works_on`], [`Next::act_after`]), whether or not somebody still waits for their reply.
    pub fn working(&self) -> usize {
        *self.shared.working().borrow()
    }

    /// Waits until no request is worked on any more: the last late e-mail has been sent then.
    ///
    /// # Panics
    /// If that takes longer than two minutes.
    pub fn wait_until_idle(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime without sockets");
        let mut working = self.shared.working();
        let idle = runtime.block_on(async { tokio::time::timeout(LONGEST_WORK, working.wait_for(|count| *count == 0)).await.is_ok() });
        assert!(idle, "{} requests are still worked on after {LONGEST_WORK:?}", self.working());
    }

    /// Connections that are open now.
    pub fn open_connections(&self) -> usize {
        self.shared.open_connections()
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.world().journal.counters.connections
    }

    pub fn counters(&self) -> Counters {
        self.shared.world().journal.counters.clone()
    }
}

/// What the test wants to happen.
impl Sandbox {
    /// What the next request to this path will meet; see [`Next`]. `/api_meet_add/`, `/report/` (anything below it), or `*`.
    pub fn next(&self, path: &str) -> Next<'_> {
        Next::new(&self.shared, Fault::at(path))
    }

    /// The same for every request to this path with this probability (0 to 1), drawn from the seed.
    pub fn sometimes(&self, path: &str, probability: f64) -> Next<'_> {
        Next::new(&self.shared, Fault { probability: Some(probability), ..Fault::at(path) })
    }

    /// Takes back all faults that still wait.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Faults that no request has met yet.
    pub fn waiting_faults(&self) -> Vec<Fault> {
        self.shared.world().faults.waiting().to_vec()
    }

    /// Sets the clock to a Czech wall-clock time, `2030-11-23 10:00`; it runs on from there unless it is frozen.
    ///
    /// # Panics
    /// If that is not a time.
    pub fn set_clock(&self, wall: &str) {
        let at = clock::parse_instant(wall).unwrap_or_else(|error| panic!("{error}"));
        self.shared.world().clock.set(at);
    }

    /// Stops the clock.
    pub fn freeze_clock(&self) {
        self.shared.world().clock.freeze();
    }

    /// Lets a frozen clock run on.
    pub fn run_clock(&self) {
        self.shared.world().clock.run();
    }

    /// Goes back to the machine's time.
    pub fn real_clock(&self) {
        self.shared.world().clock = Clock::real();
    }

    /// Moves the clock forward.
    pub fn advance(&self, step: Duration) {
        let step = TimeDelta::from_std(step).unwrap_or(TimeDelta::MAX);
        self.shared.world().clock.advance(step);
    }

    /// Moves the clock back.
    pub fn turn_back(&self, step: Duration) {
        let step = TimeDelta::from_std(step).unwrap_or(TimeDelta::MAX);
        self.shared.world().clock.advance(-step);
    }

    /// The sandbox's time as a Czech wall clock shows it.
    pub fn now(&self) -> chrono::NaiveDateTime {
        self.shared.world().clock.prague().naive_local()
    }

    /// What chance is drawn from.
    pub fn seed(&self) -> u64 {
        self.shared.world().seed()
    }

    pub fn settings(&self) -> Settings {
        self.shared.world().settings.clone()
    }

    /// Turns any switch: `sandbox.change(|settings| settings.error_status = 422)`.
    ///
    /// # Panics
    /// If a setting is out of its range.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings();
        change(&mut settings);
        settings.check().unwrap_or_else(|error| panic!("{error}"));
        self.shared.world().settings = settings;
    }

    /// Refuses this share (0 to 1) of valid tokens.
    pub fn refuse_tokens(&self, share: f64) {
        self.change(|settings| settings.refuse_tokens = share);
    }

    /// Whether only a practice's newest token is good.
    pub fn newest_token_only(&self, only: bool) {
        self.change(|settings| settings.newest_token_only = only);
    }

    /// So many requests per minute of the sandbox's clock and IP address.
    pub fn rate_limit(&self, requests: u32) {
        self.change(|settings| settings.rate_limit = Some(requests));
    }

    pub fn error_shape(&self, shape: ErrorShape) {
        self.change(|settings| settings.error_shape = shape);
    }

    /// The HTTP status of refusals.
    pub fn error_status(&self, status: u16) {
        self.change(|settings| settings.error_status = status);
    }

    pub fn habits(&self, habits: Habits) {
        self.change(|settings| settings.habits = habits);
    }

    /// How list and detail show patients: masked, escaped, cut or odd.
    pub fn shown(&self, shown: Shown) {
        self.change(|settings| settings.shown = shown);
    }

    /// Makes a start (Czech wall-clock time, `2030-11-23 10:00`) overloaded.
    ///
    /// # Panics
    /// If that is not a time.
    pub fn overload(&self, start: &str) {
        let start = clock::parse_wall(start).unwrap_or_else(|error| panic!("{error}"));
        self.change(|settings| settings.overloaded.push(start));
    }

    /// Makes up so many meetings for the first practice, a quarter of an hour apart from tomorrow on; nobody is e-mailed.
    pub fn seed_meetings(&self, count: usize) {
        let mut world = self.shared.world();
        let now = world.clock.now();
        world.service.seed_meetings(count, now);
    }
}

/// Binds one address, and its IPv6 twin if asked, and says where.
fn open_door(address: SocketAddr, ipv6: bool, tls: Option<&Arc<ServerConfig>>, doors: &mut Vec<Door>) -> io::Result<SocketAddr> {
    let (listener, bound) = server::bind(address)?;
    if ipv6 && bound.is_ipv4() {
        let (twin, _) = server::bind(ipv6_twin(bound))?;
        doors.push(Door { listener: twin, tls: tls.cloned() });
    }
    doors.push(Door { listener, tls: tls.cloned() });
    Ok(bound)
}

/// A listener on all addresses is reached on this machine's own.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), address.port()),
        false => address,
    }
}
