//! Computes verdicts, by the same check as the CLI.

use bench_model::{
    check::{Against, CheckOptions, check},
    rest::rows::AgainstRow,
    stats::Options,
};

use super::{Found, InRow, judged};
use crate::view_model::metrics::Metrics;

/// The rows of a table, in JSON: a list of [`InRow`]. The inputs are the raw JSON responses of
/// `against_baselines` and `v_metrics`; none if they can't be parsed.
pub fn answer(against: &str, metrics: &str) -> String {
    let rows = || -> serde_json::Result<Vec<InRow>> {
        let rows: Vec<AgainstRow> = serde_json::from_str(against)?;
        let metrics = Metrics::new(serde_json::from_str(metrics)?);
        let found = found_all(&rows, &metrics, Options::default().threshold);
        let judged = judged(&rows, &found, &metrics);
        Ok(judged.values().map(InRow::from).collect())
    };
    let text = rows().and_then(|rows| serde_json::to_string(&rows));
    text.unwrap_or_default()
}

/// The verdict on each row, by its metric alone: what `bench-push check RUN --metric NAME --threshold
/// RATIO` says.
pub fn found_all(rows: &[AgainstRow], metrics: &Metrics, threshold: f64) -> Vec<Found> {
    let found = |row: &AgainstRow| found_one(row, metrics, threshold);
    rows.iter().map(found).collect()
}

fn found_one(row: &AgainstRow, metrics: &Metrics, threshold: f64) -> Found {
    let options = CheckOptions {
        comparison: Options {
            threshold,
            ..Options::default()
        },
        metrics: vec![row.metric.clone()],
        ..CheckOptions::default()
    };
    let Some(against) = Against::of(row) else {
        return Found::default();
    };
    let define = |name: &str| metrics.of(name).definition();
    match check(against.question(), define, &options) {
        Ok(mut checks) => checks
            .pop()
            .map(|check| Found::of(&check))
            .unwrap_or_default(),
        Err(error) => Found {
            reason: format!("No verdict: {error}"),
            ..Found::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::view_model::{table_view::Tone, verdicts::InRow};

    #[test]
    fn an_answer_is_the_cells_of_every_row() {
        let against = r#"[
            {"configuration_id": 1, "metric": "f1", "current_run": "c", "current_at": 9, "baseline_run": "b", "baseline_at": 1,
             "baseline_value": 0.901, "baseline_version": 1, "is_own_baseline": true, "found_by": "configuration",
             "versions": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "commits": ["a", null, null, null, null, null, null, null, null, null],
             "numbers": [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899, 0.84, 0.841], "facts": [], "changes": []},
            {"configuration_id": 2, "metric": "f1", "current_run": "d", "current_at": 9,
             "versions": [1], "commits": ["a"], "numbers": [0.9], "facts": [], "changes": []}
        ]"#;

        let rows: Vec<InRow> = serde_json::from_str(&answer(against, "[]")).expect("a list");

        assert_eq!((rows[0].id, rows[0].verdict.tone), (1, Tone::Regressed));
        assert!(
            rows[0].verdict.hint.contains("since version 9, 1 run ago"),
            "{}",
            rows[0].verdict.hint
        );
        assert_eq!(rows[0].course.label, "0.840 … 0.902");
        assert_eq!(rows[1].verdict.label, "uncertain");
        assert_eq!(answer("{", "[]"), "");
    }
}
