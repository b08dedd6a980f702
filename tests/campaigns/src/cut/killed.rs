//! A host that is killed between sending an invitation and hearing of it, and the host that asks again after it.

use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use videodoktor_abi_client::Client;
use videodoktor_abi_client::host::wait_for;
use videodoktor_sandbox::wire::{Action, Rule};

use super::WORKERS;
use crate::changes::world::World;
use crate::changes::{ADD, Act, Campaign, Kind, Told, in_parallel, patients_of, wall_clock};
use crate::patients::patient;
use crate::process;

/// Kills so many hosts with SIGKILL, alternately within the request and within the reply.
pub fn run(campaign: &Campaign, count: usize) -> usize {
    in_parallel(count, WORKERS, |number| kill_one(campaign, number));
    count
}

fn kill_one(campaign: &Campaign, number: usize) {
    let mut dice = fastrand::Rng::with_seed(campaign.seed.wrapping_add(number as u64));
    let mut world = World::new(campaign, dice.u64(..), false);
    let (at, in_the_reply) = (dice.u64(0..150), number.is_multiple_of(2));
    let rule = if in_the_reply { Rule::to_client(at, Action::Stall) } else { Rule::to_server(at, Action::Stall) };
    world.proxy().next_request(ADD, rule);
    let (url, app_key, key) = (world.url(), world.sandbox.app_key(), world.sandbox.api_key());
    let patient_number = patients_of::KILLED + number;
    let (started, began) = (Instant::now(), wall_clock());
    let mut host =
        process::second(&["invite", &url, app_key, key, &patient_number.to_string()]).spawn().expect("this program can start itself");
    wait_for("a host whose invitation is on its way", || world.proxy().rules_fired() == 1);
    host.kill().expect("a child can be killed");
    let status = host.wait().expect("a child can be waited for");
    campaign.counts.expect("a host was killed before it heard", status.code().is_none());
    campaign.counts.expect("what was sent arrived, and only that", world.sandbox.invitations().len() == usize::from(in_the_reply));
    let (run, act) = (format!("host {number}, killed at byte {at}, in the reply: {in_the_reply}"), Act::Add(patient(patient_number)));
    world.remember(Told::nothing(run.clone(), act.clone(), started, began));
    world.again_at_rest(&run, Kind::Prompt, &act);
    world.assess();
}

/// The host: invites, says how that ended, and is gone.
pub fn invite(url: &str, app_key: &str, key: &str, number: &str) -> ExitCode {
    let client = Client::new(url, app_key, key, &json!({"proxy": "none"})).expect("the options are right");
    let answer = client.meet_add(&patient(number.parse().expect("a number")));
    println!("{}", answer.json);
    if answer.status == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
