//! Computes verdicts, by the same statistics as the CLI.

use bench_model::rest::rows::AgainstRow;
use bench_model::stats::{Evidence, Options, Prior, Reported, Subject, assess};

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

/// The verdict on each row, by its metric alone; none without a baseline.
pub fn found_all(rows: &[AgainstRow], metrics: &Metrics, threshold: f64) -> Vec<Option<Found>> {
    let options = Options {
        threshold,
        ..Options::default()
    };
    let found = |row: &AgainstRow| found_one(row, metrics, &options);
    rows.iter().map(found).collect()
}

fn found_one(row: &AgainstRow, metrics: &Metrics, options: &Options) -> Option<Found> {
    let baseline_value = row.baseline_value?;
    let evidence = |value, stats, confusion_matrix, dataset_size| {
        Evidence::reported(Reported {
            metric: &row.metric,
            value,
            stats,
            confusion_matrix,
            dataset_size,
            // A baseline is always on the same data.
            dataset_version: "",
        })
    };
    let definition = metrics.of(&row.metric).definition();
    let subject = |prior| Subject {
        definition: definition.clone(),
        prior,
        baseline: evidence(
            baseline_value,
            row.baseline_stats.as_ref(),
            row.baseline_confusion.as_ref(),
            row.baseline_size,
        ),
        level: Vec::new(),
        current: evidence(
            row.current_value,
            row.current_stats.as_ref(),
            row.current_confusion.as_ref(),
            row.current_size,
        ),
        options: *options,
    };
    let assessed = Prior::from_history(&row.earlier, &definition)
        .and_then(|prior| assess(&[subject(prior)], Some(&row.metric)));
    match assessed {
        Ok(found) => found.into_iter().next().map(|found| Found {
            kind: Some(found.verdict.kind),
            reason: found.verdict.reason,
            worsening: found.verdict.worsening,
        }),
        Err(error) => Some(Found {
            kind: None,
            reason: format!("No verdict: {error}"),
            worsening: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::view_model::{
        table_view::Tone,
        verdicts::{InRow, NO_BASELINE},
    };

    #[test]
    fn an_answer_is_the_cells_of_every_row() {
        let against = r#"[
            {"configuration_id": 1, "metric": "f1", "current_run": "c", "current_value": 0.84, "baseline_run": "b",
             "baseline_value": 0.901, "baseline_version": 1, "found_by": "configuration",
             "earlier": [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899]},
            {"configuration_id": 2, "metric": "f1", "current_run": "d", "current_value": 0.9, "earlier": []}
        ]"#;

        let rows: Vec<InRow> = serde_json::from_str(&answer(against, "[]")).expect("a list");

        assert_eq!((rows[0].id, rows[0].verdict.tone), (1, Tone::Regressed));
        assert!(rows[0].verdict.hint.starts_with("f1 fell 0.061"));
        assert_eq!(rows[0].course.label, "0.840 … 0.902");
        assert_eq!(rows[1].verdict.label, NO_BASELINE);
        assert_eq!(answer("{", "[]"), "");
    }
}
