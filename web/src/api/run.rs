//! Requests for one run and its context.

use bench_model::rest::{
    functions::{BaselineFor, ListRuns},
    query::Query,
    rows::{CountingBaselineRow, RunRow},
    tables::TRANSACTIONS,
};
use bench_model::run_id::RunId;
use futures_util::future::try_join;
use serde_json::Value;

use super::{
    page,
    runs::{after, before},
};
use crate::{
    settings::Connection,
    view_model::{
        failure::{Cause, RequestFailure},
        run::{Baseline, StoredRun, Surroundings},
        runs::Cursor,
    },
};

/// The number of runs from which noise is estimated, see `bench_model::stats::assess`.
const EARLIER: u32 = 200;

/// One whole run; None if there is no run with this id.
///
/// # Errors
///
/// Whatever kept the row from arriving.
pub async fn run(connection: &Connection, id: &RunId) -> Result<Option<StoredRun>, RequestFailure> {
    let query = Query::table(TRANSACTIONS)
        .select(RunRow::COLUMNS)
        .eq("id", id);
    let Some(value) = page::<Value>(connection, query, false).await?.rows.pop() else {
        return Ok(None);
    };
    let json = format!("{value:#}");
    match serde_json::from_value(value) {
        Ok(row) => Ok(Some(StoredRun { row, json })),
        Err(error) => Err(RequestFailure {
            subject: TRANSACTIONS.0.to_owned(),
            origin: connection.url.as_str().to_owned(),
            cause: Cause::Unreadable {
                found: error.to_string(),
            },
        }),
    }
}

/// A run's baseline and its neighbours.
///
/// # Errors
///
/// Any failure of the request.
pub async fn surroundings(
    connection: &Connection,
    run: &RunRow,
) -> Result<Surroundings, RequestFailure> {
    let cursor = Cursor::of(run);
    let id = run.configuration_id;
    let ids = [id];
    let earlier = before(&cursor, of_configuration(&ids, EARLIER));
    let earlier = page::<RunRow>(
        connection,
        Query::call(&earlier).select(&["id", "created_at", "version", "metrics"]),
        false,
    );
    let next = after(&cursor, of_configuration(&ids, 1));
    let next = page::<RunRow>(
        connection,
        Query::call(&next).select(&["id", "created_at", "version"]),
        false,
    );
    let neighbours = try_join(earlier, next);
    let (neighbours, found) = try_join(neighbours, baseline_for(connection, run)).await?;
    let (mut earlier, next) = (neighbours.0.rows, neighbours.1.rows.into_iter().next());

    let previous_id = earlier.first().map(|one| one.id.clone());
    let wanted: Vec<&str> = [
        previous_id.as_deref(),
        found.as_ref().map(|found| found.transaction_id.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut whole = Vec::new();
    if !wanted.is_empty() {
        let query = Query::table(TRANSACTIONS)
            .any_of("id", &wanted)
            .select(RunRow::COLUMNS);
        whole = page::<RunRow>(connection, query, false).await?.rows;
    }
    let of = |id: &str| whole.iter().find(|one| one.id == id).cloned();
    if let Some(previous) = previous_id.and_then(|id| of(&id)) {
        earlier[0] = previous;
    }
    let mut baseline = found.and_then(|found| {
        Some(Baseline {
            run: of(&found.transaction_id)?,
            found_by: found.found_by,
            earlier: Vec::new(),
        })
    });
    if let Some(baseline) = baseline
        .as_mut()
        .filter(|baseline| baseline.run.configuration_id != id)
    {
        let cursor = Cursor::of(&baseline.run);
        let ids = [baseline.run.configuration_id];
        let query = Query::call(&before(&cursor, of_configuration(&ids, EARLIER - 1))).select(&[
            "id",
            "created_at",
            "metrics",
        ]);
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

fn of_configuration(ids: &[i64], limit: u32) -> ListRuns<'_> {
    ListRuns {
        p_configuration_ids: ids,
        p_limit: limit,
        ..ListRuns::default()
    }
}

/// Which baseline counts for a run's configuration.
async fn baseline_for(
    connection: &Connection,
    run: &RunRow,
) -> Result<Option<CountingBaselineRow>, RequestFailure> {
    let query = Query::call(&BaselineFor {
        p_model_version: &run.model_version,
        p_dataset_version: &run.dataset_version,
        p_prompt_version: &run.prompt_version,
        p_environment: &run.environment,
    });
    Ok(page(connection, query, false).await?.rows.pop())
}
