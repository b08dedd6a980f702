//! Listeners and connections: a thread of its own with a small runtime, so that the callers of the Rust API never see `async`.

use std::convert::Infallible;
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, Socket};
use super::pour::pour;
use super::site;
use super::tapped::Tapped;
use crate::shared::Shared;

/// A socket that is bound already, and what is spoken on it.
pub struct Door {
    pub listener: TcpListener,
    /// `None`: plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
}

/// A running server; dropping it closes its listeners and connections.
pub struct Server {
    orders: watch::Sender<Order>,
    /// Ends when the last connection that was opened under the present order has closed.
    open: Mutex<mpsc::Receiver<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
enum Order {
    /// Connections opened under an earlier order are closed. Each holds a clone of `open` for as long as it lives.
    Serve {
        open: mpsc::Sender<Infallible>,
    },
    Stop,
}

impl Server {
    pub fn start(doors: Vec<Door>, shared: Shared) -> io::Result<Server> {
        let (serve_on, open) = serve_on();
        let (orders, heard) = watch::channel(serve_on);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            runtime.block_on(serve(doors, shared, heard));
            // What still waits (a late act, a slow reply) is dropped with the runtime.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("videodoktor-sandbox".to_owned()).spawn(work)?;
        Ok(Server { orders, open: Mutex::new(open), thread: Some(thread) })
    }

    /// Closes every connection, and is back when they are closed; the listeners stay.
    pub fn drop_connections(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (serve_on, newly_open) = serve_on();
        drop(self.orders.send_replace(serve_on));
        let mut closing = mem::replace(&mut *open, newly_open);
        let _never_anything = closing.blocking_recv();
    }
}

fn serve_on() -> (Order, mpsc::Receiver<Infallible>) {
    let (open, closed) = mpsc::channel(1);
    (Order::Serve { open }, closed)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.orders.send_replace(Order::Stop);
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, and then the panic is on stderr already.
            let _ = thread.join();
        }
    }
}

async fn serve(doors: Vec<Door>, shared: Shared, mut heard: watch::Receiver<Order>) {
    let site = site::router(shared.clone());
    for door in doors {
        tokio::spawn(accept(door, shared.clone(), site.clone(), heard.clone()));
    }
    // An error means that the `Server` is gone, which is an order to stop as well.
    let _ = heard.wait_for(|order| matches!(order, Order::Stop)).await;
}

async fn accept(door: Door, shared: Shared, site: Router, heard: watch::Receiver<Order>) {
    let listener = door.listener.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(door.listener));
    let listener = match listener {
        Ok(listener) => listener,
        Err(error) => return eprintln!("videodoktor-sandbox: cannot listen: {error}"),
    };
    let tls = door.tls.map(TlsAcceptor::from);
    loop {
        // Accepting fails when descriptors run out; the next one may work.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        // Read before the connection is counted: an order that comes after a test has seen it counted must not be taken for an old one.
        let mut orders = heard.clone();
        let Order::Serve { open } = orders.borrow_and_update().clone() else { return };
        let number = {
            let mut world = shared.world();
            world.journal.counters.connections += 1;
            world.journal.counters.connections
        };
        let connection = Connection::new(number, peer.ip().to_canonical(), if tls.is_some() { "https" } else { "http" });
        let counted = shared.open_connection();
        let talk = attend(stream, tls.clone(), connection, shared.clone(), site.clone(), orders);
        tokio::spawn(async move {
            talk.await;
            drop(counted);
            drop(open);
        });
    }
}

/// One connection from its first byte until it closes, or until it is told to.
async fn attend(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    connection: Arc<Connection>,
    shared: Shared,
    site: Router,
    mut heard: watch::Receiver<Order>,
) {
    let _ = stream.set_nodelay(true);
    let stream = Socket::new(stream, connection.clone());
    let talk = async {
        match tls {
            None => speak_http(stream, connection, site).await,
            Some(tls) => match tls.accept(stream).await {
                Ok(stream) => speak_http(stream, connection, site).await,
                Err(_) => shared.world().journal.counters.failed_handshakes += 1,
            },
        }
    };
    tokio::select! {
        () = talk => {}
        _ = heard.changed() => {}
    }
}

async fn speak_http(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, connection: Arc<Connection>, site: Router) {
    let mut tapped = Tapped::new(stream, connection.clone());
    loop {
        let (site, known) = (TowerToHyperService::new(site.clone()), connection.clone());
        let knowing = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(known.clone());
            site.call(request)
        });
        // An error is a caller that hung up or a cut of our own.
        let Ok(parts) = http1::Builder::new().serve_connection(TokioIo::new(tapped), knowing).without_shutdown().await else { return };
        tapped = parts.io.into_inner();
        let Some(script) = connection.take_script() else {
            // A caller that is gone need not hear of it.
            let _ = tapped.shutdown().await;
            return;
        };
        match pour(tapped.stream(), &script).await {
            Ok(sent_meanwhile) if !connection.closes_after_reply() => {
                tapped.put_back([parts.read_buf.as_ref(), &sent_meanwhile].concat().into());
            }
            _ => return,
        }
    }
}

/// Binds a port of an address that may be given as 0, and says which one it is.
pub fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let explain = |error| io::Error::other(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).map_err(explain)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}
