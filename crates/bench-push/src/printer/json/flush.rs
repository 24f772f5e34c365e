use serde_json::{Value, json};

use crate::{printer::json::failure::error, verbs::flush::Flushed};

/// The result of `flush`.
pub(crate) fn flushed(flushed: &Flushed) -> Value {
    let runs: Vec<Value> = flushed
        .kept
        .iter()
        .map(|(key, row)| json!({ "outcome": if row.inserted { "stored" } else { "duplicate" }, "id": row.id, "idempotency_key": key }))
        .collect();
    json!({
        "success": flushed.status() == 0,
        "status": flushed.status(),
        "stored": flushed.kept.iter().filter(|(_, row)| row.inserted).count(),
        "duplicates": flushed.kept.iter().filter(|(_, row)| !row.inserted).count(),
        "waiting": flushed.waiting,
        "runs": runs,
        "refused": flushed.refused.iter().map(|(file, reason)| json!({ "file": file, "message": reason })).collect::<Vec<_>>(),
        "error": flushed.failure.as_ref().map(error),
    })
}
