//! The page's forms: each becomes an order, the same that the control API takes, and ends in the page again with a word about what has been done.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use super::kinds::{Kind, Uses, Values};
use super::scenarios::Scenario;
use super::texts::{CZECH, ENGLISH, Texts};
use super::typed::Typed;
use super::view::Message;
use super::{language, page};
use crate::code::Code;
use crate::fault::Fault;
use crate::http::connection::Connection;
use crate::http::site::{form, giver};
use crate::order::{self, Complaint, DescribePractice, Giver, Invite, Seed, SeedMeetings, SetClock};
use crate::service::Form;
use crate::settings::MOST;
use crate::shared::Shared;
use crate::world::World;

/// What the page calls a field.
type Label = fn(&Texts) -> &'static str;

/// What a form does.
type Act = fn(&Form, &Giver, &mut World) -> Result<(), Complaint>;

/// Each under the name by which the page shows what became of it.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/invite", ordered("invite", invite))
        .route("/remove", ordered("remove", remove))
        .route("/clock", ordered("clock", clock))
        .route("/scenario", ordered("scenario", scenario))
        .route("/fault", ordered("fault", fault))
        .route("/faults/clear", ordered("faults_clear", clear_faults))
        .route("/settings", ordered("settings", settings))
        .route("/seed", ordered("seed", seed))
        .route("/make-up", ordered("make_up", make_up))
        .route("/practice", ordered("practice", practice))
        .route("/restart", ordered("restart", restart))
        .route("/reset", ordered("reset", reset))
}

fn ordered(name: &'static str, act: Act) -> MethodRouter<Shared> {
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
                Ok(()) => Redirect::to(&format!("/?lang={}&done={name}#said", language.tag())).into_response(),
                Err(complaint) => {
                    let typed = Typed::refused(name, form, complaint.code);
                    page(&shared, &giver, language, Some(Message::complaint(name, complaint, language)), typed)
                }
            }
        },
    )
    // The address of a refused form, entered once more or opened from the history.
    .get(|uri: Uri, headers: HeaderMap| async move { Redirect::to(&format!("/?lang={}", language(&uri, &headers).tag())) })
}

fn invite(form: &Form, giver: &Giver, world: &mut World) -> Result<(), Complaint> {
    let field = |name| form.get(name).to_owned();
    let invite = Invite {
        practice: number(form, "practice", |t| t.practice, 0, 0..=usize::MAX)?,
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

fn scenario(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let name = form.get("name");
    let scenario = Scenario::named(name).ok_or_else(|| Complaint::unclear(format!("name: `{name}` is none")))?;
    // Faults that wait from before would be met first.
    world.faults.clear();
    order::add_fault(scenario.fault(), world)
}

fn fault(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let name = form.get("kind");
    let kind = Kind::named(name).ok_or_else(|| Complaint::unclear(format!("kind: `{name}` is none")))?;
    // What the kind does not use is not asked: it is not even shown.
    let code = if kind.uses == Uses::Code { form.get("code").parse().map_err(Complaint::unclear)? } else { Code::SYSTEM };
    let seconds = if kind.uses == Uses::Seconds { number(form, "seconds", |t| t.fault_seconds, 5, 1..=600)? } else { 0 };
    let times = number(form, "times", |t| t.fault_times, 1, 1..=1000)?;
    let fault = kind.fault(form.get("path"), Values { code, ms: seconds * 1000 });
    order::add_fault(Fault { times: Some(times), ..fault }, world)
}

fn clear_faults(_: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    world.faults.clear();
    Ok(())
}

fn settings(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    let rate_limit = optional(form, "rate_limit", |t| t.rate_limit, 0..=100_000)?;
    let changes: Value = json!({
        "rate_limit": rate_limit,
        "refuse_tokens": number(form, "refuse_tokens", |t| t.refuse_tokens, 0.0, 0.0..=100.0)? / 100.0,
        "error_shape": form.get("error_shape"),
        "error_status": number(form, "error_status", |t| t.error_status, 200_u16, 200..=599)?,
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
    let mut shown = json!({
        "years": filled(form, "shown_years").unwrap_or_else(|| "plain".to_owned()),
        "cut_after": optional(form, "shown_cut_after", |t| t.shown_cut_after, 0..=1000)?,
        "odd_row": optional(form, "shown_odd_row", |t| t.shown_odd_row, 0..=100_000)?,
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
    Seed { seed: number(form, "seed", |t| t.seed, 0, 0..=MOST)? }.obey(world)
}

fn make_up(form: &Form, _: &Giver, world: &mut World) -> Result<(), Complaint> {
    SeedMeetings { count: number(form, "count", |t| t.make_up, 0, 1..=1000)? }.obey(world).map(drop)
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

/// A number of the field with this label, or `otherwise` where the field was left empty.
fn number<N>(form: &Form, name: &str, label: Label, otherwise: N, range: RangeInclusive<N>) -> Result<N, Complaint>
where
    N: FromStr + PartialOrd + Display,
{
    let Some(text) = filled(form, name) else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        let english = format!("{}: enter a number from {least} to {most}, not `{text}`", label(&ENGLISH));
        let czech = format!("Neplatné zadání: {}: zadejte číslo od {least} do {most}, ne „{text}“.", label(&CZECH));
        Complaint::new(StatusCode::BAD_REQUEST, english, czech)
    })
}

/// The same where nothing is a value of its own.
fn optional(form: &Form, name: &str, label: Label, range: RangeInclusive<u32>) -> Result<Option<u32>, Complaint> {
    filled(form, name).map(|_| number(form, name, label, 0, range)).transpose()
}
