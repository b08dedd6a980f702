//! What a proxy offers in `Proxy-Authenticate` (RFC 9110, 11.6.1).

/// A way to log in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    Basic,
    Digest,
    Negotiate,
    Ntlm,
    Other,
}

impl Scheme {
    fn parse(name: &str) -> Scheme {
        let known = [Scheme::Basic, Scheme::Digest, Scheme::Negotiate, Scheme::Ntlm];
        known.into_iter().find(|scheme| scheme.name().eq_ignore_ascii_case(name)).unwrap_or(Scheme::Other)
    }

    /// A name that the library knows: never text of the proxy.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Basic => "Basic",
            Scheme::Digest => "Digest",
            Scheme::Negotiate => "Negotiate",
            Scheme::Ntlm => "NTLM",
            Scheme::Other => "one that the library does not know",
        }
    }
}

/// One offer, and the token of a login that goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    pub scheme: Scheme,
    pub token: Option<String>,
}

/// The challenges of one header field; a field may hold several, separated by the same comma as the parameters of one.
pub fn parse(field: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for part in split_outside_quotes(field) {
        let (word, rest) = part.split_once([' ', '\t']).map_or((part, ""), |(word, rest)| (word, rest.trim()));
        let is_parameter = word.contains('=') || rest.starts_with('=');
        if word.is_empty() || is_parameter {
            continue;
        }
        let token = (!rest.is_empty() && is_token68(rest)).then(|| rest.to_owned());
        challenges.push(Challenge { scheme: Scheme::parse(word), token });
    }
    challenges
}

fn split_outside_quotes(field: &str) -> Vec<&str> {
    let (mut parts, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in field.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => {
                parts.push(field.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(field.get(start..).unwrap_or_default().trim());
    parts
}

/// RFC 9110, 11.2: base64 and its like, with padding only at the end.
fn is_token68(text: &str) -> bool {
    let unpadded = text.trim_end_matches('=');
    !unpadded.is_empty() && unpadded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_challenge_of_a_field_is_found_and_no_parameter_taken_for_one() {
        for (field, expected) in [
            ("Basic realm=\"squid, NTLM\", charset=\"UTF-8\"", vec![(Scheme::Basic, None)]),
            (
                "Negotiate, NTLM, basic realm=\"a\\\", Digest b\"",
                vec![(Scheme::Negotiate, None), (Scheme::Ntlm, None), (Scheme::Basic, None)],
            ),
            ("NTLM TlRMTVNTUAACAAAA", vec![(Scheme::Ntlm, Some("TlRMTVNTUAACAAAA"))]),
            ("Negotiate oRQwEqADCgEA==", vec![(Scheme::Negotiate, Some("oRQwEqADCgEA=="))]),
            ("Digest realm = \"a\" , qop=\"auth,auth-int\", nonce=x", vec![(Scheme::Digest, None)]),
            ("Bearer realm=\"x\", Basic", vec![(Scheme::Other, None), (Scheme::Basic, None)]),
            ("", vec![]),
            (", ,", vec![]),
        ] {
            let found: Vec<_> = parse(field).into_iter().map(|challenge| (challenge.scheme, challenge.token)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(scheme, token)| (scheme, token.map(str::to_owned))).collect();
            assert_eq!(found, expected, "{field}");
        }
    }
}
