//! What held patients leaves nothing behind in memory.

use std::collections::TryReserveError;
use std::ops::{Deref, DerefMut};

use zeroize::Zeroize;

/// Wiped when dropped: all the memory that it has, also beyond its end.
///
/// Unlike `Zeroizing`, which of a vector writes item after item. Beyond a vector's end, where nobody's type is concerned, `zeroize` writes
/// in one piece; so the end is moved to the front first.
#[derive(Default)]
pub struct Wiped<T: Emptied>(T);

/// Bytes or text.
pub trait Emptied: Zeroize + Default {
    fn empty(&mut self);

    /// Its length, and its capacity.
    fn extent(&self) -> (usize, usize);

    /// The same where there is room for so much.
    fn with_room(&self, room: usize) -> Result<Self, TryReserveError>;
}

impl Emptied for Vec<u8> {
    fn empty(&mut self) {
        self.clear();
    }

    fn extent(&self) -> (usize, usize) {
        (self.len(), self.capacity())
    }

    fn with_room(&self, room: usize) -> Result<Vec<u8>, TryReserveError> {
        let mut larger = Vec::new();
        larger.try_reserve_exact(room)?;
        larger.extend_from_slice(self);
        Ok(larger)
    }
}

impl Emptied for String {
    fn empty(&mut self) {
        self.clear();
    }

    fn extent(&self) -> (usize, usize) {
        (self.len(), self.capacity())
    }

    fn with_room(&self, room: usize) -> Result<String, TryReserveError> {
        let mut larger = String::new();
        larger.try_reserve_exact(room)?;
        larger.push_str(self);
        Ok(larger)
    }
}

impl<T: Emptied> Wiped<T> {
    pub fn new(value: T) -> Wiped<T> {
        Wiped(value)
    }

    /// Room for so much more, and for as much again as there is. What grew by itself would leave its bytes behind in the memory that it left.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), TryReserveError> {
        let (length, capacity) = self.0.extent();
        self.grow(more, capacity.saturating_mul(2).max(length.saturating_add(more)))
    }

    /// The same with no more room than asked for.
    pub fn try_reserve_exact(&mut self, more: usize) -> Result<(), TryReserveError> {
        self.grow(more, self.0.extent().0.saturating_add(more))
    }

    fn grow(&mut self, more: usize, room: usize) -> Result<(), TryReserveError> {
        let (length, capacity) = self.0.extent();
        if capacity - length < more {
            *self = Wiped(self.0.with_room(room)?);
        }
        Ok(())
    }

    /// For whoever wipes it in his turn.
    pub fn into_inner(mut self) -> T {
        std::mem::take(&mut self.0)
    }
}

impl<T: Emptied> Drop for Wiped<T> {
    fn drop(&mut self) {
        self.0.empty();
        self.0.zeroize();
    }
}

impl<T: Emptied> Deref for Wiped<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Emptied> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
