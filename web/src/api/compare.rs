//! The data for a comparison.

use bench_model::{
    rest::{
        functions::CompareConfigurations,
        query::Query,
        rows::{RunRow, SummaryRow, ValuesRow},
        tables::{MAIN_LINE, TRANSACTIONS},
    },
    stats::EARLIER_RUNS,
};
use futures_util::future::{try_join, try_join_all};
use serde::de::DeserializeOwned;

use super::page;
use crate::{
    settings::Connection,
    view_model::{
        compare::{CompareKey, CompareRows, NEWEST_RUNS, SideRows},
        failure::RequestFailure,
        time,
    },
};

/// Reads both kinds of comparison.
///
/// # Errors
///
/// Any failure of the request.
pub async fn comparison(
    connection: &Connection,
    key: CompareKey,
) -> Result<CompareRows, RequestFailure> {
    match key {
        CompareKey::Configurations { ids, from, to } => {
            let days = (from.as_deref(), to.as_deref());
            let sides = try_join_all(ids.iter().map(|id| side(connection, *id, days)));
            let (summaries, sides) = try_join(summaries(connection, &ids, days), sides).await?;
            Ok(CompareRows {
                summaries,
                sides,
                ..CompareRows::default()
            })
        }
        CompareKey::Runs([first, second]) => {
            let (first, second) =
                try_join(run(connection, &first), run(connection, &second)).await?;
            let mut rows = CompareRows::default();
            if let (Some(first), Some(second)) = (&first, &second) {
                let of_current = earlier(connection, second, "lt");
                let of_baseline = async {
                    if first.configuration_id == second.configuration_id {
                        Ok(Vec::new())
                    } else {
                        earlier(connection, first, "lte").await
                    }
                };
                let (of_current, of_baseline) = try_join(of_current, of_baseline).await?;
                rows.earlier = [of_current, of_baseline];
            }
            rows.sides = [first, second].into_iter().flatten().map(single).collect();
            Ok(rows)
        }
    }
}

type Days<'a> = (Option<&'a str>, Option<&'a str>);

async fn summaries(
    connection: &Connection,
    ids: &[i64],
    (from, to): Days<'_>,
) -> Result<Vec<SummaryRow>, RequestFailure> {
    let query = Query::call(&CompareConfigurations {
        p_configuration_ids: ids,
        p_from: from.unwrap_or("-infinity"),
        p_to: to.unwrap_or("infinity"),
    });
    rows(connection, query).await
}

/// The newest runs of a configuration in these days; a single run with all its columns.
async fn side(
    connection: &Connection,
    configuration_id: i64,
    (from, to): Days<'_>,
) -> Result<SideRows, RequestFailure> {
    let mut query = of_configuration(configuration_id, NEWEST_RUNS);
    if let Some(from) = from {
        query = query.at_least("created_at", format!("{from}T00:00:00Z"));
    }
    if let Some(last) = to.and_then(time::day_ms) {
        let end = time::timestamp(last + time::MS_PER_DAY);
        query = query.less_than("created_at", end);
    }
    let runs: Vec<ValuesRow> = rows(connection, query).await?;
    let whole = match runs.as_slice() {
        [only] => run(connection, &only.id).await?,
        _ => None,
    };
    Ok(SideRows {
        configuration_id,
        runs,
        whole,
    })
}

fn of_configuration(configuration_id: i64, most: usize) -> Query {
    Query::table(MAIN_LINE)
        .select(ValuesRow::COLUMNS)
        .eq("configuration_id", &configuration_id.to_string())
        .order("created_at.desc,version.desc")
        .limit(u32::try_from(most).unwrap_or(u32::MAX))
}

async fn run(connection: &Connection, id: &str) -> Result<Option<RunRow>, RequestFailure> {
    let query = Query::table(TRANSACTIONS)
        .select(RunRow::COMPARED)
        .eq("id", id)
        .limit(1);
    Ok(rows(connection, query).await?.into_iter().next())
}

/// The runs of a run's configuration before it, or up to it (`lte`), oldest first: the same ones
/// from which the CLI estimates noise.
async fn earlier(
    connection: &Connection,
    run: &RunRow,
    before: &str,
) -> Result<Vec<ValuesRow>, RequestFailure> {
    let RunRow {
        configuration_id,
        created_at,
        version,
        ..
    } = run;
    // Runs pushed together without their own times share one.
    let place = format!(
        "(created_at.lt.\"{created_at}\",and(created_at.eq.\"{created_at}\",version.{before}.{version}))"
    );
    let query = of_configuration(*configuration_id, EARLIER_RUNS).parameter("or", &place);
    let mut runs: Vec<ValuesRow> = rows(connection, query).await?;
    runs.reverse();
    Ok(runs)
}

fn single(run: RunRow) -> SideRows {
    SideRows {
        configuration_id: run.configuration_id,
        runs: vec![ValuesRow {
            id: run.id.clone(),
            metrics: run.metrics.clone(),
        }],
        whole: Some(run),
    }
}

async fn rows<T: DeserializeOwned>(
    connection: &Connection,
    query: Query,
) -> Result<Vec<T>, RequestFailure> {
    Ok(page(connection, query, false).await?.rows)
}
