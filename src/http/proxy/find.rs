//! Finding the route to the service: the option, the environment, Windows.

use std::sync::Arc;
use std::time::Instant;

use super::hop::Hop;
use super::route::{ChosenBy, Route};
use super::setting::ProxySetting;
use super::{environment, lookup};
use crate::error::Result;
use crate::http::origin::Origin;

impl Route {
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

    /// The look-up that may name a proxy for this route, whose own way is direct.
    pub fn detection(&self) -> Option<Arc<lookup::Lookup>> {
        let query = self.query.as_ref().filter(|query| query.script.is_none() && self.chosen_by == ChosenBy::Nobody)?;
        lookup::start(query, finder())
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
    super::winhttp::proxies
}

#[cfg(not(windows))]
fn finder() -> lookup::Finder {
    |_| Err(0)
}

#[cfg(windows)]
fn from_windows(origin: &Origin, end: Instant) -> Option<Result<Route>> {
    super::windows_setting::WindowsSetting::read()?.route(origin, end, super::winhttp::proxies)
}

#[cfg(not(windows))]
fn from_windows(_: &Origin, _: Instant) -> Option<Result<Route>> {
    None
}
