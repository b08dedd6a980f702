//! Peers on the socket level, for tests of what lies below HTTP: connections cut at a byte, proxies, servers that are odd in one way each.
//!
//! All of them listen on loopback, use plain blocking sockets with a thread per connection, and are gone when they are dropped.

mod black_hole;
mod cut_proxy;
mod door;
mod http_proxy;
mod link;
mod odd_server;
mod pour;
mod raw_server;
mod route;
mod rule;
mod socks_proxy;
mod tunnel;

pub use black_hole::{BlackHole, closed_port};
pub use cut_proxy::CutProxy;
pub use http_proxy::HttpProxy;
pub use odd_server::{Odd, OddServer};
pub use raw_server::RawServer;
pub use rule::{Action, Direction, RandomPlan, Rule};
pub use socks_proxy::{SocksPlace, SocksProxy};
