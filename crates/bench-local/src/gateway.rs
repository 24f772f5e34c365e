//! The stack's single port: a gateway like Supabase's in front of PostgREST, the dashboard, and
//! `/health`.

mod answer;
mod authorize;
mod config;
mod cors;
mod dashboard;
mod health;
mod proxy;
mod security;
mod state;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
    serve::ListenerExt as _,
};
use tokio::{net::TcpListener, sync::watch};

pub(crate) use self::{
    dashboard::Dashboard,
    health::{PartReport, Report},
    state::{Gateway, Health, http_client},
};

/// Serves until `stop` turns true, then finishes open requests.
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
    // Never fails: axum's listener retries after an error.
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
        _ => dashboard::answer(gateway.dashboard.as_ref(), request).await,
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
