//! Parses a benchmark's report by its format; [`crate::run`] validates it as a whole.
//!
//! A report in our own format is one JSON object, an array of them, or one per line (JSON lines):
//!
//! ```json
//! {
//!   "model_version": "medgemma-v1.2", "dataset_version": "test-v1", "prompt_version": "v1",
//!   "metrics": {"f1": 0.895, "latency_ms": 412, "wer": 0.11},
//!   "metric_definitions": {"wer": {"unit": "ratio", "direction": "lower_is_better", "range": [0, null]}},
//!   "metric_stats": {"f1": {"n": 150, "stderr": 0.012}},
//!   "created_at": "2026-02-03T11:01:50-05:00", "tags": ["nightly"], "params": {"temperature": 0}
//! }
//! ```
//!
//! The first four fields are required; every other column of `benchmark_transactions` that a client
//! may set is optional. Values nested inside `metrics`, `domain_breakdown`, `category_metrics` and
//! unknown fields go to `details`, the latter with a warning. `null` means missing.

mod native;

pub use native::{COUNTS, MEASURES};

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    json::JsonError,
    metric::{Declared, MetricName, MetricValue},
    path::Path,
    problem::{Problem, Warning},
    text::{CommitSha, EnvironmentName, Label, Notes},
    words::{QUOTED, shorten},
};

/// The maximum size of a report file in bytes; larger files are refused before reading.
pub const MAX_REPORT_BYTES: usize = 32 * 1024 * 1024;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Our own: one JSON object, an array of them, or JSON lines.
    Native,
}

impl Format {
    /// Its name, as stored in `source.format`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A field of a report: valid, missing, or invalid.
///
/// An invalid field is a problem only if no flag overrides it.
pub type Field<T> = Result<Option<T>, Problem>;

/// One benchmark result from a report. [`crate::run::Run::build`] turns it into a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The format it was read from.
    pub format: Format,
    /// Its location in the file.
    pub path: Path,
    /// The benchmarked model.
    pub model_version: Field<Label>,
    /// The model provider.
    pub model_provider: Field<Label>,
    /// The data set.
    pub dataset_version: Field<Label>,
    /// The number of items in the data set.
    pub dataset_size: Field<i64>,
    /// The prompt.
    pub prompt_version: Field<Label>,
    /// Where it ran.
    pub environment: Field<EnvironmentName>,
    /// The benchmarked commit.
    pub commit_sha: Field<CommitSha>,
    /// The branch of that commit.
    pub branch_name: Field<Label>,
    /// The CI run.
    pub run_id: Field<Label>,
    /// The attempt of the CI run, from 1.
    pub run_attempt: Field<u32>,
    /// The person or system that started it.
    pub triggered_by: Field<Label>,
    /// Whether the run belongs to the main line.
    pub is_mainline: Field<bool>,
    /// When the benchmark ran.
    pub created_at: Field<Timestamp>,
    /// The duration in seconds.
    pub duration_seconds: Field<f64>,
    /// The number of failed items.
    pub error_count: Field<i64>,
    /// The number of successful items.
    pub success_count: Field<i64>,
    /// Tags.
    pub tags: Field<Vec<Label>>,
    /// Free text.
    pub notes: Field<Notes>,
    /// The numbers.
    pub metrics: BTreeMap<MetricName, MetricValue>,
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
    pub metric_stats: Map<String, Value>,
    /// The report's declarations of metrics missing from the catalogue.
    pub metric_definitions: Declared,
    /// Nested data: breakdowns per category, unknown fields.
    pub details: Map<String, Value>,
    /// Hyperparameters.
    pub params: Map<String, Value>,
    /// URLs, by name.
    pub links: Map<String, Value>,
    /// Problems with the rest of it.
    pub problems: Vec<Problem>,
    /// Warnings about it.
    pub warnings: Vec<Warning>,
    /// For a missing field, the unknown field that was probably meant.
    pub(crate) lookalikes: BTreeMap<&'static str, String>,
    /// Not a report at all: only its problems matter.
    pub(crate) is_unreadable: bool,
}

impl Report {
    /// An empty report.
    pub(crate) fn blank(format: Format, path: Path) -> Self {
        Self {
            format,
            path,
            model_version: Ok(None),
            model_provider: Ok(None),
            dataset_version: Ok(None),
            dataset_size: Ok(None),
            prompt_version: Ok(None),
            environment: Ok(None),
            commit_sha: Ok(None),
            branch_name: Ok(None),
            run_id: Ok(None),
            run_attempt: Ok(None),
            triggered_by: Ok(None),
            is_mainline: Ok(None),
            created_at: Ok(None),
            duration_seconds: Ok(None),
            error_count: Ok(None),
            success_count: Ok(None),
            tags: Ok(None),
            notes: Ok(None),
            metrics: BTreeMap::new(),
            metric_stats: Map::new(),
            metric_definitions: Declared::new(),
            details: Map::new(),
            params: Map::new(),
            links: Map::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            lookalikes: BTreeMap::new(),
            is_unreadable: false,
        }
    }

    /// A location where a report is expected but missing.
    pub(crate) fn unreadable(format: Format, path: Path, problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            is_unreadable: true,
            ..Self::blank(format, path)
        }
    }
}

/// An example report for hints.
const SHAPE: &str =
    "a report is an object with model_version, dataset_version, prompt_version and metrics";

/// Why a file contains no reports. Reads as the end of a sentence with the file as its subject.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReportError {
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is JSON of a different structure.
    #[error(
        "is not a report: found {found} where an object, an array of objects or JSON lines belong"
    )]
    NotAReport {
        /// What was found: `a number`.
        found: &'static str,
    },
    /// An array without elements.
    #[error("holds no report: found an empty array")]
    NoReports,
    /// More than [`MAX_REPORT_BYTES`].
    #[error("is too large: {bytes} bytes, at most {MAX_REPORT_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl ReportError {
    /// How to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Json(error) => error.hint(),
            Self::NotAReport { .. } | Self::NoReports => Some(SHAPE.to_owned()),
            Self::TooLarge { .. } => Some(
                "leave per-item results out of the report, or split it into several files"
                    .to_owned(),
            ),
        }
    }
}

/// Reads every report in `text`: one JSON object, an array of them, or JSON lines.
///
/// A report that is JSON but invalid is returned with its problems inside, so that
/// [`crate::run::build_all`] can list the problems of all reports at once.
///
/// # Errors
///
/// [`ReportError`] if the text is not JSON or has none of these structures.
///
/// # Example
///
/// ```
/// let reports = bench_model::report::parse(br#"[{"model_version": "m-1", "metrics": {"f1": 0.9}}]"#)?;
/// assert_eq!(reports[0].metrics["f1"], 0.9);
/// # Ok::<(), bench_model::report::ReportError>(())
/// ```
pub fn parse(text: &[u8]) -> Result<Vec<Report>, ReportError> {
    let mut reports = Vec::new();
    parse_each(text, |report| reports.push(report))?;
    Ok(reports)
}

/// As [`parse`], but hands each report over as soon as it is read, so that a file of many reports
/// need not be in memory several times.
///
/// # Errors
///
/// As [`parse`]. The reports handed over before are void then: the text is no list of reports.
pub fn parse_each(text: &[u8], each: impl FnMut(Report)) -> Result<(), ReportError> {
    native::parse_each(text, each)
}

/// The kind of a JSON value, for messages.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A JSON value for messages: `the string "0.9"`, `true`, `an object`.
fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the string {:?}", shorten(text, QUOTED)),
        Value::Number(number) => format!("the number {number}"),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Null | Value::Array(_) | Value::Object(_) => kind_of(value).to_owned(),
    }
}

/// Puts `value` into `details`, beside what already has its name, and says so: `is kept in details`.
fn keep(details: &mut Map<String, Value>, name: &str, value: Value) -> String {
    let mut kept = name.to_owned();
    if details.contains_key(&kept) {
        kept.push('_');
    }
    // A number for each name: further underscores could all be taken, by other fields as well.
    let mut number = details.len();
    while details.contains_key(&kept) {
        kept = format!("{name}_{number}");
        number += 1;
    }
    let said = if kept == name {
        "is kept in details".to_owned()
    } else {
        format!("is kept in details as `{}`", shorten(&kept, QUOTED))
    };
    details.insert(kept, value);
    said
}
