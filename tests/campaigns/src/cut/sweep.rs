//! `add` and `remove` disturbed at each byte of request and reply, on a new connection and on one that was kept, by every action of the proxy.
//!
//! The sandbox takes a second meeting at one start here, so that X024 hides no invitation that was sent twice.

use std::time::Duration;

use serde_json::json;
use videodoktor_sandbox::wire::{Action, Direction, Rule};

use super::{WORKERS, together};
use crate::Wishes;
use crate::changes::world::{Plan, World};
use crate::changes::{Act, Campaign, Kind, in_parallel, patients_of};
use crate::patients::patient;

const TIMEOUT: Duration = Duration::from_millis(2_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

#[derive(Clone, Debug)]
struct Case {
    change: Change,
    rule: Rule,
    on_a_kept_connection: bool,
}

fn actions() -> [Action; 5] {
    [
        Action::Cut,
        Action::Reset,
        Action::Stall,
        Action::Slice { bytes: 16, every: Duration::from_millis(1) },
        Action::Delay(Duration::from_millis(100)),
    ]
}

pub fn run(campaign: &Campaign, wishes: &Wishes) -> usize {
    let places = cut_points(campaign);
    let cases: Vec<Case> = if wishes.full { places.iter().flat_map(every_case).collect() } else { some_cases(&places, campaign.seed) };
    let together = together(cases.len());
    in_parallel(cases.len().div_ceil(together), WORKERS, |number| {
        let first = number * together;
        let mut world = World::new(campaign, campaign.seed ^ number as u64, false);
        world.sandbox.change(|settings| settings.exclusive_starts = false);
        for (number, case) in cases.iter().enumerate().skip(first).take(together) {
            execute(&mut world, number, case);
        }
        world.assess();
    });
    cases.len()
}

/// What is disturbed, and at which byte.
type Place = (Change, Direction, u64);

/// Each byte of each message, the place behind the last one too. Told by a world in which nothing is disturbed.
fn cut_points(campaign: &Campaign) -> Vec<Place> {
    let world = World::new(campaign, campaign.seed, false);
    let client = world.client(json!({"prefetch_tokens": 0}));
    let bytes = || [Direction::ToServer, Direction::ToClient].map(|direction| world.proxy().bytes(direction));
    let length_of = |call: &dyn Fn()| {
        let before = bytes();
        call();
        let after = bytes();
        [after[0] - before[0], after[1] - before[1]]
    };
    let token = length_of(&|| drop(client.verify().ok()));
    let made = std::cell::OnceCell::new();
    let add = length_of(&|| made.set(client.meet_add(&patient(patients_of::SWEEP)).text("meet_id")).expect("set once"));
    let remove = length_of(&|| drop(client.meet_remove(made.get().expect("it was made")).ok()));
    let messages = [(Change::Add, add), (Change::Remove, remove)]
        .into_iter()
        .flat_map(|(change, both)| [(change, Direction::ToServer, both[0] - token[0]), (change, Direction::ToClient, both[1] - token[1])]);
    messages.flat_map(|(change, direction, length)| (0..=length).map(move |at| (change, direction, at))).collect()
}

fn every_case(place: &Place) -> Vec<Case> {
    [false, true].iter().flat_map(|kept| actions().map(|action| case(place, action, *kept))).collect()
}

/// Every seventh place, another action and another kind of connection each time.
fn some_cases(places: &[Place], seed: u64) -> Vec<Case> {
    let offset = usize::try_from(seed % 7).unwrap_or(0);
    let some = places.iter().skip(offset).step_by(7).enumerate();
    some.map(|(number, place)| case(place, actions()[number % 5].clone(), number / 5 % 2 == 0)).collect()
}

fn case((change, direction, at): &Place, action: Action, on_a_kept_connection: bool) -> Case {
    Case { change: *change, rule: Rule { direction: *direction, at: *at, action }, on_a_kept_connection }
}

fn execute(world: &mut World, number: usize, case: &Case) {
    let patient = patient(patients_of::SWEEP + number);
    let act = match case.change {
        Change::Add => Act::Add(patient),
        Change::Remove => world.removable(&patient),
    };
    let client = world.client(json!({"timeout_ms": TIMEOUT.as_millis() as u64}));
    if case.on_a_kept_connection {
        client.meet_list().ok();
    }
    world.proxy().next_request(act.path(), case.rule.clone());
    let plan = Plan { run: format!("{case:?}"), kind: Kind::Prompt, act, timeout: TIMEOUT, events: Vec::new() };
    world.execute(&plan, &client);
    world.calm();
}
