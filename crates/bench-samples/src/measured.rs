use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Deserializer, Value};

/// The files of `benchmarks/runs`, in the order of their names.
const FILES: [&str; 7] = [
    include_str!("../../../benchmarks/runs/gradient-boosting-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/knn-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/logistic-regression-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/naive-bayes-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/random-forest-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/svm-rbf-v1_benchmark_results.json"),
    include_str!("../../../benchmarks/runs/svm-rbf-v2_benchmark_results.json"),
];

/// One measured run and its position in the order of measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub(crate) sequence: i64,
    pub(crate) report: Value,
}

/// Every measured run, in the order of measurement.
///
/// # Panics
///
/// Never: a test reads the embedded files.
#[must_use]
pub fn sessions() -> Vec<Session> {
    let reports = FILES.iter().flat_map(|text| reports_in(text));
    let mut sessions: Vec<Session> = reports
        .map(|report| Session {
            sequence: report["params"]["sequence"]
                .as_i64()
                .expect("every measured run has its place in the order"),
            report,
        })
        .collect();
    sessions.sort_by_key(|session| session.sequence);
    sessions
}

/// One object, an array of them, or one per line.
fn reports_in(text: &str) -> Vec<Value> {
    let mut reports = Vec::new();
    for value in Deserializer::from_str(text).into_iter() {
        match value.expect("the embedded files are JSON") {
            Value::Array(several) => reports.extend(several),
            one => reports.push(one),
        }
    }
    reports
}

/// A fingerprint of the runs, to detect changed ones.
#[must_use]
pub fn fingerprint(sessions: &[Session]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for session in sessions {
        session.report.to_string().hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_an_array_and_json_lines_are_all_read() {
        for text in [
            "{\"a\":1}{\"a\":2}",
            "[{\"a\":1},{\"a\":2}]",
            "{\"a\":1}\n{\"a\":2}\n",
        ] {
            assert_eq!(reports_in(text).len(), 2, "{text}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benchmarks/runs");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .flatten()
            .map(|entry| entry.path())
            .filter(|file| file.to_string_lossy().ends_with("_benchmark_results.json"))
            .collect();
        files.sort();
        let texts: Vec<_> = files
            .iter()
            .map(|file| std::fs::read_to_string(file).expect("text"))
            .collect();
        assert_eq!(texts, FILES);
    }

    #[test]
    fn the_runs_are_in_the_order_of_measurement() {
        let sessions = sessions();

        assert_eq!(sessions.len(), 277);
        assert!(sessions.is_sorted_by_key(|session| session.sequence));
    }
}
