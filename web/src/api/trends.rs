//! Requests of the Trends page.

use std::collections::BTreeMap;

use bench_model::rest::{
    functions::{BaselineHistoryFor, MetricSeries},
    query::{MAX_ROWS, Query},
    rows::{
        BaselinePeriodRow, ChangeRow, CurrentMetricsRow, DayRow, FirstRun, FirstRunRow, RunRow,
        SeriesRow,
    },
    tables::{CHANGE_POINTS, CONFIGURATIONS, DAILY_METRICS, SNAPSHOTS, TRANSACTIONS},
};
use futures_util::{
    FutureExt as _,
    future::{join3, try_join_all, try_join5},
};

use super::{all_pages, page, verdicts::against_with_runs};
use crate::{
    settings::Connection,
    view_model::{
        failure::RequestFailure,
        time,
        trends::{SeriesAnswer, TrendsAnswer, TrendsKey, side_series},
    },
};

/// The approximate total number of points of all lines; more are indistinguishable on a screen.
const POINTS: usize = 4_000;

/// Reads runs, days, baselines and stored changes concurrently; for a zoomed part only the runs,
/// because the whole series is thinned.
///
/// # Errors
///
/// Any failure of the request.
pub async fn trends(
    connection: &Connection,
    key: &TrendsKey,
) -> Result<TrendsAnswer, RequestFailure> {
    let TrendsKey {
        configurations,
        metrics,
        branch,
        from_ms,
        to_ms,
        is_part,
    } = key;
    let lines = configurations
        .iter()
        .flat_map(|id| metrics.iter().map(|metric| (*id, metric.clone())));
    let most = (POINTS / (configurations.len() * metrics.len()).max(1)).clamp(100, 1_000);
    let series = lines.map(|(configuration, metric)| async move {
        let runs = page::<SeriesRow>(
            connection,
            series_query(configuration, &metric, most, key),
            false,
        )
        .await?
        .rows;
        Ok(SeriesAnswer {
            configuration,
            metric,
            runs,
        })
    });
    if *is_part {
        return Ok(TrendsAnswer {
            series: try_join_all(series).await?,
            ..TrendsAnswer::default()
        });
    }
    let ids: Vec<String> = configurations.iter().map(ToString::to_string).collect();
    let mut days = Query::table(DAILY_METRICS)
        .select(DayRow::COLUMNS)
        .any_of("metric", metrics)
        .any_of("configuration_id", &ids)
        .order("day,configuration_id,metric")
        .limit(MAX_ROWS);
    if let Some(from_ms) = from_ms {
        days = days.at_least("day", time::utc_day(*from_ms));
    }
    if let Some(to_ms) = to_ms {
        days = days.less_than("day", time::utc_day(*to_ms));
    }
    let baselines = Query::call(&BaselineHistoryFor {
        p_configuration_ids: configurations,
    })
    .select(BaselinePeriodRow::COLUMNS);
    let changes = changes_query(&ids, key);
    let first = Query::table(CONFIGURATIONS)
        .select(&["id", FirstRun::EMBEDDED])
        .any_of("id", &ids)
        .parameter("first.is_mainline", "is.true")
        .parameter("first.order", "created_at,version")
        .parameter("first.limit", "1");
    let against = metrics
        .iter()
        .map(|metric| against_with_runs(connection, configurations, metric));
    let rest = try_join5(
        try_join_all(series),
        all_pages::<DayRow>(connection, &days),
        page::<BaselinePeriodRow>(connection, baselines, false),
        // Without its event marks, the chart still shows the measurements.
        page::<ChangeRow>(connection, changes, false).map(Ok),
        page::<FirstRunRow>(connection, first, false).map(Ok),
    );
    let side = async {
        match branch {
            Some(branch) => side_runs(connection, branch, key).await,
            None => Ok(Vec::new()),
        }
    };
    let (against, side, rest) = join3(try_join_all(against), side, rest).await;
    let (series, days, baselines, changes, first) = rest?;
    let mut lost = Vec::new();
    lost.extend(against.is_err().then_some("The verdicts"));
    lost.extend(side.is_err().then_some("The side runs"));
    lost.extend(changes.is_err().then_some("Stored change points"));
    lost.extend(first.is_err().then_some("First runs"));
    Ok(TrendsAnswer {
        series,
        side: side.unwrap_or_default(),
        days,
        baselines: baselines.rows,
        changes: changes.map(|page| page.rows).unwrap_or_default(),
        first: first.map(|page| page.rows).unwrap_or_default(),
        against: against.map(|pages| pages.concat()).unwrap_or_default(),
        lost,
    })
}

/// The stored changes of these configurations, by id, the newest first.
fn changes_query(ids: &[String], key: &TrendsKey) -> Query {
    let mut changes = Query::table(CHANGE_POINTS)
        .select(ChangeRow::COLUMNS)
        .any_of("metric", &key.metrics)
        .any_of("configuration_id", ids)
        .order("began_at.desc,id.desc")
        .limit(MAX_ROWS);
    if let Some(from_ms) = key.from_ms {
        changes = changes.at_least("began_at", time::timestamp(from_ms));
    }
    if let Some(to_ms) = key.to_ms {
        changes = changes.less_than("began_at", time::timestamp(to_ms));
    }
    changes
}

/// The side runs of a branch, the oldest first, one series per metric and configuration that has some.
async fn side_runs(
    connection: &Connection,
    branch: &str,
    key: &TrendsKey,
) -> Result<Vec<SeriesAnswer>, RequestFailure> {
    let ids: Vec<String> = key.configurations.iter().map(ToString::to_string).collect();
    let mut query = Query::table(TRANSACTIONS)
        .select(RunRow::ON_BRANCH)
        .any_of("configuration_id", &ids)
        .eq("branch_name", branch)
        .parameter("is_mainline", "is.false")
        .parameter("retraction", "is.null")
        .order("created_at.desc,version.desc")
        .limit(MAX_ROWS);
    if let Some(from_ms) = key.from_ms {
        query = query.at_least("created_at", time::timestamp(from_ms));
    }
    if let Some(to_ms) = key.to_ms {
        query = query.less_than("created_at", time::timestamp(to_ms));
    }
    let rows = page::<RunRow>(connection, query, false).await?.rows;
    Ok(side_series(&rows, key))
}

fn series_query(configuration: i64, metric: &str, most: usize, key: &TrendsKey) -> Query {
    Query::call(&MetricSeries {
        p_configuration_id: configuration,
        p_metric: metric,
        p_from: key.from_ms.map(time::timestamp).as_deref(),
        p_to: key.to_ms.map(time::timestamp).as_deref(),
        p_max_points: most,
    })
    .select(SeriesRow::COLUMNS)
}

/// The names of the metrics that the current runs of these configurations have, and the number of
/// configurations with each.
///
/// # Errors
///
/// Any failure of the request.
pub async fn metric_names(
    connection: &Connection,
    configurations: &[i64],
) -> Result<BTreeMap<String, usize>, RequestFailure> {
    let ids: Vec<String> = configurations.iter().map(ToString::to_string).collect();
    let query = Query::table(SNAPSHOTS)
        .select(CurrentMetricsRow::COLUMNS)
        .any_of("configuration_id", &ids)
        .order("configuration_id")
        .limit(MAX_ROWS);
    let rows = page::<CurrentMetricsRow>(connection, query, false)
        .await?
        .rows;
    let mut names = BTreeMap::new();
    for row in rows {
        for name in row.metrics.into_keys() {
            *names.entry(name).or_default() += 1;
        }
    }
    Ok(names)
}
