//! The service on the wire: listeners, connections, TLS, and what stands at each address.

pub mod certificate;
pub mod connection;
pub mod control;
pub mod deliver;
pub mod page;
pub mod report;
pub mod server;
pub mod site;
