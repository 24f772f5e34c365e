//! Azure Pipelines.

use crate::{detect::ci::told::Told, settings::environment::Environment};

/// The facts from Azure. In a pull request, the source branch's own commit.
pub(super) fn told(environment: &Environment) -> Told<'_> {
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| environment.get(name));
    let branch = first(["SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"]);
    Told {
        environment: "azure-pipelines",
        commit_sha: first(["SYSTEM_PULLREQUEST_SOURCECOMMITID", "BUILD_SOURCEVERSION"]),
        branch_name: branch.map(|name| name.strip_prefix("refs/heads/").unwrap_or(name)),
        run_id: environment.get("BUILD_BUILDID").map(str::to_owned),
        run_attempt: environment
            .get("SYSTEM_JOBATTEMPT")
            .and_then(|text| text.parse().ok()),
        triggered_by: environment.get("BUILD_REQUESTEDFOR"),
        // No variable names the default branch.
        side_run: is_request(environment).then(|| "pull request".to_owned()),
        repository: environment.get("BUILD_REPOSITORY_NAME").map(str::to_owned),
        link: link(environment),
    }
}

fn is_request(environment: &Environment) -> bool {
    environment.get("BUILD_REASON") == Some("PullRequest")
        || environment
            .get("SYSTEM_PULLREQUEST_PULLREQUESTID")
            .is_some()
}

fn link(environment: &Environment) -> Option<String> {
    let collection = environment
        .get("SYSTEM_COLLECTIONURI")?
        .trim_end_matches('/');
    let project = environment.get("SYSTEM_TEAMPROJECT")?.replace(' ', "%20");
    let build = environment.get("BUILD_BUILDID")?;
    Some(format!(
        "{collection}/{project}/_build/results?buildId={build}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_are_side_runs() {
        let side = |name, value| told(&Environment::of([(name, value)])).side_run;
        assert!(side("BUILD_REASON", "PullRequest").is_some());
        assert!(side("SYSTEM_PULLREQUEST_PULLREQUESTID", "17").is_some());
        assert_eq!(side("BUILD_REASON", "IndividualCI"), None);
    }

    #[test]
    fn a_build_links_to_its_page() {
        let environment = Environment::of([
            ("BUILD_SOURCEVERSION", "headhead"),
            ("BUILD_SOURCEBRANCH", "refs/heads/main"),
            ("BUILD_BUILDID", "17"),
            ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/team/"),
            ("SYSTEM_TEAMPROJECT", "Our Models"),
        ]);
        let told = told(&environment);
        assert_eq!(told.branch_name, Some("main"));
        assert_eq!(
            told.link.as_deref(),
            Some("https://dev.azure.com/team/Our%20Models/_build/results?buildId=17")
        );
    }
}
