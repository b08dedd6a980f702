//! The cryptography of a connection: ring's, assembled here so that what no server needs stays out of the library.
//!
//! Left out are ChaCha20-Poly1305, which every server with it offers beside AES-GCM (RFC 8446, 9.1, asks TLS 1.3 for AES-128-GCM), and private keys.

use std::sync::Arc;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustls::crypto::ring::{cipher_suite as suite, kx_group as group};
use rustls::crypto::{CryptoProvider, GetRandomFailed, KeyProvider, SecureRandom, WebPkiSupportedAlgorithms};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{SignatureScheme as Scheme, SupportedCipherSuite};
use webpki::ring as signature;

pub fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: CIPHER_SUITES.to_vec(),
        kx_groups: vec![group::X25519, group::SECP256R1, group::SECP384R1],
        signature_verification_algorithms: SIGNATURES,
        secure_random: &SystemsRandom,
        key_provider: &NoPrivateKeys,
    }
}

/// The order is our preference; servers have the last word.
const CIPHER_SUITES: &[SupportedCipherSuite] = &[
    suite::TLS13_AES_256_GCM_SHA384,
    suite::TLS13_AES_128_GCM_SHA256,
    suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// All that webpki verifies by ring. A scheme of TLS 1.2 does not fix the curve, so ECDSA's name two algorithms, that of TLS 1.3 first.
const SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[
        signature::ECDSA_P256_SHA256,
        signature::ECDSA_P256_SHA384,
        signature::ECDSA_P384_SHA256,
        signature::ECDSA_P384_SHA384,
        signature::ED25519,
        signature::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        signature::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        signature::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
        signature::RSA_PKCS1_2048_8192_SHA256,
        signature::RSA_PKCS1_2048_8192_SHA384,
        signature::RSA_PKCS1_2048_8192_SHA512,
        signature::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
        signature::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
        signature::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    ],
    mapping: &[
        (Scheme::ECDSA_NISTP384_SHA384, &[signature::ECDSA_P384_SHA384, signature::ECDSA_P256_SHA384]),
        (Scheme::ECDSA_NISTP256_SHA256, &[signature::ECDSA_P256_SHA256, signature::ECDSA_P384_SHA256]),
        (Scheme::ED25519, &[signature::ED25519]),
        (Scheme::RSA_PSS_SHA512, &[signature::RSA_PSS_2048_8192_SHA512_LEGACY_KEY]),
        (Scheme::RSA_PSS_SHA384, &[signature::RSA_PSS_2048_8192_SHA384_LEGACY_KEY]),
        (Scheme::RSA_PSS_SHA256, &[signature::RSA_PSS_2048_8192_SHA256_LEGACY_KEY]),
        (Scheme::RSA_PKCS1_SHA512, &[signature::RSA_PKCS1_2048_8192_SHA512]),
        (Scheme::RSA_PKCS1_SHA384, &[signature::RSA_PKCS1_2048_8192_SHA384]),
        (Scheme::RSA_PKCS1_SHA256, &[signature::RSA_PKCS1_2048_8192_SHA256]),
    ],
};

/// The operating system's generator, through ring as all of the keys.
#[derive(Debug)]
struct SystemsRandom;

impl SecureRandom for SystemsRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        SystemRandom::new().fill(bytes).map_err(|_| GetRandomFailed)
    }
}

/// We never sign: no client certificates.
#[derive(Debug)]
struct NoPrivateKeys;

impl KeyProvider for NoPrivateKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("client certificates are not supported".into()))
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::SignatureVerificationAlgorithm;

    use super::*;

    /// Each scheme with the keys and signatures that are tried for it; under 0, those of certificates.
    fn signatures(provider: &CryptoProvider) -> Vec<(u16, Vec<String>)> {
        let named = |algorithms: &[&'static dyn SignatureVerificationAlgorithm]| {
            algorithms.iter().map(|one| format!("{:?} {:?}", one.public_key_alg_id(), one.signature_alg_id())).collect::<Vec<_>>()
        };
        let known = &provider.signature_verification_algorithms;
        let mut of_certificates = named(known.all);
        of_certificates.sort();
        known.mapping.iter().map(|(scheme, tried)| (u16::from(*scheme), named(tried))).chain([(0, of_certificates)]).collect()
    }

    #[test]
    fn but_for_what_is_left_out_on_purpose_it_is_rings_own() {
        let (ours, rings) = (provider(), rustls::crypto::ring::default_provider());
        let without_chacha = rings.cipher_suites.iter().filter(|suite| !format!("{suite:?}").contains("CHACHA20"));
        assert!(ours.cipher_suites.iter().eq(without_chacha));
        let names = |provider: &CryptoProvider| provider.kx_groups.iter().map(|group| group.name()).collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&rings));
        assert_eq!(signatures(&ours), signatures(&rings));
    }
}
