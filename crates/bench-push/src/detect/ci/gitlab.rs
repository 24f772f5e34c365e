//! GitLab CI.

use crate::{detect::ci::told::Told, settings::environment::Environment};

/// The facts from GitLab's predefined variables. In a merge request, the source branch's own
/// commit.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| environment.get(name));
    Told {
        environment: "gitlab-ci",
        commit_sha: first(["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA"]),
        branch_name: first(["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"]),
        run_id: environment.get("CI_PIPELINE_ID").map(str::to_owned),
        run_attempt: None,
        triggered_by: environment.get("GITLAB_USER_LOGIN"),
        repository: environment.get("CI_PROJECT_PATH").map(str::to_owned),
        link: first(["CI_JOB_URL", "CI_PIPELINE_URL"]).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
