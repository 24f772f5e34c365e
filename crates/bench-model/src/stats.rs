//! Statistics: what moved, by how much, and how sure that is.
//!
//! Pure `f64`, no clock, no chance. The elementary functions (`exp`, `ln`, `erfc`, …) are those of
//! the `libm` crate, not of the platform, so the browser and the command line agree to the last bit.
//!
//! | question | module |
//! | --- | --- |
//! | what is a change, a drift, the noise? | [`change`] |
//! | how likely is a value this far out? | [`distribution`], over [`special`] |
//! | what is said of the newest runs? | [`judgement`] |
//! | why is there no answer? | [`error`] |

pub mod change;
pub mod distribution;
pub mod error;
pub mod judgement;
pub mod special;

pub use change::{Change, ChangeKind, Drift, Noise};
pub use error::StatsError;
pub use judgement::{Judgement, Limits, Suspicion};
