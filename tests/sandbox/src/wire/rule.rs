//! What a [`CutProxy`](super::CutProxy) does to the bytes of a connection, and where.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    ToServer,
    ToClient,
}

/// What happens at a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Both sides see the connection end in order (FIN).
    Cut,
    /// Both sides see it torn down (RST).
    Reset,
    /// Nothing passes in this direction any more, until [`CutProxy::release`](super::CutProxy::release) or the end of the connection.
    Stall,
    /// From here on, pieces of so many bytes with this pause between them.
    Slice { bytes: usize, every: Duration },
    /// One pause, here.
    Delay(Duration),
}

/// One action at one place: `Rule::to_client(120, Action::Cut)` lets 120 bytes of replies through and then cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub direction: Direction,
    /// How many bytes pass before it happens. 0 waits for the first byte that wants to pass, and holds it back.
    pub at: u64,
    pub action: Action,
}

impl Rule {
    pub fn to_server(at: u64, action: Action) -> Rule {
        Rule { direction: Direction::ToServer, at, action }
    }

    pub fn to_client(at: u64, action: Action) -> Rule {
        Rule { direction: Direction::ToClient, at, action }
    }
}

/// Rules by chance, drawn from a seed: each connection gets one with this probability.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomPlan {
    pub seed: u64,
    /// 0 to 1.
    pub chance: f64,
    /// The byte is drawn from this range, the direction is either.
    pub bytes: RangeInclusive<u64>,
    /// One of these is drawn.
    pub actions: Vec<Action>,
}
