//! A practice program in a few lines: it takes a token before each call, as the service's text demands.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use videodoktor_sandbox::Sandbox;

pub struct PracticeProgram {
    agent: ureq::Agent,
    origin: String,
    app_key: String,
    api_key: String,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("the reply is UTF-8")
    }

    pub fn json(&self) -> Value {
        let text = self.text();
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_else(|error| panic!("{error} in {text:?}"))
    }

    /// The code of a refusal in the default shape, "" if it is none.
    pub fn code(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of ASCII"))
    }

    pub fn meet_id(&self) -> String {
        self.json()["meet_id"].as_str().unwrap_or_else(|| panic!("no meet_id in {}", self.text())).to_owned()
    }
}

pub type Fields<'a> = Vec<(&'a str, &'a str)>;

impl PracticeProgram {
    /// The first practice, over plain HTTP.
    pub fn of(sandbox: &Sandbox) -> PracticeProgram {
        PracticeProgram::at(&sandbox.http_url(), sandbox.app_key(), sandbox.api_key())
    }

    /// The second practice.
    pub fn two(sandbox: &Sandbox) -> PracticeProgram {
        PracticeProgram::at(&sandbox.http_url(), sandbox.app_key(), &sandbox.practice_two().api_key)
    }

    pub fn at(origin: &str, app_key: &str, api_key: &str) -> PracticeProgram {
        PracticeProgram::with_agent(plain_agent(), origin, app_key, api_key)
    }

    pub fn with_agent(agent: ureq::Agent, origin: &str, app_key: &str, api_key: &str) -> PracticeProgram {
        PracticeProgram { agent, origin: origin.to_owned(), app_key: app_key.to_owned(), api_key: api_key.to_owned() }
    }

    /// One request, as it is.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply, ureq::Error> {
        let form = fields.iter().map(|(name, value)| (*name, *value));
        let mut response = self.agent.post(format!("{}{path}", self.origin)).send_form(form)?;
        let bytes = response.body_mut().with_config().limit(u64::MAX).read_to_vec()?;
        Ok(Reply { status: response.status().as_u16(), headers: response.headers().clone(), bytes })
    }

    pub fn get(&self, url: &str) -> Reply {
        let mut response = self.agent.get(url).call().expect("an answer");
        let bytes = response.body_mut().read_to_vec().expect("a whole body");
        Reply { status: response.status().as_u16(), headers: response.headers().clone(), bytes }
    }

    pub fn verify(&self) -> Reply {
        self.post("/api_verify/", &[("api_key", &self.api_key), ("api_app_key", &self.app_key)]).expect("an answer")
    }

    pub fn token(&self) -> String {
        let reply = self.verify();
        reply.json()["token"].as_str().unwrap_or_else(|| panic!("no token in {}", reply.text())).to_owned()
    }

    /// A call with a token of its own, or what broke it.
    pub fn try_call(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply, ureq::Error> {
        let token = self.token();
        let with_token: Fields = [("token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &with_token)
    }

    pub fn call(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.try_call(path, fields).expect("an answer")
    }

    pub fn add(&self, fields: &[(&str, &str)]) -> Reply {
        self.call("/api_meet_add/", fields)
    }

    pub fn list(&self) -> Value {
        self.call("/api_meet_list/", &[]).json()
    }

    pub fn detail(&self, meet_id: &str) -> Reply {
        self.call("/api_meet_detail/", &[("meet_id", meet_id)])
    }

    pub fn remove(&self, meet_id: &str) -> Reply {
        self.call("/api_meet_remove/", &[("meet_id", meet_id)])
    }

    pub fn export(&self, meet_id: &str) -> Reply {
        self.call("/api_meet_export/", &[("meet_id", meet_id)])
    }
}

pub fn plain_agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(20)));
    config.build().into()
}

/// An agent that trusts this sandbox and nobody else.
pub fn trusting_agent(ca_pem: &str) -> ureq::Agent {
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    let authority = Certificate::from_pem(ca_pem.as_bytes()).expect("a PEM certificate");
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[authority]))
        .unversioned_rustls_crypto_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(20)))
        .tls_config(tls);
    config.build().into()
}

/// Jana Nováková, born 1980, with e-mail and phone, at this start.
pub fn jana(meet_start: &str) -> Fields<'_> {
    vec![
        ("pacient_jmeno", "Jana Nováková"),
        ("pacient_email", "jana.novakova@example.com"),
        ("pacient_telefon", "777123456"),
        ("pacient_narozen", "1980"),
        ("meet_start", meet_start),
    ]
}

/// The same fields with one of them another.
pub fn but<'a>(fields: Fields<'a>, name: &'a str, value: &'a str) -> Fields<'a> {
    let others = fields.into_iter().filter(|(known, _)| *known != name);
    others.chain([(name, value)]).collect()
}

/// A start that is far enough in the future.
pub const START: &str = "23.11.2030.10.00";

/// Asks for the time on a socket of its own, and reads until the other side closes: all bytes that came.
pub fn time_until_close(sandbox: &Sandbox) -> String {
    let mut stream = TcpStream::connect(sandbox.http_address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"POST /api_time/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}
