use std::sync::atomic::Ordering;

use axum::{http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    gateway::{answer, state::Gateway},
    postgres,
};

/// The response of `/health`, for people, scripts and `bench-local status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) status: String,
    pub(crate) postgresql: PartReport,
    pub(crate) postgrest: PartReport,
}

/// The state of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartReport {
    pub(crate) version: String,
    pub(crate) answers: bool,
    /// The number of restarts.
    pub(crate) restarts: u32,
}

/// 200 if the database and PostgREST both respond, otherwise 503.
pub(super) async fn answer(gateway: &Gateway) -> Response {
    let health = &gateway.health;
    let (database, rest) = tokio::join!(database_answers(gateway), gateway.postgrest_answers());
    let ok = database && rest;
    let report = Report {
        status: if ok { "ok" } else { "unavailable" }.to_owned(),
        postgresql: PartReport {
            version: health.postgres_version.clone(),
            answers: database,
            restarts: health.postgres_restarts.load(Ordering::Relaxed),
        },
        postgrest: PartReport {
            version: health.postgrest_version.clone(),
            answers: rest,
            restarts: health.postgrest_restarts.load(Ordering::Relaxed),
        },
    };
    let mut value = json!(report);
    value["bench_local"] = json!(std::process::id());
    if gateway.host.is_loopback() {
        // For the next `up` on this port; not shown to the network.
        value["data_folder"] = json!(gateway.data_folder);
    }
    answer::json(
        if ok {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        &value,
    )
}

async fn database_answers(gateway: &Gateway) -> bool {
    let password = &gateway.keys.authenticator_password;
    match postgres::connect(gateway.health.postgres_port, "authenticator", password).await {
        Ok(client) => client.simple_query("select 1").await.is_ok(),
        Err(_) => false,
    }
}
