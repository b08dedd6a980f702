//! The pages that a web server or a proxy shows for a status. They are what a practice program meets in an outage, so they carry nothing of the sandbox.

use crate::reply::Reply;

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
        other => return html(other, &format!("HTTP {other}")),
    };
    html(status, title)
}

fn html(status: u16, title: &str) -> Reply {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1></body></html>\n"
    );
    Reply::page(status, page)
}
