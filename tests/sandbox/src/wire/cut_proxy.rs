//! A TCP proxy that cuts, resets, stalls, slices or delays at a chosen byte.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::door::Door;
use super::link::{Link, position};
use super::rule::{Direction, RandomPlan, Rule};

/// Leads to one target; without rules every byte passes at once.
///
/// ```
/// use videodoktor_sandbox::Sandbox;
/// use videodoktor_sandbox::wire::{Action, CutProxy, Rule};
///
/// let sandbox = Sandbox::start();
/// let proxy = CutProxy::to(sandbox.http_address());
/// proxy.next_request("/api_meet_add/", Rule::to_client(17, Action::Reset)); // 17 bytes of the reply, then RST
/// // … let the code under test talk to proxy.http_url() …
/// assert_eq!(proxy.rules_fired(), 0);
/// ```
pub struct CutProxy {
    door: Door,
    control: Arc<Control>,
}

impl CutProxy {
    pub fn to(target: SocketAddr) -> CutProxy {
        let control = Arc::new(Control::default());
        let shared = control.clone();
        let door = Door::open(move |client| {
            // A target that is gone closes the client's connection, as a real one would.
            if let Ok(server) = TcpStream::connect(target) {
                let _ = server.set_nodelay(true);
                let rules = shared.rules_for_a_connection();
                Link::run(client, server, rules, &shared);
            }
        });
        CutProxy { door, control }
    }

    /// `http://127.0.0.1:PORT`
    pub fn http_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.door.address().port())
    }

    /// `https://localhost:PORT`
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.door.address().port())
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// The next connection gets this rule; called again, the one after it.
    pub fn next_connection(&self, rule: Rule) {
        self.control.state().next.push_back(rule);
    }

    /// Every connection from now on gets this rule.
    pub fn every_connection(&self, rule: Rule) {
        self.control.state().every.push(rule);
    }

    /// The next request to this path gets this rule, on whatever connection it comes; its bytes count from the `P` of `POST`, or from the first byte
    /// of its reply. Plain HTTP only: inside TLS, nobody sees a path.
    pub fn next_request(&self, path: &str, rule: Rule) {
        self.control.state().armed.push((format!("POST {path} ").into_bytes(), rule));
    }

    /// Connections without a rule of their own get one by chance.
    pub fn random(&self, plan: RandomPlan) {
        let dice = StdRng::seed_from_u64(plan.seed);
        self.control.state().random = Some((plan, dice));
    }

    /// Takes back every rule that has not reached a connection.
    pub fn disarm(&self) {
        let mut state = self.control.state();
        state.next.clear();
        state.every.clear();
        state.armed.clear();
        state.random = None;
    }

    /// Every byte arrives so much later, each way; throughput stays.
    pub fn latency(&self, each_way: Duration) {
        self.control.state().latency = each_way;
    }

    /// Nothing passes, in either direction, until [`CutProxy::resume`].
    pub fn pause(&self) {
        self.control.state().paused = true;
    }

    pub fn resume(&self) {
        self.control.state().paused = false;
        self.control.wake();
    }

    /// Lets go on what has stalled until now.
    pub fn release(&self) {
        self.control.state().releases += 1;
        self.control.wake();
    }

    /// Cuts every open connection now.
    pub fn cut_all(&self) {
        self.control.links().iter().for_each(|link| link.cut());
    }

    /// Resets every open connection now.
    pub fn reset_all(&self) {
        self.control.links().iter().for_each(|link| link.reset());
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.door.accepted()
    }

    /// Connections that are open now.
    pub fn open_connections(&self) -> usize {
        self.control.links().iter().filter(|link| !link.is_over()).count()
    }

    /// Bytes that were let through so far.
    pub fn bytes(&self, direction: Direction) -> u64 {
        let state = self.control.state();
        match direction {
            Direction::ToServer => state.to_server,
            Direction::ToClient => state.to_client,
        }
    }

    /// How many rules have done what they say.
    pub fn rules_fired(&self) -> u64 {
        self.control.state().fired
    }
}

impl Drop for CutProxy {
    fn drop(&mut self) {
        self.cut_all();
    }
}

/// What the proxy's owner and its connections share.
#[derive(Default)]
pub struct Control {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: VecDeque<Rule>,
    every: Vec<Rule>,
    armed: Vec<(Vec<u8>, Rule)>,
    random: Option<(RandomPlan, StdRng)>,
    latency: Duration,
    paused: bool,
    releases: u64,
    fired: u64,
    to_server: u64,
    to_client: u64,
    links: Vec<Weak<Link>>,
}

impl Control {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn links(&self) -> Vec<Arc<Link>> {
        self.state().links.iter().filter_map(Weak::upgrade).collect()
    }

    pub fn remember(&self, link: &Arc<Link>) {
        let mut state = self.state();
        state.links.retain(|known| known.strong_count() > 0);
        state.links.push(Arc::downgrade(link));
    }

    fn rules_for_a_connection(&self) -> Vec<Rule> {
        let mut state = self.state();
        let mut rules = state.every.clone();
        if let Some(rule) = state.next.pop_front() {
            rules.push(rule);
        } else if let Some((plan, dice)) = &mut state.random {
            rules.extend(drawn(plan, dice));
        }
        rules
    }

    /// Takes the armed rules whose request line is among these bytes.
    pub fn armed_for(&self, bytes: &[u8]) -> Vec<(Vec<u8>, Rule)> {
        let mut state = self.state();
        state.armed.extract_if(.., |(line, _)| position(bytes, line).is_some()).collect()
    }

    pub fn latency(&self) -> Duration {
        self.state().latency
    }

    pub fn fired(&self) {
        self.state().fired += 1;
    }

    pub fn count(&self, direction: Direction, bytes: u64) {
        let mut state = self.state();
        match direction {
            Direction::ToServer => state.to_server += bytes,
            Direction::ToClient => state.to_client += bytes,
        }
    }

    /// Everyone who waits looks again at what it waits for.
    pub fn wake(&self) {
        // Under the lock, or a waiter that has just looked would sleep through it.
        let _state = self.state();
        self.changed.notify_all();
    }

    pub fn wait_while_paused(&self, link: &Link) {
        drop(self.changed.wait_while(self.state(), |state| state.paused && !link.is_over()));
    }

    pub fn wait_for_release(&self, link: &Link, direction: Direction) {
        let state = self.state();
        let before = state.releases;
        drop(self.changed.wait_while(state, |state| state.releases == before && !link.is_abandoned(direction)));
    }

    /// Waits for a moment to come, or for the link's end.
    pub fn wait_until(&self, moment: Instant, link: &Link) {
        let left = moment.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            drop(self.changed.wait_timeout_while(self.state(), left, |_| !link.is_over()));
        }
    }
}

fn drawn(plan: &RandomPlan, dice: &mut StdRng) -> Option<Rule> {
    // All three are drawn every time, so that a connection's fate does not depend on those before it.
    let (strikes, at) = (dice.random::<f64>() < plan.chance, dice.random_range(plan.bytes.clone()));
    let direction = if dice.random() { Direction::ToServer } else { Direction::ToClient };
    let choice = dice.random_range(0..plan.actions.len().max(1));
    let action = plan.actions.get(choice)?.clone();
    strikes.then_some(Rule { direction, at, action })
}
