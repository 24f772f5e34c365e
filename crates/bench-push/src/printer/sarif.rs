//! A check as SARIF 2.1.0, for code scanning: one rule a metric, one result a verdict that wants to
//! be read.

use std::collections::BTreeMap;

use bench_model::stats::VerdictKind;
use serde_json::{Value, json};

use crate::{
    gate::Consequence,
    printer::human::run::name_of,
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Code scanning refuses more.
const MOST_RESULTS: usize = 5_000;
/// Code scanning cuts longer texts.
const MOST_TEXT: usize = 1_000;

/// The check as one SARIF run.
pub(crate) fn checked(checked: &Checked) -> Value {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    let mut results = Vec::new();
    for run in &checked.runs {
        for metric in &run.metrics {
            if let Some(level) = level(metric) {
                let name = metric.check.definition.name.as_str();
                rules.entry(name).or_insert_with(|| rule(name));
                results.push(result(checked, run, name, level, &metric.check.reason));
            }
        }
        for missing in &run.missing {
            let name = missing.metric.name.as_str();
            rules.entry(name).or_insert_with(|| rule(name));
            let level = level_of_missing(missing);
            results.push(result(checked, run, name, level, &missing.metric.reason()));
        }
    }
    results.truncate(MOST_RESULTS);
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "bench-push",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            }},
            "results": results,
        }],
    })
}

fn level(metric: &CheckedMetric) -> Option<&'static str> {
    match (metric.check.kind, metric.consequence()) {
        (_, Consequence::Fails) => Some("error"),
        (_, Consequence::Warns) => Some("warning"),
        (VerdictKind::Regressed, Consequence::Passes) => Some("note"),
        _ => metric.is_suspect().then_some("note"),
    }
}

fn level_of_missing(missing: &Missing) -> &'static str {
    match missing.consequence() {
        Consequence::Fails => "error",
        Consequence::Warns => "warning",
        Consequence::Passes => "note",
    }
}

fn rule(metric: &str) -> Value {
    json!({
        "id": short(metric),
        "shortDescription": { "text": format!("{} regressed or is missing", short(metric)) },
    })
}

fn result(checked: &Checked, run: &CheckedRun, metric: &str, level: &str, reason: &str) -> Value {
    let name = name_of(&run.run);
    // A result needs a place in the repository: the file that says what fails.
    let (file, line) = match &checked.gate {
        Some(gate) => (gate.path.as_str(), 1),
        None => ("bench.toml", 1),
    };
    json!({
        "ruleId": short(metric),
        "level": level,
        "message": { "text": short(&format!("{name}: {reason}")) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": file },
                "region": { "startLine": line },
            },
            "logicalLocations": [{ "fullyQualifiedName": short(&format!("{name} {metric}")) }],
        }],
        // The same finding in the next run is the same alert.
        "partialFingerprints": { "configurationMetric/v1": short(&format!("{name} {metric}")) },
    })
}

fn short(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}
