//! The result of a check, for a GitHub workflow.

use std::fmt::Write as _;

use bench_model::{
    stats::VerdictKind,
    words::{counted, number},
};

use crate::{
    context::Context,
    printer::{
        github::{
            append::{MOST_ROWS, ReportError, SUMMARY_BUDGET, append},
            escape::escape,
        },
        human::check::advice,
    },
    settings::secret::Scrubber,
    verbs::check::{Checked, CheckedMetric, CheckedRun},
};

/// The maximum number of missing metrics; more are unreadable.
const MOST_MISSING: usize = 20;
/// The maximum number of runs without a baseline.
const MOST_UNMARKED: usize = 5;

/// Appends to GitHub's output files, if there are any.
///
/// # Errors
///
/// [`ReportError`] if one of them can't be written; this doesn't affect the check.
pub(crate) fn report(checked: &Checked, context: &Context) -> Result<(), ReportError> {
    append(context, "GITHUB_OUTPUT", &|_| outputs(checked))?;
    append(context, "GITHUB_STEP_SUMMARY", &|size| {
        summary(
            checked,
            SUMMARY_BUDGET.saturating_sub(size),
            &context.scrubber,
        )
    })
}

fn outputs(checked: &Checked) -> String {
    format!(
        "regressed={}\nimproved={}\nuncertain={}\nmissing={}\ncheck-status={}\n",
        checked.count(VerdictKind::Regressed),
        checked.count(VerdictKind::Improved),
        checked.count(VerdictKind::Uncertain),
        checked
            .runs
            .iter()
            .map(|run| run.missing.len())
            .sum::<usize>(),
        checked.status()
    )
}

/// Markdown of at most `budget` bytes: always the heading, then as many rows as fit, the worst
/// first.
fn summary(checked: &Checked, budget: usize, scrubber: &Scrubber) -> String {
    // Scrub before escaping markup, which would change a key with a backslash.
    let clean = |text: &str| escape(&scrubber.scrub(text.to_owned()));
    let regressed = checked.count(VerdictKind::Regressed);
    let mut text = match regressed {
        0 if checked.status() != 0 => {
            "\n### Benchmark check: a required metric is missing\n\n".to_owned()
        }
        0 => "\n### Benchmark check: nothing regressed\n\n".to_owned(),
        many => format!(
            "\n### Benchmark check: {} regressed\n\n",
            counted(many, "metric")
        ),
    };
    let mut asides: Vec<String> = checked.runs.iter().filter_map(CheckedRun::aside).collect();
    asides.dedup();
    for aside in asides.iter().take(MOST_UNMARKED) {
        let _ = writeln!(text, "{}\n", clean(aside));
    }
    let unmarked = checked.runs.iter().filter(|run| run.baseline.is_none());
    for run in unmarked.clone().take(MOST_UNMARKED) {
        let _ = writeln!(
            text,
            "- {} on {} has no baseline: {}",
            clean(&run.run.model_version),
            clean(&run.run.dataset_version),
            // Ids contain no markup, unless the server is hostile.
            advice(&run.run, run.to_mark.as_ref()).replace(['<', '>', '&'], "")
        );
    }
    push_more(
        &mut text,
        unmarked.count(),
        MOST_UNMARKED,
        "without a baseline",
    );
    let missing = checked
        .runs
        .iter()
        .flat_map(|run| run.missing.iter().map(move |missing| (&run.run, missing)));
    for (run, missing) in missing.clone().take(MOST_MISSING) {
        let _ = writeln!(
            text,
            "- {} on {}: {}",
            clean(&run.model_version),
            clean(&run.dataset_version),
            clean(&missing.metric.reason())
        );
    }
    push_more(&mut text, missing.count(), MOST_MISSING, "missing");
    text.push_str(
        "\n| verdict | metric | value | baseline | threshold | model | dataset | why |\n",
    );
    text.push_str("| --- | --- | ---: | ---: | --- | --- | --- | --- |\n");

    let mut rows: Vec<(&CheckedRun, &CheckedMetric)> = checked
        .runs
        .iter()
        .flat_map(|run| run.metrics.iter().map(move |metric| (run, metric)))
        .collect();
    rows.sort_by_key(|(_, metric)| match metric.check.kind {
        VerdictKind::Regressed => 0,
        VerdictKind::Uncertain => 1,
        VerdictKind::Improved => 2,
        VerdictKind::Unchanged => 3,
    });
    let mut shown = 0;
    for (run, metric) in rows.iter().take(MOST_ROWS) {
        let check = &metric.check;
        let baseline = check
            .assessment
            .as_ref()
            .map_or_else(|| "–".to_owned(), |found| number(found.comparison.before));
        let threshold = match check.threshold_exceeded() {
            Some(true) => "over",
            Some(false) => "within",
            None => "–",
        };
        let row = format!(
            "| {} | {} | {} | {baseline} | {threshold} | {} | {} | {} |\n",
            check.kind.as_str(),
            clean(&check.definition.name),
            number(check.value),
            clean(&run.run.model_version),
            clean(&run.run.dataset_version),
            clean(&check.reason),
        );
        if text.len() + row.len() + 100 > budget {
            break;
        }
        text.push_str(&row);
        shown += 1;
    }
    if rows.len() > shown {
        let _ = writeln!(text, "\nand {} more", rows.len() - shown);
    }
    text
}

/// Says how many of a list were left out.
fn push_more(text: &mut String, all: usize, most: usize, what: &str) {
    if all > most {
        let _ = writeln!(text, "- and {} more {what}", all - most);
    }
}
