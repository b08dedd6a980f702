//! The command line and its help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// VideoDoktor.cz in a box: the service as its text describes it, on this machine.
///
/// Point a practice program at the printed address with the printed keys; trust the printed CA file for HTTPS.
/// Nothing leaves this machine: e-mails are kept in a journal, patients are yours to make up.
#[derive(Parser, Debug)]
#[command(version, args_conflicts_with_subcommands = true, after_help = MAGIC)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve until told to stop (what happens without a command, too)
    #[command(after_help = MAGIC)]
    Serve(Box<Serve>),
    /// Lead through the built library: every call against a sandbox of its own, printed for a person to read
    Tour(Tour),
}

#[derive(Args, Debug)]
pub struct Serve {
    /// Plain HTTP here; port 0 is a free one [default: 127.0.0.1:43210, but a free port with --stop-with-stdin]
    #[arg(help_heading = "Where", long, value_name = "ADDR:PORT")]
    pub http: Option<SocketAddr>,
    /// HTTPS here; port 0 is a free one
    #[arg(help_heading = "Where", long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub https: SocketAddr,
    /// No plain HTTP
    #[arg(help_heading = "Where", long, conflicts_with = "http")]
    pub no_http: bool,
    /// No HTTPS
    #[arg(help_heading = "Where", long, conflicts_with = "https")]
    pub no_https: bool,
    /// Listen on this address with both, on the ports of --http and --https; others can reach it then
    #[arg(help_heading = "Where", long, value_name = "ADDR")]
    pub listen: Option<std::net::IpAddr>,
    /// Listen on IPv6 too, on the same ports
    #[arg(help_heading = "Where", long)]
    pub ipv6: bool,
    /// A further host name under which the sandbox answers, and that its certificate holds for; may be repeated
    #[arg(help_heading = "Where", long = "name", value_name = "HOST")]
    pub names: Vec<String>,
    /// Write the certificate authority's PEM here; without this, into a temporary directory
    #[arg(help_heading = "Where", long, value_name = "PATH")]
    pub ca_file: Option<PathBuf>,

    /// The implementation's key [default: sandbox-app-key]
    #[arg(help_heading = "Keys", long, value_name = "KEY")]
    pub app_key: Option<String>,
    /// A practice's key; may be repeated, one practice each. Without this: sandbox-practice-1 and sandbox-practice-2
    #[arg(help_heading = "Keys", long = "api-key", value_name = "KEY")]
    pub api_keys: Vec<String>,

    /// Keep everything in this file (SQLite) and go on where the last sandbox on it ended; options that are given count over what it holds
    #[arg(help_heading = "Time, chance and data", long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Forget what the state file holds, and begin anew
    #[arg(help_heading = "Time, chance and data", long, requires = "state")]
    pub reset: bool,
    /// Start the clock here (Czech wall-clock time); without this, the machine's time
    #[arg(help_heading = "Time, chance and data", long, value_name = "\"2030-11-23 10:00\"")]
    pub clock: Option<String>,
    /// Let the clock stand still
    #[arg(help_heading = "Time, chance and data", long)]
    pub frozen: bool,
    /// Everything that chance decides comes from this number; without this, another one each time
    #[arg(help_heading = "Time, chance and data", long, value_name = "N")]
    pub seed: Option<u64>,
    /// Begin with so many made-up meetings of the first practice; a state file that holds something keeps its own
    #[arg(help_heading = "Time, chance and data", long, value_name = "N", default_value_t = 0)]
    pub meetings: usize,

    /// Requests per minute and IP address before X000
    #[arg(help_heading = "Rules", long, value_name = "N")]
    pub rate_limit: Option<u32>,
    /// Share of valid tokens refused with X003, 0 to 1
    #[arg(help_heading = "Rules", long, value_name = "SHARE", default_value_t = 0.0)]
    pub refuse_tokens: f64,
    /// Only a practice's newest token is good
    #[arg(help_heading = "Rules", long)]
    pub newest_token_only: bool,
    /// An overloaded start (X023); may be repeated
    #[arg(help_heading = "Rules", long = "overloaded", value_name = "\"2030-11-23 10:00\"")]
    pub overloaded: Vec<String>,
    /// What a refusal looks like: error, nested, chyba, code, error_code, err, array, string, plain, words
    #[arg(help_heading = "Replies", long, value_name = "SHAPE", default_value = "error")]
    pub error_shape: String,
    /// The HTTP status of a refusal
    #[arg(help_heading = "Replies", long, value_name = "STATUS", default_value_t = 200)]
    pub error_status: u16,
    /// Habits of the replies, separated by commas: php, all, or bom, leading_space, swapped_numbers, nulls, numeric_keys,
    /// escaped_slashes, unicode_escapes, html_content_type, extra_fields, empty_list=array|object|null
    #[arg(help_heading = "Replies", long, value_name = "HABITS", value_delimiter = ',')]
    pub habits: Vec<String>,
    /// How list and detail show patients, separated by commas: years=zeros|zero|null|empty, masked_emails, masked_phones, float_phones,
    /// html_escaped, cut_at_emoji, cut_after=N, latin1, upper_case, surname_first, titles, odd_row=N
    #[arg(help_heading = "Replies", long, value_name = "HOW", value_delimiter = ',')]
    pub shown: Vec<String>,
    /// Answer X005 to everything while the clock shows 3:00 to 4:00
    #[arg(help_heading = "Rules", long)]
    pub nightly_outage: bool,
    /// The strftime pattern of meet_start
    #[arg(help_heading = "Rules", long, value_name = "PATTERN", default_value = "%d.%m.%Y.%H.%M")]
    pub meet_start_format: String,

    /// Do not open the page in a browser (Windows only: elsewhere it is not opened anyway)
    #[arg(long)]
    pub no_browser: bool,
    /// Stop when standard input closes, and open no browser; for programs that start the sandbox as their child
    #[arg(long)]
    pub stop_with_stdin: bool,
}

#[derive(Args, Debug)]
pub struct Tour {
    /// The built library; without this, the one that lies where cargo puts it
    #[arg(long, value_name = "PATH")]
    pub library: Option<PathBuf>,
}

const MAGIC: &str = "\
Magic values:
  pacient_email  x023@sandbox.example     api_meet_add is refused with X023 (or any other code)
                 slow@sandbox.example     invited, but the reply takes 5 seconds
                 cut@sandbox.example      invited, but the connection closes without a reply
                 http502@sandbox.example  not invited; an HTML page with status 502
  meet_id        X005                     detail, remove and export are refused with X005 (or any other code)
  api_key        X000                     api_verify is refused with X000 (or any other code)

Everything else is turned while it runs: open the printed address in a browser, or send JSON to /_control/.";
