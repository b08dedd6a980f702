//! HTTP to one service host: pooled connections, connecting, TLS and proxies.

mod body;
mod chunked;
pub mod connect;
mod connection;
mod happy_eyeballs;
mod head;
mod history;
mod input;
mod keep_alive;
mod lease;
pub mod origin;
mod pool;
pub mod proxy;
mod socket;
mod socks;
mod tcp;
mod tls;
pub mod tls_roots;

pub use connection::{Callback, Connection, Reached, Reply};
pub use history::{Expects, Kind, hash};
pub use lease::ConnectionLease;
pub use pool::{Broken, ConnectionPool, Post};
