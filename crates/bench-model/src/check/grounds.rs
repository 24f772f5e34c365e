//! The inputs to the verdict on a metric.

use crate::{
    attribution::Attribution,
    check::{question::RunToCheck, series::Series},
    metric::MetricDefinition,
    rest::{change_points::ChangePointState, rows::KnownChangeRow},
    stats::{Assessment, Judgement, Method, Options, VerdictKind},
};

/// All computed results for one metric.
pub(super) struct Grounds<'a> {
    pub(super) definition: &'a MetricDefinition,
    pub(super) series: &'a Series<'a>,
    pub(super) series_q_value: Option<f64>,
    pub(super) assessment: Option<&'a Assessment>,
    pub(super) attribution: Option<&'a Attribution>,
    pub(super) stored: Option<(i64, ChangePointState)>,
    pub(super) handled: Option<&'a KnownChangeRow>,
    /// Whether the run is judged against the main line without being part of it.
    pub(super) is_side_run: bool,
    /// Whether the baseline is a run of the series.
    pub(super) is_own_baseline: bool,
}

impl Grounds<'_> {
    /// The verdict, given a person's decision on an earlier change.
    pub(super) fn kind(&self, options: &Options) -> VerdictKind {
        let series = self.series_kind(options);
        let compared = self.assessment.map(|found| found.verdict.kind);
        let kind = match (compared, series) {
            (_, Some(VerdictKind::Regressed)) => VerdictKind::Regressed,
            (Some(VerdictKind::Regressed), _) if self.handled.is_some() => {
                return series.unwrap_or(VerdictKind::Uncertain);
            }
            (Some(kind), Some(series))
                if kind != VerdictKind::Regressed && self.is_of_plain_values() =>
            {
                series
            }
            (Some(kind), _) | (None, Some(kind)) => kind,
            (None, None) => VerdictKind::Uncertain,
        };
        let is_measured_differently = self
            .attribution
            .is_some_and(Attribution::is_measured_differently);
        if kind == VerdictKind::Regressed && is_measured_differently {
            return VerdictKind::Uncertain;
        }
        kind
    }

    /// Whether the comparison with the baseline says nothing that the series does not say with all
    /// its runs.
    pub(super) fn is_of_plain_values(&self) -> bool {
        self.is_own_baseline
            && self.assessment.is_some_and(|found| {
                matches!(
                    found.comparison.method,
                    Method::PooledT | Method::ModeratedT | Method::Exact | Method::Threshold
                )
            })
    }

    /// The verdict from the series alone; none if it is too short.
    fn series_kind(&self, options: &Options) -> Option<VerdictKind> {
        let margin = options.threshold;
        let least = options.least();
        let worse = |delta: f64, before: f64| {
            let share = delta / before.abs();
            let relative = share.is_finite().then_some(share);
            self.definition.worsening(delta, relative)
        };
        let is_sure = self.series_q_value.is_some_and(|q| q <= options.level);
        if let Some(moved) = self.series.moved() {
            let Some(worsening) = worse(moved.delta, moved.before) else {
                return Some(VerdictKind::Uncertain);
            };
            // No later run will say whether a side run out of line stays there: it counts itself.
            if let (Judgement::Suspect(suspicion), true) =
                (&self.series.judgement, self.is_side_run)
            {
                let own = worse(suspicion.value - moved.before, moved.before);
                let is_beyond = own.is_some_and(|worse| worse > margin);
                return Some(if is_sure && is_beyond {
                    VerdictKind::Regressed
                } else {
                    VerdictKind::Uncertain
                });
            }
            let is_clear = moved.interval.0 > 0.0 || moved.interval.1 < 0.0 || moved.p_value <= 0.0;
            if is_sure && is_clear && worsening >= least {
                return Some(VerdictKind::Regressed);
            }
            if let Judgement::Suspect(_) = self.series.judgement {
                return Some(VerdictKind::Uncertain);
            }
            if is_sure && is_clear && worsening <= -least {
                return Some(VerdictKind::Improved);
            }
            let is_within = [moved.interval.0, moved.interval.1]
                .iter()
                .all(|end| worse(*end, moved.before).is_some_and(|end| end.abs() <= margin));
            return Some(if is_within {
                VerdictKind::Unchanged
            } else {
                VerdictKind::Uncertain
            });
        }
        match self.series.judgement {
            Judgement::Suspect(suspicion) => {
                let worsening = worse(suspicion.delta, suspicion.before);
                let is_beyond = worsening.is_some_and(|worse| worse > margin);
                // No later run will confirm a side run: beyond the margin it has to be enough.
                Some(if self.is_side_run && is_sure && is_beyond {
                    VerdictKind::Regressed
                } else {
                    VerdictKind::Uncertain
                })
            }
            Judgement::Confirmed { .. } => None,
            Judgement::Quiet { limits } => {
                let limits = limits?;
                let is_exact = self.series.is_exact();
                let before = self.series.standing.map_or(0.0, |of| of.reference.mean);
                let visible = worse(limits.confirm, before)?.abs();
                Some(if is_exact || visible <= margin {
                    VerdictKind::Unchanged
                } else {
                    VerdictKind::Uncertain
                })
            }
        }
    }
}

/// A person's decision on a worsening of the metric after the baseline ran: then that baseline's
/// level no longer counts.
pub(super) fn handled<'a>(
    run: RunToCheck<'a>,
    definition: &MetricDefinition,
) -> Option<&'a KnownChangeRow> {
    let since = run.baseline.map(|baseline| baseline.created_at);
    run.change_points
        .iter()
        .filter(|row| {
            row.metric == *definition.name
                && !is_by_ourselves(row)
                && matches!(
                    row.state,
                    ChangePointState::Accepted | ChangePointState::Dismissed
                )
                && definition
                    .worsening(row.delta, row.relative)
                    .is_none_or(|worse| worse > 0.0)
                && since.is_none_or(|since| row.began_at > since)
                && row.began_at <= run.current.created_at
        })
        .max_by_key(|row| row.began_at)
}

/// Whether a check set the state itself, as it does with suspicions that turn out to be spikes.
fn is_by_ourselves(row: &KnownChangeRow) -> bool {
    let name = row.set_by.as_deref().unwrap_or_default();
    name.starts_with("bench-push ")
}
