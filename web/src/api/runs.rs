//! Requests for the log of runs.

use bench_model::rest::{
    functions::{ListRuns, SearchRuns, SideBranches},
    query::{MAX_ROWS, Query},
    rows::{BranchRow, RunRow},
};

use super::{Page, page};
use crate::{
    settings::Connection,
    view_model::{
        failure::RequestFailure,
        runs::{Cursor, Filter, Place, RunsPage, RunsState},
    },
};

/// One page of the log, as selected by the URL.
///
/// # Errors
///
/// Any failure of the request.
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
        // The newest page is always full.
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
        newer: rows.first().filter(|_| is_newer).map(Cursor::of),
        older: rows.last().filter(|_| is_older).map(Cursor::of),
        rows,
        looked_through: None,
        is_log_empty,
    })
}

/// Runs from one place of the log on, in the order of the log.
///
/// # Errors
///
/// Any failure of the request.
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

/// The branches with side runs, of these configurations or of all, the newest first.
///
/// # Errors
///
/// Any failure of the request.
pub async fn side_branches(
    connection: &Connection,
    configuration_ids: Option<&[i64]>,
) -> Result<Vec<BranchRow>, RequestFailure> {
    let query = Query::call(&SideBranches {
        p_configuration_ids: configuration_ids,
    });
    let query = query.select(BranchRow::COLUMNS);
    Ok(page(connection, query, false).await?.rows)
}

fn list_runs(state: &RunsState, place: &Place, limit: u32) -> Query {
    let names = |filter| -> Vec<&str> { state.chosen(filter).iter().map(String::as_str).collect() };
    let configuration_ids: Vec<i64> = state.configurations.iter().copied().collect();
    let branches: Vec<&str> = state.branches.iter().map(String::as_str).collect();
    let (from, to) = (state.starting_moment(), state.to_moment());
    let (models, datasets) = (names(Filter::Model), names(Filter::Dataset));
    let (prompts, environments) = (names(Filter::Prompt), names(Filter::Environment));
    let query = ListRuns {
        p_model_versions: &models,
        p_dataset_versions: &datasets,
        p_prompt_versions: &prompts,
        p_environments: &environments,
        p_configuration_ids: &configuration_ids,
        p_branch_names: &branches,
        p_from: from.as_deref(),
        p_to: to.as_deref(),
        p_limit: limit,
        ..ListRuns::default()
    };
    let query = match place {
        Place::Newest => query,
        Place::Before(cursor) => before(cursor, query),
        Place::After(cursor) => after(cursor, query),
    };
    Query::call(&query).select(RunRow::IN_LOG)
}

/// The runs before that one.
pub(super) fn before<'a>(cursor: &'a Cursor, runs: ListRuns<'a>) -> ListRuns<'a> {
    let Cursor { created_at, id } = cursor;
    ListRuns {
        p_at_created_at: Some(created_at),
        p_at_id: Some(id),
        ..runs
    }
}

/// The runs after that one, the ones next to it.
pub(super) fn after<'a>(cursor: &'a Cursor, runs: ListRuns<'a>) -> ListRuns<'a> {
    ListRuns {
        p_newer: true,
        ..before(cursor, runs)
    }
}

fn found_runs(state: &RunsState, place: &Place, limit: u32) -> Query {
    let from = match place {
        Place::Before(cursor) => Some(cursor),
        Place::Newest | Place::After(_) => None,
    };
    Query::call(&SearchRuns {
        p_query: &state.search,
        p_before_created_at: from.map(|cursor| cursor.created_at.as_str()),
        p_before_id: from.map(|cursor| cursor.id.as_str()),
        p_limit: limit,
    })
    .select(RunRow::IN_LOG)
}

/// The results of a search, filtered here, because the database searches by one term only.
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
        last = found.last().map(Cursor::of).filter(|_| found.len() >= full);
        rows.extend(found.into_iter().filter(|run| state.lets_through(run)));
        match &last {
            Some(cursor) if rows.len() <= size => place = Place::Before(cursor.clone()),
            _ => break,
        }
    }
    let is_cut = rows.len() <= size && last.is_some();
    let older = if rows.len() > size {
        rows.truncate(size);
        rows.last().map(Cursor::of)
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
