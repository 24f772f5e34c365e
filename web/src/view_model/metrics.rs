//! What the names of metrics mean, and their values as people read them.

use std::collections::BTreeMap;

use bench_model::metric::{Declared, Direction, MetricDefinition, Scale, definition_of};
use bench_model::rest::rows::MetricRow;

use super::format;

/// What a metric's name means.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// The name.
    pub name: String,
    /// The unit, such as `ms`; none when unknown.
    pub unit: Option<String>,
    /// Which way it gets better.
    pub direction: Direction,
    /// The least value it can have.
    pub min: Option<f64>,
    /// The greatest value it can have.
    pub max: Option<f64>,
    /// How a change is measured: as a difference, or as a share of the value before.
    pub scale: Scale,
    /// What it measures; empty when unknown.
    pub description: String,
}

/// What the project knows of its metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(BTreeMap<String, Metric>);

impl Metrics {
    /// From the rows of `benchmark_metrics`.
    pub fn new(rows: Vec<MetricRow>) -> Self {
        let metric = |row: MetricRow| {
            let MetricRow {
                name,
                unit,
                direction,
                min,
                max,
                scale,
                description,
            } = row;
            let metric = Metric {
                name: name.clone(),
                unit,
                direction,
                min,
                max,
                scale,
                description: description.unwrap_or_default(),
            };
            (name, metric)
        };
        Self(rows.into_iter().map(metric).collect())
    }

    /// The names of those that get better one way, in order.
    pub fn judgeable(&self) -> impl Iterator<Item = &str> {
        let judgeable = |metric: &&Metric| metric.direction != Direction::Neither;
        let metrics = self.0.values().filter(judgeable);
        metrics.map(|metric| metric.name.as_str())
    }

    /// What `name` means: as the project declared it, else as the catalogue or the name itself says.
    pub fn of(&self, name: &str) -> Metric {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let definition = definition_of(name, &Declared::new());
        let scale = definition.scale();
        Metric {
            name: name.to_owned(),
            unit: definition.unit,
            direction: definition.direction,
            min: definition.min,
            max: definition.max,
            scale,
            description: definition.description.unwrap_or_default(),
        }
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

    /// The same for the shared statistics.
    pub fn definition(&self) -> MetricDefinition {
        let known = definition_of(&self.name, &Declared::new());
        MetricDefinition {
            unit: self.unit.clone(),
            direction: self.direction,
            min: self.min,
            max: self.max,
            ..known
        }
    }

    /// A difference with its sign: `+0.012`, `−38.0 ms`.
    pub fn difference(&self, difference: f64) -> String {
        signed(difference, self.value(difference.abs()))
    }

    /// `higher is better`, in words.
    pub fn better(&self) -> &'static str {
        match self.direction {
            Direction::HigherIsBetter => "higher is better",
            Direction::LowerIsBetter => "lower is better",
            Direction::Neither => "no preferred direction",
        }
    }
}

/// A share with its sign, in percent: `+4.2 %`.
pub fn percent(share: f64) -> String {
    let size = (share * 100.0).abs();
    let digits = usize::from(size < 99.95);
    signed(share, format!("{size:.digits$} %"))
}

/// The label of a size with the sign of `value`; what rounds to nothing has none.
fn signed(value: f64, label: String) -> String {
    let is_nothing = !label.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if is_nothing || value == 0.0 {
        label
    } else if value > 0.0 {
        format!("+{label}")
    } else {
        format!("−{label}")
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
        assert_eq!(percent(-0.000_1), "0.0 %");
        assert_eq!(percent(-0.042), "−4.2 %");
        assert_eq!(percent(2.5), "+250 %");
    }

    #[test]
    fn what_the_project_declared_comes_first() {
        let row = MetricRow {
            name: "energy".to_owned(),
            unit: Some("ms".to_owned()),
            direction: Direction::HigherIsBetter,
            min: None,
            max: None,
            scale: Scale::Relative,
            description: None,
        };

        let energy = Metrics::new(vec![row]).of("energy");

        assert_eq!(energy.direction, Direction::HigherIsBetter);
        assert_eq!(energy.value(2.0), "2.00 ms");
    }
}
