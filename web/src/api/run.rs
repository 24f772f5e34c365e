//! Requests for one run and its context.

use bench_model::attribution::MACHINE_DETAILS;
use bench_model::check::RUNS_CONSIDERED;
use bench_model::rest::{
    functions::JudgedAgainst,
    query::Query,
    rows::{JudgedAgainstRow, RunRow},
    tables::{MAIN_LINE, TRANSACTIONS},
};
use bench_model::run_id::RunId;
use futures_util::future::try_join3;
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

/// What a run is judged against, and its neighbours in the main line.
///
/// # Errors
///
/// Any failure of the request.
pub async fn surroundings(
    connection: &Connection,
    run: &RunRow,
) -> Result<Surroundings, RequestFailure> {
    let previous = beside(run, "lt")
        .select(RunRow::COMPARED)
        .order("created_at.desc,id.desc")
        .limit(1);
    let next = beside(run, "gt")
        .select(&["id", "created_at", "version"])
        .order("created_at,id")
        .limit(1);
    let against = Query::call(&JudgedAgainst {
        p_runs: &[&run.id],
        // The run itself is one of them.
        p_most: usize::from(RUNS_CONSIDERED) - 1,
        p_machine: &MACHINE_DETAILS,
    });
    let (mut previous, mut next, mut against) = try_join3(
        page::<RunRow>(connection, previous, false),
        page::<RunRow>(connection, next, false),
        page::<JudgedAgainstRow>(connection, against, false),
    )
    .await?;
    let against = against.rows.pop();
    let found = against.as_ref().and_then(|row| {
        let id = row.baseline_run.as_deref()?;
        Some((id, row.found_by?))
    });
    let mut baseline = None;
    if let Some((id, found_by)) = found {
        let query = Query::table(TRANSACTIONS)
            .eq("id", id)
            .select(RunRow::COMPARED);
        let run = page::<RunRow>(connection, query, false).await?.rows.pop();
        baseline = run.map(|run| Baseline { run, found_by });
    }
    Ok(Surroundings {
        previous: previous.rows.pop(),
        next: next.rows.pop(),
        baseline,
        earlier: against
            .as_ref()
            .map(|row| row.earlier.clone())
            .unwrap_or_default(),
        change_points: against.map(|row| row.change_points).unwrap_or_default(),
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
