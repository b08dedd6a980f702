//! Pieces of a reply that never end, or drip, at every place: what really comes, and what is left when the caller goes.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::json;
use videodoktor_sandbox::{Pace, Place, Sandbox};

use crate::control::Control;
use crate::raw_caller::RawCaller;

const TIME: &str = "/api_time/";
const BODY: &str = r#"{"time":"20.11.2030.10.00"}"#;

fn frozen() -> Sandbox {
    Sandbox::builder().clock("2030-11-20 10:00").frozen().start()
}

fn until_nobody_is_connected(sandbox: &Sandbox) {
    let begun = Instant::now();
    while sandbox.open_connections() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "somebody is left");
        std::thread::yield_now();
    }
}

/// What goes out for ten bytes of filler; `HEAD` stands for the header fields that every reply has.
fn expected(place: Place) -> String {
    let ok = "HTTP/1.1 200 OK\r\n";
    let text = match place {
        Place::StatusLine => format!("HTTP/1.1 200 OKKKKKKKKKKK\r\nHEADcontent-length: 27\r\n\r\n{BODY}"),
        Place::HeaderLine => format!("{ok}X-Filler: aaaaaaaaaa\r\nHEADcontent-length: 27\r\n\r\n{BODY}"),
        Place::Headers => format!("{ok}X-Filler: a\r\nHEADcontent-length: 27\r\n\r\n{BODY}"),
        Place::FoldedLines => format!("{ok}X-Filler: a\r\n a\r\n a\r\n a\r\nHEADcontent-length: 27\r\n\r\n{BODY}"),
        Place::InterimReplies => format!("HTTP/1.1 102 Processing\r\n\r\n{ok}HEADcontent-length: 27\r\n\r\n{BODY}"),
        Place::InterimLine => {
            format!("HTTP/1.1 100 Continue\r\nServer: aaaaaaaaaa\r\n\r\n{ok}HEADcontent-length: 27\r\n\r\n{BODY}")
        }
        Place::ChunkLine => format!("{ok}HEADtransfer-encoding: chunked\r\n\r\n1b;aaaaaaaaaa\r\n{BODY}\r\n0\r\n\r\n"),
        Place::ChunkData => format!("{ok}HEADtransfer-encoding: chunked\r\n\r\n25\r\n          {BODY}\r\n0\r\n\r\n"),
        Place::Chunks => format!("{ok}HEADtransfer-encoding: chunked\r\n\r\n1\r\n \r\n1\r\n \r\n1b\r\n{BODY}\r\n0\r\n\r\n"),
        Place::TrailerLine => format!("{ok}HEADtransfer-encoding: chunked\r\n\r\n1b\r\n{BODY}\r\n0\r\nX-Filler: aaaaaaaaaa\r\n\r\n"),
        Place::Trailers => format!("{ok}HEADtransfer-encoding: chunked\r\n\r\n1b\r\n{BODY}\r\n0\r\nX-Filler: a\r\n\r\n"),
        Place::BodyUntilClose => format!("{ok}HEADconnection: close\r\n\r\n          {BODY}"),
        Place::BodyOfLength => format!("{ok}HEADcontent-length: 37\r\n\r\n          {BODY}"),
    };
    text.replace("HEAD", "content-type: application/json; charset=utf-8\r\ndate: Wed, 20 Nov 2030 09:00:00 GMT\r\n")
}

#[test]
fn a_piece_that_ends_is_followed_by_the_honest_reply_and_the_connection_goes_on() {
    let sandbox = frozen();
    for place in Place::ALL {
        for mut caller in [RawCaller::plain(&sandbox), RawCaller::secure(&sandbox)] {
            sandbox.next(TIME).endless_for(place, Pace::new(3, Duration::ZERO), 10);
            caller.ask(TIME, &[]);
            let expected = expected(place);
            assert_eq!(caller.read(expected.len()), expected, "{place:?}");
            if place == Place::BodyUntilClose {
                assert_eq!(caller.rest(), "");
                continue;
            }
            caller.ask(TIME, &[]);
            assert!(caller.reply().ends_with(BODY), "{place:?}");
        }
    }
}

#[test]
fn a_request_that_comes_meanwhile_is_answered_afterwards() {
    let sandbox = frozen();
    let mut caller = RawCaller::plain(&sandbox);
    sandbox.next(TIME).endless_for(Place::BodyOfLength, Pace::new(1, Duration::from_millis(5)), 20);
    caller.ask(TIME, &[]);
    caller.ask(TIME, &[]);
    assert!(caller.reply().ends_with(BODY));
    assert!(caller.reply().ends_with(BODY));
}

#[test]
fn at_full_speed_it_goes_on_until_the_caller_closes_and_leaves_nothing_behind() {
    let sandbox = frozen();
    for place in Place::ALL {
        for mut caller in [RawCaller::plain(&sandbox), RawCaller::secure(&sandbox)] {
            sandbox.next(TIME).endless(place, Pace::full_speed());
            caller.ask(TIME, &[]);
            let much = caller.read(1_000_000);
            assert!(!much.contains(BODY) || matches!(place, Place::TrailerLine | Place::Trailers), "{place:?}");
        }
        until_nobody_is_connected(&sandbox);
    }
}

#[test]
fn it_drips_as_slowly_as_asked_for_and_ends_with_the_caller() {
    let sandbox = frozen();
    for mut caller in [RawCaller::plain(&sandbox), RawCaller::secure(&sandbox)] {
        sandbox.next(TIME).endless(Place::ChunkLine, Pace::new(2, Duration::from_millis(40)));
        caller.ask(TIME, &[]);
        let mut head = String::new();
        while !head.ends_with("1b;") {
            head.push_str(&caller.read(1));
        }
        let begun = Instant::now();
        assert_eq!(caller.read(12), "aaaaaaaaaaaa");
        assert!(begun.elapsed() >= Duration::from_millis(180), "{:?}", begun.elapsed());
    }
    until_nobody_is_connected(&sandbox);
}

#[test]
fn a_caller_that_reads_nothing_and_goes_leaves_nothing_behind_either() {
    let sandbox = frozen();
    sandbox.next(TIME).endless(Place::Headers, Pace::full_speed()).times(2);
    let mut callers = [RawCaller::plain(&sandbox), RawCaller::secure(&sandbox)];
    for caller in &mut callers {
        caller.ask(TIME, &[]);
        assert!(caller.read(1).starts_with('H'));
    }
    drop(callers);
    until_nobody_is_connected(&sandbox);
}

#[test]
fn a_sandbox_that_stops_ends_it() {
    let sandbox = frozen();
    sandbox.next(TIME).endless(Place::Chunks, Pace::new(1, Duration::from_secs(3600)));
    let mut caller = RawCaller::plain(&sandbox);
    caller.ask(TIME, &[]);
    assert!(caller.read(1).starts_with('H'));
    sandbox.drop_connections();
    let _ = caller.socket.read(&mut [0; 4096]);
    assert_eq!(sandbox.open_connections(), 0);
}

#[test]
fn the_control_api_takes_it() {
    let sandbox = frozen();
    let control = Control::of(&sandbox);
    let set = |endless: serde_json::Value| control.ask("POST", "/faults", Some(json!({ "path": TIME, "endless": endless }))).0;
    for place in Place::ALL {
        assert_eq!(set(json!({ "place": place, "bytes": 1, "every_ms": 200, "ends_after": 5 })), 201, "{place:?}");
    }
    assert_eq!(set(json!({ "place": "chunk_line" })), 201);
    for wrong in [
        json!({}),
        json!({ "place": "head" }),
        json!({ "place": "chunk_line", "bytes": 65_537 }),
        json!({ "place": "chunk_line", "every_ms": 9_007_199_254_740_992_u64 }),
        json!({ "place": "chunk_line", "ends_after": 1_099_511_627_777_u64 }),
        json!({ "place": "chunk_line", "rate": 1 }),
        json!([1]),
    ] {
        assert_eq!(set(wrong.clone()), 400, "{wrong}");
    }
}
