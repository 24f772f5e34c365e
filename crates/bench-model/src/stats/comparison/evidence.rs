//! The evidence for one metric of one run, beyond its value.
//!
//! A run reports the uncertainty of its metrics in `metric_stats.<metric>`. Every field is
//! optional:
//!
//! | field | meaning |
//! | --- | --- |
//! | `values` | one value per item (or fold, or repetition), in the order of the items |
//! | `items` | the names of these items, one per value; two runs are paired by name |
//! | `clusters` | what each item belongs to (its source document), one per value |
//! | `outcomes` | `[tp, fp, fn]` per item, for precision, recall and F1 |
//! | `n`, `successes` | of n items so many count: accuracy, pass rate |
//! | `tp`, `fp`, `fn`, `tn` | the confusion matrix in total |
//! | `stderr`, or `ci_low`, `ci_high`, `ci_level` | the standard error of the value |

mod read;

pub use read::{Columns, Reported};
use serde::{Deserialize, Serialize};

use crate::stats::numeric::sample::{mean, ratio};

/// k of n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The number of successes.
    pub successes: u64,
    /// The total; at least the number of successes.
    pub n: u64,
}

/// Right and wrong findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Found, and right.
    pub tp: u64,
    /// Found, and wrong.
    pub fp: u64,
    /// Not found.
    #[serde(rename = "fn")]
    pub fn_: u64,
}

impl Confusion {
    /// `2 tp / (2 tp + fp + fn)`; none if there was nothing to find and nothing was found.
    pub fn f1(self) -> Option<f64> {
        let Self { tp, fp, fn_ } = self;
        let all = 2 * tp + fp + fn_;
        (all > 0).then(|| ratio(2 * tp, all))
    }

    /// `tp` of `tp + fp`.
    pub fn precision(self) -> Counts {
        Counts {
            successes: self.tp,
            n: self.tp + self.fp,
        }
    }

    /// `tp` of `tp + fn`.
    pub fn recall(self) -> Counts {
        Counts {
            successes: self.tp,
            n: self.tp + self.fn_,
        }
    }

    /// `tp` of `tp + fp + fn`: the Jaccard index `j`, of which F1 is `2 j / (1 + j)`.
    pub fn jaccard(self) -> Counts {
        Counts {
            successes: self.tp,
            n: self.tp + self.fp + self.fn_,
        }
    }
}

/// One value per item of the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Items {
    /// The values, in the metric's unit.
    pub values: Vec<f64>,
    /// The item of each value; empty if the report has no names, then the position counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The cluster of each item; empty if items are independent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
}

/// The formula of a metric from a confusion matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfusionMetric {
    /// `tp / (tp + fp)`
    Precision,
    /// `tp / (tp + fn)`
    Recall,
    /// `2 tp / (2 tp + fp + fn)`
    F1,
}

impl ConfusionMetric {
    /// Numerator and denominator of the metric.
    pub(crate) fn parts(self, Confusion { tp, fp, fn_ }: Confusion) -> (u64, u64) {
        match self {
            Self::Precision => (tp, tp + fp),
            Self::Recall => (tp, tp + fn_),
            Self::F1 => (2 * tp, 2 * tp + fp + fn_),
        }
    }

    /// The metric of these totals; none for 0 of 0.
    pub fn of(self, total: Confusion) -> Option<f64> {
        let share = |counts: Counts| (counts.n > 0).then(|| ratio(counts.successes, counts.n));
        match self {
            Self::Precision => share(total.precision()),
            Self::Recall => share(total.recall()),
            Self::F1 => total.f1(),
        }
    }
}

/// The right and wrong findings of each item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// The metric they add up to.
    pub metric: ConfusionMetric,
    /// One per item, in the order of the items.
    pub per_item: Vec<Confusion>,
    /// The names of the items; empty if the report has none, then the position counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The cluster of each item; empty if items are independent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
}

/// The evidence for one metric of one run.
///
/// # Example: 134 of 150 answers are right
///
/// ```
/// use bench_model::stats::{Counts, Evidence};
///
/// let run = Evidence::counted(134, 150);
/// assert_eq!(run.counts, Some(Counts { successes: 134, n: 150 }));
/// assert!((run.value - 0.893_333).abs() < 1e-6);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The metric's value.
    pub value: f64,
    /// The number of items.
    pub n: Option<u64>,
    /// The counts, if the metric is a share of items.
    pub counts: Option<Counts>,
    /// The total confusion matrix, if the metric is F1.
    pub confusion: Option<Confusion>,
    /// One value per item.
    pub items: Option<Items>,
    /// The findings of each item, if the metric is computed from them.
    pub outcomes: Option<Outcomes>,
    /// The reported standard error.
    pub stderr: Option<f64>,
    /// Whether values and standard error come from repetitions within the run, such as folds,
    /// rather than items: there are far fewer of them than items in the data set.
    #[serde(default)]
    pub repetitions: bool,
    /// The data set; results on different data are not comparable.
    pub dataset: Option<String>,
}

impl Evidence {
    /// Only a value.
    pub fn of_value(value: f64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }

    /// `successes` of `n`; the value is 0 for 0 of 0.
    pub fn counted(successes: u64, n: u64) -> Self {
        Self {
            value: if n == 0 { 0.0 } else { ratio(successes, n) },
            n: Some(n),
            counts: Some(Counts { successes, n }),
            ..Self::default()
        }
    }

    /// F1 of a confusion matrix.
    pub fn f1(tp: u64, fp: u64, fn_: u64) -> Self {
        let total = Confusion { tp, fp, fn_ };
        Self {
            value: total.f1().unwrap_or(0.0),
            n: Some(total.jaccard().n),
            confusion: Some(total),
            ..Self::default()
        }
    }

    /// The mean of one value per item; 0 if there is none.
    pub fn measured(values: &[f64]) -> Self {
        Self {
            value: mean(values),
            n: Some(values.len() as u64),
            items: Some(Items {
                values: values.to_vec(),
                ..Items::default()
            }),
            ..Self::default()
        }
    }

    /// A value with its standard error, made of `n` items.
    pub fn with_stderr(value: f64, stderr: f64, n: Option<u64>) -> Self {
        Self {
            value,
            n,
            stderr: Some(stderr),
            ..Self::default()
        }
    }
}

pub(crate) fn sum(parts: &[Confusion]) -> Confusion {
    parts
        .iter()
        .fold(Confusion::default(), |sum, part| Confusion {
            tp: sum.tp + part.tp,
            fp: sum.fp + part.fp,
            fn_: sum.fn_ + part.fn_,
        })
}
