use bench_model::rest::rows::TransactionRow;
use serde_json::{Value, json};

/// Identifies a run.
pub(super) fn names(run: &TransactionRow) -> Value {
    json!({
        "id": run.id, "version": run.version, "created_at": run.created_at.to_string(), "commit_sha": run.commit_sha,
        "model_version": run.model_version, "dataset_version": run.dataset_version,
        "prompt_version": run.prompt_version, "environment": run.environment,
    })
}
