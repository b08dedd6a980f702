//! The judge is judged: a library that breaks the rule, sending again whatever was lost, must be caught.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_sandbox::wire::{Action, Rule};

use super::judge::{LOST, TWICE};
use super::world::{ADD, Act, World};
use super::{Campaign, in_parallel};
use crate::patients::patient;
use crate::process;
use crate::scheduling::Scheduling;
use crate::tally::Tally;

const BLINDLY: &str = "VIDEODOKTOR_TEST_REPEAT_BLINDLY";
/// Lost answers in each child.
const RUNS: usize = 24;
const TIMEOUT: Duration = Duration::from_millis(3_000);

/// Lets the library with feature `test-hooks` go the same way twice, once with its mistake switched on.
pub fn run(campaign: &Campaign) -> String {
    let library = match hooked_library() {
        Ok(library) => library,
        Err(message) => {
            campaign.tally.expect(&message, false);
            return message;
        }
    };
    let of_child = |mistaken: bool| -> Value {
        let mut command = process::second_with(&library, &["blind"]);
        command.stderr(Stdio::inherit()).env_remove(BLINDLY);
        if mistaken {
            command.env(BLINDLY, "1");
        }
        let output = command.output().expect("this program can start itself");
        let said = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap_or(Value::Null)
    };
    let (sound, blind) = (of_child(false), of_child(true));
    let count = |figures: &Value, what: &str| figures[what].as_u64().unwrap_or(u64::MAX);
    campaign.tally.expect("the judge finds nothing in a sound library", count(&sound, TWICE) == 0 && count(&sound, LOST) == 0);
    let (twice, lost) = (count(&blind, TWICE), count(&blind, LOST));
    campaign.tally.expect("the judge catches a library that invites twice", (1..=RUNS as u64).contains(&twice));
    campaign.tally.expect("the judge catches a library that loses an invitation", (1..=RUNS as u64).contains(&lost));
    format!("a library that repeats blindly was caught: {twice} of {RUNS} invited twice, {lost} reported as failed")
}

fn hooked_library() -> Result<PathBuf, String> {
    let path = PathBuf::from(std::env::var_os("VIDEODOKTOR_HOOKED_LIBRARY").unwrap_or_default());
    let how = "tests/campaigns/run.sh builds one";
    if path.is_file() { Ok(path) } else { Err(format!("no library with feature test-hooks at VIDEODOKTOR_HOOKED_LIBRARY: {how}")) }
}

/// The child: answers of `add` are lost at a service that takes a second call at one start (half of them) and at one that does not.
pub fn sweep_of_a_child() -> ExitCode {
    let tally = Tally::default();
    let campaign = Campaign { seed: 1, tally: &tally, scheduling: Scheduling::watch() };
    in_parallel(RUNS, |number| {
        let mut world = World::new(&campaign, number as u64, false);
        world.sandbox.change(|settings| settings.exclusive_starts = number % 2 == 0);
        let client = world.client(json!({"timeout_ms": TIMEOUT.as_millis() as u64}));
        world.proxy.next_request(ADD, Rule::to_client(number as u64, Action::Cut));
        world.carry_out(format!("answer {number}"), &client, TIMEOUT, Act::Add(patient(number)), &[]);
        world.calm(0);
        world.judge();
    });
    println!("{}", json!({TWICE: tally.figure(TWICE), LOST: tally.figure(LOST)}));
    ExitCode::SUCCESS
}
