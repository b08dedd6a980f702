//! The option `tls_roots`.

/// Which issuers of certificates are trusted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TlsRoots {
    System,
    Bundled,
}
