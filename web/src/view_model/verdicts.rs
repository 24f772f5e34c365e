//! The verdict on each configuration's current run, by the same statistics as the CLI.
//!
//! The first page shows verdicts ([`InRow`]) without containing the code that computes them
//! ([`answer`]): a separate program is loaded when the table scrolls into view.

mod in_row;
mod judge;

use std::collections::BTreeMap;

use bench_model::check::MetricCheck;
use bench_model::rest::{payload::BaselineScope, rows::AgainstRow};
use bench_model::stats::VerdictKind;

pub use in_row::InRow;
pub use judge::{answer, found_all};

use super::{
    format,
    metrics::{Metric, Metrics},
    sparkline,
    table_view::{CellView, Tone},
};
use crate::routes;

/// The verdict on a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The kind; none if the numbers allow no verdict.
    pub kind: Option<VerdictKind>,
    /// The reason, in a sentence with all numbers.
    pub reason: String,
    /// How much worse it got; negative is better.
    pub worsening: Option<f64>,
    /// The level that counts and the newest one.
    pub levels: Option<(f64, f64)>,
    /// The difference between the two; none if nothing moved.
    pub delta: Option<f64>,
    /// The version of the run since which the metric is off the level that counts.
    pub since_version: Option<i64>,
}

impl Found {
    /// What a check found.
    pub fn of(check: &MetricCheck) -> Self {
        let moved = check.standing.as_ref().and_then(|of| of.moved.as_ref());
        Self {
            kind: Some(check.kind),
            reason: check.reason.clone(),
            worsening: check.worsening(),
            levels: check.levels(),
            delta: moved.map(|moved| moved.delta),
            since_version: check.since_version,
        }
    }
}

/// A configuration's current run, compared with its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The configuration.
    pub id: i64,
    /// The metric's definition.
    pub metric: Metric,
    /// The run.
    pub run: String,
    /// The baseline; none if there is none.
    pub baseline_run: Option<String>,
    /// The verdict.
    pub found: Found,
    /// A sentence with the baseline behind the verdict.
    pub remark: String,
    /// The newest values, oldest first, the current one last.
    pub recent: Vec<f64>,
}

/// The number of configurations per verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Worse.
    pub regressed: usize,
    /// Better.
    pub improved: usize,
    /// The same.
    pub unchanged: usize,
    /// Uncertain.
    pub uncertain: usize,
    /// Without a verdict.
    pub without: usize,
}

/// The verdicts by configuration. `found` has one per row, in the same order.
pub fn judged(rows: &[AgainstRow], found: &[Found], metrics: &Metrics) -> BTreeMap<i64, Judged> {
    rows.iter()
        .zip(found)
        .map(|(row, found)| {
            (
                row.configuration_id,
                judged_one(row, found.clone(), metrics),
            )
        })
        .collect()
}

/// One configuration's verdict.
pub(super) fn judged_one(row: &AgainstRow, found: Found, metrics: &Metrics) -> Judged {
    let remark = match &row.baseline_run {
        Some(_) if row.baseline_value.is_none() => {
            format!("The baseline has no metric {}.", row.metric)
        }
        Some(_) => baseline_words(row),
        None => "No baseline for this configuration, its model or its data set.".to_owned(),
    };
    Judged {
        id: row.configuration_id,
        metric: metrics.of(&row.metric),
        run: row.current_run.clone(),
        baseline_run: row.baseline_run.clone(),
        found,
        remark,
        recent: sparkline::newest(&row.numbers).to_vec(),
    }
}

fn baseline_words(row: &AgainstRow) -> String {
    let version = row.baseline_version.unwrap_or_default();
    let whose = match row.found_by {
        Some(BaselineScope::Model) => "the baseline of its model",
        Some(BaselineScope::Dataset) => "the baseline of its data set",
        Some(BaselineScope::Configuration) | None => "its own baseline",
    };
    if row.baseline_run.as_deref() == Some(&row.current_run) {
        "This run is the baseline.".to_owned()
    } else {
        format!("Compared with {whose}, version {version}.")
    }
}

impl Judged {
    /// The verdict; none if the numbers allow none.
    pub fn kind(&self) -> Option<VerdictKind> {
        self.found.kind
    }

    /// Its look.
    pub fn tone(&self) -> Tone {
        match self.kind() {
            None => Tone::Missing,
            Some(VerdictKind::Improved) => Tone::Improved,
            Some(VerdictKind::Regressed) => Tone::Regressed,
            Some(VerdictKind::Unchanged) => Tone::Unchanged,
            Some(VerdictKind::Uncertain) => Tone::Uncertain,
        }
    }

    /// The verdict's label.
    pub fn word(&self) -> &'static str {
        match self.kind() {
            None => "no verdict",
            Some(kind) => kind.as_str(),
        }
    }

    /// The reason, in a sentence with all numbers.
    pub fn reason(&self) -> String {
        if self.found.reason.is_empty() {
            return self.remark.clone();
        }
        format!("{}. {}", self.found.reason, self.remark)
    }

    /// The verdict as a cell: label and reason.
    pub fn verdict_cell(&self) -> CellView {
        CellView::labelled(self.word(), self.word())
            .toned(self.tone())
            .explained(self.reason())
            .linked(routes::trends_href(self.id, &self.metric.name))
    }

    /// The sparkline as a cell, with its range.
    pub fn course_cell(&self) -> CellView {
        let values: Vec<String> = self.recent.iter().map(ToString::to_string).collect();
        CellView {
            spark: sparkline::path(&self.recent),
            hint: sparkline::words(&self.recent, &self.metric),
            ..CellView::labelled(
                sparkline::range_label(&self.recent, &self.metric),
                values.join(" "),
            )
        }
    }

    /// The difference from the level that counts, in the metric's unit and as a share.
    pub fn change_cell(&self) -> CellView {
        let Some((delta, (counts, _))) = self.found.delta.zip(self.found.levels) else {
            return CellView::missing().explained("No change of level");
        };
        let share = if counts == 0.0 {
            String::new()
        } else {
            format::signed_percent(delta / counts.abs())
        };
        CellView {
            note: share,
            ..CellView::labelled(self.metric.difference(delta), delta.to_string())
        }
    }

    /// The level that counts as a cell, linked to the baseline if there is one.
    pub fn counts_cell(&self) -> CellView {
        let cell = self.level_cell(self.found.levels.map(|(counts, _)| counts));
        match &self.baseline_run {
            Some(run) => cell.linked(routes::run_href(run)),
            None => cell,
        }
    }

    /// The newest level as a cell, linked to the run.
    pub fn newest_cell(&self) -> CellView {
        let cell = self.level_cell(self.found.levels.map(|(_, newest)| newest));
        cell.linked(routes::run_href(&self.run))
    }

    fn level_cell(&self, level: Option<f64>) -> CellView {
        CellView::number(level, |level| self.metric.value(level))
    }

    /// Since when the metric is off the level that counts, as a cell.
    pub fn since_cell(&self) -> CellView {
        self.found
            .since_version
            .map_or_else(CellView::missing, |version| {
                CellView::labelled(format!("version {version}"), version.to_string())
            })
    }

    /// The sort key, the worst first, within the order of verdicts.
    pub fn badness(&self) -> (u8, f64) {
        let rank = match self.kind() {
            Some(VerdictKind::Regressed) => 0,
            Some(VerdictKind::Uncertain | VerdictKind::Unchanged) => 1,
            Some(VerdictKind::Improved) => 2,
            None => 3,
        };
        (rank, self.found.worsening.unwrap_or(f64::NEG_INFINITY))
    }
}

impl Tally {
    /// Counts by look.
    pub fn of(tones: impl IntoIterator<Item = Tone>) -> Self {
        let mut tally = Self::default();
        for tone in tones {
            *match tone {
                Tone::Improved => &mut tally.improved,
                Tone::Regressed => &mut tally.regressed,
                Tone::Unchanged => &mut tally.unchanged,
                Tone::Uncertain => &mut tally.uncertain,
                Tone::Plain | Tone::Missing | Tone::Code | Tone::Waiting => &mut tally.without,
            } += 1;
        }
        tally
    }

    /// `2 regressed · 1 improved · 5 unchanged · 3 uncertain · 4 without a verdict`, omitting zeros.
    pub fn words(self) -> String {
        let Self {
            regressed,
            improved,
            unchanged,
            uncertain,
            without,
        } = self;
        let parts: Vec<String> = [
            (regressed, "regressed"),
            (improved, "improved"),
            (unchanged, "unchanged"),
            (uncertain, "uncertain"),
            (without, "without a verdict"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        parts.join(" · ")
    }
}

#[cfg(test)]
pub(super) mod fixtures {
    use super::*;

    /// A configuration whose F1 was quiet around 0.9 and is `current` in its newest two runs.
    pub(in super::super) fn against(id: i64, current: f64, baseline: Option<f64>) -> AgainstRow {
        let json = serde_json::json!({
            "configuration_id": id, "metric": "f1", "current_run": format!("c{id}"), "current_at": 10,
            "baseline_run": baseline.map(|_| format!("b{id}")), "baseline_value": baseline, "baseline_version": 1,
            "baseline_at": 1, "is_own_baseline": true, "found_by": baseline.map(|_| "configuration"),
            "versions": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            "numbers": [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899, current, current + 0.001],
            "commits": ["abc", null, null, null, null, null, null, null, "def", null], "facts": [], "changes": [],
        });
        serde_json::from_value(json).expect("a row")
    }

    /// Computes and formats in one step.
    pub(in super::super) fn judged_here(
        rows: &[AgainstRow],
        threshold: f64,
    ) -> BTreeMap<i64, Judged> {
        let metrics = Metrics::default();
        judged(rows, &found_all(rows, &metrics, threshold), &metrics)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        fixtures::{against, judged_here},
        *,
    };

    #[test]
    fn a_verdict_is_that_of_the_shared_check_with_its_reason() {
        let rows = [
            against(1, 0.84, Some(0.901)),
            against(2, 0.9, None),
            against(3, 0.95, Some(0.901)),
        ];

        let judged = judged_here(&rows, 0.05);

        insta::assert_snapshot!(judged[&1].reason());
        assert_eq!(judged[&1].word(), "regressed");
        assert_eq!(judged[&1].found.since_version, Some(9));
        assert_eq!(judged[&2].word(), "unchanged");
        assert!(judged[&2].reason().contains("No baseline"));
        assert_eq!(judged[&3].tone(), Tone::Improved);
        assert_eq!(
            Tally::of(judged.values().map(Judged::tone)).words(),
            "1 regressed · 1 improved · 1 unchanged"
        );
    }

    #[test]
    fn a_row_shows_its_course_and_its_change() {
        let judged = judged_here(&[against(1, 0.84, Some(0.901))], 0.05);

        let course = judged[&1].course_cell();
        assert!(course.spark.starts_with("M0 "));
        assert_eq!(course.label, "0.840 … 0.902");
        let change = judged[&1].change_cell();
        assert_eq!(
            (change.label.as_str(), change.note.as_str()),
            ("−0.059", "−6.6 %")
        );
    }
}
