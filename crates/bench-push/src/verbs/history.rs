//! The verb `history`: the runs of a metric, the changes of its level, and what else changed there.

use std::collections::BTreeSet;

use bench_model::{
    attribution::{Attribution, Facts, Place, attribute},
    metric::MetricDefinition,
    rest::{
        change_points::{ChangePointRow, ChangePointState},
        rows::TransactionRow,
    },
    stats::{Change, History, HistoryOptions, history as analyse},
};

use crate::{
    cli::history::HistoryArgs,
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, definition},
    settings::variables::Access,
    verbs::check::metrics_are_known,
};

/// What `history` shows: one series for each configuration that has the metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Histories {
    /// The metric.
    pub(crate) definition: MetricDefinition,
    /// Each configuration.
    pub(crate) series: Vec<Series>,
}

/// The runs of one configuration with the metric, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// The runs.
    pub(crate) runs: Vec<TransactionRow>,
    /// Their values.
    pub(crate) values: Vec<f64>,
    /// What happened in them.
    pub(crate) history: History,
    /// Each change of the history, with what else changed there and what is stored about it.
    pub(crate) changes: Vec<Explained>,
}

/// A change of level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Explained {
    /// The change.
    pub(crate) change: Change,
    /// What else changed there.
    pub(crate) attribution: Attribution,
    /// Number and state, where it is stored.
    pub(crate) stored: Option<(i64, ChangePointState)>,
}

/// Reads what `args` asks for.
///
/// # Errors
///
/// [`Failure`] when settings are missing, no run fits, or the server is not reached.
pub(crate) fn history(args: &HistoryArgs, context: &Context) -> Result<Histories, Failure> {
    let HistoryArgs {
        metric,
        runs: most,
        filter,
        output: _,
        network,
    } = args;
    let reader = Reader::open(Access::Read, network, context)?;
    block_on(async {
        let newest = reader.newest_shown(filter, context).await?;
        let definitions = reader.metrics().await?;
        let (mut series, mut known) = (Vec::new(), BTreeSet::new());
        for run in &newest {
            let runs = reader.history(run, usize::from(*most)).await?;
            known.extend(runs.iter().flat_map(|run| run.metrics.keys().cloned()));
            let stored = reader.change_points(run.configuration_id).await?;
            series.extend(series_of(runs, metric, &stored)?);
        }
        let known = known.iter().map(String::as_str).collect();
        metrics_are_known(std::slice::from_ref(metric), None, &known)?;
        Ok(Histories {
            definition: definition(metric, &definitions),
            series,
        })
    })
}

/// The series of one configuration; none when no run has the metric.
fn series_of(
    mut runs: Vec<TransactionRow>,
    metric: &str,
    stored: &[ChangePointRow],
) -> Result<Option<Series>, Failure> {
    runs.retain(|run| run.metrics.contains_key(metric));
    if runs.is_empty() {
        return Ok(None);
    }
    let values: Vec<f64> = runs.iter().map(|run| run.metrics[metric]).collect();
    let history = analyse(&values, &HistoryOptions::default())?;
    let facts: Vec<Facts> = runs.iter().map(Facts::of).collect();
    let changes = history
        .changes
        .iter()
        .map(|change| Explained {
            change: *change,
            attribution: attribute(&facts, Place::from(change)),
            stored: stored_as(change, &runs, metric, stored),
        })
        .collect();
    Ok(Some(Series {
        runs,
        values,
        history,
        changes,
    }))
}

/// The stored change that this one is: the same way, at most 5 runs beside it.
fn stored_as(
    change: &Change,
    runs: &[TransactionRow],
    metric: &str,
    stored: &[ChangePointRow],
) -> Option<(i64, ChangePointState)> {
    const SAME_CHANGE: usize = 5;
    stored
        .iter()
        .filter(|row| row.metric == metric && (row.delta > 0.0) == (change.delta > 0.0))
        .filter_map(|row| {
            let place = runs.iter().position(|run| run.id == row.transaction_id)?;
            Some((place.abs_diff(change.index), row))
        })
        .filter(|(distance, _)| *distance <= SAME_CHANGE)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, row)| (row.id, row.state))
}
