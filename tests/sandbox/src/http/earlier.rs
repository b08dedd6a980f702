//! The latest answers of the service as they went out, for faults that send one of them once more.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

use crate::endless::plainly;
use crate::reply::Reply;

const KEPT: usize = 64;
/// A longer answer is not kept.
const LONGEST: usize = 64 * 1024;

#[derive(Default)]
pub struct Earlier(Mutex<VecDeque<Answer>>);

struct Answer {
    /// The life of the world in which it was given: a reset forgets it.
    lives: u64,
    path: String,
    bytes: Bytes,
}

impl Earlier {
    pub fn remember(&self, lives: u64, path: &str, reply: &Reply) {
        if reply.body.len() > LONGEST {
            return;
        }
        let bytes = plainly(reply).into();
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() == KEPT {
            answers.pop_front();
        }
        answers.push_back(Answer { lives, path: path.to_owned(), bytes });
    }

    /// The newest answer to this path, or to any.
    pub fn newest(&self, lives: u64, of: Option<&str>) -> Option<Bytes> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |answer: &&Answer| answer.lives == lives && of.is_none_or(|path| answer.path == path);
        answers.iter().rev().find(wanted).map(|answer| answer.bytes.clone())
    }
}
