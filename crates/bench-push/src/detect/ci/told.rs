use std::collections::BTreeMap;

use bench_model::{context::Detected, text::Label};

/// The facts from CI, not yet validated.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) environment: &'static str,
    pub(super) commit_sha: Option<&'a str>,
    pub(super) branch_name: Option<&'a str>,
    pub(super) run_id: Option<String>,
    pub(super) run_attempt: Option<u32>,
    pub(super) triggered_by: Option<&'a str>,
    /// Why it is a side run; none if it is of the main line, or CI doesn't tell.
    pub(super) side_run: Option<String>,
    pub(super) repository: Option<String>,
    pub(super) link: Option<String>,
}

impl Told<'_> {
    pub(super) fn into_detected(self) -> Detected {
        let Self {
            environment,
            commit_sha,
            branch_name,
            run_id,
            run_attempt,
            triggered_by,
            side_run,
            repository,
            link,
        } = self;
        let label = |text: &str| text.parse::<Label>().ok();
        Detected {
            environment: environment.parse().ok(),
            commit_sha: commit_sha.and_then(|text| text.parse().ok()),
            unreadable_commit: None,
            branch_name: branch_name.and_then(label),
            run_id: run_id.as_deref().and_then(label),
            run_attempt,
            triggered_by: triggered_by.and_then(label),
            side_run,
            repository,
            links: link.map_or_else(BTreeMap::new, |link| {
                BTreeMap::from([("run".to_owned(), link)])
            }),
        }
    }
}

/// Why a run of `branch` is a side run where `default` is the branch of the main line; none if it is
/// that branch, or one of them is unknown.
pub(super) fn other_branch(branch: Option<&str>, default: Option<&str>) -> Option<String> {
    let (branch, default) = (branch?, default?);
    (branch != default).then(|| format!("branch {branch}, and the default branch is {default}"))
}
