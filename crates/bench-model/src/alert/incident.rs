//! Incidents: what their events add up to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::alert::{
    condition::{Member, Severity},
    event::{Event, EventKind, Evidence},
};

/// What the names of evaluators begin with.
const EVALUATOR: &str = "bench-push ";

/// The state of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Nobody has looked at it.
    Open,
    /// Somebody looks after it.
    Acknowledged,
    /// It keeps quiet until a time.
    Muted {
        /// Until then.
        until: Timestamp,
    },
    /// It is meant to be so.
    Accepted,
    /// It is part of another one.
    Merged {
        /// That one.
        into: i64,
    },
    /// It is over.
    Resolved,
}

impl State {
    /// Whether it is not over.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Acknowledged | Self::Muted { .. })
    }

    /// Its name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Muted { .. } => "muted",
            Self::Accepted => "accepted",
            Self::Merged { .. } => "merged",
            Self::Resolved => "resolved",
        }
    }
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Incident {
    /// Its number.
    pub id: i64,
    /// Its state.
    #[serde(flatten)]
    pub state: State,
    /// When it began.
    pub opened_at: Timestamp,
    /// When its state was set.
    pub state_at: Timestamp,
    /// Who set it.
    pub state_by: String,
    /// Why.
    pub reason: Option<String>,
    /// What belongs to it.
    pub evidence: Evidence,
}

impl Incident {
    /// Whether something belongs to it, now or earlier.
    pub fn has(&self, member: &Member) -> bool {
        self.evidence.members.binary_search(member).is_ok()
    }

    /// Whether a person set its state, and no evaluation.
    pub fn is_said_by_a_person(&self) -> bool {
        !self.state_by.is_empty() && !self.state_by.starts_with(EVALUATOR)
    }

    /// Whether messages about it are sent at `at`.
    pub fn is_told(&self, at: Timestamp) -> bool {
        let is_muted = matches!(self.state, State::Muted { until } if until > at);
        self.evidence.severity == Severity::Alert && !is_muted
    }

    /// The state after an event, if the event is possible in the one before.
    fn follow(&mut self, event: &Event) {
        let state = match event.kind {
            EventKind::Opened | EventKind::Reopened | EventKind::Unmuted => Some(State::Open),
            EventKind::Evidence => None,
            EventKind::Acknowledged => Some(State::Acknowledged),
            EventKind::Muted => event.until.map(|until| State::Muted { until }),
            EventKind::Accepted => Some(State::Accepted),
            EventKind::Merged => event.into.map(|into| State::Merged { into }),
            EventKind::Resolved => Some(State::Resolved),
        };
        if let Some(state) = state {
            self.state = state;
            self.state_at = event.at;
            self.state_by.clone_from(&event.by);
            self.reason.clone_from(&event.reason);
        }
        if let Some(evidence) = &event.evidence {
            self.evidence = evidence.clone();
        }
    }
}

/// The incidents that `events` add up to, by their numbers. Events are in the order of their numbers;
/// those of an incident before it was opened are left out.
pub fn incidents(events: &[Event]) -> Vec<Incident> {
    let mut found: BTreeMap<i64, Incident> = BTreeMap::new();
    for event in events {
        match (found.get_mut(&event.incident), &event.evidence) {
            (Some(incident), _) => incident.follow(event),
            (None, Some(evidence)) if event.kind == EventKind::Opened => {
                let incident = Incident {
                    id: event.incident,
                    state: State::Open,
                    opened_at: event.at,
                    state_at: event.at,
                    state_by: event.by.clone(),
                    reason: event.reason.clone(),
                    evidence: evidence.clone(),
                };
                found.insert(event.incident, incident);
            }
            (None, _) => {}
        }
    }
    found.into_values().collect()
}
