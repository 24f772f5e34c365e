//! What a metric's name says about it, when neither the catalogue nor the report does.

use super::{
    Direction::{self, HigherIsBetter, LowerIsBetter, Neither},
    MetricDefinition, MetricName,
};

/// Words that stand for something one wants more of.
const HIGHER: [&str; 12] = [
    "precision",
    "recall",
    "f1",
    "accuracy",
    "auc",
    "rate",
    "score",
    "match",
    "throughput",
    "per_second",
    "validity",
    "detection",
];

/// Words that stand for something one wants less of.
const LOWER: [&str; 4] = ["error", "loss", "failure", "hallucination"];

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

/// Direction, unit, and whether it is an amount that cannot be negative. The first rule that fits wins.
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
