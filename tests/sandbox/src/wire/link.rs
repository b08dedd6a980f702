//! One connection through a [`CutProxy`](super::CutProxy): two directions, each a reader and a writer with a queue between them, so that latency costs no throughput.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::cut_proxy::Control;
use super::rule::{Action, Direction, Rule};

const CHUNK: usize = 16 * 1024;
/// Chunks under way in one direction: 16 MiB, enough for 100 ms at more than a gigabit per second.
const QUEUED: usize = 1024;

/// Both sockets of a connection and the rules that wait on it.
pub struct Link {
    client: Arc<TcpStream>,
    server: Arc<TcpStream>,
    waiting: Mutex<Waiting>,
    control: Arc<Control>,
}

#[derive(Default)]
struct Waiting {
    rules: Vec<Placed>,
    passed_to_client: u64,
    /// The side that a direction comes from will say no more.
    server_is_done: bool,
    client_is_done: bool,
    over: bool,
}

/// A rule with its place counted from the beginning of the connection.
struct Placed {
    rule: Rule,
    /// It was to happen at byte 0 of something: then it holds back that byte, instead of following the one before.
    holds_back: bool,
}

impl Placed {
    fn at(base: u64, rule: Rule) -> Placed {
        Placed { holds_back: rule.at == 0, rule: Rule { at: base + rule.at, ..rule } }
    }
}

struct Chunk {
    bytes: Vec<u8>,
    arrived: Instant,
}

impl Link {
    /// Joins the two sockets and returns when both directions have ended.
    pub fn run(client: Arc<TcpStream>, server: TcpStream, rules: Vec<Rule>, control: &Arc<Control>) {
        let rules = rules.into_iter().map(|rule| Placed::at(0, rule)).collect();
        let waiting = Mutex::new(Waiting { rules, ..Waiting::default() });
        let link = Arc::new(Link { client, server: Arc::new(server), waiting, control: control.clone() });
        control.remember(&link);
        thread::scope(|threads| {
            for direction in [Direction::ToServer, Direction::ToClient] {
                let (queue, queued) = sync_channel(QUEUED);
                let (reader, writer) = (&link, &link);
                threads.spawn(move || reader.read(direction, &queue));
                threads.spawn(move || writer.write(direction, &queued));
            }
        });
    }

    /// Ends the connection in order, for both sides.
    pub fn cut(&self) {
        self.end(|stream| {
            let _ = stream.shutdown(Shutdown::Both);
        });
    }

    /// Tears the connection down: closing a socket whose linger time is 0 sends RST; reading is shut down so that its owners let go of it.
    pub fn reset(&self) {
        self.end(|stream| {
            let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
            let _ = stream.shutdown(Shutdown::Read);
        });
    }

    fn end(&self, close: impl Fn(&TcpStream)) {
        self.waiting().over = true;
        close(&self.client);
        close(&self.server);
        self.control.wake();
    }

    pub fn is_over(&self) -> bool {
        self.waiting().over
    }

    /// Whether nobody will ever go on with this direction: all is over, or who speaks in it has gone.
    pub fn is_abandoned(&self, direction: Direction) -> bool {
        let waiting = self.waiting();
        let speaker_is_done = match direction {
            Direction::ToServer => waiting.client_is_done,
            Direction::ToClient => waiting.server_is_done,
        };
        waiting.over || speaker_is_done
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, direction: Direction, queue: &SyncSender<Chunk>) {
        let mut from: &TcpStream = match direction {
            Direction::ToServer => &self.client,
            Direction::ToClient => &self.server,
        };
        let mut bytes = vec![0; CHUNK];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let chunk = Chunk { bytes: bytes[..count].to_vec(), arrived: Instant::now() };
            if queue.send(chunk).is_err() {
                return;
            }
        }
        match direction {
            Direction::ToServer => self.waiting().client_is_done = true,
            Direction::ToClient => self.waiting().server_is_done = true,
        }
        self.control.wake();
    }

    fn write(&self, direction: Direction, queue: &Receiver<Chunk>) {
        let mut passage = Passage { link: self, direction, passed: 0, slice: None, tail: Vec::new() };
        while let Ok(chunk) = queue.recv() {
            self.control.wait_until(chunk.arrived + self.control.latency(), self);
            if passage.let_through(&chunk.bytes).is_none() {
                return self.cut_unless_over();
            }
        }
        if !self.is_over() {
            let _ = passage.to().shutdown(Shutdown::Write);
        }
    }

    /// The other end of one side is gone: the other side hears of it.
    fn cut_unless_over(&self) {
        if !self.is_over() {
            self.cut();
        }
    }

    /// Takes the next rule of a direction that is due at `position`, before the byte there passes or behind the one before it.
    fn due(&self, direction: Direction, position: u64, before: bool) -> Option<Action> {
        let mut waiting = self.waiting();
        let due = |placed: &Placed| placed.rule.direction == direction && placed.rule.at <= position && (before || !placed.holds_back);
        let index = waiting.rules.iter().position(due)?;
        Some(waiting.rules.remove(index).rule.action)
    }

    /// How many bytes may pass before the next rule of a direction.
    fn free(&self, direction: Direction, position: u64) -> u64 {
        let waiting = self.waiting();
        let next = waiting.rules.iter().filter(|placed| placed.rule.direction == direction).map(|placed| placed.rule.at).min();
        next.map_or(u64::MAX, |at| at.saturating_sub(position))
    }
}

/// One direction's way through the rules.
struct Passage<'a> {
    link: &'a Link,
    direction: Direction,
    passed: u64,
    slice: Option<(usize, Duration)>,
    /// The end of what has passed, for requests whose first line is split over chunks.
    tail: Vec<u8>,
}

impl Passage<'_> {
    fn to(&self) -> &TcpStream {
        match self.direction {
            Direction::ToServer => &self.link.server,
            Direction::ToClient => &self.link.client,
        }
    }

    /// `None`: the connection is over.
    fn let_through(&mut self, mut bytes: &[u8]) -> Option<()> {
        if self.direction == Direction::ToServer {
            self.look_for_requests(bytes);
        }
        while !bytes.is_empty() {
            while let Some(action) = self.link.due(self.direction, self.passed, true) {
                self.act(action)?;
            }
            self.link.control.wait_while_paused(self.link);
            if self.link.is_over() {
                return None;
            }
            let free = usize::try_from(self.link.free(self.direction, self.passed)).unwrap_or(usize::MAX);
            let most = self.slice.map_or(usize::MAX, |(bytes, _)| bytes.max(1));
            let (now, later) = bytes.split_at(bytes.len().min(free).min(most));
            // Counted first: who receives them may answer before we run again.
            self.count(now.len() as u64);
            self.to().write_all(now).ok()?;
            bytes = later;
            if let Some((_, every)) = self.slice {
                self.link.control.wait_until(Instant::now() + every, self.link);
            }
        }
        // A rule right behind the last byte must not wait for one more.
        while let Some(action) = self.link.due(self.direction, self.passed, false) {
            self.act(action)?;
        }
        Some(())
    }

    fn count(&mut self, bytes: u64) {
        self.passed += bytes;
        self.link.control.count(self.direction, bytes);
        if self.direction == Direction::ToClient {
            self.link.waiting().passed_to_client = self.passed;
        }
    }

    fn act(&mut self, action: Action) -> Option<()> {
        self.link.control.fired();
        match action {
            Action::Cut => {
                self.link.cut();
                return None;
            }
            Action::Reset => {
                self.link.reset();
                return None;
            }
            Action::Stall => {
                self.link.control.wait_for_release(self.link, self.direction);
                if self.link.is_abandoned(self.direction) {
                    return None;
                }
            }
            Action::Slice { bytes, every } => self.slice = Some((bytes, every)),
            Action::Delay(delay) => self.link.control.wait_until(Instant::now() + delay, self.link),
        }
        Some(())
    }

    /// Puts the rules for a request into force when its first line comes by; it has not been passed on yet, so its reply cannot be ahead.
    fn look_for_requests(&mut self, bytes: &[u8]) {
        let begun = self.tail.len();
        self.tail.extend_from_slice(bytes);
        for (line, rule) in self.link.control.armed_for(&self.tail) {
            let Some(found) = position(&self.tail, &line) else { continue };
            let mut waiting = self.link.waiting();
            let base = match rule.direction {
                Direction::ToServer => (self.passed + found as u64).saturating_sub(begun as u64),
                Direction::ToClient => waiting.passed_to_client,
            };
            waiting.rules.push(Placed::at(base, rule));
        }
        let kept = self.tail.len().min(LONGEST_LINE);
        self.tail.drain(..self.tail.len() - kept);
    }
}

/// `POST /api_meet_export/ ` and to spare.
const LONGEST_LINE: usize = 128;

pub fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
