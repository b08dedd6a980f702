//! What a connection has answered lately: an answer that comes twice must not be taken for the answer to another request.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

/// Answers that are remembered.
const MOST: usize = 8;

/// Longer answers, such as lists, are not hashed: nothing but a list is promised where one would do.
const LONGEST: usize = 16 << 10;

/// A doubled answer follows the first within milliseconds. After this long it lies unread on the connection, where it is noticed.
const DOUBTFUL: Duration = Duration::from_millis(50);

/// An answer that does not show to which request it belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anonymous {
    /// One of the service's codes: it could refuse any request.
    Code,
    /// A report's address, or what a call of the vendor's answers.
    Content,
}

/// Hashes of what was asked and answered, never the text itself.
#[derive(Default)]
pub struct History {
    answers: Vec<(u64, u64)>,
    code_at: Option<Instant>,
    content_at: Option<Instant>,
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
    pub fn note(&mut self, kind: Anonymous) {
        let at = match kind {
            Anonymous::Code => &mut self.code_at,
            Anonymous::Content => &mut self.content_at,
        };
        *at = Some(Instant::now());
    }

    /// Whether an answer that comes now could be the second copy of an earlier one; `expects_content`: the request has such an answer itself.
    pub fn is_doubtful(&self, expects_content: bool) -> bool {
        let is_recent = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < DOUBTFUL);
        is_recent(self.code_at) || (expects_content && is_recent(self.content_at))
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
    fn after_an_answer_that_shows_no_question_a_connection_is_doubtful_for_a_moment() {
        let mut history = History::default();
        assert!(!history.is_doubtful(true));
        history.note(Anonymous::Content);
        assert!(history.is_doubtful(true) && !history.is_doubtful(false));
        history.note(Anonymous::Code);
        assert!(history.is_doubtful(false));
        let before = Instant::now().checked_sub(DOUBTFUL);
        (history.code_at, history.content_at) = (before, before);
        assert!(!history.is_doubtful(true));
    }
}
