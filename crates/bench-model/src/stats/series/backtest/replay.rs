//! A rule, replayed over a series.

use crate::{
    metric::MetricDefinition,
    stats::{
        error::StatsError,
        series::{
            backtest::{
                flag::{Flag, is_worse},
                rule::Rule,
            },
            change::Change,
            history::{HistoryOptions, history},
        },
    },
};

/// A flag this long after a change may still refer to it.
const SUPPORT: usize = 20;
/// The tolerance for dating a change too early.
const MARGIN: usize = 5;

/// The result of replaying a rule over a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// The flags, oldest first.
    pub flags: Vec<Flag>,
    /// The missed changes: those of the whole history without a matching flag.
    pub missed: Vec<Change>,
    /// How many runs were judged.
    pub runs: usize,
}

/// Replays a rule over a series, oldest run first: at each run it knows only that run and earlier
/// ones.
///
/// # Errors
///
/// [`StatsError::NotFinite`] for NaN or an infinity, [`StatsError::Option`] for an option of the rule
/// outside its range.
///
/// # Example: 5 % worse than the run before cries wolf
///
/// ```
/// use bench_model::metric::{Declared, definition_of};
/// use bench_model::stats::backtest::{Rule, replay};
/// use bench_model::stats::JudgeOptions;
///
/// let latency = definition_of("latency_ms", &Declared::new());
/// let values = [412.0, 409.0, 440.0, 411.0, 408.0, 413.0, 415.0, 410.0, 412.0, 414.0];
///
/// let plain = replay(&values, &latency, &Rule::plain(0.05))?;
/// assert_eq!(plain.flags.len(), 1);
/// assert!(!plain.flags[0].is_supported);
/// let judged = replay(&values, &latency, &Rule::Judge(JudgeOptions::default()))?;
/// assert!(judged.flags.is_empty());
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn replay(
    values: &[f64],
    definition: &MetricDefinition,
    rule: &Rule,
) -> Result<Replay, StatsError> {
    let mut replays = replays(values, definition, std::slice::from_ref(rule))?;
    Ok(replays.pop().unwrap_or_default())
}

/// [`replay`](replay()) of several rules; those that judge read the series once for all.
///
/// # Errors
///
/// As [`replay`](replay()).
pub fn replays(
    values: &[f64],
    definition: &MetricDefinition,
    rules: &[Rule],
) -> Result<Vec<Replay>, StatsError> {
    let changes = history(values, &HistoryOptions::default())?.changes;
    let replayed = |mut flags: Vec<Flag>| {
        for flag in &mut flags {
            flag.is_worse = is_worse(flag.delta, definition.direction);
            flag.is_supported = changes.iter().any(|change| supports(change, flag));
        }
        let is_missed = |change: &&Change| !flags.iter().any(|flag| supports(change, flag));
        Replay {
            missed: changes.iter().filter(is_missed).copied().collect(),
            flags,
            runs: values.len(),
        }
    };
    let flags = Rule::flags(rules, values, definition)?;
    Ok(flags.into_iter().map(replayed).collect())
}

fn supports(change: &Change, flag: &Flag) -> bool {
    let same_way = (change.delta > 0.0) == (flag.delta > 0.0);
    same_way
        && flag.since + MARGIN >= change.index
        && flag.run < change.index + SUPPORT
        && flag.run >= change.earliest
}
