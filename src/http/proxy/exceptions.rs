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
}
