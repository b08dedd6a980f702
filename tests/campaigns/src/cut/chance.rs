//! Random runs: slow services and gateways, broken bytes, codes, pages, restarts, interrupts, second clicks and odd settings, all drawn from the seed.
//! Half of the services are slow. `RUN=…` makes only the runs at the service of this one, which a wrong run has told.

use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use videodoktor_abi_client::{VD_ERR_CANCELLED, VD_OK};
use videodoktor_sandbox::wire::{Action, Direction, Rule};
use videodoktor_sandbox::{ErrorShape, Habits, Next, Shown, ShownYears};

use super::{WORKERS, together};
use crate::changes::world::{Event, Plan, World};
use crate::changes::{Act, Campaign, Kind, SlowService, in_parallel, patients_of, second_pc};
use crate::patients::patient;

/// Makes so many random runs; over HTTPS the proxy sees bytes of TLS only, and disturbs those.
pub fn run(campaign: &Campaign, count: usize, is_secure: bool) -> usize {
    let together = together(count);
    let first_patient = if is_secure { patients_of::RANDOM_SECURE } else { patients_of::RANDOM };
    let only = only();
    in_parallel(count.div_ceil(together), WORKERS, |number| {
        if only.is_some_and(|run| run.checked_sub(first_patient).is_none_or(|run| run / together != number)) {
            return;
        }
        let seed = campaign.seed.wrapping_mul(0x9e37_79b9).wrapping_add(2 * number as u64 + u64::from(is_secure));
        let mut dice = Rng::with_seed(seed);
        let mut world = World::new(campaign, seed, is_secure);
        let is_exclusive = dice.u8(0..10) < 7;
        set_up(&world, &mut dice, is_exclusive);
        for run in number * together..count.min((number + 1) * together) {
            let dice = Rng::with_seed(dice.u64(..));
            Run { number: first_patient + run, dice, is_slow: number % 2 == 1, is_secure, disturbances: Vec::new() }.go(&mut world);
        }
        world.assess();
    });
    count
}

/// The run whose service alone is wanted.
pub fn only() -> Option<usize> {
    std::env::var("RUN").ok().and_then(|run| run.parse().ok())
}

/// What this world's service is like.
fn set_up(world: &World, dice: &mut Rng, is_exclusive: bool) {
    let mut one_in = |sides: u8| dice.u8(0..sides) == 0;
    let (all_habits, close, idle, newest, refuse, odd_list) = (one_in(3), one_in(8), one_in(8), one_in(8), one_in(6), one_in(3));
    let shapes = [ErrorShape::default(), ErrorShape::Nested, ErrorShape::Chyba, ErrorShape::Plain, ErrorShape::Words];
    let (shape, status) = (shapes[dice.usize(0..shapes.len())], [200, 200, 400, 422, 500][dice.usize(0..5)]);
    let shown = if odd_list { draw_shown(dice) } else { Shown::default() };
    world.sandbox.change(|settings| {
        settings.exclusive_starts = is_exclusive;
        settings.habits = if all_habits { Habits::all() } else { Habits::default() };
        settings.error_shape = shape;
        settings.error_status = status;
        settings.close_after_reply = close;
        settings.idle_close_ms = idle.then_some(5);
        settings.newest_token_only = newest;
        settings.refuse_tokens = if refuse { 0.2 } else { 0.0 };
        settings.shown = shown;
    });
}

/// A list that masks, escapes or reorders what it shows, so that a row is harder to know again.
fn draw_shown(dice: &mut Rng) -> Shown {
    let years = [ShownYears::Plain, ShownYears::Zeros, ShownYears::Zero, ShownYears::Null, ShownYears::Empty];
    let years = years[dice.usize(0..years.len())];
    Shown {
        years,
        masked_emails: dice.bool(),
        masked_phones: dice.bool(),
        float_phones: dice.bool(),
        html_escaped: dice.bool(),
        upper_case: dice.bool(),
        surname_first: dice.bool(),
        titles: dice.bool(),
        odd_row: dice.bool().then(|| dice.u32(0..6)),
        ..Shown::default()
    }
}

/// One change and what happens to it.
struct Run {
    /// Of the patient.
    number: usize,
    dice: Rng,
    is_slow: bool,
    is_secure: bool,
    disturbances: Vec<String>,
}

impl Run {
    fn go(mut self, world: &mut World) {
        let act = match self.dice.u8(0..8) {
            0 | 1 => world.removable(&patient(self.number)),
            2 => Act::Vendor(format!("volani-{}", self.number)),
            _ => Act::Add(patient(self.number)),
        };
        let timeout = self.timeout();
        let options =
            json!({"timeout_ms": timeout.as_millis() as u64, "retries": self.dice.u8(0..4), "prefetch_tokens": self.dice.u8(0..3)});
        let client = world.client(options.clone());
        for _ in 0..self.dice.u8(0..3) {
            client.meet_list(); // a kept connection and a token, if this service and this time-out allow it
        }
        let kind = if self.is_slow { self.slow_down(world, &act, timeout) } else { Kind::Prompt };
        let disturbances = if self.is_slow { self.dice.u8(0..2) } else { self.dice.u8(1..4) };
        for _ in 0..disturbances {
            self.disturb(world, &act);
        }
        let events = self.events(&act);
        let run = format!("run {} {options} {}: {events:?} {:?}", self.number, act.path(), self.disturbances);
        let plan = Plan { run, kind, act, timeout, events };
        let status = world.execute(&plan, &client).answer.status;
        self.repeat(world, &plan, client, status);
        world.calm();
    }

    fn timeout(&mut self) -> Duration {
        Duration::from_millis([400, 1_000, 2_500][self.dice.usize(0..3)])
    }

    /// The service works for up to half as long again as the call has time.
    fn slow_down(&mut self, world: &World, act: &Act, timeout: Duration) -> Kind {
        let service = SlowService::draw(&mut self.dice, timeout * 3 / 2, timeout);
        let told = service.arm(world.sandbox.next(act.path()));
        self.disturbances.push(format!("{} {told}", act.path()));
        service.kind
    }

    /// What the person at the screen does who has got no success: always the same again after an interrupt, often after anything else.
    fn repeat(&mut self, world: &mut World, plan: &Plan, client: videodoktor_abi_client::Client, status: i32) {
        let repeats_at_once = status == VD_ERR_CANCELLED || (status != VD_OK && self.dice.u8(0..4) == 0);
        if repeats_at_once && !matches!(plan.act, Act::Vendor(_)) {
            let is_freed = plan.events.iter().any(|(_, event)| matches!(event, Event::Free));
            let another = (is_freed || self.dice.bool()).then(|| world.client(json!({"timeout_ms": plan.timeout.as_millis() as u64})));
            world.again(plan, another.as_ref().unwrap_or(&client));
        }
        drop(client);
        if status != VD_OK && self.dice.u8(0..3) == 0 && !matches!(plan.act, Act::Vendor(_)) {
            world.again_at_rest(&plan.run, plan.kind, &plan.act);
        }
    }

    /// One thing that goes wrong at one of the requests of this call.
    fn disturb(&mut self, world: &World, act: &Act) {
        let looking = if matches!(act, Act::Remove(_)) { "/api_meet_detail/" } else { "/api_meet_list/" };
        let paths = [act.path(), act.path(), act.path(), looking, looking, "/api_verify/"];
        let path = paths[self.dice.usize(0..paths.len())];
        let how = match self.dice.u8(0..10) {
            0..5 => self.disturb_the_way(world, path),
            5..9 => self.disturb_the_service(world.sandbox.next(path)),
            _ => self.act_late(world.sandbox.next(path)),
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
            world.proxy().next_connection(rule)
        } else {
            world.proxy().next_request(path, rule)
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
        format!("is carried out after {late:?}")
    }

    fn events(&mut self, act: &Act) -> Vec<(Duration, Event)> {
        let timeout = self.timeout();
        let event = match (self.dice.u8(0..24), act) {
            (0..2, _) => Event::Restart,
            (2..4, _) => Event::DropConnections,
            (4 | 5, _) => Event::Interrupt,
            (6 | 7, _) => Event::Free,
            (8..12, Act::Add(_) | Act::Remove(_)) => Event::SecondClick { timeout },
            (12 | 13, Act::Add(invitation)) => Event::SecondPc(Box::new(second_pc::rival_of(invitation))),
            _ => return Vec::new(),
        };
        vec![(Duration::from_millis(self.dice.u64(20..600)), event)]
    }
}
