//! The verb `history`: a metric's runs, its level changes, what else changed there, and the verdict.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bench_model::{
    attribution::{Attribution, Facts, Place, attribute},
    check::{CheckOptions, MetricCheck, RunToCheck, check, stored_as},
    metric::{KnownMetrics, MetricDefinition},
    rest::{
        change_points::ChangePointState,
        rows::{KnownChangeRow, TransactionRow},
        tables::TRANSACTIONS,
    },
    stats::{Change, History, JudgeOptions, Judgement, Suspicion, history_and_newest},
    text::Label,
};

use crate::{
    cli::{filter::FilterArgs, history::HistoryArgs},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Newest, Reader, narrowed, portions},
    settings::variables::Access,
    verbs::check::{Surroundings, metrics_are_known, read_baselines},
};

/// The most side runs of a branch that are read: one answer of the server.
const MOST_SIDE_RUNS: usize = 1_000;

/// The result of `history`: one series per configuration with the metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Histories {
    /// The metric.
    pub(crate) definition: MetricDefinition,
    /// The branch whose side runs are shown, if any.
    pub(crate) branch: Option<Label>,
    /// Each configuration.
    pub(crate) series: Vec<Series>,
}

/// The runs of one configuration with the metric, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// The runs of the main line.
    pub(crate) runs: Vec<TransactionRow>,
    /// Their values.
    pub(crate) values: Vec<f64>,
    /// Their changes.
    pub(crate) history: History,
    /// Each change of the history, with its attribution and its stored state.
    pub(crate) changes: Vec<Explained>,
    /// The newest run, if it alone is out of line.
    pub(crate) suspicion: Option<Suspicion>,
    /// The verdict on the newest run, as `check` gives it; none if that run lacks the metric.
    pub(crate) check: Option<MetricCheck>,
    /// The side runs of the branch.
    pub(crate) side_runs: Vec<TransactionRow>,
    /// The verdict on the newest of them.
    pub(crate) side_check: Option<MetricCheck>,
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

impl Series {
    /// The newest run: of the main line, else of the branch.
    pub(crate) fn newest(&self) -> Option<&TransactionRow> {
        self.runs.last().or(self.side_runs.last())
    }
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
        branch,
        filter,
        output: _,
        network,
    } = args;
    let reader = Reader::open(Access::Read, network, context)?;
    block_on(async {
        let mut of_branch = BTreeMap::new();
        let newest = match branch {
            None => reader.newest_shown(filter, context).await?,
            Some(branch) => {
                of_branch = side_runs(&reader, branch, metric, filter, context).await?;
                let Newest { mut runs, .. } = reader.newest(filter, usize::MAX / 2).await?;
                runs.retain(|run| of_branch.contains_key(&run.configuration_id));
                runs
            }
        };
        let metrics = reader.metrics().await?;
        let question = Question {
            metric,
            metrics: &metrics,
            // The newest run is one of them.
            most: usize::from(*most) - 1,
        };
        let mut known = BTreeSet::new();
        let newest_sides: Vec<TransactionRow> = of_branch
            .values()
            .filter_map(|runs: &Vec<TransactionRow>| runs.last().cloned())
            .collect();
        let mut side_checks: BTreeMap<i64, Option<MetricCheck>> = BTreeMap::new();
        for around in question.surroundings(&reader, &newest_sides).await? {
            side_checks.insert(around.run.configuration_id, question.check(&around)?);
        }
        let mut series = Vec::new();
        for around in question.surroundings(&reader, &newest).await? {
            known.extend(around.metrics().map(str::to_owned));
            let configuration = around.run.configuration_id;
            let mut one = question.series_of(around)?;
            one.side_runs = of_branch.remove(&configuration).unwrap_or_default();
            one.side_check = side_checks.remove(&configuration).flatten();
            series.push(one);
        }
        // Those that ran on the branch alone.
        for (configuration, side_runs) in of_branch {
            let metrics = side_runs.iter().flat_map(|run| run.metrics.keys().cloned());
            known.extend(metrics);
            series.push(Series {
                side_runs,
                side_check: side_checks.remove(&configuration).flatten(),
                ..question.of_runs(Vec::new(), &[])?
            });
        }
        series.retain(|one| one.newest().is_some());
        let known = known.iter().map(String::as_str).collect();
        metrics_are_known(std::slice::from_ref(metric), None, &known)?;
        Ok(Histories {
            definition: metrics.of(metric),
            branch: branch.clone(),
            series,
        })
    })
}

/// The side runs of a branch that have the metric, by configuration, oldest first.
async fn side_runs(
    reader: &Reader<'_>,
    branch: &Label,
    metric: &Label,
    filter: &FilterArgs,
    context: &Context,
) -> Result<BTreeMap<i64, Vec<TransactionRow>>, Failure> {
    let runs: Vec<TransactionRow> = reader
        .read(TRANSACTIONS, |request| {
            narrowed(request.select(TransactionRow::COLUMNS.join(",")), filter)
                .eq("branch_name", branch.as_str())
                .is("is_mainline", "false")
                .is("retraction", "null")
                .order("created_at.desc,version.desc,id")
                .limit(MOST_SIDE_RUNS)
        })
        .await?;
    if runs.is_empty() {
        return Err(Failure::NothingToJudge {
            what: format!("side run of the branch `{branch}`"),
        });
    }
    if runs.len() >= MOST_SIDE_RUNS {
        context.say(&format!(
            "warning: showing the newest {MOST_SIDE_RUNS} runs of the branch; narrow the selection with --model-version, …"
        ));
    }
    let mut by_configuration: BTreeMap<i64, Vec<TransactionRow>> = BTreeMap::new();
    let with_metric = runs
        .into_iter()
        .rev()
        .filter(|run| run.metrics.contains_key(metric.as_str()));
    for run in with_metric {
        let runs = by_configuration.entry(run.configuration_id).or_default();
        runs.push(run);
    }
    Ok(by_configuration)
}

/// What is asked of every configuration.
struct Question<'a> {
    metric: &'a Label,
    metrics: &'a KnownMetrics,
    /// The number of runs before the newest.
    most: usize,
}

impl Question<'_> {
    /// `runs`, each with what it is judged against.
    async fn surroundings(
        &self,
        reader: &Reader<'_>,
        runs: &[TransactionRow],
    ) -> Result<Vec<Surroundings>, Failure> {
        let (mut all, mut baselines) = (Vec::with_capacity(runs.len()), HashMap::new());
        for portion in portions(runs, self.most) {
            let against = reader.judged_against(portion, self.most).await?;
            read_baselines(reader, &mut baselines, runs, &against).await?;
            let pairs = portion.iter().zip(against);
            all.extend(
                pairs.map(|(run, against)| Surroundings::of(run.clone(), against, &baselines)),
            );
        }
        Ok(all)
    }

    /// The verdict on the run, as `check --metric` gives it; none if the run lacks the metric.
    fn check(&self, around: &Surroundings) -> Result<Option<MetricCheck>, Failure> {
        let run = RunToCheck {
            current: &around.run,
            baseline: around.baseline.as_ref().map(|baseline| &baseline.run),
            earlier: &around.earlier,
            change_points: &around.change_points,
        };
        let options = CheckOptions {
            metrics: vec![self.metric.to_string()],
            ..CheckOptions::default()
        };
        Ok(check(run, |name| self.metrics.of(name), &options)?.pop())
    }

    /// The series of a run and those before it.
    fn series_of(&self, around: Surroundings) -> Result<Series, Failure> {
        let check = self.check(&around)?;
        let Surroundings {
            run,
            earlier,
            change_points,
            baseline: _,
        } = around;
        let runs = earlier.into_iter().chain([run]).collect();
        let series = self.of_runs(runs, &change_points)?;
        Ok(Series { check, ..series })
    }

    fn of_runs(
        &self,
        mut runs: Vec<TransactionRow>,
        stored: &[KnownChangeRow],
    ) -> Result<Series, Failure> {
        let metric = self.metric.as_str();
        runs.retain(|run| run.metrics.contains_key(metric));
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
        Ok(Series {
            runs,
            values,
            history,
            changes,
            suspicion: match newest {
                Judgement::Suspect(suspicion) => Some(suspicion),
                Judgement::Confirmed { .. } | Judgement::Quiet { .. } => None,
            },
            check: None,
            side_runs: Vec::new(),
            side_check: None,
        })
    }
}
