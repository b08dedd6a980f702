//! What a failed attempt allows. One pure function, and its test is the same table.

use crate::error::Source;
use crate::status::Status;
use crate::transport::Reached;

/// What a call does to the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing: it may be repeated freely. A token request is one of these, since an unused token just dies.
    Reads,
    /// It invites or removes a patient: it may be repeated only if the service cannot have acted.
    Changes,
    /// A call of the vendor's that we know nothing about: never repeated after it was sent.
    Unforeseen,
}

/// What came back of an attempt that did not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// No reply.
    Nothing(Reached),
    /// A reply, with this HTTP status.
    Reply(u16),
}

/// What to do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The error stands.
    GiveUp,
    /// Again with a new token. Counted apart: a refused token is no sign of trouble.
    WithNewToken,
    /// Again at once on a new connection: the kept one had died.
    OnNewConnection,
    /// Again after a pause that grows.
    AfterBackOff,
    /// Again, but only once and after a long pause: the service is limiting us.
    OnceAfterRest,
    /// Nobody knows whether the service acted: look it up.
    LookUp,
    /// Nobody knows, and it cannot be looked up.
    Unknown,
}

/// The decision: the call's effect, what came back, and the error's status and source.
pub fn after(effect: Effect, came: Came, source: Source, status: Status) -> Next {
    #[cfg(feature = "test-hooks")]
    let effect = if crate::test_hooks::repeats_blindly() { Effect::Reads } else { effect };
    match came {
        _ if is_final(status) => Next::GiveUp,
        Came::Nothing(Reached::NotSent) => not_sent(status),
        Came::Nothing(reached) => unanswered(effect, reached, status),
        Came::Reply(_) if source == Source::Server => refused(effect, status),
        Came::Reply(http_status) => senseless(effect, status, http_status),
    }
}

/// Ended from this side.
fn is_final(status: Status) -> bool {
    matches!(status, Status::ERR_CANCELLED | Status::ERR_INTERNAL | Status::ERR_INVALID_ARGUMENT)
}

/// The service has not heard of it. A repeat helps where the way may clear.
fn not_sent(status: Status) -> Next {
    match status {
        Status::ERR_DNS | Status::ERR_CONNECT | Status::ERR_PROXY | Status::ERR_TIMEOUT | Status::ERR_NETWORK => Next::AfterBackOff,
        _ => Next::GiveUp,
    }
}

fn unanswered(effect: Effect, reached: Reached, status: Status) -> Next {
    match (effect, reached) {
        (Effect::Changes, _) => Next::LookUp,
        // An answer came, and it would be no smaller the next time.
        (_, _) if status == Status::ERR_TOO_LARGE => Next::GiveUp,
        (Effect::Unforeseen, _) => Next::Unknown,
        (Effect::Reads, Reached::SentOnKept) => Next::OnNewConnection,
        (Effect::Reads, _) => Next::AfterBackOff,
    }
}

/// One of the service's codes: the call was not carried out.
fn refused(effect: Effect, code: Status) -> Next {
    match (effect, code) {
        (Effect::Unforeseen, _) => Next::GiveUp,
        (_, Status::X003_TOKEN) => Next::WithNewToken,
        (_, Status::X005_SYSTEM) => Next::AfterBackOff,
        (_, Status::X000_RATE_LIMIT | Status::X023_START_OVERLOADED) => Next::OnceAfterRest,
        _ => Next::GiveUp,
    }
}

/// A reply that is neither what was promised nor a code. One that a gateway may have written says nothing about the service behind it.
fn senseless(effect: Effect, status: Status, http_status: u16) -> Next {
    let is_refusal = (400..500).contains(&http_status) && http_status != 408;
    let may_pass = matches!(status, Status::ERR_BAD_REPLY) || !is_refusal || http_status == 429;
    match (effect, status) {
        (_, Status::ERR_REDIRECT) => Next::GiveUp,
        (Effect::Unforeseen, _) => Next::GiveUp,
        (Effect::Changes, Status::ERR_HTTP) if is_refusal => Next::GiveUp,
        (Effect::Changes, _) => Next::LookUp,
        (Effect::Reads, Status::ERR_TOO_LARGE) => Next::GiveUp,
        (Effect::Reads, _) if may_pass => Next::AfterBackOff,
        (Effect::Reads, _) => Next::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::Effect::{Changes, Reads, Unforeseen};
    use super::Next::*;
    use super::Reached::{NotSent, Sent, SentOnKept};
    use super::*;
    use crate::status::TABLE;

    const EFFECTS: [Effect; 3] = [Reads, Changes, Unforeseen];

    fn every_status() -> impl Iterator<Item = Status> {
        TABLE.iter().map(|row| row.status).chain([Status(1042)])
    }

    #[test]
    fn what_was_not_sent_is_repeated_alike_by_every_call() {
        for status in every_status() {
            let expected = match status {
                Status::ERR_DNS | Status::ERR_CONNECT | Status::ERR_PROXY | Status::ERR_TIMEOUT | Status::ERR_NETWORK => AfterBackOff,
                _ => GiveUp,
            };
            for effect in EFFECTS {
                assert_eq!(after(effect, Came::Nothing(NotSent), Source::Network, status), expected, "{effect:?} {status:?}");
            }
        }
    }

    #[test]
    fn a_change_that_was_sent_and_not_answered_is_always_looked_up() {
        for status in every_status().filter(|status| !is_final(*status)) {
            for reached in [Sent, SentOnKept] {
                assert_eq!(after(Changes, Came::Nothing(reached), Source::Network, status), LookUp, "{status:?}");
                let unforeseen = if status == Status::ERR_TOO_LARGE { GiveUp } else { Unknown };
                assert_eq!(after(Unforeseen, Came::Nothing(reached), Source::Network, status), unforeseen, "{status:?}");
            }
            let (kept, sent) = if status == Status::ERR_TOO_LARGE { (GiveUp, GiveUp) } else { (OnNewConnection, AfterBackOff) };
            assert_eq!(after(Reads, Came::Nothing(SentOnKept), Source::Network, status), kept, "{status:?}");
            assert_eq!(after(Reads, Came::Nothing(Sent), Source::Network, status), sent, "{status:?}");
        }
    }

    #[test]
    fn a_code_means_not_carried_out() {
        for status in every_status().filter(|status| status.code().is_some()) {
            for http_status in [200, 400, 503] {
                let expected = match status.code() {
                    Some("X003") => WithNewToken,
                    Some("X005") => AfterBackOff,
                    Some("X000" | "X023") => OnceAfterRest,
                    _ => GiveUp,
                };
                for effect in [Reads, Changes] {
                    assert_eq!(after(effect, Came::Reply(http_status), Source::Server, status), expected, "{effect:?} {status:?}");
                }
                assert_eq!(after(Unforeseen, Came::Reply(http_status), Source::Server, status), GiveUp, "{status:?}");
            }
        }
    }

    #[test]
    fn a_reply_without_sense_leaves_a_change_unknown_unless_it_refuses() {
        let table = [
            // status, HTTP status, reads, changes
            (Status::ERR_BAD_REPLY, 200, AfterBackOff, LookUp),
            (Status::ERR_HTTP, 502, AfterBackOff, LookUp),
            (Status::ERR_HTTP, 408, AfterBackOff, LookUp),
            (Status::ERR_HTTP, 429, AfterBackOff, GiveUp),
            (Status::ERR_HTTP, 404, GiveUp, GiveUp),
            (Status::ERR_HTTP, 403, GiveUp, GiveUp),
            (Status::ERR_REDIRECT, 302, GiveUp, GiveUp),
            (Status::ERR_TOO_LARGE, 200, GiveUp, LookUp),
        ];
        for (status, http_status, reads, changes) in table {
            let next = |effect| after(effect, Came::Reply(http_status), Source::Network, status);
            assert_eq!((next(Reads), next(Changes), next(Unforeseen)), (reads, changes, GiveUp), "{status:?} {http_status}");
        }
    }

    #[test]
    fn what_we_ended_ourselves_is_not_taken_up_again() {
        for status in every_status().filter(|status| is_final(*status)) {
            for came in [Came::Nothing(NotSent), Came::Nothing(Sent), Came::Nothing(SentOnKept), Came::Reply(200)] {
                for effect in EFFECTS {
                    let next = after(effect, came, Source::Network, status);
                    assert_eq!(next, GiveUp);
                }
            }
        }
    }
}
