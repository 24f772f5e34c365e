//! The one port of the stack: Supabase's gateway in front of PostgREST, the dashboard, `/health`.

mod answer;
mod authorize;
mod config;
mod content;
mod cors;
mod dashboard;
mod health;
mod proxy;
mod security;

use std::{net::IpAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
    serve::ListenerExt as _,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{net::TcpListener, sync::watch};

pub(crate) use self::{
    dashboard::Dashboard,
    health::{Health, PartReport, Report},
};
use crate::{keys::Keys, postgrest::PostgrestPorts};

type HttpClient = Client<HttpConnector, axum::body::Body>;

/// What every request needs to know.
pub(crate) struct Gateway {
    pub(crate) keys: Keys,
    pub(crate) postgrest: PostgrestPorts,
    pub(crate) dashboard: Option<Dashboard>,
    pub(crate) health: Health,
    pub(crate) data_folder: PathBuf,
    /// The address it listens on.
    pub(crate) host: IpAddr,
    pub(crate) client: HttpClient,
}

/// A client that keeps its connections to PostgREST open.
pub(crate) fn http_client() -> HttpClient {
    let mut connector = HttpConnector::new();
    // An answer must not wait for the acknowledgement of the one before.
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// Serves until `stop` turns true, then finishes what was begun.
pub(crate) async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    mut stop: watch::Receiver<bool>,
) {
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let router = Router::new().fallback(route).with_state(gateway);
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    // Never fails: a listener of axum's tries again after an error.
    let _ = axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await;
}

async fn route(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let path = request.uri().path();
    match path {
        "/health" => health::answer(&gateway).await,
        "/config.json" => config::answer(&gateway, request.headers()),
        _ if under(path, "/rest/v1") => proxy::answer(&gateway, request).await,
        _ if [
            "/auth/v1",
            "/storage/v1",
            "/realtime/v1",
            "/functions/v1",
            "/graphql/v1",
        ]
        .iter()
        .any(|service| under(path, service)) =>
        {
            cors::open(answer::message(
                StatusCode::NOT_FOUND,
                "bench-local has no such service",
                "of Supabase's services only `/rest/v1` is here",
            ))
        }
        _ => dashboard::answer(gateway.dashboard.as_ref(), &request.into_parts().0).await,
    }
}

fn under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_under_a_service_only_at_a_slash() {
        assert!(under("/rest/v1", "/rest/v1"));
        assert!(under("/rest/v1/rpc/f", "/rest/v1"));
        assert!(!under("/rest/v10", "/rest/v1"));
    }
}
