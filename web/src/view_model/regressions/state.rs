//! The URL state of the Regressions page.

use crate::view_model::{
    query_string,
    snapshot::{Dimension, SnapshotState},
    view_state::ViewState,
};

/// The default threshold, as in `detect_regression`.
pub const DEFAULT_THRESHOLD: f64 = 0.05;
/// The highest threshold of the slider.
pub const MAX_THRESHOLD: f64 = 0.5;
/// One step of the slider.
pub const THRESHOLD_STEP: f64 = 0.005;

/// The verdicts shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Worse, by the verdict or by the plain threshold.
    Regressed,
    /// Better.
    Improved,
}

impl Only {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Regressed, Self::Improved];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Regressed => "regressed",
            Self::Improved => "improved",
        }
    }

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Regressed => "Only regressions",
            Self::Improved => "Only improvements",
        }
    }
}

/// The state.
#[derive(Clone, Debug, PartialEq)]
pub struct RegressionsState {
    /// The configuration filters and the page of the table.
    pub filters: SnapshotState,
    /// The metric; none: each run's primary metric.
    pub metric: Option<String>,
    /// The threshold as a ratio: 0 to 1, in thousandths.
    pub threshold: f64,
    /// The verdicts.
    pub only: Only,
}

impl Default for RegressionsState {
    fn default() -> Self {
        Self {
            filters: SnapshotState::default(),
            metric: None,
            threshold: DEFAULT_THRESHOLD,
            only: Only::All,
        }
    }
}

impl ViewState for RegressionsState {
    fn from_query(query: &str) -> Self {
        let filters = SnapshotState::from_query(query);
        let mut state = Self {
            filters: filters.filters().on_page(filters.page),
            ..Self::default()
        };
        for (name, value) in query_string::parse(query) {
            match name.as_str() {
                "metric" => state.metric = Some(value).filter(|value| !value.is_empty()),
                "threshold" => state = state.with_threshold(&value),
                "only" => {
                    let only = Only::ALL.into_iter().find(|only| only.name() == value);
                    state.only = only.unwrap_or(state.only);
                }
                _ => {}
            }
        }
        state
    }

    fn to_query(&self) -> String {
        let Self {
            filters,
            metric,
            threshold,
            only,
        } = self;
        let threshold_text = threshold.to_string();
        let mut pairs = Vec::new();
        if let Some(metric) = metric {
            pairs.push(("metric", metric.as_str()));
        }
        if (threshold - DEFAULT_THRESHOLD).abs() > f64::EPSILON {
            pairs.push(("threshold", threshold_text.as_str()));
        }
        if *only != Only::All {
            pairs.push(("only", only.name()));
        }
        let filters = filters.filters().on_page(filters.page).to_query();
        let own = query_string::write(pairs);
        match (filters.is_empty(), own.is_empty()) {
            (true, _) => own,
            (_, true) => filters,
            _ => format!("{filters}&{own}"),
        }
    }
}

impl RegressionsState {
    /// The view with another threshold; an invalid one is ignored.
    #[must_use]
    pub fn with_threshold(&self, text: &str) -> Self {
        let threshold = text
            .parse::<f64>()
            .ok()
            .filter(|threshold| threshold.is_finite())
            .map(|threshold| (threshold.clamp(0.0, 1.0) * 1e3).round() / 1e3);
        Self {
            threshold: threshold.unwrap_or(self.threshold),
            ..self.clone()
        }
    }

    /// The view of another metric.
    #[must_use]
    pub fn with_metric(&self, metric: &str) -> Self {
        Self {
            metric: Some(metric.to_owned()).filter(|metric| !metric.is_empty()),
            ..self.clone().on_page(1)
        }
    }

    /// The view of these verdicts.
    #[must_use]
    pub fn with_only(&self, only: Only) -> Self {
        Self {
            only,
            ..self.clone().on_page(1)
        }
    }

    /// The view after toggling a check box of a filter.
    #[must_use]
    pub fn toggled(&self, dimension: Dimension, value: &str) -> Self {
        Self {
            filters: self.filters.toggled(dimension, value),
            ..self.clone()
        }
    }

    /// The view without the filter of one dimension.
    #[must_use]
    pub fn cleared(&self, dimension: Dimension) -> Self {
        Self {
            filters: self.filters.cleared(dimension),
            ..self.clone()
        }
    }

    /// The view of all configurations and verdicts; metric and threshold stay.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self {
            filters: SnapshotState::default(),
            only: Only::All,
            ..self.clone()
        }
    }

    /// The view of another page of the table.
    #[must_use]
    pub fn on_page(self, page: usize) -> Self {
        Self {
            filters: self.filters.on_page(page),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_view_has_an_empty_query() {
        assert_eq!(RegressionsState::default().to_query(), "");
        assert_eq!(
            RegressionsState::from_query("only=all&threshold=0.05&metric=&sort=cost").to_query(),
            ""
        );
    }

    #[test]
    fn what_is_no_threshold_is_the_default_one() {
        for query in ["threshold=NaN", "threshold=x", "threshold=inf", "only=<b>"] {
            assert_eq!(
                RegressionsState::from_query(query),
                RegressionsState::default(),
                "{query}"
            );
        }
        assert_eq!(
            RegressionsState::from_query("threshold=-3")
                .threshold
                .to_bits(),
            0.0f64.to_bits()
        );
    }

    fn any_state() -> impl Strategy<Value = RegressionsState> {
        let names = || prop::collection::btree_set(".{1,12}", 0..3);
        let only = prop::sample::select(&Only::ALL[..]);
        let metric = prop::option::of(".{1,12}");
        (
            names(),
            names(),
            names(),
            metric,
            0u16..=1000,
            only,
            1usize..99,
        )
            .prop_map(
                |(environments, models, datasets, metric, threshold, only, page)| {
                    let mut filters = SnapshotState::default();
                    for (dimension, names) in
                        Dimension::ALL
                            .into_iter()
                            .zip([environments, models, datasets])
                    {
                        for name in &names {
                            filters = filters.toggled(dimension, name);
                        }
                    }
                    RegressionsState {
                        filters: filters.on_page(page),
                        metric,
                        threshold: f64::from(threshold) / 1e3,
                        only,
                    }
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_view_survives_the_way_through_the_address(state in any_state()) {
            prop_assert_eq!(RegressionsState::from_query(&state.to_query()), state);
        }

        #[test]
        fn any_query_gives_a_view(query in ".*") {
            RegressionsState::from_query(&query);
        }
    }
}
