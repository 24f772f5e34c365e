//! What `compare` found, as JSON.

use serde_json::{Value, json};

use crate::compare::{Compared, ComparedPair, pairs::Group};

/// What `compare` found.
///
/// | field | |
/// | --- | --- |
/// | `success`, `status` | whether nothing regressed; the exit status |
/// | `comparisons` | one object per pair of configurations: `baseline`, `current`, `metrics` |
/// | `baseline`, `current` | the configuration and its `runs`, the newest first |
/// | `metrics` | one object per metric: what was found, and `verdict` with `kind` and `reason` |
/// | `alone` | configurations of B that A has nothing like |
pub fn compared(compared: &Compared) -> Value {
    let pair = |ComparedPair {
                    baseline,
                    current,
                    metrics,
                }: &ComparedPair| {
        json!({ "baseline": group(baseline), "current": group(current), "metrics": metrics })
    };
    json!({
        "success": compared.status() == 0,
        "status": compared.status(),
        "comparisons": compared.pairs.iter().map(pair).collect::<Vec<_>>(),
        "alone": compared.alone.iter().map(group).collect::<Vec<_>>(),
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
