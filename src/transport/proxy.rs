//! Which proxy leads to the service: the option, the environment, or on Windows the user's own setting.

use std::fmt;

use ureq::Proxy;

use crate::options::Origin;

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
    pub fn parse(text: &str) -> Option<ProxySetting> {
        match text {
            "system" => Some(ProxySetting::System),
            "none" => Some(ProxySetting::None),
            address => proxy(address).map(ProxySetting::Given),
        }
    }
}

/// The way to the service, and who chose it.
pub struct Route {
    pub proxy: Option<Proxy>,
    /// For the log and the diagnosis; holds no address and no login.
    pub chosen_by: &'static str,
}

impl Route {
    fn direct(chosen_by: &'static str) -> Route {
        Route { proxy: None, chosen_by }
    }

    /// The route to `origin`. A service on this machine itself is never asked for through the system's proxy, as browsers do it too.
    pub fn find(setting: &ProxySetting, origin: &Origin) -> Route {
        match setting {
            ProxySetting::None => Route::direct("option proxy: none"),
            ProxySetting::Given(proxy) => Route { proxy: Some(proxy.clone()), chosen_by: "option proxy" },
            ProxySetting::System if origin.is_loopback() => Route::direct("this machine itself"),
            ProxySetting::System => from_environment(origin, |name| std::env::var(name).ok())
                .or_else(|| from_windows(origin))
                .unwrap_or(Route::direct("no proxy set in the system")),
        }
    }
}

/// `https_proxy`, `all_proxy` and `no_proxy`, as curl reads them.
fn from_environment(origin: &Origin, read: impl Fn(&str) -> Option<String>) -> Option<Route> {
    let either = |name: &str| read(name).or_else(|| read(&name.to_ascii_uppercase())).filter(|value| !value.trim().is_empty());
    // Upper-case HTTP_PROXY can be set by a request header in CGI programs; curl ignores it, so do we.
    let own = if origin.scheme() == "https" { either("https_proxy") } else { read("http_proxy") };
    let address = own.or_else(|| either("all_proxy"))?;
    if either("no_proxy").is_some_and(|list| is_bypassed(origin.host(), list.split(','))) {
        return Some(Route::direct("environment variable no_proxy"));
    }
    Some(Route { proxy: Some(proxy(&address)?), chosen_by: "environment" })
}

#[cfg(windows)]
fn from_windows(origin: &Origin) -> Option<Route> {
    WindowsSetting::read()?.route(origin)
}

#[cfg(not(windows))]
fn from_windows(_: &Origin) -> Option<Route> {
    None
}

/// The user's proxy setting as Windows keeps it under "Internet Settings".
#[cfg(any(windows, test))]
#[derive(Default)]
struct WindowsSetting {
    enabled: bool,
    /// `host:port`, or by scheme: `http=host:port;https=host:port;socks=host:port`.
    server: String,
    /// `*.local;10.*;<local>`
    bypass: String,
    has_script: bool,
}

#[cfg(any(windows, test))]
impl WindowsSetting {
    #[cfg(windows)]
    fn read() -> Option<WindowsSetting> {
        use windows_registry::{CURRENT_USER, LOCAL_MACHINE};
        const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
        let by_machine = LOCAL_MACHINE.open(POLICY).and_then(|key| key.get_u32("ProxySettingsPerUser")).is_ok_and(|per_user| per_user == 0);
        let key = if by_machine { LOCAL_MACHINE.open(KEY) } else { CURRENT_USER.open(KEY) }.ok()?;
        Some(WindowsSetting {
            enabled: key.get_u32("ProxyEnable").is_ok_and(|on| on != 0),
            server: key.get_string("ProxyServer").unwrap_or_default(),
            bypass: key.get_string("ProxyOverride").unwrap_or_default(),
            has_script: key.get_string("AutoConfigURL").is_ok_and(|url| !url.is_empty()),
        })
    }

    fn route(&self, origin: &Origin) -> Option<Route> {
        if !self.enabled {
            return self
                .has_script
                .then(|| Route::direct("Windows uses a proxy script, which is not read: set option proxy if a proxy is needed"));
        }
        if is_bypassed(origin.host(), self.bypass.split(';')) {
            return Some(Route::direct("exception in the Windows proxy setting"));
        }
        let address = self.server_for(origin.scheme())?;
        Some(Route { proxy: Some(proxy(&address)?), chosen_by: "Windows proxy setting" })
    }

    fn server_for(&self, scheme: &str) -> Option<String> {
        let entries = || self.server.split([';', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
        let by_scheme =
            |wanted: &str| entries().find_map(|entry| entry.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)));
        if let Some((_, address)) = by_scheme(scheme) {
            return Some(address.trim().into());
        }
        if let Some((_, address)) = by_scheme("socks") {
            // Windows means SOCKS 4 and 5 by this; every server in use today speaks 5.
            return Some(if address.contains("://") { address.into() } else { format!("socks5://{}", address.trim()) });
        }
        entries().find(|entry| !entry.contains('=')).map(String::from)
    }
}

/// An address as people write it: with or without `http://`. Host names are always looked up by the proxy (`socks5h`): where a proxy is
/// needed, names of the outside are often not known inside.
fn proxy(address: &str) -> Option<Proxy> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "socks5" | "socks5h" => "socks5h",
        _ => return None,
    };
    Proxy::new(&format!("{scheme}://{rest}")).ok()
}

/// Whether a list of exceptions names the host: exactly, as a suffix (`.clinic.cz`, `*.clinic.cz`), by `10.*`, by `*`, or as `<local>` (a name without a dot).
fn is_bypassed<'a>(host: &str, mut exceptions: impl Iterator<Item = &'a str>) -> bool {
    let host = host.to_ascii_lowercase();
    exceptions.any(|entry| {
        let entry = entry.trim().to_ascii_lowercase();
        let entry = entry.rsplit_once("://").map_or(entry.as_str(), |(_, name)| name);
        match entry.split_once('*') {
            _ if entry.is_empty() => false,
            _ if entry == "<local>" => !host.contains('.') && !host.contains(':'),
            Some((start, end)) => host.len() >= start.len() + end.len() && host.starts_with(start) && host.ends_with(end),
            None => {
                let name = entry.trim_start_matches('.');
                host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> Origin {
        Origin::parse("demo", false).unwrap()
    }

    fn windows(server: &str, bypass: &str) -> Option<String> {
        let setting = WindowsSetting { enabled: true, server: server.into(), bypass: bypass.into(), has_script: false };
        setting.route(&service())?.proxy.map(|proxy| format!("{} {}:{}", proxy.uri().scheme_str().unwrap(), proxy.host(), proxy.port()))
    }

    #[test]
    fn the_windows_setting_is_read_in_all_its_forms() {
        let cases = [
            ("proxy.clinic.cz:3128", "", Some("http proxy.clinic.cz:3128")),
            ("http=a.cz:80;https=b.cz:8443", "", Some("http b.cz:8443")),
            ("https=http://b.cz:8443", "", Some("http b.cz:8443")),
            ("http=a.cz:80;socks=c.cz:1080", "", Some("socks5h c.cz:1080")),
            ("http=a.cz:80", "", None),
            ("proxy.clinic.cz:3128", "*.videodoktor.cz", None),
            ("proxy.clinic.cz:3128", "<local>;10.*", Some("http proxy.clinic.cz:3128")),
        ];
        for (server, bypass, expected) in cases {
            assert_eq!(windows(server, bypass).as_deref(), expected, "{server} except {bypass}");
        }
    }

    #[test]
    fn the_environment_is_read_as_curl_reads_it() {
        let route = |variables: &'static [(&str, &str)]| {
            from_environment(&service(), |name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).into()))
                .and_then(|route| route.proxy)
                .map(|proxy| proxy.host().to_string())
        };
        assert_eq!(route(&[]), None);
        assert_eq!(route(&[("https_proxy", "a.cz:1"), ("ALL_PROXY", "http://b.cz:2")]).as_deref(), Some("a.cz"));
        assert_eq!(route(&[("ALL_PROXY", "socks5://b.cz:2")]).as_deref(), Some("b.cz"));
        assert_eq!(route(&[("http_proxy", "http://c.cz:3")]), None, "that is for http:// addresses");
        assert_eq!(route(&[("HTTPS_PROXY", "a.cz:1"), ("NO_PROXY", "localhost,.videodoktor.cz")]), None);
    }

    #[test]
    fn an_exception_matches_whole_labels_only() {
        for (host, exception, expected) in [
            ("demo.videodoktor.cz", "videodoktor.cz", true),
            ("xvideodoktor.cz", "videodoktor.cz", false),
            ("demo.videodoktor.cz", "*", true),
            ("server", "<local>", true),
            ("demo.videodoktor.cz", "<local>", false),
            ("10.1.2.3", "10.*", true),
            ("demo.videodoktor.cz", "", false),
        ] {
            assert_eq!(is_bypassed(host, [exception].into_iter()), expected, "{host} by {exception}");
        }
    }

    #[test]
    fn a_proxy_of_an_unknown_kind_is_refused() {
        for wrong in ["ftp://a.cz:1", "socks4://a.cz:1", "http://", "://", "http://a b"] {
            assert!(ProxySetting::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{:?}", ProxySetting::parse("http://user:tajne@a.cz:1").unwrap()), "Given");
    }
}
