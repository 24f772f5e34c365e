//! A report's uncertainty of its metrics: `metric_stats`.

use serde_json::{Map, Value};

use super::{
    declarations::InPercent,
    fields::{Fields, not_a_number, whole},
};
use crate::{
    metric::percent_to_ratio,
    path::Path,
    problem::{Problem, Warning},
    report::{Report, in_words},
};

/// Words of `metric_stats` for whole numbers from 0: counts of items and outcomes.
pub const COUNTS: [&str; 6] = ["n", "successes", "tp", "fp", "fn", "tn"];

/// The largest count: every reader of JSON holds it exactly.
const MAX_COUNT: i64 = 999_999_999_999_999;

/// Words of `metric_stats` for numbers, most of them in the metric's own unit.
pub const MEASURES: [&str; 5] = ["stderr", "stddev", "ci_low", "ci_high", "ci_level"];

/// Reads `metric_stats`, per metric `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
pub(super) fn read(fields: &mut Fields, in_percent: &InPercent, report: &mut Report) {
    let path = fields.path.key("metric_stats");
    for (name, mut body) in fields.object("metric_stats") {
        let path = path.key(&name);
        let Value::Object(stats) = &mut body else {
            let message = format!("must be an object, found {}", in_words(&body));
            let hint =
                "write `{\"n\": 150, \"stderr\": 0.012, \"ci_low\": 0.87, \"ci_high\": 0.92}`";
            fields
                .problems
                .push(Problem::new(path, message).with_hint(hint));
            continue;
        };
        stats.retain(|_, value| !value.is_null());
        check(&path, stats, &mut fields.problems);
        fields.warnings.extend(unused(&path, stats));
        if !report.metrics.contains_key(name.as_str()) {
            let message = format!("describes `{name}`, which is not among the metrics");
            fields.warnings.push(Warning::new(path, message));
        }
        if in_percent.contains(name.as_str()) {
            to_ratios(stats);
        }
        report.metric_stats.insert(name, body);
    }
}

fn check(path: &Path, stats: &mut Map<String, Value>, problems: &mut Vec<Problem>) {
    for (key, value) in stats.iter_mut() {
        let path = path.key(key);
        if COUNTS.contains(&key.as_str()) {
            match value.as_number().and_then(whole) {
                Some(count @ 0..=MAX_COUNT) => *value = count.into(),
                _ => problems.push(Problem::new(
                    path,
                    format!("must be a whole number from 0, found {}", in_words(value)),
                )),
            }
        } else if MEASURES.contains(&key.as_str()) && !value.is_number() {
            problems.push(not_a_number(path, value));
        } else if matches!(key.as_str(), "stderr" | "stddev")
            && value.as_f64().is_some_and(|value| value < 0.0)
        {
            problems.push(Problem::new(
                path,
                format!("must not be negative, found {value}"),
            ));
        } else if key == "values" {
            check_values(&path, value, problems);
        }
    }
    let bound = |key| stats.get(key).and_then(Value::as_f64);
    if let (Some(low), Some(high)) = (bound("ci_low"), bound("ci_high"))
        && low > high
    {
        problems.push(Problem::new(
            path.clone(),
            format!("must have a ci_low up to its ci_high, found {low} and {high}"),
        ));
    }
}

/// Statistics that a verdict ignores because they contradict the metric.
fn unused(path: &Path, stats: &Map<String, Value>) -> Vec<Warning> {
    let list = |key: &str| stats.get(key).and_then(Value::as_array);
    let rows = list("values").or_else(|| list("outcomes")).map(Vec::len);
    let is_name = |name: &Value| name.is_string() || name.is_number();
    let is_count = |count: &Value| count.as_u64().is_some();
    let is_triple = |item: &Value| {
        let counts = item.as_array();
        counts.is_some_and(|counts| counts.len() == 3 && counts.iter().all(is_count))
    };
    let fits = |key: &str| match key {
        "outcomes" => list(key).is_some_and(|items| items.iter().all(is_triple)),
        _ => list(key).is_some_and(|names| Some(names.len()) == rows && names.iter().all(is_name)),
    };
    ["items", "clusters", "outcomes"]
        .into_iter()
        .filter(|key| stats.contains_key(*key) && !fits(key))
        .map(|key| {
            let wanted = if key == "outcomes" {
                "[tp, fp, fn] of each item, as whole numbers"
            } else {
                "a list of one name per value"
            };
            Warning::new(
                path.key(key),
                format!("is stored, but verdicts will not use it: wanted {wanted}"),
            )
        })
        .collect()
}

fn check_values(path: &Path, value: &Value, problems: &mut Vec<Problem>) {
    let Value::Array(values) = value else {
        return problems.push(Problem::new(
            path.clone(),
            format!("must be an array of numbers, found {}", in_words(value)),
        ));
    };
    // Report only the first: the whole list is invalid.
    if let Some((index, wrong)) = values
        .iter()
        .enumerate()
        .find(|(_, value)| !value.is_number())
    {
        problems.push(not_a_number(path.index(index), wrong));
    }
}

/// The metric is stored as a ratio, so its statistics are too.
fn to_ratios(stats: &mut Map<String, Value>) {
    let convert = |value: &mut Value| {
        if let Value::Number(number) = value
            && let Some(ratio) = percent_to_ratio(&number.to_string())
        {
            *value = Value::from(ratio);
        }
    };
    for key in ["stderr", "stddev", "ci_low", "ci_high"] {
        stats.get_mut(key).into_iter().for_each(convert);
    }
    if let Some(Value::Array(values)) = stats.get_mut("values") {
        values.iter_mut().for_each(convert);
    }
}
