//! The body of a reply: how far it goes, and what coding it came in.

use std::io::Read;
use std::time::Instant;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ureq::http::{Response, header};
use ureq_proto::BodyMode;
use ureq_proto::client::state::RecvBody;
use ureq_proto::client::{Call, RecvBodyResult};

use super::chunked::Dechunker;
use super::input::Input;
use crate::error::{Error, Result};
use crate::status::Status;

/// A body on its way.
pub struct Body {
    rest: Call<RecvBody>,
    dechunker: Option<Dechunker>,
    ends_by_closing: bool,
    coding: Coding,
    largest: usize,
    bytes: Vec<u8>,
}

/// A body that has come to its end.
pub struct Complete {
    pub bytes: Vec<u8>,
    pub must_close: bool,
}

impl Body {
    /// For the reply with this head; of at most `largest` bytes, decoded or not.
    pub fn new(head: &Response<()>, rest: Call<RecvBody>, largest: usize) -> Result<Body> {
        let mode = rest.body_mode();
        let mut body = Body {
            rest,
            dechunker: matches!(mode, BodyMode::Chunked).then(Dechunker::default),
            ends_by_closing: matches!(mode, BodyMode::CloseDelimited),
            coding: Coding::of(head)?,
            largest,
            bytes: Vec::new(),
        };
        if let BodyMode::LengthDelimited(length) = mode {
            body.make_room(usize::try_from(length).unwrap_or(usize::MAX))?;
        }
        Ok(body)
    }

    /// Takes what has come of it. Whether it is all there; one that only the connection's end delimits never is.
    pub fn take(&mut self, input: &mut Input) -> Result<bool> {
        if let Some(mut dechunker) = self.dechunker.take() {
            let used = dechunker.read(input.unread(), |data| self.append(data))?;
            input.consume(used);
            let is_ended = dechunker.is_ended();
            self.dechunker = Some(dechunker);
            return Ok(is_ended);
        }
        loop {
            let (piece, start) = (input.unread(), self.bytes.len());
            make_room(&mut self.bytes, piece.len(), self.largest)?;
            self.bytes.resize(start + piece.len(), 0);
            let room = self.bytes.get_mut(start..).unwrap_or_default();
            let (used, put) = self.rest.read(piece, room).map_err(|_| not_http())?;
            self.bytes.truncate(start + put);
            input.consume(used);
            if used == 0 || input.unread().is_empty() {
                return Ok(self.rest.can_proceed() && !self.ends_by_closing);
            }
        }
    }

    /// Whether it is all there now that the connection has ended.
    pub fn ends_with_connection(&self) -> bool {
        self.ends_by_closing || self.dechunker.as_ref().is_some_and(Dechunker::has_all_data)
    }

    pub fn is_delimited_by_the_end(&self) -> bool {
        self.ends_by_closing
    }

    /// Decodes it; `deadline` bounds the work.
    pub fn finish(mut self, deadline: Instant) -> Result<Complete> {
        if self.dechunker.as_ref().is_some_and(Dechunker::is_ended) {
            // ureq-proto has seen none of the chunks; with an end of its own it says whether the connection stays.
            self.rest.read(b"0\r\n\r\n", &mut []).map_err(|_| not_http())?;
        }
        let must_close = match self.rest.proceed() {
            Some(RecvBodyResult::Redirect(end)) => end.must_close_connection(),
            Some(RecvBodyResult::Cleanup(end)) => end.must_close_connection(),
            None => true,
        };
        let bytes = self.coding.decode(self.bytes, self.largest, deadline)?;
        Ok(Complete { bytes, must_close })
    }

    fn append(&mut self, data: &[u8]) -> Result<()> {
        self.make_room(data.len())?;
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    fn make_room(&mut self, more: usize) -> Result<()> {
        make_room(&mut self.bytes, more, self.largest)
    }
}

/// The server chooses the size: running out of memory must be an error, not the end of the host.
fn make_room(bytes: &mut Vec<u8>, more: usize, largest: usize) -> Result<()> {
    if more > largest.saturating_sub(bytes.len()) {
        return Err(too_large(largest));
    }
    bytes.try_reserve(more).map_err(|_| Error::network(Status::ERR_TOO_LARGE, "no memory for the reply"))
}

fn too_large(largest: usize) -> Error {
    Error::network(Status::ERR_TOO_LARGE, format!("the reply is larger than {} MiB", largest >> 20))
}

fn not_http() -> Error {
    Error::network(Status::ERR_BAD_REPLY, "what came is not an HTTP reply")
}

/// How a server has compressed a body. We ask for none; some compress all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
}

impl Coding {
    fn of(head: &Response<()>) -> Result<Coding> {
        let mut codings = head.headers().get_all(header::CONTENT_ENCODING).iter();
        let (first, others) = (codings.next(), codings.next());
        let name = first.map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase()).unwrap_or_default();
        match (name.as_str(), others) {
            ("" | "identity" | "none" | "utf-8" | "utf8", None) => Ok(Coding::Identity),
            ("gzip" | "x-gzip", None) => Ok(Coding::Gzip),
            ("deflate", None) => Ok(Coding::Deflate),
            (name, _) => Err(unknown_coding(name)),
        }
    }

    fn decode(self, coded: Vec<u8>, largest: usize, deadline: Instant) -> Result<Vec<u8>> {
        // Many an error page claims a coding that it does not have.
        match self {
            Coding::Gzip if coded.starts_with(&[0x1f, 0x8b]) => inflate(MultiGzDecoder::new(coded.as_slice()), largest, deadline),
            // RFC 9110, 8.4.1.2: in the zlib format; some servers leave its frame out.
            Coding::Deflate => inflate(ZlibDecoder::new(coded.as_slice()), largest, deadline)
                .or_else(|_| inflate(DeflateDecoder::new(coded.as_slice()), largest, deadline)),
            Coding::Gzip | Coding::Identity => Ok(coded),
        }
    }
}

fn inflate(mut decoder: impl Read, largest: usize, deadline: Instant) -> Result<Vec<u8>> {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 16 << 10]);
    loop {
        let length = decoder.read(&mut piece).map_err(|_| Error::network(Status::ERR_BAD_REPLY, "a reply that cannot be decompressed"))?;
        if length == 0 {
            return Ok(bytes);
        }
        if Instant::now() >= deadline {
            return Err(Error::network(Status::ERR_TIMEOUT, "no reply in time"));
        }
        make_room(&mut bytes, length, largest)?;
        bytes.extend_from_slice(piece.get(..length).unwrap_or_default());
    }
}

/// Names the coding if it looks like the name of one: it is text of the server.
fn unknown_coding(name: &str) -> Error {
    let is_name = !name.is_empty() && name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_., ".contains(&byte));
    let coding = if is_name { name } else { "of an unknown name" };
    Error::network(Status::ERR_BAD_REPLY, format!("the reply is in a content coding that was not asked for: {coding}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn decoded(coding: Coding, bytes: Vec<u8>, largest: usize) -> Result<Vec<u8>> {
        coding.decode(bytes, largest, Instant::now() + Duration::from_secs(60)).map(|bytes| bytes.to_vec())
    }

    fn coding(values: &[&str]) -> Result<Coding> {
        let mut head = Response::new(());
        for value in values {
            head.headers_mut().append(header::CONTENT_ENCODING, value.parse().unwrap());
        }
        Coding::of(&head)
    }

    #[test]
    fn gzip_and_deflate_are_decoded_though_nobody_asked_for_them() {
        let text = "{\"export_url\":\"https://a.cz\"}".repeat(1_000).into_bytes();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&text).unwrap();
        zlib.write_all(&text).unwrap();
        raw.write_all(&text).unwrap();
        let gzip = gzip.finish().unwrap();
        for (coding, coded) in [
            (Coding::Gzip, gzip.clone()),
            (Coding::Deflate, zlib.finish().unwrap()),
            (Coding::Deflate, raw.finish().unwrap()),
            (Coding::Identity, text.clone()),
            (Coding::Gzip, text.clone()),
        ] {
            assert_eq!(decoded(coding, coded, text.len()).unwrap(), text, "{coding:?}");
        }
        assert_eq!(decoded(Coding::Gzip, gzip.clone(), text.len() - 1).unwrap_err().status, Status::ERR_TOO_LARGE);
        assert_eq!(decoded(Coding::Gzip, gzip[..gzip.len() / 2].to_vec(), 1 << 20).unwrap_err().status, Status::ERR_BAD_REPLY);
        let late = Coding::Gzip.decode(gzip, 1 << 20, Instant::now());
        assert_eq!(late.map(|_| ()).unwrap_err().status, Status::ERR_TIMEOUT);
    }

    #[test]
    fn another_coding_is_named() {
        assert_eq!(coding(&[]), Ok(Coding::Identity));
        assert_eq!(coding(&["GZIP"]), Ok(Coding::Gzip));
        for (values, named) in
            [(&["br"][..], "br"), (&["gzip, br"], "gzip, br"), (&["gzip", "gzip"], "gzip"), (&["<a@b.cz>"], "unknown name")]
        {
            let error = coding(values).unwrap_err();
            assert!(error.status == Status::ERR_BAD_REPLY && error.detail.ends_with(named), "{values:?}: {}", error.detail);
        }
    }
}
