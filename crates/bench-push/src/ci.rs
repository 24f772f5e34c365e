//! What the CI says about the run: one file per system.

mod azure;
mod buildkite;
mod circleci;
mod github;
mod gitlab;
mod jenkins;

use std::collections::BTreeMap;

use bench_model::{context::Detected, text::Label};
use serde_json::Value;

use crate::environment::Environment;

/// What a CI told, before it is known to be valid.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told<'a> {
    environment: &'static str,
    commit_sha: Option<&'a str>,
    branch_name: Option<&'a str>,
    run_id: Option<String>,
    run_attempt: Option<u32>,
    triggered_by: Option<&'a str>,
    repository: Option<String>,
    link: Option<String>,
}

/// What the CI says, if this is one. `event` reads the file that GitHub describes its event in.
///
/// Values that are not valid, such as a branch of a thousand letters, are left out: a run without
/// its branch is worth more than none.
pub fn detect(
    environment: &Environment,
    event: impl Fn(&str) -> Option<Value>,
) -> Option<Detected> {
    let event = || {
        environment
            .get("GITHUB_EVENT_PATH")
            .and_then(&event)
            .unwrap_or_default()
    };
    if environment.is_true("GITHUB_ACTIONS") {
        return Some(github::told(environment, &event()).into_detected());
    }
    let told = if environment.get("GITLAB_CI").is_some() {
        gitlab::told(environment)
    } else if environment.get("JENKINS_URL").is_some() {
        jenkins::told(environment)
    } else if environment.is_true("CIRCLECI") {
        circleci::told(environment)
    } else if environment.is_true("BUILDKITE") {
        buildkite::told(environment)
    } else if environment.is_true("TF_BUILD") {
        azure::told(environment)
    } else if environment.is_true("CI") {
        Told {
            environment: "ci",
            ..Told::default()
        }
    } else {
        return None;
    };
    Some(told.into_detected())
}

impl Told<'_> {
    fn into_detected(self) -> Detected {
        let Self {
            environment,
            commit_sha,
            branch_name,
            run_id,
            run_attempt,
            triggered_by,
            repository,
            link,
        } = self;
        let label = |text: &str| text.parse::<Label>().ok();
        Detected {
            environment: environment.parse().ok(),
            commit_sha: commit_sha.and_then(|text| text.parse().ok()),
            branch_name: branch_name.and_then(label),
            run_id: run_id.as_deref().and_then(label),
            run_attempt,
            triggered_by: triggered_by.and_then(label),
            repository,
            links: link.map_or_else(BTreeMap::new, |link| {
                BTreeMap::from([("run".to_owned(), link)])
            }),
        }
    }
}

/// `owner/name` of a repository's address, without any password in it.
pub fn repository_of(address: &str) -> Option<String> {
    let address = address
        .trim()
        .trim_end_matches('/')
        .trim_end_matches(".git");
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        // git@github.com:owner/name
        None => address.split_once(':')?.1,
    };
    let path = path.trim_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_alike_however_it_is_fetched_and_without_its_password() {
        for address in [
            "https://github.com/team/models.git",
            "https://me:sentinel@github.com/team/models",
            "git@github.com:team/models.git",
            "ssh://git@github.com/team/models/",
        ] {
            assert_eq!(
                repository_of(address).as_deref(),
                Some("team/models"),
                "{address}"
            );
        }
        assert_eq!(repository_of("/srv/git/models"), None);
    }

    #[test]
    fn an_unknown_ci_has_an_environment_of_its_own_and_a_laptop_has_none() {
        let none = |_: &str| None;
        let environment = |variables| detect(&variables, none).and_then(|told| told.environment);
        assert_eq!(
            environment(Environment::of([("CI", "true")])).as_deref(),
            Some("ci")
        );
        assert_eq!(environment(Environment::of([("HOME", "/home/ann")])), None);
    }

    #[test]
    fn a_branch_that_cannot_be_stored_is_left_out() {
        let long = "b".repeat(1_000);
        let environment = Environment::of([
            ("CIRCLECI", "true"),
            ("CIRCLE_BRANCH", &long),
            ("CIRCLE_SHA1", "abc123"),
        ]);
        let told = detect(&environment, |_| None).expect("a CI");
        assert_eq!(
            (told.branch_name, told.commit_sha.as_deref()),
            (None, Some("abc123"))
        );
    }
}
