//! Reads a stored run's evidence for a metric.

use serde_json::{Map, Value};

use crate::{
    rest::rows::TransactionRow,
    stats::{
        comparison::evidence::{
            Confusion, ConfusionMetric, Counts, Evidence, Items, Outcomes, sum,
        },
        numeric::{
            distribution::normal_quantile,
            sample::{mean, ratio, real},
        },
    },
};

/// The columns of a run with evidence beyond its metrics.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Per metric: `n`, `stderr`, `values` and counts.
    pub metric_stats: Option<&'a Map<String, Value>>,
    /// Nested data from the report.
    pub details: Option<&'a Map<String, Value>>,
    /// The number of items in the data set.
    pub dataset_size: Option<i64>,
    /// The data set.
    pub dataset_version: &'a str,
}

/// A run's data about one metric.
#[derive(Clone, Copy, Debug)]
pub struct Reported<'a> {
    /// The name.
    pub metric: &'a str,
    /// `metrics.<metric>`.
    pub value: f64,
    /// `metric_stats.<metric>`.
    pub stats: Option<&'a Map<String, Value>>,
    /// `details.confusion_matrix`.
    pub confusion_matrix: Option<&'a Map<String, Value>>,
    /// The number of items in the data set.
    pub dataset_size: Option<i64>,
    /// The data set.
    pub dataset_version: &'a str,
}

impl Evidence {
    /// A stored run's evidence for `metric`; none if it lacks the metric.
    ///
    /// Reads `metric_stats.<metric>` (see the head of `evidence`), a `details.confusion_matrix`
    /// with `tp`, `fp` and `fn`, and, for a metric that is a share of all items (accuracy, pass
    /// rate, …) without other evidence, `dataset_size`. Evidence that contradicts the value is left
    /// out: an F1 averaged over classes is not that of the totals. Five values on a thousand items
    /// are treated as folds.
    pub fn of(run: &TransactionRow, metric: &str) -> Option<Self> {
        let value = *run.metrics.get(metric)?;
        Some(Self::of_columns(
            metric,
            value,
            &Columns {
                metric_stats: run.metric_stats.as_ref(),
                details: run.details.as_ref(),
                dataset_size: run.dataset_size,
                dataset_version: &run.dataset_version,
            },
        ))
    }

    /// A run's evidence for a metric with a known value, from its columns, for callers with their
    /// own row types.
    pub fn of_columns(metric: &str, value: f64, columns: &Columns<'_>) -> Self {
        Self::reported(Reported {
            metric,
            value,
            stats: object(columns.metric_stats, metric),
            confusion_matrix: object(columns.details, "confusion_matrix"),
            dataset_size: columns.dataset_size,
            dataset_version: columns.dataset_version,
        })
    }

    /// A run's evidence for a metric, from only the relevant columns, for callers that don't fetch
    /// whole runs.
    pub fn reported(reported: Reported<'_>) -> Self {
        let Reported {
            metric,
            value,
            stats,
            confusion_matrix,
            dataset_size,
            dataset_version,
        } = reported;
        let nothing = Map::new();
        let dataset_size = dataset_size.and_then(|size| u64::try_from(size).ok());
        let stats = stats.unwrap_or(&nothing);
        Self {
            dataset: Some(dataset_version.to_owned()),
            ..read(value, metric, stats, confusion_matrix, dataset_size)
        }
    }
}

fn object<'a>(all: Option<&'a Map<String, Value>>, name: &str) -> Option<&'a Map<String, Value>> {
    all?.get(name)?.as_object()
}

/// Metrics that are a share of all items of the data.
const SHARES: [&str; 6] = [
    "accuracy",
    "exact_match",
    "pass_rate",
    "success_rate",
    "error_rate",
    "hallucination_rate",
];

fn read(
    value: f64,
    metric: &str,
    stats: &Map<String, Value>,
    confusion_matrix: Option<&Map<String, Value>>,
    dataset_size: Option<u64>,
) -> Evidence {
    let count = |key: &str| stats.get(key).and_then(Value::as_u64);
    let number = |key: &str| stats.get(key).and_then(Value::as_f64);
    let agrees = |made: Option<f64>| made.is_some_and(|made| (made - value).abs() <= ROUNDED);

    let formula = match metric {
        "precision" => Some(ConfusionMetric::Precision),
        "recall" => Some(ConfusionMetric::Recall),
        "f1" => Some(ConfusionMetric::F1),
        _ => None,
    };
    let total = confusion(stats).or_else(|| confusion(confusion_matrix?));
    let total = formula
        .zip(total)
        .filter(|(formula, total)| agrees(formula.of(*total)));
    let outcomes = formula
        .and_then(|metric| outcomes(metric, stats))
        .filter(|found| agrees(found.metric.of(sum(&found.per_item))));
    let items = items(stats).filter(|items| agrees(Some(mean(&items.values))));

    let n = count("n").or_else(|| items.as_ref().map(|items| items.values.len() as u64));
    let declared = count("successes")
        .zip(n)
        .map(|(successes, n)| Counts { successes, n });
    let of_confusion = match total {
        Some((ConfusionMetric::Precision, total)) => Some(total.precision()),
        Some((ConfusionMetric::Recall, total)) => Some(total.recall()),
        _ => None,
    };
    let stderr = number("stderr").or_else(|| {
        let level = number("ci_level").unwrap_or(0.95);
        let width = number("ci_high")? - number("ci_low")?;
        Some(width / (2.0 * normal_quantile(0.5 + level / 2.0)))
    });
    let knows_more = items.is_some() || outcomes.is_some() || stderr.is_some();
    let implied = || {
        let n = n.or(dataset_size).filter(|n| *n > 0)?;
        (SHARES.contains(&metric) && !knows_more).then_some(())?;
        whole(value * real(n)).map(|successes| Counts { successes, n })
    };
    let counts = declared
        .or(of_confusion)
        .filter(|counts| counts.n > 0 && counts.successes <= counts.n)
        .filter(|counts| agrees(Some(ratio(counts.successes, counts.n))))
        .or_else(implied);
    let confusion = match total {
        Some((ConfusionMetric::F1, total)) if total.jaccard().n > 0 => Some(total),
        _ => None,
    };
    let of_items = items
        .as_ref()
        .is_some_and(|items| !items.names.is_empty() || !items.clusters.is_empty());
    let repetitions = knows_more
        && outcomes.is_none()
        && !of_items
        && n.zip(dataset_size)
            .is_some_and(|(n, size)| n < MOST_FOLDS && n * FAR_FEWER <= size);
    Evidence {
        value,
        n: n.or(counts.map(|counts| counts.n))
            .or(confusion.map(|total| total.jaccard().n)),
        counts,
        confusion,
        items,
        outcomes,
        stderr: stderr.filter(|stderr| stderr.is_finite() && *stderr >= 0.0),
        repetitions,
        dataset: None,
    }
}

/// The tolerance between a value and the value of its parts: reports round to three digits.
const ROUNDED: f64 = 0.000_51;

/// More than any realistic number of folds.
const MOST_FOLDS: u64 = 100;

/// Folds are fewer than items by at least this factor.
const FAR_FEWER: u64 = 4;

fn confusion(from: &Map<String, Value>) -> Option<Confusion> {
    let count = |key: &str| {
        from.get(key)
            .and_then(Value::as_u64)
            .filter(|count| *count < MANY)
    };
    Some(Confusion {
        tp: count("tp")?,
        fp: count("fp")?,
        fn_: count("fn")?,
    })
}

/// More than any benchmark counts, and the sum of four still fits.
const MANY: u64 = 1 << 53;

fn items(stats: &Map<String, Value>) -> Option<Items> {
    let values: Vec<f64> = stats
        .get("values")?
        .as_array()?
        .iter()
        .map(Value::as_f64)
        .collect::<Option<_>>()?;
    let words = |key: &str| words(stats, key, values.len());
    let (names, clusters) = (words("items"), words("clusters"));
    (values.len() >= 2).then_some(Items {
        values,
        names,
        clusters,
    })
}

fn outcomes(metric: ConfusionMetric, stats: &Map<String, Value>) -> Option<Outcomes> {
    let per_item: Vec<Confusion> = stats
        .get("outcomes")?
        .as_array()?
        .iter()
        .map(|item| {
            let count = |index: usize| item.get(index)?.as_u64().filter(|count| *count < 1 << 32);
            Some(Confusion {
                tp: count(0)?,
                fp: count(1)?,
                fn_: count(2)?,
            })
        })
        .collect::<Option<_>>()?;
    let words = |key: &str| words(stats, key, per_item.len());
    let (names, clusters) = (words("items"), words("clusters"));
    (per_item.len() >= 2).then_some(Outcomes {
        metric,
        per_item,
        names,
        clusters,
    })
}

/// One string per value, or none.
fn words(stats: &Map<String, Value>, key: &str, wanted: usize) -> Vec<String> {
    let found: Option<Vec<String>> = stats.get(key).and_then(Value::as_array).and_then(|list| {
        list.iter()
            .map(|word| match word {
                Value::String(word) => Some(word.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect()
    });
    found
        .filter(|found| found.len() == wanted)
        .unwrap_or_default()
}

/// The integer behind a rounded product of a share and a count.
fn whole(product: f64) -> Option<u64> {
    let nearest = libm::round(product);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 2^53"
    )]
    (nearest >= 0.0 && nearest < real(MANY) && (product - nearest).abs() <= 0.1)
        .then_some(nearest as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(metric: &str, value: f64, stats: Value, details: Value) -> Evidence {
        let object = |value: Value| value.as_object().cloned().expect("an object");
        let details = object(details);
        let matrix = details.get("confusion_matrix").and_then(Value::as_object);
        read(value, metric, &object(stats), matrix, Some(150))
    }

    #[test]
    fn counts_are_taken_from_where_they_are_said() {
        let said = known("refusals", 0.1, json!({"n": 50, "successes": 5}), json!({}));
        assert_eq!(
            said.counts,
            Some(Counts {
                successes: 5,
                n: 50
            })
        );

        let matrix = json!({"confusion_matrix": {"tp": 90, "fp": 10, "fn": 12}});
        let precision = known("precision", 0.9, json!({}), matrix.clone());
        assert_eq!(
            precision.counts,
            Some(Counts {
                successes: 90,
                n: 100
            })
        );
        let f1 = known("f1", 0.891, json!({}), matrix);
        assert_eq!(
            f1.confusion,
            Some(Confusion {
                tp: 90,
                fp: 10,
                fn_: 12
            })
        );
        assert_eq!((f1.counts, f1.n), (None, Some(112)));
    }

    #[test]
    fn the_accuracy_of_all_items_is_a_count_and_the_mean_of_five_folds_is_not() {
        let rounded = known("accuracy", 0.893, json!({}), json!({}));
        assert_eq!(
            rounded.counts,
            Some(Counts {
                successes: 134,
                n: 150
            })
        );
        let folds = json!({"n": 2, "stderr": 0.0, "values": [1.0, 1.0]});
        assert_eq!(known("accuracy", 1.0, folds, json!({})).counts, None);
        assert_eq!(known("f1", 0.88, json!({"n": 50}), json!({})).counts, None);
    }

    #[test]
    fn a_few_values_of_much_data_are_folds_unless_they_name_their_items() {
        let folds = json!({"n": 3, "values": [0.8, 0.9, 1.0]});
        assert!(known("f1", 0.9, folds, json!({})).repetitions);
        let named = json!({"values": [0.8, 0.9, 1.0], "items": ["a", "b", "c"]});
        assert!(!known("f1", 0.9, named, json!({})).repetitions);
        let stderr = json!({"n": 140, "stderr": 0.01});
        assert!(!known("f1", 0.9, stderr, json!({})).repetitions);
    }

    #[test]
    fn what_contradicts_the_value_is_left_out() {
        let macro_f1 = known("f1", 0.95, json!({"tp": 90, "fp": 10, "fn": 12}), json!({}));
        assert_eq!(macro_f1.confusion, None);
        let other_items = known("f1", 0.9, json!({"values": [0.1, 0.2]}), json!({}));
        assert_eq!(other_items.items, None);
        let more_than_all = known("x", 1.5, json!({"n": 2, "successes": 3}), json!({}));
        assert_eq!(more_than_all.counts, None);
    }

    #[test]
    fn an_interval_gives_the_standard_error() {
        let known = known(
            "bleu",
            30.0,
            json!({"ci_low": 28.04, "ci_high": 31.96}),
            json!({}),
        );
        assert!((known.stderr.expect("a standard error") - 1.0).abs() < 1e-4);
    }

    #[test]
    fn findings_bring_their_sources() {
        let stats =
            json!({"clusters": ["a", "a", "b"], "outcomes": [[1, 0, 0], [0, 1, 1], [1, 0, 0]]});
        let outcomes = known("f1", 2.0 / 3.0, stats, json!({})).outcomes;
        assert_eq!(outcomes.expect("outcomes").clusters, ["a", "a", "b"]);
    }

    #[test]
    fn items_bring_their_names_and_sources() {
        let stats = json!({"values": [1, 0, 1], "items": ["q1", "q2", 3], "clusters": ["a", "a"],
            "outcomes": [[1, 0, 0], [0, 1, 1], [1, 0, 0]]});
        let items = known("accuracy", 2.0 / 3.0, stats.clone(), json!({}))
            .items
            .expect("items");
        assert_eq!(items.names, ["q1", "q2", "3"]);
        assert!(
            items.clusters.is_empty(),
            "two names for three values say nothing"
        );
        let outcomes = known("f1", 2.0 / 3.0, stats, json!({}))
            .outcomes
            .expect("outcomes");
        assert_eq!(
            outcomes.per_item[1],
            Confusion {
                tp: 0,
                fp: 1,
                fn_: 1
            }
        );
    }
}
