//! A gateway (HAProxy, Apache, Cloudflare) in front of the service that gives up waiting while the service works on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::Type;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema};

use crate::reply::Reply;
use crate::settings::MOST;

/// A gateway that waits so long for the service's reply and then answers itself. A reply that comes earlier passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub gives_up_after_ms: u64,
    #[schema(schema_with = answers)]
    pub answers: GatewayAnswer,
}

/// What a gateway says when it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayAnswer {
    /// An HTML page with status 502, 503, 504 or 524.
    Page(u16),
    /// Nothing: the connection is reset (RST).
    Reset,
}

const STATUSES: [u16; 4] = [502, 503, 504, 524];
const RESET: &str = "reset";

fn answers() -> Schema {
    let page = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(STATUSES));
    let reset = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([RESET]));
    OneOfBuilder::new().item(page).item(reset).build().into()
}

impl Serialize for GatewayAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            GatewayAnswer::Page(status) => serializer.serialize_u16(*status),
            GatewayAnswer::Reset => serializer.serialize_str(RESET),
        }
    }
}

impl<'de> Deserialize<'de> for GatewayAnswer {
    fn deserialize<D: Deserializer<'de>>(told: D) -> Result<GatewayAnswer, D::Error> {
        let told = serde_json::Value::deserialize(told)?;
        let page = told.as_u64().and_then(|status| u16::try_from(status).ok()).map(GatewayAnswer::Page);
        let answer = page.or((told == RESET).then_some(GatewayAnswer::Reset));
        answer.ok_or_else(|| serde::de::Error::custom(format!("answers is {told}; it is 502, 503, 504, 524 or \"{RESET}\"")))
    }
}

impl Gateway {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.answers {
            GatewayAnswer::Page(status) if !STATUSES.contains(&status) => {
                Err(format!("answers is {status}; it is 502, 503, 504, 524 or \"{RESET}\""))
            }
            _ if self.gives_up_after_ms > MOST => Err(format!("gives_up_after_ms is at most {MOST}")),
            _ => Ok(()),
        }
    }

    /// What the caller gets, as HAProxy (503, 504), nginx (502) and Cloudflare (524) write it; `None`: the connection is reset.
    pub(crate) fn reply(&self) -> Option<Reply> {
        let GatewayAnswer::Page(status) = self.answers else { return None };
        let page = match status {
            503 => "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n",
            504 => "<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>\n",
            524 => {
                "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>videodoktor.cz | 524: A timeout occurred</title></head>\n\
                 <body><h1>A timeout occurred <span>Error code 524</span></h1></body></html>\n"
            }
            _ => {
                "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n\
                 <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
            }
        };
        Some(Reply::new(status, "text/html", page).with_header("cache-control", "no-cache"))
    }
}
