use std::{collections::BTreeSet, fmt::Write as _};

use bench_model::{
    rest::rows::TransactionRow,
    stats::VerdictKind,
    words::{counted, short_commit},
};

use crate::{
    printer::{
        human::{failure::push_hints, folded::folded, run::name_of},
        outcome::Told,
    },
    terminal::text::plain,
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing, Recorded},
};

/// The result of `check`.
pub(crate) fn checked(checked: &Checked) -> Told {
    let mut told = Told::default();
    for run in &checked.runs {
        push_run(&mut told.out, run);
    }
    let regressed = checked.count(VerdictKind::Regressed);
    if regressed > 0 {
        let _ = writeln!(told.talk, "{} regressed", counted(regressed, "metric"));
    }
    let required: BTreeSet<&str> = checked
        .required()
        .map(|metric| metric.name.as_str())
        .collect();
    for name in &required {
        let _ = writeln!(told.talk, "{name} is missing, so the check fails");
    }
    push_recorded(&mut told.talk, checked);
    let mut hints = Vec::new();
    if !required.is_empty() {
        hints.push(
            "when it is gone for good: mark a run without it as the baseline, or name the metric that counts with --primary"
                .to_owned(),
        );
    }
    if checked.runs.iter().any(|run| run.baseline.is_none()) {
        hints.push("mark what to hold runs against with `bench-push baseline set RUN`".to_owned());
    }
    let open = checked
        .runs
        .iter()
        .flat_map(|run| &run.metrics)
        .find(|metric| {
            metric.check.kind == VerdictKind::Regressed && metric.change_point.is_some()
        });
    if let Some((id, _)) = open.and_then(|metric| metric.change_point) {
        hints.push(format!(
            "when the new level is meant to be: `bench-push change-point accept {id} --reason …`"
        ));
    }
    push_hints(&mut told.talk, &hints);
    told
}

fn push_run(out: &mut String, checked: &CheckedRun) {
    let CheckedRun {
        run,
        baseline,
        earlier,
        metrics,
        missing,
        to_mark,
    } = checked;
    let _ = writeln!(out, "{}", plain(&name_of(run)));
    let _ = writeln!(
        out,
        "  version {} at {}, run {}, {} before it",
        run.version,
        plain(&short_commit(&run.commit_sha)),
        run.id,
        counted(*earlier, "run")
    );
    if let Some(aside) = checked.aside() {
        let _ = writeln!(out, "  {}", plain(&aside));
    }
    let _ = match baseline {
        None => writeln!(out, "  no baseline: {}", advice(run, to_mark.as_ref())),
        Some(baseline) if baseline.run.id == run.id => writeln!(out, "  this run is the baseline"),
        Some(baseline) => writeln!(
            out,
            "  baseline: version {} of {} at {}, found by {}",
            baseline.run.version,
            plain(&name_of(&baseline.run)),
            plain(&short_commit(&baseline.run.commit_sha)),
            baseline.found_by
        ),
    };
    for metric in metrics {
        push_metric(out, metric);
    }
    for Missing {
        metric,
        is_required,
    } in missing
    {
        let fails = if *is_required {
            "  (the check fails without it)"
        } else {
            ""
        };
        let _ = writeln!(out, "  {:<10} {}{fails}", "missing", plain(&metric.name));
        let _ = writeln!(out, "             {}", folded(&plain(&metric.known())));
    }
    if metrics.is_empty() && missing.is_empty() {
        let _ = writeln!(out, "  the run has none of these metrics");
    }
}

/// The suggested baseline.
pub(crate) fn advice(run: &TransactionRow, to_mark: Option<&TransactionRow>) -> String {
    let set = "set one with `bench-push baseline set";
    match to_mark {
        Some(good) if good.id == run.id => format!("{set} {}`", plain(&good.id)),
        Some(good) => format!(
            "{set} {}`, version {}, which is surely before the change",
            plain(&good.id),
            good.version
        ),
        None if !run.counts() => format!("{set} RUN`, with a run of the main line"),
        None => format!("{set} RUN`, with a run that was good; this one is not"),
    }
}

fn push_metric(
    out: &mut String,
    CheckedMetric {
        check,
        change_point,
    }: &CheckedMetric,
) {
    let threshold = match check.threshold_exceeded() {
        Some(true) => "over the threshold",
        Some(false) => "within the threshold",
        None => "no threshold",
    };
    let _ = writeln!(
        out,
        "  {:<10} {}  ({threshold})",
        check.kind.as_str(),
        plain(&check.definition.name)
    );
    let _ = writeln!(out, "             {}", folded(&plain(&check.reason)));
    if let Some((id, state)) = change_point {
        let _ = writeln!(out, "             change point {id}, {state}");
    }
}

fn push_recorded(talk: &mut String, checked: &Checked) {
    if let Some(why) = checked.not_recorded {
        let _ = writeln!(talk, "change points not recorded: {why}");
    }
    let Some(Recorded {
        new,
        confirmed,
        known: _,
        spikes,
    }) = checked.recorded
    else {
        return;
    };
    for (number, what) in [
        (new, "recorded"),
        (confirmed, "confirmed"),
        (spikes, "dismissed as spikes"),
    ] {
        if number > 0 {
            let _ = writeln!(talk, "{} {what}", counted(number, "change point"));
        }
    }
}
