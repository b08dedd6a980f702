//! One connection: HTTP/1.1 over it, a request at a time, and how far each of them got.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::http::{HeaderName, Request, Response, header};
use ureq::unversioned::transport::{NextTimeout, TransportAdapter};
use ureq_proto::BodyMode;
use ureq_proto::client::state::{RecvBody, RecvResponse};
use ureq_proto::client::{Call, RecvBodyResult, RecvResponseResult, SendRequestResult};
use videodoktor_reading::Wiped;

use super::ending::Ending;
use super::tls::Session;
use crate::error::{Error, Result};
use crate::status::Status;

/// The limit on a reply's size: 32 MiB.
const LARGEST_REPLY: usize = 32 << 20;

/// A reply's head beyond this is none.
const LARGEST_HEAD: usize = 64 << 10;

/// So much is taken at once from what has come: most replies whole.
const PIECE: usize = 1 << 10;

/// A reply as it came: any HTTP status.
pub struct Reply {
    pub http_status: u16,
    pub body: Wiped<Vec<u8>>,
    /// The `Date` header: the service's clock.
    pub date: Option<String>,
    /// The `Retry-After` header, where it is a number of seconds.
    pub retry_after: Option<Duration>,
    pub location: Option<String>,
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
    ending: Arc<Ending>,
    /// When it was last known to live.
    answered: Option<Instant>,
    /// Asked for behind the last reply; to be read before anything else is asked.
    ahead: Option<Ahead>,
    transmitted: bool,
    received: bool,
    /// Whether another request may follow.
    stays: bool,
    input: Input,
}

/// A request whose answer nobody waits for: whoever uses the connection next hands it over.
pub struct Ahead {
    asked: Asked,
    since: Instant,
    tell: Tell,
}

/// Takes the answer. Dropped without one if the connection ends.
pub type Tell = Box<dyn FnOnce(Result<Reply>) + Send>;

impl Connection {
    pub fn new(wire: Wire, ending: Arc<Ending>) -> Connection {
        Connection { wire, ending, answered: None, ahead: None, transmitted: false, received: false, stays: true, input: Input::default() }
    }

    pub fn ending(&self) -> &Arc<Ending> {
        &self.ending
    }

    pub fn stays(&self) -> bool {
        self.stays
    }

    /// Whether it has answered, and no longer ago than that.
    pub fn has_answered_within(&self, age: Duration) -> bool {
        self.answered.is_some_and(|at| at.elapsed() < age)
    }

    /// How long ago something was asked for ahead that nobody has taken yet.
    pub fn asked_ahead(&self) -> Option<Duration> {
        self.ahead.as_ref().map(|ahead| ahead.since.elapsed())
    }

    /// Whether the other side has neither closed it nor said what nobody asked for.
    pub fn is_open(&mut self) -> bool {
        let is_silent = match &self.wire {
            Wire::Plain(_) => true,
            Wire::Secure(session) => session.conn.wants_read(), // not while it holds what came, nor after its end
        };
        let socket = self.wire.socket().get_mut();
        is_silent && socket.buffers().input().is_empty() && socket.is_open()
    }

    /// How far the last request got.
    pub fn reached(&self) -> Reached {
        match (self.transmitted, self.answered.is_some() && !self.received) {
            (false, _) => Reached::NotSent,
            (true, true) => Reached::SentOnKept,
            (true, false) => Reached::Sent,
        }
    }

    /// One request and its reply, within the time.
    pub fn exchange(&mut self, head: Request<()>, body: &[u8], within: Duration) -> Result<Reply> {
        let asked = self.ask(head, body, within)?;
        let reply = self.answer(asked)?;
        self.answered = Some(Instant::now());
        Ok(reply)
    }

    /// Sends a request whose answer is for `tell`, and does not wait for it.
    pub fn ask_ahead(&mut self, head: Request<()>, body: &[u8], within: Duration, tell: Tell) -> Result<()> {
        let asked = self.ask(head, body, within)?;
        self.ahead = Some(Ahead { asked, since: Instant::now(), tell });
        Ok(())
    }

    /// Hands over what was asked for ahead, if it comes within the time, and says whether it did.
    pub fn settle(&mut self, within: Duration) -> bool {
        let Some(Ahead { asked, since, tell }) = self.ahead.take() else { return true };
        self.wire.allow(within);
        let answer = self.answer(asked);
        self.answered = Some(since); // it may have come long ago
        let came = answer.is_ok();
        tell(answer);
        came
    }

    fn ask(&mut self, head: Request<()>, body: &[u8], within: Duration) -> Result<Asked> {
        (self.transmitted, self.received, self.stays) = (false, false, false);
        let (bytes, asked) = written(head, body).ok_or_else(|| Error::client(Status::ERR_INTERNAL, "a request that cannot be written"))?;
        self.wire.allow(within);
        self.transmitted = true;
        self.wire.send(&bytes).map_err(|error| broken(&error))?;
        Ok(asked)
    }

    fn answer(&mut self, asked: Asked) -> Result<Reply> {
        let (head, rest) = self.head(asked)?;
        let (body, must_close) = match rest {
            RecvResponseResult::RecvBody(rest) => self.body(rest, announced(&head))?,
            RecvResponseResult::Redirect(end) => (Wiped::default(), end.must_close_connection()),
            RecvResponseResult::Cleanup(end) => (Wiped::default(), end.must_close_connection()),
        };
        self.stays = !must_close && self.input.unread().is_empty();
        self.input = Input::default(); // an idle connection holds no memory for what may come
        let text = |name: HeaderName| head.headers().get(name).and_then(|value| value.to_str().ok()).map(String::from);
        let retry_after = text(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        Ok(Reply { http_status: head.status().as_u16(), body, date: text(header::DATE), retry_after, location: text(header::LOCATION) })
    }

    fn head(&mut self, mut asked: Asked) -> Result<(Response<()>, RecvResponseResult)> {
        loop {
            if self.more().map_err(|error| broken(&error))? == 0 {
                return Err(broken(&ErrorKind::UnexpectedEof.into()));
            }
            // A head that only says "wait" (1xx) may come before the one that counts.
            while let (used @ 1.., head) = asked.try_response(self.input.unread(), false).map_err(not_http)? {
                self.input.consume(used);
                if let Some(head) = head {
                    return asked.proceed().map(|rest| (head, rest)).ok_or_else(no_http);
                }
            }
            if self.input.unread().len() > LARGEST_HEAD {
                return Err(no_http());
            }
        }
    }

    /// The body, and whether the connection must be closed behind it.
    fn body(&mut self, mut rest: Call<RecvBody>, announced: Option<usize>) -> Result<(Wiped<Vec<u8>>, bool)> {
        let mut body = Wiped::default();
        make_room(&mut body, announced.unwrap_or(0))?;
        let ends_by_closing = matches!(rest.body_mode(), BodyMode::CloseDelimited);
        loop {
            self.decode(&mut rest, &mut body)?;
            if rest.can_proceed() && !ends_by_closing {
                break;
            }
            let is_over = match self.more() {
                Ok(read) => read == 0,
                Err(error) if is_end(&error) => true,
                Err(error) => return Err(broken(&error)),
            };
            // Some servers close behind the last chunk instead of ending the body as they should.
            if is_over && (ends_by_closing || rest.is_ended_chunked()) {
                break;
            }
            if is_over {
                return Err(broken(&ErrorKind::UnexpectedEof.into()));
            }
        }
        let must_close = match rest.proceed() {
            Some(RecvBodyResult::Redirect(end)) => end.must_close_connection(),
            Some(RecvBodyResult::Cleanup(end)) => end.must_close_connection(),
            None => true,
        };
        Ok((body, must_close))
    }

    /// Moves what has come of the body to its place.
    fn decode(&mut self, rest: &mut Call<RecvBody>, body: &mut Wiped<Vec<u8>>) -> Result<()> {
        loop {
            let (piece, start) = (self.input.unread(), body.len());
            make_room(body, piece.len())?;
            body.resize(start + piece.len(), 0);
            let (used, put) = rest.read(piece, body.get_mut(start..).unwrap_or_default()).map_err(not_http)?;
            body.truncate(start + put);
            self.input.consume(used);
            if used == 0 || self.input.unread().is_empty() {
                return Ok(());
            }
        }
    }

    fn more(&mut self) -> io::Result<usize> {
        let read = self.input.fill(|room| self.wire.read(room))?;
        self.received |= read > 0;
        Ok(read)
    }
}

/// What has come and is not read yet: the bytes from `start` to `end`.
#[derive(Default)]
struct Input {
    bytes: Wiped<Vec<u8>>,
    start: usize,
    end: usize,
}

impl Input {
    fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    fn fill(&mut self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        if self.bytes.len() - self.end < PIECE {
            let end = self.unread().len();
            let mut larger = Vec::with_capacity(end + PIECE);
            larger.extend_from_slice(self.unread());
            larger.resize(end + PIECE, 0);
            *self = Input { bytes: Wiped::new(larger), start: 0, end };
        }
        let filled = read(self.bytes.get_mut(self.end..).unwrap_or_default())?;
        self.end += filled;
        Ok(filled)
    }

    fn consume(&mut self, amount: usize) {
        self.start += amount;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }
}

/// The request as bytes, in one piece so that it leaves in one packet.
fn written(head: Request<()>, body: &[u8]) -> Option<(Wiped<Vec<u8>>, Asked)> {
    const LINES: usize = 256; // the words of the first line, the host, the body's length
    let headers: usize = head.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let address =
        head.uri().path_and_query().map_or(0, |path| path.as_str().len()) + head.uri().authority().map_or(0, |host| host.as_str().len());
    let mut bytes = Wiped::new(vec![0; LINES + headers + address + body.len()]);
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

/// The length that the reply's head gives.
fn announced(head: &Response<()>) -> Option<usize> {
    let length: u64 = head.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    Some(length.try_into().unwrap_or(usize::MAX))
}

/// The server chooses the size: running out of memory must be an error, not the end of the host.
fn make_room(body: &mut Wiped<Vec<u8>>, more: usize) -> Result<()> {
    if more > LARGEST_REPLY - body.len().min(LARGEST_REPLY) {
        return Err(Error::network(Status::ERR_TOO_LARGE, "the reply is larger than 32 MiB"));
    }
    body.try_reserve(more).map_err(|_| Error::network(Status::ERR_TOO_LARGE, "no memory for the reply"))
}

/// Ends that a server may give to a body which ends where the connection does.
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

fn not_http(_: ureq_proto::Error) -> Error {
    no_http()
}

fn no_http() -> Error {
    Error::network(Status::ERR_BAD_REPLY, "what came is not an HTTP reply")
}
