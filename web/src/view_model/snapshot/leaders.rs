//! The three leaderboards: best F1, fastest, most F1 per dollar.

use std::cmp::Ordering;

use super::{Configuration, format};
use crate::view_model::sort::sorted;

/// The length of each list.
const PLACES: usize = 5;

/// The three lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaders {
    /// Highest F1 first.
    pub by_f1: Vec<Leader>,
    /// Lowest latency first.
    pub by_latency: Vec<Leader>,
    /// Most F1 per dollar first.
    pub by_value: Vec<Leader>,
}

/// One place in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Leader {
    /// The model.
    pub model: String,
    /// Dataset, prompt and environment.
    pub setting: String,
    /// The ranking value.
    pub value_label: String,
    /// The value for context: a fast model may have a poor F1.
    pub beside_label: String,
}

/// Ranks the configurations shown. A configuration without a metric is not ranked by it.
pub fn leaders(shown: &[&Configuration]) -> Leaders {
    let f1_beside =
        |one: &Configuration| format!("F1 {}", format::or_missing(one.f1, format::ratio));
    Leaders {
        by_f1: rank(
            shown,
            |one| one.f1,
            Ordering::Greater,
            format::ratio,
            |one| format::or_missing(one.latency_ms, format::duration_ms),
        ),
        by_latency: rank(
            shown,
            |one| one.latency_ms,
            Ordering::Less,
            format::duration_ms,
            f1_beside,
        ),
        by_value: rank(
            shown,
            Configuration::f1_per_dollar,
            Ordering::Greater,
            |value| format!("{} F1/$", format::compact(value)),
            |one| {
                let cost = format::or_missing(one.cost_usd, format::usd);
                format!("{} at {cost}", f1_beside(one))
            },
        ),
    }
}

fn rank(
    shown: &[&Configuration],
    value: impl Fn(&Configuration) -> Option<f64>,
    first: Ordering,
    label: impl Fn(f64) -> String,
    beside: impl Fn(&Configuration) -> String,
) -> Vec<Leader> {
    let ranked: Vec<(f64, &Configuration)> = shown
        .iter()
        .filter_map(|one| Some((value(one)?, *one)))
        .collect();
    let ranked = sorted(&ranked, |(a, one), (b, other)| {
        let by_value = if first == Ordering::Greater {
            b.total_cmp(a)
        } else {
            a.total_cmp(b)
        };
        by_value.then_with(|| one.key().cmp(&other.key()))
    });
    ranked
        .into_iter()
        .take(PLACES)
        .map(|(value, one)| Leader {
            model: one.model.clone(),
            setting: one.setting(),
            value_label: label(*value),
            beside_label: beside(one),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};

    #[test]
    fn each_list_follows_the_direction_of_its_metric_and_leaves_out_missing_values() {
        let (good, fast, cheap, silent) = (
            scored("good", 0.95, 900.0, 0.02),
            scored("fast", 0.70, 15.0, 0.01),
            scored("cheap", 0.80, 100.0, 0.0001),
            bare("silent", "d1", "local"),
        );

        let Leaders {
            by_f1,
            by_latency,
            by_value,
        } = leaders(&[&silent, &good, &fast, &cheap]);

        let models = |list: &[Leader]| list.iter().map(|one| one.model.clone()).collect::<Vec<_>>();
        assert_eq!(models(&by_f1), ["good", "cheap", "fast"]);
        assert_eq!(models(&by_latency), ["fast", "cheap", "good"]);
        assert_eq!(models(&by_value), ["cheap", "fast", "good"]);
        assert_eq!(by_latency[0].value_label, "15.0 ms");
        assert_eq!(by_latency[0].beside_label, "F1 0.700");
        assert_eq!(by_value[0].value_label, "8.00 k F1/$");
    }

    #[test]
    fn equal_values_rank_by_name_so_that_a_refresh_moves_nothing() {
        let (b, a) = (scored("b", 0.9, 1.0, 0.1), scored("a", 0.9, 1.0, 0.1));

        let list = leaders(&[&b, &a]).by_f1;

        assert_eq!((list[0].model.as_str(), list[1].model.as_str()), ("a", "b"));
    }
}
