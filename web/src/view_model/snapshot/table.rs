//! All configurations, sorted, one page at a time.

use std::cmp::Ordering;

use super::{Configuration, Order, SnapshotState, format};
use crate::view_model::{sort::sorted, time};

/// How many rows a page of the table has.
pub const PAGE_SIZE: usize = 100;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `model_version`.
    Model,
    /// `dataset_version`.
    Dataset,
    /// `prompt_version`.
    Prompt,
    /// Where it ran.
    Environment,
    /// F1.
    F1,
    /// Precision.
    Precision,
    /// Recall.
    Recall,
    /// Latency.
    Latency,
    /// Cost of one analysis.
    Cost,
    /// F1 per dollar.
    Value,
    /// How many runs.
    Runs,
    /// How old the run shown is.
    LastRun,
    /// The commit of the run shown.
    Commit,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 13] = [
        Self::Model,
        Self::Dataset,
        Self::Prompt,
        Self::Environment,
        Self::F1,
        Self::Precision,
        Self::Recall,
        Self::Latency,
        Self::Cost,
        Self::Value,
        Self::Runs,
        Self::LastRun,
        Self::Commit,
    ];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Prompt => "prompt",
            Self::Environment => "environment",
            Self::F1 => "f1",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::Latency => "latency",
            Self::Cost => "cost",
            Self::Value => "f1-per-dollar",
            Self::Runs => "runs",
            Self::LastRun => "last-run",
            Self::Commit => "commit",
        }
    }

    /// The column of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Its head.
    pub fn label(self) -> &'static str {
        match self {
            Self::Model => "Model",
            Self::Dataset => "Dataset",
            Self::Prompt => "Prompt",
            Self::Environment => "Environment",
            Self::F1 => "F1",
            Self::Precision => "Precision",
            Self::Recall => "Recall",
            Self::Latency => "Latency",
            Self::Cost => "Cost",
            Self::Value => "F1 per $",
            Self::Runs => "Runs",
            Self::LastRun => "Last run",
            Self::Commit => "Commit",
        }
    }

    /// Whether it holds numbers, which line up at the right.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::F1
                | Self::Precision
                | Self::Recall
                | Self::Latency
                | Self::Cost
                | Self::Value
                | Self::Runs
        )
    }

    /// The order that a first click asks for: best, newest or most first, and names from A.
    pub fn natural_order(self) -> Order {
        match self {
            Self::F1
            | Self::Precision
            | Self::Recall
            | Self::Value
            | Self::Runs
            | Self::LastRun => Order::Descending,
            Self::Model
            | Self::Dataset
            | Self::Prompt
            | Self::Environment
            | Self::Latency
            | Self::Cost
            | Self::Commit => Order::Ascending,
        }
    }

    /// Compares in ascending order. Missing values come last in either order, so they stay out of it here.
    fn compare(self, one: &Configuration, other: &Configuration, order: Order) -> Ordering {
        let turned = |ordering: Ordering| match order {
            Order::Ascending => ordering,
            Order::Descending => ordering.reverse(),
        };
        let number = |value: fn(&Configuration) -> Option<f64>| match (value(one), value(other)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        match self {
            Self::Model => turned(one.model.cmp(&other.model)),
            Self::Dataset => turned(one.dataset.cmp(&other.dataset)),
            Self::Prompt => turned(one.prompt.cmp(&other.prompt)),
            Self::Environment => turned(one.environment.cmp(&other.environment)),
            Self::F1 => number(|one| one.f1),
            Self::Precision => number(|one| one.precision),
            Self::Recall => number(|one| one.recall),
            Self::Latency => number(|one| one.latency_ms),
            Self::Cost => number(|one| one.cost_usd),
            Self::Value => number(Configuration::f1_per_dollar),
            Self::Runs => turned(one.runs.cmp(&other.runs)),
            Self::LastRun => turned(one.created_ms.cmp(&other.created_ms)),
            Self::Commit => turned(one.commit.cmp(&other.commit)),
        }
    }
}

/// One page of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is sorted by.
    pub sort: Column,
    /// Which way.
    pub order: Order,
    /// The rows of this page.
    pub rows: Vec<Row>,
    /// Which page this is, from 1; an address that names a page too far shows the last.
    pub page: usize,
    /// How many configurations all pages hold.
    pub total: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
    /// `1 to 100 of 1,234`; empty when one page holds all.
    pub range_label: String,
}

/// One configuration, ready to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The model.
    pub model: String,
    /// The model as it is shown.
    pub model_label: String,
    /// Who serves it.
    pub provider: Option<String>,
    /// Whether the run shown is the baseline.
    pub is_baseline: bool,
    /// The columns after the model, from left to right, but for the commit.
    pub cells: Vec<Cell>,
    /// The commit as it is stored.
    pub commit: String,
    /// The commit as it is shown.
    pub commit_label: String,
}

/// One value, ready to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its column.
    pub column: Column,
    /// What it says.
    pub label: String,
    /// The exact value behind a label that rounds or shortens; empty when it is missing.
    pub exact: String,
    /// Whether the run did not report it.
    pub is_missing: bool,
}

/// Sorts what is shown and cuts out the page that the address asks for.
pub fn table(shown: &[&Configuration], state: &SnapshotState, now_ms: i64) -> Table {
    let sorted = sorted(shown, |one, other| {
        state
            .sort
            .compare(one, other, state.order)
            .then_with(|| one.key().cmp(&other.key()))
    });
    let pages = sorted.len().div_ceil(PAGE_SIZE).max(1);
    let page = state.page.clamp(1, pages);
    let start = (page - 1) * PAGE_SIZE;
    let rows: Vec<Row> = sorted
        .iter()
        .skip(start)
        .take(PAGE_SIZE)
        .map(|one| row(one, now_ms))
        .collect();
    let range_label = if pages > 1 {
        format!(
            "{} to {} of {}",
            format::count(start + 1),
            format::count(start + rows.len()),
            format::count(sorted.len())
        )
    } else {
        String::new()
    };
    Table {
        sort: state.sort,
        order: state.order,
        rows,
        page,
        total: sorted.len(),
        pages,
        range_label,
    }
}

fn row(one: &Configuration, now_ms: i64) -> Row {
    let text = |column, value: &str| Cell {
        column,
        label: format::short_name(value),
        exact: value.to_owned(),
        is_missing: false,
    };
    let number = |column, value: Option<f64>, label: fn(f64) -> String| Cell {
        column,
        label: format::or_missing(value, label),
        exact: value.map(|value| value.to_string()).unwrap_or_default(),
        is_missing: value.is_none(),
    };
    let age = |then_ms: i64| format::age((now_ms - then_ms) / 1_000);
    Row {
        model: one.model.clone(),
        model_label: format::short_name(&one.model),
        provider: one.provider.as_deref().map(format::short_name),
        is_baseline: one.is_baseline,
        cells: vec![
            text(Column::Dataset, &one.dataset),
            text(Column::Prompt, &one.prompt),
            text(Column::Environment, &one.environment),
            number(Column::F1, one.f1, format::ratio),
            number(Column::Precision, one.precision, format::ratio),
            number(Column::Recall, one.recall, format::ratio),
            number(Column::Latency, one.latency_ms, format::duration_ms),
            number(Column::Cost, one.cost_usd, format::usd),
            number(Column::Value, one.f1_per_dollar(), format::compact),
            text(Column::Runs, &format::count(one.runs)),
            Cell {
                exact: one.created_ms.map(time::stamp).unwrap_or_default(),
                ..text(
                    Column::LastRun,
                    &one.created_ms.map_or(format::MISSING.to_owned(), age),
                )
            },
        ],
        commit: one.commit.clone(),
        commit_label: format::short_commit(&one.commit),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::view_model::view_state::ViewState as _;

    fn models(table: &Table) -> Vec<&str> {
        table.rows.iter().map(|row| row.model.as_str()).collect()
    }

    #[test]
    fn a_missing_value_comes_last_in_either_order() {
        let (a, b, c) = (
            scored("a", 0.8, 30.0, 0.1),
            bare("b", "d1", "local"),
            scored("c", 0.9, 10.0, 0.1),
        );
        let shown = [&a, &b, &c];

        let down = table(&shown, &SnapshotState::from_query("sort=f1&order=desc"), 0);
        let up = table(&shown, &SnapshotState::from_query("sort=f1&order=asc"), 0);

        assert_eq!(models(&down), ["c", "a", "b"]);
        assert_eq!(models(&up), ["a", "c", "b"]);
    }

    #[test]
    fn a_missing_value_is_shown_as_missing() {
        let one = bare("a", "d1", "local");

        let table = table(&[&one], &SnapshotState::default(), 0);

        let f1 = table.rows[0]
            .cells
            .iter()
            .find(|cell| cell.column == Column::F1)
            .map(|cell| cell.label.as_str());
        assert_eq!(f1, Some("–"));
    }

    #[test]
    fn a_page_too_far_is_the_last_page() {
        let all: Vec<Configuration> = (0..450)
            .map(|n| bare(&format!("m{n:03}"), "d1", "local"))
            .collect();
        let shown: Vec<&Configuration> = all.iter().collect();

        let last = table(
            &shown,
            &SnapshotState::from_query("sort=model&page=9000"),
            0,
        );

        assert_eq!((last.page, last.pages, last.rows.len()), (5, 5, 50));
        assert_eq!(last.range_label, "401 to 450 of 450");
        assert_eq!(models(&last)[0], "m400");
    }

    #[test]
    fn every_column_is_found_by_its_name() {
        for column in Column::ALL {
            assert_eq!(Column::from_name(column.name()), Some(column));
        }
    }
}
