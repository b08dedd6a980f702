//! What Kerberos and NTLM have in common.

/// A login of several tokens. One is made for one connection: none of its tokens is good on another.
pub trait SecurityContext {
    /// The next token; `challenge` is the proxy's. The error says in English why there is none, and holds no secret.
    fn step(&mut self, challenge: Option<&[u8]>) -> std::result::Result<Vec<u8>, String>;
}

/// Whether a token is NTLM's, raw or somewhere inside SPNEGO: what systems fall back to where they have no Kerberos ticket.
pub fn is_ntlm(token: &[u8]) -> bool {
    const SIGNATURE: &[u8] = b"NTLMSSP\0";
    token.windows(SIGNATURE.len()).any(|part| part == SIGNATURE)
}
