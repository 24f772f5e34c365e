//! The run to suggest as the baseline if there is none.

use crate::{
    check::{metric_check::MetricCheck, missing::MissingMetric, question::RunToCheck},
    rest::rows::TransactionRow,
    stats::{Judgement, VerdictKind},
};

/// The run itself; if one of its metrics just got worse or is missing, the newest run before that.
///
/// None if no earlier run is known to be good.
pub fn baseline_to_mark<'a>(
    run: RunToCheck<'a>,
    checks: &[MetricCheck],
    missing: &[MissingMetric],
) -> Option<&'a TransactionRow> {
    let RunToCheck {
        current, earlier, ..
    } = run;
    let all: Vec<&TransactionRow> = earlier.iter().chain([current]).collect();
    let first_bad = checks.iter().filter_map(|check| first_bad(check, &all));
    let good = first_bad.min().unwrap_or(all.len());
    all[..good].iter().rev().copied().find(|run| {
        missing
            .iter()
            .all(|missing| run.metrics.contains_key(&missing.name))
    })
}

/// The position of the first run that may belong to a worse level.
fn first_bad(check: &MetricCheck, all: &[&TransactionRow]) -> Option<usize> {
    let (place, delta, relative) = match &check.judgement {
        Judgement::Confirmed { change, .. } => (
            change.earliest.min(change.index),
            change.delta,
            change.relative,
        ),
        Judgement::Suspect(suspicion) => (suspicion.index, suspicion.delta, suspicion.relative),
        Judgement::Quiet { .. } => {
            // A drift: nobody knows which run was still good.
            let is_bad = check.kind == VerdictKind::Regressed;
            let moved = check.standing.and_then(|standing| standing.moved);
            return moved.filter(|_| is_bad).map(|_| 0);
        }
    };
    // A small, accepted or dismissed change is not worse.
    let is_open = matches!(check.kind, VerdictKind::Regressed | VerdictKind::Uncertain);
    let is_worse = check
        .definition
        .worsening(delta, relative)
        .is_none_or(|worse| worse > 0.0);
    let name = check.definition.name.as_str();
    let mut series = (0..all.len()).filter(|place| all[*place].metrics.contains_key(name));
    series.nth(place).filter(|_| is_open && is_worse)
}
