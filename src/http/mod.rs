//! HTTP to one service host: pooled connections, connecting, TLS and proxies.

mod body;
mod chunked;
pub mod connect;
mod connection;
mod happy_eyeballs;
mod head;
mod history;
mod input;
mod lease;
mod pool;
pub mod proxy;
mod socks;
mod tcp;
mod tls;

pub use connection::{Callback, Connection, Reached, Reply};
pub use history::{Expects, Kind, hash};
pub use lease::ConnectionLease;
pub use pool::{Broken, ConnectionPool, Post};
