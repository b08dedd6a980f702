//! The service on the wire: listeners, connections, TLS, and what stands at each address.

pub mod certificate;
pub mod connection;
pub mod control;
pub mod deliver;
pub mod earlier;
pub mod pour;
pub mod report;
pub mod same_site;
pub mod server;
pub mod serving;
pub mod site;
pub mod status_page;
pub mod tapped;
