//! Makes verdicts: the only part of the dashboard's first page that needs the statistics.

use bench_model::{
    rest::rows::MetricRow,
    stats::{Evidence, Options, Subject, assess, evidence::Reported},
};
use serde::{Deserialize, Serialize};

use super::{AgainstRow, Found};
use crate::view_model::metrics::Metrics;

/// What is asked of the program that makes verdicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The runs.
    pub rows: Vec<AgainstRow>,
    /// What their metrics mean.
    pub definitions: Vec<MetricRow>,
    /// How much worse is a regression, a ratio.
    pub threshold: f64,
}

impl Metrics {
    /// What the metrics of these rows mean, each once.
    pub fn definitions(&self, rows: &[AgainstRow]) -> Vec<MetricRow> {
        let mut names: Vec<&str> = rows.iter().map(|row| row.metric.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let definition = |name: &str| {
            let metric = self.of(name);
            MetricRow {
                name: metric.name,
                unit: metric.unit,
                direction: metric.direction,
                min: metric.min,
                max: metric.max,
                scale: metric.scale,
                description: None,
            }
        };
        names.into_iter().map(definition).collect()
    }
}

/// Answers a [`Question`] in JSON with the list of what was found, in JSON; with nothing when it is none.
pub fn answer(question: &str) -> String {
    let found = serde_json::from_str(question).map(|question: Question| {
        let Question {
            rows,
            definitions,
            threshold,
        } = question;
        found_all(&rows, &Metrics::new(definitions), threshold)
    });
    let text = found.and_then(|found| serde_json::to_string(&found));
    text.unwrap_or_default()
}

/// What is to be said of each row, on its metric alone; none without a baseline.
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
            // A baseline is never one on other data.
            dataset_version: "",
        })
    };
    let subject = Subject {
        definition: metrics.of(&row.metric).definition(),
        baseline: evidence(
            baseline_value,
            row.baseline_stats.as_ref(),
            row.baseline_confusion.as_ref(),
            row.baseline_size,
        ),
        current: evidence(
            row.current_value,
            row.current_stats.as_ref(),
            row.current_confusion.as_ref(),
            row.current_size,
        ),
        earlier: row.earlier.clone(),
    };
    match assess(&[subject], Some(&row.metric), options) {
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
    use super::{super::fixtures::against, *};

    #[test]
    fn an_answer_from_elsewhere_is_the_answer_from_here() {
        let rows = vec![against(1, 0.84, Some(0.901)), against(2, 0.9, None)];
        let here = found_all(&rows, &Metrics::default(), 0.05);
        let definitions = Metrics::default().definitions(&rows);
        let question = Question {
            rows,
            definitions,
            threshold: 0.05,
        };

        let text = answer(&serde_json::to_string(&question).expect("JSON"));
        let elsewhere: Vec<Option<Found>> = serde_json::from_str(&text).expect("a list");

        assert_eq!(elsewhere, here);
        assert_eq!(answer("{"), "");
    }
}
