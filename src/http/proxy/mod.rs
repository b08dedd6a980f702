//! The way to the service: which proxies lead there, who says so, and how to log in to them.

mod address;
mod authentication;
mod challenge;
mod environment;
mod exceptions;
mod find;
#[cfg(unix)]
#[allow(unsafe_code)] // a C library that is loaded at run time
mod gssapi;
mod hop;
mod liveness;
#[cfg_attr(not(any(windows, test)), allow(dead_code))] // only Windows has scripts and detection
mod lookup;
mod race;
mod route;
mod script_result;
mod security_context;
mod setting;
#[cfg(windows)]
#[allow(unsafe_code)] // functions of Windows, here and below
mod sspi;
#[cfg(windows)]
#[allow(unsafe_code)]
mod system_library;
mod tunnel;
#[cfg(any(windows, test))]
mod windows_setting;
#[cfg(windows)]
#[allow(unsafe_code)]
mod winhttp;

pub use authentication::Login;
pub use hop::{Hop, place};
pub use liveness::{live_first, remember_dead, remember_live};
pub use lookup::{Found, Lookup};
pub use race::{Winner, race};
pub use route::{ChosenBy, Route};
pub use setting::{ProxyAuth, ProxySetting};
pub use tunnel::{Tunnel, open as open_tunnel};
