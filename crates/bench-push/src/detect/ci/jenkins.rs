//! Jenkins, with its Git and multibranch plugins if present.

use crate::{
    detect::{ci::told::Told, repository::repository_of},
    settings::environment::Environment,
};

/// The facts from Jenkins. In a branch build, the Git plugin calls `main` `origin/main`.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let branch = ["CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"]
        .into_iter()
        .find_map(|name| environment.get(name));
    Told {
        environment: "jenkins",
        commit_sha: environment.get("GIT_COMMIT"),
        branch_name: branch.map(|name| name.strip_prefix("origin/").unwrap_or(name)),
        run_id: environment
            .get("BUILD_TAG")
            .or_else(|| environment.get("BUILD_ID"))
            .map(str::to_owned),
        run_attempt: None,
        triggered_by: environment
            .get("BUILD_USER_ID")
            .or_else(|| environment.get("CHANGE_AUTHOR")),
        repository: environment.get("GIT_URL").and_then(repository_of),
        link: environment.get("BUILD_URL").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_build_names_its_branch_without_the_remote() {
        let environment = Environment::of([
            ("GIT_COMMIT", "headhead"),
            ("GIT_BRANCH", "origin/main"),
            ("BUILD_TAG", "jenkins-bench-17"),
            ("GIT_URL", "git@example.org:team/models.git"),
        ]);
        let told = told(&environment);
        assert_eq!(
            (told.commit_sha, told.branch_name),
            (Some("headhead"), Some("main"))
        );
        assert_eq!(told.run_id.as_deref(), Some("jenkins-bench-17"));
        assert_eq!(told.repository.as_deref(), Some("team/models"));
    }
}
