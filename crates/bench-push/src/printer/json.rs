//! Outcomes as one JSON object. Fields are only ever added.

mod backtest;
mod compare;
mod judging;

use serde_json::{Value, json};

pub(crate) use backtest::backtested;
pub(crate) use compare::compared;
pub(crate) use judging::{change_point, checked, histories};

use crate::{
    failure::Failure,
    report::gather::{FileWarning, Trouble},
    verbs::{
        baseline::BaselineDone,
        doctor::{Diagnosis, Finding},
        flush::Flushed,
        push::{Fate, Pushed, PushedRun, Verified},
        schema::Applied,
    },
};

/// A verb that failed: `{"success": false, "status": 4, "error": {…}}`.
pub(crate) fn failure(failure: &Failure) -> Value {
    json!({ "success": false, "status": failure.status(), "error": error(failure) })
}

fn error(failure: &Failure) -> Value {
    let (http_status, code) = failure.answer();
    json!({ "message": failure.to_string(), "hint": failure.hint(), "http_status": http_status, "code": code })
}

/// What `push` did.
///
/// | field | |
/// | --- | --- |
/// | `success`, `status` | whether all was done; the exit status |
/// | `stored`, `duplicates`, `spooled` | how many runs |
/// | `runs` | one object per valid run, in the order of the reports: `outcome` (`stored`, `duplicate`, `spooled`, `not_sent`), `id`, `version`, `file`, `path`, … |
/// | `problems`, `warnings` | per file, with path, message and hint |
/// | `verified` | of `--verify`: `agree`, `differ`, `older` |
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
        "spooled": spooled,
        "spool": pushed.spool,
        "runs": pushed.runs.iter().map(run).collect::<Vec<_>>(),
        "problems": pushed.troubles.iter().flat_map(problems).collect::<Vec<_>>(),
        "warnings": pushed.warnings.iter().map(warning).collect::<Vec<_>>(),
        "verified": pushed.verified.as_ref().map(verified),
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
        Fate::Kept(row) if row.inserted => ("stored", Some(row)),
        Fate::Kept(row) => ("duplicate", Some(row)),
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
        "commit_sha": run.commit_sha,
        "metrics": run.metrics,
        "idempotency_key": run.idempotency_key,
    })
}

fn problems(trouble: &Trouble) -> Vec<Value> {
    let whole = |file: &str| {
        vec![
            json!({ "file": file, "path": null, "message": trouble.to_string(), "hint": trouble.hints().first() }),
        ]
    };
    match trouble {
        Trouble::Invalid { file, problems } => problems
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

/// What `flush` did.
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

/// What `doctor` found.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> Value {
    let finding = |Finding {
                       subject,
                       sentence,
                       trouble,
                   }: &Finding| {
        json!({ "subject": subject, "ok": trouble.is_none(), "message": sentence, "hint": trouble.as_ref().and_then(|trouble| trouble.hint.as_ref()) })
    };
    json!({
        "success": diagnosis.status() == 0,
        "status": diagnosis.status(),
        "findings": diagnosis.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// What a verb of `baseline` did.
pub(crate) fn baseline(done: &BaselineDone) -> Value {
    match done {
        BaselineDone::Set(baseline) => {
            json!({ "success": true, "status": 0, "baseline": baseline })
        }
        BaselineDone::Cleared {
            was_there,
            scope,
            run,
        } => {
            json!({ "success": true, "status": 0, "cleared": was_there, "scope": scope.as_str(), "run": run })
        }
        BaselineDone::List(baselines) => {
            json!({ "success": true, "status": 0, "baselines": baselines })
        }
    }
}

/// What `schema apply` did.
pub(crate) fn applied(
    Applied {
        newly,
        already,
        host,
    }: &Applied,
) -> Value {
    json!({ "success": true, "status": 0, "host": host, "applied": newly, "already": already })
}
