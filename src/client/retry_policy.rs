//! What a failed attempt allows. One pure function, and its test is the same table.

use crate::error::Source;
use crate::http::Reached;
use crate::status::Status;

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
pub enum Received {
    /// No reply.
    Nothing(Reached),
    /// A reply, with this HTTP status.
    Reply(u16),
    /// A reply, with this HTTP status, to a request that was redirected. The first of the two may have been carried out.
    RedirectedReply(u16),
    /// An answer to another request.
    Mismatch,
}

/// What to do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The error stands.
    GiveUp,
    /// Again with a new token. Counted apart: a refused token is no sign of trouble.
    WithNewToken,
    /// Again at once on a new connection: the kept one had died, or brought an answer to another request.
    OnNewConnection,
    /// Again after a pause that grows.
    AfterBackOff,
    /// Again, but only once and after a long pause: the service is limiting us.
    RateLimited,
    /// Nobody knows whether the service acted: look it up.
    Reconcile,
    /// The service says that it failed, perhaps after it had acted: look it up; if it is not found, the code stands.
    ReconcileElseCode,
    /// Nobody knows, and it cannot be looked up.
    Unknown,
}

/// The decision: the call's effect, what came back, and the error's status and source.
pub fn after(effect: Effect, received: Received, source: Source, status: Status) -> Next {
    #[cfg(feature = "test-hooks")]
    let effect = if crate::test_hooks::repeats_blindly() { Effect::Reads } else { effect };
    match received {
        _ if is_final(status) => Next::GiveUp,
        Received::Nothing(Reached::NotSent) if source == Source::Client => Next::GiveUp, // our own check, such as of a proxy setting
        Received::Nothing(Reached::NotSent) => not_sent(status),
        Received::Nothing(reached) => unanswered(effect, reached, status),
        Received::Mismatch => mismatched(effect),
        Received::Reply(_) if source == Source::Server => refused(effect, status),
        Received::RedirectedReply(_) if source == Source::Server => refused_behind_a_redirect(effect, status),
        Received::Reply(http_status) => senseless(effect, status, http_status),
        Received::RedirectedReply(http_status) => senseless_behind_a_redirect(effect, status, http_status),
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
        (Effect::Changes, _) => Next::Reconcile,
        (Effect::Unforeseen, _) => Next::Unknown,
        // An answer came, and it would be no smaller the next time.
        (Effect::Reads, _) if status == Status::ERR_TOO_LARGE => Next::GiveUp,
        (Effect::Reads, Reached::SentOnReused) => Next::OnNewConnection,
        (Effect::Reads, _) => Next::AfterBackOff,
    }
}

fn mismatched(effect: Effect) -> Next {
    match effect {
        Effect::Reads => Next::OnNewConnection,
        Effect::Changes => Next::Reconcile,
        Effect::Unforeseen => Next::Unknown,
    }
}

/// One of the service's codes. All but X005 mean that the call was not carried out; X005 may come after the e-mail.
fn refused(effect: Effect, code: Status) -> Next {
    match (effect, code) {
        (Effect::Unforeseen, _) => Next::GiveUp,
        (_, Status::X003_TOKEN) => Next::WithNewToken,
        (Effect::Changes, Status::X005_SYSTEM) => Next::ReconcileElseCode,
        (Effect::Changes, _) => Next::GiveUp,
        (Effect::Reads, Status::X005_SYSTEM) => Next::AfterBackOff,
        (Effect::Reads, Status::X000_RATE_LIMIT | Status::X023_START_OVERLOADED) => Next::RateLimited,
        (Effect::Reads, _) => Next::GiveUp,
    }
}

/// The server that redirected may have acted: then the second request is refused because the first one was carried out.
fn refused_behind_a_redirect(effect: Effect, code: Status) -> Next {
    match (effect, code) {
        (Effect::Changes, Status::X003_TOKEN) => Next::Reconcile,
        (Effect::Changes, Status::X024_START_TAKEN | Status::X004_MEET_ID) => Next::ReconcileElseCode,
        (Effect::Unforeseen, Status::X003_TOKEN) => Next::Unknown,
        _ => refused(effect, code),
    }
}

/// A reply that is neither what was promised nor a code. One that a gateway may have written says nothing about the service behind it.
fn senseless(effect: Effect, status: Status, http_status: u16) -> Next {
    // 499: a gateway's word for a client that has gone; the service may be acting.
    let is_refusal = (400..500).contains(&http_status) && !matches!(http_status, 408 | 499);
    let may_pass = status == Status::ERR_BAD_REPLY || !is_refusal || http_status == 429;
    match effect {
        Effect::Changes | Effect::Unforeseen if is_refusal && status == Status::ERR_HTTP => Next::GiveUp,
        Effect::Changes => Next::Reconcile,
        Effect::Unforeseen => Next::Unknown,
        Effect::Reads if matches!(status, Status::ERR_REDIRECT | Status::ERR_TOO_LARGE) => Next::GiveUp,
        Effect::Reads if matches!(status, Status::ERR_REPORT_NOT_READY) => Next::GiveUp,
        Effect::Reads if may_pass => Next::AfterBackOff,
        Effect::Reads => Next::GiveUp,
    }
}

/// A refusal by the second server says nothing about what the first one did.
fn senseless_behind_a_redirect(effect: Effect, status: Status, http_status: u16) -> Next {
    match effect {
        Effect::Reads => senseless(effect, status, http_status),
        Effect::Changes => Next::Reconcile,
        Effect::Unforeseen => Next::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::Effect::{Changes, Reads, Unforeseen};
    use super::Next::*;
    use super::Reached::{NotSent, Sent, SentOnReused};
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
                assert_eq!(after(effect, Received::Nothing(NotSent), Source::Network, status), expected, "{effect:?} {status:?}");
                assert_eq!(after(effect, Received::Nothing(NotSent), Source::Client, status), GiveUp, "{effect:?} {status:?}");
            }
        }
    }

    #[test]
    fn a_change_that_was_sent_is_never_sent_again() {
        let repeats = [OnNewConnection, AfterBackOff, RateLimited, WithNewToken];
        let replies = [200, 302, 400, 404, 408, 429, 499, 500, 502, 503, 504, 524]
            .map(|http| [Received::Reply(http), Received::RedirectedReply(http)]);
        let nothing = [Received::Nothing(Sent), Received::Nothing(SentOnReused), Received::Mismatch];
        for received in replies.into_iter().flatten().chain(nothing) {
            for (status, source) in every_status().flat_map(|status| [(status, Source::Network), (status, Source::Server)]) {
                for effect in [Changes, Unforeseen] {
                    let is_refused_token = status == Status::X003_TOKEN && source == Source::Server && effect == Changes;
                    let next = after(effect, received, source, status);
                    let may_repeat = is_refused_token && matches!(received, Received::Reply(_));
                    assert_eq!(repeats.contains(&next), may_repeat, "{effect:?} {received:?} {source:?} {status:?}: {next:?}");
                }
            }
        }
    }

    #[test]
    fn a_request_that_was_sent_and_not_answered_is_looked_up_or_read_again() {
        for status in every_status().filter(|status| !is_final(*status)) {
            for reached in [Sent, SentOnReused] {
                assert_eq!(after(Changes, Received::Nothing(reached), Source::Network, status), Reconcile, "{status:?}");
                assert_eq!(after(Unforeseen, Received::Nothing(reached), Source::Network, status), Unknown, "{status:?}");
            }
            let (kept, sent) = if status == Status::ERR_TOO_LARGE { (GiveUp, GiveUp) } else { (OnNewConnection, AfterBackOff) };
            assert_eq!(after(Reads, Received::Nothing(SentOnReused), Source::Network, status), kept, "{status:?}");
            assert_eq!(after(Reads, Received::Nothing(Sent), Source::Network, status), sent, "{status:?}");
            for (effect, next) in [(Reads, OnNewConnection), (Changes, Reconcile), (Unforeseen, Unknown)] {
                assert_eq!(after(effect, Received::Mismatch, Source::Network, status), next, "{status:?}");
            }
        }
    }

    #[test]
    fn a_code_means_not_carried_out_but_for_x005() {
        for status in every_status().filter(|status| status.code().is_some()) {
            for http_status in [200, 302, 400, 503] {
                let next = |effect, received: fn(u16) -> Received| after(effect, received(http_status), Source::Server, status);
                let (reads, changes, redirected) = match status.code() {
                    Some("X003") => (WithNewToken, WithNewToken, Reconcile),
                    Some("X005") => (AfterBackOff, ReconcileElseCode, ReconcileElseCode),
                    Some("X000" | "X023") => (RateLimited, GiveUp, GiveUp),
                    Some("X004" | "X024") => (GiveUp, GiveUp, ReconcileElseCode),
                    _ => (GiveUp, GiveUp, GiveUp),
                };
                assert_eq!((next(Reads, Received::Reply), next(Reads, Received::RedirectedReply)), (reads, reads), "{status:?}");
                assert_eq!((next(Changes, Received::Reply), next(Changes, Received::RedirectedReply)), (changes, redirected), "{status:?}");
                let unforeseen = if status.code() == Some("X003") { Unknown } else { GiveUp };
                assert_eq!(
                    (next(Unforeseen, Received::Reply), next(Unforeseen, Received::RedirectedReply)),
                    (GiveUp, unforeseen),
                    "{status:?}"
                );
            }
        }
    }

    #[test]
    fn a_reply_without_sense_leaves_a_change_unknown_unless_it_refuses() {
        let table = [
            // status, HTTP status, reads, changes, unforeseen
            (Status::ERR_BAD_REPLY, 200, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 500, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 502, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 524, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 408, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 499, AfterBackOff, Reconcile, Unknown),
            (Status::ERR_HTTP, 429, AfterBackOff, GiveUp, GiveUp),
            (Status::ERR_HTTP, 404, GiveUp, GiveUp, GiveUp),
            (Status::ERR_HTTP, 403, GiveUp, GiveUp, GiveUp),
            (Status::ERR_REDIRECT, 302, GiveUp, Reconcile, Unknown),
            (Status::ERR_TOO_LARGE, 200, GiveUp, Reconcile, Unknown),
            (Status::ERR_REPORT_NOT_READY, 200, GiveUp, Reconcile, Unknown),
        ];
        for (status, http_status, reads, changes, unforeseen) in table {
            let next = |effect, received: fn(u16) -> Received| after(effect, received(http_status), Source::Network, status);
            let next = |received| (next(Reads, received), next(Changes, received), next(Unforeseen, received));
            assert_eq!(next(Received::Reply), (reads, changes, unforeseen), "{status:?} {http_status}");
            assert_eq!(next(Received::RedirectedReply), (reads, Reconcile, Unknown), "{status:?} {http_status}, redirected");
        }
    }

    #[test]
    fn what_we_ended_ourselves_is_not_taken_up_again() {
        for status in every_status().filter(|status| is_final(*status)) {
            for received in [
                Received::Nothing(NotSent),
                Received::Nothing(Sent),
                Received::Nothing(SentOnReused),
                Received::Reply(200),
                Received::Mismatch,
            ] {
                for effect in EFFECTS {
                    let next = after(effect, received, Source::Network, status);
                    assert_eq!(next, GiveUp);
                }
            }
        }
    }
}
