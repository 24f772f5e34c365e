//! Facts about the run from CI: one file per system.

mod azure;
mod buildkite;
mod circleci;
mod github;
mod gitlab;
mod jenkins;
mod told;

use bench_model::context::Detected;
use serde_json::Value;

use crate::{detect::ci::told::Told, settings::environment::Environment};

/// The facts from CI, if this is one. `event` reads GitHub's event file.
///
/// Invalid values, such as a branch of a thousand letters, are left out: a run without its branch
/// is better than no run.
pub(crate) fn detect(
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

#[cfg(test)]
mod tests {
    use super::*;

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
