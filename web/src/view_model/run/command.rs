//! Commands to copy, safe in a shell regardless of database content.

use bench_model::rest::rows::RunRow;
use serde_json::Value;

/// The `bench-push` command for such a run.
///
/// The report's values stay in the report; the flags are values from CI or a person. The file is
/// the run's source, if known.
pub fn push_command(run: &RunRow) -> String {
    let file = run
        .source
        .as_ref()
        .and_then(|source| source.get("file_name")?.as_str())
        .unwrap_or("FILE");
    let tags = run.tags.join(",");
    let duration = run.duration_seconds.map(|seconds| seconds.to_string());
    let attempt = run.run_attempt.map(|attempt| attempt.to_string());
    let mut command = "bench-push".to_owned();
    for (flag, value) in [
        ("--input", Some(file)),
        ("--environment", Some(run.environment.as_str())),
        ("--commit-sha", Some(run.commit_sha.as_str())),
        ("--branch-name", run.branch_name.as_deref()),
        ("--run-id", run.run_id.as_deref()),
        ("--run-attempt", attempt.as_deref()),
        ("--triggered-by", run.triggered_by.as_deref()),
        ("--duration", duration.as_deref()),
        ("--tags", Some(tags.as_str())),
        ("--notes", run.notes.as_deref()),
        ("--model-version", Some(run.model_version.as_str())),
        ("--model-provider", run.model_provider.as_deref()),
        ("--dataset-version", Some(run.dataset_version.as_str())),
        ("--prompt-version", Some(run.prompt_version.as_str())),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            command.push_str(" \\\n  ");
            command.push_str(flag);
            // A value that begins with a dash would be parsed as a flag.
            command.push(if value.starts_with('-') { '=' } else { ' ' });
            command.push_str(&quoted(value));
        }
    }
    command
}

/// The command that marks a run as the baseline.
pub fn baseline_command(id: &str) -> String {
    format!("bench-push baseline set {}", quoted(id))
}

/// A word of a POSIX shell. Inside single quotes, only the quote itself is special.
fn quoted(value: &str) -> String {
    let is_plain = !value.is_empty()
        && value.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'@' | b',')
        });
    if is_plain {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// The text of a JSON value, without quotes around a string.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use bench_model::rest::rows::RunRow;
    use proptest::prelude::*;
    use serde_json::json;

    use super::{baseline_command, push_command, quoted};

    #[test]
    fn the_command_holds_what_the_flags_said() {
        let run = RunRow {
            environment: "github-actions".to_owned(),
            commit_sha: "6a79d84".to_owned(),
            branch_name: Some("feature/it's new".to_owned()),
            run_id: Some("-7".to_owned()),
            duration_seconds: Some(45.2),
            tags: vec!["nightly".to_owned(), "gpu".to_owned()],
            model_version: "$(reboot)".to_owned(),
            dataset_version: "bills v1".to_owned(),
            prompt_version: "p1".to_owned(),
            source: json!({"file_name": "medgemma.json", "sha256": "00"})
                .as_object()
                .cloned(),
            ..RunRow::default()
        };

        insta::assert_snapshot!(push_command(&run));
        assert_eq!(baseline_command("0191-a"), "bench-push baseline set 0191-a");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_shell_reads_back_every_value(value in "[^\0]{0,24}") {
            let said = Command::new("sh").args(["-c", &format!("printf %s {}", quoted(&value))]).output();
            let said = said.expect("a shell").stdout;
            prop_assert_eq!(String::from_utf8(said).ok(), Some(value));
        }
    }
}
