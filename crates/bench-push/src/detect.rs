//! Defaults from CI and Git for values missing from flags and report.

mod ci;
mod git;
mod repository;

use std::{fs, path::Path};

use bench_model::context::Detected;
use serde_json::Value;

use crate::settings::environment::{Environment, Source};

/// GitHub's event files are small; a larger file is something else.
const MAX_EVENT_BYTES: u64 = 8 * 1024 * 1024;

/// CI first, then the Git working copy around `directory`, then the user who typed the command.
///
/// Only CI tells side runs: a laptop's runs are in an environment of their own, `local`, and belong to
/// its main line unless a flag or the report says otherwise.
pub(crate) fn detect(environment: &Environment, directory: &Path) -> Detected {
    let ci = ci::detect(environment, read_event);
    let is_laptop = ci.is_none();
    let ci = ci.unwrap_or_default();
    let git = if ci.commit_sha.is_some() && ci.repository.is_some() {
        Detected::default()
    } else {
        git::detect(directory)
    };
    let user = || {
        ["USER", "USERNAME"]
            .into_iter()
            .find_map(|name| environment.get(name)?.parse().ok())
    };
    let local = || {
        if is_laptop {
            "local".parse().ok()
        } else {
            None
        }
    };
    Detected {
        environment: ci.environment.or_else(local),
        commit_sha: ci.commit_sha.or(git.commit_sha),
        unreadable_commit: git.unreadable_commit,
        branch_name: ci.branch_name.or(git.branch_name),
        run_id: ci.run_id,
        run_attempt: ci.run_attempt,
        triggered_by: ci
            .triggered_by
            .or_else(|| if is_laptop { user() } else { None }),
        side_run: ci.side_run,
        repository: ci.repository.or(git.repository),
        links: ci.links,
    }
}

/// GitHub's event of this workflow; null without one.
pub(crate) fn github_event(environment: &Environment) -> Value {
    let path = environment.get_from(Source::Process, "GITHUB_EVENT_PATH");
    path.and_then(read_event).unwrap_or_default()
}

fn read_event(path: &str) -> Option<Value> {
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_EVENT_BYTES);
    is_small
        .then(|| fs::read(path).ok())
        .flatten()
        .and_then(|text| serde_json::from_slice(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laptop_is_local_and_knows_its_user() {
        let folder = tempfile::tempdir().expect("a folder");
        let told = detect(&Environment::of([("USER", "ann")]), folder.path());
        assert_eq!(told.environment.as_deref(), Some("local"));
        assert_eq!(told.triggered_by.as_deref(), Some("ann"));
    }

    #[test]
    fn a_laptop_on_another_branch_is_of_the_main_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let environment = Environment::of([("USER", "ann")]);
        assert_eq!(detect(&environment, folder.path()).side_run, None);
    }

    #[test]
    fn the_event_that_github_describes_is_read() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let event = folder.path().join("event.json");
        fs::write(&event, r#"{"pull_request": {"head": {"sha": "headhead"}}}"#)?;
        let event = event.display().to_string();
        let environment = Environment::of([
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", &event),
            ("GITHUB_SHA", "mergemerge"),
        ]);
        assert_eq!(
            detect(&environment, folder.path()).commit_sha.as_deref(),
            Some("headhead")
        );
        Ok(())
    }
}
