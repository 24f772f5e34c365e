//! The URL state: filters, order and page of the table.

use std::collections::BTreeSet;

use super::{Column, Configuration};
use crate::view_model::{query_string, table_view::Order, view_state::ViewState};

/// A filter dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// The environment.
    Environment,
    /// `model_version`.
    Model,
    /// `dataset_version`.
    Dataset,
}

impl Dimension {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Environment, Self::Model, Self::Dataset];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Model => "model",
            Self::Dataset => "dataset",
        }
    }

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Model => "Model",
            Self::Dataset => "Dataset",
        }
    }

    /// The value of `one`.
    pub fn of(self, one: &Configuration) -> &str {
        match self {
            Self::Environment => &one.environment,
            Self::Model => &one.model,
            Self::Dataset => &one.dataset,
        }
    }
}

/// The view in the URL. Everything has a default, and only differences are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotState {
    environments: BTreeSet<String>,
    models: BTreeSet<String>,
    datasets: BTreeSet<String>,
    /// The sort column.
    pub sort: Column,
    /// The sort direction.
    pub order: Order,
    /// The page of the table, from 1.
    pub page: usize,
}

impl Default for SnapshotState {
    fn default() -> Self {
        Self {
            environments: BTreeSet::new(),
            models: BTreeSet::new(),
            datasets: BTreeSet::new(),
            sort: Column::F1,
            order: Column::F1.natural_order(),
            page: 1,
        }
    }
}

impl ViewState for SnapshotState {
    fn from_query(query: &str) -> Self {
        let mut state = Self::default();
        let mut order = None;
        for (name, value) in query_string::parse(query) {
            if let Some(dimension) = Dimension::ALL.into_iter().find(|one| one.name() == name) {
                if !value.is_empty() {
                    state.chosen_mut(dimension).insert(value);
                }
            } else if name == "sort" {
                state.sort = Column::from_name(&value).unwrap_or(state.sort);
            } else if name == "order" {
                order = match value.as_str() {
                    "asc" => Some(Order::Ascending),
                    "desc" => Some(Order::Descending),
                    _ => order,
                };
            } else if name == "page" {
                state.page = value.parse().unwrap_or(1).max(1);
            }
        }
        state.order = order.unwrap_or(state.sort.natural_order());
        state
    }

    fn to_query(&self) -> String {
        let Self {
            environments: _,
            models: _,
            datasets: _,
            sort,
            order,
            page,
        } = self;
        let page = page.to_string();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for dimension in Dimension::ALL {
            pairs.extend(
                self.chosen(dimension)
                    .iter()
                    .map(|value| (dimension.name(), value.as_str())),
            );
        }
        if *sort != Column::F1 {
            pairs.push(("sort", sort.name()));
        }
        if *order != sort.natural_order() {
            pairs.push((
                "order",
                if *order == Order::Ascending {
                    "asc"
                } else {
                    "desc"
                },
            ));
        }
        if page != "1" {
            pairs.push(("page", &page));
        }
        query_string::write(pairs)
    }
}

impl SnapshotState {
    /// The selected values of one dimension; empty for all.
    pub fn chosen(&self, dimension: Dimension) -> &BTreeSet<String> {
        match dimension {
            Dimension::Environment => &self.environments,
            Dimension::Model => &self.models,
            Dimension::Dataset => &self.datasets,
        }
    }

    fn chosen_mut(&mut self, dimension: Dimension) -> &mut BTreeSet<String> {
        match dimension {
            Dimension::Environment => &mut self.environments,
            Dimension::Model => &mut self.models,
            Dimension::Dataset => &mut self.datasets,
        }
    }

    /// Whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        Dimension::ALL
            .into_iter()
            .any(|dimension| !self.chosen(dimension).is_empty())
    }

    /// Whether a configuration matches the filters.
    pub fn lets_through(&self, one: &Configuration) -> bool {
        Dimension::ALL
            .into_iter()
            .all(|dimension| self.lets_through_by(dimension, one))
    }

    /// Whether a configuration matches all filters except that of `dimension`.
    pub fn lets_through_but_for(&self, dimension: Dimension, one: &Configuration) -> bool {
        Dimension::ALL
            .into_iter()
            .filter(|other| *other != dimension)
            .all(|other| self.lets_through_by(other, one))
    }

    /// Whether a configuration with these names matches the filters.
    pub fn lets_through_names(&self, environment: &str, model: &str, dataset: &str) -> bool {
        let passes =
            |chosen: &BTreeSet<String>, name: &str| chosen.is_empty() || chosen.contains(name);
        passes(&self.environments, environment)
            && passes(&self.models, model)
            && passes(&self.datasets, dataset)
    }

    fn lets_through_by(&self, dimension: Dimension, one: &Configuration) -> bool {
        let chosen = self.chosen(dimension);
        chosen.is_empty() || chosen.contains(dimension.of(one))
    }

    /// The view after toggling a check box of a filter.
    #[must_use]
    pub fn toggled(&self, dimension: Dimension, value: &str) -> Self {
        let mut next = self.clone();
        next.page = 1;
        let chosen = next.chosen_mut(dimension);
        if !chosen.remove(value) {
            chosen.insert(value.to_owned());
        }
        next
    }

    /// The view without the filter of one dimension.
    #[must_use]
    pub fn cleared(&self, dimension: Dimension) -> Self {
        let mut next = self.clone();
        next.page = 1;
        next.chosen_mut(dimension).clear();
        next
    }

    /// The view without filters; the order of the table stays.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self {
            sort: self.sort,
            order: self.order,
            ..Self::default()
        }
    }

    /// Only the filters, without the table's order and page.
    #[must_use]
    pub fn filters(&self) -> Self {
        Self {
            environments: self.environments.clone(),
            models: self.models.clone(),
            datasets: self.datasets.clone(),
            ..Self::default()
        }
    }

    /// The view after a click on a column header: sorted by it, and reversed by a second click.
    #[must_use]
    pub fn sorted_by(&self, column: Column) -> Self {
        let order = if self.sort == column {
            self.order.reversed()
        } else {
            column.natural_order()
        };
        Self {
            sort: column,
            order,
            page: 1,
            ..self.clone()
        }
    }

    /// The view of another page of the table.
    #[must_use]
    pub fn on_page(&self, page: usize) -> Self {
        Self {
            page: page.max(1),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_view_has_an_empty_query() {
        assert_eq!(SnapshotState::default().to_query(), "");
        assert_eq!(
            SnapshotState::from_query("sort=f1&order=desc&page=1").to_query(),
            ""
        );
    }

    #[test]
    fn a_second_click_on_a_column_turns_the_order_round() {
        let once = SnapshotState::default().sorted_by(Column::Latency);
        let twice = once.sorted_by(Column::Latency);

        assert_eq!(once.to_query(), "sort=latency");
        assert_eq!(twice.to_query(), "sort=latency&order=desc");
    }

    #[test]
    fn a_filter_starts_at_the_first_page_again() {
        let state = SnapshotState::from_query("page=3").toggled(Dimension::Model, "a&b=c");

        assert_eq!(state.to_query(), "model=a%26b%3Dc");
        assert_eq!(
            state.toggled(Dimension::Model, "a&b=c"),
            SnapshotState::default()
        );
    }

    #[test]
    fn a_hostile_address_is_the_default_view() {
        for query in [
            "sort=__proto__&page=-1",
            "page=99999999999999999999999",
            "order=<script>",
            "%%%=%",
        ] {
            assert_eq!(
                SnapshotState::from_query(query),
                SnapshotState::default(),
                "{query}"
            );
        }
    }

    fn any_state() -> impl Strategy<Value = SnapshotState> {
        let names = || prop::collection::btree_set(".{1,12}", 0..4);
        let column = prop::sample::select(&Column::ALL[..])
            .prop_filter("sortable", |column| column.is_sortable());
        (
            names(),
            names(),
            names(),
            column,
            any::<bool>(),
            1usize..9999,
        )
            .prop_map(|(environments, models, datasets, sort, ascending, page)| {
                SnapshotState {
                    environments,
                    models,
                    datasets,
                    sort,
                    order: if ascending {
                        Order::Ascending
                    } else {
                        Order::Descending
                    },
                    page,
                }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_view_survives_the_way_through_the_address(state in any_state()) {
            prop_assert_eq!(SnapshotState::from_query(&state.to_query()), state);
        }

        #[test]
        fn any_query_gives_a_view(query in ".*") {
            SnapshotState::from_query(&query);
        }
    }
}
