//! The judges are judged: a library that sends again whatever was lost, one that sends again what it does not find, and one that takes any answer for
//! its own must each be caught, and the sound one must not.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use videodoktor_sandbox::wire::{Action, Rule};
use videodoktor_sandbox::{GatewayAnswer, WorksOn};

use crate::Wishes;
use crate::changes::assessment::{LOST, PHANTOM, TWICE};
use crate::changes::world::{Plan, World};
use crate::changes::{ADD, Act, Campaign, Kind, in_parallel};
use crate::counts::Counts;
use crate::doubled::{self, SOMEBODY_ELSES};
use crate::patients::patient;
use crate::process;

/// Variables that switch a mistake of the library with feature `test-hooks` on.
const BLIND: &str = "VIDEODOKTOR_TEST_REPEAT_BLINDLY";
const SENDS_AGAIN: &str = "VIDEODOKTOR_TEST_SEND_AGAIN_AFTER_A_LOOK";
const BELIEVES: &str = "VIDEODOKTOR_TEST_BELIEVE_EVERY_ANSWER";

/// Lost answers in each child, and as many slow services.
const RUNS: usize = 24;

/// Longer than the library looks for what was lost: a mistake afterwards must have the time to happen.
const TIMEOUT: Duration = Duration::from_secs(16);
const ROW_AFTER: Duration = Duration::from_secs(13);

/// Lets the library with feature `test-hooks` go the same way four times.
pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let library = match hooked_library() {
        Ok(library) => library,
        Err(message) => {
            counts.expect(&message, false);
            return message;
        }
    };
    let [sound, blind, sends_again, believes] = thread::scope(|threads| {
        let library = &library;
        let children = [None, Some(BLIND), Some(SENDS_AGAIN), Some(BELIEVES)]
            .map(|mistake| threads.spawn(move || Figures::of_child(library, mistake, wishes.seed)));
        children.map(|child| child.join().expect("a child was judged"))
    });
    let statements = [
        ("the judges find nothing in a sound library", sound.all().iter().all(|count| *count == 0)),
        ("the judge catches a blind library that e-mails twice", blind.twice > 0),
        ("the judge catches a blind library that loses an invitation", blind.lost > 0),
        ("the judge catches a library that sends again after an empty look", sends_again.twice > 0),
        ("the judge catches a library that does not compare", believes.somebody_elses > 0),
    ];
    for (statement, holds) in statements {
        counts.expect(&format!("{statement}: {sound:?} {blind:?} {sends_again:?} {believes:?}"), holds);
    }
    format!(
        "of {} changes a library that repeats blindly e-mailed {} twice and reported {} as failed, one that sends again after an empty look e-mailed {} \
         twice; one that does not compare handed out somebody else's data {} times; the sound one none of it",
        2 * RUNS,
        blind.twice,
        blind.lost,
        sends_again.twice,
        believes.somebody_elses
    )
}

/// What the judges found in a child. A child that failed found as much as there is.
#[derive(Debug)]
struct Figures {
    twice: u64,
    lost: u64,
    phantom: u64,
    somebody_elses: u64,
}

impl Figures {
    fn of_child(library: &std::path::Path, mistake: Option<&str>, seed: u64) -> Figures {
        let mut command = process::second_with(library, &["mistake", &seed.to_string()]);
        command.stderr(Stdio::inherit());
        for variable in [BLIND, SENDS_AGAIN, BELIEVES] {
            command.env_remove(variable);
        }
        if let Some(variable) = mistake {
            command.env(variable, "1");
        }
        let output = command.output().expect("this program can start itself");
        let said = String::from_utf8_lossy(&output.stdout);
        let told: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap_or(Value::Null);
        let count = |what: &str| told[what].as_u64();
        let [twice, lost, phantom, somebody_elses] = [TWICE, LOST, PHANTOM, SOMEBODY_ELSES].map(count);
        // A child that broke off has caught nobody, and is not sound.
        match (twice, lost, phantom, somebody_elses) {
            (Some(twice), Some(lost), Some(phantom), Some(somebody_elses)) => Figures { twice, lost, phantom, somebody_elses },
            _ => Figures { twice: 0, lost: 0, phantom: u64::MAX, somebody_elses: 0 },
        }
    }

    fn all(&self) -> [u64; 4] {
        [self.twice, self.lost, self.phantom, self.somebody_elses]
    }
}

fn hooked_library() -> Result<PathBuf, String> {
    let path = PathBuf::from(std::env::var_os("VIDEODOKTOR_HOOKED_LIBRARY").unwrap_or_default());
    let how = "tests/campaigns/run.sh builds one";
    if path.is_file() { Ok(path) } else { Err(format!("no library with feature test-hooks at VIDEODOKTOR_HOOKED_LIBRARY: {how}")) }
}

/// The child: answers of `add` are lost, services work on behind a gateway that gives up, and answers come twice. Half of the services take a second
/// meeting at one start.
pub fn child(seed: &str) -> ExitCode {
    let counts = Counts::default();
    let seed: u64 = seed.parse().expect("a number");
    let campaign = Campaign::new(&Wishes { full: false, seed }, &counts);
    in_parallel(2 * RUNS, 2 * RUNS, |number| {
        let mut world = World::new(&campaign, seed.wrapping_add(number as u64), false);
        world.sandbox.change(|settings| settings.exclusive_starts = number % 2 == 0);
        let kind = if number < RUNS {
            world.proxy().next_request(ADD, Rule::to_client(number as u64, Action::Cut));
            Kind::Prompt
        } else {
            let work = WorksOn::mail_first(Duration::from_millis(20 * (number - RUNS) as u64), ROW_AFTER);
            drop(world.sandbox.next(ADD).works_on(work).gateway(Duration::from_millis(100), GatewayAnswer::Page(504)));
            Kind::Gateway
        };
        let client = world.client(json!({"timeout_ms": TIMEOUT.as_millis() as u64}));
        let plan = Plan { run: format!("change {number}"), kind, act: Act::Add(patient(number)), timeout: TIMEOUT, events: Vec::new() };
        world.execute(&plan, &client);
        world.assess();
    });
    let somebody_elses = doubled::somebody_elses(seed, &counts);
    let count = |what: &str| campaign.figures.figure(what);
    println!("{}", json!({TWICE: count(TWICE), LOST: count(LOST), PHANTOM: count(PHANTOM), SOMEBODY_ELSES: somebody_elses}));
    ExitCode::SUCCESS
}
