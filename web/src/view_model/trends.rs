//! The Trends page: metrics over time.

mod answer;
mod choice;
mod detail;
#[cfg(test)]
pub(crate) mod fixtures;
mod line;
mod mark;
mod names;
mod side;
mod standing;
mod state;
mod table;
mod view;

pub use answer::{SeriesAnswer, TrendsAnswer, TrendsKey};
pub use choice::{Chosen, MOST_LINES, chosen, usual_range};
pub use detail::{detail_key, with_detail};
pub use line::{DayPoint, Line, RunPoint};
pub use mark::{Mark, MarkKind};
pub use side::side_series;
pub use standing::standings;
pub use state::{Layer, Relation, TrendsState};
pub use table::{happened, table};
pub use view::{Axis, Level, TrendsView, view};
