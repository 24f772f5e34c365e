//! Requests for verdicts, and for what changed.

use bench_model::attribution::MACHINE_DETAILS;
use bench_model::check::RUNS_CONSIDERED;
use bench_model::metric::PRIMARY;
use bench_model::rest::{
    change_points::{ChangePointState, Effect},
    functions::{AgainstBaselines, DetectRegressions, WhatChanged},
    query::{MAX_ROWS, Query},
    rows::{AgainstRow, NewsRow, PastChangeRow, PlainRow},
    tables::CHANGE_POINTS,
};
use futures_util::future::{try_join, try_join_all};

use super::{all_metrics, page, text};
use crate::{settings::Connection, view_model::failure::RequestFailure};

/// The most configurations and models per request.
const AT_ONCE: usize = 100;
/// The most runs per request, over all its configurations: the database reads as many in well under
/// the 3 seconds that it has.
const RUNS_AT_ONCE: usize = 25_000;

/// The inputs to the verdicts on the current runs of these configurations, each with the number of its
/// runs. Without `metric`, each run's primary metric is used.
///
/// # Errors
///
/// Any failure of the request.
pub async fn against_baselines(
    connection: &Connection,
    configurations: &[(i64, usize)],
    metric: Option<&str>,
) -> Result<Vec<AgainstRow>, RequestFailure> {
    let portions = portions(configurations);
    let asked = portions
        .iter()
        .map(|ids| page::<AgainstRow>(connection, against(ids, metric), false));
    let pages = try_join_all(asked).await?;
    Ok(pages.into_iter().flat_map(|page| page.rows).collect())
}

/// The same with the ids and times of the runs, for a page of few configurations.
///
/// # Errors
///
/// Any failure of the request.
pub(super) async fn against_with_runs(
    connection: &Connection,
    configuration_ids: &[i64],
    metric: &str,
) -> Result<Vec<AgainstRow>, RequestFailure> {
    let query = asking(configuration_ids, Some(metric)).select(AgainstRow::COLUMNS);
    Ok(page::<AgainstRow>(connection, query, false).await?.rows)
}

/// Divides configurations so that one request reads at most [`RUNS_AT_ONCE`] runs.
fn portions(configurations: &[(i64, usize)]) -> Vec<Vec<i64>> {
    let mut portions: Vec<Vec<i64>> = Vec::new();
    let mut runs = 0;
    for (id, of_this) in configurations {
        runs += of_this.min(&usize::from(RUNS_CONSIDERED));
        match portions.last_mut() {
            Some(ids) if ids.len() < AT_ONCE && runs <= RUNS_AT_ONCE => ids.push(*id),
            _ => {
                portions.push(vec![*id]);
                runs = *of_this.min(&usize::from(RUNS_CONSIDERED));
            }
        }
    }
    portions
}

fn against(configuration_ids: &[i64], metric: Option<&str>) -> Query {
    asking(configuration_ids, metric).select(AgainstRow::JUDGED)
}

fn asking(configuration_ids: &[i64], metric: Option<&str>) -> Query {
    Query::call(&AgainstBaselines {
        p_configuration_ids: configuration_ids,
        p_metrics: metric.as_slice(),
        // The current run is one of them.
        p_earlier: RUNS_CONSIDERED - 1,
        p_machine: &MACHINE_DETAILS,
    })
}

/// The same, with the definitions of the metrics, both as raw JSON, for computing the verdicts in
/// another program.
///
/// # Errors
///
/// Any failure of a request.
pub async fn evidence(
    connection: &Connection,
    configuration_ids: &[i64],
) -> Result<(String, String), RequestFailure> {
    let (rows, metrics) = (
        against(configuration_ids, None),
        all_metrics().any_of("name", &PRIMARY),
    );
    let rows = text(connection, &rows, false);
    let metrics = text(connection, &metrics, false);
    let ((rows, _), (metrics, _)) = try_join(rows, metrics).await?;
    Ok((rows, metrics))
}

/// The plain threshold's answer for each configuration of these models, for one metric.
///
/// The answer is valid for every threshold, because the worsening doesn't depend on it.
///
/// # Errors
///
/// Any failure of the request.
pub async fn detect_regressions(
    connection: &Connection,
    metric: &str,
    models: &[String],
) -> Result<Vec<PlainRow>, RequestFailure> {
    let asked = models.chunks(AT_ONCE / 2).map(|models| {
        let names: Vec<&str> = models.iter().map(String::as_str).collect();
        let query = Query::call(&DetectRegressions {
            p_metric: metric,
            p_model_versions: &names,
        });
        let query = query.select(PlainRow::COLUMNS).limit(MAX_ROWS);
        page::<PlainRow>(connection, query, false)
    });
    let pages = try_join_all(asked).await?;
    Ok(pages.into_iter().flat_map(|page| page.rows).collect())
}

/// The newest recorded changes of one metric for the worse.
///
/// # Errors
///
/// Any failure of the request.
pub async fn past_regressions(
    connection: &Connection,
    metric: &str,
) -> Result<Vec<PastChangeRow>, RequestFailure> {
    let query = Query::table(CHANGE_POINTS)
        .select(PastChangeRow::COLUMNS)
        .eq("metric", metric)
        .eq("effect", Effect::Regressed.as_str())
        .parameter("state", &format!("neq.{}", ChangePointState::Dismissed))
        .order("began_at.desc,id.desc")
        .limit(200);
    Ok(page::<PastChangeRow>(connection, query, false).await?.rows)
}

/// What happened in the last 24 hours.
///
/// # Errors
///
/// Any failure of the request.
pub async fn what_changed(connection: &Connection) -> Result<Vec<NewsRow>, RequestFailure> {
    let query = Query::call(&WhatChanged {}).select(NewsRow::COLUMNS);
    Ok(page::<NewsRow>(connection, query, false).await?.rows)
}
