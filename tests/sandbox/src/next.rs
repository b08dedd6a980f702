//! Faults as a test writes them: `sandbox.next("/api_meet_add/").delay(Duration::from_secs(2)).times(3);`

use std::time::Duration;

use crate::code::Code;
use crate::endless::{Endless, Pace, Place};
use crate::fault::{Fault, FaultBody, Gateway, GatewayAnswer, Late, Slow, WorksOn, micros, millis};
use crate::shared::Shared;

/// What the next request to a path will meet. It counts from the end of the statement on, when this value is dropped.
///
/// A fault that only spoils the reply lets the call be carried out; one that answers in the service's place (a code, a status, a body, a redirect) does
/// not; [`Next::carried_out`] and [`Next::not_carried_out`] say otherwise. Several faults for one path are met in the order in which they were set.
pub struct Next<'a> {
    shared: &'a Shared,
    fault: Fault,
}

impl<'a> Next<'a> {
    pub(crate) fn new(shared: &'a Shared, fault: Fault) -> Next<'a> {
        Next { shared, fault }
    }

    /// Refused with this code; the token is used up, the call is not carried out.
    ///
    /// # Panics
    /// If it does not look like `X005`.
    pub fn code(self, code: &str) -> Self {
        let code: Code = code.parse().unwrap_or_else(|error| panic!("{error}"));
        self.with(|fault| fault.code = Some(code))
    }

    /// An HTML page with this HTTP status.
    pub fn status(self, status: u16) -> Self {
        self.with(|fault| fault.status = Some(status))
    }

    /// One more header, or another value for one that the reply has.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|fault| fault.headers.push((name.to_owned(), value.to_owned())))
    }

    /// These bytes as the body.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        self.with(|fault| fault.body = Some(FaultBody::Bytes(body)))
    }

    /// Carried out, but the body is empty.
    pub fn empty_body(self) -> Self {
        self.with(|fault| fault.body = Some(FaultBody::Empty))
    }

    /// Carried out, but only the first half of the body is sent, as if it were whole.
    pub fn truncated_body(self) -> Self {
        self.with(|fault| fault.body = Some(FaultBody::Truncated))
    }

    /// Carried out, but the body closes with the wrong bracket.
    pub fn malformed_body(self) -> Self {
        self.with(|fault| fault.body = Some(FaultBody::Malformed))
    }

    /// Valid JSON of exactly this many bytes, at least 13.
    pub fn huge_body(self, bytes: u64) -> Self {
        self.with(|fault| fault.body = Some(FaultBody::Huge(bytes)))
    }

    /// 302 to this address; [`Next::status`] sets another status.
    pub fn redirect(self, location: &str) -> Self {
        self.with(|fault| fault.redirect = Some(location.to_owned()))
    }

    /// Carried out, but the reply comes so much later.
    pub fn delay(self, delay: Duration) -> Self {
        self.with(|fault| fault.delay_ms = millis(delay))
    }

    /// Carried out only so much later, even if the caller has hung up by then.
    pub fn act_after(self, delay: Duration) -> Self {
        self.with(|fault| fault.act_after_ms = millis(delay))
    }

    /// Checked, e-mailed and shown in the list one after the other, on to the end even if the caller has hung up by then.
    pub fn works_on(self, work: WorksOn) -> Self {
        self.with(|fault| fault.works_on = Some(work))
    }

    /// A gateway in front answers in the service's place unless its reply is there so soon; what the service does goes on. Together with
    /// [`Next::works_on`], [`Next::act_after`] or [`Next::delay`].
    pub fn gateway(self, gives_up_after: Duration, answers: GatewayAnswer) -> Self {
        self.with(|fault| fault.gateway = Some(Gateway { gives_up_after_ms: millis(gives_up_after), answers }))
    }

    /// The connection closes once the request is there; it is not carried out.
    pub fn cut_before_acting(self) -> Self {
        self.with(|fault| fault.cut_before_acting = true)
    }

    /// Carried out, but the connection closes after this many bytes of the reply, headers included; 0 sends nothing.
    pub fn cut_reply_after(self, bytes: u64) -> Self {
        self.with(|fault| fault.cut_reply_after = Some(bytes))
    }

    /// The body comes in pieces of so many bytes, with this pause between them.
    pub fn slow_body(self, bytes: usize, every: Duration) -> Self {
        self.with(|fault| fault.slow = Some(Slow { bytes, every_ms: millis(every) }))
    }

    /// The same answer once more, so much later to the microsecond.
    pub fn again_after(self, pause: Duration) -> Self {
        self.with(|fault| fault.again_after_us = Some(micros(pause)))
    }

    /// An earlier answer, sent unasked.
    pub fn late(self, late: Late) -> Self {
        self.with(|fault| fault.late = Some(late))
    }

    /// Carried out as asked, but the answer of add, detail, remove or export tells another meeting of the practice: the newest one, if there is another.
    pub fn other_meeting(self) -> Self {
        self.with(|fault| fault.other_meeting = true)
    }

    /// One piece of the reply goes on until the caller closes the connection.
    pub fn endless(self, place: Place, pace: Pace) -> Self {
        self.with(|fault| fault.endless = Some(Endless::at(place, pace)))
    }

    /// One piece of the reply goes on for so many bytes (rounded up to whole lines); then the honest reply goes on.
    pub fn endless_for(self, place: Place, pace: Pace, bytes: u64) -> Self {
        self.with(|fault| fault.endless = Some(Endless { ends_after: Some(bytes), ..Endless::at(place, pace) }))
    }

    /// The connection closes after the reply, which did not say so.
    pub fn close_after_reply(self) -> Self {
        self.with(|fault| fault.close_after_reply = true)
    }

    /// Carried out, whatever the reply says.
    pub fn carried_out(self) -> Self {
        self.with(|fault| fault.carried_out = Some(true))
    }

    /// Not carried out, whatever the reply says.
    pub fn not_carried_out(self) -> Self {
        self.with(|fault| fault.carried_out = Some(false))
    }

    /// So many requests meet it, not just one.
    pub fn times(self, times: u32) -> Self {
        self.with(|fault| fault.times = Some(times))
    }

    /// Any fault at all, for what has no method here.
    pub fn with(mut self, change: impl FnOnce(&mut Fault)) -> Self {
        change(&mut self.fault);
        self
    }
}

impl Drop for Next<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let fault = std::mem::take(&mut self.fault);
        fault.check().unwrap_or_else(|error| panic!("this fault cannot be: {error}"));
        self.shared.world().faults.push(fault);
    }
}
