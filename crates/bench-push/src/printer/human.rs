//! Outcomes as sentences.

mod backtest;
mod compare;
pub(crate) mod failure;
pub(crate) mod judging;
mod push;
mod sparkline;

use std::fmt::Write as _;

pub(crate) use backtest::backtested;
pub(crate) use compare::compared;
pub(crate) use failure::failure;
pub(crate) use judging::{change_point, checked, histories};
pub(crate) use push::pushed;

use crate::{
    exit,
    printer::{human::failure::push_hints, rendered::Rendered, text::plain},
    report::gather::count,
    verbs::{
        baseline::{Baseline, BaselineDone},
        doctor::{Diagnosis, Finding},
        flush::Flushed,
        schema::Applied,
    },
};

/// What `flush` did.
pub(crate) fn flushed(flushed: &Flushed) -> Rendered {
    let mut rendered = Rendered {
        status: flushed.status(),
        ..Rendered::default()
    };
    for (_, row) in &flushed.kept {
        let _ = if row.inserted {
            writeln!(rendered.out, "stored run {}", row.id)
        } else {
            writeln!(rendered.out, "run {} was already stored", row.id)
        };
    }
    for (file, reason) in &flushed.refused {
        let _ = writeln!(
            rendered.talk,
            "error: {reason}\n  the run was put aside in `{}`",
            file.display()
        );
    }
    if let Some(failed) = &flushed.failure {
        let _ = writeln!(rendered.talk, "error: {failed}");
        if flushed.waiting > 0 {
            let _ = writeln!(
                rendered.talk,
                "  {} still {} in the spool",
                count(flushed.waiting, "run"),
                if flushed.waiting == 1 {
                    "waits"
                } else {
                    "wait"
                }
            );
        }
        push_hints(&mut rendered.talk, failed.hint().as_slice());
    } else if flushed.kept.is_empty() && flushed.refused.is_empty() {
        let _ = writeln!(rendered.talk, "the spool is empty, nothing to send");
    }
    rendered
}

/// What `doctor` found.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> Rendered {
    let mut rendered = Rendered {
        status: diagnosis.status(),
        ..Rendered::default()
    };
    for Finding {
        subject,
        sentence,
        trouble,
    } in &diagnosis.findings
    {
        let mark = if trouble.is_none() { "ok   " } else { "WRONG" };
        let _ = writeln!(rendered.out, "{mark}  {subject:<8} {sentence}");
    }
    let hints: Vec<String> = diagnosis
        .findings
        .iter()
        .filter_map(|finding| finding.trouble.as_ref()?.hint.clone())
        .collect();
    push_hints(&mut rendered.talk, &hints);
    rendered
}

/// What a verb of `baseline` did.
pub(crate) fn baseline(done: &BaselineDone) -> Rendered {
    match done {
        BaselineDone::Set(baseline) => Rendered::out(format!(
            "baseline is run {} for {}\n",
            baseline.run(),
            scope_of(baseline)
        )),
        BaselineDone::Cleared {
            was_there: true,
            scope,
            run,
        } => Rendered::out(format!(
            "cleared the {} baseline that counted for run {run}\n",
            scope.as_str()
        )),
        BaselineDone::Cleared {
            was_there: false,
            scope,
            run,
        } => Rendered::out(format!(
            "there was no {} baseline for run {run}; nothing changed\n",
            scope.as_str()
        )),
        BaselineDone::List(baselines) if baselines.is_empty() => Rendered {
            talk: "no baseline is in force; `bench-push baseline set RUN` marks one\n".to_owned(),
            ..Rendered::default()
        },
        BaselineDone::List(baselines) => {
            let mut out = String::new();
            for baseline in baselines {
                let _ = writeln!(out, "{}  {}", baseline.run(), scope_of(baseline));
                let _ = writeln!(out, "  {}", marked(baseline));
            }
            Rendered::out(out)
        }
    }
}

fn scope_of(baseline: &Baseline) -> String {
    let Baseline {
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
    Baseline {
        marked_at,
        marked_by,
        reason,
        ..
    }: &Baseline,
) -> String {
    let mut text = format!("marked {marked_at}");
    if let Some(name) = marked_by {
        let _ = write!(text, " by {name}");
    }
    if let Some(reason) = reason {
        let _ = write!(text, ": {reason}");
    }
    plain(&text)
}

/// What `schema apply` did.
pub(crate) fn applied(
    Applied {
        newly,
        already,
        host,
    }: &Applied,
) -> Rendered {
    let mut out = String::new();
    for file in newly {
        let _ = writeln!(out, "applied {file}");
    }
    let _ = if newly.is_empty() {
        writeln!(
            out,
            "the schema at `{host}` is up to date ({})",
            count(*already, "migration")
        )
    } else {
        writeln!(
            out,
            "the schema at `{host}` is up to date: {} applied, {already} there before",
            count(newly.len(), "migration")
        )
    };
    Rendered {
        out,
        status: exit::DONE,
        ..Rendered::default()
    }
}
