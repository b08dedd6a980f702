//! Which proxy leads to the service: the option, the environment, or on Windows the user's own setting.

use std::fmt;

use percent_encoding::percent_decode_str;
use ureq::{Proxy, ProxyProtocol};

use crate::error::{Error, Result, Step};
use crate::http::origin::Origin;
use crate::status::Status;

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

    /// Through a proxy of the system. One that cannot be used is an error: a direct connection instead would bypass what was set.
    fn through(address: &str, chosen_by: &'static str) -> Result<Route> {
        proxy(address).map(|proxy| Route { proxy: Some(proxy), chosen_by }).map_err(|why| Error {
            step: Some(Step::Proxy),
            ..Error::client(Status::ERR_PROXY, format!("{chosen_by} cannot be used: it {why}"))
        })
    }

    /// The route to `origin`. A service on this machine itself is never asked for through the system's proxy, as browsers do it too.
    pub fn find(setting: &ProxySetting, origin: &Origin) -> Result<Route> {
        match setting {
            ProxySetting::None => Ok(Route::direct("option proxy: none")),
            ProxySetting::Given(proxy) => Ok(Route { proxy: Some(proxy.clone()), chosen_by: "option proxy" }),
            ProxySetting::System if origin.is_loopback() => Ok(Route::direct("this machine itself")),
            ProxySetting::System => {
                from_environment(origin, |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
                    .or_else(|| from_windows(origin))
                    .unwrap_or(Ok(Route::direct("no proxy set in the system")))
            }
        }
    }
}

/// `https_proxy`, `all_proxy` and `no_proxy`, as curl reads them.
fn from_environment(origin: &Origin, read: impl Fn(&str) -> Option<String>) -> Option<Result<Route>> {
    let set = |name: &str| read(name).filter(|value| !value.trim().is_empty());
    // Upper-case HTTP_PROXY can be set by a request header in CGI programs; curl ignores it, so do we.
    let own: &[_] = if origin.scheme() == "https" {
        &[("https_proxy", "environment variable https_proxy"), ("HTTPS_PROXY", "environment variable HTTPS_PROXY")]
    } else {
        &[("http_proxy", "environment variable http_proxy")]
    };
    let any = [("all_proxy", "environment variable all_proxy"), ("ALL_PROXY", "environment variable ALL_PROXY")];
    let (address, chosen_by) = own.iter().chain(&any).find_map(|(name, chosen_by)| Some((set(name)?, *chosen_by)))?;
    let exceptions = set("no_proxy").or_else(|| set("NO_PROXY")).unwrap_or_default();
    if is_bypassed(origin.host(), exceptions.split([',', ' ', '\t'])) {
        return Some(Ok(Route::direct("environment variable no_proxy")));
    }
    Some(Route::through(&address, chosen_by))
}

#[cfg(windows)]
fn from_windows(origin: &Origin) -> Option<Result<Route>> {
    WindowsSetting::read()?.route(origin)
}

#[cfg(not(windows))]
fn from_windows(_: &Origin) -> Option<Result<Route>> {
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

    fn route(&self, origin: &Origin) -> Option<Result<Route>> {
        if !self.enabled {
            return self
                .has_script
                .then(|| Ok(Route::direct("Windows uses a proxy script, which is not read: set option proxy if a proxy is needed")));
        }
        if is_bypassed(origin.host(), self.bypass.split(';')) {
            return Some(Ok(Route::direct("exception in the Windows proxy setting")));
        }
        let address = self.server_for(origin.scheme())?;
        Some(Route::through(&address, "Windows proxy setting"))
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

/// An address as people write it: with or without `http://`, with a login whose signs are percent-encoded or stand for themselves
/// (`http://DOM\user:pw@host:3128`). Host names are always looked up by the proxy (`socks5h`): where a proxy is needed, names of the outside are
/// often not known inside.
///
/// The error completes "it …" and never holds a part of the address.
fn proxy(address: &str) -> std::result::Result<Proxy, &'static str> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let protocol = match scheme.to_ascii_lowercase().as_str() {
        "http" => ProxyProtocol::Http,
        "socks5" | "socks5h" | "socks" => ProxyProtocol::Socks5h, // GNOME writes the last of them
        "https" => {
            return Err("names a proxy that is itself reached over TLS (https://), which is not supported: most are reached by http://");
        }
        "socks4" | "socks4a" => return Err("names a SOCKS 4 proxy, which is not supported: most of them speak socks5:// too"),
        _ => return Err("names a proxy of an unknown kind: http:// and socks5:// are known"),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if path.contains('@') {
        return Err("holds a login with a /, ? or # that is not percent-encoded");
    }
    let (login, host_and_port) = authority.rsplit_once('@').map_or((None, authority), |(login, rest)| (Some(login), rest));
    let (host, port) = split_port(host_and_port)?;
    let builder = Proxy::builder(protocol).host(host).port(port.unwrap_or(if protocol == ProxyProtocol::Http { 80 } else { 1080 }));
    let builder = match login.map(|login| login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)))) {
        None => builder,
        Some((user, None)) => builder.username(&decoded(user)?),
        Some((user, Some(password))) => builder.username(&decoded(user)?).password(&decoded(password)?),
    };
    builder.build().map_err(|_| "names a host by signs that no host name has")
}

/// The host, an IPv6 address in its brackets, and the port if there is one.
fn split_port(text: &str) -> std::result::Result<(&str, Option<u16>), &'static str> {
    let after_brackets = text.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match text.rfind(':').filter(|at| *at >= after_brackets) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    if host.is_empty() {
        return Err("names no host");
    }
    if after_brackets == 0 && host.contains(':') {
        return Err("names an IPv6 address without its brackets");
    }
    let number = |port: &str| port.parse().ok().filter(|number| *number > 0 && port.bytes().all(|b| b.is_ascii_digit()));
    match port {
        None => Ok((host, None)),
        Some(port) => number(port).map(|number| (host, Some(number))).ok_or("has a port that is not a number from 1 to 65535"),
    }
}

/// A part of a login. A `%` that begins no encoded byte stands for itself.
fn decoded(part: &str) -> std::result::Result<String, &'static str> {
    const NO_TEXT: &str = "holds a login that is not UTF-8";
    let text = percent_decode_str(part).decode_utf8().map_err(|_| NO_TEXT)?;
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(NO_TEXT); // the environment's bytes were none
    }
    if text.chars().any(char::is_control) {
        return Err("holds a login with a control character");
    }
    Ok(text.into_owned())
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
        let proxy = setting.route(&service())?.unwrap().proxy;
        proxy.map(|proxy| format!("{} {}:{}", proxy.protocol(), proxy.host(), proxy.port()))
    }

    #[test]
    fn the_windows_setting_is_read_in_all_its_forms() {
        let cases = [
            ("proxy.clinic.cz:3128", "", Some("HTTP proxy.clinic.cz:3128")),
            ("http=a.cz:80;https=b.cz:8443", "", Some("HTTP b.cz:8443")),
            ("https=http://b.cz:8443", "", Some("HTTP b.cz:8443")),
            ("http=a.cz:80;socks=c.cz:1080", "", Some("SOCKS5h c.cz:1080")),
            ("http=a.cz:80", "", None),
            ("proxy.clinic.cz:3128", "*.videodoktor.cz", None),
            ("proxy.clinic.cz:3128", "<local>;10.*", Some("HTTP proxy.clinic.cz:3128")),
        ];
        for (server, bypass, expected) in cases {
            assert_eq!(windows(server, bypass).as_deref(), expected, "{server} except {bypass}");
        }
    }

    fn by_environment(variables: &[(&str, &str)]) -> Option<Result<Route>> {
        from_environment(&service(), |name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).into()))
    }

    #[test]
    fn the_environment_is_read_as_curl_reads_it() {
        let route = |variables: &[(&str, &str)]| {
            let route = by_environment(variables)?.unwrap();
            Some((route.proxy.map(|proxy| proxy.host().to_string()).unwrap_or_default(), route.chosen_by))
        };
        let through = |host: &str, chosen_by| Some((host.to_string(), chosen_by));
        assert_eq!(route(&[]), None);
        assert_eq!(
            route(&[("https_proxy", "a.cz:1"), ("ALL_PROXY", "http://b.cz:2")]),
            through("a.cz", "environment variable https_proxy")
        );
        assert_eq!(route(&[("https_proxy", " "), ("ALL_PROXY", "socks5://b.cz:2")]), through("b.cz", "environment variable ALL_PROXY"));
        assert_eq!(route(&[("http_proxy", "http://c.cz:3")]), None, "that is for http:// addresses");
        let excepted = through("", "environment variable no_proxy");
        for exceptions in ["localhost,.videodoktor.cz", "localhost .videodoktor.cz", "localhost, videodoktor.cz", "*"] {
            assert_eq!(route(&[("HTTPS_PROXY", "a.cz:1"), ("NO_PROXY", exceptions)]), excepted, "{exceptions}");
            assert_eq!(route(&[("HTTPS_PROXY", "socks4://a.cz"), ("no_proxy", exceptions)]), excepted, "nobody needs that proxy");
        }
    }

    #[test]
    fn a_proxy_of_the_system_that_cannot_be_used_is_an_error_that_says_where_it_stands() {
        for (name, address, why) in [
            ("https_proxy", "https://127.0.0.1:9", "reached over TLS"),
            ("HTTPS_PROXY", "socks4://a.cz:1080", "SOCKS 4"),
            ("all_proxy", "socks4a://a.cz:1080", "SOCKS 4"),
            ("ALL_PROXY", "ftp://a.cz:21", "unknown kind"),
            ("https_proxy", "http://a.cz:port", "not a number from 1 to 65535"),
            ("https_proxy", "a.cz:0", "not a number from 1 to 65535"),
            ("https_proxy", "http://user:tajne/heslo@a.cz:3128", "percent-encoded"),
            ("https_proxy", "http://us\u{fffd}r:tajne@a.cz:3128", "not UTF-8"),
        ] {
            let error = by_environment(&[(name, address)]).unwrap().err().unwrap();
            assert_eq!((error.status, error.step), (Status::ERR_PROXY, Some(Step::Proxy)), "{address}");
            assert!(error.detail.starts_with(&format!("environment variable {name} cannot be used: it ")), "{}", error.detail);
            assert!(error.detail.contains(why) && !error.detail.contains("tajne") && !error.detail.contains("heslo"), "{}", error.detail);
        }
        let setting = WindowsSetting { enabled: true, server: "https=https://a.cz:1".into(), ..WindowsSetting::default() };
        let error = setting.route(&service()).unwrap().err().unwrap();
        assert!(error.detail.starts_with("Windows proxy setting cannot be used: it names a proxy"), "{}", error.detail);
    }

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        for (address, host, port, user, password) in [
            ("a.cz", "a.cz", 80, None, None),
            ("HTTP://a.cz:3128/", "a.cz", 3128, None, None),
            ("http://user:pass@a.cz:3128", "a.cz", 3128, Some("user"), Some("pass")),
            ("http://DOM\\user:pw@a.cz:3128", "a.cz", 3128, Some("DOM\\user"), Some("pw")),
            ("http://DOM%5Cuser:p%40%2F%25w@a.cz:1", "a.cz", 1, Some("DOM\\user"), Some("p@/%w")),
            ("http://user:p@ss:100%@a.cz:1", "a.cz", 1, Some("user"), Some("p@ss:100%")),
            ("http://žofie:heslo s mezerou@a.cz:1", "a.cz", 1, Some("žofie"), Some("heslo s mezerou")),
            ("user@a.cz:1", "a.cz", 1, Some("user"), None),
            ("socks5://a.cz", "a.cz", 1080, None, None),
            ("socks://a.cz:9", "a.cz", 9, None, None),
            ("http://[::1]:3128", "[::1]", 3128, None, None),
            ("http://[::1]", "[::1]", 80, None, None),
        ] {
            let proxy = proxy(address).unwrap_or_else(|why| panic!("{address} {why}"));
            assert_eq!((proxy.host(), proxy.port(), proxy.username(), proxy.password()), (host, port, user, password), "{address}");
        }
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
        assert!(ProxySetting::parse("proxy:3128").is_ok() && proxy("proxy").is_ok(), "in the environment a word is a host's name");
        assert_eq!(format!("{:?}", ProxySetting::parse("http://user:tajne@a.cz:1").unwrap()), "Given");
    }
}
