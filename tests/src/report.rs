//! Benchmark reports.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A small valid report of a model.
pub fn report(model_version: &str, f1: f64) -> Value {
    json!({
        "model_version": model_version,
        "dataset_version": "bills-v1",
        "prompt_version": "prompt-v1",
        "metrics": {"f1": f1, "precision": 0.91, "recall": 0.88, "latency_ms": 412, "analysis_cost": 0.0042},
    })
}

/// Many reports, one per line.
pub fn json_lines(reports: impl IntoIterator<Item = Value>) -> String {
    let lines: Vec<_> = reports
        .into_iter()
        .map(|report| report.to_string())
        .collect();
    lines.join("\n")
}

/// Writes text into a folder and returns the path.
///
/// # Panics
///
/// When the file cannot be written.
pub fn report_file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, content).expect("the folder is ours");
    file
}
