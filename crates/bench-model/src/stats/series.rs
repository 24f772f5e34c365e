//! One metric over its runs, oldest first.
//!
//! | question | file |
//! | --- | --- |
//! | which levels did the series have? | `history`: candidates of `segmentation` (over `kernel`), thinned out by `elimination` (`staircase`, `rank`, `drift`), placed by `place`; `exact` for metrics without noise |
//! | what is a change, a drift, the noise? | `change`; `noise` |
//! | which runs say nothing about a level? | `copies`, `dip` |
//! | what do the clear changes look like, whatever the noise's law? | `partition`, under a bounded loss |
//! | did the newest runs move the level? | `judge`, by `tail`, in the words of `judgement` |
//! | is the newest level worse than the one that counts? | `standing`, over the `level`s |
//! | and when runs come one by one? | `growing` |
//! | is the newest run beyond limits drawn the way Bencher draws them? | `threshold_test` |
//! | what would a rule have flagged, and what is it worth? | `backtest` |

pub mod backtest;
pub(crate) mod change;
mod copies;
mod dip;
mod drift;
mod elimination;
mod exact;
pub(crate) mod growing;
pub(crate) mod history;
pub(crate) mod judge;
pub(crate) mod judgement;
mod kernel;
pub(crate) mod level;
mod noise;
mod partition;
mod place;
mod rank;
mod same;
mod scale;
pub(crate) mod segmentation;
pub(crate) mod segmented;
mod staircase;
pub(crate) mod standing;
mod step;
mod tail;
pub(crate) mod threshold_test;

pub use change::{Change, ChangeKind, Drift, Noise};
pub use growing::Series;
pub use history::{History, HistoryOptions, history};
pub use judge::{JudgeOptions, alerts, history_and_newest, judge};
pub use judgement::{Judgement, Limits, Suspicion};
pub use level::Level;
pub(crate) use same::SAME_CHANGE;
pub use same::same_change;
pub use standing::{Moved, Standing};
pub use threshold_test::{Band, Outside, Remark, Threshold, ThresholdTest};
