use std::fmt::Write as _;

use bench_model::rest::rows::BaselineRow;

use crate::{printer::outcome::Told, terminal::text::plain, verbs::baseline::BaselineDone};

/// The result of a verb of `baseline`.
pub(crate) fn baseline(done: &BaselineDone) -> Told {
    match done {
        BaselineDone::Set(baseline) => Told::out(format!(
            "baseline is run {} for {}\n",
            run_of(baseline),
            scope_of(baseline)
        )),
        BaselineDone::Cleared {
            was_there: true,
            scope,
            run,
        } => Told::out(format!(
            "cleared the {} baseline that counted for run {run}\n",
            scope.as_str()
        )),
        BaselineDone::Cleared {
            was_there: false,
            scope,
            run,
        } => Told::out(format!(
            "there was no {} baseline for run {run}; nothing changed\n",
            scope.as_str()
        )),
        BaselineDone::List(baselines) if baselines.is_empty() => Told::talk(
            "no baseline is in force; `bench-push baseline set RUN` marks one\n".to_owned(),
        ),
        BaselineDone::List(baselines) => {
            let mut out = String::new();
            for baseline in baselines {
                let _ = writeln!(out, "{}  {}", run_of(baseline), scope_of(baseline));
                let _ = writeln!(out, "  {}", marked(baseline));
            }
            Told::out(out)
        }
    }
}

fn run_of(baseline: &BaselineRow) -> &str {
    baseline.transaction_id.as_deref().unwrap_or("cleared")
}

fn scope_of(baseline: &BaselineRow) -> String {
    let BaselineRow {
        model_version,
        dataset_version,
        prompt_version,
        environment,
        ..
    } = baseline;
    let model = model_version.as_deref().unwrap_or("any model");
    let prompt = prompt_version.as_deref().unwrap_or("any prompt");
    plain(&format!(
        "{model} / {dataset_version} / {prompt} / {environment}"
    ))
}

fn marked(
    BaselineRow {
        transaction_id,
        marked_at,
        marked_by,
        reason,
        ..
    }: &BaselineRow,
) -> String {
    let verb = if transaction_id.is_some() {
        "marked"
    } else {
        "cleared"
    };
    let mut text = format!("{verb} {marked_at}");
    if let Some(name) = marked_by {
        let _ = write!(text, " by {name}");
    }
    if let Some(reason) = reason {
        let _ = write!(text, ": {reason}");
    }
    plain(&text)
}
