//! Proxies that did not answer lately: with several to choose from, they are tried last.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::hop::Hop;
use crate::locking::lock;

/// How long a proxy that did not answer is put behind the others.
const DEAD_FOR: Duration = Duration::from_secs(30);

/// Proxies that are remembered.
const MOST: usize = 16;

/// Host and port, and since when.
static DEAD: Mutex<Vec<(String, Instant)>> = Mutex::new(Vec::new());

/// The proxy did not answer.
pub fn remember_dead(hop: &Hop) {
    let Some(place) = hop.place() else { return };
    let mut dead = lock(&DEAD);
    dead.retain(|(other, since)| *other != place && since.elapsed() < DEAD_FOR);
    if dead.len() == MOST {
        dead.remove(0);
    }
    dead.push((place, Instant::now()));
}

/// The proxy answered.
pub fn remember_live(hop: &Hop) {
    if let Some(place) = hop.place() {
        lock(&DEAD).retain(|(other, _)| *other != place);
    }
}

/// The hops in their order, those that did not answer lately behind the others.
pub fn live_first(hops: &[Hop]) -> Vec<Hop> {
    if hops.len() < 2 {
        return hops.to_vec();
    }
    let dead = lock(&DEAD);
    let is_dead =
        |hop: &&Hop| hop.place().is_some_and(|place| dead.iter().any(|(other, since)| *other == place && since.elapsed() < DEAD_FOR));
    let (last, first): (Vec<&Hop>, Vec<&Hop>) = hops.iter().partition(is_dead);
    first.into_iter().chain(last).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::proxy::address;

    #[test]
    fn a_proxy_that_did_not_answer_is_tried_last_until_it_answers() {
        let hop = |address| Hop::Through(address::parse(address).unwrap());
        let hops = [hop("dead.example:1"), Hop::Direct, hop("live.example:2")];
        let order = || live_first(&hops).iter().map(Hop::place).collect::<Vec<_>>();
        let (dead, live) = (Some("dead.example:1".to_owned()), Some("live.example:2".to_owned()));
        assert_eq!(order(), [dead.clone(), None, live.clone()]);
        remember_dead(&hops[0]);
        assert_eq!(order(), [None, live.clone(), dead.clone()]);
        assert_eq!(live_first(&hops[..1]).len(), 1, "the only one is tried all the same");
        remember_live(&hops[0]);
        assert_eq!(order(), [dead.clone(), None, live.clone()]);
        remember_dead(&hops[0]);
        for (_, since) in lock(&DEAD).iter_mut().filter(|(place, _)| *place == "dead.example:1") {
            *since = Instant::now().checked_sub(DEAD_FOR).unwrap();
        }
        assert_eq!(order(), [dead, None, live], "after half a minute");
    }
}
