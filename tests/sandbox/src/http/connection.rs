//! One accepted connection, and the tap on its bytes: where a fault cuts a reply at a byte, or closes a connection that was promised to stay open.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::endless::Script;

/// What the handlers of a connection's requests know of it and may ask of it.
pub struct Connection {
    /// Counted from 1.
    pub number: u64,
    pub ip: IpAddr,
    pub scheme: &'static str,
    tap: Mutex<Tap>,
    resets: AtomicBool,
}

/// What is to happen to the bytes of a connection, and how far they have got.
#[derive(Default)]
pub(super) struct Tap {
    pub written: u64,
    /// Nothing goes out past this many bytes.
    pub shut_at: Option<u64>,
    pub reply: Progress,
    /// Goes out before the next reply.
    pub before: Bytes,
    /// Goes out so long after the next reply.
    pub after: Vec<(Duration, Bytes)>,
    /// Goes out in the place of the next reply, after which the connection is served anew.
    pub script: Option<Script>,
    pub close_after_reply: bool,
    pub idle_close: Option<Duration>,
    pub ended: bool,
    pub reader: Option<Waker>,
}

/// How far the latest reply has got.
#[derive(Default, PartialEq)]
pub(super) enum Progress {
    #[default]
    Awaited,
    /// Some of it has left us.
    Leaving,
    /// Its body has been handed over whole.
    HandedOver,
    /// Its last byte has left us.
    Gone,
}

impl Connection {
    pub fn new(number: u64, ip: IpAddr, scheme: &'static str) -> Arc<Connection> {
        Arc::new(Connection { number, ip, scheme, tap: Mutex::default(), resets: AtomicBool::new(false) })
    }

    /// Closes the connection once this many more bytes have gone out.
    pub fn cut_after(&self, bytes: u64) {
        let mut tap = self.tap();
        tap.shut_at = Some(tap.written + bytes);
        tap.close_after_reply = true;
    }

    /// Sends these bytes right before the reply that goes out next.
    pub fn send_before(&self, bytes: Bytes) {
        self.tap().before = bytes;
    }

    /// Sends these bytes so long after the reply that goes out next, between two others at the earliest.
    pub fn send_after(&self, pause: Duration, bytes: Bytes) {
        self.tap().after.push((pause, bytes));
    }

    /// Sends this in the place of the reply that would go out next.
    pub fn send_instead(&self, script: Script) {
        self.tap().script = Some(script);
    }

    /// Whether something goes out in the place of the next reply.
    pub fn sends_instead(&self) -> bool {
        self.tap().script.is_some()
    }

    /// What goes out in the place of a reply, now that the server has let go of the connection.
    pub fn take_script(&self) -> Option<Script> {
        let mut tap = self.tap();
        let script = tap.script.take()?;
        (tap.reply, tap.ended) = (Progress::Awaited, false);
        Some(script)
    }

    /// Resets the connection (RST) in place of the reply that would go out next.
    pub fn reset(&self) {
        self.resets.store(true, Ordering::SeqCst);
        self.cut_after(0);
    }

    /// Closes the connection after the reply that goes out next, without announcing it.
    pub fn close_after_reply(&self) {
        self.tap().close_after_reply = true;
    }

    /// Closes the connection when it has been idle for so long after a reply.
    pub fn close_when_idle(&self, idle: Option<Duration>) {
        self.tap().idle_close = idle;
    }

    /// Whether nothing more is to be served on it.
    pub fn closes_after_reply(&self) -> bool {
        self.tap().close_after_reply
    }

    pub(super) fn tap(&self) -> MutexGuard<'_, Tap> {
        self.tap.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The socket of a connection, below TLS. It is reset when it is dropped after [`Connection::reset`]: TLS says no farewell on it then.
pub struct Socket {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl Socket {
    pub fn new(stream: TcpStream, connection: Arc<Connection>) -> Socket {
        Socket { stream, connection }
    }

    fn resets(&self) -> bool {
        self.connection.resets.load(Ordering::SeqCst)
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.resets() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.resets() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resets() {
            // Closing a socket whose linger time is 0 sends RST.
            let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}

/// A reply's body that tells its connection when it has been handed over whole.
pub struct Watched {
    body: Body,
    connection: Arc<Connection>,
}

impl Watched {
    pub fn new(body: Body, connection: Arc<Connection>) -> Watched {
        Watched { body, connection }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.connection.tap().reply = Progress::HandedOver;
    }
}
