//! The results of the verbs of `alert`.

use bench_model::alert::headline;
use serde_json::{Value, json};

use crate::verbs::alert::{AlertBacktest, AlertList, AlertsSent, Digest, Evaluated, Said, Tested};

/// The result of `alert evaluate` and `alert run`.
pub(crate) fn evaluated(done: &Evaluated, status: u8) -> Value {
    let events: Vec<Value> = done
        .events
        .iter()
        .map(|happened| {
            let mut event = serde_json::to_value(&happened.event).unwrap_or_default();
            event["headline"] = happened.headline.clone().into();
            event
        })
        .collect();
    json!({
        "success": status == 0, "status": status, "at": done.at, "recorded": done.is_recorded,
        "rules_digest": done.rules.digest, "rules_file": done.rules.path,
        "open_before": done.open_before, "events": events, "conditions": done.conditions,
        "sent": done.sent.as_ref().map(|sent| &sent.sinks),
        "remarks": done.sent.as_ref().map(|sent| &sent.remarks),
    })
}

/// The result of `alert send`.
pub(crate) fn sent(done: &AlertsSent) -> Value {
    let status = done.status();
    json!({ "success": status == 0, "status": status, "sent": done.sinks, "remarks": done.remarks })
}

/// The result of `alert list`.
pub(crate) fn list(done: &AlertList) -> Value {
    json!({ "success": true, "status": 0, "incidents": done.incidents, "undelivered": done.undelivered })
}

/// The result of the verbs by which people say something.
pub(crate) fn said(done: &Said) -> Value {
    let incidents: Vec<Value> = done
        .incidents
        .iter()
        .map(|(id, is_new)| json!({ "incident": id, "recorded": is_new }))
        .collect();
    json!({
        "success": true, "status": 0, "kind": done.kind, "incidents": incidents,
        "until": done.until, "into": done.into, "change_points": done.change_points,
    })
}

/// The result of `alert test`.
pub(crate) fn tested(done: &Tested) -> Value {
    json!({ "success": true, "status": 0, "sink": done.sink, "receipt": done.receipt })
}

/// The result of `alert backtest`.
pub(crate) fn backtested(done: &AlertBacktest) -> Value {
    let incidents: Vec<Value> = done
        .incidents
        .iter()
        .map(|incident| {
            let mut of = serde_json::to_value(incident).unwrap_or_default();
            of["headline"] = headline(&incident.evidence).into();
            of
        })
        .collect();
    json!({
        "success": true, "status": 0, "days": done.days, "evaluations": done.looks, "messages": done.messages,
        "messages_a_month": done.per_month(), "incidents": incidents, "rules_digest": done.rules.digest,
    })
}

/// The result of `alert digest`.
pub(crate) fn digest(done: &Digest) -> Value {
    json!({
        "success": true, "status": 0, "since": done.since, "days": done.days, "open": done.open, "over": done.over,
        "opened": done.opened, "improvements": done.improvements, "dismissed": done.dismissed,
    })
}
