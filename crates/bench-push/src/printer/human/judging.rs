//! What the judging verbs found, as sentences.

use std::{collections::BTreeSet, fmt::Write as _};

use bench_model::{
    rest::{
        change_points::{ChangePointRow, ChangePointStateRow, Effect},
        rows::TransactionRow,
    },
    stats::{Drift, VerdictKind},
    words::{ends, number, percent, probability, unit},
};

use crate::{
    printer::{
        human::{compare::folded, failure::push_hints, sparkline::sparkline},
        rendered::Rendered,
        text::plain,
    },
    report::gather::count,
    verbs::{
        change_point::ChangePointDone,
        check::{Checked, CheckedMetric, CheckedRun, Missing, Recorded},
        history::{Explained, Histories, Series},
    },
};

/// With fewer runs nothing is known of the noise.
const FEW: usize = 5;
/// The widest sparkline.
const WIDTH: usize = 60;

/// What `check` found.
pub(crate) fn checked(checked: &Checked) -> Rendered {
    let mut rendered = Rendered {
        status: checked.status(),
        ..Rendered::default()
    };
    for run in &checked.runs {
        push_run(&mut rendered.out, run);
    }
    let regressed = checked.count(VerdictKind::Regressed);
    if regressed > 0 {
        let verb = if regressed == 1 { "metric" } else { "metrics" };
        let _ = writeln!(rendered.talk, "{regressed} {verb} regressed");
    }
    let required: BTreeSet<&str> = checked
        .required()
        .map(|metric| metric.name.as_str())
        .collect();
    for name in &required {
        let _ = writeln!(rendered.talk, "{name} is missing, so the check fails");
    }
    push_recorded(&mut rendered.talk, checked);
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
    push_hints(&mut rendered.talk, &hints);
    rendered
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
        plain(&short(&run.commit_sha)),
        run.id,
        count(*earlier, "run")
    );
    let _ = match baseline {
        None => writeln!(out, "  no baseline: {}", advice(run, to_mark.as_ref())),
        Some(baseline) if baseline.run.id == run.id => writeln!(out, "  this run is the baseline"),
        Some(baseline) => writeln!(
            out,
            "  baseline: version {} of {} at {}, found by {}",
            baseline.run.version,
            plain(&name_of(&baseline.run)),
            plain(&short(&baseline.run.commit_sha)),
            plain(&baseline.found_by)
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

/// Which run to mark as the baseline.
pub(crate) fn advice(run: &TransactionRow, to_mark: Option<&TransactionRow>) -> String {
    let set = "set one with `bench-push baseline set";
    match to_mark {
        Some(good) if good.id == run.id => format!("{set} {}`", plain(&good.id)),
        Some(good) => format!(
            "{set} {}`, version {}, which is surely before the change",
            plain(&good.id),
            good.version
        ),
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
        let _ = writeln!(talk, "no change points are kept, {why}");
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
            let _ = writeln!(talk, "{} {what}", count(number, "change point"));
        }
    }
}

/// What `history` shows.
pub(crate) fn histories(histories: &Histories) -> Rendered {
    let Histories { definition, series } = histories;
    let mut out = String::new();
    let unit = unit(definition.unit.as_deref());
    for Series {
        runs,
        values,
        history,
        changes,
    } in series
    {
        let (Some(last), Some(value)) = (runs.last(), values.last()) else {
            continue;
        };
        let _ = writeln!(out, "{}", plain(&name_of(last)));
        let _ = writeln!(
            out,
            "  {} {value}{} at {}, version {}; {}",
            plain(&definition.name),
            plain(&unit),
            plain(&short(&last.commit_sha)),
            last.version,
            count(runs.len(), "run")
        );
        let _ = writeln!(out, "  {}", sparkline(values, WIDTH));
        let _ = if runs.len() < FEW {
            writeln!(out, "  too few runs to know how noisy it is")
        } else if history.noise.is_exact {
            writeln!(out, "  repeats exactly")
        } else {
            writeln!(
                out,
                "  noise {} (one standard deviation)",
                number(history.noise.sd)
            )
        };
        for explained in changes {
            push_change(&mut out, explained, runs);
        }
        for Drift {
            first,
            last,
            before,
            after,
            p_value,
            ..
        } in &history.drifts
        {
            let [from, to] = ends(*before, *after);
            let _ = writeln!(
                out,
                "  drift   from version {} to {}: {from} → {to} (p {})",
                runs[*first].version,
                runs[*last].version,
                probability(*p_value)
            );
        }
        if changes.is_empty() && history.drifts.is_empty() {
            let _ = writeln!(out, "  no change of level");
        }
    }
    Rendered::out(out)
}

fn push_change(out: &mut String, explained: &Explained, runs: &[TransactionRow]) {
    let Explained {
        change,
        attribution,
        stored,
    } = explained;
    let run = &runs[change.index];
    let [from, to] = ends(change.before, change.after);
    let size = change
        .relative
        .map_or_else(String::new, |share| format!("{}, ", percent(share)));
    let noise = change.in_noise.map_or_else(
        || "exact".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let _ = writeln!(
        out,
        "  change  version {} at {}, {}: {from} → {to} ({size}{noise}, p {})",
        run.version,
        plain(&short(&run.commit_sha)),
        run.created_at.strftime("%Y-%m-%d %H:%M"),
        probability(change.p_value)
    );
    let _ = writeln!(out, "          {}", plain(&attribution.sentence()));
    if let Some((id, state)) = stored {
        let _ = writeln!(out, "          change point {id}, {state}");
    }
}

/// What a verb of `change-point` did.
pub(crate) fn change_point(done: &ChangePointDone) -> Rendered {
    match done {
        ChangePointDone::Set(ChangePointStateRow {
            change_point_id,
            state,
            set_by,
            reason,
            ..
        }) => Rendered::out(format!(
            "change point {change_point_id} is {state}{}\n",
            said(set_by.as_deref(), reason.as_deref())
        )),
        ChangePointDone::List(rows) if rows.is_empty() => Rendered {
            talk: "no change point fits; `bench-push check` finds them\n".to_owned(),
            ..Rendered::default()
        },
        ChangePointDone::List(rows) => {
            let mut out = String::new();
            for row in rows {
                push_row(&mut out, row);
            }
            Rendered::out(out)
        }
    }
}

fn push_row(out: &mut String, row: &ChangePointRow) {
    let effect = match row.effect {
        Effect::Regressed => "regressed",
        Effect::Improved => "improved",
        Effect::Changed => "changed",
    };
    let [from, to] = ends(row.before, row.after);
    let _ = writeln!(
        out,
        "{}  {effect}  {}  {from} → {to}  version {} at {}, {}",
        row.id,
        plain(&row.metric),
        row.began_version,
        plain(&short(&row.commit_sha)),
        row.began_at.strftime("%Y-%m-%d %H:%M"),
    );
    let name = [
        &row.model_version,
        &row.dataset_version,
        &row.prompt_version,
        &row.environment,
    ]
    .map(String::as_str)
    .join(" / ");
    let _ = writeln!(out, "  {}", plain(&name));
    let _ = writeln!(
        out,
        "  {}{}",
        row.state,
        said(row.set_by.as_deref(), row.reason.as_deref())
    );
}

fn said(by: Option<&str>, why: Option<&str>) -> String {
    let by = by.map_or_else(String::new, |name| format!(" by {}", plain(name)));
    let why = why.map_or_else(String::new, |reason| format!(": {}", plain(reason)));
    format!("{by}{why}")
}

/// `model / dataset / prompt / environment`.
pub(super) fn name_of(run: &TransactionRow) -> String {
    format!(
        "{} / {} / {} / {}",
        run.model_version, run.dataset_version, run.prompt_version, run.environment
    )
}

pub(super) fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
