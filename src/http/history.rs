//! What a connection has answered lately: an answer that comes twice must not be taken for the answer to another request.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

/// Answers that are remembered.
const MOST: usize = 8;

/// Longer answers, such as lists, are not hashed: nothing but a list is promised where one would do.
const LONGEST: usize = 16 << 10;

/// A doubled answer follows the first within milliseconds, on a machine without a free processor within tenths of a second. After this long it
/// lies unread on the connection, where it is noticed.
const DOUBTFUL: Duration = Duration::from_millis(500);

/// What an answer was, as far as its second copy could be taken for the answer to another request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One of the service's codes: it could refuse any request.
    Code,
    /// A report's address.
    ReportAddress,
    /// Any other answer but a token.
    Other,
}

/// What is expected of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expects {
    /// It shows by itself to which request it belongs.
    Proof,
    /// A report's address, of which only an earlier one can be told apart.
    ReportAddress,
    /// Anything: a call of the vendor's.
    Anything,
}

/// Hashes of what was asked and answered, never the text itself.
#[derive(Default)]
pub struct History {
    answers: Vec<(u64, u64)>,
    code_at: Option<Instant>,
    report_address_at: Option<Instant>,
    other_at: Option<Instant>,
}

impl History {
    /// Remembers an answer to `question`. Whether the same bytes have answered another question before.
    pub fn add(&mut self, question: u64, answer: &[u8]) -> bool {
        if answer.is_empty() || answer.len() > LONGEST {
            return false;
        }
        let answer = hash(answer);
        let is_doubled = self.answers.iter().any(|(asked, heard)| *heard == answer && *asked != question);
        if self.answers.len() == MOST {
            self.answers.remove(0);
        }
        self.answers.push((question, answer));
        is_doubled
    }

    /// The last answer was of this kind.
    pub fn note(&mut self, kind: Kind) {
        let at = match kind {
            Kind::Code => &mut self.code_at,
            Kind::ReportAddress => &mut self.report_address_at,
            Kind::Other => &mut self.other_at,
        };
        *at = Some(Instant::now());
    }

    /// Whether the second copy of an earlier answer could come now and be taken for the one that is expected.
    pub fn is_doubtful(&self, expects: Expects) -> bool {
        let is_recent = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < DOUBTFUL);
        match expects {
            Expects::Proof => is_recent(self.code_at),
            Expects::ReportAddress => [self.code_at, self.report_address_at].into_iter().any(is_recent),
            Expects::Anything => [self.code_at, self.report_address_at, self.other_at].into_iter().any(is_recent),
        }
    }
}

/// The hash of a request or an answer, within this process.
pub fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_answer_one_question_only() {
        let mut history = History::default();
        assert!(!history.add(1, b"{\"meet_id\":\"a\"}"));
        assert!(!history.add(1, b"{\"meet_id\":\"a\"}"), "the same question may be asked again");
        assert!(history.add(2, b"{\"meet_id\":\"a\"}"));
        assert!(!history.add(3, b""), "an empty answer is none");
    }

    #[test]
    fn after_an_answer_a_connection_is_doubtful_for_what_could_be_mistaken_for_it() {
        const ALL: [Expects; 3] = [Expects::Proof, Expects::ReportAddress, Expects::Anything];
        for (kind, doubtful) in
            [(Kind::Other, [false, false, true]), (Kind::ReportAddress, [false, true, true]), (Kind::Code, [true, true, true])]
        {
            let mut history = History::default();
            assert_eq!(ALL.map(|expects| history.is_doubtful(expects)), [false; 3]);
            history.note(kind);
            assert_eq!(ALL.map(|expects| history.is_doubtful(expects)), doubtful, "{kind:?}");
            let before = Instant::now().checked_sub(DOUBTFUL);
            (history.code_at, history.report_address_at, history.other_at) = (before, before, before);
            assert_eq!(ALL.map(|expects| history.is_doubtful(expects)), [false; 3], "{kind:?}, when it is over");
        }
    }
}
