//! A report's declarations of metrics: `metric_definitions`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fields::{Fields, not_a_number};
use crate::{
    metric::{Declaration, Direction, MetricDefinition, MetricName, catalogue_line},
    path::Path,
    problem::{Problem, Warning},
    report::{Report, in_words},
    text::Label,
};

/// Metrics of the catalogue that this report gives in percent.
pub(super) type InPercent = BTreeSet<MetricName>;

/// The fields of one declaration.
const FIELDS: [&str; 6] = ["unit", "direction", "min", "max", "range", "description"];

/// Reads `metric_definitions` into the report, and returns the metrics to convert from percent.
pub(super) fn read(fields: &mut Fields, report: &mut Report) -> InPercent {
    let path = fields.path.key("metric_definitions");
    let mut in_percent = InPercent::new();
    for (name, body) in fields.object("metric_definitions") {
        let path = path.key(&name);
        let name: MetricName = match name.parse() {
            Ok(name) => name,
            Err(error) => {
                fields
                    .problems
                    .push(Problem::new(path, format!("its name {error}")));
                continue;
            }
        };
        let Value::Object(body) = body else {
            let message = format!("must be an object, found {}", in_words(&body));
            let hint = "write `{\"unit\": \"ms\", \"direction\": \"lower_is_better\"}`";
            fields
                .problems
                .push(Problem::new(path, message).with_hint(hint));
            continue;
        };
        let declared = declaration(&path, &body, fields);
        let Some(known) = catalogue_line(&name) else {
            report.metric_definitions.insert(name, declared);
            continue;
        };
        if agreement(&declared, &path, known, &mut fields.problems) == Agreement::InPercent {
            in_percent.insert(name);
        }
    }
    in_percent
}

#[derive(PartialEq)]
enum Agreement {
    Same,
    InPercent,
}

/// The valid fields of one entry.
fn declaration(path: &Path, body: &Map<String, Value>, fields: &mut Fields) -> Declaration {
    let mut declared = Declaration::default();
    let problems = &mut fields.problems;
    for (key, value) in body.iter().filter(|(_, value)| !value.is_null()) {
        let path = path.key(key);
        match key.as_str() {
            "unit" => declared.unit = text(path, value, problems),
            "description" => declared.description = text(path, value, problems),
            "direction" => declared.direction = direction(path, value, problems),
            "min" => declared.min = number(path, value, problems),
            "max" => declared.max = number(path, value, problems),
            "range" => match value.as_array().map(Vec::as_slice) {
                Some([min, max]) => {
                    let bound = |value: &Value, index, problems: &mut Vec<Problem>| {
                        (!value.is_null())
                            .then(|| number(path.index(index), value, problems))
                            .flatten()
                    };
                    declared.min = bound(min, 0, problems);
                    declared.max = bound(max, 1, problems);
                }
                _ => problems.push(Problem::new(
                    path,
                    "must be an array of two: the least and the greatest value, or null",
                )),
            },
            _ => fields.warnings.push(Warning::new(
                path,
                format!(
                    "says nothing here and is ignored; a definition has {}",
                    FIELDS.join(", ")
                ),
            )),
        }
    }
    if let (Some(min), Some(max)) = (declared.min, declared.max)
        && min >= max
    {
        let message = format!("must have a min below its max, found {min} and {max}");
        problems.push(Problem::new(path.clone(), message));
        (declared.min, declared.max) = (None, None);
    }
    declared
}

/// Compares the declaration of a known metric with the catalogue.
fn agreement(
    declared: &Declaration,
    path: &Path,
    known: &MetricDefinition,
    problems: &mut Vec<Problem>,
) -> Agreement {
    let name = &known.name;
    if let Some(direction) = declared.direction
        && direction != known.direction
    {
        let message = format!(
            "must be {}, as `{name}` is everywhere, found {direction}",
            known.direction
        );
        problems.push(
            Problem::new(path.key("direction"), message)
                .with_hint("choose a new name for a new metric"),
        );
    }
    let unit = known.unit.as_deref().unwrap_or_default();
    let declared_unit = declared.unit.as_deref().unwrap_or(unit);
    if unit == "ratio" && matches!(declared_unit, "percent" | "%") {
        return Agreement::InPercent;
    }
    if declared_unit != unit {
        let message =
            format!("must be `{unit}`, as `{name}` is everywhere, found `{declared_unit}`");
        let hint = "convert the values, or choose a new name for a new metric";
        problems.push(Problem::new(path.key("unit"), message).with_hint(hint));
    }
    let is_other =
        |declared: Option<f64>, known: Option<f64>| declared.is_some() && declared != known;
    if is_other(declared.min, known.min) || is_other(declared.max, known.max) {
        let message = format!("must keep the range of `{name}`: {}", range_in_words(known));
        let hint = if unit == "ratio" {
            "leave the range out; for values in percent declare the unit `percent`"
        } else {
            "leave the range out"
        };
        problems.push(Problem::new(path.clone(), message).with_hint(hint));
    }
    Agreement::Same
}

/// `0 to 1`, `0 or more`.
fn range_in_words(definition: &MetricDefinition) -> String {
    match (definition.min, definition.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "any number".to_owned(),
    }
}

fn text(path: Path, value: &Value, problems: &mut Vec<Problem>) -> Option<String> {
    let read = match value {
        Value::String(text) => super::fields::parse_text::<Label>(path, text),
        other => Err(Problem::new(
            path,
            format!("must be a string, found {}", in_words(other)),
        )),
    };
    read.map(|label| label.to_string())
        .map_err(|problem| problems.push(problem))
        .ok()
}

fn number(path: Path, value: &Value, problems: &mut Vec<Problem>) -> Option<f64> {
    let number = value.as_f64();
    if number.is_none() {
        problems.push(not_a_number(path, value));
    }
    number
}

fn direction(path: Path, value: &Value, problems: &mut Vec<Problem>) -> Option<Direction> {
    use Direction::{HigherIsBetter, LowerIsBetter, Neither};
    let word = value.as_str().unwrap_or_default();
    let read = [HigherIsBetter, LowerIsBetter, Neither]
        .into_iter()
        .find(|direction| direction.as_str() == word);
    if read.is_none() {
        let message = format!(
            "must be higher_is_better, lower_is_better or neither, found {}",
            in_words(value)
        );
        problems.push(match meant(word) {
            Some(direction) => {
                Problem::new(path, message).with_hint(format!("write `{direction}`"))
            }
            None => Problem::new(path, message),
        });
    }
    read
}

/// Other tools' names for a direction.
fn meant(word: &str) -> Option<Direction> {
    let word = word.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["high", "max", "up", "big", "more", "asc", "increas"]) {
        Some(Direction::HigherIsBetter)
    } else if has(&["low", "min", "down", "small", "less", "desc", "decreas"]) {
        Some(Direction::LowerIsBetter)
    } else if has(&["none", "info", "neutral"]) {
        Some(Direction::Neither)
    } else {
        None
    }
}
