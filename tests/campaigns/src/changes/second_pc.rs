//! Another PC of the practice, which shares nothing with the library in this process: it invites by plain HTTP.

use std::time::Duration;

use ureq::Agent;
use videodoktor_abi_client::Invitation;
use videodoktor_sandbox::Sandbox;

use super::told::ADD;

/// Another patient at the same start.
pub fn rival_of(invitation: &Invitation) -> Invitation {
    let email = invitation.pacient_email.as_deref().unwrap_or_default().replacen('p', "q", 1);
    let rival = invitation.clone().named("Petr Svoboda").with_email(&email);
    Invitation { pacient_telefon: Some("602000111".into()), pacient_narozen: Some("1955".into()), ..rival }
}

/// Invites. Whether that succeeds is the service's affair.
pub fn invite(sandbox: &Sandbox, invitation: &Invitation) {
    let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(Duration::from_secs(20))).build();
    let agent = Agent::new_with_config(config);
    let post = |path: &str, fields: &[(&str, &str)]| -> Option<String> {
        let reply = agent.post(format!("{}{path}", sandbox.http_url())).send_form(fields.iter().copied());
        reply.ok()?.body_mut().read_to_string().ok()
    };
    let keys = [("api_app_key", sandbox.app_key()), ("api_key", sandbox.api_key())];
    let token = post("/api_verify/", &keys).and_then(|body| token_in(&body));
    let Some(token) = token else { return };
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let fields = [
        ("token", token),
        ("pacient_jmeno", text(&invitation.pacient_jmeno)),
        ("pacient_email", text(&invitation.pacient_email)),
        ("pacient_telefon", text(&invitation.pacient_telefon)),
        ("pacient_narozen", text(&invitation.pacient_narozen)),
        ("meet_start", text(&invitation.meet_start).replace([' ', ':'], ".")),
    ];
    post(ADD, &fields.each_ref().map(|(name, value)| (*name, value.as_str())));
}

fn token_in(body: &str) -> Option<String> {
    let reply: serde_json::Value = serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()?;
    reply["token"].as_str().map(str::to_owned)
}
