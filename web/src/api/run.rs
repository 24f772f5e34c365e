//! Requests for one run and its context.

use bench_model::rest::{
    functions::BaselineFor,
    query::Query,
    rows::{CountingBaselineRow, RunRow},
    tables::{MAIN_LINE, TRANSACTIONS},
};
use bench_model::run_id::RunId;
use futures_util::future::try_join;
use serde_json::Value;

use super::page;
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

/// A run's baseline and its neighbours in the main line.
///
/// # Errors
///
/// Any failure of the request.
pub async fn surroundings(
    connection: &Connection,
    run: &RunRow,
) -> Result<Surroundings, RequestFailure> {
    let id = run.configuration_id;
    let earlier = beside(run, "lt")
        .select(&["id", "created_at", "version", "metrics"])
        .order("created_at.desc,id.desc")
        .limit(EARLIER);
    let earlier = page::<RunRow>(connection, earlier, false);
    let next = beside(run, "gt")
        .select(&["id", "created_at", "version"])
        .order("created_at,id")
        .limit(1);
    let next = page::<RunRow>(connection, next, false);
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
        let query = beside(&baseline.run, "lt")
            .select(&["id", "created_at", "metrics"])
            .order("created_at.desc,id.desc")
            .limit(EARLIER - 1);
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

/// The runs of the main line before (`lt`) or after (`gt`) a run of their configuration.
fn beside(run: &RunRow, side: &str) -> Query {
    let Cursor { created_at, id } = Cursor::of(run);
    let place = format!(
        "(created_at.{side}.\"{created_at}\",and(created_at.eq.\"{created_at}\",id.{side}.{id}))"
    );
    Query::table(MAIN_LINE)
        .eq("configuration_id", &run.configuration_id.to_string())
        .parameter("or", &place)
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
