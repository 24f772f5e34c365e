//! The definitions of metrics, and the format of their values.

use std::ops::Deref;

use bench_model::{
    metric::{Direction, KnownMetrics, MetricDefinition},
    rest::rows::MetricRow,
    words,
};

use super::format;

/// What a metric's name means, with the words that pages show it in.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric(MetricDefinition);

impl Deref for Metric {
    type Target = MetricDefinition;

    fn deref(&self) -> &MetricDefinition {
        &self.0
    }
}

/// The project's metric definitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(KnownMetrics);

impl Metrics {
    /// From the rows of `v_metrics`.
    pub fn new(rows: Vec<MetricRow>) -> Self {
        Self(KnownMetrics::new(
            rows.into_iter().map(MetricDefinition::from),
        ))
    }

    /// The names of metrics with a direction, in order.
    pub fn judgeable(&self) -> impl Iterator<Item = &str> {
        let judgeable = |metric: &&MetricDefinition| metric.direction != Direction::Neither;
        let metrics = self.0.stored().filter(judgeable);
        metrics.map(|metric| metric.name.as_str())
    }

    /// The definition of `name`. The project's list has all of its metrics; until it arrives, only
    /// those of the catalogue are known.
    pub fn of(&self, name: &str) -> Metric {
        let listed = self.0.listed(name);
        Metric(listed.unwrap_or_else(|| MetricDefinition::unknown(name)))
    }
}

impl Metric {
    /// A value in the metric's unit: `0.895`, `412 ms`, `$0.00420`.
    pub fn value(&self, value: f64) -> String {
        match self.unit.as_deref() {
            Some("ratio") => format::ratio(value),
            Some("ms") => format::duration_ms(value),
            Some("s" | "seconds") => format::duration_ms(value * 1e3),
            Some("usd") => format::usd(value),
            Some("mb") => format!("{} MB", format::compact(value)),
            Some("per_second") => format!("{}/s", format::compact(value)),
            _ => format::compact(value),
        }
    }

    /// A description; empty if unknown.
    pub fn description(&self) -> &str {
        self.0.description.as_deref().unwrap_or_default()
    }

    /// The same for the shared statistics.
    pub fn definition(&self) -> MetricDefinition {
        self.0.clone()
    }

    /// A difference with its sign: `+0.012`, `−38.0 ms`.
    pub fn difference(&self, difference: f64) -> String {
        words::sign(difference, &self.value(difference.abs()))
    }

    /// `higher is better` and the like.
    pub fn better(&self) -> &'static str {
        match self.direction {
            Direction::HigherIsBetter => "higher is better",
            Direction::LowerIsBetter => "lower is better",
            Direction::Neither => "no preferred direction",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_in_the_unit_of_its_metric() {
        let known = Metrics::default();

        assert_eq!(known.of("f1").value(0.895), "0.895");
        assert_eq!(known.of("latency_ms").value(1_240.0), "1.24 s");
        assert_eq!(known.of("analysis_cost").value(0.0042), "$0.00420");
        assert_eq!(known.of("anything").value(12_345.0), "12.3 k");
    }

    #[test]
    fn a_difference_has_a_sign_and_none_has_none() {
        let latency = Metrics::default().of("latency_ms");

        assert_eq!(latency.difference(38.0), "+38.0 ms");
        assert_eq!(latency.difference(-38.0), "−38.0 ms");
        assert_eq!(latency.difference(0.0), "0 ms");
        assert_eq!(Metrics::default().of("f1").difference(-0.000_1), "0.000");
    }

    #[test]
    fn what_the_project_declared_comes_first() {
        let row = MetricRow {
            name: "energy".to_owned(),
            unit: Some("ms".to_owned()),
            direction: Direction::HigherIsBetter,
            min: None,
            max: None,
            description: None,
        };

        let energy = Metrics::new(vec![row]).of("energy");

        assert_eq!(energy.direction, Direction::HigherIsBetter);
        assert_eq!(energy.value(2.0), "2.00 ms");
    }
}
