//! How a sandbox is to be, before it starts.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::clock::{self, Clock};
use crate::sandbox::Sandbox;
use crate::service::Practice;
use crate::settings::Settings;
use crate::world::{Setup, World};

/// The wishes of a test or of the command line; [`Sandbox::builder`] makes one.
#[derive(Clone, Debug)]
pub struct Builder {
    pub(crate) http: Option<SocketAddr>,
    pub(crate) https: Option<SocketAddr>,
    pub(crate) ipv6: bool,
    pub(crate) names: Vec<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) forget: bool,
    clock: Option<DateTime<Utc>>,
    pub(crate) setup: Setup,
    pub(crate) insist: Insist,
}

/// What was asked for by name, and so counts over what a state file holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Insist {
    app_key: bool,
    practices: bool,
    seed: bool,
    clock: bool,
    frozen: bool,
    settings: bool,
}

impl Insist {
    /// Practices are added, so that none loses its calls; everything else is replaced.
    pub(crate) fn on(&self, setup: &Setup, world: &mut World) {
        if self.app_key {
            world.service.set_app_key(setup.app_key.clone());
        }
        if self.practices {
            let unknown = |wanted: &&Practice| world.service.practices().iter().all(|known| known.api_key != wanted.api_key);
            let unknown: Vec<Practice> = setup.practices.iter().filter(unknown).cloned().collect();
            world.service.practices_mut().extend(unknown);
        }
        if self.seed {
            world.draw_from(setup.seed);
        }
        if self.clock {
            world.clock = setup.clock.clone();
        }
        if self.frozen {
            world.clock.freeze();
        }
        if self.settings {
            world.settings = setup.settings.clone();
        }
    }
}

const FREE_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Default for Builder {
    fn default() -> Builder {
        let practice = |number, name: &str| Practice {
            name: name.to_owned(),
            email: format!("ordinace{number}@sandbox.example"),
            api_key: format!("sandbox-practice-{number}"),
        };
        Builder {
            http: Some(FREE_PORT),
            https: Some(FREE_PORT),
            ipv6: false,
            names: Vec::new(),
            ca_file: None,
            state: None,
            forget: false,
            clock: None,
            setup: Setup {
                app_key: "sandbox-app-key".to_owned(),
                practices: vec![practice(1, "MUDr. Alžběta Příkladná"), practice(2, "MUDr. Řehoř Vzorný")],
                seed: 7,
                clock: Clock::real(),
                settings: Settings::default(),
            },
            insist: Insist::default(),
        }
    }
}

impl Builder {
    pub fn http_only(mut self) -> Builder {
        self.https = None;
        self
    }

    pub fn https_only(mut self) -> Builder {
        self.http = None;
        self
    }

    /// Where to listen for plain HTTP; port 0 is a free one. Without this: a free port of 127.0.0.1.
    pub fn http_at(mut self, address: SocketAddr) -> Builder {
        self.http = Some(address);
        self
    }

    /// Where to listen for HTTPS; port 0 is a free one. Without this: a free port of 127.0.0.1.
    pub fn https_at(mut self, address: SocketAddr) -> Builder {
        self.https = Some(address);
        self
    }

    /// Listens on `[::1]` too, on the same ports (on `[::]` where the address given is 0.0.0.0).
    pub fn ipv6(mut self) -> Builder {
        self.ipv6 = true;
        self
    }

    /// Further host names under which the sandbox answers, and that its certificate holds for, such as `demo.videodoktor.cz` behind a proxy of the test.
    pub fn names(mut self, names: &[&str]) -> Builder {
        self.names.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    /// Writes the certificate authority's PEM here, and leaves it there. Without this: into a directory that goes with the sandbox.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Builder {
        self.ca_file = Some(path.into());
        self
    }

    /// Keeps everything in this file (SQLite), and goes on where the last sandbox on it ended. What the builder is told by name counts then too: its
    /// keys, clock, settings and seed replace the file's, its practices are added. One sandbox at a time may have the file.
    pub fn state(mut self, path: impl Into<PathBuf>) -> Builder {
        self.state = Some(path.into());
        self
    }

    /// Forgets what the state file holds, first of all.
    pub fn forget_state(mut self) -> Builder {
        self.forget = true;
        self
    }

    /// Everything that chance decides (ids, tokens, faults) comes from this number; 7 if it is not set.
    pub fn seed(mut self, seed: u64) -> Builder {
        self.setup.seed = seed;
        self.insist.seed = true;
        self
    }

    /// The same from a number that chance decides, but for a state file's, which stays as it is.
    pub fn any_seed(mut self) -> Builder {
        self.setup.seed = rand::random::<u32>().into();
        self
    }

    pub fn app_key(mut self, app_key: &str) -> Builder {
        self.setup.app_key = app_key.to_owned();
        self.insist.app_key = true;
        self
    }

    /// The practices that the service knows, in place of the two it has otherwise.
    ///
    /// # Panics
    /// If there is none.
    pub fn practices(mut self, practices: Vec<Practice>) -> Builder {
        assert!(!practices.is_empty(), "a service without any practice serves nobody");
        self.setup.practices = practices;
        self.insist.practices = true;
        self
    }

    /// Starts with the clock at this Czech wall-clock time, `2030-11-23 10:00`.
    ///
    /// # Panics
    /// If that is not a time.
    pub fn clock(self, wall: &str) -> Builder {
        self.try_clock(wall).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same; says what is wrong with a time that is none.
    pub fn try_clock(mut self, wall: &str) -> Result<Builder, String> {
        self.clock = Some(clock::parse_instant(wall)?);
        Ok(self)
    }

    /// Starts with the clock standing still.
    pub fn frozen(mut self) -> Builder {
        self.setup.clock.freeze();
        self.insist.frozen = true;
        self
    }

    pub fn settings(mut self, settings: Settings) -> Builder {
        self.setup.settings = settings;
        self.insist.settings = true;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Panics
    /// If it cannot start; [`Builder::try_start`] says why instead.
    pub fn start(self) -> Sandbox {
        self.try_start().unwrap_or_else(|error| panic!("the sandbox cannot start: {error}"))
    }

    pub fn try_start(mut self) -> io::Result<Sandbox> {
        if let Some(at) = self.clock {
            self.setup.clock.set(at);
            self.insist.clock = true;
        }
        Sandbox::new(self)
    }
}

/// The address of the other family that goes with this one.
pub(crate) fn ipv6_twin(address: SocketAddr) -> SocketAddr {
    let ip = if address.ip().is_unspecified() { Ipv6Addr::UNSPECIFIED } else { Ipv6Addr::LOCALHOST };
    SocketAddr::new(ip.into(), address.port())
}
