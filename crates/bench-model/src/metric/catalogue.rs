//! The metrics that every project may use without declaring them.

use std::sync::LazyLock;

use super::{
    Direction::{HigherIsBetter, LowerIsBetter},
    MetricDefinition, MetricName,
};

/// One line of the catalogue: direction, unit, least and greatest value, names.
type Line = (
    super::Direction,
    &'static str,
    f64,
    Option<f64>,
    &'static [&'static str],
);

/// The seed of `public.benchmark_metrics` says the same.
const LINES: [Line; 10] = [
    (
        HigherIsBetter,
        "ratio",
        0.0,
        Some(1.0),
        &[
            "precision",
            "recall",
            "f1",
            "accuracy",
            "balanced_accuracy",
            "specificity",
            "roc_auc",
            "pr_auc",
            "exact_match",
            "pass_rate",
            "success_rate",
        ],
    ),
    (HigherIsBetter, "score", -1.0, Some(1.0), &["mcc"]),
    (
        LowerIsBetter,
        "ms",
        0.0,
        None,
        &[
            "latency_ms",
            "latency_p50_ms",
            "latency_p95_ms",
            "latency_p99_ms",
            "time_to_first_token_ms",
        ],
    ),
    (
        LowerIsBetter,
        "usd",
        0.0,
        None,
        &["analysis_cost", "cost_usd"],
    ),
    (
        LowerIsBetter,
        "tokens",
        0.0,
        None,
        &["input_tokens", "output_tokens", "total_tokens"],
    ),
    (
        LowerIsBetter,
        "ratio",
        0.0,
        Some(1.0),
        &["error_rate", "hallucination_rate", "brier_score"],
    ),
    (LowerIsBetter, "nats", 0.0, None, &["log_loss"]),
    (
        LowerIsBetter,
        "score",
        0.0,
        None,
        &["perplexity", "mae", "rmse"],
    ),
    (
        HigherIsBetter,
        "per_second",
        0.0,
        None,
        &["throughput", "tokens_per_second"],
    ),
    (
        LowerIsBetter,
        "mb",
        0.0,
        None,
        &["memory_mb", "model_size_mb"],
    ),
];

static CATALOGUE: LazyLock<Vec<MetricDefinition>> = LazyLock::new(|| {
    let define = |(direction, unit, min, max, names): Line| {
        names.iter().map(move |name| MetricDefinition {
            name: MetricName((*name).to_owned()),
            unit: Some(unit.to_owned()),
            direction,
            min: Some(min),
            max,
            description: None,
        })
    };
    LINES.into_iter().flat_map(define).collect()
});

/// Every metric that needs no declaration.
pub fn catalogue() -> &'static [MetricDefinition] {
    &CATALOGUE
}

pub(super) fn find(name: &str) -> Option<&'static MetricDefinition> {
    CATALOGUE.iter().find(|metric| metric.name.as_str() == name)
}
