//! Requests to the project's REST API, from the browser.

mod compare;
mod run;
mod runs;
mod trends;
mod verdicts;

pub use compare::comparison;
pub use run::{run, surroundings};
pub use runs::{runs, runs_from, side_branches};
pub use trends::{metric_names, trends};

use bench_model::rest::{
    errors::Refusal,
    query::{MAX_ROWS, Query},
    rows::{LastUpdateRow, MetricRow, SnapshotRow},
    tables::{self, METRICS, SNAPSHOTS},
};
use futures_util::future::try_join_all;
use gloo_net::{
    Error,
    http::{Request, Response},
};
use serde::de::{DeserializeOwned, IgnoredAny};
use web_sys::AbortSignal;

use crate::{
    browser,
    settings::Connection,
    view_model::failure::{Cause, RequestFailure},
};

pub use verdicts::{
    against_baselines, detect_regressions, evidence, past_regressions, what_changed,
};

/// Queries of `anon` time out after 3 seconds; the rest is for a slow network.
const TIMEOUT_SECONDS: u32 = 15;

/// Reads the current state of every active configuration.
///
/// # Errors
///
/// Any failure of the request.
pub async fn snapshots(connection: &Connection) -> Result<Vec<SnapshotRow>, RequestFailure> {
    // A complete order, so that pages do not overlap.
    let query = Query::table(SNAPSHOTS)
        .select(SnapshotRow::COLUMNS)
        .is_true("is_active")
        .order("configuration_id")
        .limit(MAX_ROWS);
    all_pages(connection, &query).await
}

/// Asks every table and view that is read for no row of it.
///
/// # Errors
///
/// The first failure: the address, the key, the schema or its grants.
pub async fn probe(connection: &Connection) -> Result<(), RequestFailure> {
    let asked = tables::ALL
        .map(|table| page::<IgnoredAny>(connection, Query::table(table).limit(0), false));
    try_join_all(asked).await.map(drop)
}

/// Reads the definitions of metrics.
///
/// # Errors
///
/// Any failure of the request.
pub async fn metrics(connection: &Connection) -> Result<Vec<MetricRow>, RequestFailure> {
    all_pages(connection, &all_metrics()).await
}

fn all_metrics() -> Query {
    Query::table(METRICS)
        .select(MetricRow::COLUMNS)
        .order("name")
        .limit(MAX_ROWS)
}

/// The time of the latest change by a run, in the database's format; None without any run.
///
/// # Errors
///
/// Any failure of the request.
pub async fn newest_change(connection: &Connection) -> Result<Option<String>, RequestFailure> {
    let query = Query::table(SNAPSHOTS)
        .select(LastUpdateRow::COLUMNS)
        .order("last_updated_at.desc")
        .limit(1);
    let page = page::<LastUpdateRow>(connection, query, false).await?;
    Ok(page.rows.into_iter().next().map(|row| row.last_updated_at))
}

/// One page of rows, and the total count, if the server reports it.
struct Page<T> {
    rows: Vec<T>,
    total: Option<usize>,
}

/// Supabase returns at most [`MAX_ROWS`] rows at once, and a project may allow fewer. The first
/// page reports the total; the other pages are requested concurrently.
async fn all_pages<T: DeserializeOwned>(
    connection: &Connection,
    first: &Query,
) -> Result<Vec<T>, RequestFailure> {
    let at = |offset: usize| first.clone().parameter("offset", &offset.to_string());
    let Page { mut rows, total } = page(connection, first.clone(), true).await?;
    if let Some(total) = total {
        let step = rows.len().max(1);
        let rest = (step..total)
            .step_by(step)
            .map(|offset| page(connection, at(offset), false));
        for page in try_join_all(rest).await? {
            rows.extend(page.rows);
        }
        return Ok(rows);
    }
    // Without a total (a proxy can remove it), a full page means that there may be more.
    let full = usize::try_from(MAX_ROWS).unwrap_or(usize::MAX);
    let mut is_full = rows.len() >= full;
    while is_full {
        let next = page(connection, at(rows.len()), false).await?;
        is_full = next.rows.len() >= full;
        rows.extend(next.rows);
    }
    Ok(rows)
}

async fn page<T: DeserializeOwned>(
    connection: &Connection,
    query: Query,
    is_counted: bool,
) -> Result<Page<T>, RequestFailure> {
    let (body, total) = text(connection, &query, is_counted).await?;
    match serde_json::from_str(&body) {
        Ok(rows) => Ok(Page { rows, total }),
        Err(error) => Err(failure(
            connection,
            &query,
            Cause::Unreadable {
                found: what_is_it(&body, &error),
            },
        )),
    }
}

fn failure(connection: &Connection, query: &Query, cause: Cause) -> RequestFailure {
    RequestFailure {
        subject: query
            .as_str()
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned(),
        origin: connection.url.as_str().to_owned(),
        cause,
    }
}

/// The response body, and the total count, if reported. Separate from [`page`], which is compiled
/// for each kind of row.
async fn text(
    connection: &Connection,
    query: &Query,
    is_counted: bool,
) -> Result<(String, Option<usize>), RequestFailure> {
    let failed = |cause| failure(connection, query, cause);
    let mut request = Request::get(&format!("{}/{query}", connection.url.rest()))
        .header("accept", "application/json")
        .header("apikey", connection.key.expose())
        .abort_signal(Some(&AbortSignal::timeout_with_u32(
            TIMEOUT_SECONDS * 1_000,
        )));
    if connection.key.is_jwt() {
        request = request.header(
            "authorization",
            &format!("Bearer {}", connection.key.expose()),
        );
    }
    if is_counted {
        request = request.header("prefer", "count=exact");
    }
    let answer = request
        .send()
        .await
        .map_err(|error| failed(no_answer(&error)))?;
    let status = answer.status();
    let total = total_rows(&answer);
    let body = answer
        .text()
        .await
        .map_err(|error| failed(no_answer(&error)))?;
    if !(200..300).contains(&status) {
        return Err(failed(Cause::Refused(Refusal::read(
            status,
            body.as_bytes(),
        ))));
    }
    Ok((body, total))
}

/// The number after the slash in `Content-Range: 0-999/2340`.
fn total_rows(answer: &Response) -> Option<usize> {
    answer
        .headers()
        .get("content-range")?
        .rsplit_once('/')?
        .1
        .parse()
        .ok()
}

fn no_answer(error: &Error) -> Cause {
    match error {
        Error::JsError(error) if error.name == "TimeoutError" || error.name == "AbortError" => {
            Cause::TimedOut {
                seconds: TIMEOUT_SECONDS,
            }
        }
        _ if !browser::is_online() => Cause::Offline,
        _ => Cause::Unreachable,
    }
}

fn what_is_it(body: &str, error: &serde_json::Error) -> String {
    if body.trim_start().starts_with('<') {
        "found a page of HTML".to_owned()
    } else if body.trim().is_empty() {
        "found an empty answer".to_owned()
    } else {
        error.to_string()
    }
}
