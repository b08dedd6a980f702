//! The tap on a connection's bytes: where a reply is cut, goes out twice, or is followed by a close that nobody announced.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::connection::{Connection, Progress};

/// The socket (or TLS stream) of a connection behind its tap.
pub struct Tapped<S> {
    stream: S,
    connection: Arc<Connection>,
    idle: Option<Pin<Box<Sleep>>>,
    /// The caller has closed, and the server does not know it yet.
    ending: bool,
    /// What has been read already, for who serves the connection next.
    unread: Bytes,
    /// What goes out between two replies when its time has come.
    waiting: Vec<(Alarm, Bytes)>,
    /// The one of them that is going out.
    leaving: Bytes,
}

type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

impl<S> Tapped<S> {
    pub fn new(stream: S, connection: Arc<Connection>) -> Tapped<S> {
        Tapped { stream, connection, idle: None, ending: false, unread: Bytes::new(), waiting: Vec::new(), leaving: Bytes::new() }
    }

    /// The stream itself, for bytes that are no affair of the tap.
    pub fn stream(&mut self) -> &mut S {
        &mut self.stream
    }

    /// These bytes are read first.
    pub fn put_back(&mut self, unread: Bytes) {
        self.unread = unread;
    }
}

/// Longer pauses need not be exact to the microsecond.
const EXACT: Duration = Duration::from_millis(20);

/// Exact to some microseconds, where the runtime's own timer counts in milliseconds.
fn alarm(pause: Duration) -> Alarm {
    if pause.is_zero() {
        return Box::pin(std::future::ready(()));
    }
    if pause > EXACT {
        return Box::pin(sleep(pause));
    }
    let rings = Instant::now() + pause;
    let waiting = tokio::task::spawn_blocking(move || std::thread::sleep(rings.saturating_duration_since(Instant::now())));
    Box::pin(async move {
        // It ends early only with the runtime, and then nobody sends any more.
        let _ = waiting.await;
    })
}

impl<S: AsyncWrite + Unpin> Tapped<S> {
    /// Sends what is to go out between two replies, as far as its time has come.
    fn poll_strays(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while !self.leaving.is_empty() {
                let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.leaving))?;
                drop(self.leaving.split_to(count));
            }
            if self.waiting.is_empty() || !self.is_between_replies() {
                return Poll::Ready(Ok(()));
            }
            // Here and not after the writing: what is written only once more must not wait in TLS.
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            let Some(due) = self.waiting.iter_mut().position(|(alarm, _)| alarm.as_mut().poll(cx).is_ready()) else {
                return Poll::Ready(Ok(()));
            };
            self.leaving = self.waiting.remove(due).1;
        }
    }

    fn is_between_replies(&self) -> bool {
        matches!(self.connection.tap().reply, Progress::Awaited | Progress::Gone)
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
        if !self.unread.is_empty() {
            let count = self.unread.len().min(buf.remaining());
            buf.put_slice(&self.unread.split_to(count));
            return Poll::Ready(Ok(()));
        }
        let unfilled = buf.remaining();
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            self.idle = None;
            if buf.remaining() == unfilled {
                // The caller is gone: nobody waits for what has not gone out yet.
                self.waiting.clear();
                // Told at once, the server would drop a request that has come whole but that it has not handed on.
                if read.is_ok() && !std::mem::replace(&mut self.ending, true) {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
            let mut tap = self.connection.tap();
            if tap.reply == Progress::Gone {
                tap.reply = Progress::Awaited;
            }
            drop(tap);
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
        if self.connection.tap().script.is_some() {
            return Poll::Ready(Ok(buf.len()));
        }
        ready!(self.poll_strays(cx))?;
        let (before, left) = {
            let mut tap = self.connection.tap();
            (std::mem::take(&mut tap.before), tap.shut_at.map_or(u64::MAX, |at| at.saturating_sub(tap.written)))
        };
        if !before.is_empty() {
            self.leaving = before;
            ready!(self.poll_strays(cx))?;
        }
        if left == 0 {
            // TLS keeps records back until it is flushed; what came before the cut must go out.
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let allowed = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &buf[..allowed]))?;
        let mut tap = self.connection.tap();
        tap.written += written as u64;
        if matches!(tap.reply, Progress::Awaited | Progress::Gone) {
            tap.reply = Progress::Leaving;
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        let strays = self.reply_has_gone();
        self.waiting.extend(strays.into_iter().map(|(pause, bytes)| (alarm(pause), bytes)));
        ready!(self.poll_strays(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_strays(cx))?;
        if !self.waiting.is_empty() && self.is_between_replies() {
            return Poll::Pending;
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> Tapped<S> {
    /// If the last byte of a reply has left us just now, says what is to follow it.
    fn reply_has_gone(&self) -> Vec<(Duration, Bytes)> {
        let mut tap = self.connection.tap();
        if tap.reply != Progress::HandedOver {
            return Vec::new();
        }
        tap.reply = Progress::Gone;
        tap.ended |= tap.close_after_reply || tap.script.is_some();
        // The reader waits for the next request; it has to hear of the end, or to start its idle timer.
        if let Some(reader) = tap.reader.take() {
            reader.wake();
        }
        std::mem::take(&mut tap.after)
    }
}
