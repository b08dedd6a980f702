//! Random runs: broken bytes, codes, pages, restarts, interrupts and odd settings, several at once, all drawn from the seed.

use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use videodoktor_abi_client::VD_OK;
use videodoktor_sandbox::wire::{Action, Direction, Rule};
use videodoktor_sandbox::{ErrorShape, Habits, Next};

use super::world::{ADD, Act, Event, World};
use super::{Campaign, in_parallel, together};
use crate::patients::patient;

/// Makes so many random runs; over HTTPS the proxy sees bytes of TLS only, and disturbs those.
pub fn run(campaign: &Campaign, count: usize, is_secure: bool) -> usize {
    let together = together(count);
    in_parallel(count.div_ceil(together), |number| {
        let seed = campaign.seed.wrapping_mul(0x9e37_79b9).wrapping_add(2 * number as u64 + u64::from(is_secure));
        let mut dice = Rng::with_seed(seed);
        let mut world = World::new(campaign, seed, is_secure);
        let is_exclusive = dice.u8(0..10) < 7;
        settle(&world, &mut dice, is_exclusive);
        for number in number * together..count.min((number + 1) * together) {
            Run { number, dice: Rng::with_seed(dice.u64(..)), is_exclusive, is_secure, disturbances: Vec::new(), late_acts: 0 }
                .go(&mut world);
        }
        world.judge();
    });
    count
}

/// What this world's service is like.
fn settle(world: &World, dice: &mut Rng, is_exclusive: bool) {
    let mut one_in = |sides: u8| dice.u8(0..sides) == 0;
    let (all_habits, close, idle, newest, refuse) = (one_in(3), one_in(8), one_in(8), one_in(8), one_in(6));
    let shapes = [ErrorShape::default(), ErrorShape::Nested, ErrorShape::Chyba, ErrorShape::Plain, ErrorShape::Words];
    let (shape, status) = (shapes[dice.usize(0..shapes.len())], [200, 200, 400, 422, 500][dice.usize(0..5)]);
    world.sandbox.change(|settings| {
        settings.exclusive_starts = is_exclusive;
        settings.habits = if all_habits { Habits::all() } else { Habits::default() };
        settings.error_shape = shape;
        settings.error_status = status;
        settings.close_after_reply = close;
        settings.idle_close_ms = idle.then_some(5);
        settings.newest_token_only = newest;
        settings.refuse_tokens = if refuse { 0.2 } else { 0.0 };
    });
}

/// One call and what happens to it.
struct Run {
    number: usize,
    dice: Rng,
    is_exclusive: bool,
    is_secure: bool,
    disturbances: Vec<String>,
    late_acts: usize,
}

impl Run {
    fn go(mut self, world: &mut World) {
        let act = if self.dice.u8(0..4) == 0 { world.removable(&patient(self.number)) } else { Act::Add(patient(self.number)) };
        let timeout = Duration::from_millis([400, 1_000, 2_500][self.dice.usize(0..3)]);
        let options =
            json!({"timeout_ms": timeout.as_millis() as u64, "retries": self.dice.u8(0..4), "prefetch_tokens": self.dice.u8(0..3)});
        let client = world.client(options.clone());
        for _ in 0..self.dice.u8(0..3) {
            client.meet_list(); // a kept connection and a token, if this service and this time-out allow it
        }
        for _ in 0..self.dice.u8(1..4) {
            self.disturb(world, &act);
        }
        let events = self.events();
        let run = format!("run {} {options} {}: {events:?} {:?}", self.number, act.path(), self.disturbances);
        let told = world.carry_out(run, &client, timeout, act, &events);
        let is_done = told.answer.status == VD_OK;
        let again = match &told.act {
            Act::Add(invitation) if !is_done && self.is_exclusive && self.dice.bool() => Some(invitation.clone()),
            _ => None,
        };
        world.calm(self.late_acts);
        drop(client);
        if let Some(invitation) = again {
            let answer = world.undisturbed(|client| client.meet_add(&invitation));
            world.latest().asked_again = Some(answer);
        }
    }

    /// One thing that goes wrong at one of the requests of this call.
    fn disturb(&mut self, world: &World, act: &Act) {
        let looking = if act.path() == ADD { "/api_meet_list/" } else { "/api_meet_detail/" };
        let paths = [act.path(), act.path(), act.path(), looking, looking, "/api_verify/"];
        let path = paths[self.dice.usize(0..paths.len())];
        let how = match self.dice.u8(0..10) {
            0..5 => self.disturb_the_way(world, path),
            5..9 => self.disturb_the_service(world.sandbox.next(path)),
            _ if self.is_exclusive => self.act_late(world.sandbox.next(path)),
            _ => self.disturb_the_service(world.sandbox.next(path)),
        };
        self.disturbances.push(format!("{path} {how}"));
    }

    fn disturb_the_way(&mut self, world: &World, path: &str) -> String {
        let action = match self.dice.u8(0..8) {
            0..3 => Action::Cut,
            3..5 => Action::Reset,
            5 => Action::Stall,
            6 => Action::Slice { bytes: self.dice.usize(8..64), every: Duration::from_millis(1) },
            _ => Action::Delay(Duration::from_millis(self.dice.u64(0..80))),
        };
        let direction = if self.dice.bool() { Direction::ToServer } else { Direction::ToClient };
        let rule = Rule { direction, at: self.dice.u64(0..if self.is_secure { 5_000 } else { 500 }), action };
        let told = format!("{rule:?}");
        if self.is_secure {
            world.proxy.next_connection(rule)
        } else {
            world.proxy.next_request(path, rule)
        };
        told
    }

    fn disturb_the_service(&mut self, next: Next<'_>) -> String {
        let times = self.dice.u32(1..4);
        let mut told = String::new();
        let next = match self.dice.u8(0..13) {
            0..2 => next.code("X005").times(times),
            2..4 => next.code("X003").times(times),
            4 => next.code(["X000", "X023"][self.dice.usize(0..2)]),
            5 => next.status(502).times(times),
            6 => next.status([200, 500, 502, 504][self.dice.usize(0..4)]).carried_out(),
            7 => next.empty_body(),
            8 => next.truncated_body(),
            9 => next.malformed_body(),
            10 => next.cut_before_acting().times(times),
            11 => next.cut_reply_after(self.dice.u64(0..400)),
            _ => next.delay(Duration::from_millis(self.dice.u64(0..1_500))),
        };
        next.with(|fault| told = fault.summary().unwrap_or_default());
        told
    }

    fn act_late(&mut self, next: Next<'_>) -> String {
        let late = Duration::from_millis(self.dice.u64(1..1_500));
        drop(next.act_after(late));
        self.late_acts += 1;
        format!("is carried out after {late:?}")
    }

    fn events(&mut self) -> Vec<(Duration, Event)> {
        let event = match self.dice.u8(0..20) {
            0..2 => Event::Restart,
            2..4 => Event::DropConnections,
            4 => Event::Interrupt,
            5 => Event::Free,
            _ => return Vec::new(),
        };
        vec![(Duration::from_millis(self.dice.u64(20..600)), event)]
    }
}
