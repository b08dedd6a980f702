//! Peers on the socket level.
