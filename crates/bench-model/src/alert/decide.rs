//! Conditions, and the incidents so far → what to record.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::alert::{
    condition::{Class, Condition, Kind, Member, Severity},
    event::{Event, EventKind, Evidence, Returning},
    group::groups,
    incident::{Incident, State},
    log::Log,
    rules::Rules,
};

/// The events that `conditions` make of the incidents so far: those of known incidents in the order of
/// their numbers, then new ones. The same arguments give the same events.
///
/// `log` is the one that the conditions come from; `host` is the machine whose spool was looked at.
/// A new incident has the number 0 and a [`fingerprint`].
pub fn decide(
    log: &Log,
    conditions: &[Condition],
    incidents: &[Incident],
    rules: &Rules,
    at: Timestamp,
    host: Option<&str>,
) -> Vec<Event> {
    let scene = Scene {
        log,
        incidents,
        rules,
        at,
        host,
    };
    let mut of: BTreeMap<i64, Vec<&Condition>> = BTreeMap::new();
    let mut rest = Vec::new();
    for condition in conditions {
        // One run out of line that nobody wants to hear of.
        if (condition.kind, condition.severity) == (Kind::Suspect, Severity::Note) {
            continue;
        }
        match scene.home(condition) {
            Home::Handled => {}
            Home::Of(id) => of.entry(id).or_default().push(condition),
            Home::Nowhere => rest.push(condition),
        }
    }
    let mut events = Vec::new();
    for incident in incidents {
        let conditions = of.remove(&incident.id).unwrap_or_default();
        events.extend(scene.follow(incident, &conditions));
    }
    for group in groups(&rest) {
        let evidence = Evidence::of(&group, None);
        events.push(Event {
            is_told: evidence.severity == Severity::Alert,
            evidence: Some(evidence),
            ..scene.event(0, EventKind::Opened)
        });
    }
    events
}

/// What two evaluators that see the same call the same: the class, what explains it, and the run that
/// it began with when it was opened. It has no time and no commit in it, and is not computed again.
pub fn fingerprint(evidence: &Evidence) -> String {
    let mut hash = Sha256::new();
    let began = evidence.conditions.first().and_then(|of| of.began.as_ref());
    let parts = [evidence.class.as_str()]
        .into_iter()
        .chain(evidence.cause.keys.iter().map(String::as_str))
        .chain(began.map(|run| run.id.as_str()));
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Where a condition belongs.
enum Home {
    /// A person accepted it.
    Handled,
    /// To this incident.
    Of(i64),
    /// To none yet.
    Nowhere,
}

struct Scene<'a> {
    log: &'a Log,
    incidents: &'a [Incident],
    rules: &'a Rules,
    at: Timestamp,
    host: Option<&'a str>,
}

impl Scene<'_> {
    fn event(&self, incident: i64, kind: EventKind) -> Event {
        Event {
            id: 0,
            incident,
            at: self.at,
            kind,
            by: String::new(),
            reason: None,
            until: None,
            into: None,
            rules_digest: None,
            is_told: false,
            evidence: None,
        }
    }

    /// Where a condition belongs: to the incident that it belonged to, to one with its cause, or to one
    /// that ended lately and is back.
    fn home(&self, condition: &Condition) -> Home {
        let member = condition.member();
        if self
            .incidents
            .iter()
            .any(|incident| accepts(incident, condition))
        {
            return Home::Handled;
        }
        let had = self.incidents.iter().rev();
        let had = had.filter(|incident| incident.has(&member));
        let open = had
            .filter_map(|incident| self.merged(incident))
            .find(|incident| incident.state.is_open());
        if let Some(incident) = open {
            return Home::Of(incident.id);
        }
        let fitting = self.incidents.iter().filter(|incident| {
            incident.state.is_open()
                && incident.evidence.class == condition.kind.class()
                && incident.evidence.cause.fits(&condition.cause)
                && incident.evidence.span.overlaps(&condition.span)
        });
        let nearest = fitting.min_by_key(|incident| {
            let away = condition.span.at.duration_since(incident.evidence.span.at);
            away.abs()
        });
        if let Some(incident) = nearest {
            return Home::Of(incident.id);
        }
        let window = 86_400.0 * self.rules.incident.reopen_within_days;
        let window = SignedDuration::try_from_secs_f64(window).unwrap_or_default();
        let back = self.incidents.iter().rev().find(|incident| {
            let cause = &incident.evidence.cause;
            let may_be_one = cause.fits(&condition.cause)
                || cause.keys.is_empty()
                || condition.cause.keys.is_empty();
            incident.state == State::Resolved
                && self.at.duration_since(incident.state_at) <= window
                && incident.has(&member)
                && may_be_one
        });
        back.map_or(Home::Nowhere, |incident| Home::Of(incident.id))
    }

    /// The incident that one is part of in the end; itself if it is part of none.
    fn merged<'a>(&'a self, incident: &'a Incident) -> Option<&'a Incident> {
        let mut at = incident;
        for _ in 0..self.incidents.len() {
            let State::Merged { into } = at.state else {
                return Some(at);
            };
            at = self.incidents.iter().find(|other| other.id == into)?;
        }
        None
    }

    /// What the conditions of now make of an incident.
    fn follow(&self, incident: &Incident, conditions: &[&Condition]) -> Vec<Event> {
        let mut events = Vec::new();
        let before = &incident.evidence;
        let is_open = incident.state.is_open();
        let is_told = incident.is_told(self.at);
        if let State::Muted { until } = incident.state
            && until <= self.at
        {
            events.push(Event {
                is_told: before.severity == Severity::Alert && !conditions.is_empty(),
                ..self.event(incident.id, EventKind::Unmuted)
            });
        }
        if conditions.is_empty() {
            events.extend(is_open.then(|| self.absent(incident)).flatten());
            return events;
        }
        let evidence = Evidence::of(conditions, Some(before));
        if !is_open {
            events.push(Event {
                is_told: evidence.severity == Severity::Alert,
                evidence: Some(evidence),
                ..self.event(incident.id, EventKind::Reopened)
            });
        } else if evidence.gist() != before.gist() {
            // Messages begin when it turns out to be more than a note.
            let rises = evidence.severity > before.severity;
            let is_muted = before.severity == Severity::Alert && !is_told;
            events.push(Event {
                is_told: rises && !is_muted,
                evidence: Some(evidence),
                ..self.event(incident.id, EventKind::Evidence)
            });
        }
        events
    }

    /// Nothing is wrong any more: it is resolved after some runs back. A run that stays away, or lacks
    /// the metric, is none of them.
    fn absent(&self, incident: &Incident) -> Option<Event> {
        let before = &incident.evidence;
        if before.class == Class::Spool && !self.is_of_this_machine(before) {
            return None;
        }
        let needed = self.rules.incident.resolve_after_runs.max(1);
        let is_back = match before.class {
            Class::Spool | Class::OldBaseline => true,
            Class::Stale => before
                .members
                .iter()
                .all(|member| self.runs_again(member, before)),
            Class::Quality => before
                .members
                .iter()
                .all(|member| self.is_back(member, &before.returning, needed)),
        };
        if is_back {
            let reason = match before.class {
                Class::Quality => format!("back for {needed} runs or more"),
                Class::Stale => "runs arrive again".to_owned(),
                Class::OldBaseline => "the baseline is new".to_owned(),
                Class::Spool => "everything was sent".to_owned(),
            };
            return Some(Event {
                reason: Some(reason),
                is_told: incident.is_told(self.at),
                ..self.event(incident.id, EventKind::Resolved)
            });
        }
        (before.class == Class::Quality && before.returning.is_empty()).then(|| Event {
            evidence: Some(Evidence {
                returning: self.returning(&before.members),
                ..before.clone()
            }),
            ..self.event(incident.id, EventKind::Evidence)
        })
    }

    fn is_of_this_machine(&self, evidence: &Evidence) -> bool {
        let mut members = evidence.members.iter();
        members.all(|member| member.metric.as_deref() == self.host)
    }

    fn newest(&self, configuration: i64) -> Option<Timestamp> {
        let log = self.of(configuration)?;
        Some(log.known(self.at, 1)?.current.created_at)
    }

    fn of(&self, configuration: i64) -> Option<&crate::alert::log::ConfigurationLog> {
        self.log.configurations.iter().find(|log| {
            let first = log.runs.first();
            first.is_some_and(|run| run.configuration_id == configuration)
        })
    }

    fn runs_again(&self, member: &Member, before: &Evidence) -> bool {
        let newest = self.newest(member.configuration);
        newest.is_none_or(|newest| newest > before.span.after)
    }

    fn is_back(&self, member: &Member, returning: &[Returning], needed: usize) -> bool {
        let Some(log) = self.of(member.configuration) else {
            return true;
        };
        let since = returning
            .iter()
            .find(|of| of.configuration == member.configuration);
        since.is_some_and(|since| {
            log.runs_since(since.since, self.at, member.metric.as_deref()) >= needed
        })
    }

    /// The newest run of each configuration.
    fn returning(&self, members: &[Member]) -> Vec<Returning> {
        let mut configurations: Vec<i64> = members.iter().map(|of| of.configuration).collect();
        configurations.dedup();
        let since = |configuration| {
            let since = self.newest(configuration)?;
            Some(Returning {
                configuration,
                since,
            })
        };
        configurations.into_iter().filter_map(since).collect()
    }
}

/// Whether a person accepted this very condition, or said that it is over though it shows.
fn accepts(incident: &Incident, condition: &Condition) -> bool {
    let is_handled = match incident.state {
        State::Accepted => true,
        State::Resolved => incident.is_said_by_a_person(),
        _ => false,
    };
    if !is_handled || !incident.has(&condition.member()) {
        return false;
    }
    match condition.kind {
        Kind::OldBaseline => incident.evidence.conditions.iter().any(|of| {
            of.member() == condition.member()
                && of.began.as_ref().map(|run| &run.id)
                    == condition.began.as_ref().map(|run| &run.id)
        }),
        _ => incident.evidence.span.overlaps(&condition.span),
    }
}
