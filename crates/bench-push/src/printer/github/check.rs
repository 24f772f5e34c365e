//! The result of a check, for a GitHub workflow.

use bench_model::stats::VerdictKind;

use crate::{
    context::Context,
    gate::Consequence,
    printer::{
        github::append::{ReportError, SUMMARY_BUDGET, append},
        markdown::check::review,
    },
    verbs::check::Checked,
};

/// Appends to GitHub's output files, if there are any.
///
/// # Errors
///
/// [`ReportError`] if one of them can't be written; this doesn't affect the check.
pub(crate) fn report(checked: &Checked, context: &Context) -> Result<(), ReportError> {
    append(context, "GITHUB_OUTPUT", &|_| outputs(checked))?;
    append(context, "GITHUB_STEP_SUMMARY", &|size| {
        let budget = SUMMARY_BUDGET.saturating_sub(size);
        format!("\n{}", review(checked, budget, &context.scrubber))
    })
}

fn outputs(checked: &Checked) -> String {
    format!(
        "verdict={}\nregressed={}\nimproved={}\nuncertain={}\nmissing={}\ncheck-status={}\n",
        match checked.consequence() {
            Consequence::Fails => "failed",
            Consequence::Warns => "warned",
            Consequence::Passes => "passed",
        },
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
