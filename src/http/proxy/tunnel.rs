//! A tunnel through an HTTP proxy (CONNECT, RFC 9110, 9.3.6), with a login of several requests on one connection where the proxy wants one.

use std::io::{self, Read, Write};

use ureq::Proxy;

use super::authentication::Login;
use super::challenge::{self, Challenge};
use super::hop::place;
use crate::error::{Error, Result, Step};
use crate::http::chunked::Dechunker;
use crate::http::head::HeadScanner;
use crate::http::input::Input;
use crate::status::Status;

/// Requests for one tunnel: one without a login and two of a login that goes on (NTLM), or one each of two kinds.
const MOST_REQUESTS: usize = 3;

/// Maximum size of the page that comes with a 407 and is read to its end, for the connection to be used again.
const LARGEST_BODY: usize = 256 << 10;

/// What is asked for, and of whom.
pub struct Tunnel<'t> {
    /// `host:port` of the service.
    pub target: &'t str,
    pub user_agent: &'t str,
    pub proxy: &'t Proxy,
}

/// Opens a tunnel. `reach` makes a connection to the proxy; a second one only where the proxy closes the first behind a 407.
pub fn open<C: Read + Write>(tunnel: &Tunnel, mut login: Login, mut reach: impl FnMut() -> Result<C>) -> Result<C> {
    let mut connection = reach()?;
    let mut is_new = true;
    let mut authorization = login.first();
    for request in 1.. {
        let header = authorization.as_ref().map(|header| header.as_str());
        let answer = match tunnel.ask(&mut connection, header) {
            // Some proxies close the connection behind a 407 without saying so.
            Err(error) if !is_new && error.status == Status::ERR_PROXY => {
                connection = reach()?;
                tunnel.ask(&mut connection, header)?
            }
            answer => answer?,
        };
        match answer.status {
            200..=299 => {
                login.succeeded();
                return Ok(connection);
            }
            407 => {
                let header = login.answer(&answer.challenges, answer.is_closed)?;
                if request == MOST_REQUESTS {
                    return Err(tunnel.failure(Status::ERR_PROXY_AUTH, "asks for a login again and again (407)"));
                }
                authorization = Some(header);
                is_new = answer.is_closed;
                if is_new {
                    connection = reach()?;
                }
            }
            // The proxy works; it is the service that it does not reach.
            status @ 502..=504 => {
                let error = tunnel.failure(Status::ERR_CONNECT, &format!("has no connection to {} (HTTP {status})", tunnel.target));
                return Err(Error { step: Some(Step::Connect), ..error });
            }
            status => return Err(tunnel.failure(Status::ERR_PROXY, &format!("refused with HTTP {status}"))),
        }
    }
    Err(tunnel.failure(Status::ERR_PROXY_AUTH, "asks for a login again and again (407)"))
}

/// The proxy's answer, of which only known numbers and names go on.
struct Answer {
    status: u16,
    challenges: Vec<Challenge>,
    /// No other request can follow on this connection.
    is_closed: bool,
}

impl Tunnel<'_> {
    fn ask(&self, connection: &mut (impl Read + Write), authorization: Option<&str>) -> Result<Answer> {
        let Tunnel { target, user_agent, .. } = self;
        let login = zeroize::Zeroizing::new(authorization.map(|value| format!("Proxy-Authorization: {value}\r\n")).unwrap_or_default());
        let request = zeroize::Zeroizing::new(format!(
            "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {user_agent}\r\nProxy-Connection: keep-alive\r\n{}\r\n",
            login.as_str()
        ));
        connection.write_all(request.as_bytes()).and_then(|()| connection.flush()).map_err(|error| self.broken(&error))?;
        let head = self.head(connection)?;
        let mut answer = self.parse(&head)?;
        if answer.status == 407 {
            let kept = self.skip_body(&head, connection);
            answer.is_closed |= !kept;
        }
        Ok(answer)
    }

    /// Read byte by byte, from a buffer: what follows the head belongs to the tunnel.
    fn head(&self, connection: &mut impl Read) -> Result<Vec<u8>> {
        let (mut input, mut scanner) = (Input::default(), HeadScanner::default());
        loop {
            let one = |room: &mut [u8]| connection.read(room.get_mut(..1).unwrap_or_default());
            if input.fill(one).map_err(|error| self.broken(&error))? == 0 {
                return Err(self.failure(Status::ERR_PROXY, "closed the connection without an answer"));
            }
            match scanner.find(&mut input) {
                Ok(None) => {}
                Ok(Some(length)) => return Ok(input.unread().get(..length).unwrap_or_default().to_vec()),
                Err(_) => return Err(self.failure(Status::ERR_PROXY, "does not speak HTTP")),
            }
        }
    }

    fn parse(&self, head: &[u8]) -> Result<Answer> {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut response = httparse::Response::new(&mut headers);
        let (Ok(_), Some(status)) = (response.parse(head), response.code) else {
            return Err(self.failure(Status::ERR_PROXY, "does not speak HTTP"));
        };
        let is_old = response.version == Some(0);
        let connection = [values(head, "connection"), values(head, "proxy-connection")].concat().join(",").to_ascii_lowercase();
        let is_closed = connection.contains("close") || (is_old && !connection.contains("keep-alive"));
        let challenges = values(head, "proxy-authenticate").iter().flat_map(|value| challenge::parse(value)).collect();
        Ok(Answer { status, challenges, is_closed })
    }

    /// Reads the body of a 407 to its end. Whether that was possible and another request may follow.
    fn skip_body(&self, head: &[u8], connection: &mut impl Read) -> bool {
        let is_chunked = values(head, "transfer-encoding").join(",").to_ascii_lowercase().contains("chunked");
        let length = values(head, "content-length").first().and_then(|value| value.trim().parse::<usize>().ok());
        let mut left = match length {
            _ if is_chunked => LARGEST_BODY,
            Some(length) if length <= LARGEST_BODY => length,
            _ => return false,
        };
        let (mut dechunker, mut byte) = (Dechunker::default(), [0]);
        while left > 0 && !dechunker.is_ended() {
            if !matches!(connection.read(&mut byte), Ok(1)) {
                return false;
            }
            left -= 1;
            if is_chunked && dechunker.read(&byte, |_| Ok(())).is_err() {
                return false;
            }
        }
        !is_chunked || dechunker.is_ended()
    }

    fn failure(&self, status: Status, what: &str) -> Error {
        Error::network(status, format!("the proxy {} {what}", place(self.proxy)))
    }

    fn broken(&self, error: &io::Error) -> Error {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
            Some(ureq::Error::Timeout(_)) => self.failure(Status::ERR_TIMEOUT, "did not answer in time"),
            _ => Error::network(Status::ERR_PROXY, format!("no connection through the proxy {}: {}", place(self.proxy), error.kind())),
        }
    }
}

/// The values of a header field, in their order.
fn values(head: &[u8], name: &str) -> Vec<String> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut response = httparse::Response::new(&mut headers);
    if response.parse(head).is_err() {
        return Vec::new();
    }
    let named = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    named.map(|header| String::from_utf8_lossy(header.value).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use super::*;
    use crate::http::proxy::{ChosenBy, ProxyAuth, address};

    /// A proxy that says what it is told to, whatever it hears.
    struct Scripted {
        says: &'static [u8],
        heard: Rc<RefCell<Vec<u8>>>,
    }

    impl Read for Scripted {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.says.read(room)
        }
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.heard.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What comes of a proxy that says this on its connections one after another; what it heard on all of them, what is left to read, and how many
    /// connections were made.
    fn asked(address: &str, auth: ProxyAuth, says: &[&'static str]) -> (Result<String>, String, usize) {
        let proxy = address::parse(address).unwrap();
        let tunnel = Tunnel { target: "demo.videodoktor.cz:443", user_agent: "test", proxy: &proxy };
        let (heard, made) = (Rc::new(RefCell::new(Vec::new())), Cell::new(0));
        let opened = open(&tunnel, Login::new(&proxy, auth, ChosenBy::OptionProxy), || {
            let says = says.get(made.get()).unwrap_or(&"");
            made.set(made.get() + 1);
            Ok(Scripted { says: says.as_bytes(), heard: Rc::clone(&heard) })
        });
        let rest = opened.map(|connection| String::from_utf8_lossy(connection.says).into_owned());
        let heard = String::from_utf8(heard.borrow().clone()).unwrap();
        (rest, heard, made.get())
    }

    const ASK: &str = "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 5\r\n\r\nlogin";
    const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

    #[test]
    fn a_login_goes_over_the_same_connection_where_the_proxy_keeps_it() {
        let chunked =
            "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n0\r\n\r\n";
        for (number, first) in [ASK, chunked].into_iter().enumerate() {
            let says: &'static str = Box::leak([first, OPEN, "tunnel"].concat().into_boxed_str());
            let (opened, heard, made) = asked(&format!("u:p@kept{number}.example:1"), ProxyAuth::Auto, &[says]);
            assert_eq!((opened, made), (Ok("tunnel".into()), 1), "what follows the head is the tunnel's");
            assert_eq!(heard.matches("CONNECT demo.videodoktor.cz:443 HTTP/1.1\r\nHost: demo.videodoktor.cz:443\r\n").count(), 2);
            assert_eq!(heard.matches("Proxy-Authorization: Basic dTpw\r\n").count(), 1);
        }
    }

    #[test]
    fn a_proxy_that_closes_behind_its_407_is_asked_on_another_connection() {
        let closing = "HTTP/1.0 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n<html>";
        let said_so = "HTTP/1.1 407 Login\r\nConnection: close\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        let endless = "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 99999999\r\n\r\n<html>";
        let in_silence = "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        let no_challenge = "HTTP/1.1 407 Login\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        for (number, first) in [closing, said_so, endless, in_silence, no_challenge].into_iter().enumerate() {
            let (opened, _, made) = asked(&format!("u:p@closing{number}.example:1"), ProxyAuth::Auto, &[first, OPEN]);
            assert_eq!((opened, made), (Ok(String::new()), 2), "{first}");
        }
    }

    #[test]
    fn each_refusal_has_its_status_and_names_the_proxy() {
        for (says, status, told) in [
            ("HTTP/1.1 403 No\r\n\r\n", Status::ERR_PROXY, "the proxy p.example:1 refused with HTTP 403"),
            (
                "HTTP/1.1 503 No\r\n\r\n",
                Status::ERR_CONNECT,
                "the proxy p.example:1 has no connection to demo.videodoktor.cz:443 (HTTP 503)",
            ),
            ("SSH-2.0-OpenSSH\r\n", Status::ERR_PROXY, "the proxy p.example:1 does not speak HTTP"),
            ("HTTP/1.1 2", Status::ERR_PROXY, "the proxy p.example:1 closed the connection without an answer"),
            ("", Status::ERR_PROXY, "the proxy p.example:1 closed the connection without an answer"),
        ] {
            let (opened, _, _) = asked("p.example:1", ProxyAuth::Auto, &[says]);
            let error = opened.unwrap_err();
            assert_eq!((error.status, error.detail.as_str()), (status, told), "{says}");
        }
        assert_eq!(asked("p.example:1", ProxyAuth::Auto, &[ASK]).0.unwrap_err().status, Status::ERR_PROXY_AUTH);
    }

    #[test]
    fn the_option_none_sends_no_login_though_the_address_has_one() {
        let (opened, heard, _) = asked("u:p@none.example:1", ProxyAuth::None, &[ASK]);
        assert_eq!(opened.unwrap_err().status, Status::ERR_PROXY_AUTH);
        assert!(!heard.contains("Authorization"), "{heard}");
    }
}
