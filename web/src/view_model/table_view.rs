//! A table, ready to show and to export: as CSV, JSON or Markdown.
//!
//! Every table of the dashboard is one of these, so every table sorts, reads and exports alike.

mod csv;
mod json;
mod markdown;

use serde::{Deserialize, Serialize};

use super::{format, snapshot::Order};

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableView {
    /// What the table shows, for screen readers.
    pub caption: String,
    /// From left to right. The first one names the row.
    pub columns: Vec<ColumnView>,
    /// From top to bottom.
    pub rows: Vec<RowView>,
}

/// The head of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnView {
    /// Its name in addresses and exports.
    pub name: String,
    /// Its head on screen.
    pub label: String,
    /// What its values mean and how they are worked out; empty when the head says it all.
    pub hint: String,
    /// Whether it holds numbers, which line up at the right.
    pub is_number: bool,
    /// Whether a click on its head sorts by it.
    pub is_sortable: bool,
    /// Whether its values are sentences: each stands on a line of its own below its row, without a head.
    pub is_sentence: bool,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowView {
    /// Tells it from the other rows.
    pub key: String,
    /// One per column; the first names the row.
    pub cells: Vec<CellView>,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellView {
    /// What it says on screen.
    pub label: String,
    /// The exact value behind a label that rounds or shortens; what is exported. Empty when there is none.
    pub exact: String,
    /// What pointing at it says besides; empty: the exact value.
    pub hint: String,
    /// Where a click leads; empty: nowhere.
    pub href: String,
    /// A word beside the label, such as `baseline`; empty: none.
    #[serde(skip)]
    pub badge: &'static str,
    /// A softer word beside the label, such as a provider; empty: none.
    pub note: String,
    /// How it looks.
    pub tone: Tone,
    /// The recent course of the value: a path in a box 80 wide and 20 high; empty: none.
    pub spark: String,
}

/// How a value looks. Its label says the same in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// As text.
    #[default]
    Plain,
    /// There is no value.
    Missing,
    /// Code, such as a commit.
    Code,
    /// A verdict: better.
    Improved,
    /// A verdict: worse.
    Regressed,
    /// A verdict: the same.
    Unchanged,
    /// A verdict: uncertain.
    Uncertain,
    /// The value is on its way; the label is as long as the one that will come.
    Waiting,
}

impl Tone {
    /// Its class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Missing => "missing",
            Self::Code => "code",
            Self::Improved => "improved",
            Self::Regressed => "regressed",
            Self::Unchanged => "unchanged",
            Self::Uncertain => "uncertain",
            Self::Waiting => "waiting",
        }
    }

    /// A sign in front of a verdict's word, so that it does not depend on colour.
    pub fn sign(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Missing | Self::Code | Self::Waiting => None,
            Self::Improved => Some("▲"),
            Self::Regressed => Some("▼"),
            Self::Unchanged => Some("="),
            Self::Uncertain => Some("?"),
        }
    }
}

impl TableView {
    /// A table whose rows are on their way: the same heads, and in each row texts as long as those to come.
    pub fn waiting(columns: Vec<ColumnView>, like: &[&str], rows: usize) -> Self {
        let cell = |like: &&str| CellView {
            label: (*like).to_owned(),
            tone: Tone::Waiting,
            ..CellView::default()
        };
        let row = RowView {
            key: String::new(),
            cells: like.iter().map(cell).collect(),
        };
        Self {
            caption: String::new(),
            columns,
            rows: vec![row; rows],
        }
    }
}

/// What a table is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// The name of the column.
    pub column: String,
    /// Which way.
    pub order: Order,
}

impl ColumnView {
    /// A column of text.
    pub fn text(name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            ..Self::default()
        }
    }

    /// A column of numbers.
    pub fn number(name: &str, label: &str) -> Self {
        Self {
            is_number: true,
            ..Self::text(name, label)
        }
    }

    /// A column of sentences, each on a line of its own below its row.
    pub fn sentence(name: &str, label: &str) -> Self {
        Self {
            is_sentence: true,
            ..Self::text(name, label)
        }
    }

    /// The same, sorted by a click on its head.
    #[must_use]
    pub fn sortable(self) -> Self {
        Self {
            is_sortable: true,
            ..self
        }
    }

    /// The same, with an explanation.
    #[must_use]
    pub fn explained(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }
}

impl CellView {
    /// A text as it is; a long one loses its middle on screen.
    pub fn text(value: &str) -> Self {
        Self {
            label: format::short_name(value),
            exact: value.to_owned(),
            ..Self::default()
        }
    }

    /// A text that may be missing.
    pub fn optional_text(value: Option<&str>) -> Self {
        value.map_or_else(Self::missing, Self::text)
    }

    /// A number as `label` writes it, with all its digits behind.
    pub fn number(value: Option<f64>, label: impl Fn(f64) -> String) -> Self {
        value.map_or_else(Self::missing, |value| Self {
            label: label(value),
            exact: value.to_string(),
            ..Self::default()
        })
    }

    /// A label that stands for an exact value.
    pub fn labelled(label: impl Into<String>, exact: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            exact: exact.into(),
            ..Self::default()
        }
    }

    /// A commit, short on screen, with a link where the repository is known.
    pub fn commit(sha: &str, repository: Option<&str>) -> Self {
        Self {
            label: format::short_commit(sha),
            exact: sha.to_owned(),
            href: repository
                .map(|repository| format!("{repository}/commit/{sha}"))
                .unwrap_or_default(),
            tone: Tone::Code,
            ..Self::default()
        }
    }

    /// No value: a dash, never 0.
    pub fn missing() -> Self {
        Self {
            label: format::MISSING.to_owned(),
            tone: Tone::Missing,
            ..Self::default()
        }
    }

    /// What pointing at it says; none: nothing more than its label.
    pub fn title(&self) -> Option<String> {
        [&self.hint, &self.exact]
            .into_iter()
            .find(|text| !text.is_empty())
            .filter(|text| **text != self.label)
            .cloned()
    }

    /// What it says, when it says nothing besides.
    pub fn bare(&self) -> Option<String> {
        let Self {
            label,
            exact: _,
            hint: _,
            href,
            badge,
            note,
            tone,
            spark,
        } = self;
        let is_bare = matches!(tone, Tone::Plain | Tone::Missing)
            && [href, note, spark].into_iter().all(String::is_empty)
            && badge.is_empty();
        is_bare.then(|| label.clone())
    }

    /// The same, leading to an address.
    #[must_use]
    pub fn linked(self, href: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            ..self
        }
    }

    /// The same, in another look.
    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// The same, with an explanation.
    #[must_use]
    pub fn explained(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }
}

#[cfg(test)]
mod fixtures {
    use super::{CellView, ColumnView, RowView, TableView, format};

    /// Two rows with what is hard to export.
    pub(super) fn hard() -> TableView {
        let row = |name: &str, f1: Option<f64>| RowView {
            key: name.to_owned(),
            cells: vec![CellView::text(name), CellView::number(f1, format::ratio)],
        };
        TableView {
            caption: String::new(),
            columns: vec![
                ColumnView::text("model", "Model"),
                ColumnView::number("f1", "F1"),
            ],
            rows: vec![
                row("=HYPERLINK(\"x\"), | a\nb", Some(-0.123_456_789)),
                row("quiet", None),
            ],
        }
    }
}
