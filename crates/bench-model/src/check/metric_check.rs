//! What a check says of one metric.

use crate::{
    attribution::Attribution,
    metric::MetricDefinition,
    rest::change_points::{ChangePointFound, ChangePointState},
    stats::{Assessment, Judgement, VerdictKind},
};

/// What became of one metric of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricCheck {
    /// What the metric means.
    pub definition: MetricDefinition,
    /// Its value in the run.
    pub value: f64,
    /// The verdict.
    pub kind: VerdictKind,
    /// Why, in one sentence with every number that it rests on.
    pub reason: String,
    /// Against the baseline; none without one that has the metric.
    pub assessment: Option<Assessment>,
    /// Against the series.
    pub judgement: Judgement,
    /// The p-value of the judgement, corrected for all metrics of the run; none when it is quiet.
    pub series_q_value: Option<f64>,
    /// What else changed where the series did; none when it is quiet.
    pub attribution: Option<Attribution>,
    /// What is stored about that change, if it was found before.
    pub stored: Option<(i64, ChangePointState)>,
    /// Every change of the series, to be recorded.
    pub found: Vec<ChangePointFound>,
    /// Stored suspicions that more runs did not confirm: they were spikes.
    pub spikes: Vec<i64>,
}

impl MetricCheck {
    /// What the plain threshold says, untouched: that of `detect_regression`. None without a baseline.
    pub fn threshold_exceeded(&self) -> Option<bool> {
        self.assessment.as_ref()?.verdict.threshold_exceeded
    }

    /// The q-value that the verdict rests on.
    pub fn q_value(&self) -> Option<f64> {
        let against_baseline = self
            .assessment
            .as_ref()
            .and_then(|found| found.verdict.q_value);
        against_baseline.or(self.series_q_value)
    }
}
