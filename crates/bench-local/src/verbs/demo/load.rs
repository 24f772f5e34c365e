use bench_model::{
    context::{Detected, Overrides},
    idempotency, report,
    rest::payload::{IngestRun, MAX_RUNS},
    run,
};
use bench_samples::{Anchor, Session};
use jiff::Timestamp;
use tokio_postgres::{Client, types::Json};

use crate::failure::Failure;

/// Who stores the runs and marks the baselines; the samples are known by it.
const TRIGGERED_BY: &str = "bench-local demo";

/// Stores the history and its baselines in one transaction, and returns how many of its runs are new.
///
/// The functions are those that `bench-push` calls.
pub(super) async fn load(
    client: &mut Client,
    sessions: &[Session],
    anchor: &Anchor,
) -> Result<usize, Failure> {
    let reports = bench_samples::over_90_days(sessions, anchor, TRIGGERED_BY);
    let runs = runs(&reports, anchor)?;
    let mut ids: Vec<String> = Vec::with_capacity(runs.len());
    let mut stored = 0;
    let transaction = client.transaction().await.map_err(|e| failure(&e))?;
    for portion in runs.chunks(MAX_RUNS) {
        let rows = transaction
            .query(
                "select id::text, outcome = 'stored' from public.ingest_runs($1)",
                &[&Json(portion)],
            )
            .await
            .map_err(|error| failure(&error))?;
        for row in rows {
            ids.push(row.get(0));
            stored += usize::from(row.get::<_, bool>(1));
        }
    }
    let baselines: Vec<&String> = bench_samples::of_baselines(&reports)
        .filter_map(|place| ids.get(place))
        .collect();
    transaction
        .execute(
            "select public.set_baseline(run.id, 'configuration', $2, $3)
             from unnest($1::text[]::uuid[]) as run (id)",
            &[&baselines, &bench_samples::BASELINE_REASON, &TRIGGERED_BY],
        )
        .await
        .map_err(|error| failure(&error))?;
    transaction.commit().await.map_err(|e| failure(&e))?;
    Ok(stored)
}

/// How many runs are stored, and how many of them are samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) all: i64,
    pub(super) samples: i64,
}

pub(super) async fn count(client: &Client) -> Result<Count, Failure> {
    let row = client
        .query_one(
            "select count(*), count(*) filter (where triggered_by = $1) from public.benchmark_transactions",
            &[&TRIGGERED_BY],
        )
        .await
        .map_err(|error| failure(&error))?;
    Ok(Count {
        all: row.get(0),
        samples: row.get(1),
    })
}

/// The reports as `bench-push` would send them.
fn runs(reports: &[serde_json::Value], anchor: &Anchor) -> Result<Vec<IngestRun>, Failure> {
    let lines: Vec<_> = reports.iter().map(ToString::to_string).collect();
    let reports = report::parse(lines.join("\n").as_bytes())
        .map_err(|error| Failure::Samples(error.to_string()))?;
    let overrides = Overrides {
        environment: bench_samples::ENVIRONMENT.parse().ok(),
        commit_sha: anchor.commit.parse().ok(),
        ..Overrides::default()
    };
    let (built, problems) =
        run::build_all(reports, &overrides, &Detected::default(), Timestamp::now());
    if let Some(problem) = problems.first() {
        return Err(Failure::Samples(problem.to_string()));
    }
    Ok(built
        .iter()
        .map(|built| IngestRun::new(&built.run, &idempotency::key(&built.run, None), None))
        .collect())
}

/// The database's own words.
pub(super) fn failure(error: &tokio_postgres::Error) -> Failure {
    Failure::Samples(
        error
            .as_db_error()
            .map_or_else(|| error.to_string(), |db| db.message().to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_a_run_of_its_own() {
        let sessions = bench_samples::sessions();
        let anchor = Anchor::new(
            "2026-11-24T12:00:00Z".parse().expect("a time"),
            super::super::NO_COMMIT.to_owned(),
            &sessions,
        );
        let reports = bench_samples::over_90_days(&sessions, &anchor, TRIGGERED_BY);

        let runs = runs(&reports, &anchor).expect("valid");

        let keys: std::collections::BTreeSet<_> =
            runs.iter().map(|run| &run.idempotency_key).collect();
        assert_eq!(keys.len(), sessions.len());
        assert!(
            runs.iter()
                .all(|run| run.triggered_by.as_deref() == Some(TRIGGERED_BY))
        );
    }
}
