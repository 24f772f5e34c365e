//! What a project says its metrics mean.

use std::collections::BTreeMap;

use super::{Declared, MetricDefinition, catalogue_line, definition_of};

/// What the metrics of a project mean: the rows of `v_metrics`, and for a name that has none the
/// catalogue or the name itself.
///
/// # Example: the project's word counts, also where the catalogue has one
///
/// ```
/// use bench_model::{metric::{Direction, KnownMetrics}, rest::rows::MetricRow};
///
/// let row: MetricRow = serde_json::from_str(
///     r#"{"name": "waste", "unit": "g", "direction": "lower_is_better", "min": 0, "max": null, "description": null}"#,
/// )?;
/// let known = KnownMetrics::new([row.into()]);
/// assert_eq!(known.of("waste").direction, Direction::LowerIsBetter);
/// assert_eq!(known.of("f1").direction, Direction::HigherIsBetter);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownMetrics(BTreeMap<String, MetricDefinition>);

impl KnownMetrics {
    /// What `stored` says, which a row of `v_metrics` becomes.
    pub fn new(stored: impl IntoIterator<Item = MetricDefinition>) -> Self {
        let named = |stored: MetricDefinition| (stored.name.to_string(), stored);
        Self(stored.into_iter().map(named).collect())
    }

    /// What `name` means.
    pub fn of(&self, name: &str) -> MetricDefinition {
        self.listed(name)
            .unwrap_or_else(|| definition_of(name, &Declared::new()))
    }

    /// Replaces what is known of a metric.
    pub fn state(&mut self, definition: MetricDefinition) {
        self.0.insert(definition.name.to_string(), definition);
    }

    /// What the rows or the catalogue say of `name`. The dashboard asks this: its rows have every
    /// metric of the project, so it needs no rules for names, which are large.
    pub fn listed(&self, name: &str) -> Option<MetricDefinition> {
        let known = catalogue_line(name);
        let Some(stored) = self.0.get(name) else {
            return known.cloned();
        };
        let description = stored.description.as_ref();
        let description = description.or_else(|| known?.description.as_ref());
        Some(MetricDefinition {
            description: description.cloned(),
            ..stored.clone()
        })
    }

    /// Those that the project has, in the order of their names.
    pub fn stored(&self) -> impl Iterator<Item = &MetricDefinition> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;

    #[test]
    fn the_row_of_a_project_beats_the_catalogue_which_fills_its_gaps() {
        let f1 = definition_of("f1", &Declared::new());
        let stored = MetricDefinition {
            unit: None,
            direction: Direction::LowerIsBetter,
            description: None,
            ..f1.clone()
        };
        let found = KnownMetrics::new([stored]).of("f1");

        assert_eq!(
            (found.unit, found.direction),
            (None, Direction::LowerIsBetter)
        );
        assert_eq!(found.description, f1.description);
    }
}
