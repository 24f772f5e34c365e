use bench_model::{
    attribution::{Attribution, Suspect},
    rest::change_points::ChangePointState,
    stats::Change,
};
use serde_json::{Value, json};

pub(super) fn change(change: &Change) -> Value {
    json!({
        "index": change.index, "before": change.before, "after": change.after, "delta": change.delta,
        "delta_low": change.delta_low, "delta_high": change.delta_high, "relative": change.relative,
        "in_noise": change.in_noise, "p_value": change.p_value,
    })
}

pub(super) fn attribution(attribution: &Attribution) -> Value {
    let suspect = |suspect: &Suspect| {
        json!({
            "factor": suspect.factor.to_string(), "before": suspect.before, "after": suspect.after,
            "share": suspect.share, "usual_rate": suspect.usual_rate,
        })
    };
    json!({
        "conclusion": attribution.conclusion,
        "sentence": attribution.sentence(),
        "is_measured_differently": attribution.is_measured_differently(),
        "suspects": attribution.suspects.iter().map(suspect).collect::<Vec<_>>(),
    })
}

pub(super) fn stored((id, state): &(i64, ChangePointState)) -> Value {
    json!({ "id": id, "state": state })
}
