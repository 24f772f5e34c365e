//! A run as it arrives.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Cursor;
use crate::view_model::time;

/// The columns of `benchmark_transactions` that the log shows; a test holds them against the contract.
pub const COLUMNS: &[&str] = &[
    "id",
    "created_at",
    "recorded_at",
    "commit_sha",
    "branch_name",
    "model_version",
    "model_provider",
    "dataset_version",
    "prompt_version",
    "environment",
    "run_id",
    "triggered_by",
    "metrics",
    "duration_seconds",
    "tags",
    "configuration_id",
    "version",
];

/// A run, or as many of its columns as were asked for: what is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RunRow {
    /// Its name in the database.
    pub id: String,
    /// When the benchmark ran.
    pub created_at: String,
    /// When the database took it.
    pub recorded_at: String,
    /// The commit that was tried.
    pub commit_sha: String,
    /// The branch of that commit.
    pub branch_name: Option<String>,
    /// Which model was tried.
    pub model_version: String,
    /// Who serves the model.
    pub model_provider: Option<String>,
    /// Which data it was tried on.
    pub dataset_version: String,
    /// How many items the data have.
    pub dataset_size: Option<i64>,
    /// Which prompt it was given.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The CI run.
    pub run_id: Option<String>,
    /// Which try of the CI run.
    pub run_attempt: Option<i64>,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// The numbers.
    pub metrics: BTreeMap<String, f64>,
    /// Per metric, how sure it is.
    pub metric_stats: Option<Map<String, Value>>,
    /// Anything nested that the report carried.
    pub details: Option<Map<String, Value>>,
    /// How long it took.
    pub duration_seconds: Option<f64>,
    /// How many items failed.
    pub error_count: Option<i64>,
    /// How many items went well.
    pub success_count: Option<i64>,
    /// Words to find it by; the database allows one to be null.
    pub tags: Option<Vec<Option<String>>>,
    /// Free text.
    pub notes: Option<String>,
    /// Hyperparameters.
    pub params: Option<Value>,
    /// Addresses.
    pub links: Option<Value>,
    /// Which file it came from.
    pub source: Option<Value>,
    /// Its configuration's short name.
    pub configuration_id: i64,
    /// 1, 2, 3 … within its configuration.
    pub version: i64,
    /// Two runs with the same key are one run.
    pub idempotency_key: String,
}

impl RunRow {
    /// Its place in the log.
    pub fn cursor(&self) -> Cursor {
        Cursor::new(&self.created_at, &self.id)
    }

    /// When it ran, in milliseconds since 1970.
    pub fn created_ms(&self) -> Option<i64> {
        time::parse_ms(&self.created_at)
    }

    /// Its tags that are there.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.tags.as_deref().unwrap_or_default();
        tags.iter().flatten().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use bench_model::rest::tables::TRANSACTIONS;

    use super::{COLUMNS, RunRow};

    #[test]
    fn every_column_is_in_the_contract() {
        for column in COLUMNS {
            assert!(TRANSACTIONS.columns.contains(column), "{column}");
        }
    }

    #[test]
    fn a_row_with_nulls_is_a_row() {
        let row: RunRow = serde_json::from_str(
            r#"{"id": "0191", "tags": ["a", null], "links": null, "metrics": {"f1": 1}, "later_column": 7}"#,
        )
        .expect("a row");

        assert_eq!(row.tags(), ["a"]);
        assert_eq!(row.metrics["f1"].to_bits(), 1f64.to_bits());
    }
}
