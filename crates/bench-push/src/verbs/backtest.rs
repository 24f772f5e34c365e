//! The verb `gate backtest`: replays rules over stored runs and rates them.

use std::{collections::BTreeSet, thread};

use bench_model::{
    metric::{Direction, MetricDefinition},
    rest::rows::TransactionRow,
    stats::{
        Change, StatsError,
        backtest::{BacktestOptions, Replay, Rule, TradeOff, replays, trade_off},
    },
};

use crate::{
    cli::{gate::BacktestArgs, rule::NamedRule},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, portions},
    settings::variables::Access,
    verbs::check::metrics_are_known,
};

/// The result of `gate backtest`: one entry per metric and configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Backtest {
    /// The entries.
    pub(crate) series: Vec<Backtested>,
    /// The metrics with values beyond the range of the statistics.
    pub(crate) skipped: Vec<Skipped>,
    /// Whether flagged runs are listed.
    pub(crate) list: bool,
    /// Whether every setting is shown.
    pub(crate) trade_off: bool,
}

/// A skipped metric of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Skipped {
    /// The newest run of the configuration.
    pub(crate) newest: TransactionRow,
    /// The metric.
    pub(crate) metric: String,
    /// Why.
    pub(crate) why: StatsError,
}

/// The rules over one metric of one configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Backtested {
    /// What the metric means.
    pub(crate) definition: MetricDefinition,
    /// The runs with the metric, oldest first.
    pub(crate) runs: Vec<TransactionRow>,
    /// Each rule with the runs it would have flagged.
    pub(crate) replays: Vec<(Rule, Replay)>,
    /// The rating of each setting on the metric's own noise.
    pub(crate) worth: TradeOff,
}

impl Backtested {
    /// The changes for the worse that no flag supported.
    pub(crate) fn missed(&self, replay: &Replay) -> Vec<usize> {
        let is_better = |change: &Change| match self.definition.direction {
            Direction::HigherIsBetter => change.delta > 0.0,
            Direction::LowerIsBetter => change.delta < 0.0,
            Direction::Neither => false,
        };
        let missed = replay.missed.iter().filter(|change| !is_better(change));
        missed.map(|change| change.index).collect()
    }
}

/// Replays the rules in `args`.
///
/// # Errors
///
/// [`Failure`] if settings are missing, no run matches, or the server is unreachable.
pub(crate) fn backtest(args: &BacktestArgs, context: &Context) -> Result<Backtest, Failure> {
    let reader = Reader::open(Access::Read, &args.network, context)?;
    let (histories, definitions) = block_on(async {
        let mut histories = Vec::new();
        let newest = reader.newest_shown(&args.filter, context).await?;
        // The newest run is one of them.
        let most = usize::from(args.runs) - 1;
        for portion in portions(&newest, most) {
            let against = reader.judged_against(portion, most).await?;
            for (run, against) in portion.iter().zip(against) {
                let runs = against.earlier.into_iter().chain([run.clone()]);
                histories.push(runs.collect::<Vec<TransactionRow>>());
            }
        }
        Ok::<_, Failure>((histories, reader.metrics().await?))
    })?;

    let known = histories.iter().flatten();
    let known = known.flat_map(|run| run.metrics.keys().map(String::as_str));
    metrics_are_known(&args.metric, None, &known.collect())?;
    let mut jobs = Vec::new();
    for runs in &histories {
        let names: BTreeSet<&str> = runs
            .iter()
            .flat_map(|run| run.metrics.keys().map(String::as_str))
            .filter(|name| {
                args.metric.is_empty() || args.metric.iter().any(|wanted| wanted.as_str() == *name)
            })
            .collect();
        jobs.extend(names.into_iter().map(|name| (runs.as_slice(), name)));
    }
    let done = on_all_cores(&jobs, |(runs, name)| one(runs, definitions.of(name), args));
    let (mut series, mut skipped) = (Vec::new(), Vec::new());
    for ((runs, name), done) in jobs.iter().zip(done) {
        match done {
            Ok(one) => series.push(one),
            // A setting out of range is out of range for every metric.
            Err(error @ StatsError::Option { .. }) => return Err(error.into()),
            Err(why) => skipped.extend(runs.last().map(|newest| Skipped {
                newest: newest.clone(),
                metric: (*name).to_owned(),
                why,
            })),
        }
    }
    Ok(Backtest {
        series,
        skipped,
        list: args.list,
        trade_off: args.trade_off,
    })
}

fn one(
    runs: &[TransactionRow],
    definition: MetricDefinition,
    args: &BacktestArgs,
) -> Result<Backtested, StatsError> {
    let name = definition.name.as_str();
    let runs: Vec<TransactionRow> = runs
        .iter()
        .filter(|run| run.metrics.contains_key(name))
        .cloned()
        .collect();
    let values: Vec<f64> = runs.iter().map(|run| run.metrics[name]).collect();
    let rules = if args.rule.is_empty() {
        NamedRule::usual()
    } else {
        args.rule.clone()
    };
    let rules: Vec<Rule> = rules
        .iter()
        .map(|rule| rule.for_metric(&definition))
        .collect();
    let replays = replays(&values, &definition, &rules)?;
    // The kinds that were asked for, or all.
    let rated = if args.rule.is_empty() {
        &[]
    } else {
        &rules[..]
    };
    let options = BacktestOptions {
        most_false: args.most_false,
        newest: usize::from(args.runs),
    };
    Ok(Backtested {
        worth: trade_off(&values, &definition, rated, &options)?,
        definition,
        runs,
        replays: rules.into_iter().zip(replays).collect(),
    })
}

/// Applies `work` to every job, in their order, on as many threads as there are cores.
fn on_all_cores<J: Sync, D: Send>(jobs: &[J], work: impl Fn(&J) -> D + Sync) -> Vec<D> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = &work;
    let mut done: Vec<(usize, D)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|first| {
                let mine = jobs.iter().enumerate().skip(first).step_by(cores);
                scope.spawn(move || {
                    let done = mine.map(|(place, job)| (place, work(job)));
                    done.collect::<Vec<_>>()
                })
            })
            .collect();
        let done = workers.into_iter().map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, done)| done).collect()
}
