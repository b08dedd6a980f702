//! TLS: always verified. There is no way here to switch that off.

use std::io::{IoSlice, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_platform_verifier::Verifier;
use ureq::unversioned::transport::{NextTimeout, TransportAdapter};

use crate::error::{Error, Result};
use crate::http::tls_roots::TlsRoots;
use crate::locking::lock;
use crate::status::Status;

mod ca_file;
mod failure;

pub use failure::failure;

/// Whom one client trusts.
pub struct TlsConfigCache {
    roots: TlsRoots,
    /// What option ca_file names, as it was when the client was made.
    further: Vec<CertificateDer<'static>>,
}

impl TlsConfigCache {
    /// A `ca_file` that is no use is an error now, not at the first call.
    pub fn new(roots: TlsRoots, ca_file: Option<&Path>) -> Result<Arc<TlsConfigCache>> {
        let further = ca_file.map(ca_file::read).transpose()?.unwrap_or_default();
        Ok(Arc::new(TlsConfigCache { roots, further }))
    }

    /// Has the configuration of a first connection made on a thread of its own, while that connection is made.
    pub fn prepare(self: &Arc<TlsConfigCache>) {
        if self.shared(&lock(&SHARED)).is_some() {
            return;
        }
        let tls_configs = Arc::clone(self);
        let make = move || drop(tls_configs.config()); // who needs it is told what is wrong with it
        drop(std::thread::Builder::new().name("videodoktor-trust".into()).spawn(make)); // without a thread it is made when it is needed
    }

    /// The configuration of a connection. Clients that trust the same share one: the system's roots take milliseconds to read and 100 KB to hold.
    pub fn config(&self) -> Result<Arc<ClientConfig>> {
        const MOST_SHARED: usize = 4;
        let mut shared = lock(&SHARED);
        if let Some(config) = self.shared(&shared) {
            return Ok(config);
        }
        let config = build(self.roots, self.further.clone())?;
        if shared.len() == MOST_SHARED {
            shared.remove(0);
        }
        shared.push((TlsConfigCache { roots: self.roots, further: self.further.clone() }, Arc::clone(&config)));
        Ok(config)
    }

    fn shared(&self, shared: &[(TlsConfigCache, Arc<ClientConfig>)]) -> Option<Arc<ClientConfig>> {
        let (_, config) = shared.iter().find(|(other, _)| other.roots == self.roots && other.further == self.further)?;
        Some(Arc::clone(config))
    }
}

static SHARED: Mutex<Vec<(TlsConfigCache, Arc<ClientConfig>)>> = Mutex::new(Vec::new());

fn build(roots: TlsRoots, further: Vec<CertificateDer<'static>>) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = verifier(roots, further, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous() // rustls' word for "bring your own verifier"; ours is the operating system's
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()]; // a server that is asked for nothing may speak HTTP/2 first
    Ok(Arc::new(config))
}

fn verifier(roots: TlsRoots, further: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
    match roots {
        TlsRoots::System => Ok(Arc::new(Verifier::new_with_extra_roots(further, Arc::clone(provider)).map_err(unusable)?)),
        TlsRoots::Bundled => {
            let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            #[cfg(feature = "test-hooks")]
            let further = match crate::test_hooks::further_bundled_roots() {
                Some(file) => further.into_iter().chain(ca_file::read(&file)?).collect(),
                None => further,
            };
            for certificate in further {
                store.add(certificate).map_err(unusable)?;
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
            Ok(verifier.build().map_err(unusable)?)
        }
    }
}

/// The roots themselves are of no use: a broken certificate in `ca_file`, or a system without any.
fn unusable(error: impl std::fmt::Display) -> Error {
    Error::network(
        Status::ERR_TLS,
        format!("no trusted roots: {error}; install the system's CA certificates or set tls_roots to \"bundled\""),
    )
}

/// A TLS session and the connection below it.
pub type Session = StreamOwned<ClientConnection, TlsIo>;

/// Makes the handshake, certificate included. Blocks: on Windows the verifier may fetch revocation lists for 10 s
/// (rustls-platform-verifier, issue 237), which is why connecting has a thread of its own.
pub fn handshake(config: Arc<ClientConfig>, host: &str, connection: TransportAdapter, within: NextTimeout) -> std::io::Result<Session> {
    let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_string()).map_err(std::io::Error::other)?;
    let mut session = ClientConnection::new(config, name).map_err(std::io::Error::other)?;
    let mut below = TlsIo(connection);
    below.0.set_timeout(within);
    session.complete_io(&mut below)?;
    Ok(StreamOwned::new(session, below))
}

/// The connection that carries the session's records.
pub struct TlsIo(pub TransportAdapter);

impl Read for TlsIo {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for TlsIo {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    /// The adapter would send each record by itself.
    fn write_vectored(&mut self, records: &[IoSlice<'_>]) -> std::io::Result<usize> {
        const AT_ONCE: usize = 16 << 10;
        let mut bytes = Vec::with_capacity(records.iter().map(|record| record.len()).sum::<usize>().min(AT_ONCE));
        for record in records {
            let room = AT_ONCE - bytes.len();
            bytes.extend_from_slice(record.get(..room).unwrap_or(record));
        }
        self.0.write(&bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_1_1_is_asked_for_and_nothing_else() {
        for roots in [TlsRoots::System, TlsRoots::Bundled] {
            assert_eq!(TlsConfigCache::new(roots, None).unwrap().config().unwrap().alpn_protocols, [b"http/1.1"]);
        }
    }
}
