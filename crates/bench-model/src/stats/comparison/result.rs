//! The result of a comparison of two sides.

use serde::{Deserialize, Serialize};

use crate::{
    metric::{Direction, Scale},
    stats::numeric::interval::Interval,
    words,
};

/// The options of a comparison. The defaults apply to the whole project.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The practical margin, which is also the threshold of `detect_regression`: a difference for
    /// metrics with a fixed range, a share of the baseline for the others. 0.05.
    pub threshold: f64,
    /// The share of the margin below which a change is too small to matter, even if certain. 0.2.
    pub least_share: f64,
    /// The maximum q-value of a change. 0.01.
    pub level: f64,
    /// The confidence of intervals. 0.95.
    pub confidence: f64,
    /// The power for the smallest detectable effect. 0.8.
    pub power: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threshold: 0.05,
            least_share: 0.2,
            level: 0.01,
            confidence: 0.95,
            power: 0.8,
        }
    }
}

impl Options {
    /// The smallest worsening that matters, on the metric's scale.
    pub(crate) fn least(&self) -> f64 {
        self.least_share * self.threshold
    }
}

/// The method of a comparison; the first one that the evidence allows is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The same items, whose findings make up F1, precision or recall: paired bootstrap (BCa).
    PairedBootstrap,
    /// The same, of items that belong together: whole clusters are drawn.
    PairedBootstrapClustered,
    /// The same items, each right or wrong: McNemar's mid-p, Newcombe's paired interval.
    Mcnemar,
    /// The same items with scores: paired t.
    PairedT,
    /// The same items with scores, some of which belong together: paired t, cluster-robust.
    PairedTClustered,
    /// Counts: Fisher's mid-p, Newcombe's interval.
    Proportions,
    /// F1 from tp, fp and fn: as counts of the Jaccard index.
    F1,
    /// A standard error on each side: Welch's t.
    Welch,
    /// Several runs against one: Student's t.
    PooledT,
    /// Several runs of each side: Welch's t.
    UnequalT,
    /// Many runs with heavy tails: Welch's t of the trimmed means (Yuen).
    TrimmedT,
    /// Runs, and noise from the metric's own history: moderated t.
    ModeratedT,
    /// Runs of a metric that repeats exactly: how likely is a first difference?
    Exact,
    /// Runs of a metric that repeats exactly most of the time.
    NearlyExact,
    /// Counts of events, such as errors: Poisson.
    Events,
    /// Unknown noise: the plain threshold.
    Threshold,
}

impl Method {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PairedBootstrap => "paired bootstrap of the items",
            Self::PairedBootstrapClustered => "paired bootstrap of the items, by cluster",
            Self::Mcnemar => "McNemar's test of the items",
            Self::PairedT => "paired t test of the items",
            Self::PairedTClustered => "paired t test of the items, cluster-robust",
            Self::Proportions => "counts (Newcombe, Fisher mid-p)",
            Self::F1 => "counts of tp, fp and fn",
            Self::Welch => "standard errors (Welch)",
            Self::PooledT => "t test of the runs",
            Self::UnequalT => "t test of the runs (Welch)",
            Self::TrimmedT => "t test of the runs' trimmed means (Yuen)",
            Self::ModeratedT => "t test of the runs with noise from earlier runs",
            Self::Exact => "runs that repeated exactly so far",
            Self::NearlyExact => "runs that repeated exactly most of the time so far",
            Self::Events => "counts of events (Poisson)",
            Self::Threshold => "plain threshold, no noise estimate",
        }
    }
}

/// The source of the noise estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseSource {
    /// The variation of the items.
    Items,
    /// The binomial distribution of counts.
    Counts,
    /// The reports' standard errors.
    Reported,
    /// The spread of the runs compared.
    Runs,
    /// The metric's own history.
    History,
    /// The runs compared and the metric's own history.
    RunsAndHistory,
    /// Nothing.
    Unknown,
}

/// The noise estimate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseModel {
    /// Its source.
    pub source: NoiseSource,
    /// The standard deviation of one run or one item's difference, in the metric's unit or as a
    /// ratio when `relative`.
    pub sd: Option<f64>,
    /// The degrees of freedom behind it.
    pub df: Option<f64>,
    /// Whether it is a share of the value, from a comparison on the log scale.
    pub relative: bool,
}

/// The amount of evidence on a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// How many runs.
    pub runs: u64,
    /// The number of items per run, if known and used.
    pub items: Option<u64>,
}

/// The kind of evidence to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum More {
    /// Runs of the current side.
    CurrentRuns,
    /// Runs of each side.
    RunsOfEach,
    /// Items in each run.
    Items,
}

/// The evidence that would settle the question, if the true effect is as large as it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// How many more.
    pub count: u64,
    /// Of what.
    pub of: More,
}

/// Caveats on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Caveat {
    /// The sides used different data; a difference may come from the data.
    DifferentData,
    /// Only the noise within one run is known, not from run to run: machines vary over time, and
    /// folds share most of their data.
    WithinRunOnly,
    /// The noise is unknown.
    NoNoiseEstimate,
    /// Some items are on one side only, and were left out.
    UnmatchedItems {
        /// How many.
        count: u64,
    },
}

impl Caveat {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::DifferentData => "the two sides ran on different data".to_owned(),
            Self::WithinRunOnly => {
                "the noise within a run is known, but not from run to run".to_owned()
            }
            Self::NoNoiseEstimate => "the noise is unknown".to_owned(),
            Self::UnmatchedItems { count } => {
                format!("{} on one side only", words::counted(count, "item"))
            }
        }
    }
}

/// One metric of two sides. Every effect is after minus before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The metric's name.
    pub metric: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Its direction.
    pub direction: Direction,
    /// Whether `effect`, margin and threshold are differences or shares of the value before.
    pub scale: Scale,
    /// The value of the baseline; the mean of its runs, and of the shared items where they count.
    pub before: f64,
    /// The same of the current side.
    pub after: f64,
    /// After minus before.
    pub delta: f64,
    /// Delta as a share of the value before; none when that is 0.
    pub relative: Option<f64>,
    /// The confidence interval of the delta.
    pub interval: Option<Interval>,
    /// The same as a share of the value before.
    pub relative_interval: Option<Interval>,
    /// The p-value.
    pub p_value: Option<f64>,
    /// The evidence of the baseline.
    pub baseline_n: Size,
    /// The evidence of the current side.
    pub current_n: Size,
    /// The method.
    pub method: Method,
    /// The noise estimate.
    pub noise: NoiseModel,
    /// The smallest delta that this much evidence finds with a chance of 80 % (`Options::power`).
    pub detectable: Option<f64>,
    /// The additional evidence that would decide, if the true effect is as large as it looks.
    pub settle: Option<Settle>,
    /// The plain threshold's answer, as in `detect_regression`; none if there is none.
    pub threshold_exceeded: Option<bool>,
    /// The caveats.
    pub caveats: Vec<Caveat>,
}

impl Comparison {
    /// Whether it moved from 0 on a scale of shares: no share of 0 exists, so a sure move of any
    /// size counts.
    pub(crate) fn is_from_zero(&self) -> bool {
        self.scale == Scale::Relative && self.before == 0.0 && self.delta != 0.0
    }

    /// Whether runs repeat exactly, at least most of the time.
    pub(crate) fn is_exact(&self) -> bool {
        matches!(self.method, Method::Exact | Method::NearlyExact)
    }

    /// Delta on the metric's scale: a difference, or a share of the value before.
    pub fn effect(&self) -> Option<f64> {
        match self.scale {
            Scale::Absolute => Some(self.delta),
            Scale::Relative => self.relative,
        }
    }

    /// The interval of [`Comparison::effect`].
    pub(crate) fn effect_interval(&self) -> Option<Interval> {
        match self.scale {
            Scale::Absolute => self.interval,
            Scale::Relative => self.relative_interval,
        }
    }

    /// How much worse it got, on the metric's scale; positive is worse. None if the metric has no
    /// direction.
    pub fn worsening(&self) -> Option<f64> {
        self.direction.worsening(self.effect()?)
    }

    /// The interval of [`Comparison::worsening`].
    pub fn worsening_interval(&self) -> Option<Interval> {
        let interval = self.effect_interval()?;
        match self.direction {
            Direction::HigherIsBetter => Some(interval.negated()),
            Direction::LowerIsBetter => Some(interval),
            Direction::Neither => None,
        }
    }
}
