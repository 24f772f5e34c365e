//! The URL state of a comparison.

use bench_model::run_id::RunId;

use crate::view_model::{
    query_string,
    range::Range,
    table_view::{Order, Sorted},
    view_state::ViewState,
};

/// The maximum number of configurations; more are indistinguishable.
pub const MOST: usize = 8;

/// The sort orders of the long table.
pub const SORTS: [&str; 11] = [
    "metric",
    "configuration",
    "runs",
    "mean",
    "median",
    "spread",
    "min",
    "max",
    "p95",
    "difference",
    "verdict",
];

/// The charts with a table of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparedChart {
    /// All metrics at once.
    Profile,
    /// Mean and spread of one metric.
    Means,
    /// The distribution of one metric.
    Distribution,
}

impl ComparedChart {
    /// All, with their names in URLs.
    const ALL: [(&'static str, Self); 3] = [
        ("profile", Self::Profile),
        ("means", Self::Means),
        ("distribution", Self::Distribution),
    ];
}

/// The view in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareState {
    /// The ids of the configurations, at most [`MOST`]; the first is the reference.
    pub configurations: Vec<i64>,
    /// The ids of two runs, which replace configurations; the first is the reference.
    pub runs: Vec<String>,
    /// The metrics shown; all if empty.
    pub metrics: Vec<String>,
    /// The metric of the single-metric charts.
    pub focus: Option<String>,
    /// The days.
    pub range: Range,
    /// The order of the long table; by metric if none.
    pub sorted: Option<Sorted>,
    /// The charts with an open table.
    pub tables: Vec<ComparedChart>,
}

impl ViewState for CompareState {
    fn from_query(query: &str) -> Self {
        let mut state = Self::default();
        let (mut range, mut from, mut to) = (None, None, None);
        let (mut sort, mut order) = (None, Order::Descending);
        for (name, value) in query_string::parse(query) {
            if value.is_empty() {
                continue;
            }
            match name.as_str() {
                "config" => add(
                    &mut state.configurations,
                    value.parse().ok().filter(|id| *id > 0),
                    MOST,
                ),
                "run" => add(
                    &mut state.runs,
                    value.parse::<RunId>().ok().map(|id| id.to_string()),
                    2,
                ),
                "metric" => add(&mut state.metrics, Some(value), usize::MAX),
                "focus" => state.focus = Some(value),
                "range" => range = Some(value),
                "from" => from = Some(value),
                "to" => to = Some(value),
                "sort" => sort = SORTS.into_iter().find(|column| *column == value),
                "table" => {
                    for (name, chart) in ComparedChart::ALL {
                        let is_named = value.split(',').any(|one| one == name);
                        add(&mut state.tables, is_named.then_some(chart), usize::MAX);
                    }
                }
                "order" if value == "asc" => order = Order::Ascending,
                "order" if value == "desc" => order = Order::Descending,
                _ => {}
            }
        }
        state.range = Range::read(range.as_deref(), from.as_deref(), to.as_deref());
        state.sorted = sort.map(|column| Sorted {
            column: column.to_owned(),
            order,
        });
        state
    }

    fn to_query(&self) -> String {
        let Self {
            configurations,
            runs,
            metrics,
            focus,
            range,
            sorted,
            tables,
        } = self;
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(configurations.iter().map(|id| ("config", id.to_string())));
        pairs.extend(runs.iter().map(|id| ("run", id.clone())));
        pairs.extend(metrics.iter().map(|name| ("metric", name.clone())));
        pairs.extend(focus.iter().map(|name| ("focus", name.clone())));
        pairs.extend(range.pairs());
        if let Some(Sorted { column, order }) = sorted {
            pairs.push(("sort", column.clone()));
            if *order == Order::Ascending {
                pairs.push(("order", "asc".to_owned()));
            }
        }
        let names: Vec<&str> = ComparedChart::ALL
            .iter()
            .filter(|(_, chart)| tables.contains(chart))
            .map(|(name, _)| *name)
            .collect();
        if !names.is_empty() {
            pairs.push(("table", names.join(",")));
        }
        query_string::write(pairs.iter().map(|(name, value)| (*name, value.as_str())))
    }
}

/// Adds a new value, up to the limit.
fn add<T: PartialEq>(all: &mut Vec<T>, one: Option<T>, most: usize) {
    if let Some(one) = one.filter(|one| all.len() < most && !all.contains(one)) {
        all.push(one);
    }
}

/// The default days.
const USUAL: Range = Range::Days(90);

impl CompareState {
    /// The days.
    pub fn days(&self) -> Range {
        self.range.or(USUAL)
    }

    /// Whether two runs are compared instead of configurations.
    pub fn is_of_runs(&self) -> bool {
        self.runs.len() == 2
    }

    /// Toggles a configuration.
    #[must_use]
    pub fn toggled(&self, id: i64) -> Self {
        let mut next = self.clone();
        match next.configurations.iter().position(|known| *known == id) {
            Some(place) => drop(next.configurations.remove(place)),
            None => add(&mut next.configurations, Some(id), MOST),
        }
        next
    }

    /// Toggles a metric.
    #[must_use]
    pub fn with_metric_toggled(&self, metric: &str) -> Self {
        let mut next = self.clone();
        match next.metrics.iter().position(|known| known == metric) {
            Some(place) => drop(next.metrics.remove(place)),
            None => next.metrics.push(metric.to_owned()),
        }
        next
    }

    /// Toggles a chart's table.
    #[must_use]
    pub fn with_table(&self, chart: ComparedChart, is_shown: bool) -> Self {
        let wanted = |one: ComparedChart| {
            if one == chart {
                is_shown
            } else {
                self.tables.contains(&one)
            }
        };
        let all = ComparedChart::ALL.into_iter().map(|(_, one)| one);
        Self {
            tables: all.filter(|one| wanted(*one)).collect(),
            ..self.clone()
        }
    }

    /// Makes the side at `place` the reference: two sides swap; of more, it moves to the front.
    #[must_use]
    pub fn with_reference(&self, place: usize) -> Self {
        let mut next = self.clone();
        if self.is_of_runs() {
            next.runs.swap(0, 1);
        } else if place < next.configurations.len() {
            let id = next.configurations.remove(place);
            next.configurations.insert(0, id);
        }
        next
    }

    /// The order after a click on a column header of the long table: descending, ascending,
    /// default.
    #[must_use]
    pub fn sorted_by(&self, column: &str) -> Self {
        let order = match &self.sorted {
            Some(sorted) if sorted.column == column => match sorted.order {
                Order::Descending => Some(Order::Ascending),
                Order::Ascending => None,
            },
            _ => Some(Order::Descending),
        };
        Self {
            sorted: order.map(|order| Sorted {
                column: column.to_owned(),
                order,
            }),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view_model::range::tests::ranges;

    fn states() -> impl Strategy<Value = CompareState> {
        let sorted =
            (prop::sample::select(SORTS.to_vec()), any::<bool>()).prop_map(|(column, up)| Sorted {
                column: column.to_owned(),
                order: if up {
                    Order::Ascending
                } else {
                    Order::Descending
                },
            });
        let id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        (
            prop::collection::btree_set(1i64..10_000, 0..=MOST),
            prop::collection::btree_set(id, 0..=2),
            prop::collection::btree_set(".+", 0..4),
            prop::option::of(".+"),
            ranges(),
            prop::option::of(sorted),
            prop::sample::subsequence(ComparedChart::ALL.map(|(_, chart)| chart).to_vec(), 0..=3),
        )
            .prop_map(
                |(configurations, runs, metrics, focus, range, sorted, tables)| CompareState {
                    configurations: configurations.into_iter().rev().collect(),
                    runs: runs.into_iter().rev().collect(),
                    metrics: metrics.into_iter().rev().collect(),
                    focus,
                    range,
                    sorted,
                    tables,
                },
            )
    }

    #[test]
    fn a_hostile_address_is_a_sane_view() {
        let state = CompareState::from_query(
            "config=3&config=x&config=-1&config=3&config=99999999999999999999&run=1&run=<img>&sort=__proto__&range=NaN&from=2026-99-99",
        );

        assert_eq!(state.configurations, [3]);
        assert_eq!(state.to_query(), "config=3");
    }

    #[test]
    fn a_ninth_configuration_has_no_room() {
        let query: Vec<String> = (1..12).map(|id| format!("config={id}")).collect();

        let state = CompareState::from_query(&query.join("&"));

        assert_eq!(state.configurations.len(), MOST);
        assert_eq!(state.toggled(42), state);
        assert_eq!(state.toggled(8).configurations.len(), MOST - 1);
    }

    #[test]
    fn the_reference_is_the_first_and_two_runs_swap() {
        let state = CompareState::from_query("config=1&config=2&config=3");
        assert_eq!(state.with_reference(2).configurations, [3, 1, 2]);

        let (a, b) = (
            "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11",
            "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c12",
        );
        let state = CompareState::from_query(&format!("run={a}&run={b}"));
        assert_eq!(state.with_reference(1).runs, [b, a]);
    }

    #[test]
    fn a_head_sorts_down_then_up_then_not_at_all() {
        let down = CompareState::default().sorted_by("mean");
        let up = down.sorted_by("mean");

        assert_eq!(down.to_query(), "sort=mean");
        assert_eq!(up.to_query(), "sort=mean&order=asc");
        assert_eq!(up.sorted_by("mean"), CompareState::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn an_address_keeps_the_whole_view(state in states()) {
            prop_assert_eq!(CompareState::from_query(&state.to_query()), state);
        }

        #[test]
        fn any_text_gives_a_view_that_its_address_keeps(query in ".*") {
            let state = CompareState::from_query(&query);
            prop_assert_eq!(CompareState::from_query(&state.to_query()), state);
        }
    }
}
