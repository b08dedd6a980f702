//! The service that every competitor calls: one sandbox over HTTPS, and a proxy before it for each delay in milliseconds each way that the command line
//! names. Prints `name=value` lines, the last `ready`; ends when its standard input does.

use std::io::{self, Read};
use std::time::Duration;

use videodoktor_sandbox::wire::CutProxy;
use videodoktor_sandbox::{Sandbox, Settings};

/// Meetings in the list that is asked for again and again: a practice's next two days.
const MEETINGS: usize = 20;

fn main() {
    let settings = Settings { exclusive_starts: false, ..Settings::default() }; // the same patient is invited again and again
    let sandbox = Sandbox::builder().seed(6).settings(settings).start();
    sandbox.seed_meetings(MEETINGS);
    println!("line_0={}", sandbox.url());
    let lines: Vec<CutProxy> = std::env::args().skip(1).map(|delay| delayed_line(&sandbox, &delay)).collect();
    println!("app_key={}", sandbox.app_key());
    for practice in sandbox.practices() {
        println!("api_key={}", practice.api_key);
    }
    println!("ca_file={}", sandbox.ca_file().display());
    println!("control={}/_control/", sandbox.http_url());
    println!("ready");
    let _ = io::stdin().read_to_end(&mut Vec::new());
    drop(lines);
}

fn delayed_line(sandbox: &Sandbox, delay: &str) -> CutProxy {
    let each_way: u64 = delay.parse().unwrap_or_else(|_| panic!("{delay} is not a number of milliseconds"));
    let proxy = CutProxy::to(sandbox.https_address());
    proxy.latency(Duration::from_millis(each_way));
    println!("line_{each_way}={}", proxy.url());
    proxy
}
