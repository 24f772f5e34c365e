//! Requests for the log of runs.

use bench_model::rest::{
    list_runs::{self, ListRuns},
    query::{MAX_ROWS, Query},
    rpc::SEARCH_RUNS,
};

use super::{Page, page};
use crate::{
    settings::Connection,
    view_model::{
        failure::RequestFailure,
        runs::{COLUMNS, Cursor, Filter, Place, RunRow, RunsPage, RunsState},
    },
};

/// One page of the log of runs, as the address bar names it.
///
/// # Errors
///
/// Whatever kept the rows from arriving.
pub async fn runs(connection: &Connection, state: &RunsState) -> Result<RunsPage, RequestFailure> {
    if !state.search.is_empty() {
        return search_runs(connection, state).await;
    }
    let size = usize::try_from(state.size).unwrap_or_default();
    let read = |place: &Place| list_runs(state, place, state.size + 1);
    let Page { mut rows, .. } = page::<RunRow>(connection, read(&state.place), false).await?;
    let is_more = rows.len() > size;
    let is_towards_newest = matches!(state.place, Place::After(_));
    if is_towards_newest && !is_more {
        // The newest page is shown whole.
        rows = page(connection, read(&Place::Newest), false).await?.rows;
    } else if is_towards_newest {
        rows.remove(0);
    }
    let is_older = is_towards_newest || is_more;
    let is_newer = match state.place {
        Place::Newest => false,
        Place::Before(_) => true,
        Place::After(_) => is_more,
    };
    let is_log_empty = rows.is_empty() && !state.is_narrowed() && state.place == Place::Newest;
    rows.truncate(size);
    Ok(RunsPage {
        newer: rows.first().filter(|_| is_newer).map(RunRow::cursor),
        older: rows.last().filter(|_| is_older).map(RunRow::cursor),
        rows,
        looked_through: None,
        is_log_empty,
    })
}

/// Runs from one place of the log on, in the order of the log.
///
/// # Errors
///
/// Whatever kept the rows from arriving.
pub async fn runs_from(
    connection: &Connection,
    state: &RunsState,
    place: &Place,
) -> Result<Vec<RunRow>, RequestFailure> {
    let query = if state.search.is_empty() {
        list_runs(state, place, MAX_ROWS)
    } else {
        found_runs(state, place, MAX_ROWS)
    };
    Ok(page(connection, query, false).await?.rows)
}

fn list_runs(state: &RunsState, place: &Place, limit: u32) -> Query {
    let names = |filter| -> Vec<&str> { state.chosen(filter).iter().map(String::as_str).collect() };
    let configuration_ids: Vec<i64> = state.configurations.iter().copied().collect();
    ListRuns {
        models: &names(Filter::Model),
        datasets: &names(Filter::Dataset),
        prompts: &names(Filter::Prompt),
        environments: &names(Filter::Environment),
        configuration_ids: &configuration_ids,
        from: state.from_moment().as_deref(),
        to: state.to_moment().as_deref(),
        place: match place {
            Place::Newest => list_runs::Place::Newest,
            Place::Before(cursor) => list_runs::Place::Before(at(cursor)),
            Place::After(cursor) => list_runs::Place::After(at(cursor)),
        },
        limit,
    }
    .query()
    .select(COLUMNS)
}

pub(super) fn at(cursor: &Cursor) -> list_runs::At<'_> {
    let Cursor { created_at, id } = cursor;
    list_runs::At { created_at, id }
}

fn found_runs(state: &RunsState, place: &Place, limit: u32) -> Query {
    let query = Query::function(SEARCH_RUNS)
        .parameter("p_query", &state.search)
        .parameter("p_limit", &limit.to_string())
        .select(COLUMNS);
    match place {
        Place::Before(cursor) => query
            .parameter("p_before_created_at", &cursor.created_at)
            .parameter("p_before_id", &cursor.id),
        Place::Newest | Place::After(_) => query,
    }
}

/// What a search finds, narrowed here: the database looks for one thing at a time.
async fn search_runs(
    connection: &Connection,
    state: &RunsState,
) -> Result<RunsPage, RequestFailure> {
    const LOOKS: usize = 4;
    const MANY: u32 = 300;
    let size = usize::try_from(state.size).unwrap_or_default();
    let limit = if state.is_filtered() {
        MANY
    } else {
        state.size + 1
    };
    let full = usize::try_from(limit).unwrap_or_default();
    let mut rows: Vec<RunRow> = Vec::new();
    let mut place = state.place.clone();
    let mut last = None;
    let mut looked_through = 0;
    for _ in 0..LOOKS {
        let found = page::<RunRow>(connection, found_runs(state, &place, limit), false)
            .await?
            .rows;
        looked_through += found.len();
        last = found
            .last()
            .map(RunRow::cursor)
            .filter(|_| found.len() >= full);
        rows.extend(found.into_iter().filter(|run| state.lets_through(run)));
        match &last {
            Some(cursor) if rows.len() <= size => place = Place::Before(cursor.clone()),
            _ => break,
        }
    }
    let is_cut = rows.len() <= size && last.is_some();
    let older = if rows.len() > size {
        rows.truncate(size);
        rows.last().map(RunRow::cursor)
    } else {
        last
    };
    Ok(RunsPage {
        rows,
        newer: None,
        older,
        looked_through: is_cut.then_some(looked_through),
        is_log_empty: false,
    })
}
