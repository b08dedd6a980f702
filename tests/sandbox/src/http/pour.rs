//! Sends a reply with a piece that does not end, until the caller has had enough.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::sleep;

use crate::endless::Script;

/// What a caller may send meanwhile; more is not read before the reply is out.
const MOST_UNREAD: usize = 64 * 1024;

/// Sends the reply, and returns what the caller has sent meanwhile. An error: the caller has closed the connection, or shall see it closed.
pub async fn pour(stream: impl AsyncRead + AsyncWrite + Unpin, script: &Script) -> io::Result<Vec<u8>> {
    let (mut from_caller, mut to_caller) = tokio::io::split(stream);
    let mut sent_meanwhile = Vec::new();
    let sending = async {
        to_caller.write_all(&script.start).await?;
        to_caller.flush().await?;
        for portion in script.portions() {
            to_caller.write_all(&portion).await?;
            to_caller.flush().await?;
            // At full speed nothing else makes room for other connections.
            match script.pace.every.is_zero() {
                true => tokio::task::yield_now().await,
                false => sleep(script.pace.every).await,
            }
        }
        to_caller.write_all(&script.rest).await?;
        to_caller.flush().await
    };
    let hearing = async {
        let mut piece = [0; 4096];
        while sent_meanwhile.len() < MOST_UNREAD {
            match from_caller.read(&mut piece).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => sent_meanwhile.extend_from_slice(&piece[..count]),
            }
        }
        std::future::pending().await
    };
    tokio::select! {
        biased;
        heard = hearing => heard,
        sent = sending => sent,
    }?;
    match script.closes {
        true => {
            to_caller.shutdown().await?;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        false => Ok(sent_meanwhile),
    }
}
