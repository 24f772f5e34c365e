//! Statistics: what moved, by how much, and how sure that is.
//!
//! Pure `f64`, no clock, no chance. The elementary functions (`exp`, `ln`, `erfc`, …) are those of
//! the `libm` crate, not of the platform, so the browser and the command line agree to the last bit.
//!
//! | question | module |
//! | --- | --- |
//! | how likely is a value this far out? | [`distribution`], over [`special`] |

pub mod distribution;
pub mod special;
