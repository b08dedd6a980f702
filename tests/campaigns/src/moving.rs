//! Move campaign: a move is disturbed at each byte of each of its requests, by slow services and by the end of its program, and then made again: the patient
//! never has two calls without the host being told so, never none, and no move is stuck.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::json;
use videodoktor_abi_client::host::{PROMISE, wait_for};
use videodoktor_abi_client::*;
use videodoktor_sandbox::wire::{Action, Direction, Rule};

use crate::Wishes;
use crate::changes::world::World;
use crate::changes::{Act, Campaign, SlowService, in_parallel, patients_of};
use crate::counts::{Counts, Figures};
use crate::patients::patient;
use crate::process;

const WORKERS: usize = 48;
const TIMEOUT: Duration = Duration::from_millis(2_500);
/// Between the number of a patient and the one whose start the call is moved to.
const TO: usize = 50_000;

const DETAIL: &str = "/api_meet_detail/";
const ADD: &str = "/api_meet_add/";
const LIST: &str = "/api_meet_list/";
const REMOVE: &str = "/api_meet_remove/";
/// No request and no reply of a move is longer, in bytes. A place behind the end of a message disturbs nothing.
const LONGEST: u64 = 600;

const MOVES: &str = "moves";
const DONE: &str = "done";
const OLD_REMAINS: &str = "told that the old call may remain";
const UNKNOWN: &str = "told that the outcome is unknown";
const REFUSED: &str = "told that nothing was done";
const STILL_UNKNOWN: &str = "still unknown when made again within 2 minutes";
const WRONG: [&str; 6] = ["two calls without saying so", "no call left", "e-mailed twice", "failed though invited", "stuck", "late"];

/// What happens to a move.
#[derive(Clone, Debug)]
enum Disturbance {
    /// At a byte of one of its messages.
    Bytes { path: &'static str, rule: Rule },
    /// The service takes its time with one of the two changes.
    Slow { path: &'static str, seed: u64 },
    /// The program is killed when this byte has passed.
    Killed { path: &'static str, rule: Rule },
}

pub fn run(wishes: &Wishes, counts: &Counts) -> String {
    let campaign = Campaign::new(wishes, counts);
    let mut dice = Rng::with_seed(wishes.seed);
    let mut disturbances = at_the_bytes(wishes);
    let slow = wishes.pick(16, 600);
    disturbances.extend((0..slow).map(|number| Disturbance::Slow { path: [ADD, REMOVE][number % 2], seed: dice.u64(..) }));
    let killed = wishes.pick(8, 80);
    disturbances.extend((0..killed).map(|number| killed_somewhere(number, &mut dice)));
    dice.shuffle(&mut disturbances); // so that no worker has all the slow ones
    let together = disturbances.len().div_ceil(WORKERS).min(24);
    in_parallel(disturbances.len().div_ceil(together), WORKERS, |number| {
        let world = World::new(&campaign, campaign.seed ^ number as u64, false);
        for (number, disturbance) in disturbances.iter().enumerate().skip(number * together).take(together) {
            Move { campaign: &campaign, world: &world, number: patients_of::MOVED + number, disturbance }.go();
        }
        world.assess();
    });
    figures(&campaign.figures)
}

/// Every byte and every action in the full form, some of them in the quick one.
fn at_the_bytes(wishes: &Wishes) -> Vec<Disturbance> {
    let actions = [Action::Cut, Action::Reset, Action::Stall, Action::Slice { bytes: 16, every: Duration::from_millis(1) }];
    let mut all = Vec::new();
    for path in [DETAIL, ADD, LIST, REMOVE] {
        for direction in [Direction::ToServer, Direction::ToClient] {
            for at in 0..=LONGEST {
                all.extend(actions.iter().map(|action| Disturbance::Bytes { path, rule: Rule { direction, at, action: action.clone() } }));
            }
        }
    }
    let step = wishes.pick(131, 1); // a prime, so that each action and each path has its turn
    all.into_iter().skip(usize::try_from(wishes.seed).unwrap_or(0) % step).step_by(step).collect()
}

fn killed_somewhere(number: usize, dice: &mut Rng) -> Disturbance {
    let (path, direction) = ([DETAIL, ADD, REMOVE][number % 3], [Direction::ToServer, Direction::ToClient][number % 2]);
    Disturbance::Killed { path, rule: Rule { direction, at: dice.u64(0..120), action: Action::Stall } }
}

struct Move<'a> {
    campaign: &'a Campaign<'a>,
    world: &'a World<'a>,
    number: usize,
    disturbance: &'a Disturbance,
}

/// What the patient has and got.
struct FinalState {
    standing: Vec<String>,
    invitations: usize,
    cancellations: usize,
}

impl Move<'_> {
    fn go(&self) {
        let Act::Remove(old) = self.world.removable(&patient(self.number)) else { return };
        let before = self.final_state(None);
        self.disturb();
        let started = Instant::now();
        let answer = if matches!(self.disturbance, Disturbance::Killed { .. }) { self.killed(&old) } else { Some(self.moved(&old)) };
        let returned = Instant::now();
        self.world.calm();
        self.world.sandbox.wait_until_idle();
        let ended = self.final_state(Some(&before));
        let mut wrongs = self.assess(answer.as_ref(), &ended, &old);
        let late = returned.saturating_duration_since(started + TIMEOUT + PROMISE);
        if answer.is_some() && late > self.campaign.scheduling.worst_between(started, returned) {
            wrongs.push(format!("{}: {late:?}", WRONG[5]));
        }
        let again = self.world.at_rest(|client| client.meet_move(&old, &to(self.number)));
        self.world.sandbox.wait_until_idle();
        let at_rest = self.final_state(Some(&before));
        wrongs.extend(self.assess_again(answer.as_ref(), &again, &at_rest));
        self.count(answer.as_ref(), &again, &wrongs);
        let told = |answer: &Answer| format!("{} {}", answer.status, answer.json);
        let run = format!(
            "move {} {:?}: {}, again {}, {:?}",
            self.number,
            self.disturbance,
            answer.as_ref().map_or_else(|| "killed".to_owned(), told),
            told(&again),
            at_rest.standing
        );
        self.campaign.counts.judged(&run, &wrongs);
    }

    fn disturb(&self) {
        match self.disturbance {
            Disturbance::Bytes { path, rule } | Disturbance::Killed { path, rule } => {
                if *path == LIST {
                    self.world.proxy().next_request(ADD, Rule::to_client(0, Action::Cut)); // so that it is looked for
                }
                self.world.proxy().next_request(path, rule.clone());
            }
            Disturbance::Slow { path, seed } => {
                let service = SlowService::draw(&mut Rng::with_seed(*seed), TIMEOUT * 3 / 2, TIMEOUT);
                service.arm(self.world.sandbox.next(path));
            }
        }
    }

    fn moved(&self, old: &str) -> Answer {
        self.world.client(json!({"timeout_ms": TIMEOUT.as_millis() as u64})).meet_move(old, &to(self.number))
    }

    /// Has another program make the move, and kills it when the byte has passed. `None`, unless it was back before.
    fn killed(&self, old: &str) -> Option<Answer> {
        let (url, sandbox, number) = (self.world.url(), &self.world.sandbox, self.number.to_string());
        let fired = self.world.proxy().rules_fired();
        let program = process::second(&["move", &url, sandbox.app_key(), sandbox.api_key(), &number, old]).spawn();
        let mut program = program.expect("this program can start itself");
        wait_for("a program whose request is on its way", || self.world.proxy().rules_fired() > fired);
        program.kill().expect("a child can be killed");
        program.wait().expect("a child can be waited for");
        None
    }

    fn final_state(&self, before: Option<&FinalState>) -> FinalState {
        let sandbox = &self.world.sandbox;
        let email = patient(self.number).pacient_email.unwrap_or_default();
        let standing = sandbox.meetings().into_iter().filter(|meeting| meeting.pacient_email == email).map(|meeting| meeting.meet_id);
        FinalState {
            standing: standing.collect(),
            invitations: sandbox.invitations().len() - before.map_or(0, |before| before.invitations),
            cancellations: sandbox.cancellations().len() - before.map_or(0, |before| before.cancellations),
        }
    }

    fn assess(&self, answer: Option<&Answer>, ended: &FinalState, old: &str) -> Vec<String> {
        let mut wrongs = Vec::new();
        if ended.standing.is_empty() {
            wrongs.push(WRONG[1].to_owned());
        }
        if ended.invitations > 1 || ended.cancellations > 1 {
            wrongs.push(format!("{}: {} and {}", WRONG[2], ended.invitations, ended.cancellations));
        }
        let Some(answer) = answer else { return wrongs };
        let is_done = answer.status == VD_OK;
        if ended.standing.len() > 1 && (is_done || !is_open(answer)) {
            wrongs.push(WRONG[0].to_owned());
        }
        if is_done && ended.standing.iter().any(|standing| standing == old) {
            wrongs.push("done though the old call is there".to_owned());
        }
        if !is_done && !is_open(answer) && answer.status != VD_X005_SYSTEM && ended.invitations > 0 {
            wrongs.push(WRONG[3].to_owned());
        }
        wrongs
    }

    /// Made again with nothing in the way, it ends the move.
    fn assess_again(&self, first: Option<&Answer>, again: &Answer, ended: &FinalState) -> Vec<String> {
        // X005 asks for a repeat although the service may have acted: it e-mails, and the call still stands.
        let invited_anew = first.is_some_and(|first| first.status == VD_X005_SYSTEM);
        let cancelled_anew = first.is_some_and(|first| first.status == VD_ERR_OLD_REMAINS && first.json.to_string().contains("X005"));
        let mut wrongs = Vec::new();
        if ended.invitations > 1 + usize::from(invited_anew) || ended.cancellations > 1 + usize::from(cancelled_anew) {
            wrongs.push(format!("{}: {} and {}", WRONG[2], ended.invitations, ended.cancellations));
        }
        match again.status {
            VD_OK | VD_X004_MEET_ID if ended.standing.len() == 1 => {}
            // What may have been sent is looked for, and not sent again for two minutes.
            VD_ERR_OUTCOME_UNKNOWN | VD_ERR_OLD_REMAINS if first.is_some_and(is_open) && !ended.standing.is_empty() => {}
            _ => wrongs.push(format!("{}: {} calls", WRONG[4], ended.standing.len())),
        }
        wrongs
    }

    fn count(&self, answer: Option<&Answer>, again: &Answer, wrongs: &[String]) {
        let figures = &self.campaign.figures;
        figures.count(MOVES, 1);
        for kind in WRONG {
            figures.count(kind, wrongs.iter().filter(|wrong| wrong.starts_with(kind)).count());
        }
        figures.count(STILL_UNKNOWN, usize::from(again.status == VD_ERR_OUTCOME_UNKNOWN || again.status == VD_ERR_OLD_REMAINS));
        let Some(answer) = answer else { return };
        let told = match answer.status {
            VD_OK => DONE,
            VD_ERR_OLD_REMAINS => OLD_REMAINS,
            _ if is_open(answer) => UNKNOWN,
            _ => REFUSED,
        };
        figures.count(told, 1);
    }
}

/// The host was told that the patient may have two calls, or that nobody knows.
fn is_open(answer: &Answer) -> bool {
    matches!(answer.status, VD_ERR_OLD_REMAINS | VD_ERR_OUTCOME_UNKNOWN) || answer.json["error"]["may_have_acted"] == true
}

fn to(number: usize) -> Invitation {
    Invitation::of_json(&json!({ "meet_start": patient(number + TO).meet_start }))
}

/// The program that is killed.
pub fn move_once(url: &str, app_key: &str, key: &str, number: &str, old: &str) -> ExitCode {
    let client = Client::new(url, app_key, key, &json!({"proxy": "none"})).expect("the options are right");
    let answer = client.meet_move(old, &to(number.parse().expect("a number")));
    println!("{}", answer.json);
    if answer.status == VD_OK { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn figures(figures: &Figures) -> String {
    let told = [MOVES, DONE, OLD_REMAINS, UNKNOWN, REFUSED, STILL_UNKNOWN].map(|what| format!("{} {what}", figures.figure(what)));
    let wrong = WRONG.map(|what| format!("{} {what}", figures.figure(what)));
    format!("{}; {}", told.join(", "), wrong.join(", "))
}
