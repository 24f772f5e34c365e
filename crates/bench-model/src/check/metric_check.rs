//! The result of a check for one metric.

use crate::{
    attribution::Attribution,
    metric::MetricDefinition,
    rest::change_points::{ChangePointFound, ChangePointState},
    stats::{Assessment, Judgement, Standing, VerdictKind},
};

/// The result for one metric of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricCheck {
    /// What the metric means.
    pub definition: MetricDefinition,
    /// Its value in the run.
    pub value: f64,
    /// The verdict.
    pub kind: VerdictKind,
    /// The reason in one sentence, with all underlying numbers.
    pub reason: String,
    /// The comparison with the baseline; none without a baseline that has the metric.
    pub assessment: Option<Assessment>,
    /// Where the series stands; none without runs.
    pub standing: Option<Standing>,
    /// The version of the run since which the metric is off the level that counts; none if it isn't.
    pub since_version: Option<i64>,
    /// The version of the run with which it recovered, if that is news.
    pub recovered_version: Option<i64>,
    /// The change that the standing began with, a suspicion, or a quiet series.
    pub judgement: Judgement,
    /// The p-value of the judgement, corrected for all metrics of the run; none if quiet.
    pub series_q_value: Option<f64>,
    /// The factors that changed where the series did; none if quiet.
    pub attribution: Option<Attribution>,
    /// The stored change point, if the change was found before.
    pub stored: Option<(i64, ChangePointState)>,
    /// Every change of the series, for recording.
    pub found: Vec<ChangePointFound>,
    /// Which of [`Self::found`] the verdict and the attribution are about, if any.
    pub judged: Option<usize>,
    /// Stored suspicions that later runs did not confirm: spikes.
    pub spikes: Vec<i64>,
}

impl MetricCheck {
    /// The level that counts and the newest one, or the end of its drift; none without runs.
    pub fn levels(&self) -> Option<(f64, f64)> {
        let standing = self.standing.as_ref()?;
        let moved = standing.moved.as_ref();
        Some((
            moved.map_or(standing.reference.mean, |moved| moved.before),
            moved.map_or(standing.current.mean, |moved| moved.after),
        ))
    }

    /// How much worse than it should be: of the series, otherwise of the comparison with the baseline.
    /// Negative is better; none if nothing can be said.
    pub fn worsening(&self) -> Option<f64> {
        let moved = self.standing.as_ref().and_then(|of| of.moved.as_ref());
        let of_series = moved.map(|moved| self.definition.worsening(moved.delta, moved.relative));
        of_series.unwrap_or_else(|| self.assessment.as_ref()?.verdict.worsening)
    }

    /// The plain threshold's answer, as in `detect_regression`. None without a baseline.
    pub fn threshold_exceeded(&self) -> Option<bool> {
        self.assessment.as_ref()?.verdict.threshold_exceeded
    }

    /// The q-value behind the verdict.
    pub fn q_value(&self) -> Option<f64> {
        let against_baseline = self
            .assessment
            .as_ref()
            .and_then(|found| found.verdict.q_value);
        against_baseline.or(self.series_q_value)
    }
}
