//! Buildkite.

use crate::{
    detect::{
        ci::told::{Told, other_branch},
        repository::repository_of,
    },
    settings::environment::Environment,
};

/// The facts from Buildkite. Its commit is `HEAD` until the agent has fetched; then the commit
/// comes from Git.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let retries = environment
        .get("BUILDKITE_RETRY_COUNT")
        .and_then(|text| text.parse::<u32>().ok());
    Told {
        environment: "buildkite",
        commit_sha: environment
            .get("BUILDKITE_COMMIT")
            .filter(|commit| *commit != "HEAD"),
        branch_name: environment.get("BUILDKITE_BRANCH"),
        run_id: environment
            .get("BUILDKITE_BUILD_ID")
            .or_else(|| environment.get("BUILDKITE_BUILD_NUMBER"))
            .map(str::to_owned),
        run_attempt: retries.map(|count| count.saturating_add(1)),
        triggered_by: environment.get("BUILDKITE_BUILD_CREATOR"),
        side_run: side_run(environment),
        repository: environment.get("BUILDKITE_REPO").and_then(repository_of),
        link: environment.get("BUILDKITE_BUILD_URL").map(str::to_owned),
    }
}

/// Why the run is a side run. For a tag, `BUILDKITE_BRANCH` is the tag.
fn side_run(environment: &Environment) -> Option<String> {
    let request = environment.get("BUILDKITE_PULL_REQUEST");
    if request.is_some_and(|request| request != "false") {
        return Some("pull request".to_owned());
    }
    let branch = environment.get("BUILDKITE_BRANCH");
    other_branch(
        branch.filter(|_| environment.get("BUILDKITE_TAG").is_none()),
        environment.get("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_and_other_branches_are_side_runs() {
        let side = |branch, request, tag| {
            let variables = [
                ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"),
                ("BUILDKITE_BRANCH", branch),
                ("BUILDKITE_PULL_REQUEST", request),
                ("BUILDKITE_TAG", tag),
            ];
            told(&Environment::of(variables)).side_run
        };
        assert_eq!(side("main", "false", ""), None);
        assert_eq!(side("v1", "false", "v1"), None);
        assert!(side("fix", "false", "").is_some());
        assert_eq!(side("main", "17", "").as_deref(), Some("pull request"));
    }

    #[test]
    fn retries_count_from_zero_and_attempts_from_one() {
        let environment = Environment::of([
            ("BUILDKITE_COMMIT", "HEAD"),
            ("BUILDKITE_RETRY_COUNT", "2"),
            ("BUILDKITE_BUILD_ID", "b-1"),
        ]);
        let told = told(&environment);
        assert_eq!((told.commit_sha, told.run_attempt), (None, Some(3)));
    }
}
