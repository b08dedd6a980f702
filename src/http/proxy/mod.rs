//! The way to the service: which proxies lead there, who says so, and how to log in to them.

mod address;
mod authentication;
mod challenge;
mod environment;
mod exceptions;
#[cfg(unix)]
#[allow(unsafe_code)] // a C library that is loaded at run time
mod gssapi;
mod liveness;
#[cfg_attr(not(any(windows, test)), allow(dead_code))] // only Windows has scripts and detection
mod lookup;
mod race;
mod script_result;
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

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use ureq::Proxy;

use crate::error::{Error, Result, Step};
use crate::options::Origin;
use crate::status::Status;

pub use authentication::Login;
pub use liveness::{live_first, remember_dead, remember_live};
pub use lookup::{Found, Lookup};
pub use race::{Winner, race};
pub use tunnel::{Tunnel, open as open_tunnel};

/// The option `proxy`.
#[derive(Clone)]
pub enum ProxySetting {
    System,
    None,
    Given(Proxy),
}

/// A proxy's address may hold a password.
impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProxySetting::System => "System",
            ProxySetting::None => "None",
            ProxySetting::Given(_) => "Given",
        })
    }
}

impl ProxySetting {
    /// The option's text. The error says why it cannot be used, and never repeats it: it may hold a password.
    pub fn parse(text: &str) -> std::result::Result<ProxySetting, &'static str> {
        match text {
            "system" => Ok(ProxySetting::System),
            "none" => Ok(ProxySetting::None),
            // A host's name would do, but "System", "direct" or "off" are more likely meant as words, and one of those would be asked for a tunnel.
            word if !word.contains(['.', ':', '/']) => Err("is a word that the option does not know"),
            address => address::parse(address).map(ProxySetting::Given),
        }
    }
}

/// The option `proxy_auth`: how to log in to an HTTP proxy that asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProxyAuth {
    /// Kerberos by the login of the system, else the name and password of the proxy's address.
    Auto,
    Basic,
    /// Kerberos only.
    Negotiate,
    /// Kerberos or NTLM.
    Ntlm,
    None,
}

impl ProxyAuth {
    pub fn parse(text: &str) -> Option<ProxyAuth> {
        match text {
            "auto" => Some(ProxyAuth::Auto),
            "basic" => Some(ProxyAuth::Basic),
            "negotiate" => Some(ProxyAuth::Negotiate),
            "ntlm" => Some(ProxyAuth::Ntlm),
            "none" => Some(ProxyAuth::None),
            _ => None,
        }
    }
}

/// Who chose a route; for the log and the diagnosis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChosenBy {
    /// Option `proxy` with an address.
    OptionProxy,
    /// Option `proxy: "none"`.
    OptionNone,
    /// The service is this machine itself.
    ThisMachine,
    /// An environment variable, by its name.
    Environment(&'static str),
    /// The environment's list of exceptions.
    NoProxyVariable,
    /// The static setting of Windows.
    #[cfg_attr(not(any(windows, test)), allow(dead_code))]
    WindowsSetting,
    /// The list of exceptions of that setting.
    #[cfg_attr(not(any(windows, test)), allow(dead_code))]
    WindowsException,
    /// The proxy script (PAC) that Windows is set to.
    #[cfg_attr(not(any(windows, test)), allow(dead_code))]
    Script,
    /// That script could not be used, so that the connection is direct, as a browser's is.
    #[cfg_attr(not(any(windows, test)), allow(dead_code))]
    ScriptFailed,
    /// Automatic detection (WPAD).
    #[cfg_attr(not(any(windows, test)), allow(dead_code))]
    Detection,
    /// WinHTTP's setting of the machine (`netsh winhttp`), for an account without one of its own.
    #[cfg_attr(not(windows), allow(dead_code))]
    MachineSetting,
    /// Nobody: the connection is direct.
    Nobody,
}

impl ChosenBy {
    /// Whether the proxy may be shown the system's own login. One that answers to automatic detection may be anybody in the local network.
    pub fn is_trusted_with_login(self) -> bool {
        self != ChosenBy::Detection
    }
}

impl fmt::Display for ChosenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChosenBy::OptionProxy => "option proxy",
            ChosenBy::OptionNone => "option proxy: none",
            ChosenBy::ThisMachine => "this machine itself",
            ChosenBy::Environment(variable) => return write!(f, "environment variable {variable}"),
            ChosenBy::NoProxyVariable => "environment variable no_proxy",
            ChosenBy::WindowsSetting => "Windows proxy setting",
            ChosenBy::WindowsException => "exception in the Windows proxy setting",
            ChosenBy::Script => "Windows proxy script",
            ChosenBy::ScriptFailed => "Windows proxy script that could not be used",
            ChosenBy::Detection => "automatic detection",
            ChosenBy::MachineSetting => "machine-wide WinHTTP setting",
            ChosenBy::Nobody => "no proxy set in the system",
        })
    }
}

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

/// The ways to the service, in the order in which they are to be tried, and who chose them.
#[derive(Clone)]
pub struct Route {
    pub hops: Vec<Hop>,
    pub chosen_by: ChosenBy,
    /// The question to which this is the answer: to be asked again when the answer leads nowhere.
    pub query: Option<lookup::Query>,
    /// What else support has to know: why a script could not be used.
    pub note: Option<String>,
}

impl Route {
    fn direct(chosen_by: ChosenBy) -> Route {
        Route { hops: vec![Hop::Direct], chosen_by, query: None, note: None }
    }

    /// Through a proxy of the system. One that cannot be used is an error: a direct connection instead would bypass what was set.
    fn through(address: &str, chosen_by: ChosenBy) -> Result<Route> {
        address::parse(address)
            .map(|proxy| Route { hops: vec![Hop::Through(proxy)], chosen_by, query: None, note: None })
            .map_err(|why| unusable(chosen_by, why))
    }

    /// The route to `origin`. A service on this machine itself is never asked for through the system's proxy, as browsers do it too.
    /// A proxy script is waited for until `end`.
    pub fn find(setting: &ProxySetting, origin: &Origin, end: Instant) -> Result<Route> {
        match setting {
            ProxySetting::None => Ok(Route::direct(ChosenBy::OptionNone)),
            ProxySetting::Given(proxy) => {
                Ok(Route { hops: vec![Hop::Through(proxy.clone())], chosen_by: ChosenBy::OptionProxy, query: None, note: None })
            }
            ProxySetting::System if origin.is_loopback() => Ok(Route::direct(ChosenBy::ThisMachine)),
            ProxySetting::System => environment::route(origin, environment::read)
                .or_else(|| from_windows(origin, end))
                .unwrap_or(Ok(Route::direct(ChosenBy::Nobody))),
        }
    }
}

impl Route {
    /// The look-up that may name a proxy for this route, whose own way is direct.
    pub fn detection(&self) -> Option<Arc<lookup::Lookup>> {
        let query = self.query.as_ref().filter(|query| query.script.is_none() && self.chosen_by == ChosenBy::Nobody)?;
        lookup::start(query, finder())
    }

    /// The route that automatic detection has found.
    pub fn detected(self, hops: Vec<Hop>) -> Route {
        Route { hops, chosen_by: ChosenBy::Detection, ..self }
    }

    /// None of its ways led there: what named them is asked again.
    pub fn drop_answer(&self) {
        if let Some(query) = &self.query {
            lookup::forget(query);
        }
    }
}

#[cfg(windows)]
fn finder() -> lookup::Finder {
    winhttp::proxies
}

#[cfg(not(windows))]
fn finder() -> lookup::Finder {
    |_| Err(0)
}

/// `why` completes "it …" and holds no part of the setting.
fn unusable(chosen_by: ChosenBy, why: &str) -> Error {
    Error { step: Some(Step::Proxy), ..Error::client(Status::ERR_PROXY, format!("{chosen_by} cannot be used: it {why}")) }
}

#[cfg(windows)]
fn from_windows(origin: &Origin, end: Instant) -> Option<Result<Route>> {
    windows_setting::WindowsSetting::read()?.route(origin, end, winhttp::proxies)
}

#[cfg(not(windows))]
fn from_windows(_: &Origin, _: Instant) -> Option<Result<Route>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_proxy_is_refused() {
        for wrong in [
            "ftp://a.cz:1",
            "socks4://a.cz:1",
            "https://a.cz:1",
            "http://",
            "://",
            "http://a b",
            "http://a.cz:",
            "http://a.cz:port",
            "http://127.0.0.1:99999",
            "http://a.cz:0",
            "http://a.cz:+1",
            "http://a.cz:-1",
            "http://user@",
            "http://:3128",
            "::1:3128",
            "http://us/er:pw@a.cz",
            "http://user:p#w@a.cz",
            "http://user:p?w@a.cz",
            "http://us%ffer@a.cz",
            "http://us%0aer@a.cz",
            "http://a.cz\\b:1",
            "",
            "System",
            "direct",
            "yes",
            "None",
            "SYSTEM",
            "off",
            "proxy",
        ] {
            assert!(ProxySetting::parse(wrong).is_err(), "{wrong}");
        }
        assert!(ProxySetting::parse("proxy:3128").is_ok() && address::parse("proxy").is_ok(), "in the environment a word is a host's name");
        assert_eq!(format!("{:?}", ProxySetting::parse("http://user:tajne@a.cz:1").unwrap()), "Given");
    }
}
