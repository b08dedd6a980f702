//! A certificate authority of our own, made at every start, and the certificates it signs. Its key never leaves the process.

use std::io;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// Names under which a sandbox on this machine is reached.
pub const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The authority that signs a sandbox's certificates.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// From when until when a certificate holds.
#[derive(Clone, Copy)]
pub struct Validity {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Validity {
    /// From yesterday, by the machine's clock, for two years; some systems refuse certificates of a longer life.
    pub fn now() -> Validity {
        let now = Utc::now();
        Validity { from: now - TimeDelta::days(1), until: now + TimeDelta::days(730) }
    }

    /// Over since last year.
    pub fn expired() -> Validity {
        let now = Utc::now();
        Validity { from: now - TimeDelta::days(730), until: now - TimeDelta::days(365) }
    }

    fn put_into(self, params: &mut CertificateParams) {
        let day = |at: DateTime<Utc>| rcgen::date_time_ymd(at.year(), at.month() as u8, at.day() as u8);
        params.not_before = day(self.from);
        params.not_after = day(self.until);
    }
}

impl Authority {
    pub fn new(name: &str) -> io::Result<Authority> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        Validity::now().put_into(&mut params);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        Ok(Authority { issuer })
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub fn write_pem(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, self.pem()).map_err(|e| io::Error::other(format!("cannot write the CA file {}: {e}", path.display())))
    }

    /// TLS settings of a server that shows a certificate for these names.
    pub fn server_config(&self, names: &[String], validity: Validity) -> io::Result<Arc<ServerConfig>> {
        let mut params = CertificateParams::new(names.to_vec()).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, "VideoDoktor sandbox");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        validity.put_into(&mut params);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(io::Error::other)?;

        let private_key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private_key)
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
