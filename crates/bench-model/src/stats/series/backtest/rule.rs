//! The rules that can be replayed.

use crate::{
    metric::MetricDefinition,
    stats::{
        error::StatsError,
        numeric::sample::mean,
        plain_threshold::exceeds,
        series::{
            backtest::flag::Flag,
            growing::Series,
            judge::JudgeOptions,
            same::{SAME_CHANGE, same_place},
            threshold_test::{Outside, Threshold, ThresholdTest},
        },
    },
};

/// Who is to say that a run moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The plain threshold of `detect_regression`.
    Plain(Plain),
    /// One of Bencher's threshold tests.
    Test(Threshold),
    /// The judgement of this engine: [`alerts`](crate::stats::judge::alerts), each once.
    Judge(JudgeOptions),
}

/// Worse by more than a threshold than the mean of the newest runs before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain {
    /// The difference for a metric with a fixed range, else a share of what it is held against.
    pub threshold: f64,
    /// How many runs before it is held against, at least 1.
    pub runs: usize,
}

impl Rule {
    /// The plain threshold against the run before.
    pub const fn plain(threshold: f64) -> Self {
        Self::Plain(Plain { threshold, runs: 1 })
    }

    /// A name with the setting that matters: `t_test 0.99`, `judge 0.0007`.
    pub fn name(&self) -> String {
        match self {
            Self::Plain(Plain { threshold, runs: 1 }) => format!("plain {threshold}"),
            Self::Plain(Plain { threshold, runs }) => format!("plain {threshold} of {runs} runs"),
            Self::Test(threshold) => {
                let boundaries = match (threshold.lower, threshold.upper) {
                    (Some(lower), Some(upper)) if lower.to_bits() != upper.to_bits() => {
                        format!("{lower} … {upper}")
                    }
                    (Some(one), _) | (None, Some(one)) => one.to_string(),
                    (None, None) => "without limits".to_owned(),
                };
                format!("{} {boundaries}", threshold.test.as_str())
            }
            Self::Judge(options) => format!("judge {}", options.level),
        }
    }

    /// What each rule flags, run by run; direction and support are left open.
    pub(super) fn flags(
        rules: &[Self],
        values: &[f64],
        definition: &MetricDefinition,
    ) -> Result<Vec<Vec<Flag>>, StatsError> {
        let mut judged = judged(values, &Self::judges(rules))?.into_iter();
        let flags = rules.iter().map(|rule| match rule {
            Self::Judge(_) => judged.next().unwrap_or_default(),
            Self::Plain(_) | Self::Test(_) => (0..values.len())
                .filter_map(|run| rule.flag(&values[..=run], definition))
                .collect(),
        });
        Ok(flags.collect())
    }

    /// Which rules, shown `newest` after the runs of `before`, flag any run from there on.
    pub(super) fn found(
        rules: &[Self],
        before: &Series,
        newest: &[f64],
        definition: &MetricDefinition,
    ) -> Result<Vec<bool>, StatsError> {
        let place = before.values().len();
        let judges = Self::judges(rules);
        let mut alerts = Vec::new();
        if !judges.is_empty() {
            // The alerts of the last run include those of the runs before it, but for a change of
            // the mind.
            let mut series = before.clone();
            for value in newest {
                series.push(*value)?;
            }
            alerts = series.alerts_under(&judges)?;
        }
        let mut alerts = alerts.into_iter();
        let all = [before.values(), newest].concat();
        let found = rules.iter().map(|rule| match rule {
            Self::Judge(_) => alerts
                .next()
                .unwrap_or_default()
                .iter()
                .any(|alert| alert.index + SAME_CHANGE >= place),
            Self::Plain(_) | Self::Test(_) => {
                (place..all.len()).any(|run| rule.flag(&all[..=run], definition).is_some())
            }
        });
        Ok(found.collect())
    }

    /// The options of the judgements among rules.
    fn judges(rules: &[Self]) -> Vec<JudgeOptions> {
        let options = rules.iter().filter_map(|rule| match rule {
            Self::Judge(options) => Some(*options),
            Self::Plain(_) | Self::Test(_) => None,
        });
        options.collect()
    }

    /// What a rule that looks at one run says of the newest.
    fn flag(&self, values: &[f64], definition: &MetricDefinition) -> Option<Flag> {
        let (value, before) = values.split_last()?;
        let against = match self {
            Self::Plain(Plain { threshold, runs }) => {
                let newest = &before[before.len().saturating_sub((*runs).max(1))..];
                let level = if newest.is_empty() {
                    return None;
                } else {
                    mean(newest)
                };
                let scale = definition.scale();
                exceeds(level, *value, definition.direction, scale, *threshold)?.then_some(level)?
            }
            Self::Test(threshold) => {
                let band = threshold.limits(before, definition);
                let limit = match band.check(*value)? {
                    Outside::Below => band.lower?,
                    Outside::Above => band.upper?,
                };
                band.baseline.unwrap_or(limit)
            }
            Self::Judge(_) => return None,
        };
        let run = before.len();
        Some(Flag {
            run,
            since: run,
            delta: value - against,
            is_worse: None,
            is_supported: false,
        })
    }

    /// Whether both are settings of one kind of rule.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Judge(_), Self::Judge(_)) | (Self::Plain(_), Self::Plain(_)) => true,
            (Self::Test(one), Self::Test(other)) => one.test == other.test,
            _ => false,
        }
    }

    /// Whether the rule holds only as long as the level stays what it is.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self, Self::Test(threshold) if threshold.test == ThresholdTest::Static)
    }

    /// The rules of each kind, from the most sensitive to the strictest; `level` and `sd` are those
    /// of the metric, from which fixed limits are drawn.
    pub(super) fn kinds(level: f64, sd: f64) -> Vec<Vec<Self>> {
        const SHARES: [f64; 9] = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3];
        const QUANTILES: [f64; 6] = [0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];
        const RANGES: [f64; 7] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0];
        const DEVIATIONS: [f64; 6] = [2.0, 2.5, 3.0, 4.0, 5.0, 6.0];
        const LEVELS: [f64; 5] = [2e-3, 7e-4, 3e-4, 1e-4, 3e-5];
        let test = |test: ThresholdTest| {
            move |boundary: f64| {
                Self::Test(Threshold {
                    min_sample_size: Some(5),
                    max_sample_size: Some(64),
                    ..Threshold::new(test, Some(boundary), Some(boundary))
                })
            }
        };
        let fixed = |deviations: f64| {
            let limit = |side: f64| Some(readable(level + side * deviations * sd));
            Self::Test(Threshold::new(
                ThresholdTest::Static,
                limit(-1.0),
                limit(1.0),
            ))
        };
        let judge = |level: f64| {
            let usual = JudgeOptions::default();
            Self::Judge(JudgeOptions {
                level,
                old_level: usual.old_level * level / usual.level,
                ..usual
            })
        };
        let mut kinds = vec![LEVELS.map(judge).to_vec(), SHARES.map(Self::plain).to_vec()];
        kinds.push(DEVIATIONS.map(fixed).to_vec());
        kinds.push(SHARES.map(test(ThresholdTest::Percentage)).to_vec());
        for quantile in [
            ThresholdTest::ZScore,
            ThresholdTest::TTest,
            ThresholdTest::LogNormal,
        ] {
            kinds.push(QUANTILES.map(test(quantile)).to_vec());
        }
        for range in [ThresholdTest::Iqr, ThresholdTest::DeltaIqr] {
            kinds.push(RANGES.map(test(range)).to_vec());
        }
        kinds
    }
}

/// Limits are set to five digits.
fn readable(limit: f64) -> f64 {
    format!("{limit:.4e}").parse().unwrap_or(limit)
}

/// Under each options, every alert at the run that raised it first.
fn judged(values: &[f64], judges: &[JudgeOptions]) -> Result<Vec<Vec<Flag>>, StatsError> {
    let mut flags: Vec<Vec<Flag>> = vec![Vec::new(); judges.len()];
    if judges.is_empty() {
        return Ok(flags);
    }
    let mut series = Series::default();
    for (run, value) in values.iter().enumerate() {
        series.push(*value)?;
        for (alerts, flags) in series.alerts_under(judges)?.iter().zip(&mut flags) {
            for alert in alerts {
                let is_known = |flag: &Flag| same_place(flag.since, alert.index).is_some();
                if !flags.iter().any(is_known) {
                    flags.push(Flag {
                        run,
                        since: alert.index,
                        delta: alert.delta,
                        is_worse: None,
                        is_supported: false,
                    });
                }
            }
        }
    }
    Ok(flags)
}
