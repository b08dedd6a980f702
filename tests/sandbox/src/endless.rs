//! Pieces of a reply that never end, or drip: a status line, a header, a chunk line, a body. The sandbox and the proxies of [`wire`](crate::wire) send them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::reply::Reply;
use crate::settings::MOST;

/// A reply of which one piece goes on without an end, or for so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Endless {
    pub place: Place,
    /// How many bytes go out at once; 0: 64 KiB.
    #[serde(default)]
    #[schema(maximum = 65_536)]
    pub bytes: usize,
    /// Pause between them; 0: as fast as the caller reads.
    #[serde(default)]
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub every_ms: u64,
    /// The piece ends after this many bytes at the earliest, and the honest reply goes on. `null`: never.
    #[serde(default)]
    #[schema(maximum = 1_099_511_627_776_u64)]
    pub ends_after: Option<u64>,
}

/// Which piece of a reply it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// `HTTP/1.1 200 OKKKK…`
    StatusLine,
    /// `X-Filler: aaaa…`
    HeaderLine,
    /// `X-Filler: a` again and again
    Headers,
    /// `X-Filler: a`, continued on line after line that begins with a blank
    FoldedLines,
    /// `HTTP/1.1 102 Processing` again and again
    InterimReplies,
    /// `HTTP/1.1 100 Continue` with `Server: aaaa…`
    InterimLine,
    /// `1f;aaaa…` before the data of a chunk
    ChunkLine,
    /// One chunk of blanks
    ChunkData,
    /// Chunks of one blank each
    Chunks,
    /// `X-Filler: aaaa…` behind the last chunk
    TrailerLine,
    /// `X-Filler: a` again and again behind the last chunk
    Trailers,
    /// Blanks in a body that ends where the connection does
    BodyUntilClose,
    /// Blanks in a body with a `Content-Length`
    BodyOfLength,
}

impl Place {
    pub const ALL: [Place; 13] = [
        Place::StatusLine,
        Place::HeaderLine,
        Place::Headers,
        Place::FoldedLines,
        Place::InterimReplies,
        Place::InterimLine,
        Place::ChunkLine,
        Place::ChunkData,
        Place::Chunks,
        Place::TrailerLine,
        Place::Trailers,
        Place::BodyUntilClose,
        Place::BodyOfLength,
    ];
}

/// So many bytes at once, with this pause between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub bytes: usize,
    pub every: Duration,
}

/// What goes out at once where nobody says how much.
const PIECE: usize = 64 * 1024;
/// The size that a chunk or a body without an end announces: more than any caller waits for, and no overflow.
const BOUNDLESS: u64 = (1 << 48) - 1;
const LONGEST_END: u64 = 1 << 40;

impl Pace {
    pub fn new(bytes: usize, every: Duration) -> Pace {
        Pace { bytes: bytes.clamp(1, PIECE), every }
    }

    /// As fast as the caller reads.
    pub fn full_speed() -> Pace {
        Pace { bytes: PIECE, every: Duration::ZERO }
    }
}

impl Endless {
    pub fn at(place: Place, pace: Pace) -> Endless {
        Endless { place, bytes: pace.bytes, every_ms: crate::fault::millis(pace.every), ends_after: None }
    }

    pub fn pace(&self) -> Pace {
        Pace::new(if self.bytes == 0 { PIECE } else { self.bytes }, Duration::from_millis(self.every_ms))
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Endless { bytes, .. } if *bytes > PIECE => Err(format!("endless: bytes is {bytes}; it is at most {PIECE}")),
            Endless { every_ms, .. } if *every_ms > MOST => Err(format!("endless: every_ms is {every_ms}; it is at most {MOST}")),
            Endless { ends_after: Some(bytes), .. } if *bytes > LONGEST_END => {
                Err(format!("endless: ends_after is {bytes}; it is at most {LONGEST_END}"))
            }
            _ => Ok(()),
        }
    }

    /// What goes out in the place of this reply.
    pub fn script(&self, reply: &Reply) -> Script {
        let Unit { before, repeated, framing } = unit(self.place);
        let length = self.ends_after.map(|bytes| bytes.next_multiple_of(repeated.len() as u64));
        let filled = length.map_or(BOUNDLESS, |length| length + reply.body.len() as u64);
        let head = Head::of(reply, framing, filled);
        let (start, rest) = match self.place {
            Place::StatusLine | Place::HeaderLine | Place::Headers | Place::FoldedLines => {
                let status = if self.place == Place::StatusLine { head.status.clone() } else { format!("{}\r\n", head.status) };
                let line_end = if before.ends_with('\n') || before.is_empty() && repeated.ends_with('\n') { "" } else { "\r\n" };
                (format!("{status}{before}"), [format!("{line_end}{}", head.fields).as_bytes(), &reply.body].concat())
            }
            Place::InterimReplies => (String::new(), head.whole(&reply.body)),
            Place::InterimLine => (before.to_owned(), [b"\r\n\r\n", head.whole(&reply.body).as_slice()].concat()),
            Place::ChunkLine => {
                let line = format!("{head}{:x};", reply.body.len());
                (line, [b"\r\n", reply.body.as_slice(), b"\r\n0\r\n\r\n"].concat())
            }
            Place::ChunkData => (format!("{head}{filled:x}\r\n"), [reply.body.as_slice(), b"\r\n0\r\n\r\n"].concat()),
            Place::Chunks => (head.to_string(), [chunk(&reply.body).as_slice(), b"0\r\n\r\n"].concat()),
            Place::TrailerLine | Place::Trailers => {
                let start = [head.to_string().as_bytes(), &chunk(&reply.body), b"0\r\n", before.as_bytes()].concat();
                let rest: &[u8] = if self.place == Place::Trailers { b"\r\n" } else { b"\r\n\r\n" };
                return Script { start, repeated: repeated.as_bytes(), length, rest: rest.to_vec(), pace: self.pace(), closes: false };
            }
            Place::BodyUntilClose | Place::BodyOfLength => (head.to_string(), reply.body.clone()),
        };
        let closes = self.place == Place::BodyUntilClose;
        Script { start: start.into_bytes(), repeated: repeated.as_bytes(), length, rest, pace: self.pace(), closes }
    }
}

/// The bytes of a reply with the piece that goes on.
#[derive(Clone, Debug)]
pub struct Script {
    pub start: Vec<u8>,
    repeated: &'static [u8],
    /// How many bytes the repeated piece has; `None`: no end.
    length: Option<u64>,
    pub rest: Vec<u8>,
    pub pace: Pace,
    /// The connection closes behind it.
    pub closes: bool,
}

impl Script {
    /// These bytes and nothing that goes on.
    pub fn of(bytes: Vec<u8>) -> Script {
        Script { start: bytes, repeated: b"", length: Some(0), rest: Vec::new(), pace: Pace::full_speed(), closes: false }
    }

    /// These bytes again and again.
    pub fn without_end(repeated: &'static [u8], pace: Pace) -> Script {
        Script { start: Vec::new(), repeated, length: None, rest: Vec::new(), pace, closes: false }
    }

    /// The repeated piece in the portions in which it goes out.
    pub fn portions(&self) -> impl Iterator<Item = Vec<u8>> + use<> {
        let (repeated, at_once) = (self.repeated, self.pace.bytes as u64);
        let mut left = self.length;
        let mut letters = repeated.iter().copied().cycle();
        std::iter::from_fn(move || {
            let now = left.map_or(at_once, |left| left.min(at_once));
            left = left.map(|left| left - now);
            (now > 0).then(|| letters.by_ref().take(now as usize).collect())
        })
    }
}

/// How the end of a body is told.
#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Honest,
    Chunked,
    UntilClose,
    OfLength,
}

struct Unit {
    before: &'static str,
    repeated: &'static str,
    framing: Framing,
}

fn unit(place: Place) -> Unit {
    let (before, repeated, framing) = match place {
        Place::StatusLine => ("", "K", Framing::Honest),
        Place::HeaderLine => ("X-Filler: ", "a", Framing::Honest),
        Place::Headers => ("", "X-Filler: a\r\n", Framing::Honest),
        Place::FoldedLines => ("X-Filler: a\r\n", " a\r\n", Framing::Honest),
        Place::InterimReplies => ("", "HTTP/1.1 102 Processing\r\n\r\n", Framing::Honest),
        Place::InterimLine => ("HTTP/1.1 100 Continue\r\nServer: ", "a", Framing::Honest),
        Place::ChunkLine => ("", "a", Framing::Chunked),
        Place::ChunkData => ("", " ", Framing::Chunked),
        Place::Chunks => ("", "1\r\n \r\n", Framing::Chunked),
        Place::TrailerLine => ("X-Filler: ", "a", Framing::Chunked),
        Place::Trailers => ("", "X-Filler: a\r\n", Framing::Chunked),
        Place::BodyUntilClose => ("", " ", Framing::UntilClose),
        Place::BodyOfLength => ("", " ", Framing::OfLength),
    };
    Unit { before, repeated, framing }
}

/// The head of a reply: its status line, and its header fields up to the empty line.
struct Head {
    status: String,
    fields: String,
}

impl Head {
    fn of(reply: &Reply, framing: Framing, filled: u64) -> Head {
        let framed = match framing {
            Framing::Honest => format!("content-length: {}\r\n", reply.body.len()),
            Framing::Chunked => "transfer-encoding: chunked\r\n".to_owned(),
            Framing::UntilClose => "connection: close\r\n".to_owned(),
            Framing::OfLength => format!("content-length: {filled}\r\n"),
        };
        let told = reply.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        let fields: String = told.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Head { status: reply.status_line(), fields: format!("{fields}{framed}\r\n") }
    }

    fn whole(&self, body: &[u8]) -> Vec<u8> {
        [self.to_string().as_bytes(), body].concat()
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}\r\n{}", self.status, self.fields)
    }
}

/// The bytes of a reply as they go out.
pub fn plainly(reply: &Reply) -> Vec<u8> {
    Head::of(reply, Framing::Honest, 0).whole(&reply.body)
}

/// One chunk with this body; nothing for an empty one, which would end them.
fn chunk(body: &[u8]) -> Vec<u8> {
    match body.len() {
        0 => Vec::new(),
        length => [format!("{length:x}\r\n").as_bytes(), body, b"\r\n"].concat(),
    }
}
