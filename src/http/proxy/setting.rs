//! The options `proxy` and `proxy_auth`.

use std::fmt;

use ureq::Proxy;

use super::address;

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
