//! CircleCI.

use crate::{detect::ci::told::Told, settings::environment::Environment};

/// The facts from CircleCI. A re-run workflow has a new id, so there is no attempt number.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let owner = environment.get("CIRCLE_PROJECT_USERNAME");
    let name = environment.get("CIRCLE_PROJECT_REPONAME");
    Told {
        environment: "circleci",
        commit_sha: environment.get("CIRCLE_SHA1"),
        branch_name: environment.get("CIRCLE_BRANCH"),
        run_id: environment
            .get("CIRCLE_WORKFLOW_ID")
            .or_else(|| environment.get("CIRCLE_BUILD_NUM"))
            .map(str::to_owned),
        run_attempt: None,
        triggered_by: environment.get("CIRCLE_USERNAME"),
        // No variable names the default branch.
        side_run: ["CIRCLE_PULL_REQUEST", "CIRCLE_PR_NUMBER"]
            .into_iter()
            .find_map(|name| environment.get(name))
            .map(|_| "pull request".to_owned()),
        repository: owner
            .zip(name)
            .map(|(owner, name)| format!("{owner}/{name}")),
        link: environment.get("CIRCLE_BUILD_URL").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_are_side_runs() {
        let side = |name, value| told(&Environment::of([(name, value)])).side_run;
        assert!(side("CIRCLE_PULL_REQUEST", "https://example.com/pull/1").is_some());
        assert!(side("CIRCLE_PR_NUMBER", "1").is_some());
        assert_eq!(side("CIRCLE_BRANCH", "main"), None);
    }

    #[test]
    fn a_workflow_is_the_run() {
        let environment = Environment::of([
            ("CIRCLE_SHA1", "headhead"),
            ("CIRCLE_BRANCH", "main"),
            ("CIRCLE_WORKFLOW_ID", "w-1"),
            ("CIRCLE_PROJECT_USERNAME", "team"),
            ("CIRCLE_PROJECT_REPONAME", "models"),
        ]);
        let told = told(&environment);
        assert_eq!(
            (told.commit_sha, told.run_id.as_deref()),
            (Some("headhead"), Some("w-1"))
        );
        assert_eq!(told.repository.as_deref(), Some("team/models"));
    }
}
