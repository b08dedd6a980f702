//! The page's forms: each becomes an order, the same that the control API takes, and ends in the page again with a word about what has been done.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use super::view::{Draft, Message};
use super::{Language, language, page};
use crate::code::Code;
use crate::endless::{Endless, Pace, Place};
use crate::fault::{Fault, FaultBody, Gateway, GatewayAnswer, Late, WorkEnd, WorkOrder, WorksOn};
use crate::http::connection::Connection;
use crate::http::site::{form, giver};
use crate::kept::Shared;
use crate::order::{self, Complaint, DescribePractice, Giver, Invite, Seed, SeedMeetings, SetClock};
use crate::service::Form;
use crate::world::World;

/// What a form does: the word for it when it is done, and the part of the page to show then.
type Act = fn(&Form, &Giver, &mut World) -> Result<(), Complaint>;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/invite", ordered(invite, "invited", "calls"))
        .route("/remove", ordered(remove, "removed", "calls"))
        .route("/clock", ordered(clock, "clock", "clock"))
        .route("/fault", ordered(fault, "fault", "faults"))
        .route("/faults/clear", ordered(clear_faults, "faults_clear", "faults"))
        .route("/settings", ordered(settings, "settings", "switches"))
        .route("/seed", ordered(seed, "seed", "switches"))
        .route("/make-up", ordered(make_up, "make_up", "calls"))
        .route("/practice", ordered(practice, "practice", "practices"))
        .route("/restart", ordered(restart, "restart", "practices"))
        .route("/reset", ordered(reset, "reset", "main"))
}

fn ordered(act: Act, done: &'static str, part: &'static str) -> MethodRouter<Shared> {
    post(
        move |State(shared): State<Shared>,
              Extension(connection): Extension<Arc<Connection>>,
              uri: Uri,
              headers: HeaderMap,
              body: Bytes| async move {
            let (language, giver) = (language(&uri, &headers), giver(&connection, &headers));
            let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let form = form(kind, &body);
            let result = act(&form, &giver, &mut shared.world());
            match result {
                Ok(()) => Redirect::to(&format!("/?lang={}&done={done}#{part}", language.tag())).into_response(),
                Err(complaint) => complain(&shared, &giver, language, complaint, &form, done),
            }
        },
    )
}

/// The page once more, with what was written, so that nobody has to write it twice.
fn complain(shared: &Shared, giver: &Giver, language: Language, complaint: Complaint, form: &Form, done: &str) -> Response {
    let draft = (done == "invited").then(|| Draft {
        practice: form.get("practice").parse().unwrap_or(0),
        jmeno: form.get("pacient_jmeno").to_owned(),
        email: form.get("pacient_email").to_owned(),
        telefon: form.get("pacient_telefon").to_owned(),
        narozen: form.get("pacient_narozen").to_owned(),
        start: form.get("meet_start").to_owned(),
        wrong: complaint.code.and_then(field_of),
    });
    page(shared, giver, language, Some(Message::complaint(complaint, language)), draft)
}

fn field_of(code: Code) -> Option<&'static str> {
    match code {
        Code::NAME => Some("pacient_jmeno"),
        Code::EMAIL | Code::CONTACT => Some("pacient_email"),
        Code::PHONE => Some("pacient_telefon"),
        Code::BIRTH_YEAR => Some("pacient_narozen"),
        Code::START | Code::START_PAST | Code::START_OUTAGE | Code::START_OVERLOADED | Code::START_TAKEN => Some("meet_start"),
        _ => None,
    }
}

fn invite(form: &Form, giver: &Giver, world: &mut World) -> Result<(), Complaint> {
    let field = |name| form.get(name).to_owned();
    let invite = Invite {
        practice: number(form, "practice", 0)?,
        pacient_jmeno: field("pacient_jmeno"),
        pacient_email: field("pacient_email"),
        pacient_telefon: field("pacient_telefon"),
        pacient_narozen: field("pacient_narozen"),
        meet_start: field("meet_start"),
    };
    invite.obey(giver, world).map(drop)
}

fn remove(form: &Form, giver: &Giver, world: &mut World) -> Result<(), Complaint> {
    order::remove(form.get("meet_id"), giver, world)
}

fn clock(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let order = SetClock {
        real: form.get("real") == "true",
        set: filled(form, "set"),
        advance_s: filled(form, "advance_s").and_then(|seconds| seconds.parse().ok()),
        frozen: filled(form, "frozen").map(|frozen| frozen == "true"),
    };
    order.obey(world)
}

fn fault(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let mut fault = Fault { times: Some(number(form, "times", 1)?), ..Fault::at(form.get("path")) };
    let ms = number::<u64>(form, "seconds", 5)?.saturating_mul(1000);
    let slow = WorksOn { mail_ms: ms, row_ms: ms, ..WorksOn::default() };
    match form.get("kind") {
        "code" => fault.code = Some(form.get("code").parse().map_err(Complaint::unclear)?),
        "delay" => fault.delay_ms = ms,
        "cut" => fault.cut_reply_after = Some(0),
        "cut_before" => fault.cut_before_acting = true,
        "page" => fault.status = Some(502),
        "malformed" => fault.body = Some(FaultBody::Malformed),
        "works_on" => fault.works_on = Some(slow),
        "works_on_row_first" => fault.works_on = Some(WorksOn { order: WorkOrder::RowFirst, ..slow }),
        "works_on_x005" => fault.works_on = Some(slow.ends_with(WorkEnd::X005)),
        "gateway" => {
            fault.works_on = Some(slow);
            fault.gateway = Some(Gateway { gives_up_after_ms: ms / 2, answers: GatewayAnswer::Page(504) });
        }
        "gateway_reset" => {
            fault.works_on = Some(slow);
            fault.gateway = Some(Gateway { gives_up_after_ms: ms / 2, answers: GatewayAnswer::Reset });
        }
        "again" => fault.again_after_ms = Some(0),
        "late" => fault.late = Some(Late::instead()),
        "other_meeting" => fault.other_meeting = true,
        "endless" => fault.endless = Some(Endless::at(Place::BodyOfLength, Pace::new(1, Duration::from_millis(200)))),
        other => return Err(Complaint::unclear(format!("kind: `{other}` is none"))),
    }
    order::add_fault(fault, world)
}

fn clear_faults(_: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    world.faults.clear();
    Ok(())
}

fn settings(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let rate_limit = filled(form, "rate_limit").map(|_| number::<u32>(form, "rate_limit", 0)).transpose()?;
    let changes: Value = json!({
        "rate_limit": rate_limit,
        "refuse_tokens": number::<f64>(form, "refuse_tokens", 0.0)? / 100.0,
        "error_shape": form.get("error_shape"),
        "error_status": number::<u16>(form, "error_status", 200)?,
        // A box that is not ticked is not sent.
        "newest_token_only": !form.get("newest_token_only").is_empty(),
        "nightly_outage": !form.get("nightly_outage").is_empty(),
        "exclusive_starts": !form.get("exclusive_starts").is_empty(),
        "shown": shown(form)?,
    });
    order::change_settings(changes, world)
}

/// How list and detail show patients. A form without these fields leaves everything as it was sent.
fn shown(form: &Form) -> Result<Value, Complaint> {
    let optional = |name| filled(form, name).map(|_| number::<u32>(form, name, 0)).transpose();
    let mut shown = json!({
        "years": filled(form, "shown_years").unwrap_or_else(|| "plain".to_owned()),
        "cut_after": optional("shown_cut_after")?,
        "odd_row": optional("shown_odd_row")?,
    });
    for name in SHOWN_SWITCHES {
        shown[name] = json!(!form.get(&format!("shown_{name}")).is_empty());
    }
    Ok(shown)
}

/// The switches among the values of [`Shown`](crate::reply::Shown).
const SHOWN_SWITCHES: [&str; 9] =
    ["masked_emails", "masked_phones", "float_phones", "html_escaped", "cut_at_emoji", "latin1", "upper_case", "surname_first", "titles"];

fn seed(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    Seed { seed: number(form, "seed", 0)? }.obey(world)
}

fn make_up(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    SeedMeetings { count: number(form, "count", 0)? }.obey(world).map(drop)
}

fn practice(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let described = DescribePractice { name: filled(form, "name"), email: None, api_key: filled(form, "api_key") };
    described.register(world).map(drop)
}

fn restart(_: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    world.service.restart();
    Ok(())
}

fn reset(_: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    world.reset();
    Ok(())
}

fn filled(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name).trim().to_owned()).filter(|text| !text.is_empty())
}

/// A number, or `otherwise` where the field was left empty.
fn number<N: std::str::FromStr>(form: &Form, name: &str, otherwise: N) -> Result<N, Complaint> {
    filled(form, name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| Complaint::unclear(format!("{name}: `{text}`"))))
}
