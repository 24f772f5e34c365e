//! GitLab CI.

use crate::{
    detect::ci::told::{Told, other_branch},
    settings::environment::Environment,
};

/// The facts from GitLab's predefined variables. In a merge request, the source branch's own
/// commit. A retried job has a new id and no count of its retries, so there is no attempt number.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| environment.get(name));
    Told {
        environment: "gitlab-ci",
        commit_sha: first(["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA"]),
        branch_name: first(["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"]),
        run_id: environment.get("CI_PIPELINE_ID").map(str::to_owned),
        run_attempt: None,
        triggered_by: environment.get("GITLAB_USER_LOGIN"),
        side_run: side_run(environment),
        repository: environment.get("CI_PROJECT_PATH").map(str::to_owned),
        link: first(["CI_JOB_URL", "CI_PIPELINE_URL"]).map(str::to_owned),
    }
}

/// Why the run is a side run. A pipeline for a tag has no branch.
fn side_run(environment: &Environment) -> Option<String> {
    let is = |name: &str, wanted: &str| environment.get(name) == Some(wanted);
    if is("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train") {
        Some("merge train".to_owned())
    } else if environment.get("CI_MERGE_REQUEST_IID").is_some()
        || is("CI_PIPELINE_SOURCE", "merge_request_event")
        || is("CI_PIPELINE_SOURCE", "external_pull_request_event")
    {
        Some("merge request".to_owned())
    } else {
        other_branch(
            environment.get("CI_COMMIT_BRANCH"),
            environment.get("CI_DEFAULT_BRANCH"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side<const N: usize>(variables: [(&str, &str); N]) -> Option<String> {
        told(&Environment::of(variables)).side_run
    }

    #[test]
    fn merge_requests_and_other_branches_are_side_runs() {
        let default = ("CI_DEFAULT_BRANCH", "trunk");
        assert_eq!(side([("CI_COMMIT_BRANCH", "trunk"), default]), None);
        assert_eq!(side([("CI_COMMIT_TAG", "v1"), default]), None);
        assert_eq!(
            side([("CI_COMMIT_BRANCH", "fix"), default]).as_deref(),
            Some("branch fix, and the default branch is trunk")
        );
        assert_eq!(
            side([("CI_MERGE_REQUEST_IID", "7")]).as_deref(),
            Some("merge request")
        );
        assert_eq!(
            side([("CI_PIPELINE_SOURCE", "external_pull_request_event")]).as_deref(),
            Some("merge request")
        );
        assert_eq!(
            side([
                ("CI_MERGE_REQUEST_IID", "7"),
                ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train")
            ])
            .as_deref(),
            Some("merge train")
        );
    }

    #[test]
    fn a_merge_request_is_about_its_source_branch() {
        let environment = Environment::of([
            ("CI_COMMIT_SHA", "mergemerge"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "headhead"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "fix"),
            ("CI_PIPELINE_ID", "17"),
            ("GITLAB_USER_LOGIN", "ann"),
        ]);
        let told = told(&environment);
        assert_eq!(
            (told.commit_sha, told.branch_name),
            (Some("headhead"), Some("fix"))
        );
        assert_eq!(
            (told.run_id.as_deref(), told.triggered_by),
            (Some("17"), Some("ann"))
        );
    }
}
