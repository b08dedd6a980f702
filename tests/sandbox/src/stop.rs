//! What ends `serve`: a signal, or the end of standard input.

use std::io::{self, Read};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Listens from the moment it is made, so that no order to stop is missed between saying `ready` and waiting.
pub struct Stop {
    runtime: Runtime,
    signals: Signals,
    stdin: Option<oneshot::Receiver<()>>,
}

impl Stop {
    pub fn listen(with_stdin: bool) -> io::Result<Stop> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _context = runtime.enter();
            Signals::listen()?
        };
        Ok(Stop { runtime, signals, stdin: with_stdin.then(end_of_stdin) })
    }

    pub fn wait(mut self) {
        self.runtime.block_on(async {
            tokio::select! {
                () = self.signals.next() => {}
                // The sender says nothing; that it is gone is the news.
                _ = async { self.stdin.as_mut()?.await.ok() }, if self.stdin.is_some() => {}
            }
        });
    }
}

/// Reads on a thread of its own: standard input cannot be waited for in any other way on every system.
fn end_of_stdin() -> oneshot::Receiver<()> {
    let (open, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        while matches!(io::stdin().read(&mut ignored), Ok(1..)) {}
        drop(open);
    });
    ended
}

/// SIGINT and SIGTERM.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl+C and the closing of the console window.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        Ok(Signals { interrupt: ctrl_c()?, close: ctrl_close()? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
