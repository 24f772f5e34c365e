//! Jenkins, with its Git and multibranch plugins if present.

use crate::{
    detect::{ci::told::Told, repository::repository_of},
    settings::environment::Environment,
};

/// The facts from Jenkins. In a branch build, the Git plugin calls `main` `origin/main`. A build that
/// is started again has a new number, so there is no attempt number.
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
        side_run: side_run(environment),
        repository: environment.get("GIT_URL").and_then(repository_of),
        link: environment.get("BUILD_URL").map(str::to_owned),
    }
}

/// Why the run is a side run, in a multibranch project: only that knows other branches, and it
/// names the primary one, if its source of code does. For a tag, `BRANCH_NAME` is the tag.
fn side_run(environment: &Environment) -> Option<String> {
    if environment.get("CHANGE_ID").is_some() {
        return Some("change request".to_owned());
    }
    let branch = environment.get("BRANCH_NAME")?;
    let is_main = environment.is_true("BRANCH_IS_PRIMARY")
        || environment.get("TAG_NAME").is_some()
        || ["main", "master", "trunk"].contains(&branch);
    (!is_main).then(|| format!("branch {branch}, which is not the primary one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side<const N: usize>(variables: [(&str, &str); N]) -> Option<String> {
        told(&Environment::of(variables)).side_run
    }

    #[test]
    fn changes_and_branches_beside_the_primary_one_are_side_runs() {
        let branch = |name| ("BRANCH_NAME", name);
        assert_eq!(
            side([branch("release"), ("BRANCH_IS_PRIMARY", "true")]),
            None
        );
        assert_eq!(side([branch("main")]), None);
        assert_eq!(side([branch("v1"), ("TAG_NAME", "v1")]), None);
        assert_eq!(side([("GIT_BRANCH", "origin/fix")]), None);
        assert!(side([branch("fix")]).is_some());
        assert_eq!(
            side([branch("PR-7"), ("CHANGE_ID", "7")]).as_deref(),
            Some("change request")
        );
    }

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
