//! What one client owns: options, keys, connections, tokens, clock and retry budget.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::cancellation::ActiveCalls;
use crate::client::backoff::RetryBudget;
use crate::client::clock::ServiceClock;
use crate::client::prepared_until::PreparedUntil;
use crate::client::tokens::{Token, TokenPool};
use crate::client::{correlation, pending_changes};
use crate::error::{Error, Result};
use crate::http::ConnectionPool;
use crate::http::origin::Origin;
use crate::log;
use crate::options::{Keys, Options};
use crate::service::prague_time;

pub struct Session {
    pub options: Arc<Options>,
    pub keys: Keys,
    pub pool: ConnectionPool,
    pub tokens: Arc<TokenPool>,
    pub prepared_until: Arc<PreparedUntil>,
    pub clock: ServiceClock,
    pub budget: RetryBudget,
    pub calls: ActiveCalls,
    /// Hash of the service's origin: see `correlation`.
    pub origin_hash: u64,
    /// Hash of origin and practice: see `pending_changes`.
    pub practice: u64,
}

impl Session {
    /// Checks address, keys and options; no network yet.
    pub fn new(app_url: &str, api_app_key: &str, api_key: &str, options_json: Option<&str>) -> Result<Arc<Session>> {
        let options = Arc::new(Options::parse(options_json)?);
        if !prague_time::check_pattern(&options.meet_start_format) {
            let must = "option meet_start_format must be a strftime pattern with year, month, day, hour and minute";
            return Err(Error::argument("options_json", must));
        }
        let origin = Origin::parse(app_url, options.allow_http)?;
        let keys = Keys::parse(&origin, api_app_key, api_key)?;
        let origin_text = origin.normalized();
        let practice = pending_changes::hash(&format!("{origin_text} {}", keys.api_key.expose_secret()));
        let pool = ConnectionPool::new(origin, Arc::clone(&options))?;
        Ok(Arc::new(Session {
            options,
            keys,
            pool,
            tokens: Arc::default(),
            prepared_until: Arc::default(),
            clock: ServiceClock::default(),
            budget: RetryBudget::default(),
            calls: ActiveCalls::default(),
            origin_hash: correlation::origin_hash(&origin_text),
            practice,
        }))
    }

    /// Keeps an unused token for the next request.
    pub fn store_token(&self, token: Token) {
        self.tokens.put(token, self.options.prefetch_tokens);
    }
}

impl log::Source for Session {
    fn may_log(&self) -> bool {
        !self.calls.is_closed()
    }
}
