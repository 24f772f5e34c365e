//! Statistics: what moved, by how much, and how sure that is.
//!
//! Pure `f64`, no clock, no chance. The elementary functions (`exp`, `ln`, `erfc`, …) are those of
//! the `libm` crate, not of the platform, so the browser and the command line agree to the last bit.
//!
//! | question | module |
//! | --- | --- |
//! | which levels did a series have? | [`history`](mod@history) |
//! | what is a change, a drift, the noise? | [`change`] |
//! | did the newest runs move the level? | [`judge`](mod@judge), in the words of [`judgement`] |
//! | and when runs come one by one? | [`series`] |
//! | what would a rule have flagged, and what is it worth? | [`backtest`] |
//! | what is known of a run's metric? | [`evidence`] |
//! | how noisy is the metric? | [`prior`], from its own history |
//! | do two sides differ, and by how much? | [`compare`](mod@compare) → [`comparison::Comparison`], by [`paired`], [`bootstrap`], [`contingency`], [`proportion`], [`f1`], [`moderated`], [`plain_threshold`] |
//! | what could this much evidence have shown? | [`power`] |
//! | which of many metrics moved? | [`multiplicity`] |
//! | is the newest run beyond limits drawn the way Bencher draws them? | [`threshold_test`] |
//! | better or worse? | [`verdict`] |
//! | and all metrics of a run against its baseline? | [`assess`](mod@assess): the one way of the CLI and the dashboard |
//! | and all metrics of two sides of whole runs? | [`sides`] |
//! | and those that only some of the runs have? | [`unshared`] |
//! | how likely is a value this far out? | [`distribution`], over [`special`]; [`rank`] |
//! | why is there no answer? | [`error`] |

pub mod assess;
pub mod backtest;
pub mod bootstrap;
pub mod change;
pub mod compare;
pub mod comparison;
pub mod contingency;
pub mod distribution;
mod drift;
mod elimination;
pub mod error;
pub mod evidence;
mod exact;
pub mod f1;
pub mod history;
pub mod interval;
pub mod judge;
pub mod judgement;
mod kernel;
pub mod moderated;
mod moments;
pub mod multiplicity;
mod noise;
pub mod paired;
mod place;
pub mod plain_threshold;
pub mod power;
pub mod prior;
pub mod proportion;
pub mod random;
pub mod rank;
mod sample;
mod scale;
mod segmentation;
mod sentence;
pub mod series;
pub mod sides;
pub mod special;
mod staircase;
mod tail;
#[cfg(test)]
mod testing;
pub mod threshold_test;
pub mod unshared;
pub mod verdict;

pub use assess::{Assessment, Subject, assess};
pub use change::{Change, ChangeKind, Drift, Noise};
pub use compare::compare;
pub use comparison::{Caveat, Comparison, Method, Options};
pub use error::StatsError;
pub use evidence::Evidence;
pub use history::{History, HistoryOptions, history};
pub use interval::Interval;
pub use judge::{JudgeOptions, alerts, judge};
pub use judgement::{Judgement, Limits, Suspicion};
pub use multiplicity::control;
pub use prior::Prior;
pub use series::Series;
pub use sides::compare_runs;
pub use threshold_test::{Threshold, ThresholdTest};
pub use verdict::{Verdict, VerdictKind, decide, decide_all};
