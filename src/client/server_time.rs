//! The service's clock, as `vd_time` and the diagnosis tell it.

use serde_json::Value;

use crate::client::clock::machine_now;
use crate::client::executor::Executor;
use crate::client::request::Request;
use crate::error::{Error, Result};
use crate::service::prague_time;
use crate::service::response::{ResponseKind, Success};
use crate::status::Status;

/// What `vd_time` answers, on any executor; and how many seconds the service is ahead of this machine.
pub fn time(executor: &mut Executor) -> Result<(String, i64)> {
    let clock = &executor.session().clock;
    let request = Request { with_token: false, ..Request::reading("/api_time/", ResponseKind::Time) };
    executor.read(&request, |success| {
        let Success::Object(mut time) = success else { return Err(Error::client(Status::ERR_INTERNAL, "a time that is no object")) };
        let near = clock.now().unwrap_or_else(machine_now);
        let read = time.get("time").and_then(Value::as_str).and_then(|text| prague_time::server_time_near(text, near));
        let Some((iso, server)) = read else {
            return Err(Error::network(Status::ERR_BAD_REPLY, "a time that cannot be read"));
        };
        time.entry("iso").or_insert(iso.into());
        // The reply is exact to the minute, its `Date` header to the second.
        let skew = clock.skew().unwrap_or_else(|| server - machine_now());
        time.entry("clock_skew_s").or_insert(skew.into());
        Ok((Value::Object(time).to_string(), skew))
    })
}
