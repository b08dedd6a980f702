//! Waiting campaign: services that work for seconds, and calls with the default `timeout_ms` of 30 s, hundreds of them at once.
//!
//! Nothing is shortened, the window in which the library looks for what was lost included. The figures say what a person waits for.

use std::thread;
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use videodoktor_abi_client::{VD_ERR_CANCELLED, VD_OK};
use videodoktor_sandbox::Next;

use crate::Wishes;
use crate::changes::world::{Event, Plan, World};
use crate::changes::{Act, Campaign, Kind, SlowService, assessment, in_parallel, patients_of, second_pc};
use crate::counts::Counts;
use crate::patients::patient;

/// The library's own default.
const TIMEOUT: Duration = Duration::from_secs(30);

/// PHP that waits for a mail server may take longer than the call has time.
const LONGEST_WORK: Duration = Duration::from_secs(36);

/// Gateways give up after seconds; HAProxy's example is 4, Cloudflare's 100.
const LONGEST_PATIENCE: Duration = Duration::from_secs(12);

const WORKERS: usize = 320;

/// Between the first calls, so that not all of them end in one moment.
const STAGGER: Duration = Duration::from_millis(20);

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let campaign = Campaign::new(wishes, counts);
    let count = wishes.pick(64, 1_280);
    in_parallel(count, WORKERS, |number| {
        if number < WORKERS {
            thread::sleep(STAGGER * u32::try_from(number).unwrap_or(0));
        }
        one(&campaign, number);
    });
    format!("{count} runs with the default time-out: {}{}", assessment::figures(&campaign.figures), campaign.outcomes.table())
}

fn one(campaign: &Campaign, number: usize) {
    let mut dice = Rng::with_seed(campaign.seed.wrapping_mul(31).wrapping_add(number as u64));
    let mut world = World::direct(campaign, dice.u64(..));
    world.sandbox.change(|settings| settings.exclusive_starts = !number.is_multiple_of(3));
    let patient = patient(patients_of::DEFAULT_TIMEOUT + number);
    let act = if number % 5 == 4 { world.removable(&patient) } else { Act::Add(patient) };
    let (kind, service) = draw(&mut dice, number, world.sandbox.next(act.path()));
    let events = events(&mut dice, &act);
    let run = format!("waiting {number} {}: {events:?} {service}", act.path());
    let plan = Plan { run, kind, act, timeout: TIMEOUT, events };
    let client = world.client(json!({}));
    let status = world.execute(&plan, &client).answer.status;
    if status == VD_ERR_CANCELLED {
        let another = world.client(json!({}));
        world.again(&plan, &another);
    } else if status != VD_OK && dice.u8(0..4) == 0 {
        world.again_at_rest(&plan.run, plan.kind, &plan.act);
    }
    drop(client);
    world.assess();
}

/// Three of four services are slow; of the others, the answer is lost.
fn draw(dice: &mut Rng, number: usize, next: Next<'_>) -> (Kind, String) {
    if !number.is_multiple_of(4) {
        let service = SlowService::draw(dice, LONGEST_WORK, LONGEST_PATIENCE);
        return (service.kind, service.arm(next));
    }
    let mut told = String::new();
    let next = match dice.u8(0..6) {
        0 => next.cut_before_acting(),
        1 => next.cut_reply_after(dice.u64(0..300)),
        2 => next.status([500, 502, 503, 504, 524][dice.usize(0..5)]),
        3 => next.status([500, 502, 503, 504, 524][dice.usize(0..5)]).carried_out(),
        4 => next.truncated_body(),
        _ => next.delay(LONGEST_WORK),
    };
    drop(next.with(|fault| told = fault.summary().unwrap_or_default()));
    (Kind::Prompt, told)
}

fn events(dice: &mut Rng, act: &Act) -> Vec<(Duration, Event)> {
    let event = match (dice.u8(0..10), act) {
        (0 | 1, _) => Event::SecondClick { timeout: TIMEOUT },
        (2, _) => Event::Interrupt,
        (3, _) => Event::Free,
        (4, Act::Add(invitation)) => Event::SecondPc(Box::new(second_pc::rival_of(invitation))),
        _ => return Vec::new(),
    };
    vec![(Duration::from_millis(dice.u64(50..9_000)), event)]
}
