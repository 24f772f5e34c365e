//! The averages at the top.

use super::{Configuration, format};

/// The mean of one metric over the configurations shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Average {
    /// `Average F1`.
    pub name: &'static str,
    /// The formatted mean.
    pub value_label: String,
    /// The range, and the number of configurations without the metric:
    /// `0.612 to 0.941 · 3 missing`.
    pub detail: String,
}

/// Means of the five metrics, each over the configurations that have it.
pub fn averages(shown: &[&Configuration]) -> Vec<Average> {
    let average = |name, value: fn(&Configuration) -> Option<f64>, label: fn(f64) -> String| {
        let values: Vec<f64> = shown.iter().filter_map(|one| value(one)).collect();
        Average {
            name,
            value_label: format::or_missing(mean(&values), label),
            detail: detail(&values, shown.len(), label),
        }
    };
    vec![
        average("Average F1", |one| one.f1, format::ratio),
        average("Average precision", |one| one.precision, format::ratio),
        average("Average recall", |one| one.recall, format::ratio),
        average("Average latency", |one| one.latency_ms, format::duration_ms),
        average("Average cost", |one| one.cost_usd, format::usd),
    ]
}

fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "far fewer than 2^52 configurations"
    )]
    let count = values.len() as f64;
    Some(values.iter().sum::<f64>() / count)
}

fn detail(values: &[f64], shown: usize, label: fn(f64) -> String) -> String {
    let smallest = values.iter().copied().reduce(f64::min);
    let largest = values.iter().copied().reduce(f64::max);
    let (Some(smallest), Some(largest)) = (smallest, largest) else {
        return "not reported".to_owned();
    };
    let (smallest, largest) = (label(smallest), label(largest));
    let range = if smallest == largest {
        format!("all {smallest}")
    } else {
        format!("{smallest} to {largest}")
    };
    match shown - values.len() {
        0 => range,
        without => format!("{range} · {} missing", format::count(without)),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};

    #[test]
    fn a_configuration_without_the_metric_does_not_pull_the_mean_down() {
        let (a, b, c) = (
            scored("a", 0.8, 100.0, 0.1),
            scored("b", 0.9, 300.0, 0.2),
            bare("c", "d1", "local"),
        );

        let means = averages(&[&a, &b, &c]);

        assert_eq!(means[0].value_label, "0.850");
        assert_eq!(means[0].detail, "0.800 to 0.900 · 1 missing");
        assert_eq!(means[1].value_label, "–");
        assert_eq!(means[1].detail, "not reported");
        assert_eq!(means[3].value_label, "200 ms");
    }
}
