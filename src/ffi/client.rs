//! A client's life.

use std::ffi::c_char;
use std::ptr::null_mut;

use super::{arguments, boundary, handles, vd_client, vd_status};
use crate::client::Client;
use crate::options::Options;

/// Makes a client: one practice at one service host. No network yet; `vd_verify` tells whether the keys are good.
///
/// `app_url` is the label that the vendor assigned ("demo" means https://demo.videodoktor.cz), or an origin such as
/// "https://localhost:8443"; http:// is accepted for this machine only, unless option allow_http is set. `api_app_key` is the program's key,
/// `api_key` the practice's; both stay out of logs and errors and are wiped from memory when the client is freed. `options_json` is NULL or
/// blank for none, or a JSON object (see "Options" in README.md); an unknown name is an error that says which.
///
/// A report is fetched from the service's own origin and from https hosts under videodoktor.cz; option report_hosts, a list such as
/// ["vykazy.example.cz"], allows others. Option proxy that is no address and none of the words "system" and "none" is
/// VD_ERR_INVALID_ARGUMENT. Option proxy_auth says how to log in to an HTTP proxy that asks for it: "auto" (Kerberos by the system's login,
/// else the name and password of the proxy's address), "basic", "negotiate", "ntlm" (Windows) or "none".
///
/// On success `*out_client` is a handle that any number of threads may use at once; free it with `vd_client_free`. On error it is NULL and
/// `*out_json`, if asked for, says what is wrong, in the language of option lang whatever else is wrong. On success `*out_json` is {}.
/// Returns VD_OK, VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_ARGUMENT; VD_ERR_TLS if a ca_file was given and no roots can be
/// used.
///
/// Example:
///
///     status = vd_client_new("demo", "app-key", "practice-key", "{\"lang\":\"en\"}", &client, &json);
///     if (status != VD_OK) { puts(json); }
///     vd_string_free(json);
///
/// Source: VideoDoktor API, "Základní informace" and "Získání tokenu".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_client_new(
    app_url: *const c_char,
    api_app_key: *const c_char,
    api_key: *const c_char,
    options_json: *const c_char,
    out_client: *mut *mut vd_client,
    out_json: *mut *mut c_char,
) -> vd_status {
    // SAFETY: what the host passes is what the header asks for: C strings or NULL, and places to write to or NULL.
    unsafe {
        boundary::json(out_json, |host| {
            let options = arguments::optional_json("options_json", options_json);
            let (lang, in_ascii) = Options::of_errors(options.as_ref().ok().copied().flatten());
            host.is_told(lang, in_ascii);
            if out_client.is_null() {
                return Err(arguments::null("out_client"));
            }
            *out_client = null_mut();
            let client = Client::new(
                arguments::text("app_url", app_url)?,
                arguments::text("api_app_key", api_app_key)?,
                arguments::text("api_key", api_key)?,
                options?,
            )?;
            *out_client = handles::add(client)?;
            Ok("{}".into())
        })
    }
}

/// Frees a client. Calls that are under way on it end with VD_ERR_CANCELLED; freeing from inside the log callback is fine.
///
/// An invitation or removal that had been sent may be carried out all the same: that call's error holds "may_have_acted":true, and the same
/// change is looked for before it is sent again, by other clients too (see "Changes" above).
/// Returns VD_OK, also for NULL; VD_ERR_INVALID_HANDLE for a handle that was freed already or never was one, and nothing is touched.
///
/// Example:
///
///     vd_client_free(client);
#[unsafe(no_mangle)]
pub extern "C" fn vd_client_free(client: *mut vd_client) -> vd_status {
    boundary::status(|| {
        if !client.is_null() {
            handles::remove(client)?.close();
        }
        Ok(())
    })
}

/// Says that a call will follow soon, as when a form was opened or one of its fields was left. The client connects and fetches a token in the
/// background, and keeps both at hand for 2 minutes after the last `vd_client_prepare`, so that the call takes one round trip however long the pause
/// before it was. Without it a call after minutes of pause takes three or four.
///
/// Returns at once and never fails for the network: what could not be got ahead, the call gets itself. It sends no patient's data, at most one request
/// a minute, and none after VD_X000_RATE_LIMIT; a connection that the service closes is opened again at most every 5 s. Through a proxy the call may
/// take one round trip more, for a connection through it cannot be known to be alive without a request.
/// Returns VD_OK, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     vd_client_prepare(client);
///
/// Source: VideoDoktor API, "Získání tokenu": a token may be fetched before the call that it is for.
#[unsafe(no_mangle)]
pub extern "C" fn vd_client_prepare(client: *mut vd_client) -> vd_status {
    boundary::status(|| {
        arguments::Host::default().client(client)?.prepare();
        Ok(())
    })
}

/// Ends every call that is now under way on the client, from any thread: each returns VD_ERR_CANCELLED within 100 ms. Later calls work.
///
/// An invitation or removal that had been sent may be carried out all the same. That call's error says so: "may_have_acted" is true if the
/// request had left this machine, false if not. If true, show the list of video calls rather than "cancelled" alone, and do not invite again
/// before somebody has looked. The same change is then looked for before it is sent again (see "Changes" above).
/// Returns VD_OK, VD_ERR_INVALID_HANDLE.
///
/// Example:
///
///     vd_client_interrupt(client);
#[unsafe(no_mangle)]
pub extern "C" fn vd_client_interrupt(client: *mut vd_client) -> vd_status {
    boundary::status(|| {
        arguments::Host::default().client(client)?.interrupt();
        Ok(())
    })
}
