//! Buildkite.

use crate::{
    detect::{ci::told::Told, repository::repository_of},
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
        repository: environment.get("BUILDKITE_REPO").and_then(repository_of),
        link: environment.get("BUILDKITE_BUILD_URL").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
