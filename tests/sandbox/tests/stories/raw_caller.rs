//! A caller on the socket level, plain or with TLS: writes what it likes and reads what really comes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use videodoktor_sandbox::Sandbox;

pub struct RawCaller {
    stream: Box<dyn ReadWrite>,
    pub socket: TcpStream,
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

impl RawCaller {
    pub fn plain(sandbox: &Sandbox) -> RawCaller {
        let socket = connect(sandbox.http_address());
        RawCaller { stream: Box::new(socket.try_clone().unwrap()), socket }
    }

    pub fn secure(sandbox: &Sandbox) -> RawCaller {
        RawCaller::over_tls(connect(sandbox.https_address()), sandbox.ca_pem())
    }

    pub fn over_tls(socket: TcpStream, ca_pem: &str) -> RawCaller {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        let connection = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
        RawCaller { stream: Box::new(StreamOwned::new(connection, socket.try_clone().unwrap())), socket }
    }

    pub fn ask(&mut self, path: &str, fields: &[(&str, &str)]) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded");
        self.say(format!("{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len()).as_bytes()).unwrap();
    }

    pub fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// The next reply with a `Content-Length`, whole.
    pub fn reply(&mut self) -> String {
        let mut reply = String::new();
        while !reply.ends_with("\r\n\r\n") {
            reply.push_str(&self.read(1));
        }
        let length = reply.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length").parse().unwrap();
        reply + &self.read(length)
    }

    pub fn read(&mut self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Everything until the connection ends, however it does.
    pub fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.stream.read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    }
}

pub fn connect(address: std::net::SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket.set_nodelay(true).unwrap();
    socket
}
