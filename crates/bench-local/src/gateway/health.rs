use std::sync::atomic::Ordering;

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{
    gateway::{answer, host, limits, state::Gateway},
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

/// Which parts answered when they were last asked. Asking costs a connection to the database, so
/// one request asks for all that come meanwhile and shortly after.
#[derive(Default)]
pub(crate) struct Finding(Mutex<Option<(Instant, Answers)>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answers {
    database: bool,
    rest: bool,
}

impl Finding {
    async fn get(&self, ask: impl Future<Output = Answers>) -> Answers {
        let mut last = self.0.lock().await;
        if let Some((at, answers)) = *last
            && at.elapsed() < limits::HEALTH
        {
            return answers;
        }
        let answers = ask.await;
        *last = Some((Instant::now(), answers));
        answers
    }
}

/// 200 if the database and PostgREST both respond, otherwise 503.
pub(super) async fn answer(gateway: &Gateway, headers: &HeaderMap) -> Response {
    let health = &gateway.health;
    let Answers { database, rest } = health.last.get(ask(gateway)).await;
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
    if gateway.host.is_loopback() && is_from_here(headers) {
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

/// Whether no proxy passed the request on from elsewhere.
fn is_from_here(headers: &HeaderMap) -> bool {
    host::is_loopback(headers)
        && ["forwarded", "x-forwarded-for", "via"]
            .iter()
            .all(|name| !headers.contains_key(*name))
}

async fn ask(gateway: &Gateway) -> Answers {
    let both = async { tokio::join!(database_answers(gateway), gateway.postgrest_answers()) };
    let (database, rest) = timeout(limits::HEALTH_PATIENCE, both)
        .await
        .unwrap_or_default();
    Answers { database, rest }
}

async fn database_answers(gateway: &Gateway) -> bool {
    let password = &gateway.keys.authenticator_password;
    match postgres::connect(gateway.health.postgres_port, "authenticator", password).await {
        Ok(client) => client.simple_query("select 1").await.is_ok(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test]
    async fn many_requests_ask_once_a_second() {
        let finding = Finding::default();
        let asked = AtomicUsize::new(0);
        let ask = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Answers {
                database: true,
                rest: true,
            }
        };

        tokio::join!(finding.get(ask()), finding.get(ask()), finding.get(ask()));
        assert_eq!(asked.load(Ordering::Relaxed), 1);

        tokio::time::sleep(limits::HEALTH).await;
        finding.get(ask()).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
