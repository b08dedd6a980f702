//! Where a piece goes on without an end: in the service's reply, in a proxy's answer, in a TLS handshake.

use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_sandbox::wire::{HttpProxy, Odd, OddServer, SocksPlace, SocksProxy};
use videodoktor_sandbox::{Pace, Place, Sandbox};

/// A whole reply of one byte each 100 ms outlasts every call; a larger one is refused as too large at once.
const DRIPPING_BODY: u64 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// A piece of the service's reply, plain.
    Plain(Place),
    /// The same over TLS.
    Secure(Place),
    /// An HTTP proxy's answer to `CONNECT`.
    HttpProxy(Place),
    SocksProxy(SocksPlace),
    /// What comes through a proxy drips, the TLS handshake first.
    HttpTunnel,
    SocksTunnel,
    /// The service's own TLS handshake.
    Handshake,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub way: Way,
    pub is_dripping: bool,
    /// The request whose reply it is; of a proxy's answer, the call that is made.
    pub path: &'static str,
}

/// A token; a change, which is looked for afterwards; lists and reports, which may be large.
const PATHS: [&str; 4] = ["/api_verify/", "/api_meet_add/", "/api_meet_list/", "/report/"];

pub fn every_case() -> Vec<Case> {
    let of_the_service = Place::ALL.into_iter().flat_map(|place| [Way::Plain(place), Way::Secure(place)]);
    let of_the_way = Place::ALL.into_iter().map(Way::HttpProxy);
    let of_the_way = of_the_way.chain([SocksPlace::Greeting, SocksPlace::Login, SocksPlace::Reply].map(Way::SocksProxy));
    let of_the_way = of_the_way.chain([Way::HttpTunnel, Way::SocksTunnel, Way::Handshake]);
    let of_the_service = of_the_service.flat_map(|way| PATHS.map(|path| (way, path)));
    let all = of_the_service.chain(of_the_way.flat_map(|way| ["/api_meet_add/", "/api_meet_list/"].map(|path| (way, path))));
    let paced = all.flat_map(|(way, path)| [false, true].map(|is_dripping| Case { way, is_dripping, path }));
    // A tunnel that does not drip is none of our business.
    paced.filter(|case| case.is_dripping || !matches!(case.way, Way::HttpTunnel | Way::SocksTunnel)).collect()
}

/// Whatever has to stay open while the calls are made.
pub struct Opened {
    pub url: String,
    pub options: Value,
    _http: Option<HttpProxy>,
    _socks: Option<SocksProxy>,
    _odd: Option<OddServer>,
}

impl Case {
    fn pace(&self) -> Pace {
        if self.is_dripping { Pace::new(1, Duration::from_millis(100)) } else { Pace::full_speed() }
    }

    /// Lets the piece go on in the answers of this sandbox, or of what stands before it.
    pub fn open(&self, sandbox: &Sandbox) -> Opened {
        let mut opened = Opened {
            url: sandbox.url(),
            options: json!({"proxy": "none", "ca_file": sandbox.ca_file()}),
            _http: None,
            _socks: None,
            _odd: None,
        };
        match self.way {
            Way::Plain(place) => {
                opened.url = sandbox.http_url();
                self.arm(sandbox, place);
            }
            Way::Secure(place) => self.arm(sandbox, place),
            Way::HttpProxy(_) | Way::HttpTunnel => {
                let proxy = HttpProxy::open();
                if let Way::HttpProxy(place) = self.way {
                    proxy.endless(place, self.pace())
                } else {
                    proxy.drip_tunnel(self.pace())
                }
                opened.options["proxy"] = proxy.url().into();
                opened._http = Some(proxy);
            }
            Way::SocksProxy(_) | Way::SocksTunnel => {
                let proxy = SocksProxy::with_login("ordinace", "heslo");
                if let Way::SocksProxy(place) = self.way {
                    proxy.endless(place, self.pace())
                } else {
                    proxy.drip_tunnel(self.pace())
                }
                opened.options["proxy"] = proxy.url_with_login("ordinace", "heslo").into();
                opened._socks = Some(proxy);
            }
            Way::Handshake => {
                let server = OddServer::start(if self.is_dripping { Odd::DrippingHandshake } else { Odd::EndlessHandshake });
                (opened.url, opened.options["ca_file"]) = (server.url(), json!(server.ca_file()));
                opened._odd = Some(server);
            }
        }
        opened
    }

    fn arm(&self, sandbox: &Sandbox, place: Place) {
        let always = sandbox.sometimes(self.path, 1.0);
        let announces_its_size = matches!(place, Place::BodyOfLength | Place::ChunkData);
        drop(match self.is_dripping && announces_its_size {
            true => always.endless_for(place, self.pace(), DRIPPING_BODY),
            false => always.endless(place, self.pace()),
        });
    }
}
