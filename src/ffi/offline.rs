//! What needs no network and no client.

use std::ffi::c_char;

use super::{arguments, boundary, vd_status};
use crate::client::clock::machine_now;
use crate::error::Error;
use crate::log;
use crate::options::SERVICE_FORMAT;
use crate::service::birth_number;
use crate::service::invitation::Invitation;
use crate::service::meeting::write_texts;
use crate::service::prague_time;
use crate::status::{Lang, Status};

/// Checks an invitation without sending it, as a form does while the doctor types. Fields as in `vd_meet_add`.
///
/// `*out_json` is {"valid":true,"fields":{…}} with the fields as they would be sent, or {"valid":false,"errors":[…]} with all violations
/// at once, each as under "error" above. Whether the start is past is judged by this machine's clock here.
/// Returns VD_OK; the status of the first violation; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     status = vd_check_invitation("Jana Nováková", NULL, "+420 777 123 456", "1980", "23.11.2090 10:00", &json);
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky", "Chyby".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_check_invitation(
    pacient_jmeno: *const c_char,
    pacient_email: *const c_char,
    pacient_telefon: *const c_char,
    pacient_narozen: *const c_char,
    meet_start: *const c_char,
    out_json: *mut *mut c_char,
) -> vd_status {
    // SAFETY: `out_json` may be written or is NULL; the texts are C strings or NULL.
    unsafe {
        boundary::report(out_json, |_| {
            let draft = arguments::draft(pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen, meet_start)?;
            Ok(match Invitation::check(&draft, machine_now()) {
                Ok(invitation) => (Status::OK, accepted(&invitation)),
                Err(errors) => (errors.first().map_or(Status::OK, |first| first.status), refused(&errors)),
            })
        })
    }
}

fn accepted(invitation: &Invitation) -> String {
    let fields = invitation.fields(SERVICE_FORMAT);
    // Room for every byte to be escaped: a text that grew would leave the patient behind in the memory that it left.
    let room: usize = fields.iter().map(|(name, value)| name.len() + value.len() * 6 + 6).sum();
    let mut json = String::with_capacity(room + 40);
    json.push_str("{\"valid\":true,\"fields\":");
    write_texts(&mut json, &fields);
    json.push('}');
    json
}

fn refused(errors: &[Error]) -> String {
    let errors: Vec<_> = errors.iter().map(|error| error.to_json(Lang::Cs)).collect();
    serde_json::json!({"valid": false, "errors": errors}).to_string()
}

/// The year of birth in a Czech birth number (rodné číslo), with or without a slash: what `pacient_narozen` wants.
///
/// Month and day are checked, and of a ten-digit number its check digit. `*out_year` is the year; 0 on error. The insurance number of a
/// foreigner (month or day raised as no birth number has them) is none: ask for the year of birth. The log tells the two apart at level 3.
/// Returns VD_OK; VD_X014_BIRTH_YEAR if the text is no birth number; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     status = vd_birth_year("805512/1239", &year);
///
/// Source: Act No. 133/2000 Coll. as amended by 53/2004 Coll.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_birth_year(rodne_cislo: *const c_char, out_year: *mut i32) -> vd_status {
    boundary::status(|| {
        if out_year.is_null() {
            return Err(arguments::null("out_year"));
        }
        // SAFETY: `out_year` is not NULL and may be written; `rodne_cislo` is a C string or NULL.
        unsafe {
            *out_year = 0;
            let today = prague_time::today(machine_now());
            let year = birth_number::birth_year(arguments::text("rodne_cislo", rodne_cislo)?, today);
            *out_year = year.map_err(|why| {
                log::info(|| format!("vd_birth_year: rodne_cislo is {why}"));
                Error::client(Status::X014_BIRTH_YEAR, format!("rodne_cislo is {why}"))
            })?;
        }
        Ok(())
    })
}
