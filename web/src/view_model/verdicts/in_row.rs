//! What a row of the first page's table shows of a verdict.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::view_model::table_view::CellView;

/// A verdict as the cells of a row. Travels from the program that makes it to the page that shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InRow {
    /// The configuration.
    pub id: i64,
    /// The verdict, and why.
    pub verdict: CellView,
    /// The recent course of what it is judged by.
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
