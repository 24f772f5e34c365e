//! Numerical building blocks.
//!
//! | file | holds |
//! | --- | --- |
//! | `sample` | mean, median and quantiles of a few numbers |
//! | `distribution`, over `special` | how likely a value this far out is |
//! | `interval` | from where to where a number may be |
//! | `random` | numbers that look random and are always the same |

pub mod distribution;
pub(crate) mod interval;
pub mod random;
pub(crate) mod sample;
pub(crate) mod special;

pub use interval::Interval;
