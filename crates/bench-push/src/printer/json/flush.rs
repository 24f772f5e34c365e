use serde_json::{Value, json};

use crate::{
    printer::json::failure::error,
    spool::RefusedRun,
    verbs::flush::{Flushed, StuckRun},
};

/// The result of `flush`.
pub(crate) fn flushed(flushed: &Flushed) -> Value {
    let runs: Vec<Value> = flushed
        .kept
        .iter()
        .map(|(key, row)| json!({ "outcome": if row.is_new() { "stored" } else { "duplicate" }, "id": row.id, "idempotency_key": key }))
        .collect();
    json!({
        "success": flushed.status() == 0,
        "status": flushed.status(),
        "stored": flushed.kept.iter().filter(|(_, row)| row.is_new()).count(),
        "duplicates": flushed.kept.iter().filter(|(_, row)| !row.is_new()).count(),
        "waiting": flushed.waiting,
        "runs": runs,
        "stuck": flushed.stuck.iter().map(stuck).collect::<Vec<_>>(),
        "refused": set_aside(&flushed.refused),
        "refused_earlier": set_aside(&flushed.refused_earlier),
        "removed": set_aside(&flushed.removed),
        "error": flushed.failure.as_ref().map(error),
    })
}

fn stuck(
    StuckRun {
        file,
        reason,
        is_temporary,
    }: &StuckRun,
) -> Value {
    json!({ "file": file, "message": reason, "is_temporary": is_temporary })
}

fn set_aside(runs: &[RefusedRun]) -> Vec<Value> {
    let run = |RefusedRun { file, reason }: &RefusedRun| json!({ "file": file, "message": reason });
    runs.iter().map(run).collect()
}
