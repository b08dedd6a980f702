//! How a reply goes out: at once and whole, or late, dripping, huge, or cut off, as the request's fault says.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue};
use axum::response::Response;
use futures_util::stream;
use tokio::time::sleep;

use super::connection::{Connection, Watched};
use super::serving::Serving;
use crate::endless::{Script, plainly};
use crate::fault::{Fault, FaultBody, Late, LateWhen, Slow};
use crate::reply::Reply;
use crate::shared::Shared;

const PIECE: u64 = 64 * 1024;

/// Answers a request that has reached the service.
pub async fn answer(shared: Shared, connection: Arc<Connection>, serving: Serving) -> Response {
    let (reply, fault, path) = serving.reply(&connection).await;
    arm(&shared, &connection, &fault);
    let reply = reply.with_date(shared.world().date_header());
    add_strays(&reply, &shared, &path, &fault, &connection);
    let sends_instead = connection.sends_instead();
    let mut response = Response::new(Body::new(Watched::new(body(&reply, &fault), connection)));
    fill(&mut response, &reply, &fault);
    if sends_instead {
        // Nobody sees it; the server leaves the next request to who serves the connection afterwards.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Arms what else than the reply goes out, and remembers the reply for others.
fn add_strays(reply: &Reply, shared: &Shared, path: &str, fault: &Fault, connection: &Connection) {
    let lives = shared.world().lives();
    let earlier = fault.late.as_ref().and_then(|late| Some((late, shared.earlier().newest(lives, late.of.as_deref())?)));
    // A huge body is made while it is sent; it is not here.
    let is_whole = !matches!(fault.body, Some(FaultBody::Huge(_)));
    if is_whole && reply.status > 0 && !fault.cut_before_acting {
        shared.earlier().remember(lives, path, reply);
    }
    if let Some(pause) = fault.again_after().filter(|_| is_whole) {
        connection.send_after(pause, plainly(reply).into());
    }
    match earlier {
        Some((Late { when: LateWhen::Before, .. }, bytes)) => connection.send_before(bytes),
        Some((Late { when: LateWhen::After, after_us, .. }, bytes)) => connection.send_after(Duration::from_micros(*after_us), bytes),
        Some((Late { when: LateWhen::Instead, .. }, bytes)) => connection.send_instead(Script::of(bytes.into())),
        None => {}
    }
    if let Some(endless) = fault.endless {
        connection.send_instead(endless.script(reply));
    }
}

fn arm(shared: &Shared, connection: &Connection, fault: &Fault) {
    let settings = &shared.world().settings;
    connection.close_when_idle(settings.idle_close_ms.map(Duration::from_millis));
    if settings.close_after_reply || fault.close_after_reply {
        connection.close_after_reply();
    }
    if fault.cut_before_acting {
        connection.cut_after(0);
    } else if let Some(bytes) = fault.cut_reply_after {
        connection.cut_after(bytes);
    }
}

fn fill(response: &mut Response, reply: &Reply, fault: &Fault) {
    *response.status_mut() = reply.status.try_into().unwrap_or_default();
    let length = match fault.body {
        Some(FaultBody::Huge(bytes)) => bytes,
        _ => reply.body.len() as u64,
    };
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if !response.headers().contains_key(CONTENT_LENGTH) {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
}

fn body(reply: &Reply, fault: &Fault) -> Body {
    match (&fault.body, fault.slow) {
        (Some(FaultBody::Huge(bytes)), _) => huge(*bytes),
        (_, Some(slow)) => dripping(reply.body.clone().into(), slow),
        _ => Body::from(reply.body.clone()),
    }
}

fn dripping(body: Bytes, slow: Slow) -> Body {
    let pieces = stream::unfold((body, true), move |(mut rest, first)| async move {
        if rest.is_empty() {
            return None;
        }
        if !first {
            sleep(Duration::from_millis(slow.every_ms)).await;
        }
        let piece = rest.split_to(slow.bytes.clamp(1, rest.len()));
        Some((Ok::<_, io::Error>(piece), (rest, false)))
    });
    Body::from_stream(pieces)
}

/// `{"filler":"aaa…"}`, made while it is sent.
fn huge(bytes: u64) -> Body {
    const HEAD: &[u8] = b"{\"filler\":\"";
    const TAIL: &[u8] = b"\"}";
    let filler = Bytes::from(vec![b'a'; PIECE as usize]);
    let letters = bytes.saturating_sub((HEAD.len() + TAIL.len()) as u64);
    let full = (0..letters / PIECE).map({
        let filler = filler.clone();
        move |_| filler.clone()
    });
    let rest = filler.slice(..(letters % PIECE) as usize);
    let pieces = std::iter::once(Bytes::from_static(HEAD)).chain(full).chain([rest, Bytes::from_static(TAIL)]);
    Body::from_stream(stream::iter(pieces.map(Ok::<_, io::Error>)))
}
