//! Requests for one run and for what stands around it.

use bench_model::rest::{
    list_runs::{ListRuns, Place},
    query::{Query, run_by_id},
    rpc::BASELINE_FOR,
    tables::TRANSACTIONS,
};
use bench_model::run_id::RunId;
use futures_util::future::try_join;
use serde::Deserialize;
use serde_json::Value;

use super::{page, runs::at};
use crate::{
    settings::Connection,
    view_model::{
        failure::{Cause, RequestFailure},
        run::{Baseline, StoredRun, Surroundings},
        runs::RunRow,
    },
};

/// As many runs as are asked about the noise, see `bench_model::stats::assess`.
const EARLIER: u32 = 200;

/// One run, whole; None when there is no run with this id.
///
/// # Errors
///
/// Whatever kept the row from arriving.
pub async fn run(connection: &Connection, id: &RunId) -> Result<Option<StoredRun>, RequestFailure> {
    let query = run_by_id(id).select(TRANSACTIONS.columns);
    let Some(value) = page::<Value>(connection, query, false).await?.rows.pop() else {
        return Ok(None);
    };
    let json = format!("{value:#}");
    match serde_json::from_value(value) {
        Ok(row) => Ok(Some(StoredRun { row, json })),
        Err(error) => Err(RequestFailure {
            subject: TRANSACTIONS.name.to_owned(),
            origin: connection.url.as_str().to_owned(),
            cause: Cause::Unreadable {
                found: error.to_string(),
            },
        }),
    }
}

/// What a run is held against, and its neighbours.
///
/// # Errors
///
/// Whatever kept the rows from arriving.
pub async fn surroundings(
    connection: &Connection,
    run: &RunRow,
) -> Result<Surroundings, RequestFailure> {
    let cursor = run.cursor();
    let in_configuration = |id: &i64, place: Place<'_>, limit: u32| {
        ListRuns {
            configuration_ids: std::slice::from_ref(id),
            place,
            limit,
            ..ListRuns::default()
        }
        .query()
    };
    let id = run.configuration_id;
    let earlier = page::<RunRow>(
        connection,
        in_configuration(&id, Place::Before(at(&cursor)), EARLIER).select(&[
            "id",
            "created_at",
            "version",
            "metrics",
        ]),
        false,
    );
    let next = page::<RunRow>(
        connection,
        in_configuration(&id, Place::After(at(&cursor)), 1).select(&[
            "id",
            "created_at",
            "version",
        ]),
        false,
    );
    let neighbours = try_join(earlier, next);
    let (neighbours, found) = try_join(neighbours, baseline_for(connection, run)).await?;
    let (mut earlier, next) = (neighbours.0.rows, neighbours.1.rows.into_iter().next());

    let previous_id = earlier.first().map(|one| one.id.clone());
    let wanted: Vec<&str> = [
        previous_id.as_deref(),
        found.as_ref().map(|(id, _)| id.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut whole = Vec::new();
    if !wanted.is_empty() {
        let query = Query::table(TRANSACTIONS)
            .any_of("id", &wanted)
            .select(TRANSACTIONS.columns);
        whole = page::<RunRow>(connection, query, false).await?.rows;
    }
    let of = |id: &str| whole.iter().find(|one| one.id == id).cloned();
    if let Some(previous) = previous_id.and_then(|id| of(&id)) {
        earlier[0] = previous;
    }
    let mut baseline = found.and_then(|(id, found_by)| {
        Some(Baseline {
            run: of(&id)?,
            found_by,
            earlier: Vec::new(),
        })
    });
    if let Some(baseline) = baseline
        .as_mut()
        .filter(|baseline| baseline.run.configuration_id != id)
    {
        let cursor = baseline.run.cursor();
        let query = in_configuration(
            &baseline.run.configuration_id,
            Place::Before(at(&cursor)),
            EARLIER - 1,
        )
        .select(&["id", "created_at", "metrics"]);
        let mut earlier: Vec<RunRow> = page(connection, query, false).await?.rows;
        earlier.reverse();
        earlier.push(baseline.run.clone());
        baseline.earlier = earlier;
    }
    Ok(Surroundings {
        earlier,
        next,
        baseline,
    })
}

/// The id of the baseline that counts for a run's configuration, and what it was marked for.
async fn baseline_for(
    connection: &Connection,
    run: &RunRow,
) -> Result<Option<(String, String)>, RequestFailure> {
    #[derive(Deserialize)]
    struct Found {
        transaction_id: String,
        found_by: String,
    }
    let query = Query::function(BASELINE_FOR)
        .parameter("p_model_version", &run.model_version)
        .parameter("p_dataset_version", &run.dataset_version)
        .parameter("p_prompt_version", &run.prompt_version)
        .parameter("p_environment", &run.environment);
    let found = page::<Found>(connection, query, false).await?.rows.pop();
    Ok(found.map(|found| (found.transaction_id, found.found_by)))
}
