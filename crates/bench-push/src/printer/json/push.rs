use serde_json::{Value, json};

use crate::{
    printer::json::failure::error,
    report::gather::{FileWarning, Trouble},
    verbs::push::{Fate, Pushed, PushedRun, Verified},
};

/// The result of `push`.
///
/// | field | |
/// | --- | --- |
/// | `success`, `status` | whether all was done; the exit status |
/// | `stored`, `duplicates`, `conflicts`, `spooled` | how many runs |
/// | `runs` | one object per valid run, in the order of the reports: `outcome` (`stored`, `duplicate`, `conflict`, `spooled`, `not_sent`), `id`, `version`, `file`, `path`, `is_mainline`, `side_run` (why it is one), … |
/// | `problems`, `warnings` | per file, with path, message and hint |
/// | `verified` | of `--verify`: `agree`, `differ`, `older` |
/// | `unverified` | of `--verify`: why what is stored could not be read back |
/// | `remarks` | remarks on the stored runs: `no_direction`, `declaration_ignored`, `new_name` |
/// | `error` | why it ended early |
/// | `request` | of `--dry-run`: what would be sent |
pub(crate) fn pushed(pushed: &Pushed) -> Value {
    let (stored, duplicates, spooled) = pushed.counts();
    let mut object = json!({
        "success": pushed.status() == 0,
        "status": pushed.status(),
        "dry_run": pushed.dry_run,
        "project_url": pushed.project_url,
        "stored": stored,
        "duplicates": duplicates,
        "conflicts": pushed.conflicts(),
        "spooled": spooled,
        "spool": pushed.spool,
        "runs": pushed.runs.iter().map(run).collect::<Vec<_>>(),
        "problems": pushed.troubles.iter().flat_map(problems).collect::<Vec<_>>(),
        "warnings": pushed.warnings.iter().map(warning).collect::<Vec<_>>(),
        "verified": pushed.verified.as_ref().map(verified),
        "unverified": pushed.unverified.as_ref().map(ToString::to_string),
        "remarks": pushed.remarks,
        "error": pushed.failure.as_ref().map(error),
    });
    if pushed.dry_run {
        object["request"] =
            json!({ "p_runs": pushed.runs.iter().map(|pushed| &pushed.run).collect::<Vec<_>>() });
    }
    object
}

fn run(PushedRun { place, run, fate }: &PushedRun) -> Value {
    let (outcome, row) = match fate {
        Fate::Kept(row) if row.is_new() => ("stored", Some(row)),
        Fate::Kept(row) => ("duplicate", Some(row)),
        Fate::Conflict(row) => ("conflict", Some(row)),
        Fate::Spooled => ("spooled", None),
        Fate::NotSent => ("not_sent", None),
    };
    json!({
        "outcome": outcome,
        "id": row.map(|row| &row.id),
        "version": row.map(|row| row.version),
        "created_at": row.map(|row| row.created_at.to_string()),
        "file": place.file,
        "path": place.path,
        "model_version": run.model_version,
        "dataset_version": run.dataset_version,
        "prompt_version": run.prompt_version,
        "environment": run.environment,
        "is_mainline": run.is_mainline,
        "side_run": place.side_run,
        "commit_sha": run.commit_sha,
        "metrics": run.metrics,
        "idempotency_key": run.idempotency_key,
        "differs": row.and_then(|row| row.differs.as_ref()),
    })
}

fn problems(trouble: &Trouble) -> Vec<Value> {
    let whole = |file: &str| {
        vec![
            json!({ "file": file, "path": null, "message": trouble.to_string(), "hint": trouble.hints().first() }),
        ]
    };
    match trouble {
        Trouble::Invalid { file, problems, .. } => problems
            .iter()
            .map(|problem| json!({ "file": file, "path": problem.path.to_string(), "message": problem.message, "hint": problem.hint }))
            .collect(),
        Trouble::NoReport { file, .. } | Trouble::HoldsKey { file } => whole(file),
        Trouble::Source(error) => whole(error.name()),
    }
}

fn warning(FileWarning { file, warning }: &FileWarning) -> Value {
    json!({ "file": file, "path": warning.path.to_string(), "message": warning.message })
}

fn verified(
    Verified {
        agree,
        differ,
        older,
    }: &Verified,
) -> Value {
    let list = |runs: &[(String, Vec<bench_model::verify::Difference>)]| {
        let run = |(id, differences): &(String, Vec<_>)| json!({ "id": id, "differences": differences.iter().map(ToString::to_string).collect::<Vec<_>>() });
        runs.iter().map(run).collect::<Vec<_>>()
    };
    json!({ "agree": agree, "differ": list(differ), "older": list(older) })
}
