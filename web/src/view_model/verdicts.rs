//! The verdict on each configuration's current run, by the same statistics as the CLI.
//!
//! The first page shows verdicts ([`InRow`]) without containing the code that computes them
//! ([`answer`]): a separate program is loaded when the table scrolls into view.

mod in_row;
mod judge;

use std::collections::BTreeMap;

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

/// The text for a run without a baseline.
pub const NO_BASELINE: &str = "no baseline";

/// The verdict on a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The kind; none if the numbers allow no verdict.
    pub kind: Option<VerdictKind>,
    /// The reason, in a sentence with all numbers.
    pub reason: String,
    /// How much worse it got; negative is better.
    pub worsening: Option<f64>,
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
    /// The verdict; none without a baseline.
    pub found: Option<Found>,
    /// A sentence with the baseline behind the verdict, or why there is no verdict.
    pub remark: String,
    /// The metric in this run.
    pub current: f64,
    /// The metric in the baseline.
    pub baseline: Option<f64>,
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
    /// Without a baseline.
    pub without: usize,
}

/// The verdicts by configuration. `found` has one per row, in the same order.
pub fn judged(
    rows: &[AgainstRow],
    found: &[Option<Found>],
    metrics: &Metrics,
) -> BTreeMap<i64, Judged> {
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

fn judged_one(row: &AgainstRow, found: Option<Found>, metrics: &Metrics) -> Judged {
    let remark = match &row.baseline_run {
        Some(_) if row.baseline_value.is_none() => {
            format!("The baseline has no metric {}.", row.metric)
        }
        Some(_) => baseline_words(row),
        None => "No baseline for this configuration, its model or its data set.".to_owned(),
    };
    let mut recent = sparkline::newest(&row.earlier).to_vec();
    recent.push(row.current_value);
    Judged {
        id: row.configuration_id,
        metric: metrics.of(&row.metric),
        run: row.current_run.clone(),
        baseline_run: row.baseline_run.clone(),
        found,
        remark,
        current: row.current_value,
        baseline: row.baseline_value,
        recent: sparkline::newest(&recent).to_vec(),
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
    /// The verdict; none without a baseline.
    pub fn kind(&self) -> Option<VerdictKind> {
        self.found.as_ref()?.kind
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
            None if self.baseline_run.is_some() => "no verdict",
            None => NO_BASELINE,
            Some(kind) => kind.as_str(),
        }
    }

    /// The reason, in a sentence with all numbers.
    pub fn reason(&self) -> String {
        match &self.found {
            None => self.remark.clone(),
            Some(found) => format!("{}. {}", found.reason, self.remark),
        }
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

    /// The metric's change in its own unit and as a share.
    pub fn change_cell(&self) -> CellView {
        let Some(baseline) = self.baseline else {
            return CellView::missing();
        };
        let delta = self.current - baseline;
        let share = if baseline == 0.0 {
            String::new()
        } else {
            format::signed_percent(delta / baseline.abs())
        };
        CellView {
            note: share,
            ..CellView::labelled(self.metric.difference(delta), delta.to_string())
        }
    }

    /// The sort key, the worst first, within the order of verdicts.
    pub fn badness(&self) -> (u8, f64) {
        let rank = match self.kind() {
            Some(VerdictKind::Regressed) => 0,
            Some(VerdictKind::Uncertain | VerdictKind::Unchanged) => 1,
            Some(VerdictKind::Improved) => 2,
            None => 3,
        };
        let worsening = self.found.as_ref().and_then(|found| found.worsening);
        (rank, worsening.unwrap_or(f64::NEG_INFINITY))
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

    /// `2 regressed · 1 improved · 5 unchanged · 3 uncertain · 4 without a baseline`, omitting
    /// zeros.
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
            (without, "without a baseline"),
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

    /// A configuration whose F1 was quiet around 0.9 and is `current` now.
    pub(in super::super) fn against(id: i64, current: f64, baseline: Option<f64>) -> AgainstRow {
        let json = serde_json::json!({
            "configuration_id": id, "metric": "f1", "current_run": format!("c{id}"), "current_value": current,
            "current_stats": null, "current_confusion": null, "current_size": null,
            "baseline_run": baseline.map(|_| format!("b{id}")), "baseline_value": baseline, "baseline_stats": null,
            "baseline_confusion": null, "baseline_size": null, "baseline_version": 1,
            "baseline_commit_sha": "abc", "baseline_created_at": "2026-11-24T02:11:12+00:00",
            "found_by": baseline.map(|_| "configuration"),
            "earlier": [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899],
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
    fn a_verdict_is_that_of_the_shared_statistics_with_its_reason() {
        let rows = [
            against(1, 0.84, Some(0.901)),
            against(2, 0.9, None),
            against(3, 0.95, Some(0.9)),
        ];

        let judged = judged_here(&rows, 0.05);

        assert_eq!(judged[&1].word(), "regressed");
        assert!(
            judged[&1]
                .reason()
                .starts_with("f1 fell 0.061, from 0.901 to 0.84"),
            "{}",
            judged[&1].reason()
        );
        assert!(
            judged[&1]
                .reason()
                .ends_with("Compared with its own baseline, version 1.")
        );
        assert_eq!(judged[&2].word(), NO_BASELINE);
        assert_eq!(judged[&3].tone(), Tone::Improved);
        assert_eq!(
            Tally::of(judged.values().map(Judged::tone)).words(),
            "1 regressed · 1 improved · 1 without a baseline"
        );
    }

    #[test]
    fn a_row_shows_its_course_and_its_change() {
        let judged = judged_here(&[against(1, 0.84, Some(0.9))], 0.05);

        let course = judged[&1].course_cell();
        assert!(course.spark.starts_with("M0 "));
        assert_eq!(course.label, "0.840 … 0.902");
        let change = judged[&1].change_cell();
        assert_eq!(
            (change.label.as_str(), change.note.as_str()),
            ("−0.060", "−6.7 %")
        );
    }
}
