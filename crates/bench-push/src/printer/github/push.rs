//! The step outputs and the summary of a push in a GitHub workflow.

use std::fmt::Write as _;

use serde_json::json;

use crate::{
    context::Context,
    printer::{
        github::append::{MOST_ROWS, ReportError, SUMMARY_BUDGET, append},
        markdown::escape::escape,
    },
    settings::secret::Scrubber,
    verbs::push::{Fate, Pushed, PushedRun},
};

/// The metrics that get a column, if a run has them.
const COLUMNS: [&str; 5] = ["f1", "precision", "recall", "latency_ms", "analysis_cost"];

/// Appends to GitHub's output files, if there are any; not in a dry run.
///
/// # Errors
///
/// [`ReportError`] if one of them can't be written; this doesn't affect the push.
pub(crate) fn report(pushed: &Pushed, context: &Context) -> Result<(), ReportError> {
    if pushed.dry_run {
        return Ok(());
    }
    append(context, "GITHUB_OUTPUT", &|_| outputs(pushed, context.now))?;
    append(context, "GITHUB_STEP_SUMMARY", &|size| {
        summary(
            pushed,
            SUMMARY_BUDGET.saturating_sub(size),
            &context.scrubber,
        )
    })
}

/// `result={…}` as in the original script, and further outputs. Each is on one line: JSON, ids and
/// numbers contain no raw newline.
fn outputs(pushed: &Pushed, now: jiff::Timestamp) -> String {
    let first = pushed.runs.first();
    let mut ids = Vec::new();
    for run in &pushed.runs {
        if let Fate::Kept(row) = &run.fate {
            ids.push(row.id.as_str());
        }
    }
    let result = json!({
        "success": pushed.status() == 0,
        "transaction_id": ids.first(),
        "timestamp": now.to_string(),
        "model_version": first.map(|run| &run.run.model_version),
        "environment": first.map(|run| &run.run.environment),
        "commit_sha": first.map(|run| &run.run.commit_sha),
    });
    let (stored, duplicates, spooled) = pushed.counts();
    format!(
        "result={result}\nrun-ids={}\nstored={stored}\nduplicates={duplicates}\nconflicts={}\nspooled={spooled}\nstatus={}\n",
        json!(ids),
        pushed.conflicts(),
        pushed.status()
    )
}

/// Markdown of at most `budget` bytes: always the heading, then as many rows as fit.
fn summary(pushed: &Pushed, budget: usize, scrubber: &Scrubber) -> String {
    let mut text = heading(pushed, scrubber);
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .filter(|name| {
            pushed
                .runs
                .iter()
                .any(|run| run.run.metrics.contains_key(*name))
        })
        .collect();
    if pushed.runs.is_empty() {
        return text;
    }
    let _ = writeln!(
        text,
        "| model | dataset | prompt | environment | {}outcome |",
        columns
            .iter()
            .fold(String::new(), |row, name| row + name + " | ")
    );
    let _ = writeln!(
        text,
        "| --- | --- | --- | --- | {}--- |",
        "---: | ".repeat(columns.len())
    );
    let mut rows = 0;
    for run in pushed.runs.iter().take(MOST_ROWS) {
        let row = row(run, &columns);
        if text.len() + row.len() + 100 > budget {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    let more = pushed.runs.len() - rows;
    if more > 0 {
        let _ = writeln!(text, "\nand {more} more");
    }
    text
}

fn heading(pushed: &Pushed, scrubber: &Scrubber) -> String {
    // Scrub before escaping markup, which would change a key with a backslash.
    let clean = |text: String| escape(&scrubber.scrub(text));
    let (stored, duplicates, spooled) = pushed.counts();
    let mut parts = vec![format!("{stored} stored")];
    if duplicates > 0 {
        parts.push(format!("{duplicates} stored before"));
    }
    if pushed.conflicts() > 0 {
        parts.push(format!("{} in conflict", pushed.conflicts()));
    }
    if spooled > 0 {
        parts.push(format!("{spooled} in the spool"));
    }
    let mut text = format!("\n### Benchmark runs: {}\n\n", parts.join(", "));
    for trouble in &pushed.troubles {
        let _ = writeln!(text, "- {}", clean(trouble.to_string()));
    }
    if let Some(failure) = &pushed.failure {
        let _ = writeln!(text, "- {}", clean(failure.to_string()));
    }
    if pushed.failure.is_some() || !pushed.troubles.is_empty() {
        text.push('\n');
    }
    text
}

fn row(PushedRun { run, fate, .. }: &PushedRun, columns: &[&str]) -> String {
    let mut outcome = match fate {
        Fate::Kept(row) if row.is_new() => format!("stored as version {}", row.version),
        Fate::Kept(row) => format!("version {}, stored before", row.version),
        Fate::Conflict(row) => format!("conflict with run {}, not stored", row.id),
        Fate::Spooled => "in the spool".to_owned(),
        Fate::NotSent => "not sent".to_owned(),
    };
    if !run.is_mainline {
        outcome.push_str(", a side run");
    }
    let values = columns.iter().map(|name| {
        run.metrics
            .get(*name)
            .map_or_else(|| "–".to_owned(), ToString::to_string)
    });
    let names = [
        &run.model_version,
        &run.dataset_version,
        &run.prompt_version,
        &run.environment,
    ];
    let cells: Vec<_> = names
        .into_iter()
        .map(|name| escape(name))
        .chain(values)
        .chain([outcome])
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::gather::Place;

    fn pushed(models: &[&str]) -> Pushed {
        let runs = models.iter().enumerate().map(|(index, model)| {
            let run = serde_json::from_value(json!({
                "commit_sha": "abc123", "model_version": model, "dataset_version": "d", "prompt_version": "p",
                "environment": "local", "metrics": {"f1": 0.895, "latency_ms": 412}, "idempotency_key": format!("k{index}"),
            }))
            .expect("a run");
            let row = serde_json::from_value(json!({
                "idempotency_key": format!("k{index}"), "id": format!("id-{index}"), "version": 1,
                "outcome": if index == 1 { "known" } else { "stored" },
                "created_at": "2026-11-24T09:00:00Z",
            }))
            .expect("a row");
            PushedRun { place: Place { file: "r.json".into(), path: String::new(), side_run: None }, run, fate: Fate::Kept(row) }
        });
        Pushed {
            runs: runs.collect(),
            troubles: Vec::new(),
            warnings: Vec::new(),
            keep_going: false,
            dry_run: false,
            project_url: None,
            spool: None,
            verified: None,
            unverified: None,
            remarks: Vec::new(),
            failure: None,
        }
    }

    #[test]
    fn outputs_are_those_of_the_original_script_and_more() {
        let now = "2026-11-24T09:00:00Z".parse().expect("a time");
        insta::assert_snapshot!(outputs(&pushed(&["m-1", "m-2"]), now));
    }

    #[test]
    fn a_name_in_a_report_is_never_markup_in_the_summary() {
        insta::assert_snapshot!(summary(
            &pushed(&[
                "<img src=x onerror=alert(1)>",
                "a|b\n# c [x](https://e.org) @ann `d`"
            ]),
            SUMMARY_BUDGET,
            &Scrubber::default()
        ));
    }

    #[test]
    fn a_summary_keeps_to_its_budget_and_says_what_it_left_out() {
        let models = vec!["m"; 300];
        assert!(summary(&pushed(&models), 2_000, &Scrubber::default()).len() <= 2_000);
        assert!(summary(&pushed(&models), 2_000, &Scrubber::default()).contains("more"));
        assert!(
            summary(&pushed(&models), SUMMARY_BUDGET, &Scrubber::default())
                .ends_with("\nand 100 more\n")
        );
    }
}
