//! Incidents and the messages about them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::row;
use crate::{
    alert::{Event, Evidence},
    rest::incidents::RecordOutcome,
};

row! {
    /// A row of `v_incidents`.
    #[derive(Serialize)]
    IncidentRow {
        /// Its number.
        id: i64,
        /// The class of its conditions.
        class: String,
        /// Whether messages are sent.
        severity: String,
        /// In a few words.
        title: String,
        /// The state in force.
        state: String,
        /// Whether it is not over.
        is_open: bool,
        /// Until when it is muted.
        muted_until: Option<Timestamp>,
        /// The incident that it is part of.
        merged_into: Option<i64>,
        /// When it began.
        opened_at: Timestamp,
        /// When its state was set.
        state_at: Timestamp,
        /// Who set it.
        state_by: String,
        /// Why.
        reason: Option<String>,
        /// How much belongs to it.
        members: i64,
        /// The sinks that every message has reached.
        sent: Vec<String>,
        /// The sinks that wait for one.
        waiting: Vec<String>,
    }
}

row! {
    /// A row of `benchmark_deliveries` that is not sent yet, or was given up.
    #[derive(Serialize)]
    DeliveryRow {
        /// Its number.
        id: i64,
        /// The incident.
        incident_id: i64,
        /// Where it goes.
        sink: String,
        /// How often it was tried.
        attempts: i64,
        /// When it was sent or given up.
        settled_at: Option<Timestamp>,
        /// Why the last attempt failed.
        failure: Option<String>,
    }
}

row! {
    /// A row that `record_incidents` returns, in the order of the request.
    RecordedIncidentRow {
        /// The place in the request, from 1.
        place: i64,
        /// What became of it.
        outcome: RecordOutcome,
        /// The incident.
        incident_id: Option<i64>,
        /// The event.
        event_id: Option<i64>,
    }
}

row! {
    /// A row that `claim_deliveries` returns: a message to send.
    ClaimedRow {
        /// Its number.
        id: i64,
        /// How often it was tried, this time included.
        attempts: i64,
        /// The incident.
        incident_id: i64,
        /// In a few words.
        title: String,
        /// The state of the incident.
        state: String,
        /// Whether messages are sent.
        severity: String,
        /// The class of its conditions.
        class: String,
        /// What two evaluators call the same.
        fingerprint: String,
        /// When it began.
        opened_at: Timestamp,
        /// Until when it is muted.
        muted_until: Option<Timestamp>,
        /// The incident that it is part of.
        merged_into: Option<i64>,
        /// Who set the state.
        state_by: String,
        /// Why.
        reason: Option<String>,
        /// The event that it is about.
        event: Event,
        /// What belongs to the incident now.
        evidence: Evidence,
        /// What the sink answered before, about this incident.
        receipt: Option<Value>,
    }
}

impl ClaimedRow {
    /// The state of the incident.
    pub fn state(&self) -> crate::alert::State {
        use crate::alert::State;
        match (self.state.as_str(), self.muted_until, self.merged_into) {
            ("acknowledged", _, _) => State::Acknowledged,
            ("muted", Some(until), _) => State::Muted { until },
            ("accepted", _, _) => State::Accepted,
            ("merged", _, Some(into)) => State::Merged { into },
            ("resolved", _, _) => State::Resolved,
            _ => State::Open,
        }
    }
}
