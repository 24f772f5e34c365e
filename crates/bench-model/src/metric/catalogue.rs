//! The metrics that need no declaration.

use std::sync::LazyLock;

use super::{
    Direction::{self, HigherIsBetter, LowerIsBetter},
    MetricDefinition, MetricName,
};

/// Name, unit, direction, minimum, maximum, description.
type Line = (
    &'static str,
    &'static str,
    Direction,
    f64,
    Option<f64>,
    &'static str,
);

/// Equal to the seed of `public.benchmark_metrics`; a test compares them.
#[rustfmt::skip]
const LINES: [Line; 33] = [
    ("precision",              "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the findings that are right"),
    ("recall",                 "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of what should be found that was found"),
    ("f1",                     "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Harmonic mean of precision and recall"),
    ("accuracy",               "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the answers that are right"),
    ("balanced_accuracy",      "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Mean recall over the classes"),
    ("specificity",            "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the negatives that were left alone"),
    ("roc_auc",                "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Area under the receiver operating characteristic"),
    ("pr_auc",                 "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Area under the precision-recall curve"),
    ("exact_match",            "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the answers equal to the expected text"),
    ("pass_rate",              "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the test cases passed"),
    ("success_rate",           "ratio",      HigherIsBetter, 0.0,  Some(1.0), "Share of the requests that succeeded"),
    ("mcc",                    "score",      HigherIsBetter, -1.0, Some(1.0), "Matthews correlation coefficient"),
    ("latency_ms",             "ms",         LowerIsBetter,  0.0,  None,      "Time for one example"),
    ("latency_p50_ms",         "ms",         LowerIsBetter,  0.0,  None,      "Median time for one example"),
    ("latency_p95_ms",         "ms",         LowerIsBetter,  0.0,  None,      "Time that 95 % of the examples stay under"),
    ("latency_p99_ms",         "ms",         LowerIsBetter,  0.0,  None,      "Time that 99 % of the examples stay under"),
    ("time_to_first_token_ms", "ms",         LowerIsBetter,  0.0,  None,      "Time until the first token"),
    ("analysis_cost",          "usd",        LowerIsBetter,  0.0,  None,      "Cost of one analysis"),
    ("cost_usd",               "usd",        LowerIsBetter,  0.0,  None,      "Cost of the run"),
    ("input_tokens",           "tokens",     LowerIsBetter,  0.0,  None,      "Tokens sent to the model"),
    ("output_tokens",          "tokens",     LowerIsBetter,  0.0,  None,      "Tokens the model wrote"),
    ("total_tokens",           "tokens",     LowerIsBetter,  0.0,  None,      "Tokens sent and written"),
    ("error_rate",             "ratio",      LowerIsBetter,  0.0,  Some(1.0), "Share of the requests that failed"),
    ("hallucination_rate",     "ratio",      LowerIsBetter,  0.0,  Some(1.0), "Share of the answers with an invented fact"),
    ("brier_score",            "ratio",      LowerIsBetter,  0.0,  Some(1.0), "Mean squared error of the predicted probabilities"),
    ("log_loss",               "nats",       LowerIsBetter,  0.0,  None,      "Mean negative log likelihood"),
    ("perplexity",             "score",      LowerIsBetter,  0.0,  None,      "Exponential of the mean negative log likelihood"),
    ("mae",                    "score",      LowerIsBetter,  0.0,  None,      "Mean absolute error, in the unit of the target"),
    ("rmse",                   "score",      LowerIsBetter,  0.0,  None,      "Root mean squared error, in the unit of the target"),
    ("throughput",             "per_second", HigherIsBetter, 0.0,  None,      "Examples per second"),
    ("tokens_per_second",      "per_second", HigherIsBetter, 0.0,  None,      "Tokens written per second"),
    ("memory_mb",              "mb",         LowerIsBetter,  0.0,  None,      "Peak memory"),
    ("model_size_mb",          "mb",         LowerIsBetter,  0.0,  None,      "Size of the model"),
];

static CATALOGUE: LazyLock<Vec<MetricDefinition>> = LazyLock::new(|| {
    let define = |(name, unit, direction, min, max, description): Line| MetricDefinition {
        name: MetricName(name.to_owned()),
        unit: Some(unit.to_owned()),
        direction,
        min: Some(min),
        max,
        description: Some(description.to_owned()),
    };
    LINES.into_iter().map(define).collect()
});

/// Every metric that needs no declaration.
///
/// # Example
///
/// ```
/// let units: Vec<_> = bench_model::metric::catalogue().iter().filter_map(|metric| metric.unit.as_deref()).collect();
/// assert!(units.contains(&"usd"));
/// ```
pub fn catalogue() -> &'static [MetricDefinition] {
    &CATALOGUE
}

/// The catalogue entry of `name`.
pub(crate) fn find(name: &str) -> Option<&'static MetricDefinition> {
    CATALOGUE.iter().find(|metric| metric.name.as_str() == name)
}
