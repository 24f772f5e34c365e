//! Statistics: what moved, by how much, and how sure that is.
//!
//! Pure `f64`, no clock, no chance. The elementary functions (`exp`, `ln`, `erfc`, …) are those of
//! the `libm` crate, not of the platform, so the browser and the command line agree to the last bit.
//!
//! | question | folder |
//! | --- | --- |
//! | which levels did a series have, did the newest runs move one, what would a rule have flagged? | `series/` |
//! | do two sides differ, by how much, better or worse? | `comparison/` |
//! | means, quantiles, laws of chance | `numeric/` |

mod comparison;
mod error;
mod numeric;
mod plain_threshold;
mod series;

pub(crate) use comparison::control_primary_first;
pub use comparison::{
    Assessment, Caveat, Columns, Comparison, Confusion, ConfusionMetric, Counts, EARLIER_RUNS,
    Evidence, Having, Items, Method, MetricSides, Metrics, More, NoiseModel, NoiseSource, Options,
    Outcomes, Prior, Reported, Settle, Size, Subject, UnsharedMetric, Verdict, VerdictKind, assess,
    bootstrap, compare, compare_metrics, compare_runs, contingency, control, decide, events, f1,
    paired, proportion, unshared,
};
pub use error::{Side, StatsError};
pub(crate) use numeric::sample::real;
pub use numeric::{Interval, distribution, random};
pub use plain_threshold::exceeds;
#[cfg(test)]
pub(crate) use series::segmentation::cuts_made;
pub use series::{
    Band, Change, ChangeKind, Drift, History, HistoryOptions, JudgeOptions, Judgement, Level,
    Limits, Moved, Noise, Outside, Remark, Series, Standing, Suspicion, Threshold, ThresholdTest,
    alerts, backtest, history, history_and_newest, judge, same_change,
};
pub(crate) use series::{SAME_CHANGE, judge::Reading, segmented::Segmented};
