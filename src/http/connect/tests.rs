use videodoktor_sandbox::wire::{BlackHole, HttpProxy, RawServer, closed_port};

use super::*;
use crate::http::proxy::ProxySetting;
use crate::http::tls_roots::TlsRoots;

fn job(uri: &str, within: Duration) -> Job {
    let target = ConnectTarget {
        uri: uri.parse().unwrap(),
        config: ureq::Agent::config_builder().build(),
        options: Arc::new(Options::default()),
        user_agent: HeaderValue::from_static("test"),
        tls_configs: TlsConfigCache::new(TlsRoots::Bundled, None).unwrap(),
        within,
        steps: ConnectTimings::default(),
    };
    Job { target, shutdown: Arc::default() }
}

fn hop(address: &str) -> Hop {
    let Ok(ProxySetting::Given(proxy)) = ProxySetting::parse(address) else { panic!("{address}") };
    Hop::Through(proxy)
}

/// What comes of a route to a server on this machine: the steps and the way that it went, or the error.
fn over(hops: Vec<Hop>, within: Duration) -> Result<(Vec<Step>, String)> {
    let server = RawServer::closing(|_| Vec::new());
    let job = job(&server.http_url(), within);
    let route = Route { hops, chosen_by: ChosenBy::Script, query: None, note: None };
    job.over(&route, Instant::now() + within)?;
    let steps = job.target.steps.taken().into_iter().map(|(step, _)| step).collect();
    Ok((steps, job.target.steps.route().unwrap()))
}

#[test]
fn the_ways_of_a_route_are_tried_in_order_until_one_leads_there() {
    const PATIENT: Duration = Duration::from_secs(60);
    let (dead, live, hole) = (format!("http://{}", closed_port()), HttpProxy::open(), BlackHole::open());
    let place = live.url().replace("http://", "Windows proxy script: ");
    let by_proxy = Ok((vec![Step::Proxy], place));
    assert_eq!(over(vec![hop(&live.url()), hop(&dead)], PATIENT), by_proxy);
    assert_eq!(over(vec![hop(&dead), hop(&live.url()), Hop::Direct], PATIENT), by_proxy);
    let direct = Ok((vec![Step::Proxy, Step::Dns, Step::Connect], "Windows proxy script".to_owned()));
    let another = format!("http://{}", closed_port()); // the first one is tried last for a while
    assert_eq!(over(vec![hop(&another), Hop::Direct], PATIENT), direct);
    let started = Instant::now();
    let swallowing = hop(&format!("http://{}", hole.address()));
    assert_eq!(over(vec![swallowing, hop(&live.url())], Duration::from_secs(4)), by_proxy);
    assert!(started.elapsed() < Duration::from_secs(4), "a way that swallows everything leaves time to the next");
    assert_eq!(over(vec![hop(&dead)], PATIENT).unwrap_err().status, Status::ERR_PROXY, "nobody goes past the only proxy");
}

#[test]
fn a_proxy_that_asks_for_a_login_is_not_gone_past() {
    let asking = HttpProxy::with_login("u", "p");
    let error = over(vec![hop(&asking.url()), Hop::Direct], Duration::from_secs(60)).unwrap_err();
    assert_eq!((error.status, error.step), (Status::ERR_PROXY_AUTH, Some(Step::Proxy)));
}
