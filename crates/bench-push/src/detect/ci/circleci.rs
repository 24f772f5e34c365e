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
