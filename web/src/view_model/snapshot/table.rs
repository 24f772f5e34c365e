//! All configurations, sorted, one page at a time.

use std::cmp::Ordering;

use super::{Configuration, SnapshotState, format};
use crate::view_model::{
    sort::sorted,
    table_view::{CellView, ColumnView, Order, RowView, TableView, Tone},
    time,
    verdicts::InRow,
};

/// The page size.
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
    /// The environment.
    Environment,
    /// The verdict against its baseline.
    Verdict,
    /// The newest values.
    Recent,
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
    /// The number of runs.
    Runs,
    /// The age of the run shown.
    LastRun,
    /// The commit of the run shown.
    Commit,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 15] = [
        Self::Model,
        Self::Dataset,
        Self::Prompt,
        Self::Environment,
        Self::Verdict,
        Self::Recent,
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

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Prompt => "prompt",
            Self::Environment => "environment",
            Self::Verdict => "verdict",
            Self::Recent => "recent",
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

    /// The column with that name, if it is sortable.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut sortable = Self::ALL.into_iter().filter(|column| column.is_sortable());
        sortable.find(|column| column.name() == name)
    }

    /// Its header.
    pub fn label(self) -> &'static str {
        match self {
            Self::Model => "Model",
            Self::Dataset => "Dataset",
            Self::Prompt => "Prompt",
            Self::Environment => "Environment",
            Self::Verdict => "Verdict",
            Self::Recent => "Last 30 runs",
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

    /// Whether it is numeric and right-aligned.
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

    /// Whether it is sortable. Verdicts are computed only for visible rows; the Regressions page
    /// sorts by them.
    pub fn is_sortable(self) -> bool {
        !matches!(self, Self::Verdict | Self::Recent)
    }

    /// An explanation, if the header is not enough.
    fn hint(self) -> &'static str {
        match self {
            Self::Verdict => {
                "The current run compared with its baseline on its primary metric (F1 if it has one), \
                 as `bench-push check` does with its default threshold of 0.05."
            }
            Self::Recent => "Lowest and highest value of that metric, and a sparkline.",
            Self::Value => "F1 divided by the cost of one analysis.",
            _ => "",
        }
    }

    /// The direction of the first click: best, newest or most first, and names from A.
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
            | Self::Verdict
            | Self::Recent
            | Self::Latency
            | Self::Cost
            | Self::Commit => Order::Ascending,
        }
    }

    /// Compares in ascending order. Missing values, which come last in either order, are handled
    /// elsewhere.
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
            Self::Verdict | Self::Recent => Ordering::Equal,
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The rows of this page.
    pub view: TableView,
    /// The configurations of this page, from top to bottom.
    pub ids: Vec<i64>,
    /// The page, from 1; a page beyond the end shows the last.
    pub page: usize,
    /// The total number of configurations.
    pub total: usize,
    /// The number of pages, at least 1.
    pub pages: usize,
}

/// The inputs of the table besides the configurations.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The verdicts; none until loaded.
    pub verdicts: Option<&'a [InRow]>,
    /// Whether others are pending.
    pub are_verdicts_coming: bool,
    /// The URL at which commits can be viewed.
    pub repository: Option<&'a str>,
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
}

/// Sorts the rows and selects the requested page.
pub fn table(shown: &[&Configuration], state: &SnapshotState, beside: Beside<'_>) -> Table {
    let sorted = sorted(shown, |one, other| {
        state
            .sort
            .compare(one, other, state.order)
            .then_with(|| one.key().cmp(&other.key()))
    });
    let pages = sorted.len().div_ceil(PAGE_SIZE).max(1);
    let page = state.page.clamp(1, pages);
    let of_page = sorted.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    Table {
        view: TableView {
            caption:
                "The current state of every configuration. Click a column heading to sort by it."
                    .to_owned(),
            columns: Column::ALL.into_iter().map(head).collect(),
            rows: of_page.clone().map(|one| row(one, beside)).collect(),
        },
        ids: of_page.map(|one| one.id).collect(),
        page,
        total: sorted.len(),
        pages,
    }
}

fn head(column: Column) -> ColumnView {
    ColumnView {
        is_number: column.is_number(),
        is_sortable: column.is_sortable(),
        ..ColumnView::text(column.name(), column.label()).explained(column.hint())
    }
}

fn row(one: &Configuration, beside: Beside<'_>) -> RowView {
    let Beside {
        verdicts,
        are_verdicts_coming,
        repository,
        now_ms,
    } = beside;
    let number = |value: Option<f64>, label: fn(f64) -> String| CellView::number(value, label);
    let age = |then_ms: i64| {
        let label = format::age((now_ms - then_ms) / 1_000);
        CellView::labelled(label, time::stamp(then_ms))
    };
    let verdict = verdicts.map(|verdicts| verdicts.iter().find(|verdict| verdict.id == one.id));
    // The size of the expected content, so that nothing moves when it arrives.
    let waiting = |like: &str, spark: &str| CellView {
        spark: spark.to_owned(),
        ..CellView::labelled(like, "").toned(Tone::Waiting)
    };
    let of_verdict = |cell: fn(&InRow) -> &CellView, waiting: CellView| match verdict {
        Some(Some(verdict)) => cell(verdict).clone(),
        Some(None) if !are_verdicts_coming => CellView::missing(),
        _ => waiting,
    };
    RowView {
        key: one.id.to_string(),
        cells: vec![
            CellView {
                note: one
                    .provider
                    .as_deref()
                    .map(format::short_name)
                    .unwrap_or_default(),
                badge: if one.is_baseline { "baseline" } else { "" },
                ..CellView::text(&one.model)
            },
            CellView::text(&one.dataset),
            CellView::text(&one.prompt),
            CellView::text(&one.environment),
            of_verdict(|verdict| &verdict.verdict, waiting("unchanged", "")),
            of_verdict(|verdict| &verdict.course, waiting("0.000 … 0.000", "M0 0")),
            number(one.f1, format::ratio),
            number(one.precision, format::ratio),
            number(one.recall, format::ratio),
            number(one.latency_ms, format::duration_ms),
            number(one.cost_usd, format::usd),
            number(one.f1_per_dollar(), format::compact),
            CellView::labelled(format::count(one.runs), one.runs.to_string()),
            one.created_ms.map_or_else(CellView::missing, age),
            CellView::commit(&one.commit, repository),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::view_model::{
        verdicts::fixtures::{against, judged_here},
        view_state::ViewState as _,
    };

    const NOTHING: Beside<'_> = Beside {
        verdicts: None,
        are_verdicts_coming: false,
        repository: None,
        now_ms: 0,
    };

    fn models(table: &Table) -> Vec<&str> {
        let rows = table.view.rows.iter();
        rows.map(|row| row.cells[0].exact.as_str()).collect()
    }

    fn label(table: &Table, column: Column) -> &str {
        let place = Column::ALL.into_iter().position(|one| one == column);
        &table.view.rows[0].cells[place.expect("a column")].label
    }

    #[test]
    fn a_missing_value_comes_last_in_either_order() {
        let (a, b, c) = (
            scored("a", 0.8, 30.0, 0.1),
            bare("b", "d1", "local"),
            scored("c", 0.9, 10.0, 0.1),
        );
        let shown = [&a, &b, &c];
        let sorted = |query| table(&shown, &SnapshotState::from_query(query), NOTHING);

        assert_eq!(models(&sorted("sort=f1&order=desc")), ["c", "a", "b"]);
        assert_eq!(models(&sorted("sort=f1&order=asc")), ["a", "c", "b"]);
    }

    #[test]
    fn a_missing_value_is_shown_as_missing() {
        let one = bare("a", "d1", "local");

        let table = table(&[&one], &SnapshotState::default(), NOTHING);

        assert_eq!(label(&table, Column::F1), "–");
    }

    #[test]
    fn a_verdict_waits_for_its_answer_and_takes_its_place() {
        let one = scored("a", 0.84, 10.0, 0.1);
        let judged = judged_here(&[against(one.id, 0.84, Some(0.901))], 0.05);
        let verdicts: Vec<InRow> = judged.values().map(InRow::from).collect();
        let beside = Beside {
            verdicts: Some(&verdicts),
            ..NOTHING
        };

        let before = table(&[&one], &SnapshotState::default(), NOTHING);
        let after = table(&[&one], &SnapshotState::default(), beside);

        assert_eq!(before.view.rows[0].cells[4].tone, Tone::Waiting);
        assert_eq!(label(&after, Column::Verdict), "regressed");
        assert_eq!(before.ids, [one.id]);
    }

    #[test]
    fn a_page_too_far_is_the_last_page() {
        let all: Vec<Configuration> = (0..450)
            .map(|n| bare(&format!("m{n:03}"), "d1", "local"))
            .collect();
        let shown: Vec<&Configuration> = all.iter().collect();

        let state = SnapshotState::from_query("sort=model&page=9000");
        let last = table(&shown, &state, NOTHING);

        assert_eq!((last.page, last.pages, last.view.rows.len()), (5, 5, 50));
        assert_eq!(models(&last)[0], "m400");
    }

    #[test]
    fn every_sortable_column_is_found_by_its_name() {
        for column in Column::ALL {
            let found = column.is_sortable().then_some(column);
            assert_eq!(Column::from_name(column.name()), found);
        }
    }
}
