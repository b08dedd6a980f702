//! The user's proxy setting of Windows.

use std::time::Instant;

use super::exceptions::is_windows_exception;
use super::lookup::{self, Finder, Found, Query};
use super::route::{ChosenBy, Route};
use crate::error::Result;
use crate::http::origin::Origin;

/// The user's proxy setting as Windows keeps it under "Internet Settings".
#[derive(Default)]
pub struct WindowsSetting {
    enabled: bool,
    /// `host:port`, or by scheme: `http=host:port;https=host:port;socks=host:port`.
    server: String,
    /// `*.local;10.*;<local>`
    bypass: String,
    /// The address of a proxy script.
    script: Option<String>,
    /// Whether a proxy is to be detected.
    detects: bool,
    chosen_by: Option<ChosenBy>,
}

impl WindowsSetting {
    #[cfg(windows)]
    pub fn read() -> Option<WindowsSetting> {
        use windows_registry::{CURRENT_USER, LOCAL_MACHINE};
        const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
        let by_machine = LOCAL_MACHINE.open(POLICY).and_then(|key| key.get_u32("ProxySettingsPerUser")).is_ok_and(|per_user| per_user == 0);
        let key = if by_machine { LOCAL_MACHINE.open(KEY) } else { CURRENT_USER.open(KEY) }.ok()?;
        // Undocumented, and the same since Internet Explorer 5: the ninth byte holds the ticks of the dialogue.
        const AUTO_DETECT: u8 = 8;
        let connections = key.open("Connections").and_then(|key| key.get_value("DefaultConnectionSettings"));
        let connections = connections.ok().and_then(|value| value.get(8).copied());
        let enabled = key.get_u32("ProxyEnable");
        if enabled.is_err() && connections.is_none() {
            // An account that nobody has ever set anything for, such as a service's.
            let (server, bypass) = super::winhttp::machine_setting()?;
            let chosen_by = Some(ChosenBy::MachineSetting);
            return Some(WindowsSetting { enabled: true, server, bypass, chosen_by, ..WindowsSetting::default() });
        }
        Some(WindowsSetting {
            enabled: enabled.is_ok_and(|on| on != 0),
            server: key.get_string("ProxyServer").unwrap_or_default(),
            bypass: key.get_string("ProxyOverride").unwrap_or_default(),
            script: key.get_string("AutoConfigURL").ok().filter(|url| !url.trim().is_empty()),
            detects: connections.is_some_and(|flags| flags & AUTO_DETECT != 0),
            chosen_by: None,
        })
    }

    /// The script, else the static setting, else what automatic detection may find. A script that cannot be used is passed over as browsers do it: a
    /// notebook at home does not reach its clinic's.
    pub fn route(&self, origin: &Origin, end: Instant, finder: Finder) -> Option<Result<Route>> {
        let query = |script| Query { script, url: address_for_scripts(origin) };
        let mut note = None;
        if let Some(script) = &self.script {
            let query = query(Some(script.clone()));
            match lookup::start(&query, finder).and_then(|lookup| lookup.wait(end)) {
                Some(Found::Hops(hops)) => return Some(Ok(Route { hops, chosen_by: ChosenBy::Script, query: Some(query), note: None })),
                Some(Found::Nothing(why)) => note = Some(why),
                None => note = Some("its host did not answer in time".into()),
            }
        }
        if self.enabled {
            return self.static_route(origin);
        }
        if note.is_some() {
            return Some(Ok(Route { note, ..Route::direct(ChosenBy::ScriptFailed) }));
        }
        self.detects.then(|| Ok(Route { query: Some(query(None)), ..Route::direct(ChosenBy::Nobody) }))
    }

    fn static_route(&self, origin: &Origin) -> Option<Result<Route>> {
        if is_windows_exception(&origin.normalized(), self.bypass.split([';', ' '])) {
            return Some(Ok(Route::direct(ChosenBy::WindowsException)));
        }
        let address = self.server_for(origin.scheme())?;
        Some(Route::through(&address, self.chosen_by.unwrap_or(ChosenBy::WindowsSetting)))
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

/// As browsers tell it to a script: without the port that its scheme implies, for patterns such as `https://*.videodoktor.cz/*` name none.
fn address_for_scripts(origin: &Origin) -> String {
    let address = origin.normalized();
    let implied = if origin.scheme() == "https" { ":443" } else { ":80" };
    format!("{}/", address.strip_suffix(implied).unwrap_or(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::proxy::Hop;

    fn service() -> Origin {
        Origin::parse("demo", false).unwrap()
    }

    fn windows(server: &str, bypass: &str) -> Option<String> {
        let setting = WindowsSetting { enabled: true, server: server.into(), bypass: bypass.into(), ..WindowsSetting::default() };
        let route = setting.static_route(&service())?.unwrap();
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
        let error = setting.static_route(&service()).unwrap().err().unwrap();
        assert!(error.detail.starts_with("Windows proxy setting cannot be used: it names a proxy"), "{}", error.detail);
    }

    #[test]
    fn the_script_comes_first_then_the_static_setting_then_detection() {
        let end = || Instant::now() + std::time::Duration::from_secs(60);
        let good: Finder = |query| if query.script.is_some() { Ok("a.example:1;b.example:2".into()) } else { Err(12180) };
        let bad: Finder = |_| Err(12167);
        let fixed = |script: &str| WindowsSetting {
            enabled: true,
            server: "c.example:3".into(),
            script: Some(script.into()),
            ..WindowsSetting::default()
        };
        let told = |setting: &WindowsSetting, finder| {
            let route = setting.route(&service(), end(), finder)?.unwrap();
            let hops: Vec<_> = route.hops.iter().map(|hop| hop.place().unwrap_or_default()).collect();
            Some((route.chosen_by, hops.join(" "), route.query.is_some()))
        };
        assert_eq!(told(&fixed("http://good.example/1"), good), Some((ChosenBy::Script, "a.example:1 b.example:2".into(), true)));
        assert_eq!(told(&fixed("http://bad.example/1"), bad), Some((ChosenBy::WindowsSetting, "c.example:3".into(), false)));
        let only_script = WindowsSetting { enabled: false, ..fixed("http://bad.example/2") };
        assert_eq!(told(&only_script, bad), Some((ChosenBy::ScriptFailed, String::new(), false)));
        let detecting = WindowsSetting { detects: true, ..WindowsSetting::default() };
        assert_eq!(told(&detecting, good), Some((ChosenBy::Nobody, String::new(), true)));
        assert_eq!(told(&WindowsSetting::default(), good), None);
    }

    #[test]
    fn a_script_is_told_the_address_as_browsers_tell_it() {
        for (app_url, told) in [
            ("demo", "https://demo.videodoktor.cz/"),
            ("https://Demo.VideoDoktor.cz:443", "https://demo.videodoktor.cz/"),
            ("https://demo.videodoktor.cz:8443", "https://demo.videodoktor.cz:8443/"),
            ("http://127.0.0.1:80", "http://127.0.0.1/"),
            ("http://127.0.0.1:443", "http://127.0.0.1:443/"),
        ] {
            assert_eq!(address_for_scripts(&Origin::parse(app_url, false).unwrap()), told);
        }
    }
}
