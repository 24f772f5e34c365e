//! The page of trends: metrics over time.

mod answer;
mod choice;
mod detail;
#[cfg(test)]
pub(crate) mod fixtures;
mod line;
mod names;
mod range;
mod state;
mod table;
mod view;

pub use answer::{BaselineRow, DAY_COLUMNS, DayRow, RunRow, SeriesAnswer, TrendsAnswer, TrendsKey};
pub use choice::{Chosen, MOST_LINES, chosen};
pub use detail::{detail_key, with_detail};
pub use line::{DayPoint, Line, RunPoint};
pub use range::Range;
pub use state::{Layer, Relation, TrendsState};
pub use table::table;
pub use view::{Axis, Level, Mark, TrendsView, view};
