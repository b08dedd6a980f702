//! The user's proxy setting of Windows.

use super::exceptions::is_bypassed;
use super::{ChosenBy, Route};
use crate::error::Result;
use crate::options::Origin;

/// The user's proxy setting as Windows keeps it under "Internet Settings".
#[derive(Default)]
pub struct WindowsSetting {
    enabled: bool,
    /// `host:port`, or by scheme: `http=host:port;https=host:port;socks=host:port`.
    server: String,
    /// `*.local;10.*;<local>`
    bypass: String,
    has_script: bool,
}

impl WindowsSetting {
    #[cfg(windows)]
    pub fn read() -> Option<WindowsSetting> {
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

    pub fn route(&self, origin: &Origin) -> Option<Result<Route>> {
        if !self.enabled {
            return self.has_script.then(|| Ok(Route::direct(ChosenBy::Script)));
        }
        if is_bypassed(origin.host(), self.bypass.split(';')) {
            return Some(Ok(Route::direct(ChosenBy::WindowsException)));
        }
        let address = self.server_for(origin.scheme())?;
        Some(Route::through(&address, ChosenBy::WindowsSetting))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::proxy::Hop;

    fn service() -> Origin {
        Origin::parse("demo", false).unwrap()
    }

    fn windows(server: &str, bypass: &str) -> Option<String> {
        let setting = WindowsSetting { enabled: true, server: server.into(), bypass: bypass.into(), has_script: false };
        let route = setting.route(&service())?.unwrap();
        let Hop::Through(proxy) = route.hops.first()? else { return None };
        Some(format!("{} {}:{}", proxy.protocol(), proxy.host(), proxy.port()))
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

    #[test]
    fn a_setting_that_cannot_be_used_is_an_error() {
        let setting = WindowsSetting { enabled: true, server: "https=https://a.cz:1".into(), ..WindowsSetting::default() };
        let error = setting.route(&service()).unwrap().err().unwrap();
        assert!(error.detail.starts_with("Windows proxy setting cannot be used: it names a proxy"), "{}", error.detail);
    }
}
