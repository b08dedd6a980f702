//! How an answer is disturbed.

use std::time::Duration;

use fastrand::Rng;
use videodoktor_sandbox::{Late, Next, Sandbox};

// Paths whose earlier answers come as strays. None answers with a bare code here, which nobody could tell from the answer that was waited for; where
// tokens are refused, only two of them.
const ADD: &str = "/api_meet_add/";
const TIME: &str = "/api_time/";
const LIST: &str = "/api_meet_list/";
const TOKEN: &str = "/api_verify/";

/// Longest time between an answer and its second copy.
const LONGEST_US: u64 = 5_000;

/// Answers that show to which request they belong, and those that do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// `meet_id`.
    TheMeeting,
    /// What kind of answer it is.
    TheKind,
    Nothing,
}

fn pause(dice: &mut Rng) -> Duration {
    Duration::from_micros(dice.u64(0..=LONGEST_US))
}

/// What happens to one answer.
pub enum Stray {
    Again(Duration),
    /// An earlier answer, of another path.
    Late(Late),
    OtherMeeting,
}

impl Stray {
    /// Four of five answers come twice; the rest meet an earlier answer, or tell another meeting.
    pub fn draw(dice: &mut Rng, path: &str, shows: Shows, tokens_are_refused: bool) -> Stray {
        match (dice.u8(0..10), shows) {
            (0, Shows::TheMeeting) => Stray::OtherMeeting,
            (1, Shows::TheMeeting | Shows::TheKind) => Stray::late(dice, path, tokens_are_refused),
            _ => Stray::Again(pause(dice)),
        }
    }

    fn late(dice: &mut Rng, path: &str, tokens_are_refused: bool) -> Stray {
        let sources = if tokens_are_refused { &[TOKEN, TIME][..] } else { &[TOKEN, TIME, LIST, ADD] };
        let others: Vec<&str> = sources.iter().copied().filter(|other| *other != path || path == ADD).collect();
        let of = dice.choice(&others).copied().unwrap_or(TOKEN);
        let late = match dice.u8(0..3) {
            0 => Late::before(),
            1 => Late::after(pause(dice)),
            _ => Late::instead(),
        };
        Stray::Late(late.of(of))
    }

    /// Another meeting's id is told, of which this process may not have heard yet: that shows nothing.
    pub fn tells_an_id(&self) -> bool {
        match self {
            Stray::Again(_) => false,
            Stray::OtherMeeting => true,
            Stray::Late(late) => late.of.as_deref() == Some(ADD),
        }
    }

    pub fn arm(self, next: Next<'_>) {
        drop(match self {
            Stray::Again(after) => next.again_after(after),
            Stray::Late(late) => next.late(late),
            Stray::OtherMeeting => next.other_meeting(),
        });
    }
}

/// Has the answer to a request for a token sent twice, unless enough of these wait already.
pub fn disturb_a_token(sandbox: &Sandbox, dice: &mut Rng) -> bool {
    let is_wanted = dice.u8(0..3) > 0 && sandbox.waiting_faults().iter().filter(|fault| fault.path == TOKEN).count() < 4;
    if is_wanted {
        drop(sandbox.next(TOKEN).again_after(pause(dice)));
    }
    is_wanted
}
