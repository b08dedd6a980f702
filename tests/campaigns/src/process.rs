//! Second processes of this program: a host that is killed, a host that is hostile, a host whose memory is measured.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::{cut, endless, hosts, mistakes, moving, soak};

/// What this program does as somebody's child.
pub fn child(task: &[&str]) -> ExitCode {
    match task {
        ["invite", url, app_key, key, number] => cut::killed::invite(url, app_key, key, number),
        ["move", url, app_key, key, number, old] => moving::move_once(url, app_key, key, number, old),
        ["soak", task, url, app_key, key, count, crowded] => soak::host(task, url, app_key, key, count, crowded),
        ["hostile", url, app_key, key, seed, seconds] => hosts::host(url, app_key, key, seed, seconds),
        ["endless", url, app_key, key, options, path, meet_id] => endless::host(url, app_key, key, options, path, meet_id),
        ["mistake", seed] => mistakes::child(seed),
        _ => {
            eprintln!("campaigns: no such task of a child: {task:?}");
            ExitCode::from(2)
        }
    }
}

/// A thousand connections need as many descriptors, here and in the children; many systems allow more only to who asks.
pub fn allow_many_descriptors() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is ours.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

/// This program again with a task; its output is read by us, what it complains about is seen.
pub fn second(task: &[&str]) -> Command {
    second_of(&std::env::current_exe().expect("a program knows where it is"), task)
}

/// Another build of this program.
pub fn second_of(program: &Path, task: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.arg("child").args(task).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// The same with another library than ours.
pub fn second_with(library: &Path, task: &[&str]) -> Command {
    let mut command = second(task);
    command.env("VIDEODOKTOR_LIBRARY", library);
    command
}
