//! Logging in to an HTTP proxy: which of the offered schemes is used, in which order, and what is said when none serves.

use std::sync::Mutex;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::Proxy;
use zeroize::Zeroizing;

use super::challenge::{Challenge, Scheme};
use super::hop::place;
use super::route::ChosenBy;
use super::security_context::SecurityContext;
use super::setting::ProxyAuth;
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::status::Status;

/// Makes contexts; the system's own, in tests another.
type Factory = fn(proxy: &Proxy, scheme: Scheme, allow_ntlm: bool) -> std::result::Result<Box<dyn SecurityContext>, String>;

/// One login, over all connections that it takes.
pub struct Login<'p> {
    proxy: &'p Proxy,
    auth: ProxyAuth,
    chosen_by: ChosenBy,
    factory: Factory,
    current: Option<(Scheme, Option<Box<dyn SecurityContext>>)>,
    /// Schemes that the proxy refused or that are of no use here, and why.
    tried: Vec<(Scheme, String)>,
}

impl<'p> Login<'p> {
    pub fn new(proxy: &'p Proxy, auth: ProxyAuth, chosen_by: ChosenBy) -> Login<'p> {
        Login { proxy, auth, chosen_by, factory: system_context, current: None, tried: Vec::new() }
    }

    /// What the first request carries: the option `basic` waits for no challenge, and neither does what this proxy has taken before.
    pub fn first(&mut self) -> Option<Zeroizing<String>> {
        let remembered = remembered(&place(self.proxy));
        let scheme = remembered.or((self.auth == ProxyAuth::Basic).then_some(Scheme::Basic))?;
        if !self.preferred().contains(&scheme) {
            return None;
        }
        self.begin(scheme)
    }

    /// What the next request carries after a 407. `is_closed` where the proxy closes the connection behind it: then the login starts anew.
    pub fn answer(&mut self, challenges: &[Challenge], is_closed: bool) -> Result<Zeroizing<String>> {
        if let Some((scheme, context)) = self.current.take() {
            let token = challenges.iter().find(|challenge| challenge.scheme == scheme).and_then(|challenge| challenge.token.as_deref());
            match (context, token) {
                (Some(mut context), Some(token)) if !is_closed => match continued(scheme, context.as_mut(), token) {
                    Ok(header) => {
                        self.current = Some((scheme, Some(context)));
                        return Ok(header);
                    }
                    Err(why) => self.tried.push((scheme, why)),
                },
                (Some(_), Some(_)) => self.tried.push((scheme, "the proxy closes the connection in the middle of the login".into())),
                _ => self.tried.push((scheme, "the proxy refused it".into())),
            }
        }
        forget(&place(self.proxy));
        for scheme in self.preferred() {
            // RFC 9110 wants a challenge with a 407. Where it lacks one, the name and password of the address are what the proxy can mean.
            let is_offered =
                challenges.iter().any(|challenge| challenge.scheme == *scheme) || (challenges.is_empty() && *scheme == Scheme::Basic);
            let is_new = self.tried.iter().all(|(tried, _)| tried != scheme);
            if is_offered
                && is_new
                && let Some(header) = self.begin(*scheme)
            {
                return Ok(header);
            }
        }
        Err(self.refused(challenges))
    }

    /// The proxy has let us through.
    pub fn succeeded(&self) {
        if let Some((scheme, _)) = &self.current {
            remember(place(self.proxy), *scheme);
        }
    }

    /// In the order in which they are tried.
    fn preferred(&self) -> &'static [Scheme] {
        match self.auth {
            ProxyAuth::Auto => &[Scheme::Negotiate, Scheme::Basic],
            ProxyAuth::Basic => &[Scheme::Basic],
            ProxyAuth::Negotiate => &[Scheme::Negotiate],
            ProxyAuth::Ntlm => &[Scheme::Ntlm, Scheme::Negotiate],
            ProxyAuth::None => &[],
        }
    }

    fn begin(&mut self, scheme: Scheme) -> Option<Zeroizing<String>> {
        let begun = match scheme {
            Scheme::Basic => self.basic().map(|header| (header, None)),
            _ => self.with_context(scheme).map(|(header, context)| (header, Some(context))),
        };
        match begun {
            Ok((header, context)) => {
                self.current = Some((scheme, context));
                Some(header)
            }
            Err(why) => {
                self.tried.push((scheme, why));
                None
            }
        }
    }

    fn basic(&self) -> std::result::Result<Zeroizing<String>, String> {
        let user = self.proxy.username().ok_or("the proxy's address holds no login")?;
        let login = Zeroizing::new(format!("{user}:{}", self.proxy.password().unwrap_or_default()));
        Ok(Zeroizing::new(format!("Basic {}", Zeroizing::new(BASE64_STANDARD.encode(login.as_bytes())).as_str())))
    }

    fn with_context(&self, scheme: Scheme) -> std::result::Result<(Zeroizing<String>, Box<dyn SecurityContext>), String> {
        if !self.chosen_by.is_trusted_with_login() {
            return Err("the system's login is not shown to a proxy that automatic detection alone has found".into());
        }
        let mut context = (self.factory)(self.proxy, scheme, self.auth == ProxyAuth::Ntlm)?;
        let token = context.step(None)?;
        Ok((header(scheme, &token), context))
    }

    /// `VD_ERR_PROXY_AUTH`: which schemes the proxy offers, why none of them served, and what would.
    fn refused(&self, challenges: &[Challenge]) -> Error {
        let mut offered: Vec<&str> = Vec::new();
        for challenge in challenges {
            if !offered.contains(&challenge.scheme.name()) {
                offered.push(challenge.scheme.name());
            }
        }
        let offers = if offered.is_empty() { "no way to log in".to_owned() } else { offered.join(", ") };
        let mut detail = format!("the proxy {} asks for a login (407) and offers {offers}", place(self.proxy));
        for (scheme, why) in self.tried.iter().filter(|(scheme, _)| challenges.iter().any(|challenge| challenge.scheme == *scheme)) {
            detail.push_str(&format!("; {}: {why}", scheme.name()));
        }
        if let Some(advice) = self.advice(challenges) {
            detail.push_str(&format!("; {advice}"));
        }
        Error::network(Status::ERR_PROXY_AUTH, detail)
    }

    fn advice(&self, challenges: &[Challenge]) -> Option<&'static str> {
        let offers = |scheme| challenges.iter().any(|challenge| challenge.scheme == scheme);
        let is_open = |scheme| offers(scheme) && !self.preferred().contains(&scheme);
        let has_login = self.proxy.username().is_some();
        match () {
            () if offers(Scheme::Basic) && !has_login && self.auth != ProxyAuth::None => {
                Some("set option proxy to an address with name and password (http://user:pass@host:port)")
            }
            () if is_open(Scheme::Negotiate) => Some("option proxy_auth \"auto\" would try Negotiate (Kerberos)"),
            () if is_open(Scheme::Basic) => Some("option proxy_auth \"auto\" would try Basic"),
            () if is_open(Scheme::Ntlm) && cfg!(windows) => Some("option proxy_auth \"ntlm\" would try NTLM"),
            () if offers(Scheme::Ntlm) && cfg!(not(windows)) => Some("NTLM is supported on Windows only"),
            () if offers(Scheme::Digest) => Some("Digest is not supported"),
            () => None,
        }
    }
}

fn header(scheme: Scheme, token: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!("{} {}", scheme.name(), Zeroizing::new(BASE64_STANDARD.encode(token)).as_str()))
}

fn continued(scheme: Scheme, context: &mut dyn SecurityContext, token: &str) -> std::result::Result<Zeroizing<String>, String> {
    let token = BASE64_STANDARD.decode(token).map_err(|_| "the proxy's token is not base64")?;
    context.step(Some(&token)).map(|token| header(scheme, &token))
}

#[cfg(unix)]
fn system_context(proxy: &Proxy, scheme: Scheme, _allow_ntlm: bool) -> std::result::Result<Box<dyn SecurityContext>, String> {
    match scheme {
        Scheme::Negotiate => super::gssapi::context(proxy.host()),
        _ => Err("it is supported on Windows only".into()),
    }
}

#[cfg(windows)]
fn system_context(proxy: &Proxy, scheme: Scheme, allow_ntlm: bool) -> std::result::Result<Box<dyn SecurityContext>, String> {
    super::sspi::context(proxy, scheme, allow_ntlm)
}

/// What proxies have taken, by host and port, so that their next connection costs no refusal.
static TAKEN: Mutex<Vec<(String, Scheme)>> = Mutex::new(Vec::new());

fn remembered(place: &str) -> Option<Scheme> {
    lock(&TAKEN).iter().find(|(other, _)| other == place).map(|(_, scheme)| *scheme)
}

fn remember(place: String, scheme: Scheme) {
    const MOST: usize = 16;
    let mut taken = lock(&TAKEN);
    taken.retain(|(other, _)| *other != place);
    if taken.len() == MOST {
        taken.remove(0);
    }
    taken.push((place, scheme));
}

fn forget(place: &str) {
    lock(&TAKEN).retain(|(other, _)| other != place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::proxy::{address, challenge};

    /// Says `token 1`, `token 2` … whatever it hears.
    struct Counting(u8);

    impl SecurityContext for Counting {
        fn step(&mut self, _: Option<&[u8]>) -> std::result::Result<Vec<u8>, String> {
            self.0 += 1;
            Ok(format!("token {}", self.0).into_bytes())
        }
    }

    fn counting(_: &Proxy, _: Scheme, _: bool) -> std::result::Result<Box<dyn SecurityContext>, String> {
        Ok(Box::new(Counting(0)))
    }

    fn none(_: &Proxy, _: Scheme, _: bool) -> std::result::Result<Box<dyn SecurityContext>, String> {
        Err("there is no ticket".into())
    }

    fn login(proxy: &Proxy, auth: ProxyAuth, chosen_by: ChosenBy, factory: Factory) -> Login<'_> {
        Login { factory, ..Login::new(proxy, auth, chosen_by) }
    }

    fn negotiate(number: u8) -> String {
        format!("Negotiate {}", BASE64_STANDARD.encode(format!("token {number}")))
    }

    const BASIC: &str = "Basic dTpw"; // u:p

    #[test]
    fn kerberos_comes_first_and_the_addresss_login_after_it() {
        let proxy = address::parse("u:p@first.example:1").unwrap();
        let offers = challenge::parse("Basic realm=\"x\", Negotiate, NTLM");
        let mut login = login(&proxy, ProxyAuth::Auto, ChosenBy::OptionProxy, counting);
        assert!(login.first().is_none());
        assert_eq!(*login.answer(&offers, false).unwrap(), negotiate(1));
        let more = challenge::parse("Negotiate AAAA, Basic realm=\"x\"");
        assert_eq!(*login.answer(&more, false).unwrap(), negotiate(2));
        assert_eq!(*login.answer(&offers, false).unwrap(), BASIC, "Negotiate without a token refuses it");
        let error = login.answer(&offers, false).unwrap_err();
        let expected = "the proxy first.example:1 asks for a login (407) and offers Basic, Negotiate, NTLM; \
            Negotiate: the proxy refused it; Basic: the proxy refused it";
        assert_eq!(error.status, Status::ERR_PROXY_AUTH);
        assert!(error.detail.starts_with(expected), "{}", error.detail);
    }

    #[test]
    fn a_token_is_never_repeated_on_another_connection() {
        let proxy = address::parse("closing.example:1").unwrap();
        let mut login = login(&proxy, ProxyAuth::Negotiate, ChosenBy::OptionProxy, counting);
        assert_eq!(*login.answer(&challenge::parse("Negotiate"), true).unwrap(), negotiate(1));
        let error = login.answer(&challenge::parse("Negotiate AAAA"), true).unwrap_err();
        assert!(error.detail.contains("closes the connection in the middle"), "{}", error.detail);
    }

    #[test]
    fn what_automatic_detection_found_is_not_shown_the_systems_login() {
        let proxy = address::parse("rogue.example:1").unwrap();
        for auth in [ProxyAuth::Auto, ProxyAuth::Negotiate, ProxyAuth::Ntlm] {
            let forbidden: Factory = |_, _, _| panic!("a context was made for it");
            let mut login = login(&proxy, auth, ChosenBy::Detection, forbidden);
            assert!(login.first().is_none());
            let error = login.answer(&challenge::parse("Negotiate, NTLM"), false).unwrap_err();
            assert!(error.detail.contains("automatic detection alone"), "{}", error.detail);
        }
    }

    #[test]
    fn the_error_names_what_the_proxy_offers_and_what_would_serve() {
        for (address, auth, offers, says) in [
            (
                "e.example:1",
                ProxyAuth::Auto,
                "Basic realm=\"x\"",
                "offers Basic; Basic: the proxy's address holds no login; set option proxy to",
            ),
            ("e.example:1", ProxyAuth::Auto, "Negotiate", "offers Negotiate; Negotiate: there is no ticket"),
            ("e.example:1", ProxyAuth::Auto, "Digest realm=\"x\"", "offers Digest; Digest is not supported"),
            ("u:p@e.example:1", ProxyAuth::None, "Basic realm=\"x\"", "offers Basic; option proxy_auth \"auto\" would try Basic"),
            ("u:p@e.example:1", ProxyAuth::Basic, "Negotiate", "option proxy_auth \"auto\" would try Negotiate (Kerberos)"),
            ("e.example:1", ProxyAuth::Auto, "NTLM", if cfg!(windows) { "would try NTLM" } else { "NTLM is supported on Windows only" }),
            ("e.example:1", ProxyAuth::Auto, "Kanari realm=\"x\"", "offers one that the library does not know"),
            ("e.example:1", ProxyAuth::Auto, "", "offers no way to log in"),
        ] {
            let proxy = address::parse(address).unwrap();
            let error = login(&proxy, auth, ChosenBy::OptionProxy, none).answer(&challenge::parse(offers), false).unwrap_err();
            assert!(error.detail.contains(says), "{auth:?} {offers}: {}", error.detail);
            assert!(!error.detail.contains("u:p") && !error.detail.contains("Kanari"), "{}", error.detail);
        }
    }

    #[test]
    fn what_a_proxy_took_is_sent_with_the_next_first_request_until_it_refuses() {
        let proxy = address::parse("u:p@taken.example:1").unwrap();
        let basic = challenge::parse("Basic realm=\"x\"");
        let mut one = login(&proxy, ProxyAuth::Auto, ChosenBy::OptionProxy, none);
        assert!(one.first().is_none() && one.answer(&basic, false).is_ok());
        one.succeeded();
        let mut next = login(&proxy, ProxyAuth::Auto, ChosenBy::OptionProxy, none);
        assert_eq!(next.first().as_deref().map(String::as_str), Some(BASIC));
        assert!(next.answer(&basic, false).is_err());
        assert!(login(&proxy, ProxyAuth::Auto, ChosenBy::OptionProxy, none).first().is_none());
        let mut at_once = login(&proxy, ProxyAuth::Basic, ChosenBy::OptionProxy, none);
        assert_eq!(at_once.first().as_deref().map(String::as_str), Some(BASIC), "the option waits for no challenge");
    }
}
