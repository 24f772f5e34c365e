//! `alert digest`: the last days in a few lines.

use bench_model::rest::{
    change_points::Effect,
    rows::{ChangePointRow, IncidentRow},
    tables::{CHANGE_POINTS, INCIDENTS},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    cli::alert::DigestArgs, context::Context, failure::Failure, runtime::block_on,
    server::reader::Reader, settings::variables::Access, verbs::alert::incident_log,
};

/// The last days.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Digest {
    /// Since when.
    pub(crate) since: Timestamp,
    /// How many days.
    pub(crate) days: u16,
    /// Incidents that are open.
    pub(crate) open: Vec<IncidentRow>,
    /// Incidents that ended in these days, each with its state.
    pub(crate) over: Vec<IncidentRow>,
    /// Incidents that began in these days.
    pub(crate) opened: usize,
    /// Improvements found in these days.
    pub(crate) improvements: Vec<ChangePointRow>,
    /// Regressions that people dismissed in these days: the gate was wrong.
    pub(crate) dismissed: usize,
}

/// Sums up.
///
/// # Errors
///
/// [`Failure`] if settings are missing, or the database refused or was not reached.
pub(crate) fn digest(args: &DigestArgs, context: &Context) -> Result<Digest, Failure> {
    let reader = Reader::open(Access::Read, &args.network, context)?;
    block_on(async {
        let (answer, _) = incident_log(&reader, None).await?;
        let span = SignedDuration::from_hours(24) * i32::from(args.days);
        let since = answer
            .now
            .checked_sub(span)
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let incidents: Vec<IncidentRow> = reader
            .read_all(INCIDENTS, |request| {
                request
                    .select(IncidentRow::COLUMNS.join(","))
                    .or(format!("is_open.is.true,state_at.gte.{since}"))
                    .order("opened_at.desc,id.desc")
            })
            .await?;
        let points: Vec<ChangePointRow> = reader
            .read_all(CHANGE_POINTS, |request| {
                request
                    .select(ChangePointRow::COLUMNS.join(","))
                    .gte("set_at", since.to_string())
                    .order("began_at.desc,id.desc")
            })
            .await?;
        let opened = incidents.iter().filter(|of| of.opened_at >= since).count();
        let is_machine = |row: &ChangePointRow| {
            let by = row.set_by.as_deref().unwrap_or_default();
            by.starts_with("bench-push ")
        };
        let dismissed = points
            .iter()
            .filter(|row| row.effect == Effect::Regressed && row.state.as_str() == "dismissed")
            .filter(|row| !is_machine(row))
            .count();
        let (open, over) = incidents.into_iter().partition(|of| of.is_open);
        Ok(Digest {
            since,
            days: args.days,
            open,
            over,
            opened,
            improvements: points
                .into_iter()
                .filter(|row| row.effect == Effect::Improved && row.recorded_at >= since)
                .collect(),
            dismissed,
        })
    })
}
