//! What the host sets when it makes a client: the service's address, the keys and the options.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};
use ureq::http::uri::Authority;

use crate::error::{Error, Result};
use crate::http::origin::Origin;
use crate::http::proxy::{ProxyAuth, ProxySetting};
use crate::http::tls_roots::TlsRoots;
use crate::invisible::visible;
use crate::status::{Lang, Status};

/// The two keys that every token request carries.
pub struct Keys {
    pub api_app_key: SecretString,
    pub api_key: SecretString,
}

impl Keys {
    pub fn parse(origin: &Origin, api_app_key: &str, api_key: &str) -> Result<Keys> {
        Ok(Keys { api_app_key: key(origin, "api_app_key", api_app_key)?, api_key: key(origin, "api_key", api_key)? })
    }
}

fn key(origin: &Origin, name: &'static str, text: &str) -> Result<SecretString> {
    let key = visible(text);
    if key.is_empty() || key.len() > 512 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::argument(name, format!("{name} is empty, too long, or holds blanks or other signs that no key has")));
    }
    if key.starts_with("sandbox-") && origin.is_the_service() {
        return Err(Error::argument(name, format!("{name} is a key of the sandbox, but app_url is the real service")));
    }
    Ok(key.as_str().into())
}

/// Who judges the patient's fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validate {
    /// We do, before anything is sent.
    Strict,
    /// Only the service does.
    Server,
}

/// `options_json`, read. The README's table lists names, defaults and meaning.
pub struct Options {
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub retries: u32,
    pub prefetch_tokens: usize,
    pub validate: Validate,
    pub lang: Lang,
    pub ascii_json: bool,
    pub proxy: ProxySetting,
    pub proxy_auth: ProxyAuth,
    pub report_hosts: Vec<String>,
    pub tls_roots: TlsRoots,
    pub ca_file: Option<PathBuf>,
    pub meet_start_format: String,
    pub user_agent: Option<String>,
    pub allow_http: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(15),
            retries: 2,
            prefetch_tokens: 1,
            validate: Validate::Strict,
            lang: Lang::Cs,
            ascii_json: false,
            proxy: ProxySetting::System,
            proxy_auth: ProxyAuth::Auto,
            report_hosts: Vec::new(),
            tls_roots: TlsRoots::System,
            ca_file: None,
            meet_start_format: SERVICE_FORMAT.into(),
            user_agent: None,
            allow_http: false,
        }
    }
}

/// The only "right format" that the vendor's text shows: that of `api_time`.
pub const SERVICE_FORMAT: &str = "%d.%m.%Y.%H.%M";

/// An hour: a longer wait than this is a mistake in the unit.
const LONGEST_TIMEOUT_MS: u64 = 3_600_000;

impl Options {
    /// Reads `options_json`. An unknown name, or a value of another type, is an error that names the option.
    pub fn parse(options_json: Option<&str>) -> Result<Options> {
        let mut options = Options::default();
        for (name, value) in &self::options(options_json)? {
            options.set(name, value)?;
        }
        Ok(options)
    }

    /// How an error about the making of a client is to be told: in the language of the options and in their form of JSON, even where another
    /// option or argument is what is wrong.
    pub fn of_errors(options_json: Option<&str>) -> (Lang, bool) {
        let set = options(options_json).unwrap_or_default();
        let lang = set.get("lang").and_then(Value::as_str).and_then(Lang::parse);
        (lang.unwrap_or_default(), set.get("ascii_json") == Some(&Value::Bool(true)))
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<()> {
        let wrong = |must: &str| Error::argument("options_json", format!("option {name} must be {must}"));
        let millis = || {
            whole(value, 1, LONGEST_TIMEOUT_MS).map(Duration::from_millis).ok_or_else(|| wrong("a number of milliseconds, 1 to 3600000"))
        };
        let text = || value.as_str().ok_or_else(|| wrong("a text"));
        let flag = || value.as_bool().ok_or_else(|| wrong("true or false"));
        match name {
            "timeout_ms" => self.timeout = millis()?,
            "connect_timeout_ms" => self.connect_timeout = millis()?,
            "retries" => self.retries = whole(value, 0, 10).and_then(|n| n.try_into().ok()).ok_or_else(|| wrong("a number, 0 to 10"))?,
            "prefetch_tokens" => {
                self.prefetch_tokens = whole(value, 0, 8).and_then(|n| n.try_into().ok()).ok_or_else(|| wrong("a number, 0 to 8"))?;
            }
            "validate" => {
                self.validate = match text()? {
                    "strict" => Validate::Strict,
                    "server" => Validate::Server,
                    _ => return Err(wrong("\"strict\" or \"server\"")),
                }
            }
            "lang" => self.lang = Lang::parse(text()?).ok_or_else(|| wrong("\"cs\" or \"en\""))?,
            "ascii_json" => self.ascii_json = flag()?,
            "proxy" => {
                let taken = "\"system\", \"none\", or an address such as http://user:pass@host:port or socks5://host:port";
                self.proxy = ProxySetting::parse(text()?).map_err(|why| wrong(&format!("{taken}; the present value {why}")))?;
            }
            "proxy_auth" => {
                let taken = "\"auto\", \"basic\", \"negotiate\", \"ntlm\" or \"none\"";
                self.proxy_auth = ProxyAuth::parse(text()?).ok_or_else(|| wrong(taken))?;
            }
            "report_hosts" => {
                self.report_hosts = host_names(value).ok_or_else(|| wrong("a list of host names, without scheme and port"))?;
            }
            "tls_roots" => {
                self.tls_roots = match text()? {
                    "system" => TlsRoots::System,
                    "bundled" => TlsRoots::Bundled,
                    _ => return Err(wrong("\"system\" or \"bundled\"")),
                }
            }
            "ca_file" => {
                self.ca_file = optional_text(value).ok_or_else(|| wrong("the path of a file in PEM or DER, or null"))?.map(PathBuf::from)
            }
            "meet_start_format" => {
                let pattern = text()?;
                self.meet_start_format = pattern.into();
            }
            "user_agent" => {
                let agent = optional_text(value).ok_or_else(|| wrong("a text or null"))?;
                if agent.is_some_and(|a| a.is_empty() || a.len() > 200 || !a.bytes().all(|b| b == b' ' || b.is_ascii_graphic())) {
                    return Err(wrong("1 to 200 ASCII characters"));
                }
                self.user_agent = agent.map(String::from);
            }
            "allow_http" => self.allow_http = flag()?,
            _ => return Err(Error::argument("options_json", unknown_option(name))),
        }
        Ok(())
    }
}

/// `options_json`, of which NULL and a blank text mean none.
fn options(json: Option<&str>) -> Result<Map<String, Value>> {
    json.filter(|json| !json.trim().is_empty()).map_or_else(|| Ok(Map::new()), |json| object("options_json", json))
}

/// Reads a JSON object that the host passed. Its text stays out of the error.
pub fn object(argument: &'static str, json: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::argument(argument, format!("{argument} is not a JSON object"))),
        Err(error) => {
            Err(Error::argument(argument, format!("{argument} is not JSON: it breaks at line {}, column {}", error.line(), error.column())))
        }
    }
}

/// Text that the ABI wants as UTF-8. The detail is for a developer whose strings are CP1250.
pub fn utf8<'a>(argument: &'static str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|error| Error {
        field: Some(argument),
        ..Error::client(
            Status::ERR_INVALID_UTF8,
            format!(
                "{argument} is not UTF-8 (byte {}); it is probably in the system's code page (CP1250): convert it to UTF-8 first",
                error.valid_up_to()
            ),
        )
    })
}

fn whole(value: &Value, least: u64, most: u64) -> Option<u64> {
    value.as_u64().filter(|n| (least..=most).contains(n))
}

/// A list of names of hosts.
fn host_names(value: &Value) -> Option<Vec<String>> {
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.[:]".contains(&byte));
    let is_bare = |text: &str| text.parse::<Authority>().is_ok_and(|authority| authority.host() == text);
    value.as_array()?.iter().map(|name| name.as_str().filter(|text| is_name(text) && is_bare(text)).map(str::to_owned)).collect()
}

/// A text, or `null` for none.
fn optional_text(value: &Value) -> Option<Option<&str>> {
    match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text)),
        _ => None,
    }
}

/// Repeats the name only if it looks like an option's name: a key or password pasted in its place must not reach a log.
fn unknown_option(name: &str) -> String {
    let looks_like_one = name.len() <= 24 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if looks_like_one { format!("unknown option {name}") } else { "unknown option".into() }
}
