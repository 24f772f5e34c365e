use bench_model::{check::MetricCheck, rest::rows::TransactionRow};
use serde_json::{Value, json};

use crate::{
    printer::json::{
        change::{attribution, change, stored},
        check::level,
        run::names,
    },
    verbs::history::{Explained, Histories, Series},
};

/// The result of `history`.
pub(crate) fn histories(histories: &Histories) -> Value {
    let Histories {
        definition,
        branch,
        series,
    } = histories;
    json!({
        "success": true,
        "status": 0,
        "metric": definition.name,
        "unit": definition.unit,
        "direction": definition.direction,
        "branch": branch,
        "series": series.iter().map(|one| one_history(one, &definition.name)).collect::<Vec<_>>(),
    })
}

/// The verdict on a run, in the words of `check`.
fn verdict(check: &MetricCheck) -> Value {
    json!({ "verdict": check.kind.as_str(), "reason": check.reason, "level": level(check) })
}

fn one_history(series: &Series, metric: &str) -> Value {
    let Series {
        runs,
        values,
        history,
        changes,
        suspicion,
        check,
        side_runs,
        side_check,
    } = series;
    let point = |(run, value): (&TransactionRow, &f64)| {
        json!({ "id": run.id, "version": run.version, "created_at": run.created_at.to_string(),
                "commit_sha": run.commit_sha, "value": value })
    };
    let explained = |explained: &Explained| {
        let mut object = change(&explained.change);
        for (name, index) in [
            ("run", explained.change.index),
            ("earliest_run", explained.change.earliest),
            ("latest_run", explained.change.latest),
        ] {
            object[name] = json!(runs[index].id);
        }
        object["attribution"] = attribution(&explained.attribution);
        object["change_point"] = explained.stored.as_ref().map_or(Value::Null, stored);
        object
    };
    let drifts = history.drifts.iter().map(|drift| {
        json!({ "first_run": runs[drift.first].id, "last_run": runs[drift.last].id, "before": drift.before,
                "after": drift.after, "slope": drift.slope, "p_value": drift.p_value })
    });
    json!({
        "configuration": series.newest().map(names),
        "verdict": check.as_ref().map(verdict),
        "runs": runs.iter().zip(values).map(point).collect::<Vec<_>>(),
        "noise": { "sd": history.noise.sd, "autocorrelation": history.noise.autocorrelation, "is_exact": history.noise.is_exact },
        "changes": changes.iter().map(explained).collect::<Vec<_>>(),
        "drifts": drifts.collect::<Vec<_>>(),
        "suspicion": suspicion.as_ref().map(|of| json!({
            "run": runs[of.index].id, "before": of.before, "value": of.value, "p_value": of.p_value,
        })),
        "side_runs": side_runs.iter().map(|run| point((run, &run.metrics[metric]))).collect::<Vec<_>>(),
        "side_verdict": side_check.as_ref().map(verdict),
    })
}
