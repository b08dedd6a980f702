//! What held patients leaves nothing behind in memory.

use std::ops::{Deref, DerefMut};

use zeroize::Zeroize;

/// Wiped when dropped: all the memory that it has, also beyond its end.
///
/// Unlike `Zeroizing`, which of a vector writes item after item. Beyond a vector's end, where nobody's type is concerned, `zeroize` writes
/// in one piece; so the end is moved to the front first.
#[derive(Default)]
pub struct Wiped<T: Emptied>(T);

/// Bytes or text.
pub trait Emptied: Zeroize {
    fn empty(&mut self);
}

impl Emptied for Vec<u8> {
    fn empty(&mut self) {
        self.clear();
    }
}

impl Emptied for String {
    fn empty(&mut self) {
        self.clear();
    }
}

impl<T: Emptied + Default> Wiped<T> {
    pub fn new(value: T) -> Wiped<T> {
        Wiped(value)
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
