//! The ways to the service, and who chose them.

use std::fmt;

use super::address;
use super::hop::Hop;
use super::lookup::Query;
use crate::error::{Error, Result, Step};
use crate::status::Status;

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

/// The ways to the service, in the order in which they are to be tried, and who chose them.
#[derive(Clone)]
pub struct Route {
    pub hops: Vec<Hop>,
    pub chosen_by: ChosenBy,
    /// The question to which this is the answer: to be asked again when the answer leads nowhere.
    pub query: Option<Query>,
    /// What else support has to know: why a script could not be used.
    pub note: Option<String>,
}

impl Route {
    pub fn direct(chosen_by: ChosenBy) -> Route {
        Route { hops: vec![Hop::Direct], chosen_by, query: None, note: None }
    }

    /// Through a proxy of the system. One that cannot be used is an error: a direct connection instead would bypass what was set.
    pub fn through(address: &str, chosen_by: ChosenBy) -> Result<Route> {
        address::parse(address)
            .map(|proxy| Route { hops: vec![Hop::Through(proxy)], chosen_by, query: None, note: None })
            .map_err(|why| unusable(chosen_by, why))
    }

    /// The route that automatic detection has found.
    pub fn detected(self, hops: Vec<Hop>) -> Route {
        Route { hops, chosen_by: ChosenBy::Detection, ..self }
    }
}

/// `why` completes "it …" and holds no part of the setting.
fn unusable(chosen_by: ChosenBy, why: &str) -> Error {
    Error { step: Some(Step::Proxy), ..Error::client(Status::ERR_PROXY, format!("{chosen_by} cannot be used: it {why}")) }
}
