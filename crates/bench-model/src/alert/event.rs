//! What happened to an incident: append only, each with who and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{
    cause::Cause,
    condition::{Class, Condition, Kind, Member, Severity, Span},
};

/// The most conditions that an event keeps; the others are counted.
pub const SHOWN: usize = 50;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// It began.
    Opened,
    /// What belongs to it is something else now.
    Evidence,
    /// Somebody looks after it.
    Acknowledged,
    /// It keeps quiet until a time.
    Muted,
    /// That time is over.
    Unmuted,
    /// It is meant to be so.
    Accepted,
    /// It is part of another incident.
    Merged,
    /// It is over.
    Resolved,
    /// It is back.
    Reopened,
}

impl EventKind {
    /// Its name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Evidence => "evidence",
            Self::Acknowledged => "acknowledged",
            Self::Muted => "muted",
            Self::Unmuted => "unmuted",
            Self::Accepted => "accepted",
            Self::Merged => "merged",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number; 0 until it is recorded.
    pub id: i64,
    /// The incident; 0 for a new one until it is recorded.
    pub incident: i64,
    /// When it was evaluated or said.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// Who did it.
    pub by: String,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// Of a mute: until when.
    pub until: Option<Timestamp>,
    /// Of a merger: into which incident.
    pub into: Option<i64>,
    /// The digest of the rules; none for what a person did.
    pub rules_digest: Option<String>,
    /// Whether messages are sent about it.
    pub is_told: bool,
    /// What belongs to the incident now; none if nothing changed there.
    pub evidence: Option<Evidence>,
}

/// What belongs to an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The class of its conditions.
    pub class: Class,
    /// Whether somebody is told at once.
    pub severity: Severity,
    /// What explains all of it.
    pub cause: Cause,
    /// When it may have begun.
    pub span: Span,
    /// Everything that ever belonged to it, sorted.
    pub members: Vec<Member>,
    /// What is not as it should be now, the worst first; at most [`SHOWN`].
    pub conditions: Vec<Condition>,
    /// How many more there are.
    pub left_out: usize,
    /// While nothing is wrong any more: since which run of each configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returning: Vec<Returning>,
}

/// Since when a configuration is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returning {
    /// The configuration.
    pub configuration: i64,
    /// The time of the first run that is back.
    pub since: Timestamp,
}

impl Evidence {
    /// That of conditions with one cause, on top of what was known before.
    ///
    /// # Panics
    ///
    /// If there are no conditions.
    pub(crate) fn of(conditions: &[&Condition], before: Option<&Self>) -> Self {
        let mut sorted: Vec<&Condition> = conditions.to_vec();
        sorted.sort_by(|one, other| {
            let (a, b) = (one.weight(), other.weight());
            (b.0, b.1)
                .cmp(&(a.0, a.1))
                .then(b.2.total_cmp(&a.2))
                .then_with(|| one.member().cmp(&other.member()))
        });
        let first = sorted[0];
        // What was known first stays, unless all of it is explained by fewer things now.
        let mut cause = before.map_or_else(|| first.cause.clone(), |before| before.cause.clone());
        let mut span = before.map_or(first.span, |before| before.span);
        for condition in &sorted {
            cause = cause.narrowed(&condition.cause);
            span = span.common(&condition.span).unwrap_or(span);
        }
        let known = before.map_or_else(Vec::new, |before| before.members.clone());
        let mut members = known;
        members.extend(sorted.iter().map(|condition| condition.member()));
        members.sort();
        members.dedup();
        let severity = sorted.iter().map(|of| of.severity).max();
        Self {
            class: first.kind.class(),
            severity: severity.unwrap_or(Severity::Note),
            cause,
            span,
            members,
            left_out: sorted.len().saturating_sub(SHOWN),
            conditions: sorted.into_iter().take(SHOWN).cloned().collect(),
            returning: Vec::new(),
        }
    }

    /// What is worth an event if it differs: not the numbers, which differ every night.
    pub(crate) fn gist(&self) -> Gist<'_> {
        let mut conditions: Vec<(Member, Kind)> = self
            .conditions
            .iter()
            .map(|of| (of.member(), of.kind))
            .collect();
        conditions.sort();
        Gist {
            severity: self.severity,
            cause: &self.cause.keys,
            conditions,
            left_out: self.left_out,
            is_returning: !self.returning.is_empty(),
        }
    }
}

/// What is worth an event if it differs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gist<'a> {
    severity: Severity,
    cause: &'a [String],
    conditions: Vec<(Member, Kind)>,
    left_out: usize,
    is_returning: bool,
}
