//! The view model of a table, which can be exported as CSV, JSON or Markdown.
//!
//! All tables of the dashboard use it, so they sort, read and export the same way.

mod csv;
mod json;
mod markdown;

use bench_model::words::short_commit;
use serde::{Deserialize, Serialize};

use super::format;

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableView {
    /// The caption, for screen readers.
    pub caption: String,
    /// From left to right. The first one names the row.
    pub columns: Vec<ColumnView>,
    /// From top to bottom.
    pub rows: Vec<RowView>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnView {
    /// Its name in URLs and exports.
    pub name: String,
    /// Its header.
    pub label: String,
    /// An explanation of its values; empty if the header is enough.
    pub hint: String,
    /// Whether it is numeric and right-aligned.
    pub is_number: bool,
    /// Whether it is sortable.
    pub is_sortable: bool,
    /// Whether its values are sentences, each on a line below its row, without a header.
    pub is_sentence: bool,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowView {
    /// Its unique key.
    pub key: String,
    /// One per column; the first names the row.
    pub cells: Vec<CellView>,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellView {
    /// Its label.
    pub label: String,
    /// The exact value behind a rounded or shortened label, for exports. Empty if missing.
    pub exact: String,
    /// The tooltip; empty for the exact value.
    pub hint: String,
    /// The link; empty for none.
    pub href: String,
    /// A badge beside the label, such as `baseline`; empty for none.
    #[serde(skip)]
    pub badge: &'static str,
    /// Secondary text beside the label, such as a provider; empty for none.
    pub note: String,
    /// Its look.
    pub tone: Tone,
    /// A sparkline: a path in a box 80 wide and 20 high; empty for none.
    pub spark: String,
}

/// The look of a value, which its label expresses in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// As text.
    #[default]
    Plain,
    /// A missing value.
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
    /// A pending value; the label is as long as the expected one.
    Waiting,
}

impl Tone {
    /// Its CSS class.
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

    /// The symbol before a verdict's word, so that it doesn't depend on colour.
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
    /// The loading state of a table: the same headers, and placeholders as long as the expected
    /// text.
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

/// The sort order of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// The name of the column.
    pub column: String,
    /// The direction.
    pub order: Order,
}

/// The sort direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Order {
    /// The other one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
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

    /// A column of sentences, each on a line below its row.
    pub fn sentence(name: &str, label: &str) -> Self {
        Self {
            is_sentence: true,
            ..Self::text(name, label)
        }
    }

    /// Makes it sortable.
    #[must_use]
    pub fn sortable(self) -> Self {
        Self {
            is_sortable: true,
            ..self
        }
    }

    /// Adds an explanation.
    #[must_use]
    pub fn explained(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }
}

impl CellView {
    /// Plain text; shortened in the middle on screen if it is long.
    pub fn text(value: &str) -> Self {
        Self {
            label: format::short_name(value),
            exact: value.to_owned(),
            ..Self::default()
        }
    }

    /// Optional text.
    pub fn optional_text(value: Option<&str>) -> Self {
        value.map_or_else(Self::missing, Self::text)
    }

    /// A number formatted by `label`, with its exact value for exports.
    pub fn number(value: Option<f64>, label: impl Fn(f64) -> String) -> Self {
        value.map_or_else(Self::missing, |value| Self {
            label: label(value),
            exact: value.to_string(),
            ..Self::default()
        })
    }

    /// A label with an exact value.
    pub fn labelled(label: impl Into<String>, exact: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            exact: exact.into(),
            ..Self::default()
        }
    }

    /// A commit, shortened on screen, with a link if the repository is known.
    pub fn commit(sha: &str, repository: Option<&str>) -> Self {
        Self {
            label: short_commit(sha),
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

    /// The tooltip; none if it equals the label.
    pub fn title(&self) -> Option<String> {
        [&self.hint, &self.exact]
            .into_iter()
            .find(|text| !text.is_empty())
            .filter(|text| **text != self.label)
            .cloned()
    }

    /// The label, if it has nothing else.
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

    /// Adds a link.
    #[must_use]
    pub fn linked(self, href: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            ..self
        }
    }

    /// Changes the look.
    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Adds an explanation.
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

    /// Two rows with content that is hard to export.
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
