//! The ways that a proxy script names: `PROXY a:80; SOCKS b:1080; DIRECT`, or as WinHTTP gives them back, `a:80;b:80` or `http=a:80 https=b:80`.

use super::address;
use super::hop::Hop;

/// All of them, in order; those of a kind that cannot be used are passed over. An error if none is left.
pub fn parse(list: &str) -> Result<Vec<Hop>, &'static str> {
    let mut hops = Vec::new();
    let mut reason = "the script names no way";
    for entry in list.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
        let (kind, rest) = entry.split_once([' ', '\t']).map_or((entry, ""), |(kind, rest)| (kind, rest.trim()));
        let parsed = match (kind.to_ascii_uppercase().as_str(), rest) {
            ("DIRECT", "") => Ok(Hop::Direct),
            ("PROXY" | "HTTP", address) => through(address, "http://"),
            ("SOCKS" | "SOCKS5", address) => through(address, "socks5://"),
            ("SOCKS4", _) => Err("the script names a SOCKS 4 proxy, which is not supported"),
            ("HTTPS", _) => Err("the script names a proxy that is itself reached over TLS, which is not supported"),
            _ => {
                hops.extend(entry.split_ascii_whitespace().filter_map(by_winhttp));
                continue;
            }
        };
        match parsed {
            Ok(hop) => hops.push(hop),
            Err(why) => reason = why,
        }
    }
    if hops.is_empty() { Err(reason) } else { Ok(hops) }
}

fn through(address: &str, scheme: &str) -> Result<Hop, &'static str> {
    const WRONG: &str = "the script names a proxy by an address that is none";
    if address.is_empty() || address.contains("://") || address.contains('@') {
        return Err(WRONG);
    }
    address::parse(&format!("{scheme}{address}")).map(Hop::Through).map_err(|_| WRONG)
}

/// `[scheme=][scheme://]host[:port]`; the scheme before the `=` is that of the address that is asked for.
fn by_winhttp(entry: &str) -> Option<Hop> {
    let (for_scheme, address) = entry.split_once('=').map_or(("", entry), |(scheme, address)| (scheme, address));
    match for_scheme.to_ascii_lowercase().as_str() {
        "" | "https" => address::parse(address).ok().map(Hop::Through),
        "socks" => through(address, "socks5://").ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_candidates_are_found_in_their_order() {
        for (list, expected) in [
            ("DIRECT", "-"),
            ("PROXY a.cz:8080", "HTTP a.cz:8080"),
            ("PROXY a.cz:8080; PROXY b.cz:3128; DIRECT", "HTTP a.cz:8080, HTTP b.cz:3128, -"),
            ("proxy a.cz:8080;direct", "HTTP a.cz:8080, -"),
            ("PROXY a.cz", "HTTP a.cz:80"),
            ("SOCKS a.cz:1080; PROXY b.cz:80", "SOCKS5h a.cz:1080, HTTP b.cz:80"),
            ("SOCKS5 a.cz", "SOCKS5h a.cz:1080"),
            ("SOCKS4 a.cz:1080; HTTPS b.cz:443; PROXY c.cz:80", "HTTP c.cz:80"),
            ("HTTP a.cz:81", "HTTP a.cz:81"),
            ("PROXY [::1]:3128", "HTTP [::1]:3128"),
            ("PROXY a.cz:0; DIRECT", "-"),
            ("DIRECT; PROXY a.cz:1", "-, HTTP a.cz:1"),
            (" ;; PROXY\ta.cz:1 ; ", "HTTP a.cz:1"),
            ("a.cz:80;b.cz:81", "HTTP a.cz:80, HTTP b.cz:81"),
            ("a.cz:80 b.cz:81", "HTTP a.cz:80, HTTP b.cz:81"),
            ("http=a.cz:80;https=b.cz:81", "HTTP b.cz:81"),
            ("http=a.cz:80 https=http://b.cz:81 socks=c.cz:1", "HTTP b.cz:81, SOCKS5h c.cz:1"),
            ("http://a.cz:80", "HTTP a.cz:80"),
        ] {
            let hops = parse(list).unwrap_or_else(|why| panic!("{list}: {why}"));
            let told: Vec<_> = hops
                .iter()
                .map(|hop| match hop {
                    Hop::Direct => "-".to_owned(),
                    Hop::Through(proxy) => format!("{} {}:{}", proxy.protocol(), proxy.host(), proxy.port()),
                })
                .collect();
            assert_eq!(told.join(", "), expected, "{list}");
        }
        for nothing in [
            "",
            ";",
            "PROXY",
            "SOCKS4 a.cz:1",
            "HTTPS a.cz:1",
            "PROXY u:p@a.cz:1",
            "PROXY http://a.cz:1",
            "PROXY a.cz:99999",
            "http=a.cz:80",
        ] {
            assert!(parse(nothing).is_err(), "{nothing}");
        }
    }
}
