use bench_model::{
    check::MetricCheck,
    stats::{Judgement, VerdictKind},
};
use serde_json::{Value, json};

use crate::{
    printer::json::{
        change::{attribution, change, stored},
        run::names,
    },
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing},
};

/// The result of `check`.
///
/// | field | |
/// | --- | --- |
/// | `success`, `status` | false and 1 when a metric regressed or a required one is missing |
/// | `regressed`, `improved`, `unchanged`, `uncertain` | how many metrics |
/// | `missing` | how many metrics the runs should have and have not |
/// | `runs` | one object per run: which it is, its `baseline`, its `metrics`, its `missing` ones |
/// | `runs[].metrics[]` | `metric`, `verdict`, `reason`, the numbers of the comparison, `level` (the newest one beside the one that counts), `series`, `attribution`, `change_point` |
/// | `runs[].missing[]` | `metric`, `is_required` (then the status is 1), `reason`, `baseline_value`, `last_run` |
/// | `runs[].is_mainline`, `runs[].aside` | whether it is of the main line; how it stands beside it, if it does |
/// | `runs[].baseline_to_mark` | without a baseline, the run that would be a good one |
/// | `gate` | the gate file and the first digits of its digest; null without one |
/// | `runs[].metrics[].consequence`, `runs[].missing[].consequence` | `fail`, `warn` or `pass`, as the gate file says; `gate_note` why |
/// | `change_points` | how many were `new`, `confirmed`, `known`, `spikes`; null when none are kept |
pub(crate) fn checked(checked: &Checked) -> Value {
    json!({
        "success": checked.status() == 0,
        "status": checked.status(),
        "regressed": checked.count(VerdictKind::Regressed),
        "improved": checked.count(VerdictKind::Improved),
        "unchanged": checked.count(VerdictKind::Unchanged),
        "uncertain": checked.count(VerdictKind::Uncertain),
        "missing": checked.runs.iter().map(|run| run.missing.len()).sum::<usize>(),
        "gate": checked.gate.as_ref().map(|gate| json!({"file": gate.path, "digest": gate.digest})),
        "consequence": checked.consequence().as_str(),
        "runs": checked.runs.iter().map(|run| self::run(run, checked.gate_path())).collect::<Vec<_>>(),
        "change_points": checked.recorded.map(|recorded| json!({
            "new": recorded.new, "confirmed": recorded.confirmed, "known": recorded.known, "spikes": recorded.spikes,
        })),
    })
}

fn run(checked: &CheckedRun, gate: &str) -> Value {
    let CheckedRun {
        run,
        baseline,
        earlier,
        metrics,
        missing,
        to_mark,
        is_newest: _,
    } = checked;
    let mut object = names(run);
    object["is_mainline"] = json!(run.is_mainline);
    object["aside"] = json!(checked.aside());
    object["earlier_runs"] = json!(earlier);
    object["baseline"] = baseline.as_ref().map_or(Value::Null, |baseline| {
        let mut object = names(&baseline.run);
        object["found_by"] = json!(baseline.found_by);
        object
    });
    object["metrics"] = metrics.iter().map(|of| metric(of, gate)).collect();
    object["missing"] = missing.iter().map(missing_metric).collect();
    object["baseline_to_mark"] = to_mark.as_ref().map_or(Value::Null, names);
    object
}

fn missing_metric(missing: &Missing) -> Value {
    let Missing {
        metric,
        is_required,
        terms: _,
    } = missing;
    let last = metric.last.as_ref().map(|last| {
        json!({
            "id": last.id, "version": last.version, "commit_sha": last.commit_sha, "value": last.value,
        })
    });
    json!({
        "metric": metric.name, "is_required": is_required, "reason": metric.reason(),
        "baseline_value": metric.baseline_value, "last_run": last,
        "consequence": missing.consequence().as_str(),
    })
}

fn metric(metric: &CheckedMetric, gate: &str) -> Value {
    let CheckedMetric {
        check,
        change_point,
        terms,
        recent: _,
    } = metric;
    let verdict = check.assessment.as_ref().map(|found| &found.verdict);
    json!({
        "metric": check.definition.name,
        "verdict": check.kind.as_str(),
        "reason": check.reason,
        "consequence": metric.consequence().as_str(),
        "gate_note": terms.note(check.kind, gate),
        "value": check.value,
        "unit": check.definition.unit,
        "direction": check.definition.direction,
        "baseline_value": check.assessment.as_ref().map(|found| found.comparison.before),
        "worsening": verdict.and_then(|verdict| verdict.worsening),
        "worsening_interval": verdict.and_then(|verdict| verdict.worsening_interval),
        "scale": check.definition.scale(),
        "p_value": check.assessment.as_ref().and_then(|found| found.comparison.p_value),
        "q_value": check.q_value(),
        "threshold_exceeded": check.threshold_exceeded(),
        "comparison": check.assessment.as_ref().map(|found| &found.comparison),
        "level": level(check),
        "series": series(&check.judgement, check.series_q_value),
        "attribution": check.attribution.as_ref().map(attribution),
        "change_point": change_point.as_ref().map(stored),
    })
}

/// Where the newest level lies beside the one that counts.
pub(crate) fn level(check: &MetricCheck) -> Value {
    let Some(standing) = &check.standing else {
        return Value::Null;
    };
    let moved = standing.moved.as_ref();
    json!({
        "counts": check.levels().map(|(counts, _)| counts),
        "newest": check.levels().map(|(_, newest)| newest),
        "delta": moved.map(|moved| moved.delta),
        "interval": moved.map(|moved| [moved.interval.0, moved.interval.1]),
        "relative": moved.and_then(|moved| moved.relative),
        "p_value": moved.map(|moved| moved.p_value),
        "since_version": check.since_version,
        "recovered_version": check.recovered_version,
        "is_drift": standing.current.drift.is_some(),
        "runs": standing.current.runs,
    })
}

fn series(judgement: &Judgement, q_value: Option<f64>) -> Value {
    match judgement {
        Judgement::Confirmed {
            change: moved,
            is_new,
        } => {
            let mut object = change(moved);
            object["state"] = json!("confirmed");
            object["is_new"] = json!(is_new);
            object["q_value"] = json!(q_value);
            object
        }
        Judgement::Suspect(suspicion) => json!({
            "state": "suspect", "before": suspicion.before, "after": suspicion.value, "delta": suspicion.delta,
            "relative": suspicion.relative, "in_noise": suspicion.in_noise, "p_value": suspicion.p_value,
            "q_value": q_value,
        }),
        Judgement::Quiet { limits } => json!({
            "state": "quiet",
            "limits": limits.map(|limits| json!({
                "suspect": limits.suspect, "confirm": limits.confirm, "runs": limits.runs,
            })),
        }),
    }
}
