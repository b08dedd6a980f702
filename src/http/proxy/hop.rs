//! One way to the service: direct, or through a proxy.

use ureq::Proxy;

/// One way of a route.
#[derive(Clone)]
pub enum Hop {
    Direct,
    Through(Proxy),
}

impl Hop {
    /// Host and port, never the login.
    pub fn place(&self) -> Option<String> {
        match self {
            Hop::Direct => None,
            Hop::Through(proxy) => Some(place(proxy)),
        }
    }
}

/// A proxy's host and port, never its login.
pub fn place(proxy: &Proxy) -> String {
    format!("{}:{}", proxy.host(), proxy.port())
}
