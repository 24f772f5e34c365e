//! A verdict in a row of the first page's table.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::view_model::table_view::CellView;

/// A verdict as the cells of a row, passed from the program that computes it to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InRow {
    /// The configuration.
    pub id: i64,
    /// The verdict and its reason.
    pub verdict: CellView,
    /// The sparkline of the judged metric.
    pub course: CellView,
}

impl From<&Judged> for InRow {
    fn from(judged: &Judged) -> Self {
        Self {
            id: judged.id,
            verdict: judged.verdict_cell(),
            course: judged.course_cell(),
        }
    }
}
