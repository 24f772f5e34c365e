//! What people say about incidents.

use std::collections::BTreeSet;

use bench_model::{
    alert::{EventKind, Incident, Kind},
    rest::{
        change_points::ChangePointState,
        functions::{RecordIncidents, SetChangePointState},
        incidents::{RecordOutcome, SentEvent},
        rows::{ChangePointRow, ChangePointStateRow, RecordedIncidentRow},
        tables::CHANGE_POINTS,
    },
    text::Label,
};
use jiff::Timestamp;

use crate::{
    cli::{
        alert::{IncidentArgs, MergeArgs, MuteArgs, ReasonedArgs},
        network::NetworkArgs,
    },
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::variables::Access,
    verbs::alert::incident_log,
};

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    /// What it was.
    pub(crate) kind: EventKind,
    /// The incidents, and whether that is new.
    pub(crate) incidents: Vec<(i64, bool)>,
    /// Of a mute: until when.
    pub(crate) until: Option<Timestamp>,
    /// Of a merger: into which incident.
    pub(crate) into: Option<i64>,
    /// Change points that were accepted with it.
    pub(crate) change_points: Vec<i64>,
}

/// Says that somebody looks after incidents.
///
/// # Errors
///
/// [`Failure`] if settings are missing, an incident does not exist or is over, or the database was not
/// reached.
pub(crate) fn ack(args: &IncidentArgs, context: &Context) -> Result<Said, Failure> {
    Saying::of(EventKind::Acknowledged, args).say(context)
}

/// Keeps incidents quiet.
///
/// # Errors
///
/// As [`ack`].
pub(crate) fn mute(args: &MuteArgs, context: &Context) -> Result<Said, Failure> {
    Saying {
        until: Some(args.until),
        ..Saying::of(EventKind::Muted, &args.incidents)
    }
    .say(context)
}

/// Accepts incidents, and with them the new levels of their metrics.
///
/// # Errors
///
/// As [`ack`].
pub(crate) fn accept(args: &ReasonedArgs, context: &Context) -> Result<Said, Failure> {
    Saying::with_reason(EventKind::Accepted, args).say(context)
}

/// Says that incidents are over.
///
/// # Errors
///
/// As [`ack`].
pub(crate) fn resolve(args: &ReasonedArgs, context: &Context) -> Result<Said, Failure> {
    Saying::with_reason(EventKind::Resolved, args).say(context)
}

/// Says that incidents are part of another one.
///
/// # Errors
///
/// As [`ack`].
pub(crate) fn merge(args: &MergeArgs, context: &Context) -> Result<Said, Failure> {
    Saying {
        into: Some(args.into),
        ..Saying::of(EventKind::Merged, &args.incidents)
    }
    .say(context)
}

struct Saying<'a> {
    kind: EventKind,
    ids: &'a [i64],
    reason: Option<&'a str>,
    set_by: Option<&'a Label>,
    network: &'a NetworkArgs,
    until: Option<Timestamp>,
    into: Option<i64>,
}

impl<'a> Saying<'a> {
    fn of(kind: EventKind, args: &'a IncidentArgs) -> Self {
        let IncidentArgs {
            ids,
            reason,
            set_by,
            output: _,
            network,
        } = args;
        Self {
            kind,
            ids,
            reason: reason.as_deref(),
            set_by: set_by.as_ref(),
            network,
            until: None,
            into: None,
        }
    }

    fn with_reason(kind: EventKind, args: &'a ReasonedArgs) -> Self {
        let ReasonedArgs {
            ids,
            reason,
            set_by,
            output: _,
            network,
        } = args;
        Self {
            kind,
            ids,
            reason: Some(reason),
            set_by: set_by.as_ref(),
            network,
            until: None,
            into: None,
        }
    }

    fn say(&self, context: &Context) -> Result<Said, Failure> {
        let by = context.actor(self.set_by);
        let by = by.as_deref().unwrap_or("somebody");
        let ids: BTreeSet<i64> = self.ids.iter().copied().collect();
        let reader = Reader::open(Access::Write, self.network, context)?;
        block_on(async {
            let mut change_points = Vec::new();
            if self.kind == EventKind::Accepted {
                // First, so that a failure leaves an open incident and not a forgotten level.
                let (_, incidents) = incident_log(&reader, None).await?;
                for incident in incidents.iter().filter(|of| ids.contains(&of.id)) {
                    change_points.extend(self.accept_levels(&reader, incident, by).await?);
                }
            }
            let events: Vec<SentEvent> = ids
                .iter()
                .map(|id| SentEvent {
                    incident: Some(*id),
                    kind: self.kind,
                    reason: self.reason.map(str::to_owned),
                    until: self.until,
                    into: self.into,
                    is_told: true,
                    evidence: None,
                    title: None,
                    fingerprint: None,
                })
                .collect();
            let rows: Vec<RecordedIncidentRow> = reader
                .call(&RecordIncidents {
                    p_events: &events,
                    p_seen: None,
                    p_sinks: &[],
                    p_by: by,
                    p_rules_digest: None,
                    p_at: None,
                })
                .await?;
            let is_new = |row: &RecordedIncidentRow| row.outcome == RecordOutcome::Recorded;
            Ok(Said {
                kind: self.kind,
                incidents: ids.into_iter().zip(rows.iter().map(is_new)).collect(),
                until: self.until,
                into: self.into,
                change_points,
            })
        })
    }

    /// Accepts the change points of the incident's metrics: from here on their new levels count.
    async fn accept_levels(
        &self,
        reader: &Reader<'_>,
        incident: &Incident,
        by: &str,
    ) -> Result<Vec<i64>, Failure> {
        let mut accepted = Vec::new();
        for condition in &incident.evidence.conditions {
            let is_level = matches!(
                condition.kind,
                Kind::Regressed | Kind::Drift | Kind::MeasuredDifferently
            );
            let Some(metric) = condition.metric.as_deref().filter(|_| is_level) else {
                continue;
            };
            let (from, to) = (condition.span.after, condition.span.until);
            let points: Vec<ChangePointRow> = reader
                .read_all(CHANGE_POINTS, |request| {
                    request
                        .select(ChangePointRow::COLUMNS.join(","))
                        .eq("configuration_id", condition.configuration.id.to_string())
                        .eq("metric", metric)
                        .in_("state", ["suspect", "confirmed"])
                        .gt("began_at", from.to_string())
                        .lte("began_at", to.to_string())
                        .order("id")
                })
                .await?;
            for point in points {
                let _: ChangePointStateRow = reader
                    .call(&SetChangePointState {
                        p_id: point.id,
                        p_state: ChangePointState::Accepted,
                        p_reason: self.reason,
                        p_set_by: Some(by),
                        p_only_if: None,
                    })
                    .await?;
                accepted.push(point.id);
            }
        }
        Ok(accepted)
    }
}
