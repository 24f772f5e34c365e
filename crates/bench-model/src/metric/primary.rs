//! The primary metric: the one that a run is judged by first.

/// Metrics that can be a run's primary metric: the first of these that it has is. A run without any
/// has none, and all its metrics count alike.
///
/// `benchmark_private.primary_metric` in SQL has the same order; a test holds them together.
pub const PRIMARY: [&str; 4] = ["f1", "accuracy", "exact_match", "pass_rate"];

/// The primary metric of a run that has what `has` says.
///
/// # Example
///
/// ```
/// use bench_model::metric::primary_metric;
///
/// let run = ["latency_ms", "accuracy", "pass_rate"];
/// assert_eq!(primary_metric(|name| run.contains(&name)), Some("accuracy"));
/// assert_eq!(primary_metric(|name| name == "latency_ms"), None);
/// ```
pub fn primary_metric(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    PRIMARY.into_iter().find(|metric| has(metric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Direction, Scale, catalogue};

    #[test]
    fn a_primary_metric_is_a_ratio_of_the_catalogue_and_higher_is_better() {
        for name in PRIMARY {
            let metric = catalogue()
                .iter()
                .find(|metric| metric.name.as_str() == name);
            let metric = metric.unwrap_or_else(|| panic!("{name} is not in the catalogue"));
            assert_eq!(
                (metric.direction, metric.scale()),
                (Direction::HigherIsBetter, Scale::Absolute)
            );
        }
    }
}
