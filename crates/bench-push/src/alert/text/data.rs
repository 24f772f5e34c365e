//! JSON, in the forms of Alertmanager, so that what speaks them works unchanged.

use bench_model::{
    alert::{Message, State},
    rest::rows::ClaimedRow,
    words::shorten,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::alert::text::tame;

/// Without news for so long, Alertmanager takes an incident for resolved; `alert run` renews it.
pub(crate) const HOLDS: SignedDuration = SignedDuration::from_hours(26);

/// Stored text as a value: one line, no control characters, not long.
pub(crate) fn shown(text: &str) -> String {
    tame(text)
}

/// One incident as an alert of Alertmanager's API v2. Its labels never change, so that it is one alert.
pub(crate) fn alert(claimed: &ClaimedRow, message: &Message, now: Timestamp) -> Value {
    let ends = if claimed.state().is_open() {
        now.checked_add(HOLDS).unwrap_or(now)
    } else {
        now
    };
    json!({
        "labels": labels(claimed),
        "annotations": annotations(message),
        "startsAt": claimed.opened_at,
        "endsAt": ends,
    })
}

fn labels(claimed: &ClaimedRow) -> Value {
    json!({
        "alertname": "BenchIncident",
        "incident": claimed.incident_id.to_string(),
        "class": shown(&claimed.class),
        "source": "bench-push",
    })
}

fn annotations(message: &Message) -> Value {
    let facts: Vec<String> = message
        .facts
        .iter()
        .take(10)
        .map(|fact| {
            shown(&format!(
                "{} {} ({})",
                fact.what, fact.moved, fact.configuration
            ))
        })
        .collect();
    json!({
        "summary": shown(&message.headline),
        "description": shown(&message.next_step),
        "state": shown(&message.state),
        "cause": shown(message.cause.as_deref().unwrap_or_default()),
        "facts": facts.join("\n"),
    })
}

/// The body of a webhook, as Alertmanager sends it (version 4).
pub(crate) fn webhook(claimed: &ClaimedRow, message: &Message) -> Value {
    let is_over = !claimed.state().is_open();
    let status = if is_over { "resolved" } else { "firing" };
    let labels = labels(claimed);
    let annotations = annotations(message);
    let muted = match claimed.state() {
        State::Muted { until } => Some(until),
        _ => None,
    };
    json!({
        "version": "4",
        "groupKey": format!("bench-push/incident/{}", claimed.incident_id),
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "bench-push",
        "groupLabels": { "incident": claimed.incident_id.to_string() },
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [{
            "status": status,
            "labels": labels,
            "annotations": annotations,
            "startsAt": claimed.opened_at,
            // Go's zero time: it has not ended.
            "endsAt": if is_over { claimed.event.at.to_string() } else { "0001-01-01T00:00:00Z".to_owned() },
            "generatorURL": "",
            "fingerprint": shorten(&claimed.fingerprint, 16),
        }],
        "bench": {
            "incident": claimed.incident_id,
            "event": claimed.event.id,
            "transition": claimed.event.kind,
            "state": shown(&claimed.state),
            "muted_until": muted,
        },
    })
}
