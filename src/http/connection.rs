//! One connection: HTTP/1.1 over it, a request at a time, and how far each of them got.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::http::{HeaderName, Request, Response, header};
use ureq::unversioned::transport::{NextTimeout, TransportAdapter};
use ureq_proto::client::state::RecvResponse;
use ureq_proto::client::{Call, RecvResponseResult, SendRequestResult};

use super::body::{Body, Complete};
use super::head::HeadScanner;
use super::history::{Expects, History, Kind};
use super::input::Input;
use super::keep_alive::Probes;
use super::socket::Socket;
use super::tls::Session;
use crate::cancellation::ConnectionShutdown;
use crate::error::{Error, Result};
use crate::moment::Moment;
use crate::status::Status;

/// A reply as it came: any HTTP status.
pub struct Reply {
    pub http_status: u16,
    pub body: Vec<u8>,
    /// The `Date` header: the service's clock.
    pub date: Option<String>,
    /// The `Retry-After` header, where it is a number of seconds.
    pub retry_after: Option<Duration>,
    /// The `Keep-Alive` header: after so long without a request the service closes the connection.
    pub idle_timeout: Option<Duration>,
    pub location: Option<String>,
    pub content_type: Option<String>,
    /// The connection broke where the body ends only because the connection does: more of it may have been lost.
    pub is_cut: bool,
    /// The same bytes have answered another request on this connection.
    pub is_doubled: bool,
    /// It answers a request that was redirected: the first one may have been carried out.
    pub is_redirected: bool,
}

/// How far a request without a reply got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reached {
    /// Not a byte of it left this machine: the service cannot have acted.
    NotSent,
    /// It was sent, at least in part, on a connection kept from an earlier request, and not a byte came back.
    SentOnReused,
    /// It was sent, at least in part: the service may have acted.
    Sent,
}

/// What the bytes go over.
pub enum Wire {
    Plain(TransportAdapter),
    Secure(Box<Session>),
}

impl Wire {
    fn socket(&mut self) -> &mut TransportAdapter {
        match self {
            Wire::Plain(socket) => socket,
            Wire::Secure(session) => &mut session.get_mut().0,
        }
    }

    /// What is done from now on has so much time together.
    fn allow(&mut self, time: Duration) {
        let timeout = NextTimeout { after: time.into(), reason: Timeout::Global, per_read: None, per_write: None };
        self.socket().set_timeout(timeout);
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Wire::Plain(socket) => socket.write_all(bytes),
            Wire::Secure(session) => session.write_all(bytes).and_then(|()| session.flush()),
        }
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read(room),
            Wire::Secure(session) => session.read(room),
        }
    }
}

/// A request that has been sent and not been answered.
pub type Asked = Call<RecvResponse>;

pub struct Connection {
    wire: Wire,
    shutdown: Arc<ConnectionShutdown>,
    /// Of a direct connection: behind a proxy they would tell of the proxy.
    probes: Option<Probes>,
    /// When it was opened or has answered last.
    last_sign: Moment,
    /// It has answered, or waited in the pool.
    is_reused: bool,
    history: History,
    /// Of what is done on it now.
    deadline: Instant,
    /// A request whose reply has not come, or not whole. It can be waited for again.
    receiving: Option<Receiving>,
    /// Asked for behind the last reply; to be read before anything else is asked.
    ahead: Option<Pipelined>,
    transmitted: bool,
    received: bool,
    /// Whether another request may follow.
    stays: bool,
    input: Input,
}

/// A pipelined request: its response is read when the connection is used next, and given to the callback.
pub struct Pipelined {
    since: Moment,
    callback: Callback,
}

/// Takes the answer, and says whether it was one to the request. Dropped without one if the connection ends.
pub type Callback = Box<dyn FnOnce(Result<Reply>) -> bool + Send>;

/// What is asked for.
pub struct Question<'a> {
    pub head: Request<()>,
    pub body: &'a [u8],
    /// Maximum size of the reply's body.
    pub largest_reply: usize,
    /// Stands for the request without its token: see `history`.
    pub hash: u64,
    /// Another server has seen the same request and redirected it.
    pub is_redirected: bool,
}

/// How far a reply has come.
struct Receiving {
    stage: Stage,
    question: u64,
    largest: usize,
    is_redirected: bool,
}

enum Stage {
    Head(Option<Asked>, HeadScanner),
    Body(Response<()>, Body),
    /// With whether the connection must be closed.
    NoBody(Response<()>, bool),
}

impl Connection {
    pub fn new(wire: Wire, shutdown: Arc<ConnectionShutdown>, direct: Option<Arc<Socket>>) -> Connection {
        Connection {
            wire,
            shutdown,
            probes: direct.map(Probes::of),
            last_sign: Moment::now(),
            is_reused: false,
            history: History::default(),
            deadline: Instant::now(),
            receiving: None,
            ahead: None,
            transmitted: false,
            received: false,
            stays: true,
            input: Input::default(),
        }
    }

    pub fn shutdown(&self) -> &Arc<ConnectionShutdown> {
        &self.shutdown
    }

    pub fn stays(&self) -> bool {
        self.stays
    }

    /// How long ago it was opened or has answered; `None` if the machine slept since then.
    pub fn idle_for(&self) -> Option<Duration> {
        self.last_sign.age()
    }

    /// Whether it goes through no proxy.
    pub fn is_direct(&self) -> bool {
        self.probes.is_some()
    }

    /// Whether the service's machine has acknowledged a probe a moment ago.
    pub fn is_acknowledged(&self) -> bool {
        self.probes.as_ref().is_some_and(Probes::is_acknowledged)
    }

    /// It goes into the pool, where the system probes it, or comes from there.
    pub fn rests(&mut self, is_idle: bool) {
        self.is_reused = true;
        if let Some(probes) = &mut self.probes {
            if is_idle { probes.start() } else { probes.stop() }
        }
    }

    /// How long ago something was asked for ahead that nobody has taken yet.
    pub fn pipelined(&self) -> Option<Duration> {
        self.ahead.as_ref().map(|ahead| ahead.since.age().unwrap_or(Duration::MAX))
    }

    /// Whether the other side has neither closed it nor said what nobody asked for.
    pub fn is_open(&mut self) -> bool {
        self.is_silent() || self.takes_session_tickets()
    }

    /// After the handshake a server sends tickets for later sessions (RFC 8446, 4.6.1), which lie unread until something else is read.
    fn takes_session_tickets(&mut self) -> bool {
        const A_LOOK: Duration = Duration::from_millis(1); // what is there is read at once
        self.wire.allow(A_LOOK);
        let Wire::Secure(session) = &mut self.wire else { return false };
        let is_over = session.read(&mut [0]).map_or_else(|error| broken(&error).status != Status::ERR_TIMEOUT, |_| true);
        !is_over && self.is_silent()
    }

    fn is_silent(&mut self) -> bool {
        let is_silent = match &self.wire {
            Wire::Plain(_) => true,
            Wire::Secure(session) => session.conn.wants_read(), // not while it holds what came, nor after its end
        };
        let socket = self.wire.socket().get_mut();
        is_silent && socket.buffers().input().is_empty() && socket.is_open()
    }

    /// How far the last request got.
    pub fn reached(&self) -> Reached {
        match (self.transmitted, self.is_reused && !self.received) {
            (false, _) => Reached::NotSent,
            (true, true) => Reached::SentOnReused,
            (true, false) => Reached::Sent,
        }
    }

    /// Whether a request should not be sent on it now; see `history`.
    pub fn is_doubtful(&self, expects: Expects) -> bool {
        self.history.is_doubtful(expects)
    }

    /// The last answer was of this kind.
    pub fn note(&mut self, kind: Kind) {
        self.history.note(kind);
    }

    /// One request and its reply, within the time. After a time-out the reply can still be received.
    pub fn exchange(&mut self, question: Question, within: Duration) -> Result<Reply> {
        self.send(question, within)?;
        self.receive(None)
    }

    /// Sends a request whose answer is for `tell`, and does not wait for it.
    pub fn pipeline(&mut self, question: Question, within: Duration, callback: Callback) -> Result<()> {
        self.send(question, within)?;
        self.ahead = Some(Pipelined { since: Moment::now(), callback });
        Ok(())
    }

    /// Hands over what was asked for ahead, if it comes within the time, and says whether it did.
    pub fn drain(&mut self, within: Duration) -> bool {
        let Some(Pipelined { since, callback }) = self.ahead.take() else { return true };
        let answer = self.receive(Some(within));
        self.last_sign = since; // it may have come long ago
        let came = answer.is_ok();
        self.stays &= callback(answer);
        came
    }

    /// Whether the reply to the last request is still to come.
    pub fn is_waiting(&self) -> bool {
        self.receiving.is_some()
    }

    fn allow(&mut self, within: Duration) {
        self.deadline = Instant::now() + within;
        self.wire.allow(within);
    }

    fn send(&mut self, question: Question, within: Duration) -> Result<()> {
        (self.transmitted, self.received, self.stays) = (false, false, false);
        let Question { head, body, largest_reply, hash, is_redirected } = question;
        let (bytes, asked) = written(head, body).ok_or_else(|| Error::client(Status::ERR_INTERNAL, "a request that cannot be written"))?;
        self.allow(within);
        self.transmitted = true;
        self.wire.send(&bytes).map_err(|error| broken(&error))?;
        let stage = Stage::Head(Some(asked), HeadScanner::default());
        self.receiving = Some(Receiving { stage, question: hash, largest: largest_reply, is_redirected });
        Ok(())
    }

    /// Receives the reply to the last request, within more time if that is given. After a time-out it can be called again.
    pub fn receive(&mut self, within: Option<Duration>) -> Result<Reply> {
        if let Some(within) = within {
            self.allow(within);
        }
        let no_request = || Error::client(Status::ERR_INTERNAL, "no reply is awaited");
        let mut receiving = self.receiving.take().ok_or_else(no_request)?;
        match self.run(&mut receiving.stage, receiving.largest) {
            Ok(is_cut) => self.finish(receiving, is_cut),
            Err(error) => {
                if error.status == Status::ERR_TIMEOUT {
                    self.receiving = Some(receiving);
                }
                Err(error)
            }
        }
    }

    /// Reads until the reply has come. Whether it was cut where only the connection's end delimits it.
    fn run(&mut self, stage: &mut Stage, largest: usize) -> Result<bool> {
        if let Stage::Head(asked, scanner) = stage {
            let length = loop {
                if let Some(length) = scanner.find(&mut self.input)? {
                    break length;
                }
                if self.more().map_err(|error| broken(&error))? == 0 {
                    return Err(broken(&ErrorKind::UnexpectedEof.into()));
                }
            };
            let (head, rest) = parsed(asked, self.input.unread().get(..length).unwrap_or_default())?;
            self.input.consume(length);
            *stage = match rest {
                RecvResponseResult::RecvBody(rest) => Stage::Body(head.clone(), Body::new(&head, rest, largest)?),
                RecvResponseResult::Redirect(end) => Stage::NoBody(head, end.must_close_connection()),
                RecvResponseResult::Cleanup(end) => Stage::NoBody(head, end.must_close_connection()),
            };
        }
        let Stage::Body(_, body) = stage else { return Ok(false) };
        while !body.take(&mut self.input)? {
            match self.more() {
                Ok(1..) => {}
                // Some servers close behind the last chunk instead of ending the body as they should.
                Ok(0) if body.ends_with_connection() => return Ok(false),
                Ok(0) => return Err(broken(&ErrorKind::UnexpectedEof.into())),
                Err(error) if is_end(&error) && body.ends_with_connection() => return Ok(body.is_delimited_by_the_end()),
                Err(error) => return Err(broken(&error)),
            }
        }
        Ok(false)
    }

    fn finish(&mut self, receiving: Receiving, is_cut: bool) -> Result<Reply> {
        let Receiving { stage, question, is_redirected, .. } = receiving;
        let (head, Complete { bytes: body, must_close }) = match stage {
            Stage::Body(head, body) => (head, body.finish(self.deadline)?),
            Stage::NoBody(head, must_close) => (head, Complete { bytes: Vec::new(), must_close }),
            Stage::Head(..) => return Err(no_http()),
        };
        self.stays = !must_close && self.input.unread().is_empty();
        self.input = Input::default(); // an idle connection holds no memory for what may come
        (self.last_sign, self.is_reused) = (Moment::now(), true);
        let text = |name: HeaderName| head.headers().get(name).and_then(|value| value.to_str().ok()).map(String::from);
        let retry_after = text(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        Ok(Reply {
            http_status: head.status().as_u16(),
            is_doubled: self.history.add(question, &body),
            body,
            date: text(header::DATE),
            retry_after,
            idle_timeout: text(HeaderName::from_static("keep-alive")).as_deref().and_then(idle_timeout),
            location: text(header::LOCATION),
            content_type: text(header::CONTENT_TYPE),
            is_cut,
            is_redirected,
        })
    }

    fn more(&mut self) -> io::Result<usize> {
        let read = self.input.fill(|room| self.wire.read(room))?;
        self.received |= read > 0;
        Ok(read)
    }
}

/// The complete head, and what follows it.
fn parsed(asked: &mut Option<Asked>, bytes: &[u8]) -> Result<(Response<()>, RecvResponseResult)> {
    let mut asked = asked.take().ok_or_else(no_http)?;
    let (used, head) = asked.try_response(bytes, false).map_err(|_| no_http())?;
    let head = head.filter(|_| used == bytes.len()).ok_or_else(no_http)?;
    asked.proceed().map(|rest| (head, rest)).ok_or_else(no_http)
}

/// The request as bytes, in one piece so that it leaves in one packet.
fn written(head: Request<()>, body: &[u8]) -> Option<(Vec<u8>, Asked)> {
    const LINES: usize = 256; // the words of the first line, the host, the body's length
    let headers: usize = head.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let address =
        head.uri().path_and_query().map_or(0, |path| path.as_str().len()) + head.uri().authority().map_or(0, |host| host.as_str().len());
    let mut bytes = vec![0; LINES + headers + address + body.len()];
    let mut call = Call::new(head).ok()?.proceed();
    let mut length = call.write(&mut bytes).ok()?;
    let asked = match call.proceed().ok()?? {
        SendRequestResult::SendBody(mut call) => {
            length += call.write(body, bytes.get_mut(length..)?).ok()?.1;
            call.proceed()?
        }
        SendRequestResult::RecvResponse(asked) => asked,
        SendRequestResult::Await100(_) => return None, // nobody asked to
    };
    bytes.truncate(length);
    Some((bytes, asked))
}

/// I/O errors by which some servers end a connection: a reset, or TLS without close_notify.
fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

/// What broke once a connection stood.
fn broken(error: &io::Error) -> Error {
    let timed_out = || Error::network(Status::ERR_TIMEOUT, "no reply in time");
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(ureq::Error::Timeout(_)) => return timed_out(),
        Some(ureq::Error::Io(error)) => return broken(error),
        Some(_) => return Error::network(Status::ERR_NETWORK, "the exchange failed"),
        None => {}
    }
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => timed_out(),
        kind => Error::network(Status::ERR_NETWORK, format!("the connection broke: {kind}")),
    }
}

/// `timeout` of a `Keep-Alive` header, in seconds (RFC 2068, 19.7.1; Apache sends it).
fn idle_timeout(header: &str) -> Option<Duration> {
    let seconds = |part: &str| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("timeout").then(|| value.trim().parse().ok()).flatten()
    };
    header.split(',').find_map(seconds).map(Duration::from_secs)
}

fn no_http() -> Error {
    Error::network(Status::ERR_BAD_REPLY, "what came is not an HTTP reply")
}
