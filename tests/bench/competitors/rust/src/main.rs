//! The service called by plain ureq, as in its manual. Orders and answers as in ../c/main.c; besides, what a list costs at the least:
//!
//! ```text
//! bytes N   so many lists, read whole and then parsed into fields by one serde_json::from_slice
//! value N   the same into a serde_json::Value
//! ```

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const LARGEST_REPLY: u64 = 64 << 20;

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize, Serialize)]
struct Meeting {
    meet_id: String,
    meet_url: String,
    meet_time: String,
    meet_time_imd: String,
    meet_active: i32,
    pacient_jmeno: String,
    pacient_email: String,
    pacient_telefon: String,
    pacient_narozen: String,
}

#[derive(Deserialize)]
struct Made {
    #[allow(dead_code)] // read as every competitor reads it
    meet_id: String,
    meet_url: String,
}

struct Competitor {
    agent: Agent,
    url: String,
    app_key: String,
    api_key: String,
}

impl Competitor {
    fn new(arguments: &[String]) -> Result<Competitor> {
        let [url, ca_file, app_key, api_key] = arguments else { return Err("usage: competitor URL CA_FILE APP_KEY API_KEY".into()) };
        let authority = Certificate::from_pem(&std::fs::read(ca_file)?)?.to_owned();
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[authority])).build();
        let agent = Agent::config_builder().tls_config(tls).proxy(None).timeout_global(Some(Duration::from_secs(30))).build().into();
        Ok(Competitor { agent, url: url.clone(), app_key: app_key.clone(), api_key: api_key.clone() })
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<ureq::Body> {
        Ok(self.agent.post(format!("{}{path}", self.url)).send_form(form.iter().copied())?.into_body())
    }

    fn read<T: DeserializeOwned>(&self, path: &str, form: &[(&str, &str)]) -> Result<T> {
        Ok(self.post(path, form)?.into_with_config().limit(LARGEST_REPLY).read_json()?)
    }

    fn token(&self) -> Result<String> {
        let token: Token = self.read("/api_verify/", &[("api_key", &self.api_key), ("api_app_key", &self.app_key)])?;
        Ok(token.token)
    }

    fn list(&self) -> Result<Vec<Meeting>> {
        self.read("/api_meet_list/", &[("token", &self.token()?)])
    }

    fn list_in_one_piece<T: DeserializeOwned>(&self) -> Result<T> {
        let mut body = self.post("/api_meet_list/", &[("token", &self.token()?)])?;
        let bytes = body.with_config().limit(LARGEST_REPLY).read_to_vec()?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    fn add(&self) -> Result<usize> {
        let token = self.token()?;
        let form = [
            ("token", token.as_str()),
            ("pacient_jmeno", "Jana Nováková"),
            ("pacient_email", "jana@example.cz"),
            ("pacient_telefon", "777123456"),
            ("pacient_narozen", "1980"),
            ("meet_start", "23.11.2030.10.00"),
        ];
        let made: Made = self.read("/api_meet_add/", &form)?;
        if made.meet_url.starts_with("https://") { Ok(1) } else { Err("no address of a call".into()) }
    }

    fn show(&self) -> Result<Value> {
        let texts = |m: Meeting| {
            json!([
                m.meet_id,
                m.meet_url,
                m.meet_time,
                m.meet_time_imd,
                m.meet_active.to_string(),
                m.pacient_jmeno,
                m.pacient_email,
                m.pacient_telefon,
                m.pacient_narozen
            ])
        };
        Ok(self.list()?.into_iter().map(texts).collect())
    }
}

fn repeat(times: &str, act: impl Fn() -> Result<usize>) -> Result<Value> {
    let mut count = 0;
    let mut took = Vec::new();
    for _ in 0..times.parse()? {
        let began = Instant::now();
        count = act()?;
        took.push(u64::try_from(began.elapsed().as_nanos())?);
    }
    Ok(json!({"ns": took, "count": count}))
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let competitor = Competitor::new(&arguments)?;
    for order in io::stdin().lock().lines() {
        let order = order?;
        let answer = match order.split(' ').collect::<Vec<_>>().as_slice() {
            ["list", times] => repeat(times, || Ok(competitor.list()?.len()))?,
            ["bytes", times] => repeat(times, || Ok(competitor.list_in_one_piece::<Vec<Meeting>>()?.len()))?,
            ["value", times] => repeat(times, || Ok(competitor.list_in_one_piece::<Value>()?.as_array().map_or(0, Vec::len)))?,
            ["add", times] => repeat(times, || competitor.add())?,
            ["show"] => competitor.show()?,
            _ => return Err(format!("an order that nobody understands: {order}").into()),
        };
        println!("{answer}");
        io::stdout().flush()?;
    }
    Ok(())
}
