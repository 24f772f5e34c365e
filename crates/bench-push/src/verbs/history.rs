//! The verb `history`: a metric's runs, its level changes, and what else changed there.

use std::collections::BTreeSet;

use bench_model::{
    attribution::{Attribution, Facts, Place, attribute},
    check::stored_as,
    metric::MetricDefinition,
    rest::{
        change_points::ChangePointState,
        rows::{ChangePointRow, TransactionRow},
    },
    stats::{Change, History, JudgeOptions, Judgement, Suspicion, history_and_newest},
};

use crate::{
    cli::history::HistoryArgs,
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, portions},
    settings::variables::Access,
    verbs::check::metrics_are_known,
};

/// The result of `history`: one series per configuration with the metric.
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
    /// Their changes.
    pub(crate) history: History,
    /// Each change of the history, with its attribution and its stored state.
    pub(crate) changes: Vec<Explained>,
    /// The newest run, if it alone is out of line.
    pub(crate) suspicion: Option<Suspicion>,
}

/// A change of level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Explained {
    /// The change.
    pub(crate) change: Change,
    /// Its attribution.
    pub(crate) attribution: Attribution,
    /// Number and state, if it is stored.
    pub(crate) stored: Option<(i64, ChangePointState)>,
}

/// Reads the series selected by `args`.
///
/// # Errors
///
/// [`Failure`] if settings are missing, no run matches, or the server is unreachable.
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
        let known_metrics = reader.metrics().await?;
        let (mut series, mut known) = (Vec::new(), BTreeSet::new());
        // The newest run is one of them.
        let most = usize::from(*most) - 1;
        for portion in portions(&newest, most) {
            let against = reader.judged_against(portion, most).await?;
            for (run, against) in portion.iter().zip(against) {
                let runs = against.earlier.into_iter().chain([run.clone()]);
                let runs: Vec<TransactionRow> = runs.collect();
                known.extend(runs.iter().flat_map(|run| run.metrics.keys().cloned()));
                series.extend(series_of(runs, metric, &against.change_points)?);
            }
        }
        let known = known.iter().map(String::as_str).collect();
        metrics_are_known(std::slice::from_ref(metric), None, &known)?;
        Ok(Histories {
            definition: known_metrics.of(metric),
            series,
        })
    })
}

/// The series of one configuration; none if no run has the metric.
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
    let (history, newest) = history_and_newest(&values, &JudgeOptions::default())?;
    let facts: Vec<Facts> = runs.iter().map(Facts::of).collect();
    let changes = history
        .changes
        .iter()
        .map(|change| Explained {
            change: *change,
            attribution: attribute(&facts, Place::from(change)),
            stored: stored_as((change.index, change.delta), metric, &runs, stored)
                .map(|row| (row.id, row.state)),
        })
        .collect();
    Ok(Some(Series {
        runs,
        values,
        history,
        changes,
        suspicion: match newest {
            Judgement::Suspect(suspicion) => Some(suspicion),
            Judgement::Confirmed { .. } | Judgement::Quiet { .. } => None,
        },
    }))
}
