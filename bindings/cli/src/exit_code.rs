//! Exit codes: one for each kind of what a caller can do about it. README.md lists them; a test compares.

/// The arguments, the settings or the request cannot be understood.
pub const USAGE: u8 = 1;
/// A file cannot be read or written, or another watcher serves the folder.
pub const FILE: u8 = 2;

/// The exit code of a status of the library.
pub fn of(status: i32) -> u8 {
    match status {
        0 => 0,
        1..=4 => USAGE,
        5 => 3,
        20..=27 => 4,
        40..=43 => 5,
        50 => 6,
        51 => 7,
        60 => FILE,
        61 | 1004 => 8,
        62 => 9,
        1001 | 1002 => 10,
        1010..=1014 | 1020 => 11,
        1021..=1024 => 12,
        1000 | 1003 | 1005 => 13,
        1006..=2000 => 14,
        _ => 20,
    }
}
