//! A request's way through the service, and through the gateway in front of it.

use std::panic::resume_unwind;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::connection::Connection;
use crate::fault::{Fault, Gateway};
use crate::reply::Reply;
use crate::shared::Shared;
use crate::work::{GivenUp, pause, work_on};
use crate::world::ReceivedRequest;

/// A request that has reached the service.
pub struct Serving {
    pub fault: Fault,
    pub path: String,
    outcome: Outcome,
    given_up: GivenUp,
}

enum Outcome {
    There(Reply),
    /// Still being worked on. Whoever lets go of it cancels the answer, but never what the service does.
    Awaited(JoinHandle<Reply>),
}

impl Serving {
    /// Lets the service carry a request out, or begin to.
    pub fn begin(shared: &Shared, arrived: ReceivedRequest) -> Serving {
        let fault = shared.world().meet_fault(&arrived);
        let (path, given_up) = (arrived.path.clone(), GivenUp::default());
        let outcome = match fault.act_after_ms == 0 && !fault.is_worked_on() {
            true => Outcome::There(shared.world().execute(&arrived, &fault, None)),
            false => Outcome::Awaited(begin_work(shared.clone(), arrived, fault.clone(), given_up.clone())),
        };
        Serving { fault, path, outcome, given_up }
    }

    /// What goes back, after what the caller, or the gateway in front, has to wait.
    pub async fn reply(self, connection: &Connection) -> (Reply, Fault, String) {
        let Serving { fault, path, outcome, given_up } = self;
        let service = async {
            let reply = match outcome {
                Outcome::There(reply) => reply,
                Outcome::Awaited(working) => working.await.unwrap_or_else(|error| resume_unwind(error.into_panic())),
            };
            pause(fault.delay_ms).await;
            reply
        };
        let reply = match fault.gateway {
            None => service.await,
            Some(gateway) => tokio::select! {
                biased;
                reply = service => reply,
                () = sleep(Duration::from_millis(gateway.gives_up_after_ms)) => give_up(gateway, &given_up, connection),
            },
        };
        (reply, fault, path)
    }
}

fn give_up(gateway: Gateway, given_up: &GivenUp, connection: &Connection) -> Reply {
    let answer = gateway.reply();
    let _ = given_up.set(answer.as_ref().map_or(0, |reply| reply.status));
    answer.unwrap_or_else(|| {
        connection.reset();
        Reply::default()
    })
}

fn begin_work(shared: Shared, arrived: ReceivedRequest, fault: Fault, given_up: GivenUp) -> JoinHandle<Reply> {
    let under_way = shared.begin_work();
    tokio::spawn(async move {
        pause(fault.act_after_ms).await;
        let reply = match fault.works_on.filter(|_| fault.is_worked_on()) {
            Some(how) => work_on(&shared, &arrived, &fault, how, &given_up).await,
            None => shared.world().execute(&arrived, &fault, given_up.get().copied()),
        };
        if given_up.get().is_some() {
            // Nobody reads it now; a gateway that mixes connections up may give it to somebody else.
            let lives = shared.world().lives();
            let date = shared.world().date_header();
            shared.earlier().remember(lives, &arrived.path, &reply.clone().with_date(date));
        }
        drop(under_way);
        reply
    })
}
