//! Outcomes as sentences.

use std::fmt::Write as _;

use super::{Rendered, pretty};
use crate::{
    Failure,
    baseline::{Baseline, BaselineDone},
    doctor::{Diagnosis, Finding},
    exit,
    flush::Flushed,
    gather::{FileWarning, Trouble, count},
    push::{Fate, Pushed, PushedRun, Verified},
    schema::Applied,
};

/// More warnings than these are counted, not shown.
const MOST_WARNINGS: usize = 20;

/// `error: …` and `hint: …`.
pub fn failure(failure: &Failure) -> Rendered {
    let mut talk = format!("error: {failure}\n");
    push_hints(&mut talk, failure.hint().as_slice());
    Rendered::failed(talk, failure.status())
}

/// What `push` did.
pub fn pushed(pushed: &Pushed) -> Rendered {
    let mut rendered = Rendered {
        status: pushed.status(),
        ..Rendered::default()
    };
    warnings(&mut rendered.talk, &pushed.warnings);
    if pushed.dry_run {
        dry_run(&mut rendered, pushed);
    }
    for run in &pushed.runs {
        rendered.out.push_str(&fate(run));
    }
    for trouble in &pushed.troubles {
        rendered.talk.push_str(&troubled(trouble, pushed));
    }
    if let Some(failed) = &pushed.failure {
        rendered.talk.push_str(&ended_early(failed, pushed));
    }
    if let Some(read_back) = &pushed.verified {
        verified(&mut rendered.talk, read_back);
    }
    let (stored, duplicates, _) = pushed.counts();
    if stored + duplicates > 1 {
        let _ = writeln!(
            rendered.talk,
            "{} stored, {duplicates} stored before",
            count(stored, "run")
        );
    }
    rendered
}

fn fate(PushedRun { run, fate, .. }: &PushedRun) -> String {
    match fate {
        Fate::Kept(row) if row.inserted => {
            format!(
                "stored run {} ({})\n",
                row.id,
                count(run.metrics.len(), "metric")
            )
        }
        Fate::Kept(row) => format!("run {} was already stored\n", row.id),
        Fate::Spooled | Fate::NotSent => String::new(),
    }
}

fn dry_run(rendered: &mut Rendered, pushed: &Pushed) {
    let runs: Vec<_> = pushed.runs.iter().map(|pushed| &pushed.run).collect();
    if !runs.is_empty() {
        rendered
            .out
            .push_str(&pretty(&serde_json::json!({ "p_runs": runs })));
    }
    let target = pushed
        .project_url
        .as_ref()
        .map_or_else(String::new, |url| format!(" to `{url}`"));
    let _ = writeln!(
        rendered.talk,
        "{} would be sent{target}; nothing was sent",
        count(runs.len(), "run")
    );
}

fn troubled(trouble: &Trouble, pushed: &Pushed) -> String {
    let sent = if pushed.keep_going {
        "it was left out"
    } else {
        "nothing was sent"
    };
    let mut text = format!("error: {trouble}, {sent}\n");
    if let Trouble::Invalid { problems, .. } = trouble {
        for problem in problems {
            let _ = writeln!(text, "  {problem}");
        }
    }
    push_hints(&mut text, &trouble.hints());
    text
}

fn ended_early(failed: &Failure, pushed: &Pushed) -> String {
    let (stored, duplicates, spooled) = pushed.counts();
    let left = pushed.runs.len() - stored - duplicates - spooled;
    let is_nothing =
        left == pushed.runs.len() && matches!(failed, Failure::Settings(_) | Failure::Call(_));
    let mut text = format!(
        "error: {failed}{}\n",
        if is_nothing {
            "; nothing was stored"
        } else {
            ""
        }
    );
    if stored + duplicates > 0 {
        let _ = writeln!(
            text,
            "  {} before it {} stored",
            count(stored + duplicates, "run"),
            were(stored + duplicates)
        );
    }
    if left > 0 && !is_nothing {
        let _ = writeln!(
            text,
            "  {} {} not sent or not taken",
            count(left, "run"),
            were(left)
        );
    }
    let mut hints: Vec<String> = failed.hint().into_iter().collect();
    if let (Some(folder), true) = (&pushed.spool, spooled > 0) {
        let _ = writeln!(
            text,
            "  {} {} in the spool `{}`",
            count(spooled, "run"),
            if spooled == 1 { "waits" } else { "wait" },
            folder.display()
        );
        hints
            .push("nothing is lost: `bench-push flush` sends what waits, each run once".to_owned());
    }
    push_hints(&mut text, &hints);
    text
}

fn were(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

/// A warning that many reports share is said once, with the first of them.
fn warnings(talk: &mut String, warnings: &[FileWarning]) {
    let mut groups: Vec<(&FileWarning, usize)> = Vec::new();
    for warning in warnings {
        match groups
            .iter_mut()
            .find(|(first, _)| first.warning.message == warning.warning.message)
        {
            Some((_, times)) => *times += 1,
            None => groups.push((warning, 1)),
        }
    }
    for (FileWarning { file, warning }, times) in groups.iter().take(MOST_WARNINGS) {
        let more = if *times > 1 {
            format!(" (and {} like it)", count(times - 1, "more report"))
        } else {
            String::new()
        };
        let _ = writeln!(talk, "warning: `{file}`: {warning}{more}");
    }
    if let Some(more) = groups
        .len()
        .checked_sub(MOST_WARNINGS)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(talk, "warning: and {more} more");
    }
}

fn verified(
    talk: &mut String,
    Verified {
        agree,
        differ,
        older,
    }: &Verified,
) {
    for (id, differences) in differ {
        let _ = writeln!(talk, "error: run {id} is not stored as it was sent");
        for difference in differences {
            let _ = writeln!(talk, "  {difference}");
        }
    }
    for (id, differences) in older {
        let _ = writeln!(
            talk,
            "warning: run {id} was stored before with other values, which stay"
        );
        for difference in differences {
            let _ = writeln!(talk, "  {difference}");
        }
    }
    if *agree > 0 {
        let _ = writeln!(talk, "verified {}: stored as sent", count(*agree, "run"));
    }
}

/// What `flush` did.
pub fn flushed(flushed: &Flushed) -> Rendered {
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
pub fn diagnosis(diagnosis: &Diagnosis) -> Rendered {
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
pub fn baseline(done: &BaselineDone) -> Rendered {
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
    format!("{model} / {dataset_version} / {prompt} / {environment}")
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
    text
}

/// What `schema apply` did.
pub fn applied(
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

/// Hints after an empty line, their further lines indented.
fn push_hints(text: &mut String, hints: &[String]) {
    if !hints.is_empty() {
        text.push('\n');
    }
    for hint in hints {
        let _ = writeln!(text, "hint: {}", hint.replace('\n', "\n      "));
    }
}

#[cfg(test)]
mod tests {
    use bench_model::{path::Path, problem::Problem};

    use super::*;
    use crate::gather::Place;

    fn outcome() -> Pushed {
        Pushed {
            runs: Vec::new(),
            troubles: Vec::new(),
            warnings: Vec::new(),
            keep_going: false,
            dry_run: false,
            project_url: None,
            spool: None,
            verified: None,
            failure: None,
        }
    }

    fn run(id: &str, inserted: bool) -> PushedRun {
        let run = serde_json::from_value(serde_json::json!({
            "commit_sha": "abc123", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": {"f1": 0.9, "latency_ms": 12}, "idempotency_key": "k",
        }))
        .expect("a run");
        let row = serde_json::from_value(serde_json::json!({
            "idempotency_key": "k", "id": id, "version": 1, "inserted": inserted, "created_at": "2026-11-24T09:00:00Z",
        }))
        .expect("a row");
        PushedRun {
            place: Place {
                file: "r.json".into(),
                path: String::new(),
            },
            run,
            fate: Fate::Kept(row),
        }
    }

    #[test]
    fn a_push_says_what_was_stored_and_what_was_there() {
        let pushed_runs = Pushed {
            runs: vec![run("0191f3", true), run("0191f4", false)],
            ..outcome()
        };
        let Rendered { out, talk, status } = pushed(&pushed_runs);
        assert_eq!(
            out,
            "stored run 0191f3 (2 metrics)\nrun 0191f4 was already stored\n"
        );
        assert_eq!(
            (talk.as_str(), status),
            ("1 run stored, 1 stored before\n", 0)
        );
    }

    #[test]
    fn all_problems_of_a_file_stand_below_each_other_and_a_hint_is_given_once() {
        let percent = "89.5 looks like percent; write 0.895, or declare the unit `percent`";
        let path = |index: usize| Path::root().index(index).key("metrics").key("f1");
        let problem = |index: usize| {
            Problem::new(path(index), "must be between 0 and 1, found 89.5").with_hint(percent)
        };
        let trouble = Trouble::Invalid {
            file: "medgemma.json".into(),
            problems: vec![problem(3), problem(5)],
        };
        let rendered = pushed(&Pushed {
            troubles: vec![trouble],
            ..outcome()
        });
        insta::assert_snapshot!(rendered.talk);
        assert_eq!(rendered.status, exit::INVALID_REPORT);
    }
}
