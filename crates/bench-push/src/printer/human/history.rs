use std::fmt::Write as _;

use bench_model::{
    metric::MetricDefinition,
    rest::rows::TransactionRow,
    stats::{Drift, Judgement},
    words::{counted, ends, number, probability, short_commit, signed_percent, unit},
};

use crate::{
    printer::{
        human::{run::name_of, sparkline::sparkline},
        outcome::Told,
    },
    terminal::text::plain,
    verbs::history::{Explained, Histories, Series},
};

/// With fewer runs the noise is unknown.
const FEW: usize = 5;
/// The most side runs that are printed, the newest.
const MOST_SIDE_RUNS: usize = 10;
/// The widest sparkline.
const WIDTH: usize = 60;

/// The result of `history`.
pub(crate) fn histories(histories: &Histories) -> Told {
    let Histories {
        definition,
        branch,
        series,
    } = histories;
    let mut out = String::new();
    for one in series {
        let Some(newest) = one.newest() else {
            continue;
        };
        let _ = writeln!(out, "{}", plain(&name_of(newest)));
        push_main_line(&mut out, definition, one);
        if let Some(branch) = branch {
            push_branch(&mut out, definition, branch, one);
        }
    }
    Told::out(out)
}

/// The runs of the main line: the newest, the course, the noise, the changes, and the verdict.
fn push_main_line(out: &mut String, definition: &MetricDefinition, series: &Series) {
    let Series {
        runs,
        values,
        history,
        changes,
        suspicion,
        check,
        side_runs: _,
        side_check: _,
    } = series;
    let (Some(last), Some(value)) = (runs.last(), values.last()) else {
        let _ = writeln!(
            out,
            "  no run of the main line has {}",
            plain(&definition.name)
        );
        return;
    };
    let _ = writeln!(
        out,
        "  {}; {}",
        measured(definition, *value, last),
        counted(runs.len(), "run")
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
        push_change(out, explained, runs);
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
            "  drift   from version {} to {}: {from} → {to} ({})",
            runs[*first].version,
            runs[*last].version,
            probability("p", *p_value)
        );
    }
    if changes.is_empty() && history.drifts.is_empty() {
        let _ = writeln!(out, "  no change of level");
    }
    let is_said = matches!(check, Some(check) if matches!(check.judgement, Judgement::Suspect(_)));
    if let (Some(suspicion), false) = (suspicion, is_said) {
        let run = &runs[suspicion.index];
        let [from, to] = ends(suspicion.before, suspicion.value);
        let _ = writeln!(
            out,
            "  suspect version {}, commit {}, {}: {from} → {to}; one run cannot tell a spike from a step",
            run.version,
            plain(&short_commit(&run.commit_sha)),
            run.created_at.strftime("%Y-%m-%d %H:%M"),
        );
    }
    if let Some(check) = check {
        let _ = writeln!(out, "  {}: {}", check.kind, plain(&check.reason));
    }
}

/// The side runs of a branch, the newest of them judged.
fn push_branch(out: &mut String, definition: &MetricDefinition, branch: &str, series: &Series) {
    let Series {
        side_runs,
        side_check,
        ..
    } = series;
    let hidden = side_runs.len().saturating_sub(MOST_SIDE_RUNS);
    let _ = writeln!(
        out,
        "  branch {}: {}, no part of the main line",
        plain(branch),
        counted(side_runs.len(), "side run")
    );
    for run in &side_runs[hidden..] {
        let value = run.metrics.get(definition.name.as_str()).copied();
        let said = measured(definition, value.unwrap_or_default(), run);
        let _ = writeln!(out, "    {said}");
    }
    if let Some(check) = side_check {
        let _ = writeln!(out, "    {}: {}", check.kind, plain(&check.reason));
    }
}

/// A value and its run.
fn measured(definition: &MetricDefinition, value: f64, run: &TransactionRow) -> String {
    format!(
        "{} {}{} in version {}, commit {}",
        plain(&definition.name),
        number(value),
        plain(&unit(definition.unit.as_deref())),
        run.version,
        plain(&short_commit(&run.commit_sha)),
    )
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
        .map_or_else(String::new, |share| format!("{}, ", signed_percent(share)));
    let noise = change.in_noise.map_or_else(
        || "exact".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let _ = writeln!(
        out,
        "  change  version {}, commit {}, {}: {from} → {to} ({size}{noise}, {})",
        run.version,
        plain(&short_commit(&run.commit_sha)),
        run.created_at.strftime("%Y-%m-%d %H:%M"),
        probability("p", change.p_value)
    );
    let _ = writeln!(out, "          {}", plain(&attribution.sentence()));
    if let Some((id, state)) = stored {
        let _ = writeln!(out, "          change point {id}, {state}");
    }
}
