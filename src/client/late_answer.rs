//! The answer to a request that was given up: a thread waits for it while the call looks for what the request did.

use std::sync::{Arc, Mutex};

use crate::cancellation::{InFlight, Oneshot};
use crate::error::Result;
use crate::http::{Connection, Reply};
use crate::locking::lock;

/// Waits until it is dropped, the call ends, or the answer has come.
pub struct LateAnswer {
    oneshot: Arc<Oneshot<Result<Reply>>>,
    waits: Arc<InFlight>,
    look: Arc<Mutex<Option<Arc<InFlight>>>>,
}

impl LateAnswer {
    /// Waits on a thread, until the call's deadline. `None` if there is no thread for it: then looking has to do.
    pub fn wait_for(mut connection: Connection, call: &Arc<InFlight>) -> Option<LateAnswer> {
        let waits = call.child(std::time::Duration::MAX);
        waits.uses(connection.shutdown()).ok()?;
        let (oneshot, look) = (Oneshot::new(), Arc::<Mutex<Option<Arc<InFlight>>>>::default());
        let (for_thread, of_thread, call, current) = (Arc::clone(&oneshot), Arc::clone(&waits), Arc::clone(call), Arc::clone(&look));
        let wait = move || {
            let answer = of_thread.remaining().and_then(|left| connection.receive(Some(left)));
            for_thread.put(answer, &call);
            // The answer counts more than what a look would find.
            if let Some(look) = lock(&current).take() {
                look.cancel();
            }
        };
        std::thread::Builder::new().name("videodoktor-wait".into()).spawn(wait).ok()?;
        Some(LateAnswer { oneshot, waits, look })
    }

    /// The answer, or how it failed to come.
    pub fn take(&self) -> Option<Result<Reply>> {
        self.oneshot.take()
    }

    /// This look is ended when the answer comes.
    pub fn ends_look(&self, look: &Arc<InFlight>) {
        *lock(&self.look) = Some(Arc::clone(look));
        if self.oneshot.is_full() {
            look.cancel(); // it came while nothing looked
        }
    }
}

impl Drop for LateAnswer {
    fn drop(&mut self) {
        self.waits.cancel();
    }
}
