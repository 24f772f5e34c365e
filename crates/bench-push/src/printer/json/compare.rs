//! The result of `compare`, as JSON.

use bench_model::stats::Having;
use serde_json::{Value, json};

use crate::verbs::compare::{Compared, ComparedPair, Unshared, pairs::Group};

/// The result of `compare`.
///
/// | field | |
/// | --- | --- |
/// | `success`, `status` | whether nothing regressed and no required metric is missing; the exit status |
/// | `comparisons` | one object per pair of configurations: `baseline`, `current`, `metrics` |
/// | `baseline`, `current` | the configuration and its `runs`, the newest first |
/// | `metrics` | one object per metric: what was found, and `verdict` with `kind` and `reason` |
/// | `unshared` | per pair, what only some runs have: `metric`, `is_missing`, `is_required` (then the status is 1), `reason`, and the runs of each side |
/// | `alone` | configurations of B that A has nothing like |
pub(crate) fn compared(compared: &Compared) -> Value {
    let pair = |ComparedPair {
                    baseline,
                    current,
                    metrics,
                    unshared,
                }: &ComparedPair| {
        let unshared: Vec<Value> = unshared.iter().map(unshared_metric).collect();
        json!({ "baseline": group(baseline), "current": group(current), "metrics": metrics, "unshared": unshared })
    };
    json!({
        "success": compared.status() == 0,
        "status": compared.status(),
        "comparisons": compared.pairs.iter().map(pair).collect::<Vec<_>>(),
        "alone": compared.alone.iter().map(group).collect::<Vec<_>>(),
    })
}

fn unshared_metric(
    Unshared {
        metric,
        is_required,
    }: &Unshared,
) -> Value {
    let having =
        |having: &Having| json!({ "runs": having.runs, "of": having.of, "value": having.value });
    json!({
        "metric": metric.name, "is_missing": metric.is_missing(), "is_required": is_required,
        "reason": metric.reason(), "baseline": having(&metric.baseline), "current": having(&metric.current),
    })
}

fn group(group: &Group) -> Value {
    let newest = group.newest();
    let runs: Vec<Value> = group
        .runs
        .iter()
        .map(|run| json!({ "id": run.id, "version": run.version, "commit_sha": run.commit_sha, "created_at": run.created_at.to_string() }))
        .collect();
    json!({
        "model_version": newest.model_version,
        "dataset_version": newest.dataset_version,
        "prompt_version": newest.prompt_version,
        "environment": newest.environment,
        "runs": runs,
    })
}
