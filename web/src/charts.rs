//! View models as charts: plain functions from charming's components, tested natively by the JSON they become.
//!
//! One file per chart. Colours come in as a [`Palette`], since a canvas knows no style sheet.

mod compare;
mod f1_against_latency;
mod option;
mod palette;
mod trend;

pub use compare::{compared_bars, compared_profile, compared_ridges};
pub use f1_against_latency::f1_against_latency;
pub use option::ChartOption;
pub use palette::Palette;
pub use trend::trend;
