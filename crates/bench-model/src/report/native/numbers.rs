//! The numbers of a report: `metrics`.

use serde_json::{Number, Value};

use super::{
    declarations::InPercent,
    fields::{Fields, not_a_number},
};
use crate::{
    metric::{
        MetricDefinition, MetricName, MetricValue, catalogue_line, definition_of, percent_to_ratio,
    },
    path::Path,
    problem::{Problem, Warning},
    report::{Report, in_words, keep},
};

/// The metrics that every dashboard shows; a report without some of them gets one warning.
const RECOMMENDED: [&str; 5] = ["precision", "recall", "f1", "latency_ms", "analysis_cost"];

/// The maximum number of metrics.
const MAX_METRICS: usize = 1_000;

/// Reads `metrics`: numbers become metrics, nested values move to `details`.
pub(super) fn read(fields: &mut Fields, in_percent: &InPercent, report: &mut Report) {
    let path = fields.path.key("metrics");
    let entries = match fields.take("metrics") {
        None => return fields.problems.push(missing(fields, path)),
        Some((_, Value::Object(entries))) => entries,
        Some((_, other)) => {
            let problem = Problem::new(
                path,
                format!("must be an object of numbers, found {}", in_words(&other)),
            );
            return fields.problems.push(
                problem.with_hint("write `\"metrics\": {\"f1\": 0.895, \"latency_ms\": 412}`"),
            );
        }
    };
    let problems_before = fields.problems.len();
    for (name, value) in entries {
        let path = path.key(&name);
        match value {
            Value::Null => fields
                .warnings
                .push(Warning::new(path, "is null and is stored as missing")),
            Value::Object(_) | Value::Array(_) => {
                let said = keep(&mut report.details, &name, value);
                fields
                    .warnings
                    .push(Warning::new(path, format!("is not a number and {said}")));
            }
            Value::Number(number) => match read_number(&path, &name, &number, in_percent, report) {
                Ok(warning) => fields.warnings.extend(warning),
                Err(problem) => fields.problems.push(problem),
            },
            other => fields.problems.push(not_a_number(path, &other)),
        }
    }
    let is_clean = fields.problems.len() == problems_before;
    if is_clean && report.metrics.is_empty() {
        let problem = Problem::new(path.clone(), "must hold at least one number");
        fields
            .problems
            .push(problem.with_hint("write `\"metrics\": {\"f1\": 0.895, \"latency_ms\": 412}`"));
    } else if is_clean {
        fields
            .warnings
            .extend(not_recommended(path.clone(), report));
    }
    if report.metrics.len() > MAX_METRICS {
        let message = format!(
            "must hold at most {MAX_METRICS} numbers, found {}",
            report.metrics.len()
        );
        fields.problems.push(
            Problem::new(path, message)
                .with_hint("move results per item or per category to `details`"),
        );
    }
}

fn read_number(
    path: &Path,
    name: &str,
    number: &Number,
    in_percent: &InPercent,
    report: &mut Report,
) -> Result<Option<Warning>, Problem> {
    let problem = |message: String| Problem::new(path.clone(), message);
    let name: MetricName = name
        .parse()
        .map_err(|error| problem(format!("its name {error}")))?;
    let mut value = MetricValue::try_from(number.clone()).map_err(|error| Problem {
        hint: error.hint().map(str::to_owned),
        ..problem(error.to_string())
    })?;
    let mut warning = None;
    if in_percent.contains(&name)
        && let Some(ratio) = percent_to_ratio(&number.to_string()).and_then(MetricValue::calculated)
    {
        warning = Some(Warning::new(
            path.clone(),
            format!("is declared in percent: {number} is stored as {ratio}"),
        ));
        value = ratio;
    }
    let definition = definition_of(&name, &report.metric_definitions);
    let is_known = catalogue_line(&name).is_some();
    if let Some(message) = out_of_range(&definition, value.as_f64()) {
        if is_known || report.metric_definitions.contains_key(&name) {
            let found = if warning.is_some() {
                format!("{number} percent")
            } else {
                number.to_string()
            };
            let problem = problem(format!("{message}, found {found}"));
            return Err(if warning.is_some() {
                problem
            } else {
                problem.with_hint(range_hint(&definition, value.as_f64(), is_known))
            });
        }
        // What a name suggests is a guess: costs can be savings, and clocks can be early.
        let message =
            format!("is {number}; its name suggests an amount, so check that it may be negative");
        warning = Some(Warning::new(path.clone(), message));
    }
    if report.metrics.insert(name.clone(), value).is_some() {
        return Err(problem(format!(
            "stands twice, as `{name}` with and without white space around it"
        )));
    }
    Ok(warning)
}

/// Which range the value misses by more than a millionth, which sums of shares and 32-bit numbers do.
fn out_of_range(definition: &MetricDefinition, value: f64) -> Option<String> {
    let slack = |bound: f64| 1e-6 * bound.abs().max(1.0);
    let is_below = definition.min.is_some_and(|min| value < min - slack(min));
    let is_above = definition.max.is_some_and(|max| value > max + slack(max));
    if !is_below && !is_above {
        return None;
    }
    match (definition.min, definition.max) {
        (Some(min), Some(max)) => Some(format!("must be between {min} and {max}")),
        (Some(min), None) => Some(format!("must be {min} or more")),
        (None, Some(max)) => Some(format!("must be {max} or less")),
        (None, None) => None,
    }
}

/// The database says the same of a metric that it knows.
fn range_hint(definition: &MetricDefinition, value: f64, is_known: bool) -> String {
    let is_ratio = definition.unit.as_deref() == Some("ratio") && (2.0..=100.0).contains(&value);
    let percent = is_ratio.then(|| percent_to_ratio(&value.to_string()));
    match percent.flatten() {
        Some(ratio) if is_known => format!(
            "{value} looks like percent; write {ratio}, or declare the unit `percent` in metric_definitions"
        ),
        Some(ratio) => format!("{value} looks like percent; write {ratio}"),
        None if is_known => {
            "a metric keeps its range; another measure needs another name".to_owned()
        }
        None => "correct the value, or the range in metric_definitions".to_owned(),
    }
}

fn missing(fields: &Fields, path: Path) -> Problem {
    let is_number =
        |(name, value): (&String, &Value)| value.is_number().then(|| format!("`{name}`"));
    let outside: Vec<String> = fields.rest.iter().filter_map(is_number).take(3).collect();
    let problem = Problem::new(path, "is missing");
    if outside.is_empty() {
        return problem.with_hint("write `\"metrics\": {\"f1\": 0.895, \"latency_ms\": 412}`");
    }
    problem.with_hint(format!(
        "put the numbers ({}) into an object `metrics`",
        outside.join(", ")
    ))
}

fn not_recommended(path: Path, report: &Report) -> Option<Warning> {
    let missing: Vec<&str> = RECOMMENDED
        .into_iter()
        .filter(|name| !report.metrics.contains_key(*name))
        .collect();
    let (last, others) = missing.split_last()?;
    let message = if others.is_empty() {
        format!("{last} is missing; dashboards show it by name")
    } else {
        format!(
            "{} and {last} are missing; dashboards show them by name",
            others.join(", ")
        )
    };
    Some(Warning::new(path, message).lasting())
}
