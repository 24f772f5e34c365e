//! Tables → the log that is evaluated.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bench_model::{
    alert::{BaselinePeriod, ChangePointLog, ConfigurationLog, Log},
    attribution::MACHINE_DETAILS,
    rest::{
        functions::BaselineHistoryFor,
        rows::{
            BaselinePeriodRow, ChangePointRow, ChangePointStateRow, RetractionRow, TransactionRow,
        },
        tables::{CHANGE_POINT_STATES, CHANGE_POINTS, RETRACTIONS, SNAPSHOTS, TRANSACTIONS},
    },
    stats::Options,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    failure::Failure,
    gate::{Gate, Severity},
    server::reader::{Reader, not_understood},
};

/// Configurations without a run for so long are left out, unless an incident is about them.
const SILENT: SignedDuration = SignedDuration::from_hours(24 * 100);
/// So many configurations are named in one address.
const PORTION: usize = 100;

/// How much of each run is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Everything of the newest runs and the baselines; of the others what a judgement needs.
    Newest,
    /// Everything of every run: each of them was the newest once.
    All,
}

/// A configuration in `benchmark_snapshots`.
#[derive(Deserialize)]
struct Current {
    configuration_id: i64,
    created_at: Timestamp,
}

/// Reads the log up to `at`. `about` are configurations that must be in it, if they have runs.
///
/// # Errors
///
/// [`Failure`] if the server refused or was not reached.
pub(crate) async fn read(
    reader: &Reader<'_>,
    at: Timestamp,
    about: &BTreeSet<i64>,
    depth: Depth,
) -> Result<Log, Failure> {
    let current: Vec<Current> = reader
        .read_all(SNAPSHOTS, |request| {
            request
                .select("configuration_id,created_at")
                .order("configuration_id")
        })
        .await?;
    let since = at.checked_sub(SILENT).unwrap_or(Timestamp::MIN);
    let ids: Vec<i64> = current
        .iter()
        .filter(|of| of.created_at >= since || about.contains(&of.configuration_id))
        .map(|of| of.configuration_id)
        .collect();
    let mut logs: BTreeMap<i64, ConfigurationLog> = BTreeMap::new();
    for ids in ids.chunks(PORTION) {
        for run in runs(reader, ids, at, depth).await? {
            let log = logs.entry(run.configuration_id).or_default();
            log.runs.push(run);
        }
        read_change_points(reader, ids, &mut logs).await?;
    }
    read_retractions(reader, &mut logs).await?;
    read_baselines(reader, &ids, &mut logs).await?;
    if depth == Depth::Newest {
        complete_newest(reader, at, &mut logs).await?;
    }
    Ok(Log {
        configurations: logs.into_values().collect(),
        metrics: reader.metrics().await?,
        ..Log::default()
    })
}

/// The runs of the main line, retracted ones included.
async fn runs(
    reader: &Reader<'_>,
    ids: &[i64],
    at: Timestamp,
    depth: Depth,
) -> Result<Vec<TransactionRow>, Failure> {
    let at = at.to_string();
    let columns = match depth {
        Depth::All => TransactionRow::STORED.join(","),
        Depth::Newest => brief_columns(),
    };
    let rows: Vec<Map<String, Value>> = reader
        .read_all(TRANSACTIONS, |request| {
            request
                .select(&columns)
                .in_("configuration_id", ids.iter().map(ToString::to_string))
                .is("is_mainline", "true")
                .lte("recorded_at", &at)
                .order("configuration_id,created_at,version,id")
        })
        .await?;
    let run = |mut row: Map<String, Value>| {
        if depth == Depth::Newest {
            expand(&mut row);
        }
        serde_json::from_value(Value::Object(row)).map_err(|_| not_understood(TRANSACTIONS.0))
    };
    rows.into_iter().map(run).collect()
}

/// What a judgement needs of an earlier run. Details may be large, so only what says which machine it
/// was is read of them.
fn brief_columns() -> String {
    let mut columns: Vec<String> = [
        "id",
        "created_at",
        "recorded_at",
        "commit_sha",
        "model_version",
        "model_provider",
        "dataset_version",
        "dataset_size",
        "prompt_version",
        "environment",
        "run_id",
        "run_attempt",
        "is_mainline",
        "metrics",
        "error_count",
        "success_count",
        "params",
        "configuration_id",
        "version",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in MACHINE_DETAILS {
        columns.push(format!("details_{name}:details->{name}"));
        columns.push(format!("links_{name}:links->{name}"));
    }
    columns.join(",")
}

/// Puts what was read of details and links back in its place.
fn expand(row: &mut Map<String, Value>) {
    let mut details = Map::new();
    for of in ["details", "links"] {
        for name in MACHINE_DETAILS {
            match row.remove(&format!("{of}_{name}")) {
                None | Some(Value::Null) => {}
                Some(value) => {
                    details.insert(name.to_owned(), value);
                }
            }
        }
    }
    if !details.is_empty() {
        row.insert("details".to_owned(), Value::Object(details));
    }
    row.insert("idempotency_key".to_owned(), json!(""));
}

async fn read_change_points(
    reader: &Reader<'_>,
    ids: &[i64],
    logs: &mut BTreeMap<i64, ConfigurationLog>,
) -> Result<(), Failure> {
    let rows: Vec<ChangePointRow> = reader
        .read_all(CHANGE_POINTS, |request| {
            request
                .select(ChangePointRow::COLUMNS.join(","))
                .in_("configuration_id", ids.iter().map(ToString::to_string))
                .order("began_at.desc,id.desc")
        })
        .await?;
    let numbers: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut states: HashMap<i64, Vec<ChangePointStateRow>> = HashMap::new();
    for numbers in numbers.chunks(PORTION) {
        let said: Vec<ChangePointStateRow> = reader
            .read_all(CHANGE_POINT_STATES, |request| {
                request
                    .select(ChangePointStateRow::COLUMNS.join(","))
                    .in_("change_point_id", numbers.iter().map(ToString::to_string))
                    .order("id")
            })
            .await?;
        for state in said {
            states.entry(state.change_point_id).or_default().push(state);
        }
    }
    for row in rows {
        let states = states.remove(&row.id).unwrap_or_default();
        if let Some(log) = logs.get_mut(&row.configuration_id) {
            log.change_points.push(ChangePointLog { row, states });
        }
    }
    Ok(())
}

async fn read_retractions(
    reader: &Reader<'_>,
    logs: &mut BTreeMap<i64, ConfigurationLog>,
) -> Result<(), Failure> {
    let rows: Vec<RetractionRow> = reader
        .read_all(RETRACTIONS, |request| {
            request
                .select(RetractionRow::COLUMNS.join(","))
                .order("set_at,transaction_id")
        })
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    for log in logs.values_mut() {
        let own: BTreeSet<&str> = log.runs.iter().map(|run| run.id.as_str()).collect();
        log.retractions = rows
            .iter()
            .filter(|row| own.contains(row.transaction_id.as_str()))
            .cloned()
            .collect();
    }
    Ok(())
}

async fn read_baselines(
    reader: &Reader<'_>,
    ids: &[i64],
    logs: &mut BTreeMap<i64, ConfigurationLog>,
) -> Result<(), Failure> {
    let mut periods: Vec<BaselinePeriodRow> = Vec::new();
    for ids in ids.chunks(PORTION) {
        let page: Vec<BaselinePeriodRow> = reader
            .call(&BaselineHistoryFor {
                p_configuration_ids: ids,
            })
            .await?;
        periods.extend(page);
    }
    let wanted: BTreeSet<&str> = periods
        .iter()
        .map(|row| row.transaction_id.as_str())
        .collect();
    let runs = reader.runs(wanted.into_iter()).await?;
    let runs: HashMap<&str, &TransactionRow> =
        runs.iter().map(|run| (run.id.as_str(), run)).collect();
    for row in &periods {
        let time = |text: &str| {
            let moment = bench_model::time::read(text);
            moment
                .map(|moment| moment.instant)
                .map_err(|_| not_understood("baseline_history_for"))
        };
        let until = match &row.counted_until {
            Some(until) => Some(time(until)?),
            None => None,
        };
        let run = runs.get(row.transaction_id.as_str());
        if let (Some(log), Some(run)) = (logs.get_mut(&row.configuration_id), run) {
            log.baselines.push(BaselinePeriod {
                from: time(&row.counted_from)?,
                until,
                run: TransactionRow::clone(run),
            });
        }
    }
    Ok(())
}

/// Reads everything of the run that is judged: its intervals and counts are evidence.
async fn complete_newest(
    reader: &Reader<'_>,
    at: Timestamp,
    logs: &mut BTreeMap<i64, ConfigurationLog>,
) -> Result<(), Failure> {
    let newest: Vec<String> = logs
        .values()
        .filter_map(|log| Some(log.known(at, 1)?.current.id))
        .collect();
    let mut whole: HashMap<String, TransactionRow> = reader
        .runs(newest.iter().map(String::as_str))
        .await?
        .into_iter()
        .map(|run| (run.id.clone(), run))
        .collect();
    for log in logs.values_mut() {
        for run in &mut log.runs {
            if let Some(mut full) = whole.remove(&run.id) {
                // Whether it counts is what was said up to `at`.
                full.retraction = None;
                *run = full;
            }
        }
    }
    Ok(())
}

/// Lets the gate file decide as it does for `check`: margins, levels, directions, what is ignored
/// at `at`, and parameters that explain nothing. `margin` holds where the file says nothing.
pub(crate) fn judge_by(log: &mut Log, gate: &Gate, margin: f64, at: Timestamp) {
    let today = TimeZone::UTC.to_datetime(at).date();
    let usual = Options {
        threshold: margin,
        ..Options::default()
    };
    let runs = log.configurations.iter().flat_map(|of| &of.runs);
    let names: BTreeSet<String> = runs.flat_map(|run| run.metrics.keys().cloned()).collect();
    for name in names {
        let terms = gate.terms(&name, today);
        if terms.severity.value == Severity::Ignore {
            log.ignored_metrics.insert(name.clone());
        }
        log.metrics.state(terms.definition(log.metrics.of(&name)));
        log.of_metric.insert(name, terms.options(usual));
    }
    log.ignored_params.clone_from(&gate.ignored_params);
}
