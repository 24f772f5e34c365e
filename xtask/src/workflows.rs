//! Tests of all workflows in `.github/`.

use std::collections::BTreeMap;
use std::fs;

use crate::failure::{Explain as _, Failure};
use crate::project;

/// Every workflow and the action, each with its path.
fn files() -> Result<Vec<(String, String)>, Failure> {
    let folder = project::root().join(".github/workflows");
    let about = || format!("`{}` cannot be read", project::short(&folder));
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .explain(about)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.push(project::root().join("action.yml"));
    let read = |path: &std::path::PathBuf| Ok((project::short(path), project::read(path)?));
    paths.iter().map(read).collect()
}

/// `(action, the rest of the line)` of every step that uses another repository's action.
fn uses(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (_, used) = line.split_once("uses: ")?;
        used.split_once('@')
    })
}

#[test]
fn an_action_is_pinned_to_the_commit_of_a_named_release_the_same_everywhere() -> Result<(), Failure>
{
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for (path, text) in files()? {
        for (action, pin) in uses(&text) {
            let (commit, release) = pin.split_once(" # v").unwrap_or((pin, ""));
            let is_commit =
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(
                is_commit && !release.is_empty(),
                "{path}: {action}@{pin}, wanted {action}@COMMIT # vRELEASE"
            );
            let first = pins
                .entry(action.to_owned())
                .or_insert_with(|| pin.to_owned());
            assert_eq!(first, pin, "{path}: another version of {action}");
        }
    }
    assert!(!pins.is_empty(), "the workflows use actions");
    Ok(())
}

#[test]
fn no_checkout_leaves_the_jobs_token_behind() -> Result<(), Failure> {
    for (path, text) in files()? {
        for step in text
            .split("\n      - ")
            .filter(|step| step.contains("actions/checkout@"))
        {
            assert!(
                step.contains("persist-credentials: false"),
                "{path}: {step}"
            );
        }
    }
    Ok(())
}
