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
//! | how likely is a value this far out? | [`distribution`], over [`special`]; [`rank`] |
//! | why is there no answer? | [`error`] |

pub mod change;
pub mod distribution;
mod drift;
mod elimination;
pub mod error;
mod exact;
pub mod history;
pub mod judge;
pub mod judgement;
mod kernel;
mod noise;
mod place;
pub mod rank;
mod sample;
mod scale;
mod segmentation;
pub mod series;
pub mod special;
mod tail;
#[cfg(test)]
mod testing;

pub use change::{Change, ChangeKind, Drift, Noise};
pub use error::StatsError;
pub use history::{History, HistoryOptions, history};
pub use judge::{JudgeOptions, alerts, judge};
pub use judgement::{Judgement, Limits, Suspicion};
pub use series::Series;
