//! What the client's members answer: a video call, a list of them, any other answer, an error. All of it is read-only.

use std::sync::Arc;

use serde_json::Value as Json;
use windows::Win32::Foundation::{DISP_E_BADINDEX, DISP_E_MEMBERNOTFOUND, DISP_E_TYPEMISMATCH};
use windows_core::GUID;

use crate::date;
use crate::dispatch::{Arguments, Members};
use crate::failure::{Failure, Told};
use crate::json;
use crate::members::{error, meeting, meetings, reply};
use crate::value::Value;
use crate::variant;

type Answer = Result<Value, Failure>;

fn mismatch(_: variant::Wrong) -> Failure {
    Failure::Call(DISP_E_TYPEMISMATCH)
}

/// Of an index that counts from 1, as Visual Basic's collections do.
fn item<T>(items: &[T], call: &Arguments) -> Result<usize, Failure> {
    let index = call.get(0).ok_or(Failure::Call(DISP_E_BADINDEX))?;
    let index = variant::whole_number(index).map_err(mismatch)?;
    let place = usize::try_from(index).ok().and_then(|index| index.checked_sub(1)).filter(|place| *place < items.len());
    place.ok_or(Failure::Call(DISP_E_BADINDEX))
}

fn count<T>(items: &[T]) -> Value {
    Value::Number(i32::try_from(items.len()).unwrap_or(i32::MAX))
}

/// A `_Meeting`: what the service tells of it, and what an invitation answers.
pub struct Meeting {
    json: Json,
}

impl Meeting {
    pub fn of(json: Json) -> Meeting {
        Meeting { json }
    }
}

impl Members for Meeting {
    fn interface(&self) -> GUID {
        GUID::from_u128(meeting::GUID)
    }

    fn invoke(&self, member: i32, call: &Arguments) -> Answer {
        let text = |name: &str| Ok(Value::Text(json::text(&self.json, name)));
        let flag = |name: &str| Ok(Value::Bool(json::is_true(&self.json, name)));
        match member {
            meeting::MEET_ID => text("/meet_id"),
            meeting::MEET_URL => text("/meet_url"),
            meeting::MEET_START => Ok(date::from_text(&json::text(&self.json, "/meet_start")).map_or(Value::Empty, Value::Date)),
            meeting::MEET_TIME => text("/meet_time"),
            meeting::MEET_ACTIVE => Ok(Value::Bool(json::number(&self.json, "/meet_active") != 0)),
            meeting::PACIENT_JMENO => text("/pacient_jmeno"),
            meeting::PACIENT_EMAIL => text("/pacient_email"),
            meeting::PACIENT_TELEFON => text("/pacient_telefon"),
            meeting::PACIENT_NAROZEN => text("/pacient_narozen"),
            meeting::RECONCILED => flag("/reconciled"),
            meeting::DUPLICATES => {
                let duplicates = self.json.get("duplicates").cloned().unwrap_or_else(|| Json::Array(Vec::new()));
                Ok(Value::object(Reply::of(duplicates)))
            }
            meeting::FIELD => {
                let name = call.text(0).map_err(mismatch)?.unwrap_or_default();
                Ok(self.json.get(&name).map_or(Value::Empty, Value::of_json))
            }
            meeting::JSON => Ok(Value::Text(self.json.to_string())),
            meeting::OLD_MEET_ID => text("/old_meet_id"),
            meeting::MOVED => flag("/moved"),
            meeting::OLD_WAS_GONE => flag("/old_was_gone"),
            _ => Err(Failure::Call(DISP_E_MEMBERNOTFOUND)),
        }
    }
}

/// A `_Meetings`.
pub struct Meetings {
    json: Json,
    items: Arc<[Value]>,
}

impl Meetings {
    pub fn of(json: Json) -> Meetings {
        let rows = json.as_array().map(Vec::as_slice).unwrap_or_default();
        let items = rows.iter().map(|row| Value::object(Meeting::of(row.clone()))).collect();
        Meetings { json, items }
    }
}

impl Members for Meetings {
    fn interface(&self) -> GUID {
        GUID::from_u128(meetings::GUID)
    }

    fn invoke(&self, member: i32, call: &Arguments) -> Answer {
        match member {
            meetings::ITEM => Ok(self.items.get(item(&self.items, call)?).cloned().unwrap_or(Value::Empty)),
            meetings::COUNT => Ok(count(&self.items)),
            meetings::JSON => Ok(Value::Text(self.json.to_string())),
            meetings::NEW_ENUM => Ok(Value::Enumeration(Arc::clone(&self.items))),
            _ => Err(Failure::Call(DISP_E_MEMBERNOTFOUND)),
        }
    }
}

/// A `_Reply`.
pub struct Reply {
    json: Json,
}

impl Reply {
    pub fn of(json: Json) -> Reply {
        Reply { json }
    }

    fn items(&self) -> &[Json] {
        self.json.as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Members for Reply {
    fn interface(&self) -> GUID {
        GUID::from_u128(reply::GUID)
    }

    fn invoke(&self, member: i32, call: &Arguments) -> Answer {
        match member {
            reply::VALUE => {
                let pointer = call.text(0).map_err(mismatch)?.unwrap_or_default();
                Ok(json::at(&self.json, &pointer).map_or(Value::Empty, Value::of_json))
            }
            reply::COUNT => Ok(self
                .json
                .as_object()
                .map_or_else(|| count(self.items()), |object| Value::Number(i32::try_from(object.len()).unwrap_or(i32::MAX)))),
            reply::JSON => Ok(Value::Text(self.json.to_string())),
            reply::ITEM => Ok(self.items().get(item(self.items(), call)?).map_or(Value::Empty, Value::of_json)),
            reply::NEW_ENUM => Ok(Value::Enumeration(self.items().iter().map(Value::of_json).collect())),
            _ => Err(Failure::Call(DISP_E_MEMBERNOTFOUND)),
        }
    }
}

/// An `_Error`.
pub struct LastError {
    told: Arc<Told>,
}

impl LastError {
    pub fn of(told: Arc<Told>) -> LastError {
        LastError { told }
    }
}

impl Members for LastError {
    fn interface(&self) -> GUID {
        GUID::from_u128(error::GUID)
    }

    fn invoke(&self, member: i32, _call: &Arguments) -> Answer {
        let text = |name: &str| Ok(Value::Text(self.told.text(name)));
        let number = |name: &str| Ok(Value::Number(json::number(&self.told.json, &format!("/error/{name}"))));
        let flag = |name: &str| Ok(Value::Bool(json::is_true(&self.told.json, &format!("/error/{name}"))));
        match member {
            error::MESSAGE => text("message"),
            error::STATUS => Ok(Value::Number(self.told.status())),
            error::NAME => text("name"),
            error::CODE => text("code"),
            error::FIELD => text("field"),
            error::SOURCE => text("source"),
            error::DETAIL => text("detail"),
            error::RETRYABLE => flag("retryable"),
            error::HTTP_STATUS => number("http_status"),
            error::ATTEMPTS => number("attempts"),
            error::MAY_HAVE_ACTED => flag("may_have_acted"),
            error::EXISTING_MEET_ID => text("existing/meet_id"),
            error::EXISTING_SAME_PATIENT => flag("existing/same_patient"),
            error::NUMBER => Ok(Value::Number(self.told.number())),
            error::JSON => Ok(Value::Text(self.told.json.to_string())),
            error::MOVED_MEET_ID => text("meet_id"),
            error::MOVED_MEET_URL => text("meet_url"),
            _ => Err(Failure::Call(DISP_E_MEMBERNOTFOUND)),
        }
    }
}
