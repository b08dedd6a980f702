//! The address from which a report is fetched: what the service says, as it is written, and whether it may be asked.

use std::fmt::Write as _;

use ureq::http::Uri;

use crate::error::{Error, Result};
use crate::http::origin::Origin;
use crate::status::Status;

/// Reads `export_url` and checks that a report may be fetched from there. Source: abi.md, option `report_hosts`.
pub fn parse(export_url: &str, origin: &Origin, report_hosts: &[String]) -> Result<Uri> {
    let address: Uri = encoded(export_url).parse().map_err(|_| refused("export_url is not an address"))?;
    let host = address.host().unwrap_or_default();
    let authority = address.authority().map_or("", |authority| authority.as_str());
    if !matches!(address.scheme_str(), Some("https" | "http")) || host.is_empty() {
        return Err(refused("export_url is not an https:// address"));
    }
    if authority.contains('@') {
        return Err(refused("export_url holds a login, which is not sent"));
    }
    if origin.owns(&address) {
        return Ok(address);
    }
    if address.scheme_str() != Some("https") {
        return Err(refused("export_url is not https://"));
    }
    let host = host.to_ascii_lowercase();
    let is_known = host.ends_with(".videodoktor.cz") || report_hosts.iter().any(|own| own.eq_ignore_ascii_case(&host));
    if !is_known || address.port_u16().is_some_and(|port| port != 443) || authority.ends_with(':') {
        let shown: String = address.authority().map_or("", |authority| authority.as_str()).chars().take(100).collect();
        return Err(refused(&format!("export_url leads to {shown}, from which no report is fetched; option report_hosts allows a host")));
    }
    Ok(address)
}

/// As browsers read it: white space around is taken off, tabs and line breaks anywhere; other signs that no address has are percent-encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.trim().bytes().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')) {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

fn refused(detail: &str) -> Error {
    Error::network(Status::ERR_BAD_REPLY, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(export_url: &str, origin: &str) -> std::result::Result<String, String> {
        let origin = Origin::parse(origin, true).unwrap();
        let hosts = ["vykazy.example.cz".to_owned()];
        parse(export_url, &origin, &hosts).map(|address| address.to_string()).map_err(|error| error.detail)
    }

    #[test]
    fn an_address_is_read_as_browsers_read_it() {
        for (written, read) in [
            ("https://demo.videodoktor.cz/report/a.pdf", "https://demo.videodoktor.cz/report/a.pdf"),
            (" https://demo.videodoktor.cz/a.pdf\n", "https://demo.videodoktor.cz/a.pdf"),
            ("https://demo.videodoktor.cz/v\u{fd}kaz 1.pdf", "https://demo.videodoktor.cz/v%C3%BDkaz%201.pdf"),
            ("https://demo.videodoktor.cz/a\r\nb.pdf?x=%20", "https://demo.videodoktor.cz/ab.pdf?x=%20"),
            ("https://files.videodoktor.cz:443/a.pdf", "https://files.videodoktor.cz:443/a.pdf"),
            ("https://Vykazy.example.cz/a.pdf", "https://Vykazy.example.cz/a.pdf"),
        ] {
            assert_eq!(parsed(written, "demo").as_deref(), Ok(read), "{written:?}");
        }
        assert!(parsed("http://127.0.0.1:8080/a.pdf", "http://127.0.0.1:8080").is_ok());
        assert!(parsed("https://127.0.0.1:8443/a.pdf", "https://127.0.0.1:8443").is_ok());
    }

    #[test]
    fn no_other_address_is_asked() {
        for (address, origin, why) in [
            ("http://demo.videodoktor.cz/a.pdf", "demo", "https://"),
            ("http://127.0.0.1:80/a.pdf", "demo", "https://"),
            ("https://127.0.0.1/a.pdf", "demo", "127.0.0.1"),
            ("https://elsewhere.example:444/a.pdf", "demo", "elsewhere.example:444"),
            ("https://demo.videodoktor.cz:8443/a.pdf", "demo", ":8443"),
            ("https://xvideodoktor.cz/a.pdf", "demo", "xvideodoktor.cz"),
            ("https://user:secret@demo.videodoktor.cz/a.pdf", "demo", "login"),
            ("http://127.0.0.1:8081/a.pdf", "http://127.0.0.1:8080", "https://"),
            ("file:///etc/passwd", "demo", "address"),
            ("/report.pdf", "demo", "https"),
            ("javascript:alert(1)", "demo", "address"),
            ("", "demo", "address"),
        ] {
            let refused = parsed(address, origin).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("secret"), "{address}: {refused}");
        }
    }
}
