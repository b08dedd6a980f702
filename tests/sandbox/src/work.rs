//! Requests that are worked on step by step while others come and go: the world is locked at each step, never between two.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::sleep;

use crate::code::Code;
use crate::fault::{Fault, Step, WorkEnd, WorksOn};
use crate::http::status_page;
use crate::journal::Request;
use crate::reply::Reply;
use crate::service::{self, Call, Circumstances, Outcome, Work};
use crate::shared::{Held, Shared};
use crate::world::{ReceivedRequest, World};

/// The HTTP status that a gateway answered with before the service did; 0 where it reset the connection.
pub type GivenUp = Arc<OnceLock<u16>>;

/// Works a request off, pauses included, and says what goes back.
pub async fn work_on(shared: &Shared, arrived: &ReceivedRequest, fault: &Fault, how: WorksOn, given_up: &GivenUp) -> Reply {
    let (entry, lives) = shared.world().arrive(arrived, fault);
    let mut request = UnderWay { shared, arrived, fault, entry, lives };
    let honest = request.work_off(how).await;
    let reply = fault.spoil(honest);
    let status = given_up.get().copied().unwrap_or(if fault.says_nothing() { 0 } else { reply.status });
    request.entry.status = status;
    if let Some(mut world) = request.world() {
        request.write_down(&mut world);
    }
    reply
}

/// One request on its way through the service.
struct UnderWay<'a> {
    shared: &'a Shared,
    arrived: &'a ReceivedRequest,
    fault: &'a Fault,
    /// What the journal says of it.
    entry: Request,
    /// The life of the world in which it has arrived.
    lives: u64,
}

impl<'a> UnderWay<'a> {
    async fn work_off(&mut self, how: WorksOn) -> Reply {
        pause(how.check_ms).await;
        let (call, work) = match self.check() {
            Ok(checked) => checked,
            Err(reply) => return reply,
        };
        let [(first, before_first), (second, before_second)] = how.timed_steps();
        pause(before_first).await;
        self.take(first, &work, how.keeps_detail);
        pause(before_second).await;
        if let Some(end) = how.end {
            return self.end(end);
        }
        self.take(second, &work, how.keeps_detail);
        let Some(world) = self.world() else { return gone() };
        let answer = work.answer(&self.circumstances(&world));
        world.respond(call, answer, self.arrived, self.fault, self.entry.practice)
    }

    /// `None` after a reset, which ends the work: what it belonged to is gone.
    fn world(&self) -> Option<Held<'a>> {
        let world = self.shared.world();
        (world.lives() == self.lives).then_some(world)
    }

    fn circumstances<'c>(&self, world: &'c World) -> Circumstances<'c>
    where
        'a: 'c,
    {
        let (ip, origin) = (self.arrived.ip, self.arrived.origin.as_str());
        Circumstances { ip, origin, now: world.clock.now(), settings: &world.settings, forced: self.fault.code }
    }

    fn write_down(&self, world: &mut World) {
        world.journal.amend(&self.entry);
    }

    fn check(&mut self) -> Result<(Call, Work), Reply> {
        let mut world = self.world().ok_or_else(gone)?;
        let result = match world.call_at(self.arrived) {
            Err(_) => Err(world.honest_reply(self.arrived, self.fault, &mut self.entry)),
            Ok(call) => {
                let Outcome { practice, result } = world.check(call, self.arrived, self.fault.code);
                self.entry.practice = practice;
                result.map(|work| (call, work)).map_err(|refusal| world.refuse(refusal, &mut self.entry))
            }
        };
        self.write_down(&mut world);
        result
    }

    fn take(&mut self, step: Step, work: &Work, keeps_detail: bool) {
        let Some(mut world) = self.world() else { return };
        world.take_step(step, work, keeps_detail, self.arrived);
        // A vendor call has no row: its act stands where others e-mail.
        self.entry.carried_out |= step == Step::Mail || !matches!(work, Work::Answer(_));
        self.write_down(&mut world);
    }

    fn end(&mut self, end: WorkEnd) -> Reply {
        let Some(world) = self.world() else { return gone() };
        match end {
            WorkEnd::Http500 => status_page::status(500),
            WorkEnd::X005 => world.refuse(service::asked_for(Code::SYSTEM, "a fault", "porucha na přání"), &mut self.entry),
        }
    }
}

fn gone() -> Reply {
    status_page::status(500)
}

/// Even a sleep of nothing lasts until the timer's next tick, a millisecond away.
pub async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}
