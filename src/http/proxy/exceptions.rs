//! Hosts that are not reached through a proxy: `no_proxy`, and the exceptions of the Windows setting.

/// Whether a list of exceptions names the host: exactly, as a suffix (`.clinic.cz`, `*.clinic.cz`), by `10.*`, by `*`, or as `<local>` (a name without a dot).
pub fn is_bypassed<'a>(host: &str, mut exceptions: impl Iterator<Item = &'a str>) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    exceptions.any(|entry| {
        let entry = entry.trim().trim_end_matches('.').to_ascii_lowercase();
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

/// Whether the exceptions of the Windows setting name an origin (`https://demo.videodoktor.cz:443`): by `[scheme://]host[:port]`, where `*` stands for
/// any text, or by `<local>`. As in Windows' own clients a name is that host alone and not those below it, unless it begins with a dot.
#[cfg(any(windows, test))]
pub fn is_windows_exception<'a>(origin: &str, mut exceptions: impl Iterator<Item = &'a str>) -> bool {
    let (scheme, place) = origin.split_once("://").unwrap_or(("", origin));
    let (host, port) = place.rsplit_once(':').unwrap_or((place, ""));
    let host = host.trim_end_matches('.');
    exceptions.any(|entry| {
        let entry = entry.trim().to_ascii_lowercase();
        let (for_scheme, name) = entry.split_once("://").unwrap_or((scheme, &entry));
        let (name, for_port) = name.rsplit_once(':').filter(|(_, port)| !port.contains(']')).unwrap_or((name, port));
        let name = name.trim_end_matches('.');
        match name.strip_prefix('.') {
            _ if entry == "<local>" => !host.contains(['.', ':']),
            _ if name.is_empty() || for_scheme != scheme || for_port != port => false,
            Some(_) => host.ends_with(name),
            None => fits(name, host),
        }
    })
}

/// Whether a pattern with any number of `*` fits a text.
#[cfg(any(windows, test))]
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let (between, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(inner) = text.strip_prefix(start).and_then(|text| text.strip_suffix(end)) else { return false };
    between.split('*').try_fold(inner, |left, piece| left.split_once(piece).map(|(_, after)| after)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("demo.videodoktor.cz", ".", false),
            ("demo.videodoktor.cz", "videodoktor.cz.", true),
            ("demo.videodoktor.cz.", "videodoktor.cz", true),
        ] {
            assert_eq!(is_bypassed(host, [exception].into_iter()), expected, "{host} by {exception}");
        }
    }

    #[test]
    fn an_exception_of_windows_is_that_host_alone_unless_a_star_or_a_dot_says_otherwise() {
        for (exception, expected) in [
            ("demo.videodoktor.cz", true),
            ("DEMO.VideoDoktor.cz", true),
            ("demo.videodoktor.cz.", true),
            ("videodoktor.cz", false),
            (".videodoktor.cz", true),
            ("*.videodoktor.cz", true),
            ("*videodoktor.cz", true),
            ("*.doktor.cz", false),
            ("demo.*", true),
            ("*.videodoktor.*", true),
            ("d*.v*r.cz", true),
            ("*.cz.*", false),
            ("*demo*demo*", false),
            ("*", true),
            ("**", true),
            ("", false),
            (".", false),
            ("<local>", false),
            ("https://demo.videodoktor.cz", true),
            ("https://*.videodoktor.cz", true),
            ("http://demo.videodoktor.cz", false),
            ("demo.videodoktor.cz:443", true),
            ("*.videodoktor.cz:443", true),
            ("demo.videodoktor.cz:8443", false),
            ("[::1]", false),
        ] {
            assert_eq!(is_windows_exception("https://demo.videodoktor.cz:443", [exception].into_iter()), expected, "{exception}");
        }
        assert!(is_windows_exception("https://server:8443", ["x.cz", "<local>"].into_iter()));
        assert!(is_windows_exception("https://10.1.2.3:443", ["10.*"].into_iter()));
        assert!(is_windows_exception("https://192.168.1.2:443", ["192.168.*.*"].into_iter()));
        assert!(is_windows_exception("https://[fe80::1]:443", ["[fe80::*]"].into_iter()));
        assert!(!is_windows_exception("https://[fe80::1]:443", ["<local>"].into_iter()));
    }
}
