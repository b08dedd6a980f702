//! The certificates of option `ca_file`. What cannot be used is an error when the client is made, and says what the file is instead.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use webpki::EndEntityCert;

use crate::error::{Error, Result};

/// All of Mozilla's roots in PEM are a quarter of it.
const LARGEST: u64 = 1 << 20;

/// Reads a file in PEM or, with one certificate, in DER.
pub fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = contents(path)?;
    let certificates = certificates(&bytes).map_err(wrong)?;
    if certificates.iter().all(is_of_a_server_only) {
        return Err(wrong("holds the certificate of a server and not that of the authority that issued it"));
    }
    Ok(certificates)
}

fn wrong(why: &str) -> Error {
    Error::argument("options_json", format!("option ca_file {why}"))
}

/// The file's bytes, of regular files only: a FIFO would block until somebody writes into it, a device might never end.
fn contents(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| wrong(&format!("cannot be read: {}", error.kind()));
    let check = |metadata: fs::Metadata| match metadata.is_file() {
        true => Ok(()),
        false if metadata.is_dir() => Err(wrong("is a folder")),
        false => Err(wrong("is not a regular file")),
    };
    check(fs::metadata(path).map_err(unreadable)?)?;
    let file = open(path).map_err(unreadable)?;
    check(file.metadata().map_err(unreadable)?)?; // another may have taken its place
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("is larger than 1 MiB"));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

/// The certificates in a file, each of them good enough to be trusted.
fn certificates(bytes: &[u8]) -> std::result::Result<Vec<CertificateDer<'static>>, &'static str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes); // the mark that Notepad puts before UTF-8
    let found = if holds(bytes, b"-----BEGIN ") { of_pem(bytes)? } else { of_der(bytes)? };
    let mut trusted = RootCertStore::empty();
    match trusted.add_parsable_certificates(found.iter().cloned()) {
        (_, 0) => Ok(found),
        (_, _) => Err("holds a broken certificate"),
    }
}

fn of_pem(text: &[u8]) -> std::result::Result<Vec<CertificateDer<'static>>, &'static str> {
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    match found {
        Err(_) => Err("is not a PEM file: it breaks off, or holds signs that none has"),
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) if holds(text, b"PRIVATE KEY-----") => Err("holds a private key and no certificate: nobody but its owner is to have that"),
        Ok(_) if holds(text, b"-----BEGIN PKCS7") || holds(text, b"-----BEGIN CMS") => Err(PKCS),
        Ok(_) if holds(text, b"CERTIFICATE REQUEST-----") => Err("holds the request for a certificate and no certificate"),
        Ok(_) => Err("holds no certificate"),
    }
}

fn of_der(bytes: &[u8]) -> std::result::Result<Vec<CertificateDer<'static>>, &'static str> {
    /// What PKCS #7 and #12 files begin with: the object identifier 1.2.840.113549.1.7.
    const PKCS_7: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07";
    let certificate = CertificateDer::from(bytes);
    if webpki::anchor_from_trusted_cert(&certificate).is_ok() {
        return Ok(vec![certificate.into_owned()]);
    }
    let beginning = bytes.get(..64).unwrap_or(bytes);
    match bytes {
        [] => Err("is empty"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'-', 0, b'-', 0, ..] | [0, b'-', 0, b'-', ..] => {
            Err("is UTF-16 text: save it as ANSI or UTF-8, or export the certificate anew in PEM (Base-64) or DER")
        }
        _ if holds(beginning, PKCS_7) => Err(PKCS),
        _ if PrivateKeyDer::try_from(bytes).is_ok() => Err("is a private key and no certificate: nobody but its owner is to have that"),
        [0x30, ..] => Err("is in DER, but no certificate"),
        _ => Err("is no certificate: neither PEM nor DER"),
    }
}

const PKCS: &str = "is a PKCS #7 or PKCS #12 file (.p7b, .pfx): export the authority's certificate alone, in PEM (Base-64) or DER";

/// A certificate that somebody else issued and that may issue none: no way leads from a server to it. One that is self-signed is trusted for
/// the server that shows it.
fn is_of_a_server_only(certificate: &CertificateDer) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|parsed| parsed.subject() != parsed.issuer()) && !is_authority(certificate)
}

/// Whether the extension Basic Constraints (RFC 5280, 4.2.1.9) says CA:TRUE. `webpki` reads it, but does not tell.
fn is_authority(certificate: &[u8]) -> bool {
    const BASIC_CONSTRAINTS: &[u8] = b"\x06\x03\x55\x1d\x13";
    const TRUE: &[u8] = b"\x01\x01\xff";
    let at = certificate.windows(BASIC_CONSTRAINTS.len()).position(|window| window == BASIC_CONSTRAINTS);
    let Some(value) = at.and_then(|at| certificate.get(at + BASIC_CONSTRAINTS.len()..)) else { return false };
    let value = value.strip_prefix(TRUE).unwrap_or(value); // critical
    matches!(value, [0x04, _, 0x30, _, constraints @ ..] if constraints.starts_with(TRUE))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `server.example`, issued by "Test CA".
    const SERVER: &str = "-----BEGIN CERTIFICATE-----
MIIBmDCCAT6gAwIBAgIUWOcWSC6YZD+OXo+dgu1cLesxUNAwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAeFw0yNjExMjYxNTQ4NDFaFw0zNjExMjMxNTQ4
NDFaMBkxFzAVBgNVBAMMDnNlcnZlci5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEZEzjBtdfDvlPps863Pid7n+MF3kr+1CIiLuYWBkimZLIH7dZCfgD
SoZxOdkP2s9nwtncWQxhOvvmGyB4yK1uc6NrMGkwDAYDVR0TAQH/BAIwADAZBgNV
HREEEjAQgg5zZXJ2ZXIuZXhhbXBsZTAdBgNVHQ4EFgQU4XrqYlzIiD+NkRiWa3E2
n0FtQUQwHwYDVR0jBBgwFoAUsRosTj3Inm+cPyIM+XmfTsTpBNMwCgYIKoZIzj0E
AwIDSAAwRQIgSHnxCu83Fo7oS+0KYzMQL7y0VpS/epb81lDfNLTDrG0CIQD0PE3u
chVWkmAZ5dOXaR3jd0IxAOqKjCHfK0rwcJ0HvQ==
-----END CERTIFICATE-----
";
    /// Of an authority, issued by "Test CA".
    const INTERMEDIATE: &str = "-----BEGIN CERTIFICATE-----
MIIBejCCASCgAwIBAgIUWOcWSC6YZD+OXo+dgu1cLesxUNEwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAeFw0yNjExMjYxNTQ4NDFaFw0zNjExMjMxNTQ4
NDFaMBMxETAPBgNVBAMMCEludGVyIENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAEZEzjBtdfDvlPps863Pid7n+MF3kr+1CIiLuYWBkimZLIH7dZCfgDSoZxOdkP
2s9nwtncWQxhOvvmGyB4yK1uc6NTMFEwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4E
FgQU4XrqYlzIiD+NkRiWa3E2n0FtQUQwHwYDVR0jBBgwFoAUsRosTj3Inm+cPyIM
+XmfTsTpBNMwCgYIKoZIzj0EAwIDSAAwRQIhAML1CRNkKBzET1NS14bSbmeQ8wfg
YQxngE898Lq8oKX2AiA72lFaKVGUKrrBpilj3fbVqX07Bfq8U0mmqpt3GQng4w==
-----END CERTIFICATE-----
";
    /// Of `localhost`, self-signed, CA:FALSE.
    const SELF_SIGNED: &str = "-----BEGIN CERTIFICATE-----
MIIBeTCCASCgAwIBAgIUIB7BHr8PVuDFXblY9N8MoEKlw+wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyNjE1NDg0MVoXDTM2MTEyMzE1
NDg0MVowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEZEzjBtdfDvlPps863Pid7n+MF3kr+1CIiLuYWBkimZLIH7dZCfgDSoZx
OdkP2s9nwtncWQxhOvvmGyB4yK1uc6NQME4wHQYDVR0OBBYEFOF66mJcyIg/jZEY
lmtxNp9BbUFEMB8GA1UdIwQYMBaAFOF66mJcyIg/jZEYlmtxNp9BbUFEMAwGA1Ud
EwEB/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIgSyd6caJjnqpaRqvZx0SZO5Rbkjhd
lLDMCz45xGLpWqoCICFAxK/WZclJ/Td9/Ywfowj7bLNHzv1txqmcG/QwIWcy
-----END CERTIFICATE-----
";

    fn read_from(contents: &[u8]) -> Result<usize> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), contents).unwrap();
        read(file.path()).map(|certificates| certificates.len())
    }

    fn der(pem: &str) -> Vec<u8> {
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
    }

    #[test]
    fn pem_and_der_are_read() {
        assert_eq!(read_from(INTERMEDIATE.as_bytes()), Ok(1));
        assert_eq!(read_from(&der(INTERMEDIATE)), Ok(1));
        assert_eq!(read_from(format!("\u{feff}{INTERMEDIATE}").as_bytes()), Ok(1), "Notepad's mark");
        assert_eq!(read_from(format!("subject=Inter CA\r\n\r\n{}", INTERMEDIATE.replace('\n', "\r\n")).as_bytes()), Ok(1));
        assert_eq!(read_from(format!("{SERVER}{INTERMEDIATE}").as_bytes()), Ok(2), "a whole chain");
        assert_eq!(read_from(SELF_SIGNED.as_bytes()), Ok(1), "good for the server that shows it");
    }

    #[test]
    fn what_it_is_instead_is_said() {
        let utf_16 = |mark: &[u8], text: &str| [mark, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
        let key = b"-----BEGIN PRIVATE KEY-----\nMAUCAQAwAA==\n-----END PRIVATE KEY-----\n";
        let cases: [(&[u8], &str); 15] = [
            (b"", "is empty"),
            (b"this is no certificate", "neither PEM nor DER"),
            (&utf_16(b"\xff\xfe", INTERMEDIATE), "is UTF-16 text"),
            (&utf_16(b"", INTERMEDIATE), "is UTF-16 text"),
            (key, "holds a private key"),
            (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAUCAQAwAA==\n-----END ENCRYPTED PRIVATE KEY-----\n", "holds a private key"),
            (b"\x30\x05\x02\x01\x00\x30\x00", "is a private key"),
            (b"\x30\x82\x01\xa8\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", "PKCS #7"),
            (b"\x30\x82\x04\x2c\x02\x01\x03\x30\x82\x03\xe2\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", "PKCS #12"),
            (b"-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n", "PKCS #7"),
            (b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n", "the request for a certificate"),
            (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "holds a broken certificate"),
            (b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "is not a PEM file"),
            (b"\x30\x03\x02\x01\x07", "in DER, but no certificate"),
            (SERVER.as_bytes(), "the certificate of a server and not that of the authority"),
        ];
        for (contents, says) in cases {
            let error = read_from(contents).unwrap_err();
            assert!(error.detail.starts_with("option ca_file ") && error.detail.contains(says), "{says}: {}", error.detail);
        }
        let error = read_from(&der(SERVER)).unwrap_err();
        assert!(error.detail.contains("the certificate of a server"), "{}", error.detail);
    }

    #[test]
    fn nothing_but_a_regular_file_of_a_sensible_size_is_read() {
        let says = |path: &Path| read(path).unwrap_err().detail;
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(says(folder.path()), "option ca_file is a folder");
        assert_eq!(says(&folder.path().join("missing.pem")), "option ca_file cannot be read: entity not found");
        let mut large = INTERMEDIATE.as_bytes().to_vec();
        large.resize(1 << 20, b'\n');
        assert_eq!(read_from(&large), Ok(1));
        large.push(b'\n');
        assert_eq!(read_from(&large).unwrap_err().detail, "option ca_file is larger than 1 MiB");
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_or_a_device_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo.pem");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        for path in [fifo.as_path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
            assert_eq!(read(path).unwrap_err().detail, "option ca_file is not a regular file", "{}", path.display());
        }
        assert!(open(&fifo).is_ok(), "nor does one that replaces the file after it was checked");
    }
}
