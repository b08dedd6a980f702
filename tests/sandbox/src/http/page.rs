//! The few HTML pages: what a web server says for a status, and what the addresses in replies lead to. They never hold patient data.

use crate::reply::Reply;
use crate::service::Meeting;

/// The page that a web server shows for a status, as a proxy or Apache would.
pub fn status(status: u16) -> Reply {
    let title = match status {
        301 => "301 Moved Permanently",
        302 => "302 Found",
        404 => "404 Not Found",
        405 => "405 Method Not Allowed",
        413 => "413 Content Too Large",
        500 => "500 Internal Server Error",
        502 => "502 Bad Gateway",
        503 => "503 Service Unavailable",
        504 => "504 Gateway Timeout",
        other => return html(other, &format!("HTTP {other}"), ""),
    };
    html(status, title, "")
}

pub fn front() -> Reply {
    html(200, "SANDBOX: VideoDoktor", "<p>Zkušební služba. Ovládání: <a href=\"/_control/\">/_control/</a></p>")
}

/// Where `meet_url` leads.
pub fn waiting_room(meeting: &Meeting) -> Reply {
    let start = meeting.start.format("%-d. %-m. %Y v %-H:%M");
    html(200, "SANDBOX: čekárna", &format!("<p>Video hovor začíná {start}. Toto je zkušební služba, hovor se nekoná.</p>"))
}

fn html(status: u16, title: &str, content: &str) -> Reply {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"cs\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1>{content}</body></html>\n"
    );
    Reply::page(status, page)
}
