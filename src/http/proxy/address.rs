//! The address of a proxy as people write it.

use percent_encoding::percent_decode_str;
use ureq::{Proxy, ProxyProtocol};

/// An address as people write it: with or without `http://`, with a login whose signs are percent-encoded or stand for themselves
/// (`http://DOM\user:pw@host:3128`). Host names are always looked up by the proxy (`socks5h`): where a proxy is needed, names of the outside are
/// often not known inside.
///
/// The error completes "it …" and never holds a part of the address.
pub fn parse(address: &str) -> std::result::Result<Proxy, &'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
            let proxy = parse(address).unwrap_or_else(|why| panic!("{address} {why}"));
            assert_eq!((proxy.host(), proxy.port(), proxy.username(), proxy.password()), (host, port, user, password), "{address}");
        }
    }
}
