//! What a failed handshake means for the person who has to mend it.

use chrono::{DateTime, Datelike, Timelike};
use rustls::CertificateError as Bad;
use rustls::Error as Tls;
use rustls::pki_types::UnixTime;

use crate::error::Error;
use crate::status::Status;

/// The error of a handshake. Of a certificate, which is public, it names the limit that does not hold.
pub fn failure(error: &std::io::Error) -> Error {
    let tls = |detail: String| Error::network(Status::ERR_TLS, detail);
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Tls>()) {
        Some(Tls::InvalidCertificate(bad)) if is_untrusted(bad) => untrusted(),
        Some(Tls::InvalidCertificate(bad)) => tls(wrong_with_certificate(bad)),
        Some(Tls::AlertReceived(alert)) => tls(format!("the server ended the handshake: {alert:?}")),
        Some(Tls::InvalidMessage(_)) => tls("the server does not speak TLS on this port".into()),
        Some(Tls::PeerIncompatible(_)) => {
            tls("the server offers no version or cipher of TLS that the library knows: 1.2 or 1.3 with AES-GCM".into())
        }
        Some(Tls::General(why)) => tls(number_of_windows(why).map_or_else(
            || "the TLS handshake failed".into(),
            |number| format!("Windows could not check the server's certificate: error 0x{number:08X}"),
        )),
        Some(_) => tls("the TLS handshake failed".into()),
        None => Error::network(Status::ERR_NETWORK, format!("the connection broke in the TLS handshake: {}", error.kind())),
    }
}

fn untrusted() -> Error {
    let detail = "the certificate's issuer is not trusted: most often an antivirus or a proxy that inspects TLS";
    Error::network(Status::ERR_TLS_UNTRUSTED, detail)
}

/// Windows knows two unknown issuers: a root that it does not trust, and one that it cannot find. The verifier names only the first.
fn is_untrusted(bad: &Bad) -> bool {
    const CERT_E_CHAINING: u32 = 0x800B_010A;
    matches!(bad, Bad::UnknownIssuer) || number_of(bad) == Some(CERT_E_CHAINING)
}

/// For support, in English: what is wrong, with dates and names.
fn wrong_with_certificate(bad: &Bad) -> String {
    match bad {
        Bad::ExpiredContext { time, not_after } => {
            format!("the server's certificate has expired: it was valid until {}; this computer's clock says {}", day(not_after), day(time))
        }
        Bad::NotValidYetContext { time, not_before } => {
            format!(
                "the server's certificate is not valid yet: it is from {} on; this computer's clock says {}",
                day(not_before),
                day(time)
            )
        }
        // Windows has one number for both.
        Bad::Expired => "the server's certificate has expired or is not valid yet; is this computer's date right?".into(),
        Bad::NotValidYet => "the server's certificate is not valid yet; is this computer's date right?".into(),
        Bad::NotValidForNameContext { expected, presented } => {
            let names = names(presented);
            format!("the server's certificate is for another host name: {} was asked for, it is for {names}", shown(&expected.to_str()))
        }
        Bad::NotValidForName => "the server's certificate is for another host name".into(),
        Bad::Revoked => "the server's certificate was revoked by its issuer".into(),
        Bad::UnknownRevocationStatus | Bad::ExpiredRevocationList | Bad::ExpiredRevocationListContext { .. } => {
            "whether the server's certificate was revoked cannot be found out".into()
        }
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => "the server's certificate is for another purpose than a server's".into(),
        Bad::BadEncoding | Bad::UnhandledCriticalExtension => "the server's certificate cannot be read".into(),
        Bad::BadSignature => "the signature of the server's certificate is not its issuer's".into(),
        Bad::UnsupportedSignatureAlgorithmContext { .. } => {
            "the server's certificate is signed in a way that is too weak or not supported (such as SHA-1)".into()
        }
        Bad::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "the server's certificate has a key that is too weak (RSA below 2048 bits) or of a curve that is not supported".into()
        }
        other => by_number_or_kind(other),
    }
}

fn by_number_or_kind(bad: &Bad) -> String {
    let inner = if let Bad::Other(other) = bad { other.0.downcast_ref::<webpki::Error>() } else { None };
    match (inner, number_of(bad)) {
        (Some(webpki::Error::CaUsedAsEndEntity), _) => {
            "the server's certificate is self-signed as an authority's (CA:TRUE): a server needs one of its own, which an authority has signed".into()
        }
        (Some(webpki::Error::UnsupportedCertVersion), _) => "the server's certificate is of X.509 version 1, which is too old".into(),
        (
            Some(
                webpki::Error::MaximumPathDepthExceeded
                | webpki::Error::MaximumPathBuildCallsExceeded
                | webpki::Error::MaximumSignatureChecksExceeded
                | webpki::Error::PathLenConstraintViolated,
            ),
            _,
        ) => "the chain of the server's certificate is too long".into(),
        (Some(webpki::Error::NameConstraintViolation), _) => "the certificate's issuer may not issue any for this host name".into(),
        (_, Some(number)) => format!("Windows does not accept the server's certificate: error 0x{number:08X}"),
        _ => "the server's certificate is not valid".into(),
    }
}

fn number_of(bad: &Bad) -> Option<u32> {
    let Bad::Other(other) = bad else { return None };
    number_of_windows(&other.0.to_string())
}

/// Windows' number in what the platform's verifier tells: the text of an `std::io::Error`, which ends in "(os error -2146762486)".
fn number_of_windows(text: &str) -> Option<u32> {
    let number: i32 = text.rsplit_once("(os error ")?.1.strip_suffix(')')?.parse().ok()?;
    Some(number.cast_unsigned())
}

/// A certificate's limits are told to the minute.
fn day(time: &UnixTime) -> String {
    let time = i64::try_from(time.as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let Some(time) = time.map(|time| time.naive_utc()) else { return "an impossible date".into() };
    // Field by field: chrono's own formatting for UTC would be linked for this alone.
    format!("{}-{:02}-{:02} {:02}:{:02} UTC", time.year(), time.month(), time.day(), time.hour(), time.minute())
}

/// The names that a certificate is for, as `webpki` prints them: `DnsName("demo.videodoktor.cz")`, `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    const MOST: usize = 5;
    let bare = |name: &str| {
        let inside = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
        shown(inside.trim_matches('"'))
    };
    let named: Vec<_> = presented.iter().take(MOST).map(|name| bare(name)).collect();
    match (named.is_empty(), presented.len() > MOST) {
        (true, _) => "no name".into(),
        (_, false) => named.join(", "),
        (_, true) => format!("{} and {} more", named.join(", "), presented.len() - MOST),
    }
}

/// A name as it may stand in a log: what whoever made the certificate wrote there is bounded, and nothing but letters, digits and `.-*:_`.
fn shown(name: &str) -> String {
    const LONGEST: usize = 100;
    let sound = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '*' | ':' | '_') { c } else { '?' };
    let mut shown: String = name.chars().take(LONGEST).map(sound).collect();
    if name.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::pki_types::ServerName;
    use rustls::{AlertDescription, OtherError};

    use super::*;

    fn told(bad: Bad) -> (Status, String) {
        let error = failure(&std::io::Error::other(Tls::InvalidCertificate(bad)));
        (error.status, error.detail)
    }

    /// As rustls-platform-verifier passes on what it has no word for.
    fn from_windows(number: i32) -> Bad {
        let text = format!("A certificate chain could not be built. (os error {number})");
        let inner: Box<dyn std::error::Error + Send + Sync> = text.into();
        Bad::Other(OtherError(Arc::from(inner)))
    }

    fn at(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    #[test]
    fn an_issuer_that_windows_cannot_find_is_an_untrusted_one() {
        assert_eq!(told(from_windows(-2146762486)).0, Status::ERR_TLS_UNTRUSTED);
        assert_eq!(told(Bad::UnknownIssuer).0, Status::ERR_TLS_UNTRUSTED);
        let other = (Status::ERR_TLS, "Windows does not accept the server's certificate: error 0x800B010C".into());
        assert_eq!(told(from_windows(-2146762484)), other, "a number that nobody has a word for");
    }

    #[test]
    fn the_limit_of_the_certificate_is_named() {
        let day = 86_400;
        for (bad, says) in [
            (
                Bad::ExpiredContext { time: at(1_921_654_800), not_after: at(1_921_654_800 - day) },
                "has expired: it was valid until 2030-11-22 09:00 UTC; this computer's clock says 2030-11-23 09:00 UTC",
            ),
            (
                Bad::NotValidYetContext { time: at(1_921_654_800), not_before: at(1_921_654_800 + day) },
                "is not valid yet: it is from 2030-11-24 09:00 UTC on; this computer's clock says 2030-11-23 09:00 UTC",
            ),
            (Bad::Expired, "has expired or is not valid yet"),
            (
                Bad::NotValidForNameContext {
                    expected: ServerName::try_from("demo.videodoktor.cz").unwrap(),
                    presented: vec!["DnsName(\"*.clinic.cz\")".into(), "IpAddress(10.0.0.1)".into(), "DirectoryName".into()],
                },
                "demo.videodoktor.cz was asked for, it is for *.clinic.cz, 10.0.0.1, DirectoryName",
            ),
            (Bad::Revoked, "was revoked"),
            (Bad::InvalidPurpose, "another purpose"),
            (Bad::Other(OtherError(Arc::new(webpki::Error::CaUsedAsEndEntity))), "self-signed as an authority's (CA:TRUE)"),
            (Bad::Other(OtherError(Arc::new(webpki::Error::PathLenConstraintViolated))), "chain of the server's certificate is too long"),
            (Bad::ApplicationVerificationFailure, "is not valid"),
        ] {
            let (status, detail) = told(bad);
            assert_eq!(status, Status::ERR_TLS);
            assert!(detail.contains(says), "{detail}");
        }
    }

    #[test]
    fn names_of_a_certificate_are_bounded_and_harmless() {
        let hostile = format!("DnsName(\"{}\n\u{202e}<script>%s\")", "a".repeat(90));
        let presented: Vec<String> = std::iter::once(hostile).chain((1..=7).map(|n| format!("DnsName(\"h{n}.cz\")"))).collect();
        let told = names(&presented);
        assert_eq!(told, format!("{}???script?..., h1.cz, h2.cz, h3.cz, h4.cz and 3 more", "a".repeat(90)));
        assert_eq!(names(&[]), "no name");
    }

    #[test]
    fn other_ends_of_a_handshake_have_their_own_words() {
        let of = |error: Tls| failure(&std::io::Error::other(error)).detail;
        assert!(of(Tls::AlertReceived(AlertDescription::HandshakeFailure)).contains("HandshakeFailure"));
        assert_eq!(
            of(Tls::General("no store (os error -2146885628)".into())),
            "Windows could not check the server's certificate: error 0x80092004"
        );
        assert_eq!(of(Tls::DecryptError), "the TLS handshake failed");
        assert_eq!(failure(&std::io::ErrorKind::UnexpectedEof.into()).status, Status::ERR_NETWORK);
    }
}
