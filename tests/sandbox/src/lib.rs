//! VideoDoktor.cz in a box: the service as its text describes it, on this machine, with a journal that tells what really happened and faults on demand.
//!
//! The program `videodoktor-sandbox` serves it to practice software; this library starts the same thing inside a test:
//!
//! ```
//! use videodoktor_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start();
//! sandbox.next("/api_meet_add/").cut_reply_after(0); // carried out, but its reply is lost
//! // … point the code under test at sandbox.url(), trusting sandbox.ca_file(), and let it invite somebody …
//! assert_eq!(sandbox.invitations().len(), 0);
//! ```
//!
//! Read on with [`Sandbox`] (what a test may ask and do), [`Next`] (faults), [`Settings`] (switches), [`wire`] (proxies and broken servers).
//! The README beside this crate is for people who test a practice program against the running sandbox.

mod sandbox;

mod builder;
mod next;

mod http;

mod work;
mod world;

mod shared;
mod state;

mod order;
mod page;

mod service;

mod endless;
mod fault;
mod journal;
mod reply;

mod clock;
mod code;
mod settings;

pub mod wire;

pub use builder::Builder;
pub use clock::parse_wall;
pub use code::Code;
pub use endless::{Endless, Pace, Place};
pub use fault::{Fault, FaultBody, Gateway, GatewayAnswer, Late, LateWhen, Slow, WorkEnd, WorkOrder, WorksOn};
pub use journal::{Counters, Request};
pub use next::Next;
pub use reply::{EmptyList, ErrorShape, Habits, Shown, ShownYears};
pub use sandbox::Sandbox;
pub use service::{Channel, Letter, Mail, Meeting, Practice, Recipient};
pub use settings::{MissingSlash, Settings};
