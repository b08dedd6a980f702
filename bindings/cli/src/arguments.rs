//! The command line; its help, the man page and the completions of shells are made from it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::encodings::Encoding;
use crate::render::Format;

/// Video calls on VideoDoktor.cz from the command line and from a folder
///
/// The address and the keys come from the settings file, from the variables VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY and VIDEODOKTOR_API_KEY, or are asked
/// for at the terminal. They are never arguments: other users of the machine see those.
#[derive(Parser, Debug)]
#[command(name = "videodoktor", version, after_help = EXIT_CODES)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub general: General,
}

#[derive(Args, Debug)]
pub struct General {
    /// Settings file [default: videodoktor.ini beside the program, else in %APPDATA%\videodoktor or ~/.config/videodoktor]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text", global = true)]
    pub format: Format,
    /// Encoding of what is read and written, the settings file apart, which is UTF-8
    #[arg(long, value_enum, default_value = "utf-8", global = true)]
    pub encoding: Encoding,
    /// Write the answer into this file, which appears whole or not at all
    #[arg(long, value_name = "FILE", global = true)]
    pub out: Option<PathBuf>,
    /// Language of messages [default: option lang of the settings, else cs]
    #[arg(long, value_enum, global = true)]
    pub lang: Option<Lang>,
    /// Look for so long for a change that may have been carried out
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds, global = true)]
    pub look_for: f64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lang {
    Cs,
    En,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Invite a patient to a video call
    Invite(Invite),
    /// Check an invitation's fields without the network
    Check(Invite),
    /// List the video calls
    List,
    /// Show one video call
    Detail { meet_id: String },
    /// Move a video call to another start; the patient gets an invitation and a cancellation
    Move {
        meet_id: String,
        #[command(flatten)]
        to: Invite,
    },
    /// Cancel a video call
    Remove { meet_id: String },
    /// Save a video call's report (výkaz)
    Report {
        meet_id: String,
        /// Save it here
        #[arg(long, value_name = "FILE")]
        save: PathBuf,
    },
    /// Draw a video call's address as a QR code
    Qr {
        #[command(flatten)]
        of: OfMeeting,
        /// Save it here; the name ends in .png, .svg or .bmp
        #[arg(long, value_name = "FILE")]
        save: PathBuf,
        /// Width and height
        #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(i32).range(64..=4096))]
        pixels: i32,
    },
    /// Write a video call as a calendar entry (.ics)
    Ics(Ics),
    /// What is different between two lists of video calls
    Changes(Changes),
    /// Ask for the service's clock
    Time,
    /// Are the keys good?
    Verify,
    /// Where the way to the service ends, step by step, for a support desk
    Diagnose,
    /// Make a call that the vendor added for your program
    Call {
        /// Such as api_meet_note
        name: String,
        /// The fields, read as --in of invite reads them
        #[arg(long = "in", value_name = "FILE")]
        input: Option<PathBuf>,
    },
    /// Serve requests that are dropped into a folder as files
    Watch(Watch),
    /// Print the completions of a shell
    Completions { shell: clap_complete::Shell },
    /// Print the man page
    Man,
}

/// A video call of the service, or one whose fields are given.
#[derive(Args, Debug)]
pub struct OfMeeting {
    #[arg(required_unless_present = "input", conflicts_with = "input")]
    pub meet_id: Option<String>,
    /// The call's fields (meet_id, meet_url, meet_start), such as an answer of invite: no network, no keys; - is standard input
    #[arg(long = "in", value_name = "FILE")]
    pub input: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Ics {
    #[command(flatten)]
    pub of: OfMeeting,
    /// Save it here (UTF-8)
    #[arg(long, value_name = "FILE")]
    pub save: PathBuf,
    /// Length in minutes [default: 15]
    #[arg(long, value_name = "MINUTES")]
    pub duration: Option<String>,
    /// Remind so many minutes before
    #[arg(long, value_name = "MINUTES")]
    pub reminder: Option<String>,
    /// Title of the entry
    #[arg(long, value_name = "TEXT")]
    pub summary: Option<String>,
    /// PUBLISH, REQUEST or CANCEL; the last two need --organizer [default: PUBLISH]
    #[arg(long)]
    pub method: Option<String>,
    /// E-mail address of who invites
    #[arg(long, value_name = "ADDRESS")]
    pub organizer: Option<String>,
    /// A higher number for each later version of the same entry [default: 0]
    #[arg(long, value_name = "N")]
    pub sequence: Option<String>,
    /// Identity of the entry [default: made from meet_id]
    #[arg(long)]
    pub uid: Option<String>,
}

#[derive(Args, Debug)]
pub struct Changes {
    /// List before, as list --format json --out writes it (UTF-8)
    pub before: PathBuf,
    /// List after [default: the service's, now]
    pub after: Option<PathBuf>,
    /// Then keep the service's list in the first file, which may be missing the first time
    #[arg(long, conflicts_with = "after")]
    pub keep: bool,
}

/// An invitation, by options or from a file; an option counts over the file's field.
#[derive(Args, Debug)]
pub struct Invite {
    /// JSON, key=value lines or CSV with pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen (or rodne_cislo), meet_start; - is standard input
    #[arg(long = "in", value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// pacient_jmeno
    #[arg(long)]
    pub name: Option<String>,
    /// pacient_email
    #[arg(long)]
    pub email: Option<String>,
    /// pacient_telefon
    #[arg(long)]
    pub phone: Option<String>,
    /// pacient_narozen, the year of birth
    #[arg(long, value_name = "YEAR")]
    pub born: Option<String>,
    /// meet_start, Czech wall-clock time such as "23.11.2030 10:00"
    #[arg(long)]
    pub start: Option<String>,
}

#[derive(Args, Debug)]
pub struct Watch {
    pub folder: PathBuf,
    /// Serve what is there and end
    #[arg(long)]
    pub once: bool,
    /// Look into the folder so often
    #[arg(long, value_name = "N", default_value_t = 250, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    pub every_ms: u64,
    /// Delete served requests after so many days
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub keep_days: u64,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.0..=300.0).contains(seconds)).ok_or_else(|| "a number from 0 to 300".to_owned())
}

const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  the arguments, the settings or the request cannot be understood
   2  a file cannot be read or written, or the folder is served already
   3  cancelled
   4  the service was not reached
   5  the service's answer cannot be used
   6  an invitation, removal or move may have been carried out: look before you repeat it
   7  moved, and the old video call may still be there
   8  there is no such video call
   9  the report is not ready yet
  10  a key is not accepted
  11  a field of the invitation is wrong
  12  the start cannot be had
  13  the service is busy or out of order: later again
  14  another refusal of the service
  20  a fault of this program";
