//! One call and what its host was told.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use videodoktor_abi_client::host::PROMISE;
use videodoktor_abi_client::{Answer, Client, Invitation, VD_ERR_CANCELLED, VD_ERR_TIMEOUT};

use super::Kind;
use crate::scheduling::starved;

pub const ADD: &str = "/api_meet_add/";
pub const REMOVE: &str = "/api_meet_remove/";
pub const VENDOR: &str = "/api_echo/";

/// Field of a vendor call that tells it from all others.
pub const VENDOR_FIELD: &str = "poradi";

/// What a call changes.
#[derive(Clone, Debug)]
pub enum Act {
    Add(Invitation),
    Remove(String),
    /// `vd_call` with this value of [`VENDOR_FIELD`].
    Vendor(String),
}

impl Act {
    pub fn path(&self) -> &'static str {
        match self {
            Act::Add(_) => ADD,
            Act::Remove(_) => REMOVE,
            Act::Vendor(_) => VENDOR,
        }
    }

    /// Two acts with one key are the same change.
    pub fn key(&self) -> &str {
        match self {
            Act::Add(invitation) => invitation.pacient_email.as_deref().unwrap_or_default(),
            Act::Remove(meet_id) => meet_id,
            Act::Vendor(number) => number,
        }
    }

    fn call(&self, client: &Client) -> Answer {
        match self {
            Act::Add(invitation) => client.meet_add(invitation),
            Act::Remove(meet_id) => client.meet_remove(meet_id),
            Act::Vendor(number) => client.call("api_echo", &json!({ VENDOR_FIELD: number })),
        }
    }
}

/// Which of the calls for one change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    First,
    /// Made by another client while the first is under way.
    SecondClick,
    /// Made as soon as the one before had returned.
    Again,
    /// Made when the service is idle and nothing is in the way.
    AgainAtRest,
}

pub struct Told {
    /// How to find the run again.
    pub run: String,
    pub kind: Kind,
    pub role: Role,
    pub act: Act,
    pub answer: Answer,
    pub started: Instant,
    pub returned: Instant,
    /// The same two by the machine's clock, in milliseconds: the journal's times are compared with them.
    pub span: [i64; 2],
    /// The latest return that the ABI allows.
    pub promised: Instant,
    /// For how long the calling thread had to wait for a processor meanwhile.
    pub starved: Duration,
}

impl Told {
    /// Makes the call, which has so much time.
    pub fn call(run: String, kind: Kind, role: Role, act: Act, client: &Client, timeout: Duration) -> Told {
        let (started, began, before) = (Instant::now(), wall_clock(), starved());
        let answer = act.call(client);
        let returned = Instant::now();
        let starved = starved().saturating_sub(before);
        let span = [began, wall_clock()];
        Told { run, kind, role, act, answer, started, returned, span, promised: started + timeout + PROMISE, starved }
    }

    /// A call of a host that was killed before it heard anything.
    pub fn nothing(run: String, act: Act, started: Instant, began: i64) -> Told {
        let answer = Answer { status: NOTHING, json: Value::Null };
        let (returned, promised) = (Instant::now(), Instant::now() + PROMISE);
        let (span, starved) = ([began, wall_clock()], Duration::ZERO);
        Told { run, kind: Kind::Prompt, role: Role::First, act, answer, started, returned, span, promised, starved }
    }

    /// The call was ended from outside at this moment.
    pub fn ended_at(&mut self, stopped: Instant) {
        self.promised = self.promised.min(stopped + PROMISE);
    }

    pub fn took(&self) -> Duration {
        self.returned.saturating_duration_since(self.started)
    }

    /// 5 or 24 that says that the change may have been carried out.
    pub fn may_have_acted(&self) -> bool {
        matches!(self.answer.status, VD_ERR_CANCELLED | VD_ERR_TIMEOUT) && self.answer.json["error"]["may_have_acted"] == true
    }
}

/// Status of a call whose host was killed: no status of the library.
pub const NOTHING: i32 = -1;

/// Milliseconds since 1970.
pub fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
