//! One accepted connection, and the tap on its bytes: where a fault cuts a reply at a byte, or closes a connection that was promised to stay open.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// What the handlers of a connection's requests know of it and may ask of it.
pub struct Connection {
    /// Counted from 1.
    pub number: u64,
    pub ip: IpAddr,
    pub scheme: &'static str,
    tap: Mutex<Tap>,
    resets: AtomicBool,
}

#[derive(Default)]
struct Tap {
    written: u64,
    /// Nothing goes out past this many bytes.
    shut_at: Option<u64>,
    reply: Progress,
    close_after_reply: bool,
    idle_close: Option<Duration>,
    ended: bool,
    reader: Option<Waker>,
}

/// How far the latest reply has got.
#[derive(Default, PartialEq)]
enum Progress {
    #[default]
    Awaited,
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

    fn tap(&self) -> MutexGuard<'_, Tap> {
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

/// The socket (or TLS stream) of a connection behind its tap.
pub struct Tapped<S> {
    stream: S,
    connection: Arc<Connection>,
    idle: Option<Pin<Box<Sleep>>>,
}

impl<S> Tapped<S> {
    pub fn new(stream: S, connection: Arc<Connection>) -> Tapped<S> {
        Tapped { stream, connection, idle: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        {
            let mut tap = self.connection.tap();
            if tap.ended {
                return Poll::Ready(Ok(()));
            }
            tap.reader = Some(cx.waker().clone());
        }
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            self.idle = None;
            self.connection.tap().reply = Progress::Awaited;
            return Poll::Ready(read);
        }
        let idle = match self.connection.tap() {
            tap if tap.reply == Progress::Gone => tap.idle_close,
            _ => None,
        };
        if let Some(idle) = idle {
            let timer = self.idle.get_or_insert_with(|| Box::pin(sleep(idle)));
            ready!(timer.as_mut().poll(cx));
            self.connection.tap().ended = true;
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let left = {
            let tap = self.connection.tap();
            tap.shut_at.map_or(u64::MAX, |at| at.saturating_sub(tap.written))
        };
        if left == 0 {
            // TLS keeps records back until it is flushed; what came before the cut must go out.
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let allowed = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &buf[..allowed]))?;
        self.connection.tap().written += written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        let mut tap = self.connection.tap();
        if tap.reply == Progress::HandedOver {
            tap.reply = Progress::Gone;
            tap.ended |= tap.close_after_reply;
            // The reader waits for the next request; it has to hear of the end, or to start its idle timer.
            if let Some(reader) = tap.reader.take() {
                reader.wake();
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
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
