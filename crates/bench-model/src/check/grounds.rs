//! The inputs to the verdict on a metric.

use crate::{
    attribution::Attribution,
    check::{
        question::{CheckOptions, RunToCheck},
        series::Series,
    },
    metric::MetricDefinition,
    rest::{change_points::ChangePointState, rows::ChangePointRow},
    stats::{Assessment, Judgement, VerdictKind},
};

/// All computed results for one metric.
pub(super) struct Grounds<'a> {
    pub(super) definition: &'a MetricDefinition,
    pub(super) series: &'a Series<'a>,
    pub(super) series_q_value: Option<f64>,
    pub(super) assessment: Option<&'a Assessment>,
    pub(super) attribution: Option<&'a Attribution>,
    pub(super) stored: Option<(i64, ChangePointState)>,
    pub(super) handled: Option<&'a ChangePointRow>,
}

impl Grounds<'_> {
    /// The verdict, given a person's decision on an earlier change.
    pub(super) fn kind(&self, options: &CheckOptions) -> VerdictKind {
        let against_baseline = self.assessment.map(|found| found.verdict.kind);
        let against_series = self.series_kind(options);
        let kind = match (against_baseline, against_series) {
            (_, Some(VerdictKind::Regressed)) => VerdictKind::Regressed,
            (Some(VerdictKind::Regressed), _) if self.handled.is_some() => {
                return against_series.unwrap_or(VerdictKind::Unchanged);
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

    /// The verdict from the series alone; none if it is too short.
    fn series_kind(&self, options: &CheckOptions) -> Option<VerdictKind> {
        let change = match &self.series.judgement {
            Judgement::Confirmed { change, .. } => change,
            Judgement::Suspect(_) => return Some(VerdictKind::Uncertain),
            Judgement::Quiet { limits } => return limits.map(|_| VerdictKind::Unchanged),
        };
        let is_settled = matches!(
            self.stored,
            Some((_, ChangePointState::Accepted | ChangePointState::Dismissed))
        );
        let worsening = self.definition.worsening(change.delta, change.relative);
        let least = options.comparison.least_share * options.comparison.threshold;
        let is_sure = self
            .series_q_value
            .is_some_and(|q| q <= options.comparison.level);
        Some(match worsening {
            None => VerdictKind::Uncertain,
            Some(_) if is_settled => VerdictKind::Unchanged,
            Some(worse) if worse.abs() < least => VerdictKind::Unchanged,
            Some(_) if !is_sure => VerdictKind::Uncertain,
            Some(worse) if worse > 0.0 => VerdictKind::Regressed,
            Some(_) => VerdictKind::Improved,
        })
    }
}

/// A person's decision on a worsening of the metric after the baseline ran: then that baseline's
/// level no longer counts.
pub(super) fn handled<'a>(
    run: RunToCheck<'a>,
    definition: &MetricDefinition,
) -> Option<&'a ChangePointRow> {
    let since = run.baseline.map(|baseline| baseline.created_at);
    run.change_points
        .iter()
        .filter(|row| {
            row.metric == *definition.name
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
