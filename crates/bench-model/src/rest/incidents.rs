//! What is said about incidents, as it is sent and read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Event, EventKind, Evidence, fingerprint, headline};

/// The maximum number of events per request.
pub const MAX_EVENTS: usize = 1_000;
/// The longest title that the database takes, in characters.
const TITLE: usize = 200;

/// An element of `p_events` of `record_incidents`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SentEvent {
    /// The incident; none for a new one.
    pub incident: Option<i64>,
    /// What happened.
    pub kind: EventKind,
    /// Why.
    pub reason: Option<String>,
    /// Of a mute: until when.
    pub until: Option<Timestamp>,
    /// Of a merger: into which incident.
    pub into: Option<i64>,
    /// Whether messages are sent about it.
    pub is_told: bool,
    /// What belongs to the incident now.
    pub evidence: Option<Evidence>,
    /// In a few words.
    pub title: Option<String>,
    /// Of a new one.
    pub fingerprint: Option<String>,
}

impl From<&Event> for SentEvent {
    fn from(event: &Event) -> Self {
        let evidence = event.evidence.as_ref();
        Self {
            incident: Some(event.incident).filter(|id| *id != 0),
            kind: event.kind,
            reason: event.reason.clone(),
            until: event.until,
            into: event.into,
            is_told: event.is_told,
            evidence: evidence.cloned(),
            title: evidence.map(|of| crate::words::shorten(&headline(of), TITLE)),
            fingerprint: evidence
                .filter(|_| event.kind == EventKind::Opened)
                .map(fingerprint),
        }
    }
}

/// What `incident_log` returns.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct IncidentLogAnswer {
    /// The time of the database, or the one asked for.
    pub now: Timestamp,
    /// The number of the newest event.
    pub seen: i64,
    /// The events, in the order of their numbers.
    pub events: Vec<Event>,
}

/// What became of an event that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordOutcome {
    /// It is stored.
    Recorded,
    /// There was nothing to add.
    Known,
    /// Somebody else recorded something in between; nothing was stored.
    Stale,
}
