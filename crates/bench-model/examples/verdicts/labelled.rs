//! Series with known changes: a folder with `index.json`, a list of `{id, file, suite, kind, noise,
//! size, annotations: {annotator: [first run of each new level]}}`, and the files it names,
//! `index,value` with one run per line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Failure;

/// How a series is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Once, as a whole.
    Offline,
    /// At every run, as if it were the newest.
    Online,
}

/// A series and its labels.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) suite: Suite,
    pub(crate) kind: String,
    pub(crate) noise: String,
    pub(crate) size: f64,
    pub(crate) values: Vec<f64>,
    /// One list of changes per annotator.
    pub(crate) annotations: Vec<Vec<usize>>,
    /// The noise was measured, not generated.
    pub(crate) is_real: bool,
}

/// Reads a folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Series>, Failure> {
    let index = folder.join("index.json");
    let text = fs::read_to_string(&index)
        .map_err(|error| format!("`{}` cannot be read: {error}", index.display()))?;
    let entries: Vec<Value> = serde_json::from_str(&text)?;
    entries
        .iter()
        .map(|entry| read_one(folder, entry))
        .collect()
}

fn read_one(folder: &Path, entry: &Value) -> Result<Series, Failure> {
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let file = folder.join(text("file"));
    let csv = fs::read_to_string(&file)
        .map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let value = |line: &str| line.rsplit(',').next()?.trim().parse().ok();
    let annotations = entry["annotations"].as_object();
    let annotations = annotations.into_iter().flat_map(serde_json::Map::values);
    let annotations: Result<_, _> = annotations.cloned().map(serde_json::from_value).collect();
    Ok(Series {
        suite: if entry["suite"] == "online" {
            Suite::Online
        } else {
            Suite::Offline
        },
        kind: text("kind"),
        noise: text("noise"),
        size: entry["size"].as_f64().unwrap_or_default(),
        values: csv.lines().filter_map(value).collect(),
        annotations: annotations?,
        is_real: entry.get("source").is_some(),
    })
}

/// Writes a folder that [`read`] reads.
pub(crate) fn write(folder: &Path, series: &[Series]) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    let mut entries = Vec::new();
    for (i, series) in series.iter().enumerate() {
        let id = format!("s{i:05}");
        let file = format!("{id}.csv");
        let mut csv = String::from("index,value\n");
        for (run, value) in series.values.iter().enumerate() {
            writeln!(csv, "{run},{value}")?;
        }
        fs::write(folder.join(&file), csv)?;
        entries.push(json!({
            "id": id, "file": file, "n": series.values.len(), "kind": series.kind,
            "suite": if series.suite == Suite::Online { "online" } else { "offline" },
            "noise": series.noise, "size": series.size,
            "annotations": {"truth": series.annotations[0]},
        }));
    }
    fs::write(
        folder.join("index.json"),
        serde_json::to_string_pretty(&entries)?,
    )?;
    Ok(())
}
