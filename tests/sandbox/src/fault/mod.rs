//! Faults on demand: what a request meets instead of, before or after the service's honest reply.

mod gateway;
mod stray;
mod work;

pub use gateway::{Gateway, GatewayAnswer};
pub(crate) use stray::micros;
pub use stray::{Late, LateWhen};
pub use work::{Step, WorkEnd, WorkOrder, WorksOn};

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::Type;
use utoipa::openapi::schema::{AdditionalProperties, Array, ArrayItems, ObjectBuilder, OneOfBuilder, Schema};

use crate::code::Code;
use crate::endless::Endless;
use crate::http::status_page;
use crate::reply::{JSON, Reply};
use crate::settings::{MOST, object};

/// Length of the JSON that a huge body consists of at the least.
const HUGE_AT_LEAST: u64 = 13;

/// One fault, waiting for requests to one path. Several properties may be set; each says when it acts.
///
/// Unless `carried_out` says otherwise, a fault that only spoils the reply (a delay, a cut, an empty, truncated, malformed or slow body) lets
/// the call be carried out, and a fault that answers in the service's place (a code, a status, a body, a redirect) does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The path that it waits for, `/api_meet_add/`; a path that ends in `/` stands for everything below it too; `*` is any path.
    #[schema(required, pattern = r"^(/.*|\*)$")]
    pub path: String,
    /// How many requests meet it; 1 if neither this nor `probability` is given, without end if only `probability` is.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    pub times: Option<u32>,
    /// Each request meets it with this probability (0 to 1), drawn from the seed.
    #[schema(minimum = 0, maximum = 1)]
    pub probability: Option<f64>,

    /// Refuse with this code, after the token has been looked at and used up.
    #[schema(value_type = Option<String>, pattern = "^[Xx][0-9]{3}$")]
    pub code: Option<Code>,
    /// Answer with this HTTP status; with an HTML page unless `body` is given.
    #[schema(minimum = 200, maximum = 599)]
    pub status: Option<u16>,
    /// Add these headers; one of the same name is replaced.
    #[schema(schema_with = headers)]
    pub headers: Vec<(String, String)>,
    /// Answer with this body.
    #[schema(schema_with = body)]
    pub body: Option<FaultBody>,
    /// Redirect to this `Location`: with status 302 unless `status` is given.
    pub redirect: Option<String>,

    /// Whether the call is carried out; see above for what holds without it.
    pub carried_out: Option<bool>,
    /// Wait this long before carrying the call out. It is carried out even if the caller has hung up by then.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub act_after_ms: u64,
    /// Check the request, e-mail, and show the row in the list one after the other, on to the end even if the caller has hung up by then.
    #[serde(deserialize_with = "object")]
    pub works_on: Option<WorksOn>,
    /// A gateway in front gives up before the reply is there; the work behind it goes on.
    #[serde(deserialize_with = "object")]
    pub gateway: Option<Gateway>,
    /// Hold the reply back for this long, the call being carried out.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub delay_ms: u64,

    /// Close the connection without carrying the call out.
    pub cut_before_acting: bool,
    /// Close the connection after this many bytes of the reply, headers included; 0 sends nothing.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub cut_reply_after: Option<u64>,
    /// Send the same answer once more, so many microseconds later. (A huge body goes out once all the same.)
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub again_after_us: Option<u64>,
    /// The same in milliseconds, where the microseconds are not given.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub again_after_ms: Option<u64>,
    /// Send an earlier answer, unasked.
    #[serde(deserialize_with = "object")]
    pub late: Option<Late>,
    /// Tell another meeting of the practice, the newest one, in the answers of add, detail, remove and export.
    pub other_meeting: bool,
    /// Let one piece of the reply go on without an end.
    #[serde(deserialize_with = "object")]
    pub endless: Option<Endless>,
    /// Send the body in pieces.
    #[serde(deserialize_with = "object")]
    pub slow: Option<Slow>,
    /// Close the connection after the reply without having said so.
    pub close_after_reply: bool,
}

/// For the durations of the Rust API; what is too long for the type is refused by [`Fault::check`].
pub(crate) fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

fn is_header_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_header_value(value: &str) -> bool {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn headers() -> Schema {
    let text = |pattern: &str| ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build();
    let mut pair = Array::new(utoipa::openapi::schema::empty());
    pair.prefix_items = vec![text("^[A-Za-z0-9-]{1,64}$").into(), text("^[ -~]*$").into()];
    pair.items = ArrayItems::False;
    (pair.min_items, pair.max_items) = (Some(2), Some(2));
    Array::new(pair).into()
}

fn body() -> Schema {
    let one = |name: &str, of: Schema| {
        let object = ObjectBuilder::new().property(name, of).required(name);
        object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
    };
    let whole = |least: u64, most: u64| ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most));
    let spoilt = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["empty", "truncated", "malformed"]));
    let choice = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .item(spoilt)
        .item(one("text", ObjectBuilder::new().schema_type(Type::String).into()))
        .item(one("bytes", Array::new(whole(0, 255)).into()))
        .item(one("huge", whole(HUGE_AT_LEAST, MOST).into()));
    choice.build().into()
}

/// A body in the service's place, or the service's own body spoilt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultBody {
    /// This text, as it is.
    Text(String),
    /// These bytes, as they are.
    Bytes(Vec<u8>),
    /// Nothing; the call is carried out.
    Empty,
    /// The first half of the honest body, as if it were whole; the call is carried out.
    Truncated,
    /// The honest body with its last bracket the wrong one; the call is carried out.
    Malformed,
    /// Valid JSON of exactly this many bytes (at least 13), in the service's place.
    Huge(u64),
}

impl FaultBody {
    fn spoil(&self, honest: &[u8]) -> Vec<u8> {
        match self {
            FaultBody::Text(text) => text.clone().into_bytes(),
            FaultBody::Bytes(bytes) => bytes.clone(),
            // Huge bodies are made piece by piece while they are sent.
            FaultBody::Empty | FaultBody::Huge(_) => Vec::new(),
            FaultBody::Truncated => honest[..honest.len() / 2].to_vec(),
            FaultBody::Malformed => match honest.split_last() {
                Some((b'}', rest)) => [rest, b"]"].concat(),
                Some((_, rest)) => [rest, b"}"].concat(),
                None => b"{".to_vec(),
            },
        }
    }
}

/// A body that drips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// Bytes of one piece.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub bytes: usize,
    /// Pause before each piece but the first.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub every_ms: u64,
}

impl Fault {
    pub fn at(path: &str) -> Fault {
        Fault { path: path.to_owned(), ..Fault::default() }
    }

    /// Says which property cannot be, and what it may be.
    pub fn check(&self) -> Result<(), String> {
        if self.path != "*" && !self.path.starts_with('/') {
            return Err(format!("path is `{}`; it begins with / or is *", self.path));
        }
        if let Some(status) = self.status.filter(|status| !(200..=599).contains(status)) {
            return Err(format!("status is {status}; it is from 200 to 599"));
        }
        if let Some(chance) = self.probability.filter(|chance| !(0.0..=1.0).contains(chance)) {
            return Err(format!("probability is {chance}; it is from 0 to 1"));
        }
        if let Some(FaultBody::Huge(bytes)) = self.body.as_ref().filter(|body| matches!(body, FaultBody::Huge(..HUGE_AT_LEAST))) {
            return Err(format!("huge is {bytes}; it is at least {HUGE_AT_LEAST}"));
        }
        let huge = if let Some(FaultBody::Huge(bytes)) = self.body { bytes } else { 0 };
        let slow = self.slow.map_or([0; 2], |slow| [slow.bytes as u64, slow.every_ms]);
        let numbers = [self.act_after_ms, self.delay_ms, self.cut_reply_after.unwrap_or(0), huge].into_iter().chain(slow);
        if let Some(number) = numbers.into_iter().find(|number| *number > MOST) {
            return Err(format!("{number} is too much; numbers are at most {MOST}"));
        }
        if let Some(number) = [self.again_after_us, self.again_after_ms].into_iter().flatten().find(|number| *number > MOST) {
            return Err(format!("again_after: {number} is too much; numbers are at most {MOST}"));
        }
        self.late.as_ref().map_or(Ok(()), |late| late.check())?;
        self.endless.map_or(Ok(()), |endless| endless.check())?;
        self.works_on.map_or(Ok(()), |work| work.check())?;
        self.gateway.map_or(Ok(()), |gateway| gateway.check())?;
        match self.headers.iter().find(|(name, value)| !is_header_name(name) || !is_header_value(value)) {
            Some((name, _)) => {
                Err(format!("`{name}` or its value cannot be an HTTP header: letters, digits and hyphens, then plain ASCII"))
            }
            None => Ok(()),
        }
    }

    /// Whether the service gets to see the call.
    pub fn lets_act(&self) -> bool {
        let answers_itself = self.status.is_some()
            || self.redirect.is_some()
            || matches!(self.body, Some(FaultBody::Text(_) | FaultBody::Bytes(_) | FaultBody::Huge(_)));
        !self.cut_before_acting && self.carried_out.unwrap_or(!answers_itself)
    }

    /// Whether the service takes the steps of [`WorksOn`].
    pub fn is_worked_on(&self) -> bool {
        self.works_on.is_some() && self.lets_act()
    }

    /// Whether the connection closes before the first byte of a reply.
    pub fn says_nothing(&self) -> bool {
        self.cut_before_acting || self.cut_reply_after == Some(0)
    }

    /// How long after the answer it is sent once more.
    pub fn again_after(&self) -> Option<Duration> {
        self.again_after_us.map(Duration::from_micros).or(self.again_after_ms.map(Duration::from_millis))
    }

    /// What the journal calls it.
    pub fn summary(&self) -> Option<String> {
        let plain = Fault { path: String::new(), times: None, probability: None, ..self.clone() };
        let set = serde_json::to_value(&plain).ok()?;
        let unset = serde_json::to_value(Fault::default()).ok()?;
        let properties = set.as_object()?.iter().filter(|(name, value)| unset.get(name.as_str()) != Some(value));
        let told: Vec<String> = properties.map(|(name, value)| format!("{name}={value}")).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }

    /// The reply after the fault has had its way with status, headers and body. `honest` is empty where the service did not get to see the call.
    pub(crate) fn spoil(&self, honest: Reply) -> Reply {
        let status = self.status.or(self.redirect.is_some().then_some(302));
        let mut reply = match &self.body {
            None if self.lets_act() && status.is_none() => honest,
            None => status_page::status(status.unwrap_or(200)),
            Some(body) if honest.status == 0 => Reply::new(200, JSON, body.spoil(b"")),
            Some(body) => Reply { body: body.spoil(&honest.body), ..honest },
        };
        if let Some(status) = status {
            reply.status = status;
        }
        let location = self.redirect.iter().map(|to| ("location".to_owned(), to.clone()));
        for (name, value) in location.chain(self.headers.iter().cloned()) {
            reply.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            reply.headers.push((name, value));
        }
        reply
    }

    fn waits_for(&self, path: &str) -> bool {
        self.path == "*" || self.path == path || (self.path.ends_with('/') && path.starts_with(&self.path))
    }
}

/// The faults that wait, first come, first met.
pub struct Faults {
    waiting: Vec<Fault>,
    dice: StdRng,
}

impl Faults {
    pub fn new(seed: u64) -> Faults {
        Faults { waiting: Vec::new(), dice: StdRng::seed_from_u64(seed ^ 0x66_61_75_6c_74) }
    }

    /// Goes on with faults that waited before.
    pub fn resume(waiting: Vec<Fault>, seed: u64) -> Faults {
        Faults { waiting, ..Faults::new(seed) }
    }

    /// From here on, chance is drawn from this seed.
    pub fn draw_from(&mut self, seed: u64) {
        self.dice = Faults::new(seed).dice;
    }

    pub fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    pub fn push(&mut self, mut fault: Fault) {
        if fault.times.is_none() && fault.probability.is_none() {
            fault.times = Some(1);
        }
        if fault.times != Some(0) {
            self.waiting.push(fault);
        }
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The fault that a request to `path` meets.
    pub fn meet(&mut self, path: &str) -> Option<Fault> {
        let dice = &mut self.dice;
        let mut strikes = |fault: &Fault| fault.probability.is_none_or(|chance| dice.random::<f64>() < chance);
        let index = self.waiting.iter().position(|fault| fault.waits_for(path) && strikes(fault))?;
        let fault = &mut self.waiting[index];
        let met = fault.clone();
        if let Some(times) = &mut fault.times {
            *times -= 1;
            if *times == 0 {
                self.waiting.remove(index);
            }
        }
        Some(met)
    }
}
