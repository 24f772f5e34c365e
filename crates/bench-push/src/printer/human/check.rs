use std::{collections::BTreeSet, fmt::Write as _};

use bench_model::{
    check::MetricCheck,
    rest::rows::TransactionRow,
    stats::{Judgement, VerdictKind},
    words::{counted, short_commit},
};

use crate::{
    gate::Consequence,
    printer::{
        human::{failure::push_hints, folded::folded, run::name_of},
        outcome::Told,
    },
    server::reader::{CountingBaseline, FoundBy},
    terminal::text::plain,
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing, Recorded, Show},
};

/// With fewer earlier runs no level is known.
const FEW: usize = 5;
/// So many runs after it began, an improvement is no news.
const NEWS: usize = 5;

/// The result of `check`.
pub(crate) fn checked(checked: &Checked) -> Told {
    let mut told = Told::default();
    let mut runs: Vec<&CheckedRun> = checked.runs.iter().collect();
    runs.sort_by_key(|run| worst(run));
    let is_alone = runs.len() == 1;
    for run in runs {
        if is_alone || shows_any(run, checked.show) {
            push_run(&mut told.out, run, checked);
        }
    }
    push_rest(&mut told.out, checked);
    let regressed = checked.count(VerdictKind::Regressed);
    if regressed > 0 {
        let spared = checked.spared();
        let spared = match spared {
            0 => String::new(),
            all if all == regressed => "; the gate file lets it pass".to_owned(),
            some => format!("; the gate file lets {some} of them pass"),
        };
        let _ = writeln!(
            told.talk,
            "{} regressed{spared}",
            counted(regressed, "metric")
        );
    }
    let required: BTreeSet<&str> = checked
        .required()
        .map(|metric| metric.name.as_str())
        .collect();
    for name in &required {
        let _ = writeln!(told.talk, "{name} is missing, so the check fails");
    }
    push_recorded(&mut told.talk, checked);
    push_hints(&mut told.talk, &hints(checked, !required.is_empty()));
    told
}

/// What a person may do, as far as the verdicts don't say it.
fn hints(checked: &Checked, is_missing: bool) -> Vec<String> {
    let mut hints = Vec::new();
    if is_missing {
        hints.push(
            "when it is gone for good: mark a run without it as the baseline, or name the metric that counts with --primary"
                .to_owned(),
        );
    }
    let advised = |run: &CheckedRun| run.baseline.is_none() && run.run.is_mainline;
    let is_said = checked.runs.len() == 1 || {
        let mut shown = checked.runs.iter();
        shown.any(|run| advised(run) && shows_any(run, checked.show))
    };
    // Later the oldest level is known, and counts.
    let is_young = |run: &CheckedRun| advised(run) && run.earlier < FEW;
    if !is_said && checked.runs.iter().any(is_young) {
        hints.push("mark what to hold runs against with `bench-push baseline set RUN`".to_owned());
    }
    let on_the_main_line = checked.runs.iter().filter(|run| run.run.counts());
    let open = on_the_main_line.flat_map(|run| {
        let open = run.metrics.iter();
        let open = open.filter(|metric| metric.check.kind == VerdictKind::Regressed);
        open.map(move |metric| (run, metric))
    });
    // One run may be a spike; accepting it is no advice.
    let open = open.filter(|(_, of)| !matches!(of.check.judgement, Judgement::Suspect(_)));
    let (stored, unstored): (Vec<_>, Vec<_>) =
        open.partition(|(_, metric)| metric.change_point.is_some());
    let id = match stored.as_slice() {
        [(_, metric)] => metric.change_point.map(|(id, _)| id.to_string()),
        [] => None,
        _ => Some("ID".to_owned()),
    };
    if let Some(id) = id {
        hints.push(format!(
            "when the new level is meant to be: `bench-push change-point accept {id} --reason …`"
        ));
    } else if let Some((run, _)) = unstored.iter().find(|(run, _)| run.is_newest) {
        let id = plain(run.run.id.get(..8).unwrap_or(&run.run.id));
        hints.push(format!(
            "when it is meant to be: `bench-push baseline set {id} --reason …` makes this run's level the one that counts"
        ));
    }
    hints
}

/// The place of a run among others: the worst first.
fn worst(run: &CheckedRun) -> u8 {
    let metrics = run.metrics.iter().map(|metric| urgency(&metric.check));
    let missing = run
        .missing
        .iter()
        .map(|missing| u8::from(!missing.is_required));
    metrics.chain(missing).min().unwrap_or(u8::MAX)
}

/// How soon a verdict wants to be read: 0 first.
fn urgency(check: &MetricCheck) -> u8 {
    match check.kind {
        VerdictKind::Regressed => 0,
        VerdictKind::Uncertain if matches!(check.judgement, Judgement::Suspect(_)) => 1,
        VerdictKind::Improved => 2,
        VerdictKind::Uncertain => 3,
        VerdictKind::Unchanged => 4,
    }
}

/// Whether a verdict is printed.
fn shows(check: &MetricCheck, show: Show) -> bool {
    match show {
        Show::All => true,
        Show::News => urgency(check) < 2 || (check.kind == VerdictKind::Improved && is_new(check)),
        Show::Only(kind) => check.kind == kind,
    }
}

/// Whether the move of the metric began in the newest runs.
fn is_new(check: &MetricCheck) -> bool {
    check.standing.is_none_or(|standing| {
        let moved = standing.moved.filter(|_| standing.current.drift.is_none());
        moved.is_none_or(|moved| standing.current.end - moved.since <= NEWS)
    })
}

fn shows_any(run: &CheckedRun, show: Show) -> bool {
    let has_missing = !run.missing.is_empty() && !matches!(show, Show::Only(_));
    has_missing || show == Show::All || run.metrics.iter().any(|metric| shows(&metric.check, show))
}

/// One line for the verdicts that are not printed.
fn push_rest(out: &mut String, checked: &Checked) {
    let is_hidden = |metric: &&CheckedMetric| !shows(&metric.check, checked.show);
    let runs = checked.runs.iter();
    let runs = runs.filter(|run| run.metrics.iter().any(|metric| is_hidden(&metric)));
    let metrics = runs.clone().flat_map(|run| &run.metrics).filter(is_hidden);
    let hidden: Vec<VerdictKind> = metrics.map(|metric| metric.check.kind).collect();
    let kinds = [
        VerdictKind::Regressed,
        VerdictKind::Improved,
        VerdictKind::Uncertain,
        VerdictKind::Unchanged,
    ];
    let counts = kinds.map(|kind| (hidden.iter().filter(|of| **of == kind).count(), kind));
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    if !parts.is_empty() {
        let runs = counted(runs.count(), "configuration");
        let _ = writeln!(
            out,
            "{} in {runs}: `{} --all` shows them",
            parts.join(", "),
            plain(&checked.again)
        );
    }
}

fn push_run(out: &mut String, checked: &CheckedRun, all: &Checked) {
    let show = all.show;
    let gate = all.gate_path();
    let CheckedRun {
        run,
        baseline,
        earlier,
        metrics,
        missing,
        to_mark,
        is_newest: _,
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
        None if !run.is_mainline && *earlier == 0 => {
            writeln!(out, "  no run of the main line to hold it against")
        }
        None if !run.is_mainline => writeln!(out, "  no baseline"),
        None => writeln!(out, "  no baseline: {}", advice(run, to_mark.as_ref())),
        Some(baseline) if baseline.run.id == run.id => writeln!(out, "  this run is the baseline"),
        Some(baseline) => {
            let CountingBaseline {
                run: marked,
                found_by,
            } = baseline;
            let (version, commit) = (marked.version, plain(&short_commit(&marked.commit_sha)));
            if let FoundBy::Base(base) = found_by {
                let base = plain(base);
                writeln!(
                    out,
                    "  held against version {version} at {commit}, the newest of {base}"
                )
            } else if marked.configuration_id == run.configuration_id {
                writeln!(out, "  baseline: version {version} at {commit}")
            } else {
                let name = plain(&name_of(marked));
                writeln!(
                    out,
                    "  baseline: version {version} of {name} at {commit}, marked for the {found_by}"
                )
            }
        }
    };
    let mut shown: Vec<&CheckedMetric> = metrics.iter().collect();
    shown.retain(|metric| shows(&metric.check, show));
    shown.sort_by_key(|metric| urgency(&metric.check));
    for metric in shown {
        push_metric(out, metric, gate);
    }
    for one in missing {
        let Missing {
            metric,
            is_required,
            terms,
        } = one;
        let fails = match (is_required, one.consequence()) {
            (true, Consequence::Fails) => match terms.required.line {
                Some(line) => format!("  (the check fails without it: {gate}, line {line})"),
                None => "  (the check fails without it)".to_owned(),
            },
            (true, _) => format!(
                "  (required; {} says: {})",
                gate,
                terms.severity.value.as_str()
            ),
            (false, _) => String::new(),
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

fn push_metric(out: &mut String, metric: &CheckedMetric, gate: &str) {
    let CheckedMetric {
        check,
        change_point,
        terms,
        recent: _,
    } = metric;
    let threshold = match check.threshold_exceeded() {
        Some(true) => "  (over the threshold)",
        Some(false) => "  (within the threshold)",
        None => "",
    };
    let _ = writeln!(
        out,
        "  {:<10} {}{threshold}",
        check.kind.as_str(),
        plain(&check.definition.name)
    );
    let _ = writeln!(out, "             {}", folded(&plain(&check.reason)));
    if let Some(note) = terms.note(check.kind, gate) {
        let _ = writeln!(out, "             {}", folded(&plain(&note)));
    }
    if let Some((id, state)) = change_point {
        let _ = writeln!(out, "             change point {id}, {state}");
    }
}

fn push_recorded(talk: &mut String, checked: &Checked) {
    let is_aside = checked.runs.iter().all(|run| run.aside().is_some());
    if let Some(why) = checked.not_recorded.filter(|_| !is_aside) {
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
        (
            spikes,
            if spikes == 1 {
                "dismissed as a spike"
            } else {
                "dismissed as spikes"
            },
        ),
    ] {
        if number > 0 {
            let _ = writeln!(talk, "{} {what}", counted(number, "change point"));
        }
    }
}
