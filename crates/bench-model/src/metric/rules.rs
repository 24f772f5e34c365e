//! Derives a definition from a metric's name if neither the catalogue nor the report has one.

use super::{
    Direction::{self, HigherIsBetter, LowerIsBetter, Neither},
    MetricDefinition, MetricName,
};

/// Words in names of metrics where higher is better. A bare `rate` is not among them: it may be a
/// rate of anything.
const HIGHER: [&str; 15] = [
    "precision",
    "recall",
    "f1",
    "accuracy",
    "auc",
    "win_rate",
    "hit_rate",
    "pass_rate",
    "success",
    "score",
    "match",
    "throughput",
    "per_second",
    "validity",
    "detection",
];

/// Words in names of metrics where lower is better.
const LOWER: [&str; 8] = [
    "error",
    "loss",
    "failure",
    "hallucination",
    "false_",
    "miss_rate",
    "timeout",
    "toxic",
];

pub(super) fn guess(name: &str) -> MetricDefinition {
    let (direction, unit, is_amount) = classify(&name.to_lowercase());
    MetricDefinition {
        name: MetricName(name.to_owned()),
        unit: unit.map(str::to_owned),
        direction,
        min: is_amount.then_some(0.0),
        max: None,
        description: None,
    }
}

/// Direction, unit, and whether it is a non-negative amount. The first matching rule wins.
fn classify(name: &str) -> (Direction, Option<&'static str>, bool) {
    let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_amount = !contains(&["delta", "diff", "change"]);
    if name.ends_with("_ms") {
        return (LowerIsBetter, Some("ms"), is_amount);
    }
    if name.ends_with("_seconds") && !name.ends_with("per_seconds") || name.ends_with("_s") {
        return (LowerIsBetter, Some("seconds"), is_amount);
    }
    if contains(&["latency", "duration"]) {
        return (LowerIsBetter, None, is_amount);
    }
    if name.contains("cost") || name.ends_with("_usd") {
        return (LowerIsBetter, Some("usd"), is_amount);
    }
    if name.contains("token") && !name.contains("per_second") {
        return (LowerIsBetter, Some("tokens"), is_amount);
    }
    if contains(&LOWER) {
        return (LowerIsBetter, None, false);
    }
    if contains(&HIGHER) {
        return (HigherIsBetter, None, false);
    }
    (Neither, None, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names from real benchmarks.
    #[test]
    fn names_say_what_is_better() {
        for (name, direction, unit, min) in [
            ("latency_p90_ms", LowerIsBetter, Some("ms"), Some(0.0)),
            ("fit_seconds", LowerIsBetter, Some("seconds"), Some(0.0)),
            ("wall_s", LowerIsBetter, Some("seconds"), Some(0.0)),
            ("mean_latency", LowerIsBetter, None, Some(0.0)),
            ("latency_change_ms", LowerIsBetter, Some("ms"), None),
            ("total_cost", LowerIsBetter, Some("usd"), Some(0.0)),
            ("price_usd", LowerIsBetter, Some("usd"), Some(0.0)),
            ("prompt_tokens", LowerIsBetter, Some("tokens"), Some(0.0)),
            ("tokens_per_second_p50", HigherIsBetter, None, None),
            ("json_error_rate", LowerIsBetter, None, None),
            ("val_loss", LowerIsBetter, None, None),
            ("extraction_accuracy", HigherIsBetter, None, None),
            ("json_validity_rate", HigherIsBetter, None, None),
            ("F1_macro", HigherIsBetter, None, None),
            ("false_positive_rate", LowerIsBetter, None, None),
            ("win_rate_vs_gpt4", HigherIsBetter, None, None),
            ("learning_rate", Neither, None, None),
            ("temperature", Neither, None, None),
        ] {
            let guess = guess(name);
            assert_eq!(
                (guess.direction, guess.unit.as_deref(), guess.min),
                (direction, unit, min),
                "{name}"
            );
            assert_eq!(guess.name.as_str(), name);
        }
    }
}
