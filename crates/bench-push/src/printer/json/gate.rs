use serde_json::{Value, json};

use crate::{
    gate::Said,
    verbs::gate::{Explained, ExplainedMetric},
};

/// The result of `gate explain`.
///
/// | field | |
/// | --- | --- |
/// | `gate` | the file and its digest; null without one |
/// | `metrics[]` | `metric`, and for each setting `value`, `line` and `pattern`; null where a default holds |
/// | `ignored_params`, `main_branch`, `patterns` | what the file says of all metrics, and its rules |
pub(crate) fn explained(explained: &Explained) -> Value {
    let pattern = |(pattern, line): &(String, usize)| json!({"pattern": pattern, "line": line});
    json!({
        "success": true, "status": 0,
        "gate": explained.gate.as_ref().map(|gate| json!({"file": gate.path, "digest": gate.digest})),
        "metrics": explained.metrics.iter().map(metric).collect::<Vec<_>>(),
        "ignored_params": explained.ignored_params,
        "main_branch": explained.main_branch,
        "patterns": explained.patterns.iter().map(pattern).collect::<Vec<_>>(),
    })
}

fn metric(metric: &ExplainedMetric) -> Value {
    let ExplainedMetric {
        name,
        terms,
        by_name,
    } = metric;
    let severity = &terms.severity;
    let uncertain = &terms.uncertain;
    json!({
        "metric": name,
        "margin": terms.margin.as_ref().map(|said| setting(said, &json!(said.value))),
        "level": terms.level.as_ref().map(|said| setting(said, &json!(said.value))),
        "direction": terms.direction.as_ref().map(|said| setting(said, &json!(said.value))),
        "direction_by_name": by_name,
        "severity": setting(severity, &json!(severity.value.as_str())),
        "uncertain": setting(uncertain, &json!(uncertain.value.as_str())),
        "required": setting(&terms.required, &json!(terms.required.value)),
        "excuse": terms.excuse.as_ref().map(|excuse| json!({
            "until": excuse.until.to_string(), "reason": excuse.reason, "owner": excuse.owner, "line": excuse.line,
            "is_over": terms.is_excuse_over,
        })),
    })
}

fn setting<T>(said: &Said<T>, value: &Value) -> Value {
    json!({"value": value, "line": said.line, "pattern": said.by})
}
