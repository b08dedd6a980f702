//! The port that quick starts and demos use unless they are told another address.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::browser;
use crate::command_line::Serve;

const PORT: u16 = 43210;

const fn on_this_machine(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// Who has the port.
pub enum UsualPort {
    Free,
    Sandbox { version: String },
    OtherProgram,
}

/// Whether the sandbox is to have it: it was not given another, and it does not serve another program alone, beside others that do.
pub fn is_wished(wishes: &Serve) -> bool {
    wishes.http.is_none() && !wishes.stop_with_stdin
}

/// Where it is to listen for plain HTTP.
pub fn http_address(wishes: &Serve) -> SocketAddr {
    wishes.http.unwrap_or(on_this_machine(if is_wished(wishes) { PORT } else { 0 }))
}

pub fn look() -> UsualPort {
    let address = on_this_machine(PORT);
    // Bound first: on Windows it takes two seconds to learn that nobody listens.
    if TcpListener::bind(address).is_ok() {
        return UsualPort::Free;
    }
    match sandbox_version(address) {
        Some(version) => UsualPort::Sandbox { version },
        None => UsualPort::OtherProgram,
    }
}

/// Says that a sandbox is there already, and opens its page.
pub fn lead_to_the_other(version: &str, opens_browser: bool) {
    let url = format!("http://{}", on_this_machine(PORT));
    println!("A sandbox (version {version}) is running already; its page is {url}/");
    println!("This one ends. To start another beside it, give it a port: videodoktor-sandbox --http 127.0.0.1:0 takes a free one.");
    if opens_browser {
        browser::open(&url);
    }
}

/// What to do where another program has the port.
pub fn taken() -> String {
    format!(
        "another program uses port {PORT}. Choose another port: videodoktor-sandbox --http 127.0.0.1:43211\n\
         Quick starts and demos find it there when the environment says so: VIDEODOKTOR_URL=http://127.0.0.1:43211"
    )
}

const PATIENCE: Duration = Duration::from_secs(3);
/// The index of the control API is much shorter.
const LONGEST_ANSWER: u64 = 1024 * 1024;

/// The version of the sandbox at this address; `None` if something else is there. The control API's index says what it is.
fn sandbox_version(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET /_control/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let index: Value = serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()?;
    (index["service"] == "videodoktor-sandbox").then(|| index["version"].as_str().map(str::to_owned))?
}
