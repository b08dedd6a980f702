//! The environment's proxies, as curl reads them.

use super::exceptions::is_bypassed;
use super::route::{ChosenBy, Route};
use crate::error::Result;
use crate::http::origin::Origin;

/// A variable of this process.
pub fn read(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// `https_proxy`, `all_proxy` and `no_proxy`, as curl reads them.
pub fn route(origin: &Origin, read: impl Fn(&str) -> Option<String>) -> Option<Result<Route>> {
    let set = |name: &str| read(name).filter(|value| !value.trim().is_empty());
    // Upper-case HTTP_PROXY can be set by a request header in CGI programs; curl ignores it, so do we.
    let own: &[_] = if origin.scheme() == "https" { &["https_proxy", "HTTPS_PROXY"] } else { &["http_proxy"] };
    let any = ["all_proxy", "ALL_PROXY"];
    let (address, name) = own.iter().chain(&any).find_map(|name| Some((set(name)?, *name)))?;
    let exceptions = set("no_proxy").or_else(|| set("NO_PROXY")).unwrap_or_default();
    if is_bypassed(origin.host(), exceptions.split([',', ' ', '\t'])) {
        return Some(Ok(Route::direct(ChosenBy::NoProxyVariable)));
    }
    Some(Route::through(&address, ChosenBy::Environment(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Step;
    use crate::http::proxy::Hop;
    use crate::status::Status;

    fn service() -> Origin {
        Origin::parse("demo", false).unwrap()
    }

    fn by_environment(variables: &[(&str, &str)]) -> Option<Result<Route>> {
        route(&service(), |name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).into()))
    }

    fn host_of(route: &Route) -> String {
        route.hops.iter().map(|hop| if let Hop::Through(proxy) = hop { proxy.host() } else { "" }).collect()
    }

    #[test]
    fn the_environment_is_read_as_curl_reads_it() {
        let route = |variables: &[(&str, &str)]| {
            let route = by_environment(variables)?.unwrap();
            Some((host_of(&route), route.chosen_by.to_string()))
        };
        let through = |host: &str, chosen_by: &str| Some((host.to_string(), chosen_by.to_string()));
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
    }
}
