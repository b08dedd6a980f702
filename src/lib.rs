//! videodoktor
