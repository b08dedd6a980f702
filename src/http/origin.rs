//! The service's host.

use ureq::http::Uri;
use ureq::http::uri::Authority;

use crate::error::{Error, Result};
use crate::invisible::visible;

/// The service's host: `https://demo.videodoktor.cz`, without a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    secure: bool,
    authority: Authority,
}

impl Origin {
    /// Reads `app_url`: the label that the vendor assigned (`demo`), or an origin. `http://` is for this machine only, unless `allow_http`.
    pub fn parse(app_url: &str, allow_http: bool) -> Result<Origin> {
        let wrong = |why: &str| Error::argument("app_url", format!("app_url {why}; pass the label such as \"demo\", or https://host"));
        let text = &visible(app_url);
        if is_label(text) {
            let host = format!("{}.videodoktor.cz", text.to_ascii_lowercase());
            let authority = host.parse().map_err(|_| wrong("is not a host name"))?;
            return Ok(Origin { secure: true, authority });
        }
        let origin = Origin::of(text).ok_or_else(|| wrong("is not an origin"))?;
        if !origin.secure && !allow_http && !origin.is_loopback() {
            return Err(wrong("asks for http:// without option allow_http"));
        }
        Ok(origin)
    }

    fn of(text: &str) -> Option<Origin> {
        let uri: Uri = text.parse().ok()?;
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?.clone();
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains('#');
        // `http` takes a port that is none, such as 99999, and leaves it out.
        let has_port_digits = authority.as_str() == authority.host() || authority.port_u16().is_some_and(|port| port > 0);
        let plain = !authority.as_str().contains('@') && !authority.host().is_empty() && has_port_digits;
        (bare && plain).then_some(Origin { secure, authority })
    }

    /// The origin of an address.
    pub fn of_address(address: &Uri) -> Option<Origin> {
        let secure = match address.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Origin { secure, authority: address.authority()?.clone() })
    }

    /// The address of a path of this host.
    pub fn address(&self, path: &str) -> Option<Uri> {
        Uri::builder().scheme(self.scheme()).authority(self.authority.clone()).path_and_query(path).build().ok()
    }

    /// The same text for each way in which the origin may be written.
    pub fn normalized(&self) -> String {
        let port = self.authority.port_u16().unwrap_or(if self.secure { 443 } else { 80 });
        format!("{}://{}:{port}", self.scheme(), self.host().to_ascii_lowercase())
    }

    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Whether `uri` lies on this same scheme, host and port.
    pub fn owns(&self, uri: &Uri) -> bool {
        let port = |authority: &Authority, scheme: &str| authority.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
        uri.scheme_str() == Some(self.scheme())
            && uri.authority().is_some_and(|other| {
                other.host().eq_ignore_ascii_case(self.host()) && port(other, self.scheme()) == port(&self.authority, self.scheme())
            })
    }

    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    pub fn is_the_service(&self) -> bool {
        self.host().ends_with(".videodoktor.cz")
    }
}

/// A host of this machine itself.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// One label of a host name: letters, digits and inner dashes.
fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    inner && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}
